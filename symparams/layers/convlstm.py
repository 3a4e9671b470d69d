"""The convolutional LSTM: four gates whose products are convolutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symparams.notation import Size
from symparams.tree import Layer, Repeat, Weight

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

    where: c_in: channels of the input; c_hid (c): channels of the state; kernel (k₁, …): its size in each dimension.
    Source: Shi et al. 2015, eq. 3, without the peephole weights; keras.layers.ConvLSTM2D.

    >>> from symparams import closed_form, symbols
    >>> i, c = symbols("i c")
    >>> closed_form(ConvLSTM(i, c, (3, 3)))
    4*(9*c*i + 9*c**2 + c)
    """

    c_in: Size
    c_hid: Size
    kernel: tuple[Size, ...]
    bias: bool = True

    def parts(self) -> Mapping[str, Layer]:
        return {"gates": Repeat(ConvGate(self.c_in, self.c_hid, self.kernel, self.bias), 4)}
