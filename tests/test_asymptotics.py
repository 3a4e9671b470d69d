from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Max, Poly, Rational, Symbol, ceiling, floor

import symparams as sp
from symparams.asymptotics.thresholds import least_integer
from tests.strategies import SYMBOLS, Recipe, recipes

N, d, V, L, h, c = sp.symbols("N d V L h c")
MODEL = sp.Transformer(N, d, V)


def test_a_layer_stands_for_its_closed_form():
    assert sp.leading_order(MODEL, d) == sp.leading_order(sp.closed_form(MODEL), d)


def test_widths_by_the_names_of_configurations():
    hidden, inner, layers = sp.symbols("hidden_size intermediate_size num_hidden_layers")
    short = sp.leading_order(layers * (4 * hidden**2 + 3 * hidden * inner), hidden)
    assert short.note == "intermediate_size usually grows with hidden_size"
    assert sp.leading_order(short.exact, {hidden: 1, inner: 1}).note == ""


@pytest.mark.parametrize(
    ("expr", "grows", "kept"),
    [
        (MODEL.params, d, 12 * N * d**2),
        (MODEL.params, V, V * d),
        (MODEL.params, {d: 1, V: 1}, 12 * N * d**2 + V * d),
        (MODEL.params, {d: 1, V: 2}, V * d),
        (MODEL.params, {d: 2, V: 2}, 12 * N * d**2 + V * d),
        (MODEL.params, {d: Rational(1, 2), N: 1}, 12 * N * d**2),
        (MODEL.params, {N: 1, d: 1, V: 2}, 12 * N * d**2 + V * d),
        (3 * d * floor(8 * d / 3), d, 8 * d**2),
        (128 * ceiling(V / 128) * d, V, V * d),
        (d**2 / h + d, d, d**2 / h),
        (d**2 / h + d, h, d),
        ((d**2 + d) / (d + h), d, d),
        (Max(d, N) + d, d, 2 * d),
        (d * 2**L + d**3, L, d * 2**L),
        (3**L + 2 ** (2 * L), L, 2 ** (2 * L)),
        (2**L + L**9, L, 2**L),
    ],
)
def test_the_terms_kept(expr, grows, kept):
    assert sp.leading_order(expr, grows).expr == kept


@given(recipes, st.sampled_from(sorted(SYMBOLS)))
def test_the_relative_error_goes_to_zero_in_its_regime(recipe: Recipe, name: str):
    formula, grown = recipe(SYMBOLS).params, SYMBOLS[name]
    if grown in formula.free_symbols:
        short = sp.leading_order(formula, grown)
        at_ones = {symbol: 1 for symbol in SYMBOLS.values() if symbol != grown}
        error = short.relative_error.subs(at_ones)
        assert abs(Fraction(*map(int, error.subs(grown, 10**12).as_numer_denom()))) < Fraction(1, 10**9)


def test_the_error_and_what_is_dropped():
    short = sp.leading_order(MODEL.params, d)
    assert short.dropped == 13 * N * d + V * d
    assert (short.relative_error - (-(13 * N + V) / (12 * N * d + 13 * N + V))).cancel() == 0
    assert short.regime == "d → ∞"
    assert sp.leading_order(MODEL.params, {d: 1, V: 2}).regime == "V, d → ∞ as t**2, t"
    assert short.next.expr == 12 * N * d**2 + 13 * N * d + V * d
    assert short.next.relative_error == 0


@pytest.mark.parametrize(
    ("expr", "grows", "note"),
    [
        (sp.Transformer(N, d, V, sp.symbols("d_ff")).params, d, "d_ff usually grows with d"),
        (sp.Transformer(N, d, V, sp.symbols("intermediate_size")).params, {d: 1}, "intermediate_size usually grows with d"),
        (sp.Transformer(N, d, V, sp.symbols("d_ff")).params, {d: 1, sp.symbols("d_ff"): 1}, ""),
        (sp.Transformer(N, d, V, sp.symbols("d_ff")).params, V, ""),
        (MODEL.params, d, ""),
        (sp.LSTM(*sp.symbols("I H")).params, sp.symbols("H"), ""),
    ],
)
def test_widths_that_usually_grow_as_well(expr, grows, note: str):
    assert sp.leading_order(expr, grows).note == note


