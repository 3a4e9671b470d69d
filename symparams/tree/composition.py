"""The ways to put layers together: in sequence, repeated, indexed, sharing weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from sympy import Symbol

from symparams.errors import CostError, SizeError, StructureError, shown
from symparams.notation import Size, as_size, text
from symparams.tree.data import Data, named
from symparams.tree.fields import checked, pairs
from symparams.tree.layer import Flow, Layer
from symparams.tree.meeting import collision, differ, unchanged_extent
from symparams.tree.weights import Copies, IndexedBy, Path, Scope

__all__ = ["ForEach", "On", "Repeat", "Sequential", "Shared"]


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

    def flow(self, data: Data) -> Iterator[Flow]:
        """Each part meets what the one before it hands on."""
        before: tuple[str, Layer] | None = None
        for name, part in self.layers:
            if before is not None:  # what the last one hands on is nobody's here
                data = replace(before[1].gives(data.at(before[0])), place=data.place)
            yield name, part, data
            before = name, part

    def gives(self, data: Data) -> Data:
        *_, (name, part, met) = ("", Layer(), data), *self.flow(data)
        return replace(part.gives(met.at(name)), place=data.place)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(f'{name}={part!r}' for name, part in self.layers)})"


@dataclass(frozen=True, repr=False)
class Repeat(Layer):
    """`layer`, `count` times over; one layer applied `count` times where it is `shared` (ALBERT).

    Of `count` layers that stand beside each other `active` run at each position: the experts of a mixture.

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
    active: Size | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.active is not None and (as_size(self.count, "count") - self.active).is_negative:
            raise SizeError(f"Repeat: active={self.active} of count={self.count}", "no more active than there are", "mend one")

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def scope(self, path: Path) -> Scope:
        active = None if self.active is None else as_size(self.active, "active")
        return Copies(path, as_size(self.count, "count"), self.shared, active)

    def flow(self, data: Data) -> Iterator[Flow]:
        """Each copy meets the same; in a chain of copies all but the first depend on weights of the copies before them."""
        chained = self.active is None and self.count != 1 and None not in self.layer.widths()
        if data.training and chained and not data.learned:
            raise CostError(
                f"the backward pass of {named(data.place)}: copies of which the first meets raw data and the others do not",
                "to know whether the input has a gradient",
                "say learned=True where it has, or write the first copy apart in a Sequential",
            )
        yield "", self.layer, data

    def gives(self, data: Data) -> Data:
        """What the last copy hands on; copies that stand beside each other all meet the same."""
        given = self.layer.gives(data)
        if self.active is None and self.count != 1:
            unchanged_extent("Repeat", data, given)
            wanted = self.layer.widths()[0]
            if wanted is not None and differ(given.width, wanted):
                raise CostError(
                    f"{named(data.place)}: copies that want {text(wanted)} features and hand on {text(given.width)}",
                    "copies that hand on what they can meet",
                    "write them out one after another in a Sequential",
                )
        return given


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

    def flow(self, data: Data) -> Iterator[Flow]:
        """Each copy meets data of its own width."""
        yield "", self.layer, data.wide(None)

    def gives(self, data: Data) -> Data:
        """What the copy at the last index hands on."""
        index, _, stop = self.limits
        if index in data.symbols:
            raise collision(index, data.place, "the index of a ForEach")
        given = self.layer.gives(data.wide(None))
        unchanged_extent("ForEach", data, given)
        return given.xreplace({index: as_size(stop, "stop")})


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

    def widths(self) -> tuple[Size | None, Size | None]:
        return self.layer.widths()

    def gives(self, data: Data) -> Data:
        return self.layer.gives(data)

    def ties(self) -> Mapping[str, str]:
        return dict(self.tied)


@dataclass(frozen=True, repr=False)
class On(Layer):
    """`layer`, met by something else than what comes along: nothing is counted differently, and costs are told rightly.

    | place | what the layer meets | what is handed on |
    |---|---|---|
    | "sample" | one vector of each sample: a pooler, a classifier on a class token | that vector |
    | "head" | every position, or the last one only where heads are asked for that | those positions |
    | "memory" | the memory that cross-attention reads: an encoder beside its decoder | the data as they came |
    | "beside" | the positions themselves: a table of positions that is added | the data as they came |

    >>> from symparams import Linear, flops, symbols
    >>> b, s, d = symbols("b s d")
    >>> flops(Sequential(Linear(d, d, bias=False), pooler=On(Linear(d, d, bias=False), "sample")), batch=b, seq=s)
    2*b*s*d**2 + 2*b*d**2
    """

    layer: Layer
    place: Literal["sample", "head", "memory", "beside"]

    @property
    def kind(self) -> str:
        return self.layer.kind

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer}

    def flow(self, data: Data) -> Iterator[Flow]:
        yield "", self.layer, self._met(data)

    def gives(self, data: Data) -> Data:
        if self.place in ("memory", "beside"):
            return data
        return self.layer.gives(self._met(data))

    def _met(self, data: Data) -> Data:
        if self.place == "memory":
            return replace(data.recalled, learned=data.learned, training=data.training, passing=True, place=data.place)
        if self.place == "beside":
            return data.wide(None)
        return data.over() if self.place == "sample" or data.last else data


def _snake(name: str) -> str:
    if name.isupper():
        return name.lower()
    return "".join(f"_{c.lower()}" if c.isupper() and i and not name[i - 1].isupper() else c.lower() for i, c in enumerate(name))
