"""A million sizes at once, exactly."""

import random

import numpy as np
import pytest
from sympy import Max, Sum, floor

from symparams import closed_form, symbols
from symparams.errors import ValuesError
from symparams.models.reading import read_model
from symparams.notation import value_at
from symparams.notation.arrays import function
from tests.typeset.emitted import MODELS

N, d, h, l, L = symbols("N d h l L")


@pytest.mark.parametrize("text", MODELS)
def test_it_equals_the_formula_at_each_point(text):
    closed = closed_form(read_model(text))
    names = sorted(one.name for one in closed.free_symbols)
    if not names:
        return
    chance = random.Random(1)
    arrays = [np.array([chance.randint(8, 60) for _ in range(20)]) for _ in names]
    try:
        found = closed.function(*names)(*arrays)
    except ValuesError as error:
        assert "remainder" in str(error)
        return
    expected = [value_at(closed.expr, dict(zip(names, map(int, row), strict=True)), 10_000) for row in zip(*arrays, strict=True)]
    assert [int(one) for one in found] == expected


def test_a_sweep_that_overflows_by_hand_comes_out_right():
    count = closed_form(read_model("Transformer(N, d, V)")).function("N", "d", "V")
    layers, widths = np.array([100, 10**6]), np.array([12288, 10**8])
    found = count(layers, widths, 50257)
    by_hand = layers * (12 * widths**2 + 13 * widths) + 50257 * widths
    right = [100 * (12 * 12288**2 + 13 * 12288) + 50257 * 12288, 10**6 * (12 * 10**16 + 13 * 10**8) + 50257 * 10**8]
    assert found.tolist() == right and found.dtype == object
    assert by_hand.tolist() != right  # numpy says nothing


def test_rounding_sums_and_shapes():
    form = h * floor(d / h) + Max(d, 64) + Sum(floor(l / 2), (l, 1, L))
    found = function(form, ("d", "h", "L"))(np.arange(1, 7).reshape(2, 3), 3, np.array([1, 5, 9]))
    expected = [[value_at(form, {"d": 3 * i + j + 1, "h": 3, "L": (1, 5, 9)[j]}) for j in range(3)] for i in range(2)]
    assert found.tolist() == expected
    assert function(d * h, ())(2, 3) == 6


@pytest.mark.parametrize(
    ("sizes", "words"),
    [((1.5,), "positive integers"), (([0, 3],), "positive integers"), ((["a"],), "positive integers"), ((1, 2), "2 sizes")],
)
def test_what_are_no_sizes(sizes, words):
    with pytest.raises(ValuesError, match=words):
        function(d**2, ("d",))(*sizes)


def test_names_have_to_be_those_of_the_formula():
    with pytest.raises(ValuesError, match="also h"):
        function(d * h, ("d",))
    with pytest.raises(ValuesError, match="x"):
        function(d, ("d", "x"))
    with pytest.raises(ValuesError, match="remainder"):
        function(d / 2, ("d",))([3, 4])
