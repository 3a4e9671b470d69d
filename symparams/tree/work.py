"""What a layer does with the data that meet it, and what it keeps of them: products of sizes, by kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias

from sympy import Expr, Mul, S

__all__ = ["Operation", "Work"]

Operation: TypeAlias = Literal["product", "look-up", "bias", "norm", "softmax", "activation", "scan", "kept"]


@dataclass(frozen=True)
class Work:
    """So many things of one kind: `positions` times the product of `shape`.

    where: role: what they are: "product", multiply-adds; "look-up", rows of a table chosen (as products: positions times its size);
    "bias", "norm", "softmax", "activation", "scan", elements that are added to, normalized, …; "kept", numbers in a cache;
    backward: at how many positions the backward pass repeats it, for the gradients of the weight and of the input together.

    >>> from symparams import symbols
    >>> b, s, d = symbols("b s d")
    >>> Work("weight", b * s, (d, d)).size
    b*d**2*s
    """

    name: str
    positions: Expr
    shape: tuple[Expr, ...]
    role: Operation = "product"
    backward: Expr = S.Zero
    kind: Literal["trainable", "frozen", "buffer"] = "trainable"
    each: Expr = S.One

    @property
    def factors(self) -> tuple[Expr, ...]:
        """What is multiplied: the number counted for each, the positions, and the sizes."""
        return tuple(factor for factor in (self.each, self.positions, *self.shape) if factor != 1)

    @property
    def size(self) -> Expr:
        """The product of all."""
        return Mul(*self.factors)

    def counted(self, each: Expr, training: bool = False, again: bool = False) -> Self:
        """The same work, so many counted for each; forward, or with the backward pass, and forward once again for that."""
        positions = (self.positions * (2 if again else 1) + self.backward).expand() if training else self.positions
        return replace(self, each=each, positions=positions)
