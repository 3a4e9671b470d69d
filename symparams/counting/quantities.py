"""What of a layer is counted: all its parameters, those that are trained, the operations of its products, what it keeps in a cache.

A quantity is a rule on the one walk: what it lists of each layer, weights or work. Closed forms, breakdowns, derivations and checks
sum what it counts and do not know which quantity it is, so that a further one is a further rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sympy import Symbol

from symparams.tree import Copies, Layer, Placed, Treelike, tree_of

__all__ = ["PARAMETERS", "QUANTITIES", "Quantity"]


@dataclass(frozen=True)
class Quantity:
    """A quantity of a layer: its name, its name in words, and what of the walk it lists.

    where: product: what is counted where sizes are multiplied, as a derivation says it; omits: whether a reader must be told the
    parts that it leaves out; factors: whether what it lists are products of sizes, not tensors that have a shape.
    """

    name: str
    words: str
    rule: Callable[[Layer], Iterable[Placed]]
    omits: bool = False
    product: str = "a weight holds the product of its shape"
    factors: bool = False

    @property
    def data(self) -> Mapping[Symbol, str]:
        """The symbols that are sizes of the data, for costs, by what they are sizes of: batch, seq and so on."""
        return getattr(self.rule, "fields", {})

    def listed(self, layer: Layer | Treelike) -> tuple[Placed, ...]:
        """What belongs to the quantity, weights that are tied to others included.

        Raises `SizeError` for what is no layer.
        """
        return tuple(self.rule(tree_of(layer)))

    def counted(self, layer: Layer | Treelike) -> tuple[Placed, ...]:
        """What the quantity sums: each weight once, however many others are tied to it."""
        return tuple(placed for placed in self.listed(layer) if placed.tied_to is None)

    def omitted(self, layer: Layer) -> tuple[str, ...]:
        """The parts of a layer that have parameters and add nothing to the quantity, by their names, each name once.

        >>> from symparams import Transformer, symbols
        >>> QUANTITIES["non_embedding"].omitted(Transformer(*symbols("N d V"), positions=1024))
        ('embedding', 'positions')
        """
        counted = {placed.path[:-1] for placed in self.counted(layer)}
        parts = (placed.path[:-1] for placed in PARAMETERS.counted(layer) if placed.path[:-1] not in counted)
        return tuple(dict.fromkeys(part[-1] if part else layer.kind.lower() for part in parts))

    def description(self, layer: Layer) -> str:
        """The quantity in words, with what it leaves out where a reader must be told.

        >>> from symparams import Transformer, symbols
        >>> QUANTITIES["non_embedding"].description(Transformer(*symbols("N d V"), positions=1024))
        'parameters without the embedding and the positions'
        >>> QUANTITIES["trainable"].description(Transformer(*symbols("N d V")))
        'trainable parameters'
        """
        names = [f"the {name}" for name in self.omitted(layer)] if self.omits else []
        if not names:
            return self.words
        return f"{self.words} without {', '.join(names[:-1])}{' and ' if names[1:] else ''}{names[-1]}"


def _parameters(layer: Layer) -> Iterable[Placed]:
    return (placed for placed in layer.weights() if placed.weight.kind != "buffer")


def _trainable(layer: Layer) -> Iterable[Placed]:
    return (placed for placed in layer.weights() if placed.weight.kind == "trainable")


def _frozen(layer: Layer) -> Iterable[Placed]:
    return (placed for placed in layer.weights() if placed.weight.kind == "frozen")


def _active(layer: Layer) -> Iterable[Placed]:
    """The parameters that a position meets: of the experts of a mixture those that the router picks."""
    for placed in _parameters(layer):
        yield replace(placed, scopes=tuple(scope.picked if isinstance(scope, Copies) else scope for scope in placed.scopes))


def _non_embedding(layer: Layer) -> Iterable[Placed]:
    """Parameters outside the tables that are looked up; a head tied to a table is that table, whichever of them is counted."""
    parameters = tuple(_parameters(layer))
    tables = {placed.tied_to or placed.path for placed in parameters if placed.weight.role == "embedding"}
    return (placed for placed in parameters if (placed.tied_to or placed.path) not in tables)


PARAMETERS = Quantity("parameters", "parameters", _parameters)
QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        quantity.name: quantity
        for quantity in (
            PARAMETERS,
            Quantity("trainable", "trainable parameters", _trainable),
            Quantity("frozen", "frozen parameters", _frozen),
            Quantity("active", "active parameters", _active),
            Quantity("non_embedding", "parameters", _non_embedding, omits=True),
        )
    }
)
