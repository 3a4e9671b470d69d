import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from symparams.frameworks import torch as mirrors
from tests.frameworks.cases import SIZE, SOME, Case, combinations, compare, drawn, few, symbolic

BOOL = (True, False)


def sizes(**names):
    return st.fixed_dictionaries(names)


def kernels(dimensions):
    return st.one_of(SIZE, st.tuples(*[SIZE] * dimensions)) if dimensions > 1 else SIZE


def channels(dimensions):
    return st.builds(
        lambda groups, a, b, kernel: {
            "in_channels": a * groups,
            "out_channels": b * groups,
            "kernel_size": kernel,
            "groups": groups,
        },
        SOME,
        SOME,
        SOME,
        kernels(dimensions),
    )


heads = st.builds(lambda h, k: {"num_heads": h, "embed_dim": h * k}, SOME, SOME)
transformer = st.builds(lambda h, k, f: {"d_model": h * k, "nhead": h, "dim_feedforward": f}, SOME, SOME, SIZE)
deep = st.builds(lambda layer, n: layer | {"num_layers": n}, transformer, SOME)
deeper = st.builds(lambda layer, n, m: layer | {"num_encoder_layers": n, "num_decoder_layers": m}, transformer, SOME, SOME)
state = {"input_size": SIZE, "hidden_size": st.integers(5, 12)}
recurrent = {"bias": BOOL, "bidirectional": BOOL, "num_layers": (1, st.integers(1, 4))}
normalized = st.one_of(SIZE, st.lists(SIZE, min_size=1, max_size=3).map(tuple))


def stack(kind):
    def build(framework, name, num_layers, norm, bias, **layer):
        one = getattr(framework, f"Transformer{kind}Layer")(**layer, bias=bias)
        final = getattr(framework, norm)(layer["d_model"]) if norm else None
        return getattr(framework, name)(one, num_layers, norm=final)

    return build


CASES = [
    Case("Linear", sizes(in_features=SIZE, out_features=SIZE), {"bias": BOOL}),
    Case("Embedding", sizes(num_embeddings=SIZE, embedding_dim=SIZE), {"padding_idx": (None, 0)}),
    Case("RNN", sizes(**state), recurrent | {"nonlinearity": ("tanh", "relu")}),
    Case("GRU", sizes(**state), recurrent | {"batch_first": BOOL}),
    Case("LSTM", sizes(**state), recurrent | {"proj_size": (0, st.integers(1, 4))}),
    Case("RNNCell", sizes(**state), {"bias": BOOL, "nonlinearity": ("tanh", "relu")}),
    Case("GRUCell", sizes(**state), {"bias": BOOL}),
    Case("LSTMCell", sizes(**state), {"bias": BOOL}),
    *(Case(f"Conv{n}d", channels(n), {"bias": BOOL, "stride": (1, 2), "dilation": (1, 2)}) for n in (1, 2, 3)),
    *(Case(f"ConvTranspose{n}d", channels(n), {"bias": BOOL, "stride": (1, 2), "dilation": (1, 2)}) for n in (1, 2, 3)),
    Case("LayerNorm", sizes(normalized_shape=normalized), {"elementwise_affine": BOOL, "bias": BOOL}),
    Case("RMSNorm", sizes(normalized_shape=normalized), {"elementwise_affine": BOOL}),
    *(
        Case(f"BatchNorm{n}d", sizes(num_features=SIZE), {"affine": BOOL, "track_running_stats": BOOL, "bias": BOOL})
        for n in (1, 2, 3)
    ),
    Case(
        "MultiheadAttention",
        heads,
        # further widths beyond every embed_dim: the module asks whether they are equal, and so do symbols
        {"bias": BOOL, "add_bias_kv": BOOL, "kdim": (None, st.integers(10, 15)), "vdim": (None, st.integers(10, 15))},
    ),
    Case("TransformerEncoderLayer", transformer, {"bias": BOOL, "norm_first": BOOL, "activation": ("relu", "gelu")}),
    Case("TransformerDecoderLayer", transformer, {"bias": BOOL, "norm_first": BOOL, "activation": ("relu", "gelu")}),
    Case("TransformerEncoder", deep, {"bias": BOOL, "norm": (None, "LayerNorm", "RMSNorm")}, stack("Encoder")),
    Case("TransformerDecoder", deep, {"bias": BOOL, "norm": (None, "LayerNorm", "RMSNorm")}, stack("Decoder")),
    Case("Transformer", deeper, {"bias": BOOL, "batch_first": BOOL}),
]
ALL = combinations(CASES)


def live(case, **arguments):
    with torch.device("meta"):
        return case.build(nn, case.name, **arguments)


def tensors(module):
    return {
        "trainable": {name: tuple(weight.shape) for name, weight in module.named_parameters()},
        "buffer": {name: tuple(weight.shape) for name, weight in module.named_buffers()},
        "frozen": {},
    }


@pytest.mark.live
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")  # PyTorch tells which encoders it cannot make faster
@pytest.mark.parametrize("name", ALL, ids=list(ALL))
@few
@given(data=st.data())
def test_live_module(name, data):
    case, options = ALL[name]
    given_sizes, others = drawn(data, case, options)
    module = live(case, **given_sizes, **others)
    general, values = symbolic(given_sizes)
    compare(
        case.build(mirrors, case.name, **given_sizes, **others),
        case.build(mirrors, case.name, **general, **others),
        values,
        tensors(module),
        sum(weight.numel() for weight in module.parameters()),
    )


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
    real = getattr(nn, name)
    signature = parameters(nn.RNNBase if name in ("RNN", "GRU", "LSTM") else real)  # these three take *args and hand them on
    signature = {option: default for option, default in signature.items() if option != "mode" and not option.startswith("_")}
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
