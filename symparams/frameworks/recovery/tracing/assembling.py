"""From kinds of tensors and their numbers of copies to a tree of layers like any other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Add, Expr, Mul

from symparams.frameworks.recovery.tracing.structure import Key
from symparams.tree.modules import Tensors

__all__ = ["Counted", "total"]


@dataclass(frozen=True)
class Counted:
    """A kind of tensor with its symbolic shape, and the number of copies at each open number, one within the other."""

    key: Key
    shape: tuple[Expr, ...]
    copies: tuple[Expr, ...]

    @property
    def count(self) -> Expr:
        """How many tensors of the kind there are."""
        return Mul(*self.copies)

    @property
    def tensors(self) -> Tensors:
        """What a tree is put together from."""
        return Tensors(self.key.name, self.shape, self.copies, self.key.kind, self.key.owner, self.key.tied_to)


def total(counted: Iterable[Counted]) -> Expr:
    """The number of parameters of these kinds."""
    kept = (item for item in counted if item.key.kind != "buffer" and item.key.tied_to is None)
    return Add(*(Mul(item.count, *item.shape) for item in kept))
