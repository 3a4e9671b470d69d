"""Our operations are those of live PyTorch modules: as expressions where sizes can be symbols, and at random sizes everywhere."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from symparams import Data, Sequential, flops, symbols
from symparams.frameworks import torch as mirrors
from symparams.notation import same
from tests.costs.counting import Shapes, counted, on_meta, zeros

SIZE, SOME = st.integers(1, 12), st.integers(1, 3)
few = settings(max_examples=25)


class Attention(nn.Module):
    """Attention as it is written by hand, for PyTorch's own asks whether sizes are equal and so fixes them."""

    def __init__(self, d, h, d_h):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(d, h * d_h) for _ in range(3))
        self.out = nn.Linear(h * d_h, d)
        self.heads = (h, d_h)

    def forward(self, x):
        b, s, _ = x.shape
        q, k, v = (layer(x).view(b, s, *self.heads).transpose(1, 2) for layer in (self.q, self.k, self.v))
        mixed = torch.softmax(q @ k.transpose(-1, -2), -1) @ v
        return self.out(mixed.transpose(1, 2).reshape(b, s, -1))


class Block(nn.Module):
    def __init__(self, d, h, d_h, f):
        super().__init__()
        self.attention, self.up, self.down, self.norm = Attention(d, h, d_h), nn.Linear(d, f), nn.Linear(f, d), nn.LayerNorm((d,))

    def forward(self, x):
        x = x + self.attention(x)
        return x + self.down(torch.relu(self.up(self.norm(x))))


def block(d, h, d_h, f):
    from symparams import MultiHeadAttention, TransformerEncoderLayer

    return TransformerEncoderLayer(d, f, attention=MultiHeadAttention(d, h, d_head=d_h))


def ours():
    from symparams import FeedForward, MultiHeadAttention

    b, s, d, f, h, d_h, H, W, i, o = symbols("b s d f h d_h H W i o")
    tokens, image = {"batch": b, "seq": s}, {"batch": b, "extent": (H, W)}
    return {
        "dense": (mirrors.Linear(i, o).layer, tokens, lambda z: (nn.Linear(z["i"], z["o"]), (z["b"], z["s"], z["i"]))),
        "vector": (mirrors.Linear(i, o).layer, {"batch": b}, lambda z: (nn.Linear(z["i"], z["o"]), (z["b"], z["i"]))),
        "feed-forward": (
            FeedForward(d, f),
            tokens,
            lambda z: (
                nn.Sequential(nn.Linear(z["d"], z["f"]), nn.GELU(), nn.Linear(z["f"], z["d"])),
                (z["b"], z["s"], z["d"]),
            ),
        ),
        "attention": (
            MultiHeadAttention(d, h, d_head=d_h),
            tokens,
            lambda z: (Attention(z["d"], z["h"], z["d_h"]), (z["b"], z["s"], z["d"])),
        ),
        "block": (
            block(d, h, d_h, f),
            tokens,
            lambda z: (Block(z["d"], z["h"], z["d_h"], z["f"]), (z["b"], z["s"], z["d"])),
        ),
        "convolution": (
            mirrors.Conv2d(i, o, 3, padding=1).layer,
            image,
            lambda z: (nn.Conv2d(z["i"], z["o"], 3, padding=1), (z["b"], z["i"], z["H"], z["W"])),
        ),
        "valid convolution": (
            mirrors.Conv2d(i, o, (2, 5)).layer,
            image,
            lambda z: (nn.Conv2d(z["i"], z["o"], (2, 5)), (z["b"], z["i"], z["H"], z["W"])),
        ),
        "dilated": (
            mirrors.Conv2d(i, o, 3, padding=2, dilation=2).layer,
            image,
            lambda z: (nn.Conv2d(z["i"], z["o"], 3, padding=2, dilation=2), (z["b"], z["i"], z["H"], z["W"])),
        ),
    }


NAMES = ("dense", "vector", "feed-forward", "attention", "block", "convolution", "valid convolution", "dilated")


@pytest.mark.parametrize("training", [False, True], ids=["forward", "training"])
@pytest.mark.parametrize("name", NAMES)
def test_operations_are_the_live_ones_as_expressions(name, training):
    layer, data, live = ours()[name]
    shapes = Shapes(b=3, s=37, d=89, f=389, h=5, d_h=11, H=41, W=43, i=13, o=17)
    with shapes.building():
        module, shape = live(shapes.sizes)
        given = torch.empty(*shape, requires_grad=training)  # what comes from layers below has a gradient
        count = shapes.expression(counted(lambda: module(given), training))
    assert count.free_symbols
    assert same(count, flops(layer, **data, training=training, learned=True).expr)


CONVOLUTIONS = ("Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")


