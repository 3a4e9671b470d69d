"""The names that a claim about a model may use, and how likely each of them means each size of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from sympy import Expr, Integer, Rational, Symbol

from symparams.errors import FormulaTextError, MatchError, SymparamsError, shown
from symparams.formulas import read
from symparams.layers import MultiHeadAttention
from symparams.notation import as_exact, as_size, fields_named, symbol
from symparams.tree import ForEach, Given, Layer, annotated, located

__all__ = ["OPTIONS", "OWN", "SPARE", "Seat", "Vocabulary", "fields_of", "related_of", "widths_of"]

# What it costs to take a name for a size. The cheapest reading is the likeliest one; a price never forbids a reading.
OWN, USUAL, RARE, ALIKE, FREE, CONTRARY, SPARE = 0, 1, 2, 3, 4, 5, 5
MOVED, RELATED = 3, 2  # more for a name of the model's own that means another size, and for a size that a relation defines

OPTIONS = ("positions",)  # fields whose size a model may lack: a name for one may stay without a seat

_WIDTHS = frozenset(
    [
        "d_model",
        "d_ff",
        "d_head",
        "d_value",
        "d_key_in",
        "d_value_in",
        "d_out",
        "n_hid",
        "n_in",
        "n_out",
        "n_proj",
        "n_state",
        "c_in",
        "c_out",
        "n_channel",
        "shape",
    ]
)


@dataclass(frozen=True)
class Seat:
    """A size of the model that a name may stand for: one of its symbols, or an expression that has a name of its own (d_attn)."""

    size: Expr
    fields: tuple[str, ...]

    @property
    def derived(self) -> bool:
        """Whether it is an expression in the model's symbols and none of them."""
        return not isinstance(self.size, Symbol)

    def price(self, name: str) -> int:
        """What it costs to take the name for this size.

        >>> from symparams.notation import symbol
        >>> [Seat(symbol("H"), ("n_hid",)).price(name) for name in ("H", "hidden_size", "foo")]
        [0, 1, 4]
        """
        if isinstance(self.size, Symbol) and self.size.name == name:
            return OWN
        meanings = fields_named(name)
        place = next((place for place, meaning in enumerate(meanings) if meaning in self.fields), None)
        if place is not None:
            return RARE if place else USUAL
        if isinstance(self.size, Symbol) and name[:1].lower() == self.size.name[:1].lower():
            return ALIKE
        return CONTRARY if meanings else FREE


@lru_cache(maxsize=64)
def fields_of(model: Layer | Expr) -> dict[Symbol, tuple[str, ...]]:
    """The fields that each symbol of a model fills, from the root down; none where it stands in a shape or a count only.

    >>> from symparams import LSTM, symbols
    >>> fields_of(LSTM(*symbols("I H")))
    {I: ('n_in',), H: ('n_hid',)}
    """
    filled: dict[Symbol, dict[str, None]] = {}
    if isinstance(model, Expr):
        return dict.fromkeys(_by_name(model.free_symbols), ())
    for _, layer in located(model):
        for name in () if isinstance(layer, Given) else annotated(layer):
            value = getattr(layer, name)
            for size in value if isinstance(value, tuple) else (value,):
                for one in _by_name(size.free_symbols) if isinstance(size, Expr) else ():
                    filled.setdefault(one, {}).update(dict.fromkeys(("n_layer", name) if name == "count" else (name,)))
    for placed in model.weights():  # a layer may hold weights whose sizes no field of it says
        sizes = placed.count.free_symbols if placed.weight.kind != "buffer" else ()
        for one in _by_name(sizes):
            filled.setdefault(one, {})
    indices = {layer.limits[0] for _, layer in located(model) if isinstance(layer, ForEach)}  # no size: a sum runs over it
    return {one: tuple(names) for one, names in filled.items() if one not in indices}


def _by_name(symbols: Iterable[Symbol]) -> list[Symbol]:
    return sorted(symbols, key=lambda symbol: symbol.name)


@lru_cache(maxsize=64)
def widths_of(model: Layer) -> tuple[Symbol, ...]:
    """The symbols whose growth makes a model wider: they fill the field of a width, or where they fill no field, stand in the
    shape of a weight and do not number the entries of a table.

    >>> from symparams import Transformer, symbols
    >>> widths_of(Transformer(*symbols("N d V")))
    (d, d_ff)
    """
    placed = [one for one in model.weights() if one.weight.kind != "buffer"]
    shapes = {size for one in placed for dimension in one.shape for size in dimension.free_symbols}
    entries = {size for one in placed if one.weight.role == "embedding" for size in one.shape[0].free_symbols}
    filled = fields_of(model).items()
    return tuple(size for size, names in filled if (_WIDTHS & set(names) if names else size in shapes - entries))


@lru_cache(maxsize=64)
def related_of(model: Layer) -> dict[Symbol, Expr]:
    """The symbols that relations of a model define, with what they are: d_ff as 4*d."""
    return {key: value for node in model.nodes() if isinstance(node.layer, Given) for key, value in node.layer.relations}


