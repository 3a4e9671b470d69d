"""The atom: a weight tensor with a symbolic shape, and the scopes that say how often it stands where it is placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sympy import Expr, Mul, Symbol

from symparams.notation import Size, SumOver, as_size, substituted
from symparams.tree.work import Work

__all__ = ["Binder", "Copies", "IndexedBy", "Kind", "Path", "Placed", "Relations", "Role", "Scope", "Weight"]

Path: TypeAlias = tuple[str, ...]
Role: TypeAlias = Literal["weight", "bias", "norm", "embedding"]
Kind: TypeAlias = Literal["trainable", "frozen", "buffer"]


@dataclass(frozen=True)
class Weight:
    """One tensor: its name, its shape (out, in), its role, and whether training changes it.

    `frozen` tensors are counted and not trained (Keras' moving statistics); `buffer`s are neither (PyTorch's).

    >>> from symparams import symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> Weight("weight", (d_ff, d)).size
    d*d_ff
    """

    name: str
    shape: tuple[Size, ...]
    role: Role = "weight"
    kind: Kind = "trainable"

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(as_size(size, f"a dimension of {self.name}") for size in self.shape))

    @property
    def size(self) -> Expr:
        """How many numbers the tensor holds: the product of its shape."""
        return Mul(*self.shape)

    @property
    def factors(self) -> tuple[Expr, ...]:
        """What is multiplied: the dimensions."""
        return tuple(as_size(size, self.name) for size in self.shape)


@dataclass(frozen=True)
class Copies:
    """A scope: everything below it stands `count` times, or once where the copies are `shared`.

    At each position all of them run, or so many as are `active`.
    """

    path: Path
    count: Expr
    shared: bool = False
    active: Expr | None = None

    @property
    def run(self) -> Copies:
        """The copies as often as they run."""
        return Copies(self.path, self.count if self.active is None else self.active)

    @property
    def picked(self) -> Copies:
        """The copies that are active, as if there were no others."""
        return self if self.active is None else Copies(self.path, self.active, self.shared)

    def total(self, one: Expr) -> Expr:
        """The count of all copies, from the count of one."""
        return one if self.shared else self.count * one

    def xreplace(self, rule: Mapping[Symbol, Expr]) -> Copies:
        """The same scope with symbols replaced."""
        active = None if self.active is None else self.active.xreplace(rule)
        return Copies(self.path, self.count.xreplace(rule), self.shared, active)


@dataclass(frozen=True)
class IndexedBy:
    """A scope: everything below it stands once for each `index` from `start` to `stop`."""

    path: Path
    index: Symbol
    start: Expr
    stop: Expr

    def total(self, one: Expr) -> Expr:
        """The sum over the index, in closed form."""
        return SumOver(one, self.index, self.start, self.stop).expr

    def xreplace(self, rule: Mapping[Symbol, Expr]) -> IndexedBy:
        """The same scope with symbols replaced in its limits."""
        return IndexedBy(self.path, self.index, self.start.xreplace(rule), self.stop.xreplace(rule))


@dataclass(frozen=True)
class Relations:
    """A scope: below it, these symbols stand for these expressions."""

    path: Path
    rule: tuple[tuple[Symbol, Expr], ...]

    def total(self, one: Expr) -> Expr:
        """The count with the relations put in."""
        return substituted(one, dict(self.rule))


Binder: TypeAlias = Copies | IndexedBy
Scope: TypeAlias = Binder | Relations


@dataclass(frozen=True)
class Placed:
    """A weight where it stands: its path from the root, the scopes around it from the outermost in, and what it is tied to.

    Costs are placed likewise: the work of a layer stands where its weight would.
    """

    path: Path
    weight: Weight | Work
    scopes: tuple[Scope, ...] = ()
    tied_to: Path | None = None

    @property
    def name(self) -> str:
        """The path with dots: layers.attention.q.weight."""
        return ".".join(self.path)

    @property
    def shape(self) -> tuple[Expr, ...]:
        """The shape with the relations around it put in."""
        rules = [scope for scope in reversed(self.scopes) if isinstance(scope, Relations)]
        shape = tuple(as_size(size, self.name) for size in self.weight.shape)
        for scope in rules:
            shape = tuple(scope.total(size) for size in shape)
        return shape

    @property
    def counted(self) -> bool:
        """Whether the weight is a parameter that is not counted elsewhere: no buffer, not tied to another."""
        return self.weight.kind != "buffer" and self.tied_to is None

    @property
    def count(self) -> Expr:
        """How many numbers the weight holds in all its copies, relations put in."""
        total = self.weight.size
        for scope in reversed(self.scopes):
            total = scope.total(total)
        return total
