"""Random architectures, each as a recipe that can be cooked twice: over symbols, and over integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from sympy import Ne

import symparams as sp

NAMES = ("a", "b", "c", "n", "m")
Sizes = Mapping[str, Any]
Recipe = Callable[[Sizes], sp.Layer]

SYMBOLS = {name: sp.symbols(name) for name in NAMES}

size_names = st.sampled_from(NAMES)


def _size(draw: st.DrawFn) -> Callable[[Sizes], Any]:
    name, factor, offset = draw(size_names), draw(st.integers(1, 3)), draw(st.integers(0, 2))
    return lambda sizes: factor * sizes[name] + offset


@st.composite
def leaves(draw: st.DrawFn) -> Recipe:
    x, y, z = _size(draw), _size(draw), _size(draw)
    flag, other, biases = draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from([0, 1, 2]))
    bias, qk_norm = draw(st.sampled_from([False, "qkv", "out"])), draw(st.sampled_from(["none", "head", "width"]))
    kernel, statistics = draw(st.integers(1, 3)), draw(st.sampled_from(["buffers", "frozen", "none"]))
    return draw(
        st.sampled_from(
            [
                lambda s: sp.Linear(x(s), y(s), flag),
                lambda s: sp.Embedding(x(s), y(s)),
                lambda s: sp.Recurrent(x(s), y(s), z(s), biases),
                lambda s: sp.LSTM(x(s), y(s), biases, n_proj=z(s)),
                lambda s: sp.Bidirectional(sp.GRU(x(s), y(s), biases)),
                lambda s: sp.Stacked(sp.GRU(x(s), y(s), "candidate"), 1 + z(s)),
                lambda s: sp.Stacked(sp.RNN(x(s), y(s), biases), 1 + z(s)),
                lambda s: sp.Conv2d(x(s), y(s), kernel, bias=flag),
                lambda s: sp.SeparableConv2d(x(s), y(s), kernel, z(s), flag, other),
                lambda s: sp.LayerNorm(x(s), flag, other),
                lambda s: sp.BatchNorm(x(s), flag, other, statistics),
                lambda s: sp.MultiHeadAttention(x(s), y(s), d_head=z(s), bias=flag),
                lambda s: sp.MultiHeadAttention(x(s), y(s), d_head=z(s), bias=bias, qk_norm=qk_norm),
                lambda s: sp.FeedForward(x(s), y(s), flag, other),
                lambda s: sp.Mixture(x(s), sp.FeedForward(x(s), y(s), flag, other), z(s) + 1, 1, router_bias=flag),
                lambda s: sp.LatentAttention(x(s), y(s), z(s), x(s), y(s), z(s), x(s) if flag else None, other),
                lambda s: sp.MambaMixer(x(s), y(s), z(s), x(s) if flag else None, bias=other),
                lambda s: sp.Mamba2Mixer(x(s), y(s), z(s), bias=flag, conv_bias=other),
                lambda s: sp.GatedDeltaNet(x(s), y(s), z(s)),
                lambda s: sp.LoRA(sp.Linear(x(s), y(s), flag), z(s)),
                lambda s: sp.Residual(sp.TimeMix(x(s), y(s)), sp.ChannelMix(x(s), z(s))),
                lambda s: sp.Bottleneck(x(s), y(s), z(s), 2),  # at stride 1 equal widths need no shortcut
                lambda s: sp.InvertedResidual(x(s), y(s)),
                lambda s: sp.ConvNeXtBlock(x(s), scale=flag),
                lambda s: sp.DenseBlock(x(s), y(s), z(s), 4 if flag else None),
                lambda s: sp.TransformerEncoderLayer(x(s), bias=flag, gated=other),
                lambda s: sp.TransformerDecoderLayer(x(s), y(s), bias=flag),
            ]
        )
    )


@st.composite
def composed(draw: st.DrawFn, inner: st.SearchStrategy[Recipe]) -> Recipe:
    first, second, count = draw(inner), draw(inner), _size(draw)
    shared = draw(st.booleans())
    return draw(
        st.sampled_from(
            [
                lambda s: sp.Sequential(first(s), second(s)),
                lambda s: sp.Sequential(left=first(s), right=sp.Repeat(second(s), count(s))),
                lambda s: sp.Repeat(sp.Sequential(first(s), second(s)), count(s), shared),
                lambda s: sp.Repeat(first(s), count(s)),
                lambda s: sp.Where(sp.Sequential(first(s), second(s)), Ne(count(s), 1000)),
                lambda s: sp.Given(sp.Sequential(first(s), new=sp.Linear(sp.symbols("x"), 2)), {sp.symbols("x"): count(s)}),
                lambda s: sp.Shared(
                    sp.Sequential(one=sp.Linear(count(s), 3), two=sp.Linear(count(s), 3), rest=first(s)),
                    {"two.weight": "one.weight"},
                ),
                lambda s: sp.Sequential(
                    pyramid=sp.ForEach(sp.Linear(sp.symbols("i") * count(s), 2), (sp.symbols("i"), 1, count(s))), rest=first(s)
                ),
            ]
        )
    )


recipes = st.recursive(leaves(), composed, max_leaves=4)
values = st.fixed_dictionaries({name: st.integers(1, 7) for name in NAMES})
