"""Normalizations: a gain and a bias for each feature, and batch norm's running statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symparams.notation import Size
from symparams.tree import Layer, Weight

__all__ = ["BatchNorm", "LayerNorm", "RMSNorm"]

Shape: TypeAlias = Size | tuple[Size, ...]


def _dimensions(shape: Shape) -> tuple[Size, ...]:
    return shape if isinstance(shape, tuple) else (shape,)


@dataclass(frozen=True, repr=False)
class LayerNorm(Layer):
    """Layer normalization, a gain and a bias for each feature:  2d.

    where: shape (d): the width that is normalized, or several dimensions of it.
    Source: Ba et al. 2016, eq. 4; torch.nn.LayerNorm; keras.layers.LayerNormalization (scale, center).

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(LayerNorm(d)), closed_form(LayerNorm(d, bias=False))
    (2*d, d)
    """

    shape: Shape
    gain: bool = True
    bias: bool = True

    def own(self) -> Iterator[Weight]:
        if self.gain:
            yield Weight("weight", _dimensions(self.shape), "norm")
        if self.bias:
            yield Weight("bias", _dimensions(self.shape), "norm")


@dataclass(frozen=True, repr=False)
class RMSNorm(Layer):
    """Root mean square normalization, a gain for each feature:  d.

    where: shape (d): the width that is normalized, or several dimensions of it.
    Source: Zhang and Sennrich 2019, eq. 4; torch.nn.RMSNorm; keras.layers.RMSNormalization.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(RMSNorm(d))
    d
    """

    shape: Shape
    gain: bool = True

    def own(self) -> Iterator[Weight]:
        if self.gain:
            yield Weight("weight", _dimensions(self.shape), "norm")


@dataclass(frozen=True, repr=False)
class BatchNorm(Layer):
    """Batch normalization, a gain and a bias for each channel, and the running mean and variance:  2c.

    where: n_channel (c): channels; statistics: where the running mean and variance go, 2c numbers that training does not change:
    "buffers" are no parameters (torch.nn.BatchNorm2d, which counts its batches in one buffer more, `counter`), "frozen" are
    parameters that are not trained (keras.layers.BatchNormalization counts 4c), "none" are not kept.

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(BatchNorm(c)), closed_form(BatchNorm(c, statistics="frozen"))
    (2*c, 4*c)
    """

    n_channel: Size
    gain: bool = True
    bias: bool = True
    statistics: Literal["buffers", "frozen", "none"] = "buffers"
    counter: bool = False

    def own(self) -> Iterator[Weight]:
        if self.gain:
            yield Weight("weight", (self.n_channel,), "norm")
        if self.bias:
            yield Weight("bias", (self.n_channel,), "norm")
        if self.statistics != "none":
            kind: Literal["buffer", "frozen"] = "buffer" if self.statistics == "buffers" else "frozen"
            yield Weight("running_mean", (self.n_channel,), "norm", kind)
            yield Weight("running_var", (self.n_channel,), "norm", kind)
            if self.counter:
                yield Weight("num_batches_tracked", (), "norm", "buffer")
