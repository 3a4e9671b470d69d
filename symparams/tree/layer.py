"""A layer: what owns weights or is made of what does, and the one walk that every answer reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Protocol, TypeAlias, final

from sympy import Add, Expr
from sympy.logic.boolalg import Boolean

from symparams.errors import SizeError, shown
from symparams.notation import Size, text
from symparams.tree.conditions import conditions_of
from symparams.tree.data import Data
from symparams.tree.fields import annotated, checked
from symparams.tree.meeting import meet, unbound
from symparams.tree.weights import Path, Placed, Scope, Weight
from symparams.tree.work import Operation, Work

__all__ = ["Flow", "Layer", "Node", "Treelike", "tree_of"]


Flow: TypeAlias = "tuple[str, Layer, Data]"  # a part by name, and the data that meet it


@dataclass(frozen=True)
class Node:
    """A layer where it stands, with the scopes around it, and the data that it meets where some were passed."""

    path: Path
    layer: Layer
    scopes: tuple[Scope, ...]
    data: Data | None = None


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

    def widths(self) -> tuple[Size | None, Size | None]:
        """How many features the layer wants at each position, and how many it makes; None where it takes them as they come."""
        return None, None

    def flow(self, data: Data) -> Iterator[Flow]:
        """The parts with the data that meet them: each meets what the layer meets, where a layer does not say otherwise."""
        for name, part in self.parts().items():
            yield name, part, data

    def gives(self, data: Data) -> Data:
        """What the layer hands on: the same positions, with as many features as it makes."""
        made = self.widths()[1]
        learned = data.learned or any(weight.kind == "trainable" for weight in self.own()) or bool(self.parts())
        return data if made is None and learned == data.learned else data.wide(data.width if made is None else made, learned)

    def work(self, data: Data) -> Iterable[Work]:
        """What the layer itself does, its parts left out: a weight is applied once at each position that it hands on.

        A table is looked up; in the backward pass a trained weight has its gradient, and the input where it depends on one.
        """
        positions = self.applied(data)
        for weight in self.own():
            match weight.role:
                case "weight" | "embedding":
                    backward = positions * ((weight.kind == "trainable") + data.learned)
                    role: Operation = "product" if weight.role == "weight" else "look-up"
                    yield Work(weight.name, positions, weight.factors, role, backward)
                case "bias":
                    yield Work(weight.name, self.gives(data).positions, weight.factors, "bias")

    def applied(self, data: Data) -> Expr:
        """At how many positions a weight of the layer is applied: at those that it hands on."""
        return self.gives(data).positions

    def kept(self, data: Data) -> Iterable[Work]:
        """What the layer itself keeps of its data for the next step of a sequence, in numbers."""
        return ()

    @final
    def nodes(self, data: Data | None = None) -> Iterator[Node]:
        """Every layer of the tree, from the root down, in order. All other walks are read off this one.

        With data each layer comes with what it meets. Raises `StructureError` where that is not as wide as the layer wants, with
        both places named, and where a symbol of the data stands for something else in the tree.
        """
        todo: list[Node] = [Node((), self, (), data)]
        while todo:
            node = todo.pop()
            yield node
            scope = node.layer.scope(node.path)
            scopes = node.scopes if scope is None else (*node.scopes, scope)
            if node.data is None:
                parts: Iterable[tuple[str, Layer, Data | None]] = ((name, part, None) for name, part in node.layer.parts().items())
            else:
                meet(node.layer.widths()[0], node.data, node.scopes)
                unbound(scope, node.data)
                parts = ((name, part, met.at(name)) for name, part, met in node.layer.flow(node.data))
            below = [Node((*node.path, name) if name else node.path, part, scopes, met) for name, part, met in parts]
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
