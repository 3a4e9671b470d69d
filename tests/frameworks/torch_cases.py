"""The modules of torch.nn that symparams mirrors: what their sizes are drawn from, and their options."""

import warnings
from itertools import accumulate

import torch
from hypothesis import strategies as st
from torch import nn

from symparams.frameworks import torch as mirrors
from tests.frameworks.cases import SIZE, SOME, Case, Framework

BOOL = (True, False)


def sizes(**names):
    return st.fixed_dictionaries(names)


def kernels(dimensions):
    each = st.tuples(*[SIZE] * dimensions)
    return st.one_of(SIZE, each, each.map(list))


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
several = st.lists(SIZE, min_size=1, max_size=3)
normalized = st.one_of(SIZE, several, several.map(tuple), several.map(torch.Size))
grouped = st.builds(lambda groups, k: {"num_groups": groups, "num_channels": groups * k}, SOME, SOME)


@st.composite
def clusters(draw):
    """Widths that stay wider than nothing when they are divided by 4 for each cluster."""
    steps = draw(st.lists(SIZE, min_size=2, max_size=3))
    ends = list(accumulate(steps))
    return {"in_features": draw(st.integers(16, 40)), "n_classes": ends[-1], "cutoffs": ends[:-1]}


def stack(kind):
    def build(framework, name, num_layers, norm, bias, **layer):
        one = getattr(framework, f"Transformer{kind}Layer")(**layer, bias=bias)
        final = getattr(framework, norm)(layer["d_model"]) if norm else None
        return getattr(framework, name)(one, num_layers, norm=final)

    return build


CASES = [
    Case("Linear", sizes(in_features=SIZE, out_features=SIZE), {"bias": BOOL}),
    Case("Bilinear", sizes(in1_features=SIZE, in2_features=SIZE, out_features=SIZE), {"bias": BOOL}),
    Case("Embedding", sizes(num_embeddings=SIZE, embedding_dim=SIZE), {"padding_idx": (None, 0, -1)}),
    Case("EmbeddingBag", sizes(num_embeddings=SIZE, embedding_dim=SIZE), {"mode": ("sum", "max"), "padding_idx": (None, 0)}),
    Case("AdaptiveLogSoftmaxWithLoss", clusters(), {"div_value": (4.0, 2.5, 2), "head_bias": BOOL}),
    Case(
        "LinearCrossEntropyLoss",
        sizes(in_features=SIZE, num_classes=SIZE),
        {"out_features": ((), st.tuples(SIZE, SIZE)), "bias": BOOL},
    ),
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
        Case(name, sizes(num_features=SIZE), {"affine": BOOL, "track_running_stats": BOOL, "bias": BOOL})
        for name in (*(f"{kind}Norm{n}d" for kind in ("Batch", "Instance") for n in (1, 2, 3)), "SyncBatchNorm")
    ),
    Case("GroupNorm", grouped, {"affine": BOOL, "bias": BOOL}),
    Case("PReLU", sizes(num_parameters=SIZE), {"init": (0.25, 0.1)}),
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


def live(case, arguments):
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says which encoders it cannot make faster, and which tensors are empty
        return case.build(nn, case.name, **arguments)


def mirror(case, arguments):
    return case.build(mirrors, case.name, **arguments)


def tensors(module):
    return {
        "trainable": {name: tuple(weight.shape) for name, weight in module.named_parameters()},
        "buffer": {name: tuple(weight.shape) for name, weight in module.named_buffers()},
        "frozen": {},
    }


def measured(module):
    return tensors(module), sum(weight.numel() for weight in module.parameters())


TORCH = Framework(CASES, live, mirror, measured)
