"""Exact linear algebra and exact evaluation: what the fits and the evidence rest on. No floats anywhere."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import ceil, floor

import sympy
from sympy import Expr
from sympy.logic.boolalg import And, Boolean, Not, Or

__all__ = ["holds", "solve", "value_at"]

_RELATIONS = {
    sympy.Eq: operator.eq,
    sympy.Ne: operator.ne,
    sympy.Lt: operator.lt,
    sympy.Le: operator.le,
    sympy.Gt: operator.gt,
    sympy.Ge: operator.ge,
}


def value_at(expr: Expr, values: Mapping[str, int]) -> Fraction:
    """The exact value of an expression at sizes given by name.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> value_at(h * sympy.floor(d / h) + sympy.Max(d, 3) / 2, {"d": 10, "h": 4})
    Fraction(13, 1)
    """
    match expr:
        case sympy.Symbol():
            return Fraction(values[expr.name])
        case sympy.Rational():
            return Fraction(int(expr.p), int(expr.q))
        case sympy.Pow():
            base, exponent = (value_at(part, values) for part in expr.args)
            if exponent.denominator != 1 or abs(exponent) > 64:
                raise ValueError(f"the power {expr}")
            return Fraction(base ** int(exponent))
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
    raise ValueError(f"{type(expr).__name__} in {expr}")


def holds(condition: Boolean, values: Mapping[str, int]) -> bool:
    """Whether a condition holds at sizes given by name."""
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


def solve(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """The one solution of rows·x = right; None where there is none. `ArithmeticError` where there are many.

    >>> solve([[1, 0], [1, 1], [1, 2]], [5, 8, 11])
    [Fraction(5, 1), Fraction(3, 1)]
    """
    width = len(rows[0]) if rows else 0
    table = [[*map(Fraction, row), Fraction(value)] for row, value in zip(rows, right, strict=True)]
    for column in range(width):
        pivot = next((row for row in range(column, len(table)) if table[row][column]), None)
        if pivot is None:
            raise ArithmeticError("more unknowns than the points tell apart")
        table[column], table[pivot] = table[pivot], table[column]
        leading = table[column][column]
        table[column] = [entry / leading for entry in table[column]]
        for other in range(len(table)):
            factor = table[other][column]
            if other != column and factor:
                table[other] = [a - factor * b for a, b in zip(table[other], table[column], strict=True)]
    return [row[-1] for row in table[:width]] if all(not row[-1] for row in table[width:]) else None
