"""Folding loses no sign, keeps to the width, and leaves names, numbers and powers whole."""

import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from symparams.notation import Table, folded
from symparams.notation.folding import columns


@example("111= 倍", 4, 2)  # a blank behind the place where it is cut
@given(st.text(alphabet="ab1 +-*/(),;=×²倍_.%", max_size=120), st.integers(4, 60), st.integers(0, 6))
def test_whatever_is_folded_keeps_its_signs_and_the_width(line, width, indent):
    lines = folded(line, width, indent)
    assert all(columns(piece) <= width for piece in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())


@pytest.mark.parametrize("seed", range(20))
def test_a_formula_is_broken_between_its_factors(seed):
    draw = random.Random(seed)
    names = ["hidden_size", "d_model", "d_ff", "vocabulary", "n_layers"]
    terms = [f"{draw.randint(2, 99)}*{draw.choice(names)}**{draw.randint(2, 9)}*{draw.choice(names)}" for _ in range(12)]
    lines = folded(" + ".join(terms), 40)
    pieces = [piece for line in lines for piece in re.findall(r"\w+|\*\*|[+*]", line)]
    assert pieces == re.findall(r"\w+|\*\*|[+*]", " + ".join(terms))  # no name is cut
    assert all(line.lstrip().startswith(("+", "*")) and not line.lstrip().startswith("**") for line in lines[1:])


def test_a_number_is_not_cut_at_its_thousands():
    (number,) = [line for line in Table(("A", "B"), (("word " * 9, 174_579_068_928),)).text(34).splitlines() if "174" in line]
    assert number.endswith("174,579,068,928")


def test_a_remark_that_just_fits_stands_beside_its_line():
    from symparams.notation.blocks import _narrow

    assert list(_narrow([("a", "=", "x" * 10, "why")], 1, 20)) == ["a = xxxxxxxxxx   why"]
