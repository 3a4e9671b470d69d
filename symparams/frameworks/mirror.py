"""A layer of ours beside a framework's: which of our weights each real tensor is made of, and so the shape it must have.

Ours are one tensor a gate and a projection, (out, in), as papers write them; frameworks fuse, transpose and split them.
A mirror says how, row by row, and accounts for each of our weights exactly once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from sympy import Add, Expr

from symparams.errors import StructureError
from symparams.frameworks.patterns import rearranged
from symparams.notation import Size, evaluate
from symparams.tree import Copies, IndexedBy, Layer, Placed
from symparams.tree.weights import Kind

__all__ = ["Mirror", "Tensor", "both", "mirrored", "within"]

_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Tensor:
    """A real tensor, or one for each copy of a repeated layer, and what it is made of.

    where: name: the framework's name, several where the framework knows one tensor by several, separated by spaces. A slot in it
    stands for a repetition around our weights, from the outermost in: {0} numbers the copies from 0, {|_reverse} names them
    one by one; repetitions without a slot are axes in front of the weight's own. of: the paths of our weights, separated by
    spaces; pattern: how each of them is rearranged (nothing: as it is), before they are concatenated along `axis`; sizes: of the
    axes that the pattern unfolds.
    """

    name: str
    of: str
    pattern: str = ""
    axis: int = 0
    sizes: tuple[tuple[str, Size], ...] = ()

    @property
    def slots(self) -> tuple[str, ...]:
        """What is to be filled in each of the tensor's names."""
        return tuple(_SLOT.findall(self.name.split()[0]))

    def names(self, counts: Iterable[int]) -> Iterator[str]:
        """The tensor's names, its slots filled for every copy.

        >>> list(Tensor("weight_l{1}{|_reverse}", "rest.weight").names([2, 2]))
        ['weight_l1', 'weight_l1_reverse', 'weight_l2', 'weight_l2_reverse']
        """
        filled = [_filled(slot, count) for slot, count in zip(self.slots, counts, strict=True)]
        for copy in product(*filled):
            for name in self.name.split():
                between = _SLOT.split(name)[::2]
                yield "".join(piece for pair in zip(between, (*copy, ""), strict=True) for piece in pair)


@dataclass(frozen=True)
class Mirror:
    """A layer of ours and the real tensors that its weights make up.

    >>> from symparams import Linear, symbols
    >>> I, O = symbols("I O")
    >>> Mirror(Linear(I, O), (Tensor("kernel", "weight", "o i -> i o"), Tensor("bias", "bias"))).shapes()
    {'kernel': (I, O), 'bias': (O,)}

    Raises `StructureError` for a weight that no row or more than one row takes, and for rows that do not fit their weights.
    """

    layer: Layer
    tensors: tuple[Tensor, ...]

    def __post_init__(self) -> None:
        taken = Counter(path for tensor in self.tensors for path in tensor.of.split())
        placed = self._placed
        for paths, fault in (
            (placed.keys() - taken.keys(), "in no row"),
            (taken.keys() - placed.keys(), "in a row and not in the layer"),
            ({path for path, times in taken.items() if times > 1}, "in more than one row"),
        ):
            if paths:
                raise StructureError(f"Mirror: {', '.join(sorted(paths))} {fault}", "each weight in one row", "mend the rows")
        self.shapes()

    @property
    def _placed(self) -> dict[str, Placed]:
        return {placed.name: placed for placed in self.layer.weights()}

    def shapes(self, kind: Kind | None = None) -> dict[str, tuple[Expr, ...]]:
        """The shape of every real tensor, of that kind only where one is given; copies are one entry, its slots unfilled."""
        placed = self._placed
        return {tensor.name: _shape(tensor, placed) for tensor in self.tensors if kind in (None, _kind(tensor, placed))}

    def tensors_at(self, values: Mapping[object, object] | None = None, kind: Kind | None = None) -> dict[str, tuple[int, ...]]:
        """Every single real tensor and its shape at given sizes, of that kind only where one is given.

        >>> from symparams import Linear, Repeat, symbols
        >>> N, d = symbols("N d")
        >>> Mirror(Repeat(Linear(d, d, bias=False), N), (Tensor("layers.{0}.weight", "weight"),)).tensors_at({N: 2, d: 3})
        {'layers.0.weight': (3, 3), 'layers.1.weight': (3, 3)}
        """
        placed = self._placed
        found = {}
        for tensor in self.tensors:
            if kind not in (None, _kind(tensor, placed)):
                continue
            shape = tuple(_integer(size, values) for size in _shape(tensor, placed))
            counts = _copies(placed[tensor.of.split()[0]])[: len(tensor.slots)]
            for name in tensor.names([_integer(count, values) for count in counts]):
                found[name] = shape
        return found


