"""Pooling: fewer positions, as many features, no weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symparams.layers.windows import Windows
from symparams.notation import Size
from symparams.tree import Data, Layer, Padding

__all__ = ["GlobalPooling", "Pooling"]


@dataclass(frozen=True, repr=False)
class Pooling(Layer):
    """The largest or the mean of the numbers in each place of a window:  no weights.

    where: kernel: the window's size in each dimension; stride: as large as the kernel if not given; padding, dilation: as in
    `Convolution`; rounding: of the number of places, "up" where the last window may reach beyond the data (ceil_mode).
    Source: torch.nn.MaxPool2d, AvgPool2d; keras.layers.MaxPooling2D, AveragePooling2D.

    >>> from symparams import Conv2d, Sequential, flops
    >>> Pooling((3, 3), stride=2, padding=1).params
    0
    >>> flops(Sequential(Pooling((2, 2)), Conv2d(3, 8, 1, bias=False)), extent=(28, 28)).at()
    9408

    Raises `CostError`, when its positions are asked for, where the window does not fit the data.
    """

    kernel: tuple[Size, ...]
    stride: Size | tuple[Size, ...] | None = None
    padding: Padding = 0
    dilation: Size | tuple[Size, ...] = 1
    rounding: Literal["down", "up"] = "down"

    def gives(self, data: Data) -> Data:
        stride = self.kernel if self.stride is None else self.stride
        return data.over(*Windows(self.kernel, stride, self.padding, self.dilation, rounding=self.rounding).slid(data))


@dataclass(frozen=True, repr=False)
class GlobalPooling(Layer):
    """One vector of each sample, the largest or the mean over all its positions:  no weights.

    Source: Lin et al. 2013, section 3.2; keras.layers.GlobalAveragePooling2D; torch.nn.AdaptiveAvgPool2d(1).

    >>> from symparams import Conv2d, Linear, Sequential, flops
    >>> flops(Sequential(Conv2d(3, 8, 1, bias=False), GlobalPooling(), Linear(8, 10)), extent=(28, 28)).at()
    37792
    """

    def gives(self, data: Data) -> Data:
        return data.over()
