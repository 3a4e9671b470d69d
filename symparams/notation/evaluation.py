"""Exact numbers from expressions, without sympy on the way: for the many points at which two formulas are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor, prod
from typing import TypeAlias

import sympy
from sympy import Expr, Symbol

from symparams.notation.bounds import MOST_BITS

__all__ = ["Evaluator", "Number", "evaluator"]

Number: TypeAlias = int | Fraction
Evaluator: TypeAlias = Callable[[Sequence[int]], Number]

LARGEST_POWER = 64


def evaluator(expr: Expr, symbols: Sequence[Symbol]) -> Evaluator | None:
    """The expression as a function of integers for its symbols, in their order; None where it holds what has no exact number so:
    roots, sums that are not in closed form, symbols that are not listed.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> evaluator(h * sympy.floor(d / h) + sympy.Max(d, 3) / 2, (d, h))((10, 4))
    Fraction(13, 1)

    The function raises `ZeroDivisionError` where the expression has no value, `OverflowError` at powers above 64
    or of too many digits.
    """
    places = {symbol: place for place, symbol in enumerate(symbols)}
    try:
        return _compiled(expr, places)
    except _NoNumberError:
        return None


class _NoNumberError(Exception):
    """A part of an expression that has no exact number."""


def _compiled(expr: Expr, places: dict[Symbol, int]) -> Evaluator:
    match expr:
        case Symbol():
            if expr not in places:
                raise _NoNumberError
            place = places[expr]
            return lambda values: values[place]
        case sympy.Rational():
            number: Number = int(expr.p) if expr.q == 1 else Fraction(int(expr.p), int(expr.q))
            return lambda values: number
    parts = [_compiled(part, places) for part in expr.args]
    match expr:
        case sympy.Add():
            return lambda values: sum(part(values) for part in parts)
        case sympy.Mul():
            return lambda values: prod(part(values) for part in parts)
        case sympy.Pow():
            base, exponent = parts
            return lambda values: _power(base(values), exponent(values))
        case sympy.floor():
            return lambda values: floor(parts[0](values))
        case sympy.ceiling():
            return lambda values: ceil(parts[0](values))
        case sympy.Max():
            return lambda values: max(Fraction(part(values)) for part in parts)
        case sympy.Min():
            return lambda values: min(Fraction(part(values)) for part in parts)
        case sympy.Mod():
            above, below = parts
            return lambda values: Fraction(above(values)) % Fraction(below(values))
        case sympy.Abs():
            (inner,) = parts
            return lambda values: max(inner(values), -inner(values))
    raise _NoNumberError


def _power(base: Number, exponent: Number) -> Number:
    whole = int(exponent)
    bits = max(abs(base.numerator), base.denominator).bit_length()
    if whole != exponent or abs(whole) > LARGEST_POWER or abs(whole) * bits > MOST_BITS:
        raise OverflowError(f"the power {exponent}")
    return base**whole if whole >= 0 else Fraction(1) / base**-whole
