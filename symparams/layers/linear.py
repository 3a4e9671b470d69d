"""The dense layer, and the dense layer of two inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symparams.notation import Size
from symparams.tree import Layer, Weight

__all__ = ["Bilinear", "Linear"]


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

    def widths(self) -> tuple[Size, Size]:
        return self.n_in, self.n_out

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", (self.n_out, self.n_in))
        if self.bias:
            yield Weight("bias", (self.n_out,), "bias")


@dataclass(frozen=True, repr=False)
class Bilinear(Layer):
    """A dense layer of two inputs, y = x₁ᵀWx₂ + b:  n_in1·n_in2·n_out + n_out.

    where: n_in1, n_in2: features of the two inputs; n_out: features of the output. W is (n_out, n_in1, n_in2), b is (n_out).
    Source: torch.nn.Bilinear.

    >>> from symparams import closed_form, symbols
    >>> I, J, O = symbols("I J O")
    >>> closed_form(Bilinear(I, J, O))
    I*J*O + O
    """

    n_in1: Size
    n_in2: Size
    n_out: Size
    bias: bool = True

    def widths(self) -> tuple[Size, Size]:
        return self.n_in1, self.n_out

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", (self.n_out, self.n_in1, self.n_in2))
        if self.bias:
            yield Weight("bias", (self.n_out,), "bias")
