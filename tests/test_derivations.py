from dataclasses import replace

import pytest
from hypothesis import given
from sympy import Integer

import symparams as sp
from symparams.derivations import Derivation, Parts, Shapes
from symparams.errors import DerivationError
from symparams.notation import SumOver, expr_of, same
from tests.strategies import SYMBOLS, Recipe, recipes

N, d, V, I, H, F = sp.symbols("N d V I H d_ff")
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


RELATED = sp.Given(sp.Sequential(sp.Repeat(sp.FeedForward(d, F, bias=False), N), sp.Linear(d, V)), {F: 4 * d, V: 3 * d})
NESTED = sp.Sequential(sp.Linear(d, d), sp.Repeat(sp.Sequential(sp.LSTM(I, H), sp.LayerNorm(H)), 2))
WRITTEN = [
    (
        sp.Transformer(N, d, V, head="tied"),
        None,
        "weights",
        """
embedding                = weight (V, d)
                         = V*d                                       a weight holds the product of its shape
layers.attention         = q, k, v, out: weight (d, d), bias (d)
                         = d*d + d + d*d + d + d*d + d + d*d + d     a weight holds the product of its shape
                         = 4*d**2 + 4*d                              added up
layers.attention_norm    = weight (d), bias (d)
                         = d + d                                     a weight holds the product of its shape
                         = 2*d                                       added up
layers.feed_forward      = up: weight (d_ff, d), bias (d_ff); down: weight (d, d_ff), bias (d)
                         = d_ff*d + d_ff + d*d_ff + d                a weight holds the product of its shape
                         = 2*d*d_ff + d_ff + d                       added up
                         = 2*d*4*d + 4*d + d                         put in d_ff = 4*d
                         = 8*d**2 + 5*d                              collected
layers.feed_forward_norm = weight (d), bias (d)
                         = d + d                                     a weight holds the product of its shape
                         = 2*d                                       added up
one of layers            = attention + attention_norm + feed_forward + feed_forward_norm
                         = 4*d**2 + 4*d + 2*d + 8*d**2 + 5*d + 2*d   the parts' formulas
                         = 12*d**2 + 13*d                            collected
layers                   = Sum(12*d**2 + 13*d, (l, 1, N))
                         = N*(12*d**2 + 13*d)                        summed over l
head                     = weight is embedding.weight
                         = 0                                         counted there
total                    = embedding + layers + head
                         = V*d + N*(12*d**2 + 13*d)                  the parts' formulas
                         = N*(12*d**2 + 13*d) + V*d                  collected
""",
    ),
    (
        RELATED,
        {d: 1, N: 1},
        "parts",
        """
one of repeat = 8*d**2
repeat        = 8*N*d**2
linear        = 3*d**2 + 3*d
total         = 8*N*d**2 + 3*d**2 + 3*d
              ≈ 8*N*d**2                  leading order, growing: N, d
""",
    ),
    (
        RELATED,
        d,
        "substitutions",
        """
one of repeat = 2*d*d_ff
              = 2*d*4*d                   put in d_ff = 4*d
              = 8*d**2
repeat        = 8*N*d**2
linear        = V*d + V
              = d*3*d + 3*d               put in V = 3*d
              = 3*d**2 + 3*d
total         = 8*N*d**2 + 3*d**2 + 3*d
              ≈ 8*N*d**2 + 3*d**2         leading order, growing: d
""",
    ),
    (
        sp.Repeat(sp.Linear(d, d), N, shared=True),
        None,
        "weights",
        """
one of total = weight (d, d), bias (d)
             = d*d + d                   a weight holds the product of its shape
             = d**2 + d                  added up
total        = d**2 + d
             = d**2 + d                  one and the same each time
""",
    ),
    (
        NESTED,
        None,
        "weights",
        """
linear                   = weight (d, d), bias (d)
                         = d*d + d                                     a weight holds the product of its shape
                         = d**2 + d                                    added up
one of repeat.lstm.gates = weight_ih (H, I), weight_hh (H, H), bias_ih (H)
                         = H*I + H*H + H                               a weight holds the product of its shape
                         = H*I + H**2 + H                              added up
repeat.lstm.gates        = Sum(H*I + H**2 + H, (l, 1, 4))
                         = 4*(H*I + H**2 + H)                          summed over l
repeat.layer_norm        = weight (H), bias (H)
                         = H + H                                       a weight holds the product of its shape
                         = 2*H                                         added up
one of repeat            = lstm.gates + layer_norm
                         = 4*(H*I + H**2 + H) + 2*H                    the parts' formulas
repeat                   = Sum(4*(H*I + H**2 + H) + 2*H, (l, 1, 2))
                         = 2*(4*(H*I + H**2 + H) + 2*H)                summed over l
total                    = linear + repeat
                         = d**2 + d + 2*(4*(H*I + H**2 + H) + 2*H)     the parts' formulas
                         = 2*(4*(H*I + H**2 + H) + 2*H) + d**2 + d     collected
""",
    ),
]


@pytest.mark.parametrize(("layer", "leading", "detail", "written"), WRITTEN)
def test_derivations_as_one_would_write_them(layer, leading, detail, written):
    lines = repr(sp.derive(layer, leading=leading).check().block(detail)).splitlines()
    assert [line.split() for line in lines] == [line.split() for line in written.strip().splitlines()]


def test_a_derivation_has_its_parts_in_order_and_a_value():
    derivation = sp.derive(NESTED)
    assert len(derivation) == 11 and len(sp.derive(NESTED, leading=d)) == 12
    assert [step.of for step in derivation][:4] == ["linear", "linear", "one of repeat.lstm.gates", "one of repeat.lstm.gates"]
    assert derivation.at(d=2, I=3, H=5) == 2 * (4 * (5 * 3 + 5**2 + 5) + 2 * 5) + 2**2 + 2
    assert sp.derive(NESTED, leading=d).at(d=2) == 2**2


@pytest.mark.parametrize("rule", ["repeat", "parts"])
def test_a_step_that_takes_up_what_no_step_found_is_caught(rule):
    layer = sp.Repeat(sp.Sequential(sp.Linear(1, 1, bias=False), sp.Repeat(sp.Linear(1, 1, bias=False), N)), N)
    steps = list(sp.derive(layer).check())
    place = next(number for number, step in enumerate(steps) if step.rule == rule)
    if isinstance(steps[place].before, Parts):
        (_, form), *others = steps[place].before.parts
        steps[place] = replace(steps[place], before=Parts((("elsewhere", form), *others)))
    else:
        steps[place] = replace(steps[place], source="elsewhere")
    with pytest.raises(DerivationError, match=f"step {place + 1}, '{rule}'"):
        Derivation(layer, tuple(steps)).check()


def test_a_layer_without_weights_has_a_derivation_of_nothing():
    derivation = sp.derive(sp.LayerNorm(d, gain=False, bias=False)).check()
    assert [line.split()[:2] for line in repr(derivation).splitlines()] == [["total", "="], ["=", "0"]]
