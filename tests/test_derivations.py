from dataclasses import replace

import pytest
from hypothesis import given
from sympy import Integer

import symparams as sp
from symparams.derivations import Derivation, Parts, Shapes
from symparams.errors import DerivationError
from symparams.notation import SumOver, expr_of, same
from tests.strategies import SYMBOLS, Recipe, recipes

N, d, V, I, H = sp.symbols("N d V I H")
MODEL = sp.Transformer(N, d, V)


@given(recipes)
def test_every_derivation_ends_at_the_closed_form_and_every_step_holds(recipe: Recipe):
    layer = recipe(SYMBOLS)
    derivation = sp.derive(layer).check()
    assert all(step.holds for step in derivation)
    assert same(expr_of(derivation.result), layer.params)


def test_the_rules_of_article_003_in_order():
    derivation = sp.derive(MODEL, leading=d).check()
    rules = [step.rule for step in derivation]
    assert [rule for number, rule in enumerate(rules) if rule not in rules[:number]] == [
        "shapes",
        "sum",
        "relation",
        "collect",
        "parts",
        "repeat",
        "approximate",
    ]
    assert derivation.result == 12 * N * d**2
    found = {step.of: expr_of(step.after) for step in derivation.steps[:-1]}
    assert found["layers.attention"] == 4 * d**2 + 4 * d
    assert found["layers.feed_forward"] == 8 * d**2 + 5 * d
    assert found["one of layers"] == 12 * d**2 + 13 * d


@pytest.mark.parametrize("number", range(len(sp.derive(MODEL, leading=d))))
def test_a_changed_step_is_caught(number: int):
    derivation = sp.derive(MODEL, leading=d)
    step = derivation.steps[number]
    changed = replace(step, after=expr_of(step.after) + d)
    assert not changed.holds
    with pytest.raises(DerivationError, match=f"step {number + 1}, '{step.rule}'"):
        Derivation(MODEL, (*derivation.steps[:number], changed, *derivation.steps[number + 1 :])).check()


@pytest.mark.parametrize("number", range(len(sp.derive(MODEL, leading=d))))
def test_a_step_changed_on_both_sides_breaks_the_chain(number: int):
    derivation = sp.derive(MODEL, leading=d)
    step = derivation.steps[number]
    match step.before:
        case Shapes(weights=weights):
            before = replace(step.before, weights=(*weights, ("more", (d, Integer(3)))))
        case Parts(parts=((name, form), *rest)):
            before = Parts(((name, expr_of(form) + 3 * d), *rest))
        case SumOver(body=body):
            before = replace(step.before, body=expr_of(body) + d)
        case form:
            before = expr_of(form) + 12 * N * d**2
    after = before.expr if isinstance(before, Shapes | Parts) else expr_of(before)
    changed = replace(step, before=before, after=24 * N * d**2 if step.rule == "approximate" else after.subs(dict(step.relations)))
    assert changed.holds
    with pytest.raises(DerivationError):
        Derivation(MODEL, (*derivation.steps[:number], changed, *derivation.steps[number + 1 :])).check()


def test_a_missing_part_is_caught():
    derivation = sp.derive(sp.Sequential(sp.LSTM(I, H), sp.Linear(H, 3)))
    for number, step in enumerate(derivation):
        if step.rule in ("sum", "collect"):  # without these the rest is still right, only harder to read
            continue
        with pytest.raises(DerivationError):
            Derivation(derivation.layer, derivation.steps[:number] + derivation.steps[number + 1 :]).check()


def test_a_derivation_of_another_layer_is_caught():
    with pytest.raises(DerivationError, match="other weights"):
        Derivation(sp.LSTM(I, H, biases=2), sp.derive(sp.LSTM(I, H)).steps).check()


def test_as_text_and_as_an_aligned_block():
    derivation = sp.derive(sp.Linear(I, H))
    assert repr(derivation).splitlines() == [
        "total = weight (H, I), bias (H)",
        "      = H*I + H                   a weight holds the product of its shape",
    ]
    block = derivation._repr_latex_()
    assert block.startswith("$$\n\\begin{aligned}") and block.endswith("\\end{aligned}\n$$")


def test_a_layer_without_weights_has_a_derivation_of_nothing():
    derivation = sp.derive(sp.LayerNorm(d, gain=False, bias=False)).check()
    assert [line.split()[:2] for line in repr(derivation).splitlines()] == [["total", "="], ["=", "0"]]
