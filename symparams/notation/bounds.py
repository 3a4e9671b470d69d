"""What a result may cost, estimated before it is computed: its terms multiplied out, its digits at given sizes.

Each estimate is an upper bound found in one walk over the expression. `checked_terms` and `checked_bits` raise `ValuesError`
that names the number; every place that multiplies out or computes a value calls one of them first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf, log10, prod
from typing import TypeAlias

from sympy import Add, Expr, Integer, Max, Min, Mul, Pow, Sum, Symbol, preorder_traversal

from symparams.errors import ValuesError, shown

__all__ = [
    "MOST_BITS",
    "MOST_ROWS",
    "MOST_TERMS",
    "Limits",
    "bits_of",
    "checked_bits",
    "checked_choice",
    "checked_height",
    "checked_rows",
    "checked_terms",
    "fits",
    "limits_of",
    "terms_of",
    "weight_of",
]

Limits: TypeAlias = tuple[Symbol, Expr, Expr]  # an index, its first and its last value

MOST_BITS = 10_000  # Python prints integers of up to 4,300 digits
MOST_ROWS = 20_000  # of a sum over an index, added up one by one
MOST_TERMS = 2_000
_HIGHEST = 16  # degree where sympy is asked for a sign
_MOST_ROOTS = 3  # of numbers, likewise
_MOST_CHOICES = 8  # sizes of a maximum and of those within it
_MOST_EXPONENT = 64
_TALLEST = 2


def terms_of(expr: Expr) -> float:
    """How many terms an expression has at the most once it is multiplied out.

    >>> from symparams.notation import symbols
    >>> d, V = symbols("d V")
    >>> terms_of((d + V) ** 3 * (d + 1) + 2**V)
    17
    """
    match expr:
        case Add():
            return sum(terms_of(term) for term in expr.args)
        case Mul():
            return prod(terms_of(factor) for factor in expr.args)
        case Pow(base=base, exp=exp):
            terms, whole = terms_of(base), exp.as_coeff_Add()[0]  # (d + h)**(V + 2) is written (d + h)**V times the three terms
            if terms == 1 or not whole.is_Rational:
                return terms
            power = max(1, abs(int(whole)))  # (d + h)**(15/7) is (d + h)**2 times a root
            return inf if power > _MOST_EXPONENT else terms**power
        case _:
            return max((terms_of(part) for part in expr.args), default=1)


def checked_terms(expr: Expr, most: int = MOST_TERMS) -> float:
    """The number of terms of an expression; raises `ValuesError` where it is more than `most`.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> checked_terms((d + h) ** 20)
    Traceback (most recent call last):
    symparams.errors.ValuesError: (d + h)**20: up to 1,048,576 terms multiplied out
      wanted: at most 2,000 terms
      next:   a simpler formula
    """
    terms = terms_of(expr)
    if terms > most:
        number = f"{int(terms):,}" if terms < 10**12 else f"more than {10**12:,}"
        raise ValuesError(f"{shown(expr)}: up to {number} terms multiplied out", f"at most {most:,} terms", "a simpler formula")
    return terms


def weight_of(expr: Expr) -> int:
    """What it costs to write an expression anew: its nodes, for a maximum those of its arguments, each compared with all others.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> weight_of(d * h + 1), weight_of(Max(d, h, 64))
    (5, 12)
    """
    return sum(
        len(node.args) * sum(1 for part in node.args for _ in preorder_traversal(part)) if isinstance(node, Max | Min) else 1
        for node in preorder_traversal(expr)
    )


def bits_of(expr: Expr, sizes: Mapping[Symbol, Integer]) -> float:
    """How many binary digits an expression has at the most at these sizes, and each number on the way; infinity where that is
    no use to know: a sum of too many terms, an exponent of too many digits.

    A symbol without a size stays a symbol, and what is raised to it is not computed; the index of a sum takes its largest value.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> bits_of(d**h, {d: Integer(1000), h: Integer(7)}), bits_of(d**h, {d: Integer(1000)})
    (70, 40)
    """
    match expr:
        case Symbol():
            return int(sizes[expr].p).bit_length() if expr in sizes else 40
        case Add():
            return max(bits_of(term, sizes) for term in expr.args) + len(expr.args)
        case Mul():
            return sum(bits_of(factor, sizes) for factor in expr.args)
        case Pow(base=base, exp=exp):
            return _bits_of_power(base, exp, sizes)
        case Sum():
            return _bits_of_sum(expr, sizes)
    if expr.is_Rational:
        return max(abs(int(expr.p)), int(expr.q)).bit_length()
    return max((bits_of(part, sizes) for part in expr.args if isinstance(part, Expr)), default=1) + 40


def _bits_of_power(base: Expr, exp: Expr, sizes: Mapping[Symbol, Integer]) -> float:
    below, power = bits_of(base, sizes), bits_of(exp, sizes)
    if exp.is_Integer:
        return below * abs(int(exp))
    if not exp.free_symbols:  # a root: sympy looks for factors of what stands below it
        return below * max(1, ceil(abs(exp)) if exp.is_Rational else 1) if below <= 400 else inf
    if not exp.free_symbols <= sizes.keys():
        if _tower(exp) > _TALLEST or _height(exp) > _HIGHEST:
            return inf
        alone = exp.as_coeff_Add()[0]  # 2**(d + 9) is written 512*2**d
        return max(below, power, below * ceil(abs(alone)) if alone.is_Rational and alone != 0 else 0)
    if power > 64:
        return inf
    value = exp.xreplace(dict(sizes))
    return below * abs(int(value)) if value.is_Integer else below * 2.0**power


def _tower(exp: Expr) -> int:
    """How many powers with symbols in their exponents stand above one another: 2 in d**(d**h)."""
    if isinstance(exp, Pow) and exp.exp.free_symbols:
        return 1 + max(_tower(exp.exp), _tower(exp.base))
    return max(map(_tower, exp.args), default=0) if exp.args else 0


def limits_of(total: Sum) -> tuple[Expr, Limits]:
    """What the outermost index of a sum runs over, and that index: sympy keeps a sum of sums as one with several indices."""
    *inner, outer = total.limits
    return Sum(total.function, *inner) if inner else total.function, outer


def _bits_of_sum(total: Sum, sizes: Mapping[Symbol, Integer]) -> float:
    body, (index, start, stop) = limits_of(total)
    ends = [limit.xreplace(dict(sizes)) for limit in (start, stop) if not limit.has(Sum) and bits_of(limit, sizes) <= MOST_BITS]
    if len(ends) < 2:
        return inf
    if not all(end.is_Rational for end in ends):  # limits that are symbols yet: nothing is added up
        return bits_of(body, {size: value for size, value in sizes.items() if size != index})
    rows = int(abs(ends[1] - ends[0])) + 1
    return bits_of(body, {**sizes, index: Integer(max(map(abs, ends)))}) + rows.bit_length() if rows <= MOST_ROWS else inf


def checked_rows(expr: Expr, sizes: Mapping[Symbol, Integer]) -> None:
    """Raises `ValuesError` where an expression holds a sum of too many terms to be added up one by one at these sizes."""
    for total in expr.atoms(Sum):
        for _, start, stop in total.limits:
            span = stop.xreplace(dict(sizes)) - start.xreplace(dict(sizes)) if fits(stop, sizes) and fits(start, sizes) else None
            if span is not None and span.is_Rational and span >= MOST_ROWS:
                given = f"{shown(total)}: a sum of {int(span) + 1} terms one by one"
                raise ValuesError(given, f"at most {MOST_ROWS:,} terms", "smaller limits")


def checked_height(expr: Expr) -> None:
    """Raises `ValuesError` where sympy would take long to tell the sign of an expression, which it needs for a root, a maximum or
    a rounding: it looks for the roots of a polynomial, however high its degree.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> checked_height((d + h) ** 20 / d)
    Traceback (most recent call last):
    symparams.errors.ValuesError: a size of degree 21 in a root, a choice, a rounding or a sum
      wanted: a degree up to 16
      next:   check the powers
    """
    height = _height(expr)
    if height > _HIGHEST:
        degree = f"degree {height}" if height < 10**6 else "such a degree"
        raise ValuesError(
            f"a size of {degree} in a root, a choice, a rounding or a sum", f"a degree up to {_HIGHEST}", "check the powers"
        )
    if sum(not power.free_symbols for power in expr.atoms(Pow)) > _MOST_ROOTS:
        raise ValuesError("roots of many numbers in one another", f"at most {_MOST_ROOTS}", "check the roots")


def checked_choice(sizes: Sequence[Expr]) -> None:
    """Raises `ValuesError` where sympy would take long to find the largest of some sizes: it compares them pairwise.

    >>> from symparams.notation import symbols
    >>> checked_choice(symbols("a b c d e f g h i"))
    Traceback (most recent call last):
    symparams.errors.ValuesError: 9 sizes to choose from
      wanted: at most 8
      next:   write fewer
    """
    for size in sizes:
        checked_height(size)
    count = len(sizes) + sum(len(choice.args) for size in sizes for choice in size.atoms(Max, Min))
    if count > _MOST_CHOICES:
        raise ValuesError(f"{count} sizes to choose from", f"at most {_MOST_CHOICES}", "write fewer")


def _height(expr: Expr) -> int:
    """An upper bound of the degree of an expression and of its reciprocals."""
    match expr:
        case Symbol():
            return 1
        case Pow(base=base, exp=exp):
            return _height(base) * ceil(abs(exp)) if exp.is_Rational else _height(base) + _height(exp)
        case Mul():
            return sum(map(_height, expr.args))
        case _:
            return max(map(_height, expr.args), default=0)


def fits(expr: Expr, sizes: Mapping[Symbol, Integer]) -> bool:
    """Whether an expression has at most some thousand digits at these sizes."""
    return bits_of(expr, sizes) <= MOST_BITS


def checked_bits(expr: Expr, sizes: Mapping[Symbol, Integer]) -> float:
    """The number of binary digits of an expression at these sizes; raises `ValuesError` where it is more than `MOST_BITS`.

    >>> from symparams.notation import symbols
    >>> d = symbols("d")
    >>> checked_bits(2**d, {d: Integer(10**9)})
    Traceback (most recent call last):
    symparams.errors.ValuesError: 2**d at {d: 1000000000}: up to 602,059,991 digits
      wanted: at most some thousand digits
      next:   smaller sizes and exponents
    """
    bits = bits_of(expr, sizes)
    if bits > MOST_BITS:
        digits = f"up to {int(bits * log10(2)):,} digits" if bits < inf else "too many terms or digits to count"
        given = f"{shown(expr)} at {shown(dict(sizes))}: {digits}"
        raise ValuesError(given, "at most some thousand digits", "smaller sizes and exponents")
    return bits
