"""When two formulas are the same: exactly, for all sizes."""

from __future__ import annotations

from sympy import QQ, Add, Expr, Pow, cancel, expand
from sympy.polys.polyerrors import CoercionFailed
from sympy.polys.rings import PolyRing

__all__ = ["same"]


def same(left: Expr, right: Expr) -> bool:
    """Whether two expressions are equal as polynomials or rational functions of their symbols, rounded terms taken as atoms.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> same(d * (12 * d + 13), 12 * d**2 + 13 * d), same((d**2 - h**2) / (d - h), d + h), same(12 * d**2, 13 * d**2)
    (True, True, False)
    """
    symbols = sorted(left.free_symbols | right.free_symbols, key=lambda symbol: symbol.name)
    try:
        ring = PolyRing(symbols, QQ)
        return bool(ring.from_expr(left) == ring.from_expr(right))
    except (ValueError, CoercionFailed):  # no polynomials: quotients, rounded terms, powers of a number
        pass
    difference = expand(left - right)
    quotients = any(isinstance(power.base, Add) and power.exp.could_extract_minus_sign() for power in difference.atoms(Pow))
    return bool(difference == 0 or (quotients and cancel(difference) == 0))