@dataclass(frozen=True)
class Vocabulary:
    """The names that a claim about a model may use: those of the model's own sizes, and those that `where` declares.

    sizes: the model's symbols with the fields they fill; meanings: names declared to be an expression in them; values: names
    declared to be a number; related: the symbols that relations of the model define, which a claim need not name; optional: whether
    the model could have learned positions and has none.
    """

    sizes: Mapping[Symbol, tuple[str, ...]]
    meanings: Mapping[str, Expr]
    values: Mapping[str, Integer]
    related: Mapping[Symbol, Expr] = field(default_factory=dict)
    optional: bool = False
    derived: tuple[Seat, ...] = ()

    @classmethod
    def of(cls, model: Layer | Expr, where: Mapping[Any, Any], origin: Layer | None = None) -> Vocabulary:
        """The vocabulary of a model, with what `where` declares: names or symbols, to the model's symbols, expressions or sizes.

        An expression that was counted of a layer, its `origin`, has the layer's names for what its sizes are.
        """
        if not isinstance(where, Mapping):
            raise MatchError(f"where={shown(where)}", "a dictionary", 'write where={"e": d, "h": 512}')
        counted = model if isinstance(model, Layer) else origin
        layers = [] if counted is None else [layer for _, layer in located(counted)]
        derived, related = tuple(dict.fromkeys(_derived(layers))), {} if counted is None else related_of(counted)
        sizes = fields_of(model)
        if counted is not None and counted is not model:
            used = (sizes.keys() | {size for seat in derived for size in seat.size.free_symbols}) - related.keys()
            sizes = sizes | {size: fields for size, fields in fields_of(counted).items() if size in used}
            derived = (*(Seat(value, fields_of(counted).get(size, ())) for size, value in related.items()), *derived)
            related = {}  # what a relation defines was put in, and keeps its name
        meanings: dict[str, Expr] = {}
        values: dict[str, Integer] = {}
        for key, value in where.items():
            name = key.name if isinstance(key, Symbol) else str(key)
            size = declared(name, value, tuple(one.name for one in sizes))
            if values.get(name, size) != size or meanings.get(name, size) != size:
                raise MatchError(f"where gives {name} two meanings", "one", "drop one of them")
            if isinstance(size, Integer):
                values[symbol(name).name] = size
            else:
                meanings[symbol(name).name] = size
        optional = isinstance(model, Layer) and any(getattr(layer, option, 0) is None for layer in layers for option in OPTIONS)
        return cls(sizes, meanings, values, related, optional, derived)

    @cached_property
    def own(self) -> dict[str, Symbol]:
        """The model's symbols by their names."""
        return {size.name: size for size in self.sizes}

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Every size that a name may stand for."""
        own = (Seat(size, fields or fields_named(size.name)[:1]) for size, fields in self.sizes.items())
        return (*own, *(seat for seat in self.derived if seat.size not in self.sizes))

    def alias(self, name: str) -> Symbol | None:
        """The size that a name for a derived one (d_attn) means beside its own name, where the model does not tell the two apart.

        >>> from symparams import MultiHeadAttention, symbols
        >>> Vocabulary.of(MultiHeadAttention(symbols("d")), {}).alias("d_attn")
        d
        """
        meanings = fields_named(name)
        if not meanings or name in self.own or name in self.meanings or name in self.values:
            return None
        return next((seat.size for seat in self.derived if seat.size in self.sizes and meanings[0] in seat.fields), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are known to be sizes, for the reader."""
        return tuple({**self.meanings, **self.values, **self.own})


def declared(name: str, value: object, names: tuple[str, ...]) -> Expr:
    """What `where` declares a name to be: an expression in the model's names, a number, a symbol or a text of one of these.

    >>> declared("f", "4*d", ("d",)), declared("ratio", Fraction(3, 2), ()), declared("d", 4.0, ())
    (4*d, 3/2, 4)

    Raises `MatchError` where a text names none of the model's sizes, `SizeError` where the value is no exact size.
    """
    if isinstance(value, str):
        try:
            value = read(value, names=names).lhs
        except SymparamsError as error:
            known = ", ".join(names) or "none"
            wanted = f"an expression in the model's sizes ({known}), or a number"
            place = f"column {error.column}: " if isinstance(error, FormulaTextError) else ""
            raise MatchError(
                f"where {name}={shown(value)}, {place}{error.given}", wanted, f'write where={{"{name}": …}} in these'
            ) from None
    number = as_exact(value)
    if isinstance(value, Fraction) or isinstance(number, Integer):
        value = number
    if isinstance(value, Rational) and value > 0:
        return value  # a ratio is no size, but may stand in a formula
    return as_size(value, name)


def _derived(layers: list[Layer]) -> Iterator[Seat]:
    """Sizes that have names of their own where a model does not name them: the width of all heads, the width of one."""
    for layer in layers:
        if isinstance(layer, MultiHeadAttention):
            heads, width = as_size(layer.n_head or 1, "n_head"), as_size(layer.d_model, "d_model")
            head = width / heads if layer.d_head is None else as_size(layer.d_head, "d_head")
            if (heads * head).free_symbols:
                yield Seat(heads * head, ("d_attn",))
            if layer.n_head is not None and head.free_symbols:
                yield Seat(head, ("d_head", "d_value"))
