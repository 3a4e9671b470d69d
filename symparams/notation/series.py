r"""Sums of l^k·q^l in closed form.

For q ≠ 1 there is one polynomial P of degree k with q·P(l + 1) − P(l) = l^k, found coefficient by coefficient from the top, and
the sum telescopes to q^(b+1)·P(b + 1) − q^a·P(a): for l·2^l it is P = l − 2. For q = 1 it is Faulhaber's formula. sympy's own
`summation` looks for a telescoping form of any sum by solving equations, which takes many times as long.
"""

from __future__ import annotations

from math import comb

from sympy import Add, Expr, Integer, Mul, Pow, bernoulli, expand

from symparams.notation.bounds import Limits, checked_bits, checked_terms

__all__ = ["series"]

_HIGHEST_POWER = 32


def series(term: Expr, limits: Limits) -> Expr | None:
    """The sum of l^k·b^(c·l + e) over l = start … stop, where b and c are fractions; None for other terms.

    >>> from sympy import floor
    >>> from symparams.notation import symbols
    >>> l, L = symbols("l L")
    >>> series(l**2, (l, Integer(1), L)), series(2**l, (l, Integer(1), L)), series(l * 2**l, (l, Integer(1), L))
    (L**3/3 + L**2/2 + L/6, 2**(L + 1) - 2, 2*2**L*L - 2*2**L + 2)
    >>> series(floor(l / 2), (l, Integer(1), L)) is None
    True

    Raises `ValuesError` before it computes what has too many digits or terms.
    """
    index, start, stop = limits
    power, ratio, factor = 0, Integer(1), Integer(1)
    for part in Mul.make_args(term):
        base, exp = part.as_base_exp()
        if index not in part.free_symbols:
            factor *= part
        elif base == index and exp.is_Integer and 0 < exp <= _HIGHEST_POWER:
            power += int(exp)
        elif base.is_Rational and base > 0 and exp.is_polynomial(index) and exp.diff(index).is_Rational:
            slope = exp.diff(index)
            ratio, factor = ratio * base**slope, factor * base ** expand(exp - slope * index)
        else:
            return None
    if not ratio.is_Rational:  # the root of a number
        return None
    for end in (start, stop):
        checked_terms((end + 1) ** (power + 1))
        checked_bits(Pow(ratio, end, evaluate=False), {})  # by itself: a product with it would compute it
    if ratio == 1:
        return factor * expand((bernoulli(power + 1, stop + 1) - bernoulli(power + 1, start)) / (power + 1))
    coefficients = _telescoping(power, ratio)
    above, below = (ratio**end * Add(*(c * end**k for k, c in enumerate(coefficients))) for end in (stop + 1, start))
    return factor * (expand(above - below) if power else above - below)


def _telescoping(power: int, ratio: Expr) -> list[Expr]:
    """The coefficients of the polynomial P, from the constant on, with ratio·P(l + 1) − P(l) = l^power."""
    coefficients = [Integer(0)] * power + [1 / (ratio - 1)]
    for place in reversed(range(power)):
        higher = Add(*(comb(k, place) * coefficients[k] for k in range(place + 1, power + 1)))
        coefficients[place] = -ratio * higher / (ratio - 1)
    return coefficients
