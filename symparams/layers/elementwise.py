"""Layers that multiply feature by feature: a learned scale, and the rectifier with a learned slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symparams.notation import Size, as_size
from symparams.tree import Data, Layer, Weight, Work

__all__ = ["PReLU", "Scale"]


@dataclass(frozen=True, repr=False)
class PReLU(Layer):
    """The rectifier with a learned slope for negative inputs, max(0, x) + a·min(0, x):  c.

    where: shape (c): the slopes, one for each channel, a single one (1), or the dimensions of a feature map. a has this shape.
    Source: He et al. 2015, eq. 1; torch.nn.PReLU; keras.layers.PReLU.

    >>> from symparams import closed_form, symbols
    >>> c, h, w = symbols("c h w")
    >>> closed_form(PReLU(c)), closed_form(PReLU((h, w, c)))
    (c, c*h*w)
    """

    shape: Size | tuple[Size, ...] = 1

    def work(self, data: Data) -> Iterator[Work]:
        features = () if data.width is None else (data.width,)
        yield Work("activation", data.positions, features, "activation", data.positions)

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", self.shape if isinstance(self.shape, tuple) else (self.shape,))


@dataclass(frozen=True, repr=False)
class Scale(Layer):
    """A learned factor for each feature, y = s·x:  d; a single number where there are no dimensions.

    where: shape (d): the dimensions that have a factor each. s has this shape.
    Source: keras.layers.AdditiveAttention and Attention (use_scale).

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(Scale((d,))), closed_form(Scale(()))
    (d, 1)
    """

    shape: tuple[Size, ...]

    def work(self, data: Data) -> Iterator[Work]:
        yield Work("scale", data.positions, tuple(as_size(size, "shape") for size in self.shape), "activation", data.positions)

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", self.shape)
