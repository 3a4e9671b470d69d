"""What is too large is refused before it is computed, with the number of digits or terms."""

import time
from math import inf

import pytest
from sympy import Integer, Max, Min, Pow, Rational, Sum, floor, sqrt

from symparams.errors import SymparamsError
from symparams.notation import bits_of, evaluate, symbols, terms_of
from symparams.notation.bounds import checked_bits, checked_choice, checked_height, checked_rows, checked_terms, fits, limits_of

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


@pytest.mark.parametrize(
    ("expr", "terms"),  # counted by hand: a product has as many as its factors multiplied, a power of m terms m to the n-th
    [
        (d, 1),
        (Integer(7), 1),
        (d + h + 1, 3),
        (3 * d * h, 1),
        ((d + h) * (d + h + 1), 6),
        ((d + h) ** 5, 32),
        ((d + h) ** -2, 4),
        ((d + h) ** 64, 2**64),
        ((d + h) ** 65, inf),
        ((d + h) ** -65, inf),
        (d**100, 1),
        ((d + h) ** (h + 3), 8),
        ((d + h) ** Rational(1, 2), 2),
        (floor((d + h + 1) / 3), 3),
        (Max(d, h + d), 2),
    ],
)
def test_terms_multiplied_out(expr, terms):
    assert terms_of(expr) == terms


@pytest.mark.parametrize(
    ("expr", "sizes", "bits"),  # binary digits: 7 has 3, 1000 has 10, a symbol without a size 40
    [
        (d, {}, 40),
        (d, {d: 1000}, 10),
        (Rational(3, 8), {}, 4),
        (Rational(-9, 8), {}, 4),
        (d + h, {d: 7, h: 1000}, 10 + 2),
        (d * h, {d: 7, h: 1000}, 3 + 10),
        (d**5, {d: 7}, 15),
        (d**-5, {d: 7}, 15),
        (2**d, {d: 7}, 2 * 7),
        (2 ** (d / 2), {d: 7}, 2 * 2.0**5),  # 7/2 takes 3 + 2 bits
        (sqrt(d), {d: 7}, 3),
        (sqrt(d), {d: 2**400 - 1}, 400),
        (sqrt(d), {d: 2**400}, inf),
        (2**d, {}, 40),
        (2 ** (d + 30), {}, 60),
        (2**d, {d: 2**64}, inf),
        (2**d, {d: 2**64 - 1}, 2 * (2**64 - 1)),
        (2 ** (d**16), {}, 640),
        (2 ** (d**17), {}, inf),
        (2 ** (2**d), {}, 40),
        (2 ** (2 ** (2**d)), {}, 40),
        (2 ** (2 ** (2 ** (2**d))), {}, inf),
        (floor(d), {d: 7}, 3),
        (floor(d / 2), {d: 7}, 3 + 2 + 40),
        (Sum(l, (l, 1, L)), {L: 7}, 3 + 3),
        (Sum(l, (l, 1, L)), {}, 40),
        (Sum(l * d, (l, 1, L)), {d: 7, l: 9}, 40 + 3),
        (Sum(l, (l, 1, L)), {L: 20_000}, 15 + 15),
        (Sum(l, (l, 1, L)), {L: 20_001}, inf),
        (Sum(d, (l, 3, 2 + L)), {d: 7, L: 20_000}, 3 + 15),
    ],
)
def test_binary_digits(expr, sizes, bits):
    assert bits_of(expr, {size: Integer(value) for size, value in sizes.items()}) == bits


@pytest.mark.parametrize(
    ("check", "most", "more", "message"),
    [
        (checked_height, sqrt(d**32), sqrt(d**33), "degree 17"),
        (checked_height, d**9 / h**7, d**9 / h**8, "degree 17"),
        (checked_height, (d + 1) ** 16, (d + 1) ** 17, "degree 17"),
        (checked_height, sqrt(d) ** 31, sqrt(d) ** 33, "degree 17"),
        (checked_height, d ** (d**15), d ** (d**16), "degree 17"),
        (checked_height, d, d ** (10**6 - 1), "degree 999999"),
        (checked_height, d, d ** (10**6), "such a degree"),
        (checked_height, sqrt(2) + sqrt(3) + sqrt(5), sqrt(2) + sqrt(3) + sqrt(5) + sqrt(7), "roots of many numbers"),
        (checked_choice, symbols("a b c d e f g h"), symbols("a b c d e f g h i"), "9 sizes to choose"),
        (checked_choice, (Max(d, h), *symbols("a b c d e")), (Max(d, h), *symbols("a b c d e f")), "9 sizes to choose"),
        (checked_choice, (d**16,), (d**17,), "degree 17"),
    ],
)
def test_the_most_that_is_taken(check, most, more, message):
    check(most)
    with pytest.raises(SymparamsError, match=message):
        check(more)


@pytest.mark.parametrize(
    ("total", "sizes", "rows"),
    [
        (Sum(floor(l / 2), (l, 1, L)), {L: 20_000}, None),
        (Sum(floor(l / 2), (l, 1, L)), {L: 20_001}, 20_001),
        (Sum(floor(l / 2), (l, 5, L + 4)), {L: 20_001}, 20_001),
        (Sum(floor(l / 2), (l, 1, L)), {}, None),
        (Sum(l, (l, d, 10**6)), {d: 1}, 10**6),
    ],
)
def test_rows_added_up_one_by_one(total, sizes, rows):
    given = {size: Integer(value) for size, value in sizes.items()}
    if rows is None:
        checked_rows(total, given)
    else:
        with pytest.raises(SymparamsError, match=f"a sum of {rows} terms"):
            checked_rows(total, given)


def test_limits_are_the_outermost():
    total = Sum(l * d, (d, 1, l), (l, 1, N))
    body, limits = limits_of(total)
    assert body == Sum(l * d, (d, 1, l)) and limits == (l, 1, N)
    assert limits_of(Sum(l, (l, 2, N))) == (l, (l, 2, N))


def test_numbers_at_the_limit():
    assert checked_terms((d + h) ** 3, most=8) == 8
    with pytest.raises(SymparamsError, match=r"up to 8 terms"):
        checked_terms((d + h) ** 3, most=7)
    assert fits(2**d, {d: Integer(5000)}) and not fits(2**d, {d: Integer(5001)})
    assert checked_bits(2**d, {d: Integer(5000)}) == 10_000
    with pytest.raises(SymparamsError, match="up to 3,010 digits"):
        checked_bits(2**d, {d: Integer(5001)})
    with pytest.raises(SymparamsError, match="too many terms or digits to count"):
        checked_bits(2 ** (d**17), {})
    with pytest.raises(SymparamsError, match="more than 1,000,000,000,000 terms"):
        checked_terms((d + h) ** 40)
    with pytest.raises(SymparamsError, match="up to 549,755,813,888 terms"):
        checked_terms((d + h) ** 39)
