"""What a claim's names mean in a model: as declared, by the model's own symbols, by the names of the dialects, or by trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from sympy import Expr, Integer, Symbol

from symparams.checks.conventions import located
from symparams.errors import MatchError
from symparams.formulas import read
from symparams.notation import DIALECTS, as_size, symbol, text
from symparams.tree import Given, Layer, annotated

__all__ = ["Match", "Vocabulary", "fields_of", "matches", "related_of", "widths_of"]

MOST_TRIALS = 120
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
class Match:
    """One way to read a claim's names: what each stands for in the model, and what is left over on the claim's side."""

    meaning: tuple[tuple[str, Expr], ...]
    spare: tuple[Symbol, ...] = ()

    @property
    def rule(self) -> dict[Symbol, Expr]:
        """The match as a replacement of the claim's symbols."""
        return {symbol(name): meant for name, meant in self.meaning}

    @property
    def words(self) -> str:
        """The match as it is shown: "embed_dim is d, ff_dim is d_ff"; names that stand for themselves are not named."""
        return ", ".join(f"{name} is {text(meant)}" for name, meant in self.meaning if text(meant) != name)


def fields_of(model: Layer | Expr) -> dict[Symbol, tuple[str, ...]]:
    """The fields that each symbol of a model fills, from the root down; none where it stands in a shape or a count only.

    >>> from symparams import LSTM, symbols
    >>> fields_of(LSTM(*symbols("I H")))
    {I: ('n_in',), H: ('n_hid',)}
    """
    filled: dict[Symbol, dict[str, None]] = {}
    if isinstance(model, Expr):
        return dict.fromkeys(sorted(model.free_symbols, key=lambda met: met.name), ())
    for _, layer in located(model):
        for name in () if isinstance(layer, Given) else annotated(layer):
            value = getattr(layer, name)
            for size in value if isinstance(value, tuple) else (value,):
                for met in size.free_symbols if isinstance(size, Expr) else ():
                    filled.setdefault(met, {})[name] = None
    for placed in model.weights():  # a layer may hold weights whose sizes no field of it says
        sizes = placed.count.free_symbols if placed.weight.kind != "buffer" else ()
        for met in sorted(sizes, key=lambda met: met.name):
            filled.setdefault(met, {})
    return {met: tuple(names) for met, names in filled.items()}


def widths_of(model: Layer) -> tuple[Symbol, ...]:
    """The symbols whose growth makes a model wider: they fill the field of a width, or where they fill no field, stand in the
    shape of a weight and do not number the entries of a table.

    >>> from symparams import Transformer, symbols
    >>> widths_of(Transformer(*symbols("N d V")))
    (d, d_ff)
    """
    placed = [one for one in model.weights() if one.weight.kind != "buffer"]
    shapes = {met for one in placed for size in one.shape for met in size.free_symbols}
    entries = {met for one in placed if one.weight.role == "embedding" for met in one.shape[0].free_symbols}
    filled = fields_of(model).items()
    return tuple(met for met, names in filled if (_WIDTHS & set(names) if names else met in shapes - entries))


def related_of(model: Layer) -> set[Symbol]:
    """The symbols that relations of a model define: d_ff, where d_ff = 4d."""
    return {key for node in model.nodes() if isinstance(node.layer, Given) for key, _ in node.layer.relations}


@dataclass(frozen=True)
class Vocabulary:
    """The names that a claim about a model may use: the model's symbols, the dialects' names for them, and those declared."""

    own: Mapping[str, Symbol]
    dialect: Mapping[str, tuple[Symbol, ...]]
    declared: Mapping[str, Expr]
    related: frozenset[Symbol] = frozenset()  # those that the model's relations define, which a claim need not name
    options: frozenset[str] = frozenset()  # names of sizes that the model could have and has not: learned positions

    @classmethod
    def of(cls, model: Layer | Expr, where: Mapping[object, object]) -> Vocabulary:
        """The vocabulary of a model, with what `where` declares: names or symbols, to the model's symbols, expressions or sizes."""
        fields = fields_of(model)
        dialect: dict[str, list[Symbol]] = {}
        for met, names in fields.items():
            for other in dict.fromkeys(other for name in names for other in DIALECTS.get(name, (name,))):
                dialect.setdefault(other, []).append(met)
        declared = {}
        for key, value in where.items():
            name = key.name if isinstance(key, Symbol) else str(key)
            if isinstance(value, str):
                value = read(value, names=tuple(fields)).lhs
            declared[symbol(name).name] = as_size(value, name)
        related: set[Symbol] = set() if isinstance(model, Expr) else related_of(model)
        layers = () if isinstance(model, Expr) else (layer for _, layer in located(model))
        options = set(DIALECTS["positions"]) if any(getattr(layer, "positions", 0) is None for layer in layers) else set()
        return cls(
            {met.name: met for met in fields},
            {name: tuple(met) for name, met in dialect.items()},
            declared,
            frozenset(related),
            frozenset(options - dialect.keys()),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, for the reader."""
        return tuple({**self.declared, **self.own, **self.dialect, **dict.fromkeys(sorted(self.options))})


def matches(names: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[Match]:
    """Every way to read a claim's names, the likeliest first; one where there is no choice.

    Raises `MatchError` where the choices are too many to try.
    """
    fixed: dict[str, Expr] = {}
    for name in names:
        if name in vocabulary.declared and not isinstance(vocabulary.declared[name], Integer):
            fixed[name] = vocabulary.declared[name]
        elif name in vocabulary.own:
            fixed[name] = vocabulary.own[name]
    taken = set().union(*(meant.free_symbols for meant in fixed.values()))
    open_names = [name for name in names if name not in fixed]
    left = [met for met in vocabulary.own.values() if met not in taken]
    choices: dict[str, list[Symbol]] = {}
    for name in open_names:
        choices[name] = [met for met in vocabulary.dialect.get(name, ()) if met in left]
    while single := next((name for name, options in choices.items() if len(options) == 1), None):
        fixed[single] = choices.pop(single)[0]
        left.remove(fixed[single])
        choices = {name: [met for met in options if met != fixed[single]] for name, options in choices.items()}
    undeclared = [name for name in choices if name not in vocabulary.options]
    left = [met for met in left if met not in vocabulary.related]
    seats: list[Symbol | None] = [*left, *(None for _ in undeclared[len(left) :])]
    tried = list(dict.fromkeys(permutations(seats, len(undeclared)))) if undeclared else [()]
    if len(tried) > MOST_TRIALS:
        raise MatchError(
            f"the names {', '.join(undeclared)}", f"what they mean among {', '.join(s.name for s in left)}", "say it in where={…}"
        )

    def likely(seating: tuple[Symbol | None, ...]) -> int:
        return -sum(met in vocabulary.dialect.get(name, ()) for name, met in zip(undeclared, seating, strict=True))

    for seating in sorted(tried, key=likely):
        seated = {name: met for name, met in zip(undeclared, seating, strict=True) if met is not None}
        sizes = {name: vocabulary.declared[name] for name in choices if name in vocabulary.declared}
        meaning = {**fixed, **sizes, **seated}
        spare = tuple(symbol(name) for name in names if name not in meaning)
        yield Match(tuple((name, meaning.get(name, symbol(name))) for name in names), spare)
