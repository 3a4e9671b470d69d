"""The size for a budget, against trying all sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Max, Min, Mod, Rational, ceiling, floor

import symparams as sp
from symparams.errors import RegimeError, SizeError, ValuesError

N, d, V, h, L = sp.symbols("N d V h L")
MODEL = sp.Transformer(N, d, V)


def tried(number, budget, sizes):
    """The largest size within the budget and the nearest one, by trying all."""
    counts = [(size, number(size)) for size in sizes]
    assert counts[-1][1] > budget, "too few sizes tried"
    nearest = min(counts, key=lambda one: (abs(one[1] - budget), one[0]))
    return max(one for one in counts if one[1] <= budget), nearest


@given(st.integers(0, 9), st.integers(0, 50), st.integers(-40, 900), st.integers(1, 30_000), st.integers(1, 7))
def test_polynomials(a, b, c, budget, multiple):
    def number(size):
        return a * size**2 + (b + 1) * size + c

    if number(multiple) > budget:
        with pytest.raises(ValuesError, match="already"):
            sp.solve(a * d**2 + (b + 1) * d + c, budget, d, multiple=multiple)
    else:
        found = sp.solve(a * d**2 + (b + 1) * d + c, budget, d, multiple=multiple)
        largest, nearest = tried(number, budget, range(multiple, 31_000 + multiple, multiple))
        assert (found.largest, found.nearest) == (largest, nearest)


@pytest.mark.parametrize(
    ("expr", "number"),
    [
        (3 * d * floor(8 * d / 3), lambda n: 3 * n * (8 * n // 3)),
        (128 * ceiling(d / 128) * 7, lambda n: -(-n // 128) * 896),
        (5 * 3**d + d, lambda n: 5 * 3**n + n),
        (Max(d, 40) * d, lambda n: max(n, 40) * n),
        (Min(d, 40) * d, lambda n: min(n, 40) * n),
        ((d - 3) ** 3 * 2, lambda n: (n - 3) ** 3 * 2),
        (d**2 - 3 * d + 9, lambda n: n * n - 3 * n + 9),  # falls from 1.5 down, and never from one integer to the next
    ],
)
@pytest.mark.parametrize("budget", [7, 896, 5_000, 20_001])
def test_other_functions_that_never_fall(expr, number, budget):
    if number(1) > budget:
        with pytest.raises(ValuesError, match="already"):
            sp.solve(expr, budget, d)
    else:
        found = sp.solve(expr, budget, d)
        largest, nearest = tried(number, budget, range(1, 40 if "3**d" in str(expr) else 9_000))
        assert found.largest == largest
        assert found.nearest.number == nearest[1] == number(found.nearest.size)  # several sizes may have this count


@pytest.mark.parametrize(
    "model", [MODEL, sp.closed_form(MODEL), MODEL.params, sp.derive(MODEL)], ids=lambda one: type(one).__name__
)
def test_models_closed_forms_and_expressions(model):
    def gpt2(width):
        return 12 * (12 * width**2 + 13 * width) + 50257 * width

    for call in (lambda: sp.solve(model, 124_000_000, d, {N: 12}, V=50257), lambda: sp.solve(model, 124e6, "d", N=12, V=50257)):
        found = call()
        assert (found.largest, found.nearest) == tried(gpt2, 124_000_000, range(1, 2_000))
    assert sp.solve(model, 124_000_000, d, N=12, V=50257, multiple=64).largest == (768, gpt2(768))
    assert sp.solve(model, 124_439_808 - 1024 * 768 - 2 * 768, V, N=12, d=768).largest.size == 50257
    root = sp.solve(model, 124_000_000, d, N=12, V=50257).root
    assert (12 * (12 * root**2 + 13 * root) + 50257 * root).expand() == 124_000_000


def test_sizes_at_which_the_model_does_not_exist_are_passed_over():
    heads = sp.Transformer(N, d, V, n_head=12)
    assert sp.solve(heads, 124_000_000, d, N=12, V=50257).largest.size % 12 == 0
    assert sp.solve(heads, 124_000_000, d, N=12, V=50257, multiple=8).step == 24
    assert sp.solve(sp.Transformer(N, d, V, n_head=h), 10**8, d, N=12, V=50257, h=7).largest.size % 7 == 0
    with pytest.raises(ValuesError, match="sizes with"):
        sp.solve(sp.Where(sp.Linear(d, d), Eq(Mod(d, 4), 3)), 10_200, d)


def test_the_conditions_of_a_recovered_form_are_kept():
    from symparams.frameworks.recovery import recover

    def heads(d, n):
        assert d % 6 == 0
        return n * d * d

    found = sp.solve(recover(heads), 10_000, "d", n=2)
    assert (found.step, found.largest, found.nearest) == (6, (66, 8712), (72, 10368))


def test_a_quantity_of_its_own():
    assert sp.solve(MODEL, 10**9, d, N=12, of="non_embedding") == sp.solve(12 * (12 * d**2 + 13 * d), 10**9, d)


def test_budgets_of_a_hundred_digits_are_exact():
    found = sp.solve(MODEL, 10**99, d, N=96, V=50257)
    size, number = found.largest
    assert number == 96 * (12 * size**2 + 13 * size) + 50257 * size <= 10**99
    assert 96 * (12 * (size + 1) ** 2 + 13 * (size + 1)) + 50257 * (size + 1) > 10**99
    cubic = sp.solve(N * d**3 + V * d, 10**24, d, N=12, V=50257)
    assert (12 * cubic.root**3 + 50257 * cubic.root).is_real and floor(cubic.root) == cubic.largest.size


def test_a_quotient_is_an_exact_fraction():
    assert sp.solve(d**2 / 3, 10, d).largest == (5, Rational(25, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sp.solve(100 - d, 5, d), RegimeError, "grows with d"),
        (lambda: sp.solve((d - 9) ** 2, 5, d), RegimeError, "grows with d"),
        (lambda: sp.solve(floor((10 - d) / 3) ** 2, 5, d), RegimeError, "grows with d"),
        (lambda: sp.solve(Min(d, 5), 50, d), RegimeError, "stays below"),
        (lambda: sp.solve(MODEL, 10**9, d), ValuesError, "no size for N, V"),
        (lambda: sp.solve(MODEL, 10**9, d, N=12, V=50257, d=4), ValuesError, "a value for d"),
        (lambda: sp.solve(MODEL, 10**9, "q", N=12, V=50257), ValuesError, "a solution for q"),
        (lambda: sp.solve(MODEL, 10, d, N=12, V=50257), ValuesError, "already"),
        (lambda: sp.solve(MODEL, -10, d, N=12, V=50257), SizeError, "budget"),
        (lambda: sp.solve(MODEL, 10**101, d, N=12, V=50257), SizeError, "100 digits"),
        (lambda: sp.solve(MODEL, 1.5, d, N=12, V=50257), SizeError, "budget"),
        (lambda: sp.solve(MODEL, 10**9, d, N=12, V=50257, multiple=0), SizeError, "multiple"),
        (lambda: sp.solve("12*d", 10**9, d), SizeError, "a layer"),
    ],
)
def test_refusals_say_what_was_wanted(call, error, message):
    with pytest.raises(error, match=message):
        call()
