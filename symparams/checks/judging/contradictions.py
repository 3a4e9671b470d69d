"""What a claim says of itself: whether its sides agree with each other, whatever the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sympy import Expr, Integer, Symbol

from symparams.checks.readings.reading import APPROXIMATE, ORDERED, Side
from symparams.notation import Words, percent, same, substituted

__all__ = ["agrees", "contradiction", "unit_of"]


def unit_of(stated: Expr, side: Side) -> Expr:
    """The unit of the last digit that a number states, 0 where it is exact; of ≈ 1,320M the first three digits are stated."""
    unit: Expr = side.precision.unit if side.precision is not None else Integer(0)
    if side.relation in APPROXIMATE and stated.is_Integer and stated != 0:
        digits = str(abs(stated))
        zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
        unit = max(unit, Integer(10) ** zeros) if zeros > 0 else unit
    return unit


def agrees(stated: Expr, real: Expr, side: Side) -> bool:
    """Whether a number is right to the digits that it states."""
    unit = unit_of(stated, side)
    if side.relation in APPROXIMATE and stated.is_Integer and real.is_Rational and not real.is_Integer:
        unit = max(unit, Integer(1))  # a ratio that is rounded to a whole number
    return bool(
        stated == real or (stated.is_Rational and real.is_Rational and abs(real - stated) * 2 <= unit and unit <= abs(real))
    )


def _has_rest(*sides: Side) -> bool:
    return any(side.remainder is not None or side.relation in ("O", "∝") for side in sides)


def contradiction(sides: Sequence[Side], related: Mapping[Symbol, Expr]) -> Words:
    """Where a claim contradicts itself: two sides of numbers that differ, two formulas joined by = that are not equal.

    The words for it, none where it does not; `related` are the sizes that relations of the model define.
    """
    for before, after in pairwise(sides):
        if after.relation in ORDERED:
            continue
        one, two = (substituted(side.expr, related) for side in (before, after))
        if before.is_number and after.is_number:
            if not (agrees(two, one, after) or agrees(one, two, before)):
                apart = percent(abs(two - one) / abs(one)) if one.is_Rational and one != 0 else "0.0 %"
                near = f", {apart} apart" if apart != "0.0 %" else ""
                return ("the claim contradicts itself: ", before.form, " is ", one, ", not ", two, near)
        elif after.sign == "=" and not (before.is_number or after.is_number or _has_rest(before, after)) and not same(one, two):
            return ("the claim contradicts itself: ", before.form, " is not ", after.form)
    return ()
