"""The outline of a tree, read back: every weight at its path, with its shape."""

import re

from hypothesis import given

import symparams as sp
from symparams.notation import text
from tests.strategies import SYMBOLS, Recipe, recipes

N, d, V, L, l, H = sp.symbols("N d V L l H")
WEIGHT = re.compile(r"(?:frozen |buffer )?(?P<name>\w+) (?:\((?P<shape>(?:[^()]|\([^()]*\))*)\)|is (?P<tied>[\w.]+))(?:, |$)")


def read_back(outline) -> dict[tuple[str, ...], str]:
    """Path of each weight → its shape, or what it is tied to."""
    found, path = {}, []
    for branch, _, weights in outline.rows:
        name = branch.lstrip("│├└─ ")
        depth = (len(branch) - len(name)) // 3
        path[max(depth - 1, 0) :] = [name] if depth else []
        for weight in WEIGHT.finditer(weights):
            found[*filter(None, path), weight["name"]] = weight["tied"] or weight["shape"]
    return found


@given(recipes)
def test_the_outline_has_every_weight_at_its_path(recipe: Recipe):
    layer = recipe(SYMBOLS)
    expected = {
        placed.path: ".".join(placed.tied_to) if placed.tied_to else ", ".join(map(text, placed.shape))
        for placed in layer.weights()
    }
    assert read_back(sp.outline(layer)) == expected


def test_what_stands_around_a_part_is_said_in_its_line():
    pyramid = sp.Sequential(a=sp.ForEach(sp.Linear(l, d), (l, 1, L)), b=sp.Repeat(sp.LSTM(d, d), N, shared=True))
    kinds = [kind for _, kind, _ in sp.outline(pyramid).rows]
    assert kinds == ["Sequential", "Linear, for l = 1 … L", "N × one shared LSTM", "4 × Gate"]
    assert sp.outline(sp.Transformer(N, d, V)).rows[0][1] == "LanguageModel, d_ff = 4*d"
    assert sp.outline(sp.Transformer(N, d, V)).rows[-1][2] == "weight is embedding.weight"
    assert "buffer running_mean (H)" in repr(sp.outline(sp.BatchNorm(H)))
    assert sp.outline(sp.Repeat(sp.Sequential(sp.Repeat(sp.Linear(d, d), 3)), N)).rows[1][:2] == ("└─ repeat", "3 × Linear")


def test_a_notebook_shows_it_and_the_repr_still_reads_back():
    layer = sp.Linear(3, 5)
    assert layer._repr_markdown_() == "```text\nLinear   weight (5, 3), bias (5)\n```"
    assert repr(layer) == "Linear(3, 5)"


def test_the_parts_of_a_last_part_stand_below_it():
    nested = sp.Sequential(a=sp.Linear(d, d), b=sp.Sequential(c=sp.Linear(d, d), e=sp.Linear(d, d)))
    assert [line.find("─") for line in repr(sp.outline(nested)).split("\n")] == [-1, 1, 1, 4, 4]