@given(st.integers(1, 200), st.integers(1, 60_000), st.integers(1, 99))
def test_within_is_the_first_size_from_which_on_the_error_is_small(layers: int, vocabulary: int, percent: int):
    bound, short = Rational(percent, 100), sp.leading_order(MODEL.params, d)
    first = short.within(bound, at={N: layers, V: vocabulary})
    error = short.relative_error.subs({N: layers, V: vocabulary})
    assert abs(error.subs(d, first)) <= bound
    assert first == 1 or abs(error.subs(d, first - 1)) > bound
    assert first == max(Integer(1), ceiling(short.within(bound).subs({N: layers, V: vocabulary})))


def test_within_of_three_orders_is_a_square_root():
    formula = N * d**2 + V * d + c
    short = sp.leading_order(formula, d)
    threshold = short.within(Rational(1, 10))
    for sizes in ({N: 3, V: 70, c: 900}, {N: 1, V: 1, c: 1}, {N: 2, V: 5, c: 10**6}):
        assert short.within(Rational(1, 10), at=sizes) == ceiling(threshold.subs(sizes))


@given(st.lists(st.fractions(-30, 60, max_denominator=7), min_size=1, max_size=5))
def test_the_least_integer_from_which_on_a_polynomial_is_not_negative(roots: list[Fraction]):
    x = Symbol("x")
    poly = Poly(1, x)
    for root in roots:
        poly *= Poly(x - Rational(root.numerator, root.denominator), x)
    negative = [size for size in range(1, 70) if poly.eval(size) < 0]
    assert least_integer(poly) == max(negative, default=0) + 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sp.leading_order(MODEL.params, Symbol("d")), "yours only prints like it"),
        (lambda: sp.leading_order(MODEL.params, c), "one of its symbols: N, V, d"),
        (lambda: sp.leading_order(MODEL.params, "d"), "a symbol"),
        (lambda: sp.leading_order(MODEL.params, {}), "nothing grows"),
        (lambda: sp.leading_order(MODEL.params, {d: 0}), "a positive integer or fraction"),
        (lambda: sp.leading_order(MODEL.params, {d: -1}), "a positive integer or fraction"),
        (lambda: sp.leading_order("12*N*d**2", d), "pass a model"),
        (lambda: sp.leading_order("12*d", d), "a formula"),
        (lambda: sp.leading_order(MODEL.params, d, terms=0), "at least 1"),
        (lambda: sp.leading_order(3 * d * floor(8 * d / 3) + d, d, terms=2), "a leading order only"),
        (lambda: sp.leading_order(d**d, d), "in a leading order"),
        (lambda: sp.leading_order(MODEL.params, d).within(0.05), "an exact fraction"),
        (lambda: sp.leading_order(MODEL.params, d).within(2), "between 0 and 1"),
        (lambda: sp.leading_order(MODEL.params, {d: 1, V: 1}).within(Rational(1, 20)), "name it"),
        (lambda: sp.leading_order(2**L + L, L).within(Rational(1, 20)), "a polynomial in L"),
        (lambda: sp.leading_order(c * d**3 + V * d**2 + N * d + 1, d).within(Rational(1, 20)), "give N, V, c in at="),
    ],
)
def test_refusals_say_what_was_wanted(call, message: str):
    with pytest.raises(sp.SymparamsError, match=message):
        call()


def test_a_power_of_nothing_has_no_order():
    from symparams.errors import RegimeError

    d = sp.symbols("d")
    with pytest.raises(RegimeError, match="leading order"):
        sp.leading_order(0 ** (d - 5) + d, d)
