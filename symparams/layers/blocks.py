"""Blocks of convolutional networks: ResNet's, MobileNetV2's and ConvNeXt's residual blocks, DenseNet's growing widths.

A convolution that a norm follows has no bias.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Integer

from symparams.layers.convolution import Conv2d, DepthwiseConv2d
from symparams.layers.elementwise import Scale
from symparams.layers.feedforward import FeedForward
from symparams.layers.normalization import BatchNorm, LayerNorm
from symparams.layers.residual import Residual
from symparams.notation import Size, as_size, symbol
from symparams.tree import ForEach, Layer, Sequential

__all__ = ["BasicBlock", "Bottleneck", "ConvNeXtBlock", "ConvNorm", "DenseBlock", "InvertedResidual"]


def ConvNorm(c_in: Size, c_out: Size, kernel: Size = 3, stride: Size = 1, groups: Size = 1) -> Sequential:
    """A convolution without a bias, and batch normalization:  k²·c_in/groups·c_out + 2·c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o = symbols("i o")
    >>> closed_form(ConvNorm(i, o))
    9*i*o + 2*o
    """
    half = (as_size(kernel, "kernel") - 1) / 2  # as much padding as keeps the positions of an odd kernel
    padding = half if half.is_Integer else "same"
    return Sequential(conv=Conv2d(c_in, c_out, kernel, groups, bias=False, stride=stride, padding=padding), norm=BatchNorm(c_out))


def _projected(c_in: Size, c_out: Size, stride: Size) -> Sequential | None:
    """The shortcut of a block that changes width or extent; None where the data themselves are added."""
    changed = as_size(c_in, "c_in") != as_size(c_out, "c_out") or as_size(stride, "stride") != 1
    return ConvNorm(c_in, c_out, 1, stride) if changed else None


def BasicBlock(c_in: Size, c_out: Size | None = None, stride: Size = 1) -> Residual:
    """Two convolutions of 3x3 around a shortcut:  18c² + 4c; with a projection  9·c_in·c_out + 9·c_out² + c_in·c_out + 6·c_out.

    where: c_in, c_out: channels, c_out = c_in if not given; stride: of the first convolution. Where either changes the shortcut is
    a convolution of 1x1. Source: He et al. 2015, figure 5 (left); torchvision's BasicBlock.

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(BasicBlock(c)), closed_form(BasicBlock(c, 2 * c, 2))
    (18*c**2 + 4*c, 56*c**2 + 12*c)
    """
    c_out = c_in if c_out is None else c_out
    body = Sequential(first=ConvNorm(c_in, c_out, 3, stride), second=ConvNorm(c_out, c_out, 3))
    return Residual(body, _projected(c_in, c_out, stride))


def Bottleneck(
    c_in: Size,
    c_mid: Size,
    c_out: Size | None = None,
    stride: Size = 1,
    groups: Size = 1,
    first_stride: Size = 1,
) -> Residual:
    """Convolutions of 1x1, 3x3 and 1x1 around a shortcut:  c_in·c_mid + 9·c_mid² + c_mid·c_out + 4·c_mid + 2·c_out.

    where: c_mid: channels of the 3x3 convolution; c_out: 4·c_mid if not given; stride: of the 3x3 convolution; first_stride: of the
    first 1x1 (the paper's, and Keras'); groups: of the 3x3 convolution (ResNeXt). The shortcut is as in `BasicBlock`.
    Source: He et al. 2015, figure 5 (right); torchvision's Bottleneck.

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(Bottleneck(4 * c, c)), closed_form(Bottleneck(c, c))
    (17*c**2 + 12*c, 18*c**2 + 20*c)
    """
    c_out = 4 * as_size(c_mid, "c_mid") if c_out is None else c_out
    body = Sequential(
        first=ConvNorm(c_in, c_mid, 1, first_stride),
        second=ConvNorm(c_mid, c_mid, 3, stride, groups),
        third=ConvNorm(c_mid, c_out, 1),
    )
    return Residual(body, _projected(c_in, c_out, as_size(stride, "stride") * as_size(first_stride, "first_stride")))


def InvertedResidual(c_in: Size, c_out: Size | None = None, expansion: Size = 6, stride: Size = 1, kernel: Size = 3) -> Layer:
    """Wider, depthwise, narrower:  t·c_in² + k²·t·c_in + t·c_in·c_out + 4·t·c_in + 2·c_out.

    where: c_in, c_out: channels, c_out = c_in if not given; expansion (t): how many times wider the middle is, without the first
    convolution where it is 1; stride, kernel (k): of the depthwise convolution. The data themselves are added where neither width
    nor extent changes. Source: Sandler et al. 2018 (MobileNetV2), table 1; torchvision's InvertedResidual.

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(InvertedResidual(c))
    12*c**2 + 80*c
    """
    c_in, expansion = as_size(c_in, "c_in"), as_size(expansion, "expansion")
    c_out, middle = c_in if c_out is None else as_size(c_out, "c_out"), c_in * expansion
    parts = {"depthwise": ConvNorm(middle, middle, kernel, stride, middle), "reduce": ConvNorm(middle, c_out, 1)}
    body = Sequential(**({} if expansion == 1 else {"expand": ConvNorm(c_in, middle, 1)}), **parts)
    return Residual(body) if c_in == c_out and as_size(stride, "stride") == 1 else body


def ConvNeXtBlock(d_model: Size, kernel: Size = 7, scale: bool = True) -> Residual:
    """A depthwise convolution, a norm and a feed-forward network at each pixel, around a shortcut:  8d² + (k² + 9)d.

    where: d_model (d): channels; kernel (k); scale: a learned factor for each channel of the branch (layer scale).
    Source: Liu et al. 2022 (ConvNeXt), figure 4; transformers' ConvNextLayer.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(ConvNeXtBlock(d))
    8*d**2 + 58*d
    """
    d_model = as_size(d_model, "d_model")
    parts = {"depthwise": DepthwiseConv2d(d_model, kernel), "norm": LayerNorm(d_model), "": FeedForward(d_model, 4 * d_model)}
    return Residual(Sequential(**parts, **({"scale": Scale((d_model,))} if scale else {})))


@dataclass(frozen=True, repr=False)
class DenseBlock(Layer):
    """n layers, each of which meets what all before it made, and makes g channels more: the sum of their growing widths.

    where: c_in (c): channels that come in; growth (g): channels that each layer adds; n_layer (n); bottleneck: a convolution of 1x1
    to bottleneck·g channels before that of 3x3, none where it is None. Layer l meets c + (l - 1)g channels and has
    2(c + (l - 1)g) + 4g(c + (l - 1)g) + 8g + 36g² weights. The block hands on c + ng channels.
    Source: Huang et al. 2016 (DenseNet), section 3; torchvision's _DenseBlock; keras.applications.DenseNet121.

    >>> from symparams import closed_form, symbols
    >>> c, g, n = symbols("c g n")
    >>> closed_form(DenseBlock(c, g, n)).expanded
    4*c*g*n + 2*c*n + 2*g**2*n**2 + 34*g**2*n + g*n**2 + 7*g*n
    """

    c_in: Size
    growth: Size
    n_layer: Size
    bottleneck: Size | None = 4

    def parts(self) -> Mapping[str, Layer]:
        c_in, growth = as_size(self.c_in, "c_in"), as_size(self.growth, "growth")
        used = {one.name for size in (c_in, growth, as_size(self.n_layer, "n_layer")) for one in size.free_symbols}
        index = symbol(next(name for name in ("l", "i", "j", "k", "l_0") if name not in used))
        wide = c_in + (index - 1) * growth
        layers: dict[str, Layer] = {"norm": BatchNorm(wide)}
        if self.bottleneck is not None:
            wide, narrow = self.bottleneck * growth, wide
            layers |= {"reduce": Conv2d(narrow, wide, 1, bias=False), "reduced_norm": BatchNorm(wide)}
        layers["conv"] = Conv2d(wide, growth, 3, bias=False, padding=1)
        return {"": ForEach(Sequential(**layers), (index, Integer(1), self.n_layer))}

    def widths(self) -> tuple[Size, Size]:
        return self.c_in, as_size(self.c_in, "c_in") + as_size(self.n_layer, "n_layer") * self.growth
