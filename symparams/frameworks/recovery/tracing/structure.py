"""From the tensors of several builds to kinds of tensors: which numbers in a name count copies, and how many copies there are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sympy import Expr

from symparams.frameworks.recovery.building.tensors import Tensor
from symparams.tree.weights import Kind

__all__ = ["Collapse", "Key", "Seen", "seen"]

_DIGITS = re.compile(r"(\d+)")
Slot = tuple[str, str]  # the name before a number, and whether the number stands alone between dots


@dataclass(frozen=True)
class Key:
    """Tensors that are alike: a name with its copies' numbers left open, a shape, a kind, what they are tied to, and what is beside
    them in their module, so that the tensors of one layer stay together.
    """

    name: str
    shape: tuple[Expr | int | None, ...]
    kind: Kind
    tied_to: str | None = None
    owner: str = ""
    beside: frozenset[object] = frozenset()


@dataclass
class Seen:
    """How often one kind of tensor was met: for each open number from the left how many copies there are up to it."""

    levels: tuple[int, ...]
    even: bool


@dataclass
class Collapse:
    """Which numbers in names are left open: those whose range changes with the sizes, and those of equal siblings.

    >>> collapse = Collapse({"h."})
    >>> collapse.name("h.11.fc.2.weight")
    ('h.{}.fc.2.weight', (11,))
    """

    open: set[str] = field(default_factory=set)

    def name(self, name: str) -> tuple[str, tuple[int, ...]]:
        """The name with its open numbers replaced by {}, and these numbers."""
        done, numbers = "", []
        for place, piece in enumerate(_DIGITS.split(name)):
            if place % 2 and done in self.open:
                numbers.append(int(piece))
                done += "{}"
            else:
                done += piece
        return done, tuple(numbers)

    @classmethod
    def of(cls, builds: Sequence[tuple[Tensor, ...]]) -> Collapse:
        """The numbers that count copies, from builds of several structures."""
        collapse = cls()
        depth = max(len(_DIGITS.findall(tensor.name)) for tensors in builds for tensor in tensors) if any(builds) else 0
        for _ in range(depth):
            before = set(collapse.open)
            ranges: dict[str, list[set[int]]] = defaultdict(list)
            for tensors in builds:
                here: dict[str, set[int]] = defaultdict(set)
                for tensor in tensors:
                    for prefix, number, _ in collapse.slots(tensor.name):
                        here[prefix].add(number)
                for prefix, numbers in here.items():
                    ranges[prefix].append(numbers)
            changing = {prefix for prefix, met in ranges.items() if any(numbers != met[0] for numbers in met)}
            first = min(changing, key=len, default=None)
            if first is not None:
                collapse.open |= {prefix for prefix in changing if prefix.count("{}") == first.count("{}")}
            collapse.open |= collapse._siblings(builds[0])
            if collapse.open == before:
                break
        return collapse

    def slots(self, name: str) -> Iterator[tuple[str, int, str]]:
        """The numbers of a name that are not open: the name before it, the number, the name after it."""
        pieces, done = _DIGITS.split(name), ""
        for place, piece in enumerate(pieces):
            if place % 2 and done in self.open:
                done += "{}"
            else:
                if place % 2:
                    yield done, int(piece), "".join(pieces[place + 1 :])
                done += piece

    def _siblings(self, tensors: tuple[Tensor, ...]) -> set[str]:
        """The lists whose members are equal, or of a few kinds that recur: layers 0, 1, 2 … of a fixed number."""
        below: dict[str, dict[int, set[object]]] = defaultdict(lambda: defaultdict(set))
        for tensor in tensors:
            for prefix, number, rest in self.slots(tensor.name):
                if prefix.endswith(".") and (rest.startswith(".") or not rest):
                    below[prefix][number].add((rest, _shape(tensor), tensor.kind))
        found = set()
        untraced = any(None in (tensor.shape or ()) for tensor in tensors)  # then kinds cannot be told by their shapes afterwards
        for prefix, members in below.items():
            kinds = len({frozenset(member) for member in members.values()})
            if len(members) > 1 and kinds <= (1 if untraced else max(1, len(members) // 3)):
                found.add(prefix)
        shortest = min((prefix.count(".") for prefix in found), default=0)
        return {prefix for prefix in found if prefix.count(".") == shortest}


def _shape(tensor: Tensor) -> tuple[Expr | int, ...]:
    """A tensor's shape, with the number where a size has no expression."""
    known = tensor.shape or (None,) * len(tensor.sizes)
    return tuple(size if expr is None else expr for expr, size in zip(known, tensor.sizes, strict=True))


def seen(tensors: Iterable[Tensor], collapse: Collapse, concrete: bool = False) -> dict[Key, Seen]:
    """The kinds of tensors of a build in order, by their traced shapes, or by their sizes where `concrete`."""
    places: dict[Key, list[tuple[int, ...]]] = {}
    tensors = list(tensors)
    beside = _beside(tensors, collapse)
    for tensor in tensors:
        name, numbers = collapse.name(tensor.name)
        tied = None if tensor.tied_to is None else collapse.name(tensor.tied_to)[0]
        shape: tuple[Expr | int | None, ...] = tensor.sizes if concrete or tensor.shape is None else tensor.shape
        others = beside[tensor.name.rpartition(".")[0]]
        places.setdefault(Key(name, shape, tensor.kind, tied, tensor.owner, others), []).append(numbers)
    found = {}
    for key, copies in places.items():
        levels, even = [], True
        for depth in range(1, key.name.count("{}") + 1):
            inner = Counter(number[:depth] for number in dict.fromkeys(n[:depth] for n in copies))
            outer = Counter(number[: depth - 1] for number in inner)
            even = even and len(set(outer.values())) == 1
            levels.append(len(inner))
        found[key] = Seen(tuple(levels), even)
    return found


def _beside(tensors: Iterable[Tensor], collapse: Collapse) -> dict[str, frozenset[object]]:
    """For each module the shapes of its own parameters; nothing where their number may change."""
    found: dict[str, set[tuple[str, object]]] = defaultdict(set)
    for tensor in tensors:
        module, own = tensor.name.rpartition(".")[0], collapse.name(tensor.name)[0].rpartition(".")[2]
        found[module].add((own, tensor.shape if tensor.kind != "buffer" else None))
    return {module: frozenset() if any("{}" in own for own, _ in held) else frozenset(held) for module, held in found.items()}
