"""Sizes put into expressions that hold sums: an index is bound by its sum, and a sum at numbers is added up exactly.

sympy's own `xreplace` puts a value for the index l of Sum(l, (l, 1, L)) into its limits, and its `doit` adds up term by term, each
a symbolic expression. Here the innermost sums are numbers before what stands around them is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sympy import Expr, Integer, Max, Min, Mod, Rational, Sum, Symbol, ceiling, floor

from symparams.errors import StructureError, ValuesError, shown
from symparams.notation.bounds import MOST_ROWS, checked_bits, checked_rows, limits_of
from symparams.notation.exact import value_at

__all__ = ["added_up", "substituted"]


def substituted(expr: Expr, rule: Mapping[Symbol, Expr]) -> Expr:
    """The expression with symbols replaced; an index of a sum is no symbol of it.

    >>> from symparams.notation import symbols
    >>> l, L, d = symbols("l L d")
    >>> substituted(l * Sum(d**l, (l, 1, L)), {l: Integer(3), L: 2 * d})
    3*Sum(d**l, (l, 1, 2*d))

    Raises `StructureError` where what is put in holds the index of a sum that it would come under, `ValuesError` where
    integers that are put in make a number of too many digits.
    """
    if numbers := {size: value for size, value in rule.items() if isinstance(value, Integer)}:
        checked_bits(expr, numbers)
    if not rule:
        return expr
    if not expr.has(Sum):
        return _put(expr, rule)
    if not isinstance(expr, Sum):
        parts = [substituted(part, rule) for part in expr.args]
        if isinstance(expr, floor | ceiling | Max | Min | Mod) and any(part.has(Sum) and not part.free_symbols for part in parts):
            parts = [added_up(part, {}) for part in parts]  # sympy would look for the sign of a sum of numbers by approximations
        return expr.func(*parts)
    body, (index, start, stop) = limits_of(expr)
    inner = {size: value for size, value in rule.items() if size != index and size in body.free_symbols}
    if any(index in value.free_symbols for value in inner.values()):
        raise StructureError(f"{shown(inner)} under a sum over {index}", f"sizes without {index}", "name the index differently")
    return Sum(substituted(body, inner), (index, substituted(start, rule), substituted(stop, rule)))


def added_up(expr: Expr, sizes: Mapping[Symbol, Integer]) -> Expr:
    """The expression at integer sizes, each sum that is a number then added up; a sum that holds other symbols stays a sum.

    >>> from sympy import floor
    >>> from symparams.notation import symbols
    >>> l, L, d = symbols("l L d")
    >>> added_up(floor(Sum(floor(l / 2), (l, 1, L)) / 3) + Sum(d**l, (l, 1, L)), {L: Integer(9)})
    Sum(d**l, (l, 1, 9)) + 6

    Raises `ValuesError` before it computes what has too many digits, or a sum of too many terms.
    """
    checked_rows(expr, sizes)
    checked_bits(expr, sizes)
    return _added_up(expr, sizes)


def _added_up(expr: Expr, sizes: Mapping[Symbol, Integer]) -> Expr:
    if not expr.has(Sum):
        return _put(expr, sizes)
    if not isinstance(expr, Sum):
        return expr.func(*(_added_up(part, sizes) for part in expr.args))
    free = _free(expr)
    if not free <= sizes.keys():
        return substituted(expr, sizes)
    try:
        value = value_at(expr, {size.name: int(sizes[size]) for size in free}, MOST_ROWS)
    except ZeroDivisionError:
        raise ValuesError(f"{shown(expr)} at {shown(dict(sizes))}", "a sum whose terms have values", "other limits") from None
    return Rational(value.numerator, value.denominator)


@lru_cache(maxsize=4096)
def _free(total: Sum) -> frozenset[Symbol]:
    """The symbols of a sum but its index: sympy writes the whole sum anew to find them."""
    return frozenset(total.free_symbols)


def _put(expr: Expr, sizes: Mapping[Symbol, Expr]) -> Expr:
    """The replacement of sympy; raises `ValuesError` where it can build no such expression."""
    return _replaced(expr, tuple(sizes.items()))


@lru_cache(maxsize=4096)
def _replaced(expr: Expr, sizes: tuple[tuple[Symbol, Expr], ...]) -> Expr:
    """Kept, for a search puts the same into the same weights of every model that it tries, and sympy compares maxima each time."""
    try:
        return expr.xreplace(dict(sizes))
    except (ValueError, ZeroDivisionError):  # sympy compares no infinity: Max(1/(V//d), 3) where V is below d
        raise ValuesError(f"{shown(expr)} at these sizes", "sizes at which it has a value", "give others") from None
