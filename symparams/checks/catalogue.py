"""Judging the catalogue: each record by its own model, and whether the verdict is the expected one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Expr

from symparams.checks.checking import check
from symparams.checks.costs import is_cost
from symparams.checks.readings.claims import read_claim
from symparams.checks.verdict import Kind, Verdict
from symparams.counting import PARAMETERS, Quantity, caches, closed_form, operations
from symparams.formulas import Formula, read
from symparams.formulas.records import Record, Worked, records
from symparams.models.reading import read_model
from symparams.notation import symbol
from symparams.tree import Layer

__all__ = ["Judgement", "judge_catalogue", "judge_record"]

_GRAVITY = (Kind.EXACT, Kind.LEADING_ORDER, Kind.EXACT_UNDER, Kind.ARITHMETIC, Kind.DIFFERENT, Kind.UNKNOWN)


@dataclass(frozen=True)
class Judgement:
    """What came of a record: its claim as it was read and the verdict on it, None where there is no formula, and those on the
    numbers worked out from it.
    """

    record: Record
    claim: Formula | None
    formula: Verdict | None
    worked: tuple[Verdict, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the record: on the formula unless it is right and a number is not, then on the worst number."""
        if self.formula is not None and (not self.formula.right or all(number.right for number in self.worked)):
            return self.formula
        return max(self.worked, key=lambda number: (not number.right, _GRAVITY.index(number.kind)))

    @property
    def kind(self) -> Kind:
        """The kind of the verdict on the record."""
        return self.verdict.kind

    @property
    def agrees(self) -> bool:
        """Whether every verdict is the one that the record expects."""
        numbers = zip(self.worked, self.record.worked, strict=True)
        return self.kind.value == self.record.expected and all(found.kind.value == number.expected for found, number in numbers)


def judge_record(record: Record) -> Judgement:
    """The verdicts on a record's formula and on each number that was worked out from it.

    >>> from symparams.formulas.records import records
    >>> judged = judge_record(next(record for record in records() if record.id == "0.11"))
    >>> judged.kind, judged.agrees, judged.formula.kind
    (ARITHMETIC, True, EXACT)
    """
    of = _quantity(record)
    model = _model(record.model, record.over, of)
    where: dict[object, object] = dict(record.where)
    if not record.formula:
        return Judgement(record, None, None, tuple(check(_alone(number), model, dict(number.at)) for number in record.worked))
    if is_cost(of):
        options: dict[str, Any] = {} if record.over else {"of": of}  # a ratio of costs is an expression
        verdict = check(record.formula, model, where, record.syntax, **options)
        formula = verdict.formula or read(record.formula)
    else:
        options = {}
        formula = read_claim(record.formula, model, where, record.syntax)
        verdict = check(formula, model, where, of=_parameters(record))
    chains = (check(_with(formula, number), model, {**where, **dict(number.at)}, **options) for number in record.worked)
    return Judgement(record, formula, verdict, tuple(chain.links[-1] for chain in chains))


def judge_catalogue(of: Iterable[Record] | None = None) -> tuple[Judgement, ...]:
    """The verdicts on all records that can be judged, those of the shipped catalogue if none are given."""
    return tuple(judge_record(record) for record in (records() if of is None else of) if record.judged)


def _quantity(record: Record) -> Quantity:
    """What a record's claim counts: parameters, or the cost that its options describe, their names symbols."""
    if not record.cost:
        return PARAMETERS
    sizes = {"batch", "seq", "extent", "past", "memory", "bytes"}
    options = {name: _sized(value) if name in sizes else value for name, value in record.cost}
    return caches(**options) if "bytes" in options else operations(**options)


def _sized(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_sized, value))
    return symbol(value) if isinstance(value, str) else value


@cache
def _model(model: str, over: str, of: Quantity) -> Layer | Expr:
    if not over:
        return read_model(model)
    above, below = (closed_form(read_model(text), of).expr for text in (model, over))
    return above / below


def _alone(number: Worked) -> str:
    return number.printed if number.sign == "=" else f"{number.sign} {number.printed}"


def _with(formula: Formula, number: Worked) -> Formula:
    """The formula with one side more, the number worked out from it."""
    side = read(number.printed)
    return replace(
        formula,
        source=f"{formula.source} {number.sign} {number.printed}",
        sides=formula.sides + side.sides,
        relations=(*formula.relations, number.sign),
        forms=formula.forms + side.forms,
        remainders=formula.remainders + side.remainders,
        precision=formula.precision + side.precision,
    )


def _parameters(record: Record) -> str:
    """Which parameters a record's claim counts, by its words: all, where it speaks of no kind that is known."""
    return {"active parameters": "active", "non-embedding parameters": "non_embedding"}.get(record.quantity, "parameters")
