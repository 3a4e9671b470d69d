"""Branches that are far from the start, that are not asked for there, or that no trace shows: none may be missed in silence."""

import math

import pytest
from torch import nn

from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks.recovery import recover


def both_wide(a=64, b=80):
    layers = [nn.Linear(a, b)]
    if a > 1024 and b > 1024:  # the second is asked only where the first holds
        layers.append(nn.LayerNorm(a))
    return nn.ModuleList(layers)


def late_and_wide(width=64, depth=4):
    layers = [nn.Linear(width, width) for _ in range(depth)]
    layers += [nn.LayerNorm(width) for place in range(depth) if place >= 20 and width > 4000]
    return nn.ModuleList(layers)


def at_least(d=96):
    return nn.Linear(d, max(16, d))  # the same on both sides of 16, and not below


def at_most(d=96):
    return nn.Linear(d, min(4096, d))


def capped(d=64, layers=4):
    return nn.ModuleList(nn.Linear(d, min(d * 2**place, 4096)) for place in range(layers))


def one_depth(width=64, depth=4):
    return nn.ModuleList(nn.Linear(width, width + (depth == 24)) for _ in range(depth))


def rounded(d=96):
    return nn.Linear(d, round(d / 20))  # halves go to even


def a_part(d=96):
    return nn.Linear(d, int(d * 0.29))  # 28 of 100, as floats are


def by_size(d=96):
    return nn.Linear(d, {768: 12, 1024: 16}.get(d, 8))


def by_digits(d=96):
    return nn.Linear(d, 10 if len(str(d)) < 5 else 20)


def by_bits(d=96):
    return nn.Linear(d, 1 if d & (d - 1) else d)


def beyond(a=64, b=80):
    return nn.Linear(a, b + (float(a + b) > 9000))


def stages(d=96):
    return nn.ModuleList([nn.Linear(d, d), *(nn.Linear(d, 1) for _ in range(d // 3000))])


def number(d=96):
    return d * d if d <= 4096 else 2 * d * d


def number_at(d=96, e=120):
    return d * e + (d if d == 4 * e else 0)


def remainder(d=96):
    return d * d + (5 if d % 97 == 5 else 0)


def number_of_layers(N=6, d=64):
    return N * d * d + (d if N == 20 else 0)


def both_deep(N=5, M=4):
    return N * M + (3 if N > 12 and M > 12 else 0)


EVERY = [both_wide, late_and_wide, at_least, at_most, capped, one_depth, rounded, a_part, by_size, by_digits, by_bits, beyond]
SIZES = (1, 2, 9, 16, 17, 22, 31, 50, 64, 100, 102, 110, 130, 320, 768, 1024, 1025, 2048, 4096, 4097, 5000, 9000, 20000, 100000)


NUMBERS = (number, number_at, remainder, number_of_layers)
WAYS = [(target, method) for target in (*EVERY, stages) for method in ("both", "symbolic", "blackbox")]


@pytest.mark.parametrize(
    ("target", "method"), [*WAYS, *((target, method) for target in NUMBERS for method in ("both", "blackbox"))]
)
def test_what_is_verified_holds_where_it_says(target, method):
    try:
        found = recover(target, method=method)
    except NotRecoveredError:
        return
    names = [name for name, _ in found.evidence.points[0].values]
    deep = [name for name in names if name in ("depth", "layers", "N")]
    for first in SIZES:
        for second in (1, 5, 8, 21, 22, 24, 30) if deep else (1, first, math.ceil(first / 4), 5000, 80):
            values = {name: second if name in deep or (not deep and place) else first for place, name in enumerate(names)}
            try:
                found.at(values)
            except NotRecoveredError:
                continue
            assert found.counterexample(values) is None


@pytest.mark.parametrize("target", NUMBERS)
def test_a_number_has_no_shapes_to_trace(target):
    with pytest.raises(RecoveryError, match="returns an integer"):
        recover(target, method="symbolic")


def test_a_branch_behind_another_is_a_condition():
    assert "b ≤ 1024" in repr(recover(both_wide))
    assert "width ≤ 4000" in repr(recover(late_and_wide))


def test_a_bound_at_which_both_sides_agree_is_a_condition():
    assert "d > 16" in repr(recover(at_least))


def test_an_integer_function_says_what_it_branched_on():
    assert "d ≤ 4096" in repr(recover(number))
    assert "d ≠ 4*e" in repr(recover(number_at))
    assert "N ≠ 20" in repr(recover(number_of_layers))


def test_halves_are_rounded_to_even():
    found = recover(rounded)
    assert [found.at({"d": d}) for d in (9, 10, 30, 31, 50)] == [(d + 1) * round(d / 20) for d in (9, 10, 30, 31, 50)]


def test_integers_that_are_both_large():
    assert "M ≤ 12" in repr(recover(both_deep))


@pytest.mark.parametrize("wrong", [{"over": 5}, {"fixed": ["d"]}, {"names": ["d"]}, {"points": 12.5}, {"points": "12"}], ids=str)
def test_arguments_of_another_kind_are_refused(wrong):
    with pytest.raises(RecoveryError, match=next(iter(wrong))):
        recover(number, **wrong)
