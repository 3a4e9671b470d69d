"""The layers of keras.layers that symparams mirrors: what their sizes are drawn from, and their options."""

import warnings

import keras
from hypothesis import strategies as st

from symparams.frameworks import keras as mirrors
from tests.frameworks.cases import SIZE, SOME, Case, Framework

BOOL = (True, False)
GATED = {"use_bias": BOOL}
GRU = GATED | {"reset_after": BOOL}


def shaped(*shape, **names):
    """Sizes of the constructor, and of the input, by the name that Keras' `build` gives its shape."""
    return st.fixed_dictionaries({**names, "build": st.fixed_dictionaries({"input_shape": st.tuples(st.none(), *shape)})})


def layer(framework, name, **arguments):
    return getattr(framework, name)(**arguments, name="layer")


@st.composite
def convolved(draw, dimensions, data_format, filters=True, grouped=False, timed=False):
    groups = draw(SOME) if grouped else 1
    each = st.tuples(*[SOME] * dimensions)
    kernel = draw(st.one_of(SOME, each, each.map(list)))
    channels = groups * draw(SOME)
    pixels = ((8,) if timed else (None,)) * dimensions  # the recurrent ones want to know them
    shape = (channels, *pixels) if data_format == "channels_first" else (*pixels, channels)
    shape = (None, 5, *shape) if timed else (None, *shape)
    sizes = {"kernel_size": kernel, "build": {"input_shape": shape}}
    return sizes | ({"filters": groups * draw(SOME)} if filters else {}) | ({"groups": groups} if grouped else {})


def convolutions(name, dimensions, options, **kinds):
    formats = ("channels_last", "channels_first")
    options = {"use_bias": BOOL} | options
    return [
        Case(name, convolved(dimensions, data_format, **kinds), {"data_format": (data_format,)} | options, layer)
        for data_format in formats
    ]


def within_bidirectional(framework, name, inner, units, twin=None, **options):
    layer = getattr(framework, inner)(units, name="inner", **options)
    if twin is None:
        return getattr(framework, name)(layer, name="layer")
    other = getattr(framework, inner)(twin, name="twin", go_backwards=True, **options)
    return getattr(framework, name)(layer, backward_layer=other, name="layer")


def of_cells(framework, name, cells, units, use_bias):
    made = [
        getattr(framework, cell)(width, use_bias=use_bias, name=f"cell_{place}")
        for place, (cell, width) in enumerate(zip(cells, units, strict=True))
    ]
    if name == "RNN":
        return framework.RNN(made[0] if len(made) == 1 else framework.StackedRNNCells(made, name="cells"), name="layer")
    return framework.StackedRNNCells(made, name="layer")


def attended(**names):
    widths = st.fixed_dictionaries({key: st.tuples(st.none(), st.none(), SIZE) for key in ("query_shape", "value_shape")})
    further = st.one_of(widths, st.builds(lambda shapes, d: shapes | {"key_shape": (None, None, d)}, widths, SIZE))
    return st.fixed_dictionaries({**names, "build": further})


def around(framework, name, inner, units, **options):
    """A layer around another one, whose size is called as Keras calls it: its filters, its output_dim or its units."""
    rows = (units,) if inner == "Embedding" else ()
    kernel = (2,) if inner == "Conv1D" else ()
    return getattr(framework, name)(getattr(framework, inner)(units, *rows, *kernel, name="inner", **options), name="layer")


def summed(equation, bias_axes, output, *shape):
    sizes = {"output_shape": output, "build": st.fixed_dictionaries({"input_shape": st.tuples(st.none(), *shape)})}
    return Case("EinsumDense", st.fixed_dictionaries(sizes), {"equation": (equation,), "bias_axes": bias_axes}, layer)


PAIR = st.lists(st.tuples(st.none(), st.none(), SIZE), min_size=2, max_size=2)  # queries and values
scored = st.fixed_dictionaries({"build": st.fixed_dictionaries({"input_shape": PAIR})})
of_groups = st.builds(lambda groups, k: {"groups": groups, "build": {"input_shape": (None, 5, groups * k)}}, SOME, SOME)
CELLS = ("SimpleRNNCell", "GRUCell", "LSTMCell")
STACKS = [*((cell,) for cell in CELLS), ("LSTMCell", "LSTMCell"), ("GRUCell", "SimpleRNNCell", "LSTMCell")]
NORMALIZED = {"center": BOOL, "scale": BOOL}
groups_of_heads = st.builds(lambda kv, times: {"num_key_value_heads": kv, "num_query_heads": kv * times}, SOME, SOME)

