"""What is too large is refused before it is computed, with the number of digits or terms."""

import time

import pytest
from sympy import Integer, Max, Min, Pow, Rational, Sum, floor, sqrt

from symparams.errors import SymparamsError
from symparams.notation import bits_of, evaluate, symbols, terms_of

d, h, l, L, N = symbols("d h l L N")

REFUSED = [
    (2**d, {d: 10**10}, "6,020,599,913 digits"),
    (d**h, {d: 10**9, h: 10**9}, "9,030,899,869 digits"),
    (2 ** (2**d), {d: 50}, "too many terms or digits"),
    (Pow(Rational(1, 3), d) * h, {d: 10**9, h: 1}, "digits"),
    (2 ** floor(d / 2), {d: 10**10}, "digits"),
    (Sum(d * l, (l, 1, 10**12)) + 0 * d, {d: 3}, "a sum of 1000000000000 terms"),
    (Sum(floor(d * l / 3), (l, 1, L)), {d: 7, L: 10**5}, "a sum of 100000 terms"),
    (Sum(2**l, (l, 1, L)), {L: 10**6}, "a sum of 1000000 terms"),
    (Sum(l**l, (l, 1, L)), {L: 10**4}, "digits"),
    (Sum(Max(l, d), (l, 1, L)), {d: 9, L: 10**5}, "a sum of 100000 terms"),
    (sqrt(d / h), {d: 10**99 + 7, h: 10**98 + 9}, None),
    (Min(*(2 ** (number * d) for number in range(1, 12))), {d: 10**9}, "digits"),
]


@pytest.mark.parametrize(("expr", "sizes", "number"), REFUSED)
def test_refused_in_time(expr, sizes, number):
    start = time.process_time()
    if number is not None:
        with pytest.raises(SymparamsError, match=number):
            evaluate(expr, sizes)
    else:
        evaluate(expr, sizes)
    assert time.process_time() - start < 1


def test_what_is_not_too_large_has_its_value():
    assert evaluate(2**d, {d: 1000}) == 2**1000
    assert evaluate(2**d * h, {h: 3}) == 3 * 2**d
    assert evaluate(Sum(floor(d * l / 3), (l, 1, L)), {d: 7, L: 200}) == sum(7 * i // 3 for i in range(1, 201))
    assert evaluate(Sum(d * l**2, (l, 1, L)), {d: 7, L: 9}) == 7 * 285
    assert evaluate(Sum(2**l, (l, 1, L)), {L: 9}) == 1022
    assert evaluate(floor(sqrt(d)), {d: 10**40}) == 10**20


@pytest.mark.parametrize(
    "expr", [d**3 * h + 7, (d + h) ** 9, 2 ** (d + h), floor(d / h) * d, Max(d, h) ** 4, 3 * Sum(l**2 * d, (l, 1, h))]
)
def test_the_estimates_are_upper_bounds(expr):
    for sizes in ({d: Integer(1), h: Integer(1)}, {d: Integer(100), h: Integer(17)}, {d: Integer(1023), h: Integer(31)}):
        value = evaluate(expr, sizes)
        assert int(abs(value)).bit_length() <= bits_of(expr, sizes)
    assert len(((d + h) ** 9).expand().args) <= terms_of((d + h) ** 9)
