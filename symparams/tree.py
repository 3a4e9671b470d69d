"""The tree of weights: what a layer owns, how layers are put together, and the one walk that every answer reads.

A weight tensor with a symbolic shape is the atom. A layer says what it owns and what it is made of, and nothing else;
repetition, sharing and relations between sizes are nodes of the tree, met on the walk as scopes.
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeAlias, Union, final, get_args, get_origin, get_type_hints

from sympy import Add, Expr, Integer, Mul, Symbol

from symparams.errors import SizeError, StructureError, shown
from symparams.notation import Size, SumOver, as_size, is_own, text

__all__ = [
    "Binder",
    "Copies",
    "ForEach",
    "Given",
    "IndexedBy",
    "Layer",
    "Node",
    "Path",
    "Placed",
    "Relations",
    "Repeat",
    "Scope",
    "Sequential",
    "Shared",
    "Weight",
    "divides",
]

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


@dataclass(frozen=True)
class Copies:
    """A scope: everything below it stands `count` times, or once where the copies are `shared`."""

    path: Path
    count: Expr
    shared: bool = False

    def total(self, one: Expr) -> Expr:
        """The count of all copies, from the count of one."""
        return one if self.shared else self.count * one

    def xreplace(self, rule: Mapping[Symbol, Expr]) -> Copies:
        """The same scope with symbols replaced."""
        return Copies(self.path, self.count.xreplace(rule), self.shared)


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
        return one.xreplace(dict(self.rule))


Binder: TypeAlias = Copies | IndexedBy
Scope: TypeAlias = Binder | Relations


@dataclass(frozen=True)
class Placed:
    """A weight where it stands: its path from the root, the scopes around it from the outermost in, and what it is tied to."""

    path: Path
    weight: Weight
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
        own: Any = type(self)
        for name, hint in _hints(own).items():
            object.__setattr__(self, name, _checked(getattr(self, name), hint, f"{own.__name__}: {name}"))

    @property
    def kind(self) -> str:
        """What the layer is called where nobody names it: Linear, LSTM, Conv2d."""
        return type(self).__name__

    def own(self) -> Iterable[Weight]:
        """The weights that this layer holds itself."""
        return ()

    def parts(self) -> Mapping[str, Layer]:
        """The layers that this one is made of, in the order in which data meets them; the name "" adds nothing to a path."""
        own: Any = type(self)
        return {name: part for name in _hints(own) if isinstance(part := getattr(self, name), Layer)}

    def scope(self, path: Path) -> Scope | None:
        """What holds for everything below this layer."""
        return None

    def ties(self) -> Mapping[str, str]:
        """Weights below this layer that are others' weights: path of the tied one → path of the one that is counted."""
        return {}

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

    def __repr__(self) -> str:
        written: list[str] = []
        for number, item in enumerate(fields(self)):
            value = getattr(self, item.name)
            if item.default is not MISSING and (value is item.default or value == item.default):
                continue
            shown_value = text(value) if isinstance(value, Expr) else repr(value)
            written.append(shown_value if number == len(written) else f"{item.name}={shown_value}")
        return f"{type(self).__name__}({', '.join(written)})"


@dataclass(frozen=True, repr=False)
class Sequential(Layer):
    """Layers one after another: `Sequential(a, b, name=c)`. Those without a name are named after what they are.

    >>> from symparams import Embedding, LSTM, Linear
    >>> model = Sequential(Embedding(1000, 128), LSTM(128, 64), head=Linear(64, 10))
    >>> list(model.parts()), model.params
    (['embedding', 'lstm', 'head'], 178058)
    """

    layers: tuple[tuple[str, Layer], ...]

    def __init__(self, *layers: Layer, **named: Layer) -> None:
        for where, part in [*enumerate(layers, 1), *named.items()]:
            if not isinstance(part, Layer):
                raise StructureError(f"Sequential: {where} is {shown(part)}", "a layer", "wrap numbers in a layer: Linear(3, 5)")
        kinds = [_snake(part.kind) for part in layers]
        of_kind, met = Counter(kinds), Counter[str]()
        names = []
        for kind in kinds:
            met[kind] += 1
            names.append(kind if of_kind[kind] == 1 else f"{kind}_{met[kind]}")
        if twice := sorted(set(names) & set(named)):
            raise StructureError(
                f"Sequential: two parts named {twice[0]}", "a name for each part", f"call the other one {twice[0]}_2"
            )
        object.__setattr__(self, "layers", (*zip(names, layers, strict=True), *named.items()))

    def parts(self) -> Mapping[str, Layer]:
        return dict(self.layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(f'{name}={part!r}' for name, part in self.layers)})"


