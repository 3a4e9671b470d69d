"""The dense layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symparams.notation import Size
from symparams.tree import Layer, Weight

__all__ = ["Linear"]


@dataclass(frozen=True, repr=False)
class Linear(Layer):
    """A dense layer, y = Wx + b:  n_in·n_out + n_out.

    where: n_in, n_out: features of the input and the output. W is (n_out, n_in), b is (n_out).
    Source: torch.nn.Linear; keras.layers.Dense (its kernel is the transpose).

    >>> from symparams import closed_form, symbols
    >>> I, O = symbols("I O")
    >>> closed_form(Linear(I, O))
    I*O + O
    """

    n_in: Size
    n_out: Size
    bias: bool = True

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", (self.n_out, self.n_in))
        if self.bias:
            yield Weight("bias", (self.n_out,), "bias")
