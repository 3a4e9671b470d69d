"""Conditions are facts of the tree: a framework builds a layer exactly where all of them hold."""

import pickle
import subprocess
import sys

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Eq, Float, Ge, Integer, Mod, Ne, Symbol, false, floor, true

import symparams as sp
from symparams.tree import whole

N, d, V, h, k, c, o, g, L, d_ff = sp.symbols("N d V h k c o g L d_ff")
size = st.integers(1, 12)


def fulfilled(conditions, values) -> bool:
    return all(condition.xreplace(values) == true for condition in conditions)


@given(size, size)
def test_attention_of_torch_is_built_where_the_conditions_hold(width: int, heads: int):
    conditions = sp.MultiHeadAttention(d, h).conditions
    try:
        torch.nn.MultiheadAttention(width, heads, device="meta")
        built = True
    except (AssertionError, ValueError):
        built = False
    assert fulfilled(conditions, {d: width, h: heads}) == built


@given(size, size, size, st.booleans())
def test_grouped_convolutions_of_torch_are_built_where_the_conditions_hold(inside: int, outside: int, groups: int, transposed):
    conditions = sp.Convolution(c, o, (3,), g, transposed=transposed).conditions
    try:
        (torch.nn.ConvTranspose1d if transposed else torch.nn.Conv1d)(inside, outside, 3, groups=groups, device="meta")
        built = True
    except ValueError:
        built = False
    assert fulfilled(conditions, {c: inside, o: outside, g: groups}) == built


@given(size, size, size)
def test_shared_heads_are_whole_where_the_conditions_hold(width: int, heads: int, groups: int):
    conditions = sp.Transformer(N, d, V, d_ff, h, n_kv_head=k).conditions
    assert fulfilled(conditions, {d: width, h: heads, k: groups}) == (width % heads == 0 and heads % groups == 0)


@given(size, size, size)
def test_refused_numbers_are_those_that_break_the_conditions_over_symbols(width: int, heads: int, groups: int):
    values = {d: width, h: heads, k: groups}
    try:
        sp.MultiHeadAttention(width, heads, groups)
        refused = False
    except sp.SymparamsError:
        refused = True
    assert fulfilled(sp.MultiHeadAttention(d, h, k).conditions, values) != refused
    assert (sp.Given(sp.MultiHeadAttention(d, h, k), values).conditions == (false,)) == refused


@pytest.mark.parametrize(
    ("layer", "conditions"),
    [
        (sp.Transformer(N, d, V), ()),
        (sp.MultiHeadAttention(d, h, d_head=o), ()),
        (sp.MultiHeadAttention(d, h, d_head=d / h), (Eq(Mod(d, h), 0),)),
        (sp.MultiHeadAttention(d, h, d_head=floor(d / h)), ()),  # built at all sizes, whatever is lost
        (sp.MultiHeadAttention(d, 8), (Eq(Mod(d, 8), 0),)),
        (sp.MultiHeadAttention(512, h), (Eq(Mod(512, h), 0),)),
        (sp.MultiHeadAttention(512, 8), ()),
        (sp.DepthwiseConv2d(c, 3, g), ()),
        (sp.Conv2d(c, o, 3, groups=c), (Eq(Mod(o, c), 0),)),
        (sp.Linear(8 * d / 3, d), (Eq(Mod(d, 3), 0),)),
        (sp.Repeat(sp.Linear(d, d), N / 2), (Eq(Mod(N, 2), 0),)),
        (sp.Given(sp.FeedForward(d, d_ff), {d_ff: 8 * d / 3}), (Eq(Mod(d, 3), 0),)),
        (sp.Given(sp.MultiHeadAttention(d, h), {d: 64 * h}), ()),
        (sp.Given(sp.MultiHeadAttention(d, h), {h: 7}), (Eq(Mod(d, 7), 0),)),
        (sp.Given(sp.Given(sp.MultiHeadAttention(d, h), {d: 4 * o}), {o: 6 * k}), (Eq(Mod(24 * k, h), 0),)),
        (sp.Given(sp.MultiHeadAttention(d, h), {d: 2 * k, h: 2 * o}), (Eq(Mod(k, o), 0),)),
        (sp.Given(sp.MultiHeadAttention(d, 8), {d: 4 * k + 4}), (Eq(Mod(k + 1, 2), 0),)),
        (sp.Where(sp.MultiHeadAttention(d, 32), Eq(Mod(d, 64), 0)), (Eq(Mod(d, 64), 0),)),
        (sp.Where(sp.MultiHeadAttention(d, 64), Eq(Mod(d, 32), 0)), (Eq(Mod(d, 64), 0),)),
        (sp.Where(sp.MultiHeadAttention(d, h), Eq(Mod(d, h * k), 0)), (Eq(Mod(d, h * k), 0),)),
        (sp.ForEach(sp.MultiHeadAttention(d * L, h), (L, 1, N)), ()),  # about each L for itself
        (sp.ForEach(sp.Given(sp.MultiHeadAttention(d, h), {d: 4 * L}), (L, 1, N)), ()),
        (sp.ForEach(sp.Sequential(sp.MultiHeadAttention(d, h), sp.Linear(L, 1)), (L, 1, N)), (Eq(Mod(d, h), 0),)),
        (sp.Sequential(sp.MultiHeadAttention(d, h), sp.MultiHeadAttention(d, k)), (Eq(Mod(d, h), 0), Eq(Mod(d, k), 0))),
        (sp.Where(sp.MultiHeadAttention(d, h), Eq(Mod(d, h), 0), d > 4), (Eq(Mod(d, h), 0), d > 4)),
        (sp.Given(sp.Where(sp.Linear(d, d), d > 4), {d: 4 * h}), (4 * h > 4,)),
        (sp.Given(sp.Where(sp.Linear(d, d), d > 4), {d: 8}), ()),
        (sp.Given(sp.Where(sp.Linear(d, d), d > 4), {d: 3}), (false,)),
    ],
    ids=repr,
)
def test_conditions_of_a_tree(layer: sp.Layer, conditions):
    assert layer.conditions == conditions


