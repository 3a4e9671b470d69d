"""Judgement: the sides of a claim against its subject, under one reading. Nothing here knows of text or of names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from typing import Any

from sympy import Eq, Expr, Integer, S, Symbol, expand
from sympy.logic.boolalg import Boolean

from symparams.asymptotics import leading_order
from symparams.checks.bounds import evaluated, terms_of
from symparams.checks.explaining.annotating import annotation_of
from symparams.checks.explaining.attribution import attribute
from symparams.checks.explaining.conventions import Change
from symparams.checks.explaining.differences import by_part, smallest_counterexample
from symparams.checks.explaining.search import conventions_of
from symparams.checks.explaining.terms import by_term
from symparams.checks.judging.approximating import excess, leading, leads, remainder_holds
from symparams.checks.judging.contradictions import agrees, contradiction, unit_of
from symparams.checks.judging.inequalities import holds
from symparams.checks.readings.numbers import put_in
from symparams.checks.readings.reading import ORDERED, Reading, Side
from symparams.checks.subject import Subject
from symparams.checks.verdict import Kind, Verdict
from symparams.checks.wording import per_cent
from symparams.errors import MatchError, RegimeError, ValuesError, shown
from symparams.notation import Sameness, compare, condition_words, percent, substituted, text
from symparams.tree import Given, Layer

__all__ = ["Judge"]

MOST_TERMS = 2_000
MOST_RIVALS = 6
USUAL_POSITIONS = tuple(Integer(2**power) for power in range(8, 16))
TELLING = 10  # a rounded number off by so many units of its last digit may be explained by a convention; a nearer one is near


class Judge:
    """Judges a claim under one reading. `explain` says whether to look for what makes a wrong claim wrong, which takes longer."""

    def __init__(self, reading: Reading, subject: Subject, explain: bool = False) -> None:
        self.reading, self.subject, self.explain = reading, subject, explain
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
            if condition.xreplace(subject.related).xreplace(self.sizes) == False:  # noqa: E712
                at = ", ".join(f"{size} = {value}" for size, value in self.sizes.items() if condition.has(size))
                wanted = f"sizes at which the model exists: {condition_words(condition)}"
                raise MatchError(f"{shown(reading.formula.source)} at {at}", wanted, "mend the sizes")

    def verdict(self) -> Verdict:
        """The verdict on all sides: the first one that is wrong, else the weakest that is right."""
        links: list[Verdict] = []
        formula: tuple[Side, Verdict] | None = None
        before: Side | None = None
        for place, side in enumerate(self.sides):
            if side.relation in ORDERED:
                middle = place + 1 < len(self.sides) and self.sides[place + 1].relation in ORDERED
                link = self.inequality(before, side, middle)
            elif side.is_number:
                link = self.number(side, formula, before)
                if link.right and not side.is_numeral and formula is None:
                    formula = (side, link)
            else:
                link = self.formula(side)
                formula = (side, link)
            links.append(replace(link, side=side.form) if len(self.sides) > 1 else link)
            before = side
        unnamed = self.reading.label is None and self.reading.formula.label is None
        if unnamed and len(self.sides) > 1 and self.sides[1].relation in ORDERED:  # it is only compared
            links[0] = links[1]
        wrong = [link for link, side in zip(links, self.sides, strict=True) if not link.right and not side.is_number]
        wrong += [link for link in links if not link.right]
        weakest = next((link for link in links if link.kind is Kind.LEADING_ORDER), links[-1])
        chosen = wrong[0] if wrong else replace(weakest, side=None)
        itself = contradiction(self.sides, self.subject.related)
        if itself and chosen.right:
            chosen = replace(chosen, kind=Kind.ARITHMETIC, right=False, remark="its sides are not equal", side=None)
        return replace(chosen, contradiction=itself, links=tuple(links) if len(links) > 1 else ())

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

    # formulas

    def formula(self, side: Side) -> Verdict:
        """The verdict on a side that holds sizes."""
        if terms_of(side.expr) > MOST_TERMS:
            raise MatchError(
                f"{shown(self.reading.formula.source)}, multiplied out", f"at most {MOST_TERMS:,} terms", "a simpler formula"
            )
        if (exact := self.equality(side)) is not None:
            return exact
        difference = expand(side.expr - self.real)
        if side.remainder is not None:
            return self.remainder(side, difference)
        judges = (self.leading, self.under) if side.is_approximate else (self.under, self.leading)
        for judge in judges:
            if verdict := judge(side, difference):
                return verdict
        return self.different(side, difference)

    def equality(self, side: Side) -> Verdict | None:
        """EXACT, where the side equals the model: for all sizes, under its relations or conditions, or at the sizes stated."""
        settled = self.subject.count()
        relations = self.subject.related
        pairs = [(side.expr, self.real)]
        if relations:
            pairs.append((substituted(side.expr, relations), settled))
        for claimed, real in pairs:
            comparison = compare(claimed, real, self.admissible)
            if comparison.sameness is Sameness.EQUAL:
                return self.made(Kind.EXACT, True, conditions=(*self.relations_used(claimed, side), *comparison.conditions))
        missing = settled.free_symbols - side.expr.free_symbols
        if missing and missing <= self.sizes.keys():
            claimed, real = (substituted(substituted(expr, relations), self.sizes) for expr in (side.expr, settled))
            if compare(claimed, real, self.admissible).sameness is Sameness.EQUAL:
                at = ", ".join(f"{size} = {self.sizes[size]}" for size in sorted(missing, key=str))
                return self.made(Kind.EXACT, True, remark=f"equal at {at}")
        return None

    def relations_used(self, claimed: Expr, side: Side) -> tuple[Boolean, ...]:
        """The model's relations that had to be put in for equality."""
        if claimed == side.expr:
            return ()
        return tuple(Eq(size, value, evaluate=False) for size, value in self.subject.related.items() if side.expr.has(size))

    def remainder(self, side: Side, difference: Expr) -> Verdict:
        """The verdict on a side with a remainder O(…)."""
        truth = remainder_holds(side, self.real, self.subject.widths)
        short = next((real for _, real in leads(side, self.real, self.subject.widths)), None)
        grows = ", ".join(size.name for size in self.subject.widths if size in self.real.free_symbols)
        dropped, rest = text(-difference), side.remainder or S.One
        if truth is None:
            return self.made(Kind.UNKNOWN, False, difference, remark=f"{dropped} has no order as {grows} → ∞")
        if truth:
            remark = f"what it drops, {dropped}, is O({text(rest)})"
            return self.made(Kind.LEADING_ORDER, True, difference, leading=short, remark=remark)
        remark = f"what it drops, {dropped}, grows faster than O({text(rest)}) as {grows} → ∞"
        return self.made(Kind.DIFFERENT, False, difference, remark=remark, counterexample=self.counterexample(side.expr, self.real))

    def leading(self, side: Side, difference: Expr) -> Verdict | None:
        """LEADING_ORDER, where the leading terms agree and no other term is stated that the model does not have."""
        short = leading(side, self.real, self.subject.widths)
        if short is None and self.subject.related:  # under the model's relations, where d_ff is 4d
            settled = replace(side, expr=side.expr.xreplace(self.subject.related))
            short = leading(settled, self.subject.count(), self.subject.widths)
            difference = expand(settled.expr - self.subject.count())
        if short is None:
            return None
        if side.relation in ("O", "∝"):
            remark = f"grows as the model's leading order {text(short.expr)} does"
            return self.made(Kind.LEADING_ORDER, True, difference, leading=short, remark=remark)
        attribution = None
        if self.explain and self.subject.layer is not None:
            found = attribute(self.subject.layer, difference, side.terms, self.free, self.subject.of)
            attribution = found if len(found.changes) == 1 else None
        return self.made(Kind.LEADING_ORDER, side.is_approximate, difference, leading=short, attribution=attribution)

    def under(self, side: Side, difference: Expr) -> Verdict | None:
        """EXACT_UNDER, where the fewest changes of conventions make the model equal to the claim."""
        layer = self.subject.layer
        if layer is None or self.subject.of.name != "parameters":
            return None
        spare = [one for one in self.reading.spare if one in side.expr.free_symbols] or [
            number for number in numbers_in(side.terms) if not side.expr.is_number
        ]
        return self.conventions(conventions_of(layer, side.expr, self.free, spare), difference)

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

    def different(self, side: Side, difference: Expr) -> Verdict:
        """DIFFERENT with a counterexample, UNKNOWN where none is found."""
        if not self.explain and compare(side.expr, self.real, self.admissible).sameness is Sameness.DIFFERENT:
            return self.made(Kind.DIFFERENT, False, difference)
        counterexample = self.counterexample(side.expr, self.real)
        if counterexample is None:
            reason = compare(side.expr, self.real, self.admissible).reason
            return self.made(Kind.UNKNOWN, False, difference, remark=reason)
        layer = self.subject.layer
        if side.is_approximate:
            short = next((real for _, real in leads(side, self.real, self.subject.widths)), None)
            more = excess(side.expr, self.real)
            remark = f"its terms have {text(more)} beyond the model's" if short is not None and more != 0 else ""
            found = (
                attribute(layer, more, side.terms, self.free, self.subject.of)
                if self.explain and layer is not None and more != 0
                else None
            )
            attribution = found if found is not None and found.changes else None
            return self.made(
                Kind.DIFFERENT,
                False,
                difference,
                counterexample=counterexample,
                leading=short,
                remark=remark,
                attribution=attribution,
            )
        if not self.explain:
            return self.made(Kind.DIFFERENT, False, difference, counterexample=counterexample)
        attribution = None if layer is None else attribute(layer, difference, side.terms, self.free, self.subject.of)
        if attribution is not None and attribution.changes:
            return self.made(Kind.DIFFERENT, False, difference, counterexample=counterexample, attribution=attribution)
        parts = () if layer is None else by_part(layer, side.expr, self.free, self.subject.of)
        terms = by_term(side.expr, self.real)
        return self.made(
            Kind.DIFFERENT, False, difference, counterexample=counterexample, attribution=attribution, by_part=parts, by_term=terms
        )

    def counterexample(self, claimed: Expr, real: Expr) -> Any:
        """The smallest sizes at which claim and model differ and the architecture exists."""
        return smallest_counterexample(claimed, real, self.admissible, self.subject.related)

    # numbers

    def number(self, side: Side, formula: tuple[Side, Verdict] | None, before: Side | None = None) -> Verdict:
        """The verdict on a side of numbers: a result, or the sizes put in."""
        related = self.subject.related
        real = evaluated(self.subject.count(), self.sizes)
        stated = side.expr
        value = evaluated(substituted(formula[0].expr, related), self.sizes) if formula is not None else None
        if value is not None and not value.free_symbols:
            if not formula[1].right and not real.free_symbols and agrees(stated, real, side):  # type: ignore[index]
                return self.right_number(stated, real)  # what is wrong is the formula before it
            if agrees(stated, value, side):
                if not real.free_symbols and agrees(stated, real, side):
                    return self.right_number(stated, real)
                return formula[1]  # type: ignore[index]  # a formula's own value is as right as the formula
            gap = stated - value
            kind = formula[1].kind.value  # type: ignore[index]
            what = "the number printed is" if side.is_numeral else "the numbers put in give"
            printed = f"the formula gives {_spaced(value)}, {what} {_spaced(stated)}, a difference of {_spaced(gap)}"
            remark = f"{printed}; the formula itself is {kind}"
            return self.made(Kind.ARITHMETIC, False, gap, remark=remark)
        if not real.free_symbols and agrees(stated, real, side):
            return self.right_number(stated, real)
        if side.is_approximate and not side.is_numeral and not real.free_symbols:
            grows = {size: 1 for size in self.subject.widths if size in self.real.free_symbols}
            with suppress(RegimeError, ValuesError):
                short = leading_order(self.subject.count(), grows)
                if evaluated(short.expr, self.sizes) == stated:
                    return self.made(Kind.LEADING_ORDER, True, stated - real, leading=short)
        if real.free_symbols:
            missing = ", ".join(sorted(size.name for size in real.free_symbols))
            return self.made(Kind.UNKNOWN, False, stated - real, remark="a number needs sizes", missing=missing)
        if before is not None and before.is_number and not before.is_numeral and agrees(before.expr, real, before):
            gap = stated - before.expr
            remark = f"the numbers put in give {_spaced(before.expr)}, the number printed is {_spaced(stated)}"
            return self.made(Kind.ARITHMETIC, False, gap, remark=f"{remark}, a difference of {_spaced(gap)}")
        return self.wrong_number(side, stated, real)

    def right_number(self, stated: Expr, real: Expr) -> Verdict:
        """EXACT, to the digits stated."""
        number = per_cent(real) if self.percentage else _spaced(real)
        remark = f"the model has {number}" if stated == real else f"right to its stated digits: {number}"
        return self.made(Kind.EXACT, True, remark=remark)

    def wrong_number(self, side: Side, stated: Expr, real: Expr) -> Verdict:
        """The verdict on a number that is not the model's.

        A rounded number is near, and some change would bring nearly any model to it: a convention explains it only where the number
        is off by many units of its last digit and states at least three.
        """
        layer, unit = self.subject.layer, unit_of(stated, side)
        written = side.precision.unit if side.precision is not None else unit
        telling = unit == 0 or (abs(stated - real) > TELLING * written and abs(stated) >= 100 * written)
        if layer is not None and telling and self.subject.of.name == "parameters":
            positions, most = (USUAL_POSITIONS, 3) if unit == 0 else ((), 1)
            sets = conventions_of(layer, stated, self.free, positions, unit, most, self.sizes)
            if unit != 0:
                sets = (found for found in sets if found[0][0].everywhere)
            if verdict := self.conventions(sets, stated - real):
                return verdict
        counterexample = smallest_counterexample(stated, real)
        kind = Kind.DIFFERENT if real.is_Rational else Kind.UNKNOWN
        if unit != 0 and not self.percentage:
            return self.made(kind, False, stated - real, counterexample=counterexample, remark=nearness(stated, real, unit))
        attribution = None
        if layer is not None and self.explain:
            sizes = {size: value for size, value in self.sizes.items() if size in self.real.free_symbols}
            sized = Given(layer, sizes) if sizes else layer
            attribution = attribute(sized, stated - real, side.terms, self.free, self.subject.of)
        return self.made(kind, False, stated - real, counterexample=counterexample, attribution=attribution)

    # inequalities

    def inequality(self, before: Side | None, side: Side, middle: bool = False) -> Verdict:
        """The verdict on a bound: it must hold for the side before it, and for the model itself.

        `middle` says that another bound follows: a < b < c, where b stands for the model.
        """
        relation = side.relation
        compared: list[tuple[str, Expr]] = [] if before is None else [("", before.expr)]
        compared.append(("the model's ", self.subject.count()))
        remarks: list[str] = []
        of_model = False
        for owner, expr in compared:
            pair = (before.expr, expr) if middle and owner and before is not None else (expr, side.expr)
            left, right = (evaluated(substituted(one, self.subject.related), self.sizes) for one in pair)
            truth = holds(left, relation, right)
            first, second = ("", owner) if middle else (owner, "")
            shown_as = f"{first}{_spaced(left)} {relation} {second}{_spaced(right)}"
            if truth is None or (owner and left.free_symbols and not right.free_symbols and before is not None):
                if truth is None and not owner:
                    return self.made(Kind.UNKNOWN, False, remark=f"{shown_as} could not be decided")
                continue
            if not truth:
                return self.made(
                    Kind.ARITHMETIC if not owner else Kind.DIFFERENT, False, left - right, remark=f"{shown_as} does not hold"
                )
            remarks.append(shown_as)
            of_model = of_model or bool(owner)
        if not of_model:
            return self.made(Kind.UNKNOWN, False, remark="the bound says nothing of the model without its sizes")
        return self.made(Kind.EXACT, True, remark="holds: " + ", ".join(remarks))


def numbers_in(terms: tuple[Expr, ...]) -> list[Expr]:
    """Numbers that a claim multiplies sizes with, which may be a count of positions: 1024*d."""
    return [number for term in terms if (number := term.as_coeff_Mul()[0]).is_Integer and number > 64]


def nearness(stated: Expr, real: Expr, unit: Expr) -> str:
    """How far a rounded number is from the model's, and whether it was cut off instead of rounded.

    >>> nearness(Integer(65_200_000_000), Integer(65_285_660_672), Integer(10**8))
    'truncated, not rounded: the model has 65,285,660,672'
    >>> nearness(Integer(70_000_000), Integer(68_976_648), Integer(10**6))
    '1.5 % above the model: it has 68,976,648'
    """
    if 0 < real - stated < unit and stated > 0:
        return f"truncated, not rounded: the model has {_spaced(real)}"
    share = (stated - real) / real
    return f"{percent(abs(share))} {'above' if share > 0 else 'below'} the model: it has {_spaced(real)}"


def _spaced(number: Expr) -> str:
    return f"{int(number):,}" if number.is_Integer else text(number)
