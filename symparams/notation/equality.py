"""When two formulas are the same: exactly, for all sizes."""

from __future__ import annotations

from sympy import Expr, cancel, expand

__all__ = ["same"]


def same(left: Expr, right: Expr) -> bool:
    """Whether two expressions are equal as polynomials or rational functions of their symbols, rounded terms taken as atoms.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> same(d * (12 * d + 13), 12 * d**2 + 13 * d), same((d**2 - h**2) / (d - h), d + h), same(12 * d**2, 13 * d**2)
    (True, True, False)
    """
    difference = expand(left - right)
    return bool(difference == 0 or (not difference.is_number and cancel(difference) == 0))
