"""Formulas that are the same, that are not, and that nobody can tell: by hand, and against plain evaluation at many sizes."""

import time
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import ceil as ceil_of
from math import floor as floor_of

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Add, Eq, Expr, Integer, Max, Min, Mod, Mul, Ne, Pow, Rational, Sum, Symbol, ceiling, expand, floor, sqrt

from symparams.notation import compare, condition_words, floor_conditions, same, symbols, text
from symparams.notation.equality import Sameness

c, d, e, h, k, l, n, L, N, V, d_ff, d_k = symbols("c d e h k l n L N V d_ff d_k")

EQUAL = [
    (4**L, 2 ** (2 * L)),
    (6 * c**2 * (2 ** (2 * L) - 1), 6 * 4**L * c**2 - 6 * c**2),
    (2 ** (L + 1), 2 * 2**L),
    (Pow(8, L / 3), 2**L),
    (6**L, 2**L * 3**L),
    (Pow(Rational(1, 2), L) * 2**L, Integer(1)),
    ((4**L - 1) / (2**L - 1), 2**L + 1),
    (2 ** (L * h) * 2**h, 2 ** (h * (L + 1))),
    ((2 * d) ** L, 2**L * d**L),
    (d ** (L + 2), d**2 * d**L),
    (4 ** floor(L / 2) * 2 ** Mod(L, 2), 2**L),
    (3 * d * 256 * floor((8 * d / Integer(3) + 255) / 256), 768 * d * ceiling(d / 96)),
    (floor(n / 2) + ceiling(n / 2), n),
    (floor(n / 3) + floor((n + 1) / 3) + floor((n + 2) / 3), n),
    (-floor(-V / 128) * 128, 128 * ceiling(V / 128)),
    (128 * floor((V + 127) / 128), V + Mod(-V, 128)),
    (floor(floor(n / 4) / 3), floor(n / 12)),
    (floor(floor(n / 2) * 3 / 5), floor(3 * floor(n / 2) / 5)),
    (floor(n * (n + 1) / 2), n * (n + 1) / 2),
    (n - 3 * floor(n / 3), Mod(n, 3)),
    (floor((d * h + 6) / 6), floor(d * h / 6) + 1),
    (ceiling(d / h), floor((d + h - 1) / h)),
    (floor((d * h + h) / h), d + 1),
    (floor(d / h + n), n + floor(d / h)),
    (Max(d, d + h), d + h),
    (Min(d, d * h), d),
    (Max(d**2, d), d**2),
    (Max(floor(n / 2), ceiling(n / 2)), ceiling(n / 2)),
    ((d**2 - h**2) / (d - h), d + h),
    (d / h + 1 / h, (d + 1) / h),
    (1 / (1 / d + 1 / h), d * h / (d + h)),
    ((sqrt(d) - 1) * (sqrt(d) + 1), d - 1),
    (Sum(floor(l / 2), (l, 1, N)) * (d + 1), Sum(floor(l / 2), (l, 1, N)) * d + Sum(floor(l / 2), (l, 1, N))),
    ((n + d) ** 20 * (n + d), (n + d) ** 21),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_and_no_longer_once_something_is_added(left, right):
    assert same(left, right)
    assert same(right, left)
    assert str(compare(left, right)) == "equal"
    assert not same(left, right + d)
    assert compare(left, right + 1).sameness is not Sameness.EQUAL


DIFFERENT = [
    (4**L, 2 ** (2 * L + 1)),
    (floor(n / 3), floor((n + 1) / 3)),
    (h * floor(d / h), d),
    (-floor(-V / 128) * 128, V),
    (Max(d, h), d),
    (2**d, d**2),
    (floor(n / 1000), floor(n / 1001)),  # equal at all small sizes
    (floor((n + 5) / 500), floor(n / 500)),
]


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left, right):
    assert not same(left, right)
    assert compare(left, right).sameness is Sameness.DIFFERENT


