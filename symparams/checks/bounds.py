"""What a formula from outside may cost, told before it is worked out: its terms multiplied out, its digits at given sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, prod

from sympy import Add, Expr, Integer, Mul, Pow, Symbol, nextprime

from symparams.errors import ValuesError, shown
from symparams.notation import at_values

__all__ = ["evaluated", "fits", "point_of", "terms_of"]

MOST_BITS = 10_000  # Python prints integers of up to 4,300 digits
_LARGE = tuple(nextprime(10**9 + 10**6 * number) for number in range(16))  # sums that agree there hardly ever differ
_SMALL = tuple(nextprime(10 + number * 2) for number in range(16))


def terms_of(expr: Expr) -> float:
    """How many terms an expression has at the most once it is multiplied out.

    >>> from symparams import symbols
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
            terms = terms_of(base)
            return terms if terms == 1 or not exp.is_Integer else inf if abs(exp) > 64 else terms ** abs(int(exp))
        case _:
            return max((terms_of(part) for part in expr.args), default=1) if expr.args else 1


def fits(expr: Expr, sizes: Mapping[Symbol, Integer]) -> bool:
    """Whether an expression has at most some thousand digits at these sizes."""
    return _bits(expr, sizes) <= MOST_BITS


def _bits(expr: Expr, sizes: Mapping[Symbol, Integer]) -> float:
    match expr:
        case Symbol():
            return sizes[expr].p.bit_length() if expr in sizes else 40  # the index of a sum
        case Add():
            return max(_bits(term, sizes) for term in expr.args) + len(expr.args)
        case Mul():
            return sum(_bits(factor, sizes) for factor in expr.args)
        case Pow(base=base, exp=exp):
            power = _bits(exp, sizes)
            return inf if power > 20 else _bits(base, sizes) * (abs(int(exp)) if exp.is_Integer else 2**power)
    if expr.is_Rational:
        return max(abs(int(expr.p)), int(expr.q)).bit_length()
    return max((_bits(part, sizes) for part in expr.args if isinstance(part, Expr)), default=1) + 40


def evaluated(expr: Expr, sizes: Mapping[Symbol, Integer]) -> Expr:
    """The expression at these sizes; raises `ValuesError` where it has too many digits to be worked out."""
    if not fits(expr, sizes):
        raise ValuesError(f"{shown(expr)} at {shown(dict(sizes))}", "at most some thousand digits", "smaller sizes and exponents")
    return at_values(expr, sizes)


def point_of(expressions: Iterable[Expr]) -> dict[Symbol, Integer] | None:
    """Primes for the symbols of some expressions, at which sums that agree hardly ever differ; small ones for exponents.

    None where there are more symbols than primes, or where a value would have too many digits.
    """
    given = tuple(expressions)
    met = sorted(set().union(*(expr.free_symbols for expr in given)), key=lambda symbol: symbol.name)
    raised = set().union(*(power.exp.free_symbols for expr in given for power in expr.atoms(Pow)))
    point = {
        symbol: Integer(small if symbol in raised else large) for symbol, small, large in zip(met, _SMALL, _LARGE, strict=False)
    }
    return point if len(point) == len(met) and all(fits(expr, point) for expr in given) else None