@pytest.mark.parametrize("name", CONVOLUTIONS)
@few
@given(st.data())
def test_convolutions_at_random_sizes(name, data):
    n, transposed = int(name[-2]), "Transpose" in name
    groups = data.draw(SOME)
    options = {"groups": groups, "padding": data.draw(st.integers(0, 2))}
    options |= {key: data.draw(st.one_of(SOME, st.tuples(*[SOME] * n))) for key in ("stride", "dilation")}
    sizes = (groups * data.draw(SOME), groups * data.draw(SOME), data.draw(st.tuples(*[SOME] * n)))
    batch, extent = data.draw(SOME), data.draw(st.tuples(*[st.integers(7, 12)] * n))
    if transposed:
        most = options["stride"] if isinstance(options["stride"], tuple) else (options["stride"],)
        options["output_padding"] = data.draw(st.integers(0, min(most) - 1))
    module = on_meta(lambda: getattr(nn, name)(*sizes, **options))
    layer = getattr(mirrors, name)(*sizes, **options).layer
    given_ = zeros(batch, sizes[0], *extent)
    assert flops(layer, batch, extent=extent).at() == counted(lambda: module(given_))
    handed_on = layer.gives(Data(batch, extent))
    assert handed_on.extent == tuple(module(given_).shape[2:])
    # PyTorch does not divide the weight's gradient by the groups (its pull request 183405); one group alone it counts rightly
    own = tuple(size // groups for size in sizes[:2])
    group = on_meta(lambda: getattr(nn, name)(*own, sizes[2], **options | {"groups": 1}))
    step = groups * counted(lambda: group(zeros(batch, own[0], *extent)), training=True)
    assert flops(layer, batch, extent=extent, training=True).at() == step


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
@few
@given(st.data())
def test_recurrent_layers_at_random_sizes(name, data):
    i, h, n, b, s = data.draw(SIZE), data.draw(st.integers(2, 9)), data.draw(SOME), data.draw(SOME), data.draw(SIZE)
    options = {"bidirectional": data.draw(st.booleans()), "bias": data.draw(st.booleans())}
    if name == "LSTM":
        options["proj_size"] = data.draw(st.integers(0, h - 1))
    module = on_meta(lambda: getattr(nn, name)(i, h, n, batch_first=True, **options))
    layer = getattr(mirrors, name)(i, h, n, **options).layer
    x = zeros(b, s, i)
    assert flops(layer, b, s).at() == counted(lambda: module(x))
    if n == 1:  # of further layers the second alone meets the first: see Stacked
        assert flops(layer, b, s, training=True).at() == counted(lambda: module(x), training=True)


@few
@given(st.data())
def test_a_classifier_of_images(data):
    from symparams import Conv2d, Flatten, Linear

    c, k, h, w, n = (data.draw(SOME) for _ in range(5))
    module = on_meta(lambda: nn.Sequential(nn.Conv2d(3, c, k), nn.ReLU(), nn.Flatten(), nn.Linear(c * h * w, n)))
    layer = Sequential(Conv2d(3, c, k, padding=0), Flatten(), Linear(c * h * w, n))
    extent = (h + k - 1, w + k - 1)
    x = zeros(2, 3, *extent)
    assert flops(layer, 2, extent=extent).at() == counted(lambda: module(x))
    assert flops(layer, 2, extent=extent, training=True).at() == counted(lambda: module(x), training=True)


@few
@given(st.data())
def test_multihead_attention_at_random_sizes(data):
    h, d_h, b, s = data.draw(SOME), data.draw(SIZE), data.draw(SOME), data.draw(SIZE)
    options = {"bias": data.draw(st.booleans()), "add_bias_kv": data.draw(st.booleans())}
    module = on_meta(lambda: nn.MultiheadAttention(h * d_h, h, batch_first=True, **options))
    layer = mirrors.MultiheadAttention(h * d_h, h, **options).layer
    x = zeros(b, s, h * d_h)
    assert flops(layer, b, s).at() == counted(lambda: module(x, x, x))


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@few
@given(st.data())
def test_a_transformer_with_encoder_and_decoder(data):
    h, d_h, f, n, m = (data.draw(SOME), data.draw(SOME), data.draw(SIZE), data.draw(SOME), data.draw(SOME))
    b, s, t = data.draw(SOME), data.draw(SIZE), data.draw(SIZE)
    sizes = (h * d_h, h, n, m, f)
    module = on_meta(lambda: nn.Transformer(*sizes, batch_first=True))
    layer = mirrors.Transformer(*sizes).layer
    live = counted(lambda: module(zeros(b, s, h * d_h), zeros(b, t, h * d_h)))
    assert flops(layer, b, t, memory=s).at() == live
