"""A layer: what owns weights or is made of what does, and the one walk that every answer reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Protocol, final

from sympy import Add, Expr
from sympy.logic.boolalg import Boolean

from symparams.errors import SizeError, shown
from symparams.notation import text
from symparams.tree.conditions import conditions_of
from symparams.tree.fields import annotated, checked
from symparams.tree.weights import Path, Placed, Scope, Weight

__all__ = ["Layer", "Node", "Treelike", "tree_of"]


@dataclass(frozen=True)
class Node:
    """A layer where it stands, with the scopes around it."""

    path: Path
    layer: Layer
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, repr=False)
class Layer:
    """What owns weights, or is made of what does. Subclasses are frozen dataclasses whose fields are sizes, conventions and layers.

    A subclass overrides `own` (its weights), `parts` (its layers by name), or neither, where its fields say it all.
    Fields annotated as sizes, truth values, literals or layers are checked when the layer is made.
    """

    def __post_init__(self) -> None:
        for name, hint in annotated(self).items():
            object.__setattr__(self, name, checked(getattr(self, name), hint, f"{type(self).__name__}: {name}"))

    @property
    def kind(self) -> str:
        """What the layer is called where nobody names it: Linear, LSTM, Conv2d."""
        return type(self).__name__

    def own(self) -> Iterable[Weight]:
        """The weights that this layer holds itself."""
        return ()

    def parts(self) -> Mapping[str, Layer]:
        """The layers that this one is made of, in the order in which data meets them; the name "" adds nothing to a path."""
        return {name: part for name in annotated(self) if isinstance(part := getattr(self, name), Layer)}

    def scope(self, path: Path) -> Scope | None:
        """What holds for everything below this layer."""
        return None

    def ties(self) -> Mapping[str, str]:
        """Weights below this layer that are others' weights: path of the tied one → path of the one that is counted."""
        return {}

    def own_conditions(self) -> Iterable[Boolean]:
        """What the sizes of this layer must satisfy besides being whole numbers: that the heads share the width evenly."""
        return ()

    @final
    def nodes(self) -> Iterator[Node]:
        """Every layer of the tree, from the root down, in order. All other walks are read off this one."""
        todo: list[Node] = [Node((), self, ())]
        while todo:
            node = todo.pop()
            yield node
            scope = node.layer.scope(node.path)
            scopes = node.scopes if scope is None else (*node.scopes, scope)
            below = [Node((*node.path, name) if name else node.path, part, scopes) for name, part in node.layer.parts().items()]
            todo.extend(reversed(below))

    @final
    def weights(self) -> tuple[Placed, ...]:
        """Every weight of the tree with its path, its scopes and its ties, in order.

        >>> from symparams import Linear
        >>> [(placed.name, placed.shape) for placed in Linear(3, 5).weights()]
        [('weight', (5, 3)), ('bias', (5,))]
        """
        ties: dict[Path, Path] = {}
        placed = []
        for node in self.nodes():
            for tied, kept in node.layer.ties().items():
                ties[(*node.path, *tied.split("."))] = (*node.path, *kept.split("."))
            for weight in node.layer.own():
                path = (*node.path, weight.name)
                placed.append(Placed(path, weight, node.scopes, ties.get(path)))
        return tuple(placed)

    @final
    @property
    def params(self) -> Expr:
        """The number of parameters, a plain sympy expression: buffers are left out, tied weights count once.

        >>> from symparams import LSTM, symbols
        >>> I, H = symbols("I H")
        >>> LSTM(I, H).params
        4*H**2 + 4*H*I + 4*H
        """
        return Add(*(placed.count for placed in self.weights() if placed.counted))

    @final
    @property
    def conditions(self) -> tuple[Boolean, ...]:
        """What the sizes must satisfy for the whole tree to exist, in the order of the tree; (false,) where no sizes do.

        Conditions that hold the index of a `ForEach` are left out.

        >>> from symparams import Given, MultiHeadAttention, Transformer, symbols
        >>> N, d, V, h, h_kv = symbols("N d V h h_kv")
        >>> Transformer(N, d, V, 8 * d / 3, h, n_kv_head=h_kv).conditions
        (Eq(Mod(d, h), 0), Eq(Mod(h, h_kv), 0), Eq(Mod(d, 3), 0))
        >>> Given(MultiHeadAttention(d, h), {d: 64 * h}).conditions
        ()
        """
        return conditions_of(self.nodes())

    def _repr_markdown_(self) -> str:
        from symparams.tree.outlines import outline  # which is about layers

        return outline(self)._repr_markdown_()

    def __repr__(self) -> str:
        written: list[str] = []
        for number, item in enumerate(fields(self)):
            value = getattr(self, item.name)
            if item.default is not MISSING and (value is item.default or value == item.default):
                continue
            shown_value = text(value) if isinstance(value, Expr) else repr(value)
            written.append(shown_value if number == len(written) else f"{item.name}={shown_value}")
        return f"{type(self).__name__}({', '.join(written)})"


class Treelike(Protocol):
    """What holds a tree as its `layer`: a recovered form, a derivation."""

    @property
    def layer(self) -> Layer | None: ...


def tree_of(layer: Layer | Treelike) -> Layer:
    """The tree that was passed, or that is held by what was passed.

    Raises `SizeError` where it is none.
    """
    tree = layer if isinstance(layer, Layer) else getattr(layer, "layer", None)
    if isinstance(tree, Layer):
        return tree
    written = isinstance(layer, str)
    move = f"read it first: read_model({shown(layer)})" if written else "for an expression use sympy, or leading_order"
    raise SizeError(shown(layer), "a layer: Linear(3, 5), Transformer(N, d, V), …", move)
