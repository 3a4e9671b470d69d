"""What meets a layer and what it hands on: samples of positions, as far as costs depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from sympy import Expr, Mul, S, Symbol

from symparams.errors import CostError
from symparams.tree.weights import Path

__all__ = ["Data", "named"]


def named(place: Path) -> str:
    """A place in the tree as a message says it: layers.attention, or the input."""
    return ".".join(place) or "the whole"


@dataclass(frozen=True)
class Data:
    """`batch` samples of `extent` positions each: (s,) tokens, (H, W) pixels, () one vector.

    where: past: positions before these whose keys and values are in a cache; memory: what cross-attention reads; causal: whether a
    position sees those up to itself only, and only such products are counted; last: whether a head meets the last position only;
    absorbed: whether latent attention works on the latents themselves; learned: whether the numbers depend on weights that are
    trained, so that the backward pass goes on through them; training: whether that pass is counted. The walk sets the others:
    passing, whether nothing is kept for a next step; crossing, whether keys and values are made from the memory; width, the
    features of a position where they are known, and source, the layer that made them; place, the layer that they meet.

    >>> from symparams import symbols
    >>> b, s = symbols("b s")
    >>> Data(b, (s,)).positions
    b*s
    """

    batch: Expr = S.One
    extent: tuple[Expr, ...] = ()
    past: Expr = S.Zero
    memory: Data | None = None
    causal: bool = False
    last: bool = False
    absorbed: bool = False
    learned: bool = False
    training: bool = False
    passing: bool = False
    crossing: bool = False
    width: Expr | None = None
    source: Path = ()
    place: Path = ()

    @property
    def length(self) -> Expr:
        """Positions in a sample."""
        return Mul(*self.extent)

    @property
    def positions(self) -> Expr:
        """Positions in all samples."""
        return self.batch * self.length

    @property
    def recalled(self) -> Data:
        """The memory, where something reads it.

        Raises `CostError` where none was given.
        """
        if self.memory is None:
            raise CostError(
                f"{named(self.place)}, which reads the output of an encoder, without its length",
                "the length of the encoder's sequence",
                'give it: memory=symbols("m")',
            )
        return self.memory

    @property
    def symbols(self) -> frozenset[Symbol]:
        """The symbols of what was asked for: batch, extent and past, of the memory too."""
        sizes = (self.batch, self.past, *self.extent)
        found = frozenset[Symbol]().union(*(size.free_symbols for size in sizes))
        return found if self.memory is None else found | self.memory.symbols

    @property
    def fields(self) -> dict[Symbol, str]:
        """The symbols among the sizes that were asked for, by what they are sizes of.

        >>> from symparams import symbols
        >>> b, s, m = symbols("b s m")
        >>> Data(b, (s,), memory=Data(b, (m,))).fields
        {b: 'batch', s: 'seq', m: 'memory'}
        """
        extent = {1: ("seq",), 2: ("height", "width")}.get(len(self.extent), ("extent",) * len(self.extent))
        memory = () if self.memory is None else self.memory.extent
        sizes = [
            (self.batch, "batch"),
            *zip(self.extent, extent, strict=True),
            (self.past, "past"),
            *((one, "memory") for one in memory),
        ]
        found: dict[Symbol, str] = {}
        for size, field in sizes:
            for one in sorted(size.free_symbols, key=lambda one: one.name):
                found.setdefault(one, field)
        return found

    def at(self, name: str) -> Self:
        """The same data where they meet the part `name` of the layer that they meet."""
        return replace(self, place=(*self.place, name)) if name else self

    def wide(self, width: Expr | None, learned: bool | None = None) -> Self:
        """The same positions with features made by the layer that the data meet."""
        return replace(self, width=width, source=self.place, learned=self.learned if learned is None else learned)

    def over(self, *extent: Expr) -> Self:
        """The same samples with other positions."""
        return replace(self, extent=extent)

    def xreplace(self, rule: Mapping[Symbol, Expr]) -> Self:
        """The same data with symbols replaced in what the layers before made of it."""
        width = None if self.width is None else self.width.xreplace(rule)
        return replace(self, extent=tuple(size.xreplace(rule) for size in self.extent), width=width)
