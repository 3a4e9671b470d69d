"""The ways to put layers together: in sequence, repeated, indexed, sharing weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Symbol

from symparams.errors import StructureError, shown
from symparams.notation import Size, as_size
from symparams.tree.fields import checked, pairs
from symparams.tree.layer import Layer
from symparams.tree.weights import Copies, IndexedBy, Path, Scope

__all__ = ["ForEach", "Repeat", "Sequential", "Shared"]


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
        object.__setattr__(self, "layer", checked(layer, Layer, "Shared: layer"))
        object.__setattr__(self, "tied", tuple(pairs(ties, "Shared: ties", '{"head.weight": "embedding.weight"}').items()))
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


def _snake(name: str) -> str:
    if name.isupper():
        return name.lower()
    return "".join(f"_{c.lower()}" if c.isupper() and i and not name[i - 1].isupper() else c.lower() for i, c in enumerate(name))
