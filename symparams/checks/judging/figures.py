"""Judging a side of numbers: a result, the sizes put in, or a bound."""

from __future__ import annotations

from contextlib import suppress

from sympy import Expr, Integer, S

from symparams.asymptotics import leading_order
from symparams.checks.bounds import evaluated
from symparams.checks.explaining.attribution import attribute
from symparams.checks.explaining.differences import smallest_counterexample
from symparams.checks.explaining.search import conventions_of
from symparams.checks.judging.contradictions import agrees, unit_of
from symparams.checks.judging.ground import Ground, spaced
from symparams.checks.judging.inequalities import holds
from symparams.checks.readings.reading import Side
from symparams.checks.verdict import Kind, Verdict
from symparams.errors import MatchError, RegimeError, ValuesError, shown
from symparams.notation import per_cent, percent, substituted
from symparams.tree import Given

__all__ = ["NumberJudge"]

USUAL_POSITIONS = tuple(Integer(2**power) for power in range(8, 16))
TELLING = 10  # a rounded number off by so many units of its last digit may be explained by a convention; a nearer one is near


class NumberJudge(Ground):
    """Judges numbers and bounds."""

    def number(self, side: Side, formula: tuple[Side, Verdict] | None, before: Side | None = None) -> Verdict:
        """The verdict on a side of numbers: a result, or the sizes put in."""
        related = self.subject.related
        real = evaluated(self.subject.count(), self.sizes)
        if real.is_finite is False or real is S.NaN:
            at = ", ".join(f"{size} = {value}" for size, value in self.sizes.items())
            given = f"{shown(self.reading.formula.source)} at {at}, where the model divides by 0"
            raise MatchError(given, "sizes at which the model exists", "mend the sizes")
        stated = evaluated(side.expr, {})
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
            printed = f"the formula gives {spaced(value)}, {what} {spaced(stated)}, a difference of {spaced(gap)}"
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
            remark = f"the numbers put in give {spaced(before.expr)}, the number printed is {spaced(stated)}"
            return self.made(Kind.ARITHMETIC, False, gap, remark=f"{remark}, a difference of {spaced(gap)}")
        return self.wrong_number(side, stated, real)

    def right_number(self, stated: Expr, real: Expr) -> Verdict:
        """EXACT, to the digits stated."""
        number = per_cent(real) if self.percentage else spaced(real)
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
        if layer is not None and telling and self.search and self.subject.of.name == "parameters":
            positions, most = (USUAL_POSITIONS, 3) if unit == 0 else ((), 1)
            sets = conventions_of(layer, stated, self.free, positions, unit, most, self.sizes)
            if (verdict := self.conventions(sets, stated - real)) is not None:
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
            shown_as = f"{first}{spaced(left)} {relation} {second}{spaced(right)}"
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


def nearness(stated: Expr, real: Expr, unit: Expr) -> str:
    """How far a rounded number is from the model's, and whether it was cut off instead of rounded.

    >>> nearness(Integer(65_200_000_000), Integer(65_285_660_672), Integer(10**8))
    'truncated, not rounded: the model has 65,285,660,672'
    >>> nearness(Integer(70_000_000), Integer(68_976_648), Integer(10**6))
    '1.5 % above the model: it has 68,976,648'
    """
    if 0 < real - stated < unit and stated > 0:
        return f"truncated, not rounded: the model has {spaced(real)}"
    if real == 0:
        return "the model has none"
    share = (stated - real) / real
    return f"{percent(abs(share))} {'above' if share > 0 else 'below'} the model: it has {spaced(real)}"