CONDITIONED = [  # the conditions given, those needed
    (floor(d / h) * h, d, [Eq(Mod(d, h), 0)], [Eq(Mod(d, h), 0)]),
    (floor(3 * d / h) * h, 3 * d, [Eq(Mod(d, h), 0), Ne(d, e)], [Eq(Mod(d, h), 0)]),
    (floor(d / h + n), d / h + n, [Eq(Mod(d, 96), 0), Eq(Mod(d, h), 0)], [Eq(Mod(d, h), 0)]),
    (ceiling(d / h), d / h, [Eq(Mod(d, h), 0)], [Eq(Mod(d, h), 0)]),
    (Mod(d, h) + h, h, [Eq(Mod(d, h), 0)], [Eq(Mod(d, h), 0)]),
    (floor(d / (2 * h)), d / (2 * h), [Eq(Mod(d, 2 * h), 0)], [Eq(Mod(d, 2 * h), 0)]),
    (floor(d / h), d / h, [Eq(Mod(d, 2 * h), 0)], [Eq(Mod(d, 2 * h), 0)]),
    (floor(d / 32) + floor(d / 3), 35 * d / 96, [Eq(Mod(d, 96), 0)], [Eq(Mod(d, 96), 0)]),
    (floor(d / 32) + floor(d / 3), 35 * d / 96, [Eq(Mod(d, 32), 0), Eq(Mod(d, 3), 0)], [Eq(Mod(d, 32), 0), Eq(Mod(d, 3), 0)]),
    (d * d_ff, 4 * d**2, [Eq(d_ff, 4 * d), d > 128], [Eq(d_ff, 4 * d)]),
    (floor(d_ff / 128), d / 32, [Eq(d_ff, 4 * d), Eq(Mod(d, 32), 0)], [Eq(d_ff, 4 * d), Eq(Mod(d, 32), 0)]),
    (floor(d / h) * h, d, [Eq(d, h * d_k)], [Eq(d, h * d_k)]),
    (h * d_k, d, [Eq(d_k, d / h)], [Eq(d_k, d / h)]),
    (floor(3 * h / 2) * 2, 3 * h, [Eq(2 * d, 3 * h)], [Eq(2 * d, 3 * h)]),
    (Max(d, 128), d, [d > 128, h > 3], [d > 128]),
    (Max(d, h), d, [d >= h], [d >= h]),
    (floor(d / 2), d / 2 - Rational(1, 2), [Eq(Mod(d, 2), 1)], [Eq(Mod(d, 2), 1)]),
    (floor((d + e) / 4), (d + e) / 4, [Eq(Mod(d + e, 4), 0)], [Eq(Mod(d + e, 4), 0)]),
    (floor(n / 2) + ceiling(n / 2), n, [Eq(Mod(n, 2), 0)], []),  # better without any
]


@pytest.mark.parametrize(("left", "right", "conditions", "needed"), CONDITIONED)
def test_equal_under_the_conditions_that_it_needs(left, right, conditions, needed):
    comparison = compare(left, right, conditions)
    assert (comparison.sameness, set(comparison.conditions)) == (Sameness.EQUAL, set(needed))
    assert compare(left, right + 1, conditions).sameness is Sameness.DIFFERENT


def test_a_mixture_under_the_conditions_of_its_own_floors():  # a claim about Mixtral, and what its code builds
    claim = L * (2 * d**2 + d**2 / 2 + e * 3 * d * d_ff + e * d + 2 * d) + 2 * V * d + d
    built = L * (64 * d * floor(d / 32) + 16 * d * floor(d / 32) + 3 * d * d_ff * e + d * e + 2 * d) + 2 * V * d + d
    assert floor_conditions(built) == (Eq(Mod(d, 32), 0),)
    assert str(compare(claim, built, floor_conditions(built))) == "equal where 32 divides d"


