"""Keras' hand-built mirrors against the forms recovered from the real layers, symbolically."""

import inspect

import keras
import pytest

from symparams.frameworks import keras as mirrors
from symparams.frameworks.recovery import recover
from symparams.notation import same, symbol

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]

FIRST = {"data_format": "channels_first"}


def plain(name, **options):
    return lambda K, c, u: (getattr(K, name)(u, **options), (None, c))


def recurrent(name, **options):
    return lambda K, c, u: (getattr(K, name)(u, **options), (None, None, c))


def convolution(name, axes, **options):
    def case(K, c, f, k):
        pixels = (9,) * axes
        shape = (None, c, *pixels) if "data_format" in options else (None, *pixels, c)
        return getattr(K, name)(f, k, **options), shape

    return case


def convolution_in_time(name, axes, **options):
    return lambda K, c, f, k: (getattr(K, name)(f, k, **options), (None, None, *(9,) * axes, c))


def depthwise(name, axes, **options):
    def case(K, c, k, m):
        return getattr(K, name)(k, depth_multiplier=m, **options), (None, *(9,) * axes, c)

    return case


def separable(name, axes, **options):
    def case(K, c, f, k, m):
        return getattr(K, name)(f, k, depth_multiplier=m, **options), (None, *(9,) * axes, c)

    return case


def normalized(name, **options):
    return lambda K, a, b: (getattr(K, name)(**options), (None, 7, a, b))


def both_ways(name, **options):
    return lambda K, c, u: (K.Bidirectional(getattr(K, name)(u, name="inner", **options)), (None, None, c))


def another_way(K, c, u, v):
    return K.Bidirectional(K.LSTM(u, name="one"), backward_layer=K.GRU(v, go_backwards=True, name="other")), (None, None, c)


def stacked(K, c, u, v):
    return K.StackedRNNCells([K.LSTMCell(u, name="low"), K.GRUCell(v, name="high")]), (None, c)


def over_a_stack(K, c, u, v):
    return K.RNN(stacked(K, c, u, v)[0]), (None, None, c)


def around(name, inner, *steps, **options):
    return lambda K, c, u: (getattr(K, name)(getattr(K, inner)(u, name="inner", **options)), (None, *steps, c))


def summed(equation, **options):
    return lambda K, d, h, k: (K.EinsumDense(equation, (None, h, k), **options), (None, 7, d))


def spectrogram(mode):
    return lambda K, f, n: (K.STFTSpectrogram(mode, f, fft_length=n, window=None), (None, None, 1))  # a window wants scipy


def scored(name, **options):
    return lambda K, d: (getattr(K, name)(**options), [(None, None, d), (None, None, d)])


def attention(**options):
    return lambda K, d, h, k: (K.MultiHeadAttention(h, k, **options), (None, None, d), (None, None, d))


def attention_between(K, q, v, w, h, k, m, o):
    return K.MultiHeadAttention(h, k, m, output_shape=o), (None, None, q), (None, None, v), (None, None, w)


def grouped_attention(**options):
    return lambda K, d, k, h, g: (K.GroupQueryAttention(k, h * g, h, **options), (None, None, d), (None, None, d))


