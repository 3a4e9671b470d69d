"""Every class of keras.layers: those with parameters and no mirror against formulas worked out by hand, the others have none."""

import inspect

import keras
import pytest
from sympy import Integer
from torch import nn

from symparams.errors import RecoveryError
from symparams.frameworks import keras as mirrors
from symparams.frameworks.recovery import recover
from symparams.notation import same, symbols

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]
L = keras.layers
A, B, C, K = symbols("a b c k")


def built(layer, *shape):
    layer.build(shape)
    return layer


def attended(layer, width):
    layer.build([(None, 5, width), (None, 7, width)])
    return layer


def recurrent_convolution(axes):
    def build(a, b, k):
        return built(getattr(L, f"ConvLSTM{axes}D")(b, k), None, 6, *(9,) * axes, a)

    return build, 4 * B * (K**axes * (A + B) + 1)


def spectrogram(a):
    return built(L.STFTSpectrogram(frame_length=2 * a, frame_step=a, fft_length=2 * a, window=None), None, 999, 1)


def called(layer, *shape):
    meant = keras.Input(shape)
    return keras.Model(meant, layer(meant))


class Plain(L.Wrapper):
    """A wrapper of one's own: keras.layers.Wrapper only holds a layer."""


OTHERS = [
    ("AdditiveAttention", lambda a: attended(L.AdditiveAttention(), a), A),
    ("Attention", lambda a: attended(L.Attention(use_scale=True, score_mode="concat"), a), Integer(2)),
    *((f"ConvLSTM{n}D", *recurrent_convolution(n)) for n in (1, 2, 3)),
    ("ConvLSTM2D", lambda a, b: built(L.ConvLSTM2D(b, (3, 2), use_bias=False), None, 6, 9, 9, a), 24 * B * (A + B)),
    (
        "EinsumDense",
        lambda a, b, c: built(L.EinsumDense("abc,cde->abde", (None, b, c), bias_axes="de"), None, 5, a),
        A * B * C + B * C,
    ),
    ("GroupNormalization", lambda a: built(L.GroupNormalization(4), None, 9, 9, 4 * a), 8 * A),
    ("GroupNormalization", lambda a: built(L.GroupNormalization(-1, scale=False), None, 9, a), A),
    ("Normalization", lambda a, b: built(L.Normalization(axis=(1, 2)), None, a, b), 2 * A * B + 1),  # and how many were seen
    ("PReLU", lambda a, b, c: built(L.PReLU(), None, a, b, c), A * B * C),
    ("PReLU", lambda a, b, c: built(L.PReLU(shared_axes=[1, 2]), None, a, b, c), C),
    ("ReversibleEmbedding", lambda a, b: built(L.ReversibleEmbedding(a, b), None, 5), A * B),
    ("ReversibleEmbedding", lambda a, b: built(L.ReversibleEmbedding(a, b, tie_weights=False), None, 5), 2 * A * B),
    ("STFTSpectrogram", lambda a: spectrogram(a), 4 * A * (A + 1)),  # real and imaginary
    ("SpectralNormalization", lambda a, b: built(L.SpectralNormalization(L.Dense(b)), None, a), A * B + 2 * B),
    ("TimeDistributed", lambda a, b: built(L.TimeDistributed(L.Dense(b)), None, 5, a), A * B + B),
    ("Wrapper", lambda a, b: built(Plain(L.Dense(b)), None, a), A * B + B),
    ("Pipeline", lambda a, b: called(L.Pipeline([L.Dense(b), L.Dense(3)]), a), A * B + 4 * B + 3),
    ("TorchModuleWrapper", lambda a, b: L.TorchModuleWrapper(nn.Linear(a, b)), A * B + B),
]  # fmt: skip
OF_OTHER_BACKENDS = {  # functions of JAX, graphs and tables of TensorFlow
    *("FlaxLayer", "JaxLayer", "TFSMLayer"),
    *("HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization"),
}


@pytest.mark.parametrize(("name", "build", "expected"), OTHERS, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(OTHERS)])
def test_class(name, build, expected):
    found = recover(build, list(inspect.signature(build).parameters), method="symbolic")
    assert same(found.expr, expected), found
    assert same(found.layer.params, expected)


def others():
    """The classes of keras.layers that are in no list, each under its first name."""
    known = {getattr(L, name) for name in (*mirrors.__all__, *(name for name, _, _ in OTHERS), *OF_OTHER_BACKENDS)}
    found = {}
    for name in dir(L):
        cls = getattr(L, name)
        if inspect.isclass(cls) and issubclass(cls, L.Layer) and cls not in known:
            found.setdefault(cls, name)
    return {name: cls for cls, name in found.items()}


ARGUMENTS = {
    "activation": "relu",
    "axes": -1,
    "dims": (1, 2),
    "factor": 0.5,
    "function": abs,
    "height": 4,
    "height_factor": 0.5,
    "max_number": 3,
    "n": 3,
    "num_bins": 4,
    "output_size": 2,
    "pool_size": 2,
    "rate": 0.5,
    "scale": 2.0,
    "stddev": 0.5,
    "target_shape": (-1,),
    "width": 4,
    "width_factor": 0.5,
}
FURTHER = {
    "RandomPosterization": {"factor": 3},
    "CategoryEncoding": {"num_tokens": 4},
    "Discretization": {"num_bins": 4},
    "InputLayer": {"shape": (3,)},
}


@pytest.mark.parametrize(("name", "cls"), others().items(), ids=others())
def test_a_class_in_no_list_has_no_parameters(name, cls):
    wanted = [p for p in inspect.signature(cls).parameters.values() if p.default is p.empty and p.name in ARGUMENTS]
    layer = cls(**{p.name: ARGUMENTS[p.name] for p in wanted} | FURTHER.get(name, {}))
    errors = []
    for shape in [(None, 8), (None, 8, 3), (None, 8, 8, 3), (None, 8, 8, 8, 3), [(None, 8), (None, 8)]]:
        try:
            layer.build(shape)
            break
        except Exception as error:
            errors.append(error)
    else:
        pytest.fail(f"{name} was not built: {errors}")
    assert layer.built and layer.count_params() == 0
    own = [base for base in cls.__mro__ if issubclass(base, L.Layer) and base is not L.Layer]
    assert "add_weight(" not in "".join(map(inspect.getsource, own))  # nor with other options


def test_no_class_is_in_two_lists():
    assert not set(mirrors.__all__) & {name for name, _, _ in OTHERS}


@pytest.mark.parametrize(
    "build", [L.Dense, lambda units: L.Pipeline([L.Dense(units)]), lambda units: keras.Sequential([L.Dense(units)])]
)
def test_a_layer_that_is_not_built_is_no_layer_without_parameters(build):
    with pytest.raises(RecoveryError, match="that was not built"):
        recover(build, ["units"])
