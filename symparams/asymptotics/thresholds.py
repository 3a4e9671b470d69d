"""From which size on a polynomial is not negative, solved exactly."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Poly, Symbol, cancel, expand, sqrt

from symparams.errors import RegimeError

__all__ = ["is_positive", "least_integer", "threshold"]


def is_positive(expr: Expr) -> bool:
    """Whether an expression is a sum of positive terms, every symbol being positive."""
    return all(term.is_positive is True for term in Add.make_args(expand(expr)))


def threshold(excess: Poly, symbol: Symbol) -> Expr:
    """The least size from which on a polynomial is not negative."""
    if excess.is_zero or all(is_positive(c) for c in excess.coeffs()):
        return Integer(1)
    if not is_positive(excess.LC()):
        raise RegimeError(
            f"an error that does not come below the bound as {symbol.name} grows", "a larger bound", "keep more terms: .next"
        )
    if all(coefficient.is_Rational for coefficient in excess.coeffs()):
        return least_integer(excess)
    shift = min(monomial[0] for monomial in excess.monoms())
    coefficients = [excess.coeff_monomial(symbol**power) for power in range(shift, excess.degree() + 1)]
    if len(coefficients) == 2:
        return cancel(-coefficients[0] / coefficients[1]).factor()
    if len(coefficients) == 3 and is_positive(-coefficients[0]):  # one root is positive, whatever the middle term's sign
        c, b, a = coefficients
        return (-b + sqrt(expand(b**2 - 4 * a * c))) / (2 * a)
    names = ", ".join(sorted(s.name for s in excess.free_symbols_in_domain))
    raise RegimeError(
        f"a threshold of degree {excess.degree() - shift} in {symbol.name}",
        "values for the other symbols",
        f"give {names} in at=",
    )


def least_integer(excess: Poly) -> Expr:
    """The least positive integer from which on a polynomial with a positive leading coefficient is not negative at integers."""
    roots = excess.sqf_part()
    above = None  # no integer from here on is negative
    while roots.count_roots(1, above):
        low, high = 1, 2  # the largest root below `above` is at least low; high ends as its ceiling
        while _roots_beyond(roots, high, above):
            low, high = high, 2 * high
        if not _roots_beyond(roots, low, above):
            high = low
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _roots_beyond(roots, middle, above) else (low, middle)
        if high == 1 or excess.eval(high - 1) < 0:
            return Integer(high)
        above = high - 1
    return Integer(1)


def _roots_beyond(poly: Poly, size: int, above: int | None) -> bool:
    """Whether a root lies beyond `size`, up to `above`."""
    if above is not None and size >= above:
        return False
    return bool(poly.count_roots(size, above) - (poly.eval(size) == 0))
