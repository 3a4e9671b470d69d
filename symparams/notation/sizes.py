"""What may stand where a size is wanted: a positive integer, or an expression that may be one."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import isfinite
from numbers import Integral, Real
from numbers import Rational as Fractional
from typing import Any, TypeAlias

from sympy import Expr, Float, Integer, Rational, Symbol, sympify

from symparams.errors import SizeError, ValuesError, shown
from symparams.notation.names import is_own, made_by_symparams, symbol
from symparams.notation.substitution import added_up
from symparams.notation.writing import text

__all__ = [
    "MOST_DIGITS",
    "Size",
    "Value",
    "as_exact",
    "as_size",
    "as_values",
    "at_values",
    "evaluate",
    "symbol_among",
    "value_of",
    "whole_size",
]

Size: TypeAlias = Expr | int
Value: TypeAlias = int | Expr  # an int where it is a number and whole
MOST_DIGITS = 100
_EXACT_FLOATS = 2**53  # floats beyond it stand for their neighbours as well


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
    size = as_exact(value)
    if size is None:
        raise SizeError(given, "an int or a sympy expression", f"{type(value).__name__} is no exact size")
    if isinstance(size, Integer) and size > 0 and isinstance(value, Real) and not isinstance(value, Integral | Expr):
        raise SizeError(given, "an int or a sympy expression", f"write {size}")  # as frameworks do
    if not isinstance(size, Rational):
        if size.has(Float):
            raise SizeError(given, "an exact size, not a float", "write it as an integer or as sympy.Rational")
        _known_symbols(size, given)
    if isinstance(size, Integer):
        _few_digits(size, where)
    if size.is_positive is False or size.is_integer is False or size.is_finite is False:
        raise SizeError(given, "a positive integer, or an expression that may be one", _mend(size))
    return size


def as_exact(value: object) -> Expr | None:
    """A number or an expression as sympy has it: integers and fractions of Python and numpy, floats, and results; None for others.

    >>> from fractions import Fraction
    >>> as_exact(4.0), as_exact(Fraction(8, 3)), as_exact(0.1), as_exact(True), as_exact("4")
    (4, 8/3, 3602879701896397/36028797018963968, None, None)
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool | str):
        return None
    if hasattr(value, "_sympy_"):
        return as_exact(value._sympy_())
    if isinstance(value, Fractional):
        return Rational(int(value.numerator), int(value.denominator))
    if isinstance(value, Real):
        return Rational(*float(value).as_integer_ratio()) if isfinite(value) else None
    try:
        return Integer(operator.index(value))  # type: ignore[arg-type]  # what counts as an integer
    except TypeError:
        return None


def as_values(
    values: Mapping[Any, Any] | None, known: frozenset[Symbol], named: Mapping[str, Any] | None = None
) -> dict[Symbol, Integer]:
    """Values for symbols: keys are symbols or their names, values positive integers (numpy's, Fraction(4) and 4.0 as well);
    `named` are those given by keyword.

    Raises `ValuesError` for a symbol that is not among `known` or has two values, and `SizeError` for a value that is no positive
    integer.
    """
    if values is not None and not isinstance(values, Mapping):
        raise ValuesError(f"{shown(values)} as sizes", "a dictionary of sizes", 'write {d: 768}, {"d": 768}, or d=768')
    taken: dict[Symbol, Integer] = {}
    for key, value in (*(values or {}).items(), *(named or {}).items()):
        own = symbol_among(known, key, "value")
        if own in taken:
            raise ValuesError(f"two values for {own.name}", "one value for each symbol", "drop one of them")
        taken[own] = whole_size(value, own.name)
    return taken


def symbol_among(known: frozenset[Symbol], key: Any, noun: str) -> Symbol:
    """The one of the `known` symbols that a key names, itself or by its name; `noun` is what the key is for, in messages.

    Raises `ValuesError` for other names, and for symbols that only print like one of them.
    """
    if not isinstance(key, Symbol | str):
        raise ValuesError(f"a {noun} for {shown(key)}", "a symbol or its name", 'write d, or "d"')
    name = key.name if isinstance(key, Symbol) else key
    own = symbol(name)
    if own not in known:
        names = ", ".join(sorted(s.name for s in known)) or "none"
        raise ValuesError(f"a {noun} for {name}", f"{noun}s for the formula's symbols: {names}", "drop it, or mend its name")
    if isinstance(key, Symbol) and not is_own(key):
        raise ValuesError(f"a {noun} for {name}, a sympy.Symbol", f"{name} as symparams makes it", made_by_symparams(name))
    return own


def whole_size(value: Any, name: str) -> Integer:
    """A positive integer from what stands for one exactly: an int, numpy's and sympy's, Fraction(4), 4.0.

    Raises `SizeError` for anything else, and for floats that stand for several integers; `ValuesError` for expressions.
    """
    if isinstance(value, Real) and not isinstance(value, Fractional) and isfinite(value) and abs(float(value)) > _EXACT_FLOATS:
        raise SizeError(f"{name}={shown(value)}", "an exact size", "write an integer: a float of this size stands for several")
    number = as_exact(value)
    size = as_size(number if isinstance(number, Integer) else value, name)
    if not isinstance(size, Integer):
        raise ValuesError(f"{name}={text(size)}", "an integer", "put expressions in with Given, or with sympy's subs")
    return size


def value_of(
    expr: Expr, values: Mapping[Any, Any] | None = None, named: Mapping[str, Any] | None = None, also: Iterable[Symbol] = ()
) -> Value:
    """The value of an expression at sizes, as `as_values` takes them: an int where it is whole; symbols without a size stay.

    `also` are symbols that may have a size though the expression lacks them: those of what it was made from.

    >>> from symparams.notation import symbols
    >>> N, d = symbols("N d")
    >>> value_of(12 * N * d**2, {N: 96, "d": 12288}), value_of(d / N, {d: 3}, {"N": 2}), value_of(12 * N * d**2, {d: 2})
    (173946175488, 3/2, 48*N)
    """
    value = at_values(expr, as_values(values, frozenset(expr.free_symbols).union(also), named))
    return int(value) if value.is_Integer else value


def evaluate(expr: Expr, values: Mapping[Any, Any]) -> Expr:
    """The same value, a sympy expression also where it is whole.

    >>> from symparams.notation import symbols
    >>> N, d = symbols("N d")
    >>> evaluate(12 * N * d**2, {N: 96, d: 12288})
    173946175488
    """
    return sympify(value_of(expr, values))


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
            made_by_symparams(foreign[0]),
        )


def _few_digits(size: Integer, where: str) -> None:
    if abs(size.p) >= 10**MOST_DIGITS:
        raise SizeError(f"{where} has more than {MOST_DIGITS} digits", f"at most {MOST_DIGITS} digits", "no network is that large")


def _mend(size: Expr) -> str:
    if size.is_integer is False:
        return "write it as an exact whole number, or round with floor or ceiling"
    return "give a size of at least 1"