def mirrored(layer: Layer, *tensors: Tensor) -> Mirror:
    """A mirror out of a table of rows for all options of a layer: rows whose weights this one does not have fall away.

    >>> from symparams import Linear
    >>> mirrored(Linear(3, 5, bias=False), Tensor("weight", "weight"), Tensor("bias", "bias")).shapes()
    {'weight': (5, 3)}
    """
    paths = {placed.name for placed in layer.weights()}
    return Mirror(layer, tuple(tensor for tensor in tensors if not paths.isdisjoint(tensor.of.split())))


def both(name: str, of: str, pattern: str = "", axis: int = 0) -> tuple[Tensor, Tensor]:
    """The rows of a weight and its bias: each * is one, then the other. The pattern and the axis are the weight's.

    >>> both("fc1.*", "feed_forward.up.*")[1]
    Tensor(name='fc1.bias', of='feed_forward.up.bias', pattern='', axis=0, sizes=())
    """
    weight = Tensor(name.replace("*", "weight"), of.replace("*", "weight"), pattern, axis)
    return weight, Tensor(name.replace("*", "bias"), of.replace("*", "bias"))


def within(name: str, of: str, tensors: Iterable[Tensor]) -> tuple[Tensor, ...]:
    """The rows of a part, as rows of the whole: `name` and `of` are put in front of the tensors' names and of our paths.

    >>> within("layers.{0}.", "layers.", [Tensor("weight", "weight")])
    (Tensor(name='layers.{0}.weight', of='layers.weight', pattern='', axis=0, sizes=()),)
    """

    def before(prefix: str, words: str) -> str:
        return " ".join(prefix + word for word in words.split())

    return tuple(replace(tensor, name=before(name, tensor.name), of=before(of, tensor.of)) for tensor in tensors)


def _filled(slot: str, count: int) -> list[str]:
    words = slot.split("|") if "|" in slot else [str(int(slot) + copy) for copy in range(count)]
    if len(words) != count:
        raise StructureError(f"the slot {{{slot}}} for {count} copies", f"{count} names", "name each copy once")
    return words


def _copies(placed: Placed) -> list[Expr]:
    """How often the weight stands there, for each repetition around it from the outermost in, relations put in."""
    counts: list[Expr] = []
    for scope in reversed(placed.scopes):
        match scope:
            case Copies(count=count, shared=shared):
                counts[:0] = [] if shared else [count]
            case IndexedBy(index=index):
                raise StructureError(f"{placed.name} once for each {index}", "copies that are all alike", "write a layer for each")
            case _:
                counts = [scope.total(count) for count in counts]
    return counts


def _kind(tensor: Tensor, placed: Mapping[str, Placed]) -> Kind:
    return placed[tensor.of.split()[0]].weight.kind


def _shape(tensor: Tensor, placed: Mapping[str, Placed]) -> tuple[Expr, ...]:
    """The tensor's shape: of each weight the copies without a slot and its own axes, rearranged and concatenated."""
    parts = []
    for path in tensor.of.split():
        counts = _copies(placed[path])
        shape = (*counts[len(tensor.slots) :], *placed[path].shape)
        parts.append(rearranged(shape, tensor.pattern, dict(tensor.sizes)) if tensor.pattern else shape)
    first = parts[0]
    kinds = {placed[path].weight.kind for path in tensor.of.split()}
    if len(kinds) > 1:
        raise StructureError(f"{tensor.name} of weights that are {' and '.join(sorted(kinds))}", "one of them", "split the row")
    if len({part[: tensor.axis] + part[tensor.axis + 1 :] for part in parts}) > 1:
        raise StructureError(f"{tensor.name} of the shapes {parts}", f"shapes that differ in axis {tensor.axis} only", "mend it")
    if len(parts) == 1:
        return first
    return (*first[: tensor.axis], Add(*(part[tensor.axis] for part in parts)), *first[tensor.axis + 1 :])


def _integer(size: Expr, values: Mapping[object, object] | None) -> int:
    """The size at the values of those symbols that it has."""
    names = {symbol.name for symbol in size.free_symbols}
    return int(evaluate(size, {key: value for key, value in (values or {}).items() if getattr(key, "name", key) in names}))
