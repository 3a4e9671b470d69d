"""What a formula comes to when some of its symbols grow: the leading terms, the regime they need, and their exact error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from sympy import (
    Add,
    Expr,
    Integer,
    Max,
    Poly,
    Rational,
    Symbol,
    cancel,
    expand,
    fraction,
    ordered,
    together,
)

from symparams.asymptotics.orders import Order, lead, order
from symparams.asymptotics.thresholds import is_positive, threshold
from symparams.counting import PARAMETERS, ClosedForm, Quantity, closed_form
from symparams.errors import RegimeError, shown
from symparams.notation import (
    Chain,
    Value,
    Words,
    as_exact,
    as_values,
    at_values,
    checked_terms,
    fields_named,
    is_own,
    joined,
    made_by_symparams,
    plain,
    symbol_among,
    symbols,
    text,
    value_of,
)
from symparams.results import Expression
from symparams.tree import Layer

__all__ = ["Approximation", "leading_order"]

MOST_TERMS = 10_000  # as in a model's text
Rates: TypeAlias = tuple[tuple[Symbol, Expr], ...]


_MODEL_WIDTHS = {"d_model", "d_ff", "d_attn", "d_kv", "d_encoder"}  # one model is wider in all of them


@dataclass(frozen=True, repr=False)
class Approximation(Expression):
    """The leading terms of a formula in a regime.

    `expr` holds the terms kept, `exact` the formula, `grows` each growing symbol with its rate (they go as t, t², …),
    `terms` how many orders are kept.
    """

    expr: Expr
    exact: Expr
    grows: Rates
    terms: int = 1
    origin: Layer | None = field(default=None, compare=False)
    of: Quantity = field(default=PARAMETERS, compare=False)

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
        """What grows, and how fast: "d → ∞", "d, V → ∞ as t, t**2"."""
        return plain(self.growth)

    @property
    def growth(self) -> Words:
        """The regime with its symbols, for a page."""
        names = joined(((symbol,) for symbol, _ in self.grows), ", ")
        if len({rate for _, rate in self.grows}) == 1:
            return (*names, " → ∞ together" if len(self.grows) > 1 else " → ∞")
        time = symbols("t")
        return (*names, " → ∞ as ", *joined(((time**rate,) for _, rate in self.grows), ", "))

    @property
    def next(self) -> Approximation:
        """The approximation that keeps one order more.

        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V = symbols("N d V")
        >>> leading_order(Transformer(N, d, V, final_norm=True).params, {d: 1, V: 1}).next
        12*N*d**2 + 13*N*d + V*d + 2*d
        """
        return replace(leading_order(self.exact, dict(self.grows), self.terms + 1), origin=self.origin, of=self.of)

    @property
    def companions(self) -> tuple[tuple[Symbol, Symbol], ...]:
        """Widths that stay fixed in this regime and usually grow with one that does, each with that one.

        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V, d_ff = symbols("N d V d_ff")
        >>> leading_order(Transformer(N, d, V, d_ff).params, d).companions
        ((d_ff, d),)
        """
        grown = next((symbol for symbol, _ in self.grows if _is_model_width(symbol)), None)
        fixed = ordered(self.exact.free_symbols - dict(self.grows).keys())
        return tuple((symbol, grown) for symbol in fixed if grown is not None and _is_model_width(symbol))

    @property
    def note(self) -> str:
        """The companions in words: "d_ff usually grows with d"; "" where there are none."""
        return ", ".join(f"{symbol.name} usually grows with {grown.name}" for symbol, grown in self.companions)

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """The value of the approximation at sizes, which may be those of all symbols of the exact formula.

        >>> from symparams import Transformer, leading_order, symbols
        >>> N, d, V = symbols("N d V")
        >>> short = leading_order(Transformer(N, d, V).params, d)
        >>> short.at(N=12, d=768, V=50257), short.error_at(N=12, d=768, V=50257)
        (84934656, -50413/161005)
        """
        return self._value(self.expr, values, sizes)

    def error_at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """The relative error at sizes, an exact fraction: (approximation − exact)/exact."""
        return self._value(self.relative_error, values, sizes)

    def _value(self, expr: Expr, values: Mapping[Any, Any] | None, named: Mapping[str, Any]) -> Value:
        return value_of(expr, values, named, self.exact.free_symbols)

    def within(self, bound: Expr | Fraction, of: Symbol | str | None = None, at: Mapping[Any, Any] | None = None) -> Expr:
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

        Raises `RegimeError` where the error never comes below the bound, or where the threshold has no closed form, `ValuesError`
        where `of` does not grow.
        """
        share = as_exact(bound)
        if isinstance(bound, float) or not isinstance(share, Rational) or not 0 < share < 1:
            raise RegimeError(f"within({shown(bound)})", "an exact fraction between 0 and 1", "write Rational(5, 100) for 5 %")
        growing = [grown for grown, _ in self.grows]
        if of is None and len(growing) > 1:
            names = ", ".join(grown.name for grown in growing)
            raise RegimeError(f"within(…) where {names} grow", "one growing symbol", f"name it: of={growing[0].name}")
        symbol = growing[0] if of is None else symbol_among(frozenset(growing), of, "threshold")
        values = as_values(at or {}, frozenset(self.exact.free_symbols - {symbol}))
        exact, kept = at_values(self.exact, values), at_values(self.expr, values)
        thresholds = []
        for sign in (1, -1):  # bound·exact ± (kept − exact) ≥ 0, the formula itself being positive
            above, below = fraction(together(share * exact + sign * (kept - exact)))
            if not (above.is_polynomial(symbol) and is_positive(below)):
                raise RegimeError(
                    f"within of {text(self.exact)}", f"a polynomial in {symbol.name}", "compare sizes with .relative_error"
                )
            thresholds.append(threshold(Poly(above, symbol), symbol))
        symbolic = [threshold for threshold in thresholds if threshold.free_symbols]
        return Max(*thresholds) if not symbolic else symbolic[0] if len(symbolic) == 1 else Max(*symbolic)

    @property
    def content(self) -> Chain:
        return Chain.of(self.expr, self.growth)