CASES = [
    Case("Dense", shaped(SIZE, units=SIZE), {"use_bias": BOOL}, layer),
    Case("Embedding", shaped(st.none(), input_dim=SIZE, output_dim=SIZE), {"mask_zero": BOOL}, layer),
    Case("SimpleRNN", shaped(st.none(), SIZE, units=SIZE), GATED | {"return_sequences": BOOL}, layer),
    Case("GRU", shaped(st.none(), SIZE, units=SIZE), GRU | {"return_sequences": BOOL}, layer),
    Case("LSTM", shaped(st.none(), SIZE, units=SIZE), GATED | {"unit_forget_bias": BOOL, "dropout": (0.0, 0.1)}, layer),
    Case("SimpleRNNCell", shaped(SIZE, units=SIZE), GATED, layer),
    Case("GRUCell", shaped(SIZE, units=SIZE), GRU, layer),
    Case("LSTMCell", shaped(SIZE, units=SIZE), GATED, layer),
    *(
        Case(
            "Bidirectional",
            shaped(st.none(), SIZE, units=SIZE),
            {"inner": (inner,), "twin": (None, SIZE)} | options,
            within_bidirectional,
        )
        for inner, options in (("SimpleRNN", GATED), ("GRU", GRU), ("LSTM", GATED))
    ),
    *(
        Case(name, shaped(*shape, units=st.tuples(*[SIZE] * len(cells))), {"cells": (cells,)} | GATED, of_cells)
        for cells in STACKS
        for name, shape in (("RNN", (st.none(), SIZE)), ("StackedRNNCells", (SIZE,)))
    ),
    *(case for n in (1, 2, 3) for case in convolutions(f"Conv{n}D", n, {"strides": (1, 2)}, grouped=True)),
    *(case for n in (1, 2, 3) for case in convolutions(f"Conv{n}DTranspose", n, {"strides": (1, 2)})),
    *(case for n in (1, 2) for case in convolutions(f"DepthwiseConv{n}D", n, {"depth_multiplier": (1, SOME)}, filters=False)),
    *(case for n in (1, 2) for case in convolutions(f"SeparableConv{n}D", n, {"depth_multiplier": (1, SOME)})),
    *(case for n in (1, 2, 3) for case in convolutions(f"ConvLSTM{n}D", n, {"strides": (1, 2)}, timed=True)),
    Case("LayerNormalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1, [1, 2], [1, 2, 3])} | NORMALIZED, layer),
    Case("RMSNormalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1, [2, 3])}, layer),
    Case("BatchNormalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1)} | NORMALIZED, layer),
    Case("GroupNormalization", of_groups, NORMALIZED, layer),
    Case("GroupNormalization", shaped(SIZE, SIZE), {"groups": (-1,), "axis": (-1, 1)} | NORMALIZED, layer),
    Case("Normalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1, None, (1, 3), [-1, 2])}, layer),
    Case("Normalization", shaped(SIZE), {"mean": (0.0,), "variance": (1.0,)}, layer),
    Case("PReLU", shaped(SIZE, SIZE, SIZE), {"shared_axes": (None, 1, [1, 2], (-1,))}, layer),
    Case("ReversibleEmbedding", shaped(st.none(), input_dim=SIZE, output_dim=SIZE), {"tie_weights": BOOL}, layer),
    summed("abc,cd->abd", (None, "d"), st.tuples(st.none(), SIZE), st.none(), SIZE),
    summed("abc,cde->abde", (None, "d", "de", "e"), st.tuples(st.none(), SIZE, SIZE), st.none(), SIZE),
    summed("abcd,cde->abe", (None, "e"), st.tuples(st.none(), SIZE), st.none(), SIZE, SIZE),
    summed("...b,bc->...c", (None, "c"), SIZE, st.none(), st.none(), SIZE),
    summed("ab...,bc->ac...", (None, "c"), st.tuples(SIZE), SIZE, st.none()),
    *(
        Case(name, shaped(*shape, units=SIZE), {"inner": (inner,)} | options, around)
        for name, inner, shape, options in (
            ("SpectralNormalization", "Dense", (SIZE,), {"use_bias": BOOL}),
            ("SpectralNormalization", "Embedding", (SIZE,), {}),
            ("SpectralNormalization", "Conv1D", (st.none(), SIZE), {"use_bias": BOOL}),
            ("TimeDistributed", "Dense", (st.none(), SIZE), {"use_bias": BOOL}),
            ("TimeDistributed", "LSTM", (st.none(), st.none(), SIZE), {"use_bias": BOOL}),
        )
    ),
    Case(
        "STFTSpectrogram",
        st.fixed_dictionaries(
            {
                "frame_length": st.integers(4, 16),
                "fft_length": st.sampled_from((16, 32)),
                "build": st.just({"input_shape": (None, None, 1)}),
            }
        ),
        {"mode": ("log", "real", "imag"), "window": (None,)},  # a window by name needs scipy
        layer,
    ),
    Case("Attention", scored, {"use_scale": BOOL, "score_mode": ("dot", "concat")}, layer),
    Case("AdditiveAttention", scored, {"use_scale": BOOL}, layer),
    Case(
        "MultiHeadAttention",
        attended(num_heads=SOME, key_dim=SIZE),
        {
            "value_dim": (None, SIZE),
            "output_shape": (None, SIZE, st.tuples(SIZE, SIZE)),
            "use_bias": BOOL,
            "use_gate": BOOL,
        },
        layer,
    ),
    Case(
        "GroupQueryAttention",
        st.builds(dict.__or__, attended(head_dim=SIZE), groups_of_heads),
        {"use_bias": BOOL, "use_gate": BOOL, "dropout": (0.0, 0.1)},
        layer,
    ),
]


def built(framework, case, arguments):
    arguments = dict(arguments)
    shapes = arguments.pop("build")
    layer = case.build(framework, case.name, **arguments)
    mirror = layer.build(**shapes) if len(shapes) > 1 else layer.build(*shapes.values())
    return mirror or layer


def live(case, arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras advises on lengths, PyTorch on tensors that are empty
        return built(keras.layers, case, arguments)


def mirror(case, arguments):
    return built(mirrors, case, arguments)


def tensors(weights):
    return {weight.path.removeprefix("layer/"): tuple(weight.shape) for weight in weights}


def measured(layer):
    real = {"trainable": tensors(layer.trainable_weights), "frozen": tensors(layer.non_trainable_weights), "buffer": {}}
    return real, layer.count_params()


KERAS = Framework(CASES, live, mirror, measured)
