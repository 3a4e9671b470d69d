"""The tree of a framework's modules: from tensors by their names there to a tree of layers like any other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Mul

from symparams.errors import CostError
from symparams.tree.composition import Repeat, Shared
from symparams.tree.data import Data
from symparams.tree.layer import Layer
from symparams.tree.weights import Kind, Role, Weight
from symparams.tree.work import Work

__all__ = ["Module", "Tensors", "assembled"]


@dataclass(frozen=True, repr=False)
class Module(Layer):
    """A module as a framework has it: the tensors that it owns and the modules that it is made of, by their names there.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(Module("Linear", (Weight("weight", (3 * d, d)), Weight("bias", (3 * d,), "bias"))))
    3*d**2 + 3*d
    """

    name: str
    tensors: tuple[Weight, ...] = ()
    modules: tuple[tuple[str, Layer], ...] = ()

    def __post_init__(self) -> None:
        pass  # its fields are no sizes, and are checked where they are made

    @property
    def kind(self) -> str:
        return self.name

    def own(self) -> Iterable[Weight]:
        return self.tensors

    def parts(self) -> Mapping[str, Layer]:
        return dict(self.modules)

    def work(self, data: Data) -> Iterable[Work]:
        raise self._unknown("operations")

    def kept(self, data: Data) -> Iterable[Work]:
        raise self._unknown("cache")

    def _unknown(self, quantity: str) -> CostError:
        wanted = "a layer that says what meets its weights: the code tells the tensors only"
        move = "take a model of symparams; for one of the atlas, symparams.frameworks.counterparts.counterpart(architecture(name))"
        return CostError(f"the {quantity} of {self.name}, a module of a framework", wanted, move)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join([*(weight.name for weight in self.tensors), *(name for name, _ in self.modules)])})"


@dataclass(frozen=True)
class Tensors:
    """Tensors that are alike: their name with the copies' numbers left open as {}, their symbolic shape, how many there are.

    where: copies: the number of copies at each open number, one within the other; kind: trainable, frozen or buffer; owner: the
    class of the module that holds them; tied_to: the name of those that they are.
    """

    name: str
    shape: tuple[Expr, ...]
    copies: tuple[Expr, ...] = ()
    kind: Kind = "trainable"
    owner: str = ""
    tied_to: str | None = None


@dataclass
class _Branch:
    """A module while the tree is put together: a repetition's branch is named after its copies' list."""

    owner: str = ""
    count: Expr | None = None
    own: dict[str, Weight] = field(default_factory=dict)
    below: dict[str, list[_Branch]] = field(default_factory=dict)
    active: dict[str, Expr] = field(default_factory=dict)

    def child(self, name: str, count: Expr | None, later: int) -> _Branch:
        """The branch of that name and number of copies, the `later`-th of its kind."""
        branches = self.below.setdefault(name, [])
        alike = [branch for branch in branches if branch.count == count]
        while len(alike) <= later:
            alike.append(_Branch(count=count, active=self.active))
            branches.append(alike[-1])
        return alike[later]


def assembled(tensors: Iterable[Tensors], name: str, active: Mapping[str, Expr] | None = None) -> Layer:
    """The tree: kinds with equal numbers of copies stand in one repetition; what is tied is listed and counts nothing.

    where: active: list of modules → how many of its members run at each position, where not all do.
    """
    root, listed = _Branch(owner=name, active=dict(active or {})), list(tensors)
    places = {item: _place(root, item) for item in listed}
    body = _layer(root)
    free = [item for item in listed if item.tied_to is None]
    ties = {}
    for item in listed:
        if item.tied_to is not None:
            kept = [other for other in free if other.name == item.tied_to and other.shape == item.shape]
            if not kept:
                raise LookupError(f"{item.name} tied to {item.tied_to}, which has another shape")
            ties[_path(body, root, places[item])] = _path(body, root, places[kept[0]])
    return Shared(body, ties) if ties else _repeated(body)


_LIST = re.compile(r"\.\{\}(?=\.|$)")  # a list's name and the open number of its member make one step


def _place(root: _Branch, item: Tensors) -> tuple[list[tuple[str, Expr | None, int]], str]:
    """Puts the tensor into the tree, beside those that it shares its modules and its numbers of copies with."""
    *modules, own = _LIST.sub("{}", item.name).split(".")
    copies = list(item.copies)
    for later in range(1000):
        left, branch, steps = list(copies), root, []
        for piece in [*modules, *([own] if "{}" in own else [])]:
            counts = [left.pop(0) for _ in range(piece.count("{}"))]
            word = piece.replace("{}", "").rstrip("_") or "layers"
            step = (word, Mul(*counts) if counts else None, later if counts or branch is not root else 0)
            branch = branch.child(*step)
            steps.append(step)
        if left:  # there for some structures only
            steps.append((own.replace("{}", "") + "_if_any", Mul(*left), later))
            branch = branch.child(*steps[-1])
        weight_name = own.replace("{}", "").rstrip("_") or "weight"
        if weight_name not in branch.own:
            branch.own[weight_name] = Weight(weight_name, item.shape, _role(item), item.kind)
            branch.owner = branch.owner or item.owner
            return steps, weight_name
    raise LookupError(f"no place for {item.name}")


def _role(item: Tensors) -> Role:
    owner, name = item.owner.lower(), item.name.rpartition(".")[2].lower()
    if "embedding" in owner:
        return "embedding"
    if "norm" in owner:
        return "norm"
    return "bias" if "bias" in name else "weight"


def _named(branch: _Branch) -> list[tuple[str, _Branch]]:
    """The branches below under names of their own: layers, layers_2 … where one list has several kinds of members."""
    found: list[tuple[str, _Branch]] = []
    taken: set[str] = set(branch.own)
    for word, branches in branch.below.items():
        for inner in branches:
            name, number = word, 1
            while name in taken:
                number += 1
                name = f"{word}_{number}"
            taken.add(name)
            found.append((name, inner))
    return found


def _layer(branch: _Branch) -> Layer:
    parts = []
    for name, inner in _named(branch):
        layer = _layer(inner)
        picked = branch.active.get(name)
        parts.append((name, layer if inner.count in (None, 1) else Repeat(layer, inner.count, active=picked)))
    return Module(branch.owner or "Module", tuple(branch.own.values()), tuple(parts))


_COUNTED = re.compile(r"(?P<word>.*?)(?P<number>\d+[a-z]?)")


def _repeated(layer: Layer) -> Layer:
    """The tree with equal neighbours in one repetition: numbered blocks (block2, block3), counted layers (dense_1, dense_2)."""
    if isinstance(layer, Repeat):
        return Repeat(_repeated(layer.layer), layer.count, active=layer.active)
    if not isinstance(layer, Module):
        return layer
    runs: list[tuple[Layer, str, list[str]]] = []
    for name, part in layer.modules:
        inner, counted = _repeated(part), _COUNTED.fullmatch(name)
        word = (
            counted["word"]
            if counted and (name[: -len(counted["number"])].endswith("_") or not getattr(part, "tensors", ()))
            else ""
        )
        if runs and word and runs[-1][:2] == (inner, word):
            runs[-1][2].append(name)
        else:
            runs.append((inner, word, [name]))
    parts = []
    for inner, word, names in runs:
        many = len(names) > 1
        parts.append(
            (f"{names[0]}_to_{names[-1].removeprefix(word)}" if many else names[0], Repeat(inner, len(names)) if many else inner)
        )
    return Module(layer.name, layer.tensors, tuple(parts))


def _path(body: Layer, root: _Branch, place: tuple[list[tuple[str, Expr | None, int]], str]) -> str:
    path, branch = [], root
    for step in place[0]:
        inner = branch.child(*step)
        path += [name for name, other in _named(branch) if other is inner]
        branch = inner
    return ".".join([*path, place[1]])
