"""The smallest sizes that meet conditions, against a search through all of them."""

import time
from itertools import islice, product

import pytest
from sympy import Eq, Gt, Integer, Mod, Ne, Rational

from symparams.notation import holds, smallest_points, symbols
from symparams.notation.points import _Steps

d, h, n, d_ff, V, d_k = symbols("d h n d_ff V d_k")

CASES = [
    ((d, h), []),
    ((d, h), [Eq(Mod(d, h), 0)]),
    ((d, h, n), [Eq(Mod(d, h), 0), Eq(Mod(h, n), 0), Ne(d, h), n > 1]),
    ((d, h), [Eq(Mod(d, 4), 2), h >= d]),
    ((d, h, n), [Eq(d, h * n), h > 2]),
    ((d, h), [Eq(2 * d, 3 * h)]),
    ((d, h), [Eq(Mod(d, 6), 0), Eq(Mod(d, h), 0), Eq(Mod(h, 4), 0)]),
    ((d, h), [Eq(Mod(3 * d, 6), 3), d < 8, h < 4]),
    ((d, h), [Eq(Mod(d + h, 5), 0)]),
    ((d, h), [Eq(Mod(d, h), 0), Eq(Mod(h, d), 0)]),
    ((d, h), [Gt(2 * d, h), Ne(d * h, 6)]),
    ((d, h, d_k), [Eq(d_k, d / h), h > 1]),
]


@pytest.mark.parametrize(("symbols_", "conditions"), CASES)
def test_all_points_of_the_smallest_sums_and_in_order(symbols_, conditions):
    points = list(islice(smallest_points(symbols_, conditions), 40))
    sums = [sum(point.values()) for point in points]
    found = [tuple(int(point[symbol]) for symbol in symbols_) for point in points]
    assert sums == sorted(sums)
    assert len(set(found)) == len(found)
    most = 24 if len(points) < 40 else int(sums[-1])
    names = [symbol.name for symbol in symbols_]
    by_search = {
        point
        for point in product(range(1, most), repeat=len(symbols_))
        if sum(point) < most and all(holds(condition, dict(zip(names, point, strict=True))) for condition in conditions)
    }
    assert by_search == {point for point in found if sum(point) < most}


def test_large_steps_are_not_searched_through():
    start = time.process_time()
    conditions = [Eq(Mod(d, 4096), 0), Eq(Mod(d, h), 0), Eq(Mod(V, 50304), 0), d > 10_000, h > 3]
    points = list(islice(smallest_points((d, h, V, d_ff), conditions, {d_ff: 4 * d}), 5))
    assert points[0] == {d: 12288, h: 4, V: 50304, d_ff: 49152}
    assert time.process_time() - start < 1


def test_conditions_that_nothing_meets_end():
    assert list(smallest_points((d,), [Eq(Mod(d, 4), 1), Eq(Mod(d, 2), 0)])) == []
    assert list(smallest_points((d, h), [Eq(d, 2 * h), Eq(d, 2 * h + 1)])) == []
    assert list(smallest_points((d, h), [d < 3, h < 2])) == [{d: 1, h: 1}, {d: 2, h: 1}]


def test_the_least_value_by_the_remainders_that_are_numbers():
    d, h = symbols("d h")
    steps = _Steps(d, [(h, Integer(8)), (Integer(5), Integer(64))], [Integer(70)])
    assert steps.least() == 133  # 5 + 2·64, the first from 70 on; what h leaves is not known


def test_a_bound_that_is_no_integer_is_rounded_up():
    d = symbols("d")
    assert _Steps(d, [], [Rational(7, 2)]).value(0, {}) == 4
    assert _Steps(d, [(Integer(1), Integer(4))], [Rational(7, 2)]).value(1, {}) == 9
