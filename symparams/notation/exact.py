"""Exact values at integer sizes, by integers and fractions alone: no floats, no sympy arithmetic."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from math import ceil, floor

import sympy
from sympy import Expr
from sympy.logic.boolalg import And, Boolean, Not, Or

from symparams.errors import ValuesError, shown
from symparams.notation.bounds import MOST_BITS

__all__ = ["holds", "value_at", "value_if_any"]

MOST_ROWS = 1_000  # of a sum that is added up one by one
_RELATIONS = {
    sympy.Eq: operator.eq,
    sympy.Ne: operator.ne,
    sympy.Lt: operator.lt,
    sympy.Le: operator.le,
    sympy.Gt: operator.gt,
    sympy.Ge: operator.ge,
}


def value_at(expr: Expr, values: Mapping[str, int]) -> Fraction:
    """The exact value of an expression at sizes by name.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> value_at(h * sympy.floor(d / h) + sympy.Max(d, 3) / 2, {"d": 10, "h": 4})
    Fraction(13, 1)

    Raises `ValuesError` for powers of too many digits, roots, long sums and functions of other kinds, `ZeroDivisionError` where
    the expression has no value.
    """
    match expr:
        case sympy.Symbol():
            return Fraction(values[expr.name])
        case sympy.Rational():
            return Fraction(int(expr.p), int(expr.q))
        case sympy.Pow():
            base, exponent = (value_at(part, values) for part in expr.args)
            return _power(base, exponent, expr)
        case sympy.Sum():
            return _total(expr, values)
    parts = [value_at(part, values) for part in expr.args]
    match expr:
        case sympy.Add():
            return sum(parts, Fraction(0))
        case sympy.Mul():
            return reduce(operator.mul, parts, Fraction(1))
        case sympy.floor():
            return Fraction(floor(parts[0]))
        case sympy.ceiling():
            return Fraction(ceil(parts[0]))
        case sympy.Max():
            return max(parts)
        case sympy.Min():
            return min(parts)
        case sympy.Mod():
            return parts[0] % parts[1]
        case sympy.Abs():
            return abs(parts[0])
    raise ValuesError(f"{type(expr).__name__} in {shown(expr)}", "sums, products, powers, roundings, Max and Min", "rewrite it")


def _power(base: Fraction, exponent: Fraction, expr: Expr) -> Fraction:
    if exponent.denominator != 1:
        raise ValuesError(f"the root {shown(expr)}", "a whole exponent", "rewrite it without roots")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(base) not in (0, 1) and abs(exponent.numerator) * bits > MOST_BITS:
        raise ValuesError(f"the power {shown(expr)}, too large", "at most some thousand digits", "smaller sizes and exponents")
    if base in (0, 1, -1) and exponent > 0:
        return base if exponent % 2 else base * base
    return Fraction(base ** int(exponent))


def _total(expr: sympy.Sum, values: Mapping[str, int]) -> Fraction:
    if len(expr.limits) != 1:
        raise ValuesError(f"{shown(expr)}", "one index a sum", "write one sum inside the other")
    index, *limits = expr.limits[0]
    start, stop = (value_at(limit, values) for limit in limits)
    if start.denominator != 1 or stop.denominator != 1 or not 0 <= stop - start + 1 <= MOST_ROWS:
        raise ValuesError(f"{shown(expr)} added up", f"at most {MOST_ROWS:,} terms", "whole and smaller limits")
    rows = range(int(start), int(stop) + 1)
    return sum((value_at(expr.function, {**values, index.name: row}) for row in rows), Fraction(0))


def value_if_any(expr: Expr, values: Mapping[str, int]) -> Fraction | None:
    """As `value_at`; None where the expression has no value: a division by nothing."""
    try:
        return value_at(expr, values)
    except ZeroDivisionError:
        return None


def holds(condition: Boolean, values: Mapping[str, int]) -> bool:
    """Whether a condition holds at sizes by name."""
    match condition:
        case And():
            return all(holds(part, values) for part in condition.args)
        case Or():
            return any(holds(part, values) for part in condition.args)
        case Not():
            return not holds(condition.args[0], values)
    if condition in (True, False):
        return bool(condition)
    left, right = (value_at(part, values) for part in condition.args)
    return bool(_RELATIONS[type(condition)](left, right))