def _is_model_width(symbol: Symbol) -> bool:
    # hidden_size is an LSTM's first, and then a transformer's; a letter can be too many things
    likeliest = fields_named(symbol.name)[: 2 if len(symbol.name) > 1 else 1]
    return not _MODEL_WIDTHS.isdisjoint(likeliest)


def leading_order(
    expr: Expr | Expression | Layer, grows: Symbol | Mapping[Symbol, Expr | Fraction | int], terms: int = 1
) -> Approximation:
    """The terms of a formula that grow fastest: `leading_order(expr, d)`, or `leading_order(expr, {d: 1, V: 1})` at given rates.

    where: expr: an expression, a result that is one, or a layer, which stands for its closed form; grows: what grows; a rate r
    lets a symbol go as t^r; terms: how many orders are kept.

    >>> from symparams import Transformer, symbols
    >>> N, d, V = symbols("N d V")
    >>> model = Transformer(N, d, V)
    >>> leading_order(model.params, d)
    12*N*d**2
    >>> leading_order(model.params, {d: 1, V: 1})
    12*N*d**2 + V*d
    >>> leading_order(model.params, {d: 1, V: 2})
    V*d

    Raises `RegimeError` where a growing symbol does not occur, a rate is not positive, or the growth has no order,
    `ValuesError` where it has too many terms multiplied out.
    """
    formula = closed_form(expr) if isinstance(expr, Layer) else expr
    exact = formula.expr if isinstance(formula, Expression) else formula
    if not isinstance(exact, Expr):
        raise RegimeError(f"leading_order({shown(expr)}, …)", "a formula or a layer", "pass a model, or closed_form(model)")
    number = as_exact(terms)
    if not isinstance(number, Integer) or number < 1:
        raise RegimeError(f"terms={shown(terms)}", "a whole number of at least 1", "terms=1 keeps the leading order")
    terms = int(number)
    rates = dict(_rates(exact, grows))
    checked_terms(exact, MOST_TERMS)
    orders: dict[Order, list[Expr]] = {}
    for term in Add.make_args(expand(exact)):
        orders.setdefault(order(term, rates), []).append(term)
    fastest = sorted(orders, reverse=True)[:terms]
    kept = [term for order in fastest for term in orders[order]]
    led = Add(*(lead(term, rates) for term in kept))
    if led == 0 or (terms > 1 and led != Add(*kept)):
        raise RegimeError(
            f"{len(fastest)} orders of {text(exact)}",
            "orders that are powers",
            "rounding and quotients have a leading order only",
        )
    origin = formula.origin if isinstance(formula, Expression) else None
    counted = formula.of if isinstance(formula, ClosedForm | Approximation) else PARAMETERS
    return Approximation(led, exact, tuple(rates.items()), terms, origin, counted)


def _rates(exact: Expr, grows: Symbol | Mapping[Symbol, Expr | Fraction | int]) -> Iterable[tuple[Symbol, Expr]]:
    pairs = grows.items() if isinstance(grows, Mapping) else [(grows, 1)]
    if not pairs:
        raise RegimeError("a regime in which nothing grows", "a symbol that grows", "write leading_order(expr, d)")
    taken = {}
    free = {symbol.name: symbol for symbol in exact.free_symbols}
    for symbol, rate in pairs:
        if not isinstance(symbol, Symbol):
            raise RegimeError(f"{shown(symbol)} as what grows", "a symbol", 'make one first: d = symbols("d")')
        if symbol not in exact.free_symbols:
            names = ", ".join(sorted(free)) or "none"
            alike = symbol.name in free and not (is_own(symbol) and is_own(free[symbol.name]))
            move = f"yours only prints like it; {made_by_symparams(symbol.name)}" if alike else "let one of these grow"
            raise RegimeError(
                f"{symbol.name} grows in {shown(exact)}, where it does not occur", f"one of its symbols: {names}", move
            )
        exact_rate = as_exact(rate)
        if isinstance(rate, float) or not isinstance(exact_rate, Rational) or not exact_rate > 0:
            raise RegimeError(
                f"{symbol.name} growing at the rate {shown(rate)}", "a positive integer or fraction", f"{symbol.name}: 1"
            )
        taken[symbol] = exact_rate
    return [(symbol, taken[symbol]) for symbol in ordered(taken)]
