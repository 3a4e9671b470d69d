"""A formula from outside at sizes: evaluated where that is bounded, and probed at primes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Expr, Integer, Pow, Sum, Symbol, nextprime

from symparams.notation import at_values, fits, terms_of

__all__ = ["evaluated", "fits", "point_of", "terms_of"]

_LARGE = tuple(nextprime(10**9 + 10**6 * number) for number in range(16))  # sums that agree there hardly ever differ
_SMALL = tuple(nextprime(10 + number * 2) for number in range(16))


def evaluated(expr: Expr, sizes: Mapping[Symbol, Integer]) -> Expr:
    """The expression at these sizes; raises `ValuesError` where it has too many digits to be worked out."""
    return at_values(expr, sizes)


def point_of(expressions: Iterable[Expr]) -> dict[Symbol, Integer] | None:
    """Primes for the symbols of some expressions, at which sums that agree hardly ever differ; small ones for exponents and for
    limits of sums.

    None where there are more symbols than primes, or where a value would have too many digits.
    """
    given = tuple(expressions)
    used = sorted(set().union(*(expr.free_symbols for expr in given)), key=lambda symbol: symbol.name)
    raised = set().union(*(power.exp.free_symbols for expr in given for power in expr.atoms(Pow)))
    limits = [limit for expr in given for total in expr.atoms(Sum) for limit in total.limits]
    raised |= set().union(*(end.free_symbols for _, *ends in limits for end in ends))
    point = {
        symbol: Integer(small if symbol in raised else large) for symbol, small, large in zip(used, _SMALL, _LARGE, strict=False)
    }
    return point if len(point) == len(used) and all(fits(expr, point) for expr in given) else None
