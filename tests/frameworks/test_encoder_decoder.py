"""The encoder-decoder of our models against torch.nn.Transformer with tables and a head around it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from symparams import EncoderDecoderTransformer, LayerNorm, closed_form, symbols
from tests.frameworks.cases import SIZE, SOME, Case, combinations, few

N, M, d, V, d_ff, h, n_ctx = symbols("N M d V d_ff h n_ctx")
BOOL = (True, False)
OPTIONS = {
    "embeddings": ("shared", "separate"),
    "head": ("tied", "untied", "none"),
    "head_bias": BOOL,
    "learned": BOOL,
    "final_norm": BOOL,
    "bias": BOOL,
}
SIZES = st.builds(
    lambda heads, width, sizes: {h: heads, d: heads * width} | sizes,
    SOME,
    SOME,
    st.fixed_dictionaries({N: SOME, M: SOME, d_ff: SIZE, V: SIZE, n_ctx: SIZE}),
)
ALL = combinations([Case("EncoderDecoderTransformer", SIZES, OPTIONS)])


def live(values, embeddings, head, head_bias, learned, final_norm, bias):
    width, vocabulary, positions = values[d], values[V], values[n_ctx]
    with torch.device("meta"):
        core = nn.Transformer(width, values[h], values[N], values[M], values[d_ff], bias=bias)
        tables = [nn.Embedding(vocabulary, width), nn.Embedding(vocabulary, width)]
        places = [nn.Embedding(positions, width), nn.Embedding(positions, width)] if learned else []
        top = nn.Linear(width, vocabulary, head_bias)
    if embeddings == "shared":
        tables[1] = tables[0]
    if head == "tied":
        top.weight = tables[1].weight
    if not final_norm:
        core.encoder.norm = core.decoder.norm = None
    return nn.ModuleList([core, *tables, *places, *([] if head == "none" else [top])])


def ours(learned, bias, **options):
    options |= {"positions": n_ctx if learned else None, "bias": bias, "norm": LayerNorm(d, bias=bias)}
    return EncoderDecoderTransformer(N, d, V, d_ff, h, n_decoder_layer=M, **options)


@pytest.mark.live
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")  # where PyTorch cannot make an encoder faster
@pytest.mark.parametrize("name", ALL, ids=list(ALL))
@few
@given(data=st.data())
def test_encoder_decoder(name, data):
    case, options = ALL[name]
    values = data.draw(case.sizes)
    formula = closed_form(ours(**options))
    count = sum(weight.numel() for weight in live(values, **options).parameters())  # a tied weight is met once
    assert formula.at({symbol: values[symbol] for symbol in formula.expr.free_symbols}) == count