def test_conditions_in_words():
    texts = [condition_words(condition) for condition in (Eq(Mod(d, h), 0), Eq(Mod(d, 32), 0), Eq(d_ff, 4 * d), Ne(d, e), d >= 2)]
    assert texts == ["h divides d", "32 divides d", "d_ff = 4*d", "d ≠ e", "d ≥ 2"]
    suggested = floor_conditions(floor((d + 2 * h) / h) + ceiling(6 * d / 9) + floor(3 * d / h))
    assert suggested == (Eq(Mod(d, 3), 0), Eq(Mod(d, h), 0))


HUGE = [
    floor((d + h) ** 64 / (d + 1) ** 31),
    Min(*((d + number) ** (number + 2) * h for number in range(15))),
    Sum(l**l, (l, 1, 10**12)),
    Sum(floor(d * l / 2), (l, 1, 10**12)),
    (d + h + k + n + e + c + V + N) ** 60,
    floor(V / 5003) * floor(n / 4001),
    Mul(*(d + number * h + floor(n / (number + 2)) for number in range(14))),
    (d**n + 1) ** 50 * (h**n + 3) ** 40,
    floor((d + h) / (k + 1) ** 12 + (d * k) / (h + V) ** 9),
    Add(*(floor((d * number + h) / (7 + number)) for number in range(1, 20))),
    Max(2 ** (10**4 * d), d ** (10**6)),
]


@pytest.mark.parametrize("large", HUGE)
def test_what_is_too_large_is_undecided_in_time(large):
    other = expand(large * 0) + 1
    start = time.process_time()
    same(large * (d + 1), large * d + large)
    same(large, large + Mod(n, 1009) - Mod(n + 1009, 1009) * other)
    assert compare(large, Mul(large, d, evaluate=False) / d).sameness in Sameness
    assert time.process_time() - start < 4  # three comparisons, some hundred milliseconds each


def test_the_reason_of_an_undecided_comparison():
    assert "symbolic denominator" in compare(floor(floor(d / h) / k), floor(floor(d / k) / h)).reason
    assert compare(floor(V / 5003) + ceiling(V / 5003), 2 * ceiling(V / 5003) - Min(1, Mod(V, 5003))).reason == (
        "more than 4,096 residue classes"
    )
    assert compare(floor(d / 2), d, [Eq(Mod(d, 2), 0), Eq(Mod(d, 2), 1)]).reason == "no sizes meet the conditions"


# -- random expressions against plain evaluation: an evaluator of its own, over fractions ---------------------------------------

_NAMES = (d, h, n)
_SYMBOLS = st.sampled_from(_NAMES)
_FACTORS = st.integers(-4, 6).filter(bool).map(Integer)
_DIVISORS = st.sampled_from([Integer(2), Integer(3), Integer(4), Integer(6)])


def _larger(smaller):
    return st.one_of(
        st.builds(lambda a, b: a + b, smaller, smaller),
        st.builds(lambda a, b: a * b, smaller, smaller),
        st.builds(lambda a, b: a - b, smaller, smaller),
        st.builds(lambda a, b: floor(a / b), smaller, _DIVISORS),
        st.builds(lambda a, b: ceiling(a / b), smaller, _DIVISORS),
        st.builds(lambda a, b: floor(a / b), smaller, _SYMBOLS),
        st.builds(lambda a, b: ceiling(a / b), smaller, _SYMBOLS),
        st.builds(Mod, smaller, _DIVISORS),
        st.builds(Max, smaller, smaller),
        st.builds(Min, smaller, smaller),
        st.builds(
            lambda a, b, f: Pow(b, a * f), _SYMBOLS, st.sampled_from([Integer(2), Integer(4), Integer(6)]), st.integers(1, 2)
        ),
        st.builds(lambda a, b: a / b, smaller, _SYMBOLS),
    )


formulas = st.recursive(st.one_of(_SYMBOLS, _FACTORS), _larger, max_leaves=6)
conditions = st.lists(
    st.sampled_from([Eq(Mod(d, h), 0), Eq(Mod(d, 6), 0), Eq(Mod(n, 4), 1), Eq(h, 2 * n), Eq(d, h * n), d > 4, Ne(d, n), d >= h]),
    max_size=3,
    unique=True,
)