@dataclass(frozen=True, repr=False)
class Repeat(Layer):
    """`layer`, `count` times over; one layer applied `count` times where it is `shared` (ALBERT).

    >>> from symparams import Linear, closed_form, symbols
    >>> N, d = symbols("N d")
    >>> closed_form(Repeat(Linear(d, d), N))
    N*(d**2 + d)
    >>> closed_form(Repeat(Linear(d, d), N, shared=True))
    d**2 + d
    """

    layer: Layer
    count: Size
    shared: bool = False

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def scope(self, path: Path) -> Scope:
        return Copies(path, as_size(self.count, "count"), self.shared)


@dataclass(frozen=True, repr=False)
class ForEach(Layer):
    """`layer` once for each index of `limits` = (index, start, stop), its sizes expressions in the index.

    >>> from symparams import Conv2d, closed_form, symbols
    >>> l, L, c = symbols("l L c")
    >>> closed_form(ForEach(Conv2d(c * l, c * (l + 1), 3, bias=False), (l, 1, L)))
    3*c**2*L**3 + 9*L**2*c**2 + 6*L*c**2
    """

    layer: Layer
    limits: tuple[Symbol, Size, Size]

    def __post_init__(self) -> None:
        given = f"ForEach: limits={shown(self.limits)}"
        if not (isinstance(self.limits, tuple) and len(self.limits) == 3 and isinstance(self.limits[0], Symbol)):
            raise StructureError(given, "(index, start, stop), the index a symbol", "write ForEach(layer, (l, 1, L))")
        index, start, stop = self.limits
        as_size(index, "ForEach: the index")
        start, stop = as_size(start, "ForEach: start"), as_size(stop, "ForEach: stop")
        if index in start.free_symbols | stop.free_symbols:
            raise StructureError(given, "limits without the index", "name the index differently")
        if (stop - start).is_negative:
            raise StructureError(given, "a start that is not beyond the stop", "swap them")
        object.__setattr__(self, "limits", (index, start, stop))
        super().__post_init__()

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def scope(self, path: Path) -> Scope:
        index, start, stop = self.limits
        return IndexedBy(path, index, as_size(start, "start"), as_size(stop, "stop"))


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
        object.__setattr__(self, "layer", _checked(layer, Layer, "Given: layer"))
        pairs = _pairs(relations, "Given: relations", "{symbol: size}")
        free, bound = _symbols_of(layer)
        rule = []
        for key, value in pairs.items():
            given = f"Given: the relation {shown(key)} = {shown(value)}"
            if not isinstance(key, Symbol) or not is_own(key):
                raise StructureError(given, "a symbol made by symbols(...) on the left", 'write {symbols("d_ff"): 4*d}')
            if key not in free:
                names = ", ".join(sorted(s.name for s in free)) or "none"
                raise StructureError(given, f"a symbol of the layer: {names}", "mend the name or drop the relation")
            size = as_size(value, f"Given: {key.name}")
            if size.free_symbols & pairs.keys():
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

    def scope(self, path: Path) -> Scope:
        return Relations(path, self.relations)

    def __repr__(self) -> str:
        rule = ", ".join(f"{key.name}: {text(value)}" for key, value in self.relations)
        return f"Given({self.layer!r}, {{{rule}}})"


