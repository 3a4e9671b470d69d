"""Exact values at integer sizes, by integers and fractions alone: no floats, no sympy arithmetic."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor, prod
from typing import TypeAlias

import sympy
from sympy import Expr
from sympy.logic.boolalg import And, Boolean, Not, Or

from symparams.errors import ValuesError, shown
from symparams.notation.bounds import MOST_BITS, limits_of

Number: TypeAlias = int | Fraction

__all__ = ["holds", "met", "probed", "value_at", "value_if_any"]

MOST_PROBED = 1_000  # rows of all sums of an expression, where it is one of many that are looked at
_RELATIONS = {
    sympy.Eq: operator.eq,
    sympy.Ne: operator.ne,
    sympy.Lt: operator.lt,
    sympy.Le: operator.le,
    sympy.Gt: operator.gt,
    sympy.Ge: operator.ge,
}


def value_at(expr: Expr, values: Mapping[str, int], most: int = MOST_PROBED) -> Fraction:
    """The exact value of an expression at sizes by name; its sums have at most so many rows, added up one by one.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> value_at(h * sympy.floor(d / h) + sympy.Max(d, 3) / 2, {"d": 10, "h": 4})
    Fraction(13, 1)

    Raises `ValuesError` for powers of too many digits, roots, long sums and functions of other kinds, `ZeroDivisionError` where
    the expression has no value.
    """
    try:
        return Fraction(_value(expr, values, _Rows(most)))
    except _NoValueError as error:
        template, part, wanted, move = error.args
        raise ValuesError(template.format(shown(part)), wanted, move) from None


def probed(expr: Expr, values: Mapping[str, int], most: int = MOST_PROBED) -> Fraction | None:
    """As `value_at`; None where it would raise, at once: a search looks at thousands of points and reads no message."""
    try:
        return Fraction(_value(expr, values, _Rows(most)))
    except (_NoValueError, ZeroDivisionError):
        return None


class _NoValueError(Exception):
    """A part of an expression has no exact value: the message with a place for it, the part, what is wanted, the move."""


class _Rows:
    """How many rows of sums may still be added up."""

    def __init__(self, most: int) -> None:
        self.most = self.remaining = most

    def spend(self, rows: int, total: sympy.Sum) -> None:
        self.remaining -= rows
        if self.remaining < 0:
            raise _NoValueError("{} added up", total, f"at most {self.most:,} terms", "smaller limits")


def _value(expr: Expr, values: Mapping[str, int], left: _Rows) -> Number:
    match expr:
        case sympy.Symbol():
            if expr.name not in values:
                raise _NoValueError("{} without a size", expr, "a size for each symbol", "give it one")
            return values[expr.name]
        case sympy.Integer():
            return int(expr.p)
        case sympy.Rational():
            return Fraction(int(expr.p), int(expr.q))
        case sympy.Pow():
            base, exponent = (_value(part, values, left) for part in expr.args)
            return _power(base, exponent, expr)
        case sympy.Sum():
            return _total(expr, values, left)
    parts = [_value(part, values, left) for part in expr.args]
    match expr:
        case sympy.Add():
            return sum(parts)
        case sympy.Mul():
            return prod(parts)
        case sympy.floor():
            return floor(parts[0])
        case sympy.ceiling():
            return ceil(parts[0])
        case sympy.Max():
            return max(parts)
        case sympy.Min():
            return min(parts)
        case sympy.Mod():
            return parts[0] % parts[1]
        case sympy.Abs():
            return parts[0] if parts[0] >= 0 else -parts[0]
    raise _NoValueError(f"{type(expr).__name__} in {{}}", expr, "sums, products, powers, roundings, Max and Min", "rewrite it")


def _power(base: Number, exponent: Number, expr: Expr) -> Number:
    if exponent.denominator != 1:
        raise _NoValueError("the root {}", expr, "a whole exponent", "rewrite it without roots")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(base) not in (0, 1) and abs(exponent.numerator) * bits > MOST_BITS:
        raise _NoValueError("the power {}, too large", expr, "at most some thousand digits", "smaller sizes and exponents")
    if base in (0, 1, -1) and exponent > 0:
        return base if exponent % 2 else base * base
    return base ** int(exponent) if exponent >= 0 else Fraction(base) ** int(exponent)


def _total(expr: sympy.Sum, values: Mapping[str, int], left: _Rows) -> Number:
    body, (index, *limits) = limits_of(expr)
    start, stop = (_value(limit, values, left) for limit in limits)
    if start.denominator != 1 or stop.denominator != 1 or stop < start - 1:
        raise _NoValueError(f"{{}} from {start} to {stop}", expr, "whole limits, the last not below the first", "other sizes")
    left.spend(int(stop - start) + 1, expr)
    return sum(_value(body, {**values, index.name: row}, left) for row in range(int(start), int(stop) + 1))


def value_if_any(expr: Expr, values: Mapping[str, int]) -> Fraction | None:
    """As `value_at`; None where the expression has no value: a division by nothing."""
    try:
        return value_at(expr, values)
    except ZeroDivisionError:
        return None


def holds(condition: Boolean, values: Mapping[str, int]) -> bool:
    """Whether a condition holds at sizes by name."""
    return _met(condition, lambda part: value_at(part, values))


def met(condition: Boolean, values: Mapping[str, int]) -> bool:
    """As `holds`; False where it would raise, at once."""
    try:
        return _met(condition, lambda part: _value(part, values, _Rows(MOST_PROBED)))
    except (_NoValueError, ZeroDivisionError):
        return False


def _met(condition: Boolean, value: Callable[[Expr], Number]) -> bool:
    match condition:
        case And():
            return all(_met(part, value) for part in condition.args)
        case Or():
            return any(_met(part, value) for part in condition.args)
        case Not():
            return not _met(condition.args[0], value)
    if condition in (True, False):
        return bool(condition)
    left, right = (value(part) for part in condition.args)
    return bool(_RELATIONS[type(condition)](left, right))