def valued(expr: Expr, sizes: Mapping[Symbol, int]) -> Fraction:
    if expr.is_Symbol:
        return Fraction(sizes[expr])
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    parts = [valued(part, sizes) for part in expr.args]
    match expr:
        case Add():
            return sum(parts)
        case Mul():
            total = Fraction(1)
            for part in parts:
                total *= part
            return total
        case Pow():
            assert parts[1].denominator == 1
            return parts[0] ** int(parts[1])
        case floor():
            return Fraction(floor_of(parts[0]))
        case ceiling():
            return Fraction(ceil_of(parts[0]))
        case Mod():
            return parts[0] - parts[1] * floor_of(parts[0] / parts[1])
        case Max():
            return max(parts)
        case Min():
            return min(parts)
    raise AssertionError(text(expr))


def fulfilled(condition, sizes) -> bool:
    left, right = (valued(part, sizes) for part in condition.args)
    return {"==": left == right, "!=": left != right, ">": left > right, ">=": left >= right}[condition.rel_op]


SIZES = [dict(zip(_NAMES, point, strict=True)) for point in product((1, 2, 3, 4, 5, 6, 12, 13), repeat=3)]
REWRITTEN = st.sampled_from(
    [
        expand,
        lambda f: f + floor(d / 2) + ceiling(d / 2) - d,
        lambda f: f * Mod(n, 3) + 3 * f * floor(n / 3) - n * f + f,
        lambda f: f + h * floor(d / h) - d,
        lambda f: f + Max(d, h) - d,
        lambda f: f + Mod(d, 6) * h,
        lambda f: f + Mod(n + 3, 4) * d,
        lambda f: f.xreplace({h: 2 * n}),
        lambda f: f.subs(4, 5),
    ]
)


def values_at(left: Expr, right: Expr, sizes: Mapping[Symbol, int]) -> tuple[Fraction, Fraction] | None:
    try:
        return valued(left, sizes), valued(right, sizes)
    except ZeroDivisionError:
        return None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(formulas, formulas, REWRITTEN, st.booleans(), conditions)
def test_no_comparison_contradicts_the_values(formula, other, rewritten, rewrite, under):
    other = rewritten(formula) if rewrite else other
    comparison = compare(formula, other, under)
    points = [sizes for sizes in SIZES if all(fulfilled(condition, sizes) for condition in comparison.conditions)]
    if comparison.sameness is Sameness.EQUAL:
        assert set(comparison.conditions) <= set(under)
        for sizes in points:
            pair = values_at(formula, other, sizes)
            assert pair is None or pair[0] == pair[1]
    if same(formula, other):
        assert compare(formula, other).sameness is Sameness.EQUAL
        assert all(pair is None or pair[0] == pair[1] for sizes in SIZES for pair in [values_at(formula, other, sizes)])


@given(formulas, st.lists(st.integers(2, 40), min_size=3, max_size=3))
def test_different_means_different_somewhere(formula, sizes):
    wrong = formula + floor((d + sizes[0]) / 90) * h  # nothing at the smallest sizes
    comparison = compare(formula, wrong)
    assert comparison.sameness is not Sameness.EQUAL


def test_a_quotient_rounded_down_may_be_nothing():
    d, h = symbols("d h")
    assert same(Max(0, floor(d / h)), floor(d / h)) is True
    assert same(Max(1, floor(d / h)), floor(d / h)) is not True


def test_a_sign_goes_out_of_a_power():
    d, h, V = symbols("d h V")
    assert same(Pow(-3 * d - 3 * h, V), Pow(-3, V) * Pow(d + h, V)) is True
    assert same(Pow(-3 * d - 3 * h, V), Pow(3, V) * Pow(d + h, V)) is not True
