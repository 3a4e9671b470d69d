"""Pooling, residual branches and mixtures: what they hand on, against live modules, and what they refuse."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Integer

import symparams as sp
from symparams import FeedForward, Linear, Mixture, Pooling, Residual, closed_form, flops, symbols
from symparams.errors import CostError, SizeError, StructureError
from symparams.notation import expr_of
from symparams.tree import Data

d, e, f, E, k, b, s = symbols("d e f E k b s")


@pytest.mark.live
@given(
    size=st.integers(1, 24),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 3),
    up=st.booleans(),
)
def test_as_many_positions_as_the_live_pooling(size, kernel, stride, padding, dilation, up):
    assume(2 * padding <= kernel and dilation * (kernel - 1) < size + 2 * padding)
    module = torch.nn.MaxPool1d(kernel, stride, padding, dilation, ceil_mode=up)
    out = module(torch.zeros(1, 1, size)).shape[-1]
    pool = Pooling((kernel,), stride, padding, dilation, "up" if up else "down")
    assert pool.gives(Data(extent=(Integer(size),))).extent == (out,)


def test_a_window_larger_than_its_data():
    with pytest.raises(CostError, match="a kernel of 5 positions on 3"):
        flops(sp.Sequential(Pooling((5,)), Linear(3, 3)), seq=3)


def test_both_ways_around_hand_on_the_same():
    with pytest.raises(StructureError, match="give a shortcut with the width and the stride of the branch"):
        flops(sp.Sequential(Linear(d, d), Residual(Linear(d, 2 * d)), Linear(2 * d, 1)), seq=s)
    conv = sp.Conv2d(3, 8, 3, stride=2)
    with pytest.raises(StructureError, match="two ways that hand on the same"):
        flops(sp.Sequential(Residual(conv, sp.Conv2d(3, 8, 1)), sp.Flatten()), extent=(32, 32))
    assert flops(Residual(conv, sp.Conv2d(3, 8, 1, stride=2)), extent=(32, 32)).at() == 2 * 16 * 16 * (27 * 8 + 3 * 8)


def test_the_work_of_a_mixture_is_linear_in_what_is_active():
    expert = FeedForward(d, f, bias=False)
    form = flops(Mixture(d, expert, E, k), b, s).expr
    assert form.coeff(k) == flops(expert, b, s).expr
    dense = sp.Sequential(router=Linear(d, E, False), experts=sp.Repeat(expert, E))
    assert (form.subs(k, E) - flops(dense, b, s).expr).expand() == 0
    assert not Mixture(d, expert, E, k).params.has(k)


def test_active_parameters_of_what_has_no_experts_are_all():
    model = sp.Transformer(*symbols("N d V"))
    assert closed_form(model, of="active") == closed_form(model)


def test_mixtures_that_cannot_be():
    with pytest.raises(SizeError, match="no more active than there are"):
        Mixture(8, FeedForward(8, 32), 4, 5)
    with pytest.raises(SizeError, match="experts of the model's width"):
        Mixture(8, FeedForward(16, 32), 4, 2)
    with pytest.raises(SizeError, match="shared_gate=True and nothing shared"):
        Mixture(8, FeedForward(8, 32), 4, 2, shared_gate=True)
    with pytest.raises(SizeError, match="both or neither"):
        sp.Stack(Linear(d, d), 4, n_first=2)


def test_an_outline_says_how_many_are_active():
    rows = sp.outline(Mixture(d, FeedForward(d, f), E, k)).rows
    assert [kind for _, kind, _ in rows] == ["Mixture", "Linear", "E × FeedForward, k active", "Linear", "Linear"]


FAMILIES = {
    "GPT2": "GPT2(N, d, V, n_ctx)",
    "LLaMA": "LLaMA(N, d, V, d_ff, h, h_kv)",
    "BERT": "BERT(N, d, V, n_ctx)",
    "T5": "T5(N, d, V, d_ff, h, d_h)",
    "Mixtral": "Mixtral(N, d, V, d_ff, h, E, k, h_kv)",
    "DeepSeek": "DeepSeek(N, V, LatentAttention(d, h, r, d_n, d_r, d_v), d_ff, d_e, E, k)",
    "ViT": "ViT(N, d, H, p, n_class=C)",
    "ResNet": "ResNet((3, n), (4*c, 8*c))",
    "DenseNet": "DenseNet((6, n), g)",
    "Mamba": "Mamba(N, d, V)",
    "Mamba2": "Mamba2(N, d, V, h)",
    "RWKV": "RWKV(N, d, V, d_ff)",
}


@pytest.mark.parametrize("text", FAMILIES.values(), ids=list(FAMILIES))
@pytest.mark.parametrize("of", ["parameters", "active"])
def test_each_step_of_a_familys_derivation_holds_and_its_text_reads_back(text, of):
    model = sp.read_model(text)
    assert (expr_of(sp.derive(model, of=of).check().result) - closed_form(model, of=of).expr).expand() == 0
    assert sp.read_model(repr(model)) == model
    assert (expr_of(sp.breakdown(model, of=of).total) - closed_form(model, of=of).expr).expand() == 0


def test_every_family_is_derived():
    from symparams.models import families

    assert set(FAMILIES) == set(families.__all__)
