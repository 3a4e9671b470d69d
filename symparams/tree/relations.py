"""Layers under relations between their sizes: those that define one, d_ff = 4d, and those that bound them, h divides d."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Basic, Expr, Float, Symbol, false, true
from sympy.core.relational import Relational

from symparams.errors import StructureError, shown
from symparams.notation import Size, as_size, is_own, made_by_symparams, text
from symparams.tree.data import Data
from symparams.tree.fields import checked, pairs
from symparams.tree.layer import Layer
from symparams.tree.weights import IndexedBy, Path, Relations, Scope

__all__ = ["Given", "Where"]


@dataclass(frozen=True, repr=False)
class Given(Layer):
    """`layer` under relations between sizes: `Given(model, {d_ff: 4*d})`.

    >>> from symparams import FeedForward, closed_form, symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> closed_form(Given(FeedForward(d, d_ff), {d_ff: 4 * d}))
    8*d**2 + 5*d
    """

    layer: Layer
    relations: tuple[tuple[Symbol, Expr], ...]

    def __init__(self, layer: Layer, relations: Mapping[Symbol, Size] | Iterable[tuple[Symbol, Size]]) -> None:
        object.__setattr__(self, "layer", checked(layer, Layer, "Given: layer"))
        sizes = pairs(relations, "Given: relations", "{symbol: size}")
        free, bound = _symbols_of(layer)
        rule = []
        for key, value in sizes.items():
            given = f"Given: the relation {shown(key)} = {shown(value)}"
            if not isinstance(key, Symbol) or not is_own(key):
                move = made_by_symparams(key.name) if isinstance(key, Symbol) else 'write {symbols("d_ff"): 4*d}'
                raise StructureError(given, "a symbol made by symbols(...) on the left", move)
            if key not in free and key not in _conditioned(layer):  # h drops out of attention and divides d nevertheless
                names = ", ".join(sorted(s.name for s in free)) or "none"
                raise StructureError(given, f"a symbol of the layer: {names}", "mend the name or drop the relation")
            size = as_size(value, f"Given: {key.name}")
            if size.free_symbols & sizes.keys():
                raise StructureError(given, "right sides free of the symbols on the left", "nest them: Given(Given(...), ...)")
            if (size.free_symbols | {key}) & bound:
                raise StructureError(
                    given, "no index that the layer itself runs over", "put the relation inside ForEach, or rename"
                )
            rule.append((key, size))
        object.__setattr__(self, "relations", tuple(rule))

    @property
    def kind(self) -> str:
        return self.layer.kind

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def widths(self) -> tuple[Size | None, Size | None]:
        return self.layer.widths()

    def gives(self, data: Data) -> Data:
        return self.layer.gives(data).xreplace(dict(self.relations))

    def scope(self, path: Path) -> Scope:
        return Relations(path, self.relations)

    def __repr__(self) -> str:
        rule = ", ".join(f"{key.name}: {text(value)}" for key, value in self.relations)
        return f"Given({self.layer!r}, {{{rule}}})"


@dataclass(frozen=True, repr=False)
class Where(Layer):
    """`layer` where conditions on its sizes hold: `Where(model, Eq(Mod(d, 32), 0), V > 2)`. Nothing is counted differently.

    >>> from sympy import Eq, Mod, floor
    >>> from symparams import Linear, closed_form, symbols
    >>> d = symbols("d")
    >>> layer = Where(Linear(d, floor(d / 2), bias=False), Eq(Mod(d, 2), 0))
    >>> closed_form(layer), layer.conditions
    (d*floor(d/2), (Eq(Mod(d, 2), 0),))
    >>> layer
    Where(Linear(d, floor(d/2), False), Eq(Mod(d, 2), 0))

    Raises `StructureError` for what is no condition on symbols made by `symbols`, or one that no sizes fulfil.
    """

    layer: Layer
    premises: tuple[Relational, ...]

    def __init__(self, layer: Layer, *premises: Relational) -> None:
        object.__setattr__(self, "layer", checked(layer, Layer, "Where: layer"))
        _, bound = _symbols_of(layer)
        for premise in premises:
            stated = f"Where: {shown(premise)}"
            if premise is false:
                raise StructureError(stated, "a condition that some sizes fulfil", "mend it, or choose other sizes")
            if premise is not true and not isinstance(premise, Relational):
                raise StructureError(stated, "a sympy relation", "write Eq(Mod(d, h), 0) or d >= h; == compares expressions")
            if foreign := sorted(symbol.name for symbol in premise.free_symbols if not is_own(symbol)):
                raise StructureError(stated, "symbols made by symbols(...)", made_by_symparams(foreign[0]))
            if premise.has(Float):
                raise StructureError(stated, "exact numbers, not floats", "write integers, or sympy.Rational")
            if premise.free_symbols & bound:
                raise StructureError(stated, "no index that the layer itself runs over", "put it inside ForEach, or rename")
        object.__setattr__(self, "premises", tuple(premise for premise in premises if premise is not true))

    @property
    def kind(self) -> str:
        return self.layer.kind

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def widths(self) -> tuple[Size | None, Size | None]:
        return self.layer.widths()

    def gives(self, data: Data) -> Data:
        return self.layer.gives(data)

    def own_conditions(self) -> tuple[Relational, ...]:
        return self.premises

    def __repr__(self) -> str:
        return f"Where({', '.join((repr(self.layer), *map(str, self.premises)))})"


def _symbols_of(layer: Layer) -> tuple[set[Symbol], set[Symbol]]:
    """The symbols that a layer's count depends on, and the indices that its sums run over."""
    free: set[Symbol] = set()
    bound: set[Symbol] = set()
    for placed in layer.weights():
        free |= placed.count.free_symbols
        bound |= {scope.index for scope in placed.scopes if isinstance(scope, IndexedBy)}
    return free, bound


def _conditioned(layer: Layer) -> set[Basic]:
    """The symbols that the conditions of a layer hold."""
    return {symbol for condition in layer.conditions for symbol in condition.free_symbols}
