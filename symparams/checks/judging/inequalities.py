"""Inequalities: a bound that a claim states for a number, for a formula, or for the model itself."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sympy import Add, Expr, expand

from symparams.notation import evaluator, smallest_points

__all__ = ["holds"]

_RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {"<": operator.lt, ">": operator.gt, "≤": operator.le, "≥": operator.ge}
MOST_POINTS = 400


def holds(left: Expr, relation: str, right: Expr) -> bool | None:
    """Whether an inequality holds for all sizes; None where neither a proof nor a counterexample was found.

    >>> from symparams.notation import symbols
    >>> d = symbols("d")
    >>> holds(12 * d**2 + 13 * d, ">", 12 * d**2), holds(d**2, ">", 3 * d)
    (True, False)
    """
    gap = expand(left - right if relation in (">", "≥") else right - left)
    if gap.is_number:
        return bool(_RELATIONS[">" if relation in "<>" else "≥"](gap, 0))
    terms = Add.make_args(gap)
    if all(term.is_positive for term in terms) or (relation in "≤≥" and all(term.is_nonnegative for term in terms)):
        return True
    symbols = sorted(gap.free_symbols, key=lambda one: one.name)
    value = evaluator(gap, symbols)
    if value is None:
        return None
    for number, point in enumerate(smallest_points(symbols)):
        with suppress(ZeroDivisionError, OverflowError):  # a point at which it has no value, or too large a one
            found = value([int(point[one]) for one in symbols])
            if found < 0 or (found == 0 and relation in "<>"):
                return False
        if number == MOST_POINTS:
            break
    return None
