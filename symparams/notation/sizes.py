"""What may stand where a size is wanted: a positive integer, or an expression that may be one."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from sympy import Expr, Float, Integer, Symbol

from symparams.errors import SizeError, ValuesError, shown
from symparams.notation.names import is_own, symbol
from symparams.notation.substitution import added_up
from symparams.notation.writing import text

__all__ = ["MOST_DIGITS", "Size", "as_size", "as_values", "at_values", "evaluate"]

Size: TypeAlias = Expr | int
MOST_DIGITS = 100


def as_size(value: object, where: str) -> Expr:
    """`value` as a sympy expression, refused only when it is known to be no positive integer; d/h and 8d/3 are undecided.

    >>> as_size(512, "n_in")
    512
    >>> as_size(0, "n_in")
    Traceback (most recent call last):
    symparams.errors.SizeError: n_in=0
      wanted: a positive integer, or an expression that may be one
      next:   give a size of at least 1

    `where` names the place in messages. Raises `SizeError`.
    """
    if isinstance(value, Expr) and _may_be_size(value):
        return value
    given = f"{where}={shown(value)}"
    if isinstance(value, str):
        raise SizeError(given, "an int or a sympy expression, not text", f'make a symbol first: symbols("{value[:40]}")')
    if isinstance(value, bool):
        raise SizeError(given, "an int or a sympy expression, not a truth value", "give a size of at least 1")
    if isinstance(value, Expr):
        if value.has(Float):
            raise SizeError(given, "an exact size, not a float", "write it as an integer or as sympy.Rational")
        _known_symbols(value, given)
        size = value
    else:
        try:
            size = Integer(operator.index(value))  # type: ignore[arg-type]  # an int, or what counts as one (numpy's integers)
        except TypeError:
            raise SizeError(given, "an int or a sympy expression", f"a {type(value).__name__} is no exact size") from None
    if isinstance(size, Integer):
        _few_digits(size, where)
    if size.is_positive is False or size.is_integer is False or size.is_finite is False:
        raise SizeError(given, "a positive integer, or an expression that may be one", _mend(size))
    return size


def as_values(values: Mapping[Any, Any], known: frozenset[Symbol]) -> dict[Symbol, Integer]:
    """Values for symbols: keys are symbols or their names, values positive integers.

    Raises `ValuesError` for a symbol that is not among `known`, and `SizeError` for a value that is no positive integer.
    """
    taken: dict[Symbol, Integer] = {}
    for key, value in values.items():
        name = key.name if isinstance(key, Symbol) else str(key)
        own = symbol(name)
        names = ", ".join(sorted(s.name for s in known)) or "none"
        if own not in known:
            raise ValuesError(f"a value for {name}", f"values for the formula's symbols: {names}", "drop it, or mend its name")
        if isinstance(key, Symbol) and not is_own(key):
            raise ValuesError(f"a value for {name}, a sympy.Symbol", f"{name} as symparams makes it", f'use symbols("{name}")')
        size = as_size(value, name)
        if not isinstance(size, Integer):
            raise ValuesError(f"{name}={text(size)}", "an integer", "put expressions in with Given, or with sympy's subs")
        taken[own] = size
    return taken


def evaluate(expr: Expr, values: Mapping[Any, Any]) -> Expr:
    """The expression at integer sizes; symbols without a value stay.

    >>> from symparams.notation import symbols
    >>> N, d = symbols("N d")
    >>> evaluate(12 * N * d**2, {N: 96, d: 12288})
    173946175488
    """
    return at_values(expr, as_values(values, frozenset(expr.free_symbols)))


def at_values(expr: Expr, taken: Mapping[Symbol, Integer]) -> Expr:
    """The expression at values that `as_values` has read; those that it does not need are passed over.

    Raises `ValuesError` before it computes what has too many digits, or a sum of too many terms.
    """
    return added_up(expr, taken)


@lru_cache(maxsize=4096)
def _may_be_size(expr: Expr) -> bool:
    """Whether `as_size` takes an expression; trees are built from the same few over and over, so the answers are kept."""
    if expr.has(Float) or not all(map(is_own, expr.free_symbols)) or (expr.is_Integer and abs(expr.p) >= 10**MOST_DIGITS):
        return False
    return expr.is_positive is not False and expr.is_integer is not False and expr.is_finite is not False


def _known_symbols(expr: Expr, given: str) -> None:
    if foreign := sorted(s.name for s in expr.free_symbols if not is_own(s)):
        raise SizeError(
            f"{given}, where {foreign[0]} is a sympy.Symbol without symparams' assumptions",
            "a positive integer symbol: yours would print alike and never cancel with it",
            f'make it with symbols("{foreign[0]}")',
        )


def _few_digits(size: Integer, where: str) -> None:
    if abs(size.p) >= 10**MOST_DIGITS:
        raise SizeError(f"{where} has more than {MOST_DIGITS} digits", f"at most {MOST_DIGITS} digits", "no network is that large")


def _mend(size: Expr) -> str:
    if size.is_integer is False:
        return "write it as an exact whole number, or round with floor or ceiling"
    return "give a size of at least 1"
