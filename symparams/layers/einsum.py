"""A dense layer between tensors of any number of axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symparams.notation import Size
from symparams.tree import Layer, Weight

__all__ = ["Einsum"]


@dataclass(frozen=True, repr=False)
class Einsum(Layer):
    """A weight of any number of axes, summed over those that the input shares with it:  the product of its shape, and a bias's.

    where: shape: of the weight, its axes in the order of the equation; bias_shape: of the bias, none if not given.
    Source: keras.layers.EinsumDense.

    >>> from symparams import closed_form, symbols
    >>> d, h, k = symbols("d h k")
    >>> closed_form(Einsum((d, h, k), bias_shape=(h, k)))
    d*h*k + h*k
    """

    shape: tuple[Size, ...]
    bias_shape: tuple[Size, ...] | None = None

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", self.shape)
        if self.bias_shape is not None:
            yield Weight("bias", self.bias_shape, "bias")
