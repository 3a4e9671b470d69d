"""Classes of keras.layers beside the common ones: recovered, against formulas worked out by hand."""

import inspect

import keras
import pytest
from sympy import Integer
from torch import nn

from symparams.errors import RecoveryError
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


@pytest.mark.parametrize(("name", "build", "expected"), OTHERS, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(OTHERS)])
def test_class(name, build, expected):
    found = recover(build, list(inspect.signature(build).parameters), method="symbolic")
    assert same(found.expr, expected), found
    assert same(found.layer.params, expected)


@pytest.mark.parametrize(
    "build", [L.Dense, lambda units: L.Pipeline([L.Dense(units)]), lambda units: keras.Sequential([L.Dense(units)])]
)
def test_a_layer_that_is_not_built_is_no_layer_without_parameters(build):
    with pytest.raises(RecoveryError, match="that was not built"):
        recover(build, ["units"])