@dataclass(frozen=True, repr=False)
class Shared(Layer):
    """`layer` with weights that are one and the same: {path of the tied one: path of the one that is counted}.

    >>> from symparams import Embedding, Linear, symbols
    >>> V, d = symbols("V d")
    >>> body = Sequential(embedding=Embedding(V, d), head=Linear(d, V, bias=False))
    >>> Shared(body, {"head.weight": "embedding.weight"}).params
    V*d
    """

    layer: Layer
    tied: tuple[tuple[str, str], ...] = field(default=())

    def __init__(self, layer: Layer, ties: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
        object.__setattr__(self, "layer", _checked(layer, Layer, "Shared: layer"))
        object.__setattr__(self, "tied", tuple(_pairs(ties, "Shared: ties", '{"head.weight": "embedding.weight"}').items()))
        shapes = {placed.name: placed.shape for placed in layer.weights()}
        for pair in self.tied:
            given = f"Shared: {pair[0]} tied to {pair[1]}"
            for path in pair:
                if not isinstance(path, str) or path not in shapes:
                    raise StructureError(given, f"paths among {', '.join(list(shapes)[:12])}", f"mend {shown(path)}")
            if shapes[pair[0]] != shapes[pair[1]]:
                raise StructureError(f"{given}, shapes {shapes[pair[0]]} and {shapes[pair[1]]}", "one shape", "tie equal tensors")
            if pair[1] in dict(self.tied):
                raise StructureError(given, f"{pair[1]} not tied itself", "tie both to the one that is counted")

    @property
    def kind(self) -> str:
        return self.layer.kind

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def ties(self) -> Mapping[str, str]:
        return dict(self.tied)


def divides(divisor: Size | None, size: Size | None, where: str, names: tuple[str, str]) -> None:
    """Refuse a divisor that is known not to divide: `MultiHeadAttention: n_head=7 and d_model=512`."""
    if isinstance(divisor, Integer) and isinstance(size, Integer) and size % divisor:
        raise SizeError(
            f"{where}: {names[0]}={divisor} and {names[1]}={size}",
            f"{names[0]} that divides {names[1]}",
            f"{size} = {size // divisor}·{divisor} + {size % divisor}; take a divisor of {size}",
        )


def _pairs(value: Any, where: str, wanted: str) -> dict[Any, Any]:
    try:
        return dict(value)
    except (TypeError, ValueError):
        raise StructureError(f"{where}={shown(value)}", f"a dictionary {wanted}", "write it in braces") from None


def _symbols_of(layer: Layer) -> tuple[set[Symbol], set[Symbol]]:
    """The symbols that a layer's count depends on, and the indices that its sums run over."""
    free: set[Symbol] = set()
    bound: set[Symbol] = set()
    for placed in layer.weights():
        free |= placed.count.free_symbols
        bound |= {scope.index for scope in placed.scopes if isinstance(scope, IndexedBy)}
    return free, bound


def _snake(name: str) -> str:
    if name.isupper():
        return name.lower()
    return "".join(f"_{c.lower()}" if c.isupper() and i and not name[i - 1].isupper() else c.lower() for i, c in enumerate(name))


@cache
def _hints(cls: Any) -> dict[str, Any]:
    """The fields of a layer's class with what they are annotated as."""
    hints = get_type_hints(cls)
    return {item.name: hints[item.name] for item in fields(cls)}


def _checked(value: Any, hint: Any, where: str) -> Any:
    """`value` as the annotation of its field wants it; sizes become sympy expressions."""
    if hint == Size:
        return as_size(value, where)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and types.NoneType in arguments:
            return None
        if isinstance(value, tuple) and any(get_origin(argument) is tuple for argument in arguments):
            return tuple(as_size(item, f"{where}[{number}]") for number, item in enumerate(value))
        if Expr in arguments:
            return as_size(value, where)
        wanted = " or ".join(getattr(argument, "__name__", str(argument)) for argument in arguments)
        if not any(isinstance(argument, type) and isinstance(value, argument) for argument in arguments):
            raise SizeError(f"{where}={shown(value)}", wanted.replace("NoneType", "None"), "give one of these")
    elif origin is Literal:
        value = int(value) if isinstance(value, Integer) else value
        if not any(type(value) is type(option) and value == option for option in arguments):
            raise SizeError(f"{where}={shown(value)}", f"one of {', '.join(map(repr, arguments))}", "choose one")
    elif origin is tuple and arguments[-1] is Ellipsis:
        items = value if isinstance(value, tuple | list) else (value,)
        return tuple(_checked(item, arguments[0], f"{where}[{number}]") for number, item in enumerate(items))
    elif isinstance(hint, type) and issubclass(hint, bool | str | Layer) and not isinstance(value, hint):
        raise SizeError(f"{where}={shown(value)}", f"a {hint.__name__}", "see the layer's docstring for its fields")
    return value
