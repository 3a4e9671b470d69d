import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from symparams.frameworks import torch as mirrors
from tests.frameworks.cases import combinations, compare, drawn, few
from tests.frameworks.torch_cases import CASES, TORCH, tensors

ALL = combinations(CASES)


@pytest.mark.live
@pytest.mark.parametrize("name", ALL, ids=list(ALL))
@few
@given(data=st.data())
def test_live_module(name, data):
    case, options = ALL[name]
    TORCH.compare(case, *drawn(data, case, options))


def test_every_mirror_is_compared():
    assert {case.name for case in CASES} == set(mirrors.__all__)


def parameters(function):
    return {
        p.name: p.default
        for p in inspect.signature(function).parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }


@pytest.mark.parametrize("name", mirrors.__all__)
def test_constructor_is_the_frameworks(name):
    recurrent = name in ("RNN", "GRU", "LSTM")  # these three take *args and hand them on, behind their mode
    signature = parameters(nn.RNNBase if recurrent else getattr(nn, name))
    hidden = {"mode"} if recurrent else set()
    signature = {option: default for option, default in signature.items() if option not in hidden and not option.startswith("_")}
    ours = parameters(getattr(mirrors, name))
    assert ours.keys() - {"nonlinearity"} == signature.keys() - {"nonlinearity"}
    explicit = parameters(inspect.unwrap(getattr(mirrors, name)))
    assert {k: v for k, v in explicit.items() if k != "activation"} == {
        k: v for k, v in signature.items() if k in explicit and k != "activation"
    }  # activation is a function or its name
    order = [p.name for p in inspect.signature(getattr(mirrors, name)).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert order == list(signature)[: len(order)]


def test_equal_widths_given_outright_are_fused():
    assert "in_proj_weight" in mirrors.MultiheadAttention(8, 2, kdim=8, vdim=8).shapes()
    module = nn.MultiheadAttention(8, 2, kdim=8, vdim=8, device="meta")
    assert tensors(module)["trainable"] == mirrors.MultiheadAttention(8, 2, kdim=8, vdim=8).tensors_at()


def test_the_comparison_sees_a_wrong_convention():
    module = nn.GRU(3, 5, device="meta")
    count = sum(weight.numel() for weight in module.parameters())
    compare(mirrors.GRU(3, 5), mirrors.GRU(3, 5), {}, tensors(module), count)
    with pytest.raises(AssertionError):
        compare(mirrors.GRU(3, 5, bias=False), mirrors.GRU(3, 5), {}, tensors(module), count)
    with pytest.raises(AssertionError):
        compare(mirrors.GRU(3, 5), mirrors.GRU(3, 5), {}, tensors(module), count - 15)  # one bias vector a gate
    with pytest.raises(AssertionError):
        compare(mirrors.GRU(3, 5), mirrors.GRU(5, 3), {}, tensors(module), count)


def test_a_projection_is_the_lstms_only():
    for framework in (mirrors, nn):
        with pytest.raises(ValueError, match="proj"):
            framework.GRU(3, 5, proj_size=2)