CASES = [
    ("Dense", plain("Dense")),
    ("Dense", plain("Dense", use_bias=False)),
    *(("EinsumDense", summed("abc,cde->abde", bias_axes=axes)) for axes in (None, "e", "de")),
    ("EinsumDense", lambda K, d, u: (K.EinsumDense("...b,bc->...c", u, bias_axes="c"), (None, 7, d))),
    ("PReLU", normalized("PReLU")),
    ("PReLU", normalized("PReLU", shared_axes=[1, 2])),
    ("Embedding", lambda K, v, d: (K.Embedding(v, d), (None,))),
    ("ReversibleEmbedding", lambda K, v, d: (K.ReversibleEmbedding(v, d), (None, None))),
    ("ReversibleEmbedding", lambda K, v, d: (K.ReversibleEmbedding(v, d, tie_weights=False), (None, None))),
    *((f"{name}{kind}", build(f"{name}{kind}", use_bias=bias))
      for name in ("SimpleRNN", "GRU", "LSTM") for kind, build in (("", recurrent), ("Cell", plain)) for bias in (True, False)),
    ("GRU", recurrent("GRU", reset_after=False)),
    ("GRUCell", plain("GRUCell", reset_after=False)),
    *(("Bidirectional", both_ways(name)) for name in ("SimpleRNN", "GRU", "LSTM")),
    ("Bidirectional", both_ways("LSTM", use_bias=False)),
    ("Bidirectional", another_way),
    ("StackedRNNCells", stacked),
    ("RNN", over_a_stack),
    ("RNN", lambda K, c, u: (K.RNN(K.LSTMCell(u, name="cell")), (None, None, c))),
    *((f"Conv{n}D", convolution(f"Conv{n}D", n)) for n in (1, 2, 3)),
    ("Conv2D", convolution("Conv2D", 2, use_bias=False, strides=2)),
    ("Conv2D", convolution("Conv2D", 2, **FIRST)),
    ("Conv2D", lambda K, c, f, k, g: (K.Conv2D(g * f, k, groups=g), (None, 9, 9, g * c))),
    *((f"ConvLSTM{n}D", convolution_in_time(f"ConvLSTM{n}D", n)) for n in (1, 2, 3)),
    ("ConvLSTM2D", convolution_in_time("ConvLSTM2D", 2, use_bias=False)),
    *((f"Conv{n}DTranspose", convolution(f"Conv{n}DTranspose", n)) for n in (1, 2, 3)),
    ("Conv2DTranspose", convolution("Conv2DTranspose", 2, use_bias=False, **FIRST)),
    *((f"DepthwiseConv{n}D", depthwise(f"DepthwiseConv{n}D", n)) for n in (1, 2)),
    ("DepthwiseConv2D", depthwise("DepthwiseConv2D", 2, use_bias=False)),
    *((f"SeparableConv{n}D", separable(f"SeparableConv{n}D", n)) for n in (1, 2)),
    ("SeparableConv2D", separable("SeparableConv2D", 2, use_bias=False)),
    *(("LayerNormalization", normalized("LayerNormalization", **options))
      for options in ({}, {"axis": [2, 3]}, {"center": False}, {"scale": False})),
    *(("RMSNormalization", normalized("RMSNormalization", axis=axis)) for axis in (-1, 2, [2, 3])),
    *(("BatchNormalization", normalized("BatchNormalization", **options))
      for options in ({}, {"axis": 2}, {"center": False}, {"scale": False})),
    ("GroupNormalization", lambda K, g, k: (K.GroupNormalization(g), (None, 7, g * k))),
    ("GroupNormalization", normalized("GroupNormalization", groups=-1, axis=2, center=False)),
    *(("Normalization", normalized("Normalization", axis=axis)) for axis in (-1, 2, (2, 3))),
    ("SpectralNormalization", around("SpectralNormalization", "Dense")),
    ("SpectralNormalization", lambda K, c, f, k: (K.SpectralNormalization(K.Conv1D(f, k, name="inner")), (None, 9, c))),
    ("TimeDistributed", around("TimeDistributed", "Dense", 5)),
    ("TimeDistributed", around("TimeDistributed", "LSTM", 5, 7, use_bias=False)),
    *(("STFTSpectrogram", spectrogram(mode)) for mode in ("log", "real")),
    ("Attention", scored("Attention", use_scale=True, score_mode="concat")),
    ("AdditiveAttention", scored("AdditiveAttention")),
    ("MultiHeadAttention", attention()),
    ("MultiHeadAttention", attention(use_bias=False)),
    ("MultiHeadAttention", attention(use_gate=True)),
    ("MultiHeadAttention", attention_between),
    ("GroupQueryAttention", grouped_attention()),
    ("GroupQueryAttention", grouped_attention(use_bias=False, use_gate=True)),
]  # fmt: skip


def sizes_of(case):
    return [name for name in inspect.signature(case).parameters if name != "K"]


def real(case):
    """The case over keras.layers, built, with its sizes as parameters."""

    def build(**sizes):
        layer, *shapes = case(keras.layers, **sizes)
        layer.build(*shapes)
        return layer

    signature = inspect.signature(case)
    build.__signature__ = signature.replace(parameters=[signature.parameters[name] for name in sizes_of(case)])
    return build


def ours(case):
    layer, *shapes = case(mirrors, **{name: symbol(name) for name in sizes_of(case)})
    return layer.build(*shapes).layer.params


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{number}" for number, (name, _) in enumerate(CASES)])
def test_layer(name, case):
    found = recover(real(case), sizes_of(case), method="symbolic")
    assert same(found.expr, ours(case)), found
    assert same(found.layer.params, ours(case))


def test_every_mirror_is_audited():
    assert {name for name, _ in CASES} == set(mirrors.__all__)


def test_a_wrong_formula_is_seen():
    found = recover(real(recurrent("GRU")), ["c", "u"], method="symbolic")
    assert not same(found.expr, ours(recurrent("GRU", reset_after=False)))
