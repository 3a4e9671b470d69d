import inspect

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symparams.frameworks import keras as mirrors
from tests.frameworks.cases import SIZE, SOME, Case, combinations, compare, drawn, few, symbolic

BOOL = (True, False)
GATED = {"use_bias": BOOL}
GRU = GATED | {"reset_after": BOOL}


def shaped(*shape, **names):
    """Sizes of the constructor, and of the input, by the name that Keras' `build` gives its shape."""
    return st.fixed_dictionaries({**names, "build": st.fixed_dictionaries({"input_shape": st.tuples(st.none(), *shape)})})


def layer(framework, name, **arguments):
    return getattr(framework, name)(**arguments, name="layer")


@st.composite
def convolved(draw, dimensions, data_format, filters=True, grouped=False):
    groups = draw(SOME) if grouped else 1
    kernel = draw(st.one_of(SOME, st.tuples(*[SOME] * dimensions)) if dimensions > 1 else SOME)
    channels = groups * draw(SOME)
    pixels = (8,) * dimensions
    shape = (None, channels, *pixels) if data_format == "channels_first" else (None, *pixels, channels)
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
    Case("LayerNormalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1, [1, 2], [1, 2, 3])} | NORMALIZED, layer),
    Case("RMSNormalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1, [2, 3])}, layer),
    Case("BatchNormalization", shaped(SIZE, SIZE, SIZE), {"axis": (-1, 1)} | NORMALIZED, layer),
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
ALL = combinations(CASES)


def tensors(weights):
    return {weight.path.removeprefix("layer/"): tuple(weight.shape) for weight in weights}


@pytest.mark.live
@pytest.mark.parametrize("name", ALL, ids=list(ALL))
@few
@given(data=st.data())
def test_live_layer(name, data):
    case, options = ALL[name]
    sizes, others = drawn(data, case, options)
    general, values = symbolic(sizes)
    shapes, general_shapes = sizes.pop("build"), general.pop("build")
    live = case.build(keras.layers, case.name, **sizes, **others)
    live.build(**shapes) if len(shapes) > 1 else live.build(*shapes.values())
    mirror, over_symbols = (
        case.build(mirrors, case.name, **arguments, **others).build(**met)
        for arguments, met in ((sizes, shapes), (general, general_shapes))
    )
    real = {"trainable": tensors(live.trainable_weights), "frozen": tensors(live.non_trainable_weights), "buffer": {}}
    compare(mirror, over_symbols, values, real, live.count_params())


def test_every_mirror_is_compared():
    assert {case.name for case in CASES} == set(mirrors.__all__)


CHANGES_A_BUILT_LAYER = {"lora_rank", "lora_alpha", "quantization_config"}
BATCH_RENORMALIZATION = {"renorm", "renorm_clipping", "renorm_momentum"}


def parameters(function):
    found = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


@pytest.mark.parametrize("name", mirrors.__all__)
def test_constructor_is_the_frameworks(name):
    real = parameters(getattr(keras.layers, name))
    ours = parameters(getattr(mirrors, name))
    assert ours.keys() - {"name"} == real.keys() - CHANGES_A_BUILT_LAYER - BATCH_RENORMALIZATION
    explicit = parameters(inspect.unwrap(getattr(mirrors, name)))
    defaults = {
        option: default for option, default in explicit.items() if option != "activation" and not option.endswith("_activation")
    }
    assert defaults == {option: real[option] for option in defaults}
    order = [p.name for p in inspect.signature(getattr(mirrors, name)).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert order == list(real)[: len(order)]


def test_a_layer_needs_its_inputs_width():
    with pytest.raises(ValueError, match="a size for axis -1"):
        mirrors.Dense(3).build((None, None))


def test_cells_of_one_name():
    cells = [mirrors.LSTMCell(3), mirrors.LSTMCell(3)]
    with pytest.raises(ValueError, match="a name for each"):
        mirrors.StackedRNNCells(cells).build((None, 2))
