"""Normalizations: a gain and a bias for each feature, and statistics that training does not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symparams.notation import Size, as_size
from symparams.tree import Data, Layer, Weight, Work, divides

__all__ = ["BatchNorm", "GroupNorm", "InstanceNorm", "LayerNorm", "RMSNorm", "SpectralNorm", "Standardization"]

Shape: TypeAlias = Size | tuple[Size, ...]
Statistics: TypeAlias = Literal["buffers", "frozen", "none"]


def _dimensions(shape: Shape) -> tuple[Size, ...]:
    return shape if isinstance(shape, tuple) else (shape,)


def _widths(shape: Shape) -> tuple[Size | None, Size | None]:
    return (None, None) if isinstance(shape, tuple) else (shape, shape)


def _normalized(shape: Shape, data: Data) -> Work:
    """The elements that a norm divides: all features at each position."""
    features = tuple(as_size(size, "shape") for size in _dimensions(shape))
    return Work("norm", data.positions, features, "norm", data.positions)


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

    def widths(self) -> tuple[Size | None, Size | None]:
        return _widths(self.shape)

    def work(self, data: Data) -> Iterator[Work]:
        yield _normalized(self.shape, data)

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

    def widths(self) -> tuple[Size | None, Size | None]:
        return _widths(self.shape)

    def work(self, data: Data) -> Iterator[Work]:
        yield _normalized(self.shape, data)

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
    statistics: Statistics = "buffers"
    counter: bool = False

    def widths(self) -> tuple[Size, Size]:
        return self.n_channel, self.n_channel

    def work(self, data: Data) -> Iterator[Work]:
        yield _normalized(self.n_channel, data)

    def own(self) -> Iterator[Weight]:
        return _by_channel(self)


@dataclass(frozen=True, repr=False)
class InstanceNorm(Layer):
    """Instance normalization of each channel of each example:  2c with a gain and a bias.

    where: n_channel (c): channels; statistics, counter: as in `BatchNorm`. The defaults are those of the paper; PyTorch's have
    neither a gain nor a bias, and nobody keeps statistics by default.
    Source: Ulyanov et al. 2016, eq. 2; torch.nn.InstanceNorm2d; keras.layers.GroupNormalization(groups=-1).

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(InstanceNorm(c)), closed_form(InstanceNorm(c, gain=False, bias=False))
    (2*c, 0)
    """

    n_channel: Size
    gain: bool = True
    bias: bool = True
    statistics: Statistics = "none"
    counter: bool = False

    def widths(self) -> tuple[Size, Size]:
        return self.n_channel, self.n_channel

    def work(self, data: Data) -> Iterator[Work]:
        yield _normalized(self.n_channel, data)

    def own(self) -> Iterator[Weight]:
        return _by_channel(self)


def _by_channel(norm: BatchNorm | InstanceNorm) -> Iterator[Weight]:
    """The gain and the bias of each channel, and its running statistics."""
    if norm.gain:
        yield Weight("weight", (norm.n_channel,), "norm")
    if norm.bias:
        yield Weight("bias", (norm.n_channel,), "norm")
    if norm.statistics != "none":
        kind: Literal["buffer", "frozen"] = "buffer" if norm.statistics == "buffers" else "frozen"
        yield Weight("running_mean", (norm.n_channel,), "norm", kind)
        yield Weight("running_var", (norm.n_channel,), "norm", kind)
        if norm.counter:
            yield Weight("num_batches_tracked", (), "norm", "buffer")


@dataclass(frozen=True, repr=False)
class GroupNorm(Layer):
    """Group normalization, a gain and a bias for each channel, whatever the number of groups:  2c.

    where: n_group: groups of channels that are normalized together, a divisor of c; n_channel (c): channels.
    Source: Wu and He 2018, eq. 7; torch.nn.GroupNorm; keras.layers.GroupNormalization (scale, center).

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(GroupNorm(32, c)), closed_form(GroupNorm(32, c, bias=False))
    (2*c, c)
    >>> GroupNorm(32, 48)
    Traceback (most recent call last):
    symparams.errors.SizeError: GroupNorm: n_group=32 and n_channel=48
      wanted: n_group that divides n_channel
      next:   48 = 1·32 + 16; take a divisor of 48
    """

    n_group: Size
    n_channel: Size
    gain: bool = True
    bias: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        divides(self.n_group, self.n_channel, "GroupNorm", ("n_group", "n_channel"))

    def widths(self) -> tuple[Size, Size]:
        return self.n_channel, self.n_channel

    def work(self, data: Data) -> Iterator[Work]:
        yield _normalized(self.n_channel, data)

    def own(self) -> Iterator[Weight]:
        if self.gain:
            yield Weight("weight", (self.n_channel,), "norm")
        if self.bias:
            yield Weight("bias", (self.n_channel,), "norm")


@dataclass(frozen=True, repr=False)
class SpectralNorm(Layer):
    """A layer whose kernel is divided by its largest singular value:  the layer's weights, and a vector that is not trained.

    where: layer: the layer whose kernel is normalized; n_out: width of the vector that the power iteration keeps, (1, n_out).
    Source: Miyato et al. 2018, section 2.1 and algorithm 1; keras.layers.SpectralNormalization.

    >>> from symparams import Linear, closed_form, symbols
    >>> I, O = symbols("I O")
    >>> closed_form(SpectralNorm(Linear(I, O), O))
    I*O + 2*O
    """

    layer: Layer
    n_out: Size

    def gives(self, data: Data) -> Data:
        return self.layer.gives(data)

    def own(self) -> Iterator[Weight]:
        yield Weight("vector", (1, self.n_out), "norm", "frozen")


@dataclass(frozen=True, repr=False)
class Standardization(Layer):
    """Features centred and scaled by statistics of the data, none of them trained:  2d + 1.

    where: shape (d): the features that have a mean and a variance each, (d) both; the data are counted in one number more.
    Source: keras.layers.Normalization.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(Standardization((d,)))
    2*d + 1
    """

    shape: tuple[Size, ...]

    def own(self) -> Iterator[Weight]:
        yield Weight("mean", self.shape, "norm", "frozen")
        yield Weight("variance", self.shape, "norm", "frozen")
        yield Weight("count", (), "norm", "frozen")
