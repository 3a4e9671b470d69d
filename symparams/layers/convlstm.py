"""The convolutional LSTM: four gates whose products are convolutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Mul

from symparams.layers.windows import Windows
from symparams.notation import Size, as_size
from symparams.tree import Data, Flow, Layer, Padding, Repeat, Weight, Work

__all__ = ["ConvGate", "ConvLSTM"]


@dataclass(frozen=True, repr=False)
class ConvGate(Layer):
    """One gate of a convolutional LSTM:  k₁k₂…·c_in·c + k₁k₂…·c² + c.

    where: as in `ConvLSTM`. weight_ih is (c, c_in, k₁, …), weight_hh is (c, c, k₁, …), the bias is (c).

    >>> from symparams import closed_form, symbols
    >>> i, c = symbols("i c")
    >>> closed_form(ConvGate(i, c, (3, 3)))
    9*c*i + 9*c**2 + c
    """

    c_in: Size
    c_hid: Size
    kernel: tuple[Size, ...]
    bias: bool = True

    def own(self) -> Iterator[Weight]:
        yield Weight("weight_ih", (self.c_hid, self.c_in, *self.kernel))
        yield Weight("weight_hh", (self.c_hid, self.c_hid, *self.kernel))
        if self.bias:
            yield Weight("bias_ih", (self.c_hid,), "bias")


@dataclass(frozen=True, repr=False)
class ConvLSTM(Layer):
    """An LSTM over images, its products convolutions:  4(k₁k₂…·c_in·c + k₁k₂…·c² + c).

    where: c_in: channels of the input; c_hid (c): channels of the state; kernel (k₁, …): its size in each dimension; stride,
    padding, dilation: of the input's convolution, those of the state's are 1 and "same". Data: the extent of one image, or with the
    number of images before it, (T, H, W).
    Source: Shi et al. 2015, eq. 3, without the peephole weights; keras.layers.ConvLSTM2D.

    >>> from symparams import closed_form, flops, symbols
    >>> i, c, T = symbols("i c T")
    >>> closed_form(ConvLSTM(i, c, (3, 3)))
    4*(9*c*i + 9*c**2 + c)
    >>> flops(ConvLSTM(i, c, (3, 3), padding=0), extent=(T, 10, 12))
    4*(1440*T*c*i + 1440*T*c**2)
    """

    c_in: Size
    c_hid: Size
    kernel: tuple[Size, ...]
    bias: bool = True
    stride: Size | tuple[Size, ...] = 1
    padding: Padding = "same"
    dilation: Size | tuple[Size, ...] = 1

    def widths(self) -> tuple[Size, Size]:
        return self.c_in, self.c_hid

    def flow(self, data: Data) -> Iterator[Flow]:
        """The gates work at the state's positions."""
        yield "gates", self.parts()["gates"], data.over(*self.gives(data).extent)

    def gives(self, data: Data) -> Data:
        """The state's positions: the input is convolved as the options say, the state with "same", at each step of time."""
        time, space = data.extent[: -len(self.kernel)], data.extent[-len(self.kernel) :]
        windows = Windows(self.kernel, self.stride, self.padding, self.dilation)
        return super().gives(data).over(*time, *windows.slid(data.over(*space)))

    def kept(self, data: Data) -> Iterator[Work]:
        """The state and the cell of each position of an image."""
        space = Mul(data.batch, *self.gives(data).extent[-len(self.kernel) :])
        for name in ("state", "cell"):
            yield Work(name, space, (as_size(self.c_hid, "c_hid"),), "kept")

    def parts(self) -> Mapping[str, Layer]:
        return {"gates": Repeat(ConvGate(self.c_in, self.c_hid, self.kernel, self.bias), 4)}
