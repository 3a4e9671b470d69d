"""What every judgement stands on: the reading, its subject, the sizes stated, and verdicts with what they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from sympy import Expr, Integer, S, Symbol
from sympy.logic.boolalg import Boolean, Not

from symparams.checks.explaining.annotating import annotation_of
from symparams.checks.explaining.attribution import attribute
from symparams.checks.explaining.conventions import Change
from symparams.checks.explaining.differences import smallest_counterexample
from symparams.checks.readings.numbers import put_in
from symparams.checks.readings.reading import Reading
from symparams.checks.subject import Subject
from symparams.checks.verdict import Kind, Verdict
from symparams.errors import MatchError, shown
from symparams.notation import condition_words, met, text
from symparams.tree import Layer

__all__ = ["Ground", "spaced"]

MOST_RIVALS = 6


class Ground:
    """A reading beside its subject. `explain` says whether to look for what makes a wrong claim wrong, which takes longer, `search`
    whether to look for conventions under which it would be right and for sizes at which it is wrong: neither where nothing is asked
    but whether it is right.
    """

    def __init__(self, reading: Reading, subject: Subject, explain: bool = False, search: bool = True) -> None:
        self.reading, self.subject, self.explain, self.search = reading, subject, explain, search
        self.sides = reading.sides
        used = set().union(*(side.expr.free_symbols for side in self.sides))
        self.free = frozenset(size for size in subject.related if size in used)
        self.real = subject.count(self.free)
        self.sizes: dict[Symbol, Integer] = {
            reading.rule.get(size, size): value for size, value in put_in(reading.formula).items()
        } | dict(reading.sizes)
        self.percentage = subject.layer is None and "%" in reading.formula.source
        self.admissible = subject.admissible(self.free)
        for condition in subject.conditions:
            if _refuted(_related(condition, subject.related), self.sizes):
                at = ", ".join(f"{size} = {value}" for size, value in self.sizes.items() if condition.has(size))
                wanted = f"sizes at which the model exists: {condition_words(condition)}"
                raise MatchError(f"{shown(reading.formula.source)} at {at}", wanted, "mend the sizes")

    def made(self, kind: Kind, right: bool, difference: Expr = S.Zero, **more: Any) -> Verdict:
        """A verdict with what all verdicts of this claim share."""
        subject, reading = self.subject, self.reading
        return Verdict(
            kind,
            right,
            reading.formula.source,
            subject.named,
            difference,
            reading.words,
            formula=reading.formula,
            of=subject.of,
            percentage=self.percentage,
            **more,
        )

    def conventions(self, sets: Iterator[tuple[tuple[Change, ...], Layer]], difference: Expr) -> Verdict | None:
        """EXACT_UNDER the first set of changes, with the others of its size as rivals."""
        first = next(sets, None)
        if first is None:
            return None
        taken, model = first
        layer = self.subject.layer
        if self.explain and len(taken) > 1 and layer is not None and difference.free_symbols:
            attribution = attribute(layer, difference, (), self.free, self.subject.of)
            if len(attribution.changes) == 1:  # one weight is likelier than several conventions at once
                return None
        rivals: tuple[tuple[Change, ...], ...] = ()
        if self.explain:
            equal = takewhile(lambda other: len(other[0]) == len(taken), sets)
            rivals = tuple(other for (other, _), _ in zip(equal, range(MOST_RIVALS), strict=False))
        return self.made(Kind.EXACT_UNDER, False, difference, conventions=taken, rivals=rivals, annotation=annotation_of(model))

    def counterexample(self, claimed: Expr, real: Expr) -> Any:
        """The smallest sizes at which claim and model differ and the architecture exists; None where none are searched."""
        if not (self.search and self.explain):
            return None
        return smallest_counterexample(claimed, real, self.admissible, self.subject.related)


def _related(condition: Boolean, relations: Mapping[Symbol, Expr]) -> Boolean:
    """A condition with the relations between sizes put in; raises `MatchError` where it has no truth then."""
    try:
        return condition.xreplace(dict(relations))
    except (ValueError, ZeroDivisionError):
        given = f"a model that exists where {condition_words(condition)}, which divides by zero at the sizes that follow"
        raise MatchError(given, "a model that exists at some sizes", "mend its conditions") from None


def _refuted(condition: Boolean, sizes: Mapping[Symbol, Integer]) -> bool:
    """Whether a condition is known not to hold: all its sizes are given, and it is false at them."""
    if condition in (True, False):
        return bool(condition == False)  # noqa: E712
    values = {size.name: int(value) for size, value in sizes.items() if isinstance(size, Symbol)}
    return condition.free_symbols <= sizes.keys() and met(Not(condition, evaluate=False), values)


def spaced(number: Expr) -> str:
    """A number with its thousands apart, or a formula."""
    return f"{int(number):,}" if number.is_Integer else text(number)