def test_what_is_a_whole_number_anyway_is_no_condition():
    assert whole(d * h) == whole(6) == whole(floor(d / 2)) == whole(c * 2 ** (L - 1)) == ()
    assert whole(d * h / (2 * k)) == (Eq(Mod(d * h, 2 * k), 0),)


@given(
    st.sampled_from([d, 4 * k, 6 * k + 3, d * k]),
    st.sampled_from([h, Integer(4), 2 * o, Integer(6)]),
    st.fixed_dictionaries(dict.fromkeys((d, h, k, o), size)),
)
def test_conditions_under_relations_hold_where_the_numbers_divide(width, heads, values):
    e, n = sp.symbols("e n")
    conditions = sp.Given(sp.MultiHeadAttention(e, n), {e: width, n: heads}).conditions
    assert fulfilled(conditions, values) == (width.subs(values) % heads.subs(values) == 0)


def test_conditions_from_outside_change_no_answer():
    model = sp.Transformer(N, d, V, head="untied", final_norm=True)
    under = sp.Where(model, Eq(Mod(d, 64), 0), Ne(V, 2), N >= 2)
    assert under.params == model.params
    assert sp.closed_form(under) == sp.closed_form(model)
    assert sp.breakdown(under, ("part", "role")) == sp.breakdown(model, ("part", "role"))
    assert repr(sp.derive(under, d).check()) == repr(sp.derive(model, d))
    assert repr(sp.legend(under)) == repr(sp.legend(model))
    assert repr(sp.summary(under, {d: 64})) == repr(sp.summary(model, {d: 64}))
    assert under.weights() == model.weights()
    assert under.kind == model.kind
    assert sp.latex(sp.closed_form(under)) == sp.latex(sp.closed_form(model))
    assert pickle.loads(pickle.dumps(under)) == under != model
    assert hash(under) != hash(model)
    assert list(sp.Sequential(sp.Where(sp.Linear(d, h), d > h), sp.RNN(h, d)).parts()) == ["linear", "rnn"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sp.Where(3, d > 3), "a Layer"),
        (lambda: sp.Where(sp.Linear(d, h), d % h == 0), "== compares expressions"),
        (lambda: sp.Where(sp.Linear(d, h), True), "a sympy relation"),
        (lambda: sp.Where(sp.Linear(d, h), d), "a sympy relation"),
        (lambda: sp.Where(sp.Linear(d, h), "d > 3"), "a sympy relation"),
        (lambda: sp.Where(sp.Linear(d, h), (d > 3) | (h > 3)), "a sympy relation"),
        (lambda: sp.Where(sp.Linear(d, h), d < 0), "a condition that some sizes fulfil"),
        (lambda: sp.Where(sp.Linear(d, h), Symbol("d") > 3), "made by symbols"),
        (lambda: sp.Where(sp.Linear(d, h), d > Float("2.5")), "not floats"),
        (lambda: sp.Where(sp.ForEach(sp.Linear(L, 1), (L, 1, N)), L > 3), "no index that the layer itself runs over"),
    ],
)
def test_refusals_say_what_was_wanted(make, message: str):
    with pytest.raises(sp.SymparamsError, match=message):
        make()


def test_a_condition_that_always_holds_is_none():
    assert sp.Where(sp.Linear(d, h), d > 0).conditions == ()


@given(st.lists(st.sampled_from([d > 3, Ge(h, d), Eq(Mod(d, h), 0), Ne(d, h), d >= 1]), max_size=4))
def test_conditions_are_listed_once_and_in_order(premises):
    stated = [premise for premise in dict.fromkeys(premises) if premise != true]
    assume(stated)
    assert list(sp.Where(sp.Linear(d, h), *premises).conditions) == stated


def test_the_order_does_not_depend_on_hashes():
    code = "import symparams as sp; print(sp.Transformer(*sp.symbols('N d V'), n_head=sp.symbols('h'), n_kv_head=3).conditions)"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert runs == {"(Eq(Mod(d, h), 0), Eq(Mod(h, 3), 0))\n"}
