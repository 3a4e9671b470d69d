"""What a formula comes to when some of its symbols grow: the leading terms, the regime they need, and their exact error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import (
    Add,
    Expr,
    Integer,
    Max,
    Min,
    Mul,
    Poly,
    Pow,
    Rational,
    Symbol,
    cancel,
    ceiling,
    expand,
    floor,
    fraction,
    ordered,
    sqrt,
    together,
)

from symparams.counting import ClosedForm
from symparams.errors import RegimeError, shown
from symparams.notation import as_values, is_own, tex, text

__all__ = ["Approximation", "leading_order"]

Order = tuple[Expr, Expr]  # how fast a term grows: b^t·t^k as (b, k), compared from left to right
Rates = tuple[tuple[Symbol, Expr], ...]
_CONSTANT: Order = (Integer(1), Integer(0))


@dataclass(frozen=True)
class Approximation:
    """The leading terms of a formula in a regime.

    `expr` holds the terms kept, `exact` the formula, `grows` each growing symbol with its rate (they go as t, t², …),
    `terms` how many orders are kept.
    """

    expr: Expr
    exact: Expr
    grows: Rates
    terms: int = 1

    @property
    def dropped(self) -> Expr:
        """What the approximation leaves out.

        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V = symbols("N d V")
        >>> leading_order(Transformer(N, d, V).params, d).dropped
        13*N*d + V*d
        """
        return expand(self.exact - self.expr)

    @cached_property
    def relative_error(self) -> Expr:
        """(approximation − exact)/exact.

        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V = symbols("N d V")
        >>> leading_order(Transformer(N, d, V).params, d).relative_error
        (-13*N - V)/(12*N*d + 13*N + V)
        """
        return cancel((self.expr - self.exact) / self.exact)

    @property
    def regime(self) -> str:
        """What grows, and how fast: "d → ∞", "d, V → ∞ as t, t²"."""
        names = ", ".join(symbol.name for symbol, _ in self.grows)
        if len({rate for _, rate in self.grows}) == 1:
            return f"{names} → ∞" + (" together" if len(self.grows) > 1 else "")
        return f"{names} → ∞ as " + ", ".join(f"t**{text(rate)}" if rate != 1 else "t" for _, rate in self.grows)

    @property
    def next(self) -> Approximation:
        """The approximation that keeps one order more.

        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V = symbols("N d V")
        >>> leading_order(Transformer(N, d, V, final_norm=True).params, {d: 1, V: 1}).next
        12*N*d**2 + 13*N*d + V*d + 2*d
        """
        return leading_order(self.exact, dict(self.grows), self.terms + 1)

    def within(self, bound: Expr | int, of: Symbol | None = None, at: Mapping[Any, Any] | None = None) -> Expr:
        """From which size on the relative error is at most `bound`, solved exactly.

        With every other symbol given in `at`: the least integer from which on it always holds. Otherwise the exact threshold as
        an expression in the others, where it has one.

        >>> from sympy import Rational
        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V = symbols("N d V")
        >>> short = leading_order(Transformer(N, d, V).params, d)
        >>> short.within(Rational(5, 100))
        19*(13*N + V)/(12*N)
        >>> short.within(Rational(5, 100), at={N: 96, V: 50257})
        850

        Raises `RegimeError` where the error never comes below the bound, or where the threshold has no closed form.
        """
        if (
            not (isinstance(bound, int | Expr) and getattr(bound, "is_Rational", True))
            or isinstance(bound, bool)
            or not 0 < bound < 1
        ):
            raise RegimeError(f"within({shown(bound)})", "an exact fraction between 0 and 1", "write Rational(5, 100) for 5 %")
        symbol = of if of is not None else self.grows[0][0]
        if symbol not in dict(self.grows) or (of is None and len(self.grows) > 1):
            names = ", ".join(s.name for s, _ in self.grows)
            raise RegimeError(f"within(…, of={shown(of)}) where {names} grow", "one growing symbol", f"name it: of={names[0]}")
        values = as_values(at or {}, frozenset(self.exact.free_symbols - {symbol}))
        exact, kept = self.exact.xreplace(values), self.expr.xreplace(values)
        thresholds = []
        for sign in (1, -1):  # bound·exact ± (kept − exact) ≥ 0, the formula itself being positive
            above, below = fraction(together(bound * exact + sign * (kept - exact)))
            if not (above.is_polynomial(symbol) and _positive(below)):
                raise RegimeError(
                    f"within of {text(self.exact)}", f"a polynomial in {symbol.name}", "compare sizes with .relative_error"
                )
            thresholds.append(_threshold(Poly(above, symbol), symbol))
        symbolic = [threshold for threshold in thresholds if threshold.free_symbols]
        return Max(*thresholds) if not symbolic else symbolic[0] if len(symbolic) == 1 else Max(*symbolic)

    def __repr__(self) -> str:
        return text(self.expr)

    def _repr_latex_(self) -> str:
        names = ", ".join(tex(symbol) for symbol, _ in self.grows)
        return f"$\\displaystyle {tex(self.expr)} \\qquad {names} \\to \\infty$"


def leading_order(expr: Expr | ClosedForm, grows: Symbol | Mapping[Symbol, Expr | int], terms: int = 1) -> Approximation:
    """The terms of a formula that grow fastest: `leading_order(expr, d)`, or `leading_order(expr, {d: 1, V: 1})` at given rates.

    where: grows: what grows; a rate r lets a symbol go as t^r; terms: how many orders are kept.

    >>> from symparams import Transformer, symbols
    >>> N, d, V = symbols("N d V")
    >>> model = Transformer(N, d, V)
    >>> leading_order(model.params, d)
    12*N*d**2
    >>> leading_order(model.params, {d: 1, V: 1})
    12*N*d**2 + V*d
    >>> leading_order(model.params, {d: 1, V: 2})
    V*d

    Raises `RegimeError` where a growing symbol does not occur, a rate is not positive, or the growth has no order.
    """
    exact = expr.expr if isinstance(expr, ClosedForm) else expr
    if not isinstance(exact, Expr):
        raise RegimeError(f"leading_order({shown(expr)}, …)", "a formula", "pass model.params or closed_form(model)")
    if isinstance(terms, bool) or not isinstance(terms, int) or terms < 1:
        raise RegimeError(f"terms={shown(terms)}", "a whole number of at least 1", "terms=1 keeps the leading order")
    rates = dict(_rates(exact, grows))
    orders: dict[Order, list[Expr]] = {}
    for term in Add.make_args(expand(exact)):
        orders.setdefault(_order(term, rates), []).append(term)
    fastest = sorted(orders, reverse=True)[:terms]
    kept = [term for order in fastest for term in orders[order]]
    led = Add(*(_lead(term, rates) for term in kept))
    if led == 0 or (terms > 1 and led != Add(*kept)):
        raise RegimeError(
            f"{len(fastest)} orders of {text(exact)}",
            "orders that are powers",
            "rounding and quotients have a leading order only",
        )
    return Approximation(led, exact, tuple(rates.items()), terms)


def _rates(exact: Expr, grows: Symbol | Mapping[Symbol, Expr | int]) -> Iterable[tuple[Symbol, Expr]]:
    pairs = grows.items() if isinstance(grows, Mapping) else [(grows, 1)]
    if not pairs:
        raise RegimeError("a regime in which nothing grows", "a symbol that grows", "write leading_order(expr, d)")
    taken = {}
    free = {symbol.name: symbol for symbol in exact.free_symbols}
    for symbol, rate in pairs:
        if not isinstance(symbol, Symbol):
            raise RegimeError(f"{shown(symbol)} as what grows", "a symbol", 'make it with symbols("d")')
        if symbol not in exact.free_symbols:
            names = ", ".join(sorted(free)) or "none"
            alike = symbol.name in free and not (is_own(symbol) and is_own(free[symbol.name]))
            move = f'yours only prints like it; take symbols("{symbol.name}")' if alike else "let one of these grow"
            raise RegimeError(
                f"{symbol.name} grows in {shown(exact)}, where it does not occur", f"one of its symbols: {names}", move
            )
        if isinstance(rate, bool) or not isinstance(rate, int | Expr) or not getattr(rate, "is_Rational", True) or not rate > 0:
            raise RegimeError(
                f"{symbol.name} growing at the rate {shown(rate)}", "a positive integer or fraction", f"{symbol.name}: 1"
            )
        taken[symbol] = Rational(rate)
    return [(symbol, taken[symbol]) for symbol in ordered(taken)]


def _order(expr: Expr, rates: Mapping[Symbol, Expr]) -> Order:
    """How fast an expression grows when each symbol s goes as t^rate."""
    if not expr.free_symbols & rates.keys():
        return _CONSTANT
    match expr:
        case Symbol():
            return Integer(1), rates[expr]
        case Mul():
            parts = [_order(factor, rates) for factor in expr.args]
            return Mul(*(base for base, _ in parts)), Add(*(power for _, power in parts))
        case Pow(base=base, exp=exp) if exp.is_Rational:
            grown, power = _order(base, rates)
            return grown**exp, power * exp
        case Pow(base=base, exp=exp) if (
            base.is_Rational and base > 0 and all(rates[s] == 1 for s in exp.free_symbols & rates.keys())
        ):
            slopes = [exp.coeff(s) for s in exp.free_symbols & rates.keys()]
            if all(slope.is_Rational for slope in slopes) and exp.is_polynomial(*rates):
                return base ** Add(*slopes), Integer(0)
        case Add() | Max():
            return max(_order(term, rates) for term in expr.args)
        case Min():
            return min(_order(term, rates) for term in expr.args)
        case floor() | ceiling():
            return _order(expr.args[0], rates)
    raise RegimeError(
        f"{shown(expr)} in a leading order", "sums, products, powers, b**n, rounding, Max and Min", "let another symbol grow"
    )


def _lead(expr: Expr, rates: Mapping[Symbol, Expr]) -> Expr:
    """The part of an expression that grows fastest."""
    if not expr.free_symbols & rates.keys():
        return expr
    match expr:
        case Mul():
            return Mul(*(_lead(factor, rates) for factor in expr.args))
        case Pow(base=base, exp=exp) if exp.is_Rational:
            return _lead(base, rates) ** exp
        case Add():
            fastest = _order(expr, rates)
            return Add(*(_lead(term, rates) for term in expr.args if _order(term, rates) == fastest))
        case Max() | Min():
            fastest = _order(expr, rates)
            return expr.func(*(_lead(term, rates) for term in expr.args if _order(term, rates) == fastest))
        case floor() | ceiling():
            return _lead(expr.args[0], rates) if _order(expr, rates) > _CONSTANT else expr
    return expr


def _positive(expr: Expr) -> bool:
    """Whether an expression is a sum of positive terms, every symbol being positive."""
    return all(term.is_positive is True for term in Add.make_args(expand(expr)))


def _threshold(excess: Poly, symbol: Symbol) -> Expr:
    """The least size from which on a polynomial is not negative."""
    if excess.is_zero or all(_positive(c) for c in excess.coeffs()):
        return Integer(1)
    if not _positive(excess.LC()):
        raise RegimeError(
            f"an error that does not come below the bound as {symbol.name} grows", "a larger bound", "keep more terms: .next"
        )
    if all(coefficient.is_Rational for coefficient in excess.coeffs()):
        return _least_integer(excess)
    shift = min(monomial[0] for monomial in excess.monoms())
    coefficients = [excess.coeff_monomial(symbol**power) for power in range(shift, excess.degree() + 1)]
    if len(coefficients) == 2:
        return cancel(-coefficients[0] / coefficients[1]).factor()
    if len(coefficients) == 3 and _positive(-coefficients[0]):  # one root is positive, whatever the middle term's sign
        c, b, a = coefficients
        return (-b + sqrt(expand(b**2 - 4 * a * c))) / (2 * a)
    names = ", ".join(sorted(s.name for s in excess.free_symbols_in_domain))
    raise RegimeError(
        f"a threshold of degree {excess.degree() - shift} in {symbol.name}",
        "values for the other symbols",
        f"give {names} in at=",
    )


def _least_integer(excess: Poly) -> Expr:
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
