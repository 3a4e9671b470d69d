"""What the symbols of a formula stand for: a fact about their places in the tree, which an author may overrule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sympy import Expr, Symbol

from symparams.counting import ClosedForm, Quantity, closed_form
from symparams.errors import ValuesError, shown
from symparams.layers import Embedding
from symparams.notation import DATA, MEANINGS, TEXTBOOK, Table, Typography, fields_named, symbol_among
from symparams.results import Result
from symparams.tree import ForEach, Given, Layer, Node, Repeat, Treelike, tree_of
from symparams.typeset.notations import Notation, notation_of
from symparams.typeset.places import filled

__all__ = ["legend"]

_GENERAL = {"n_in", "n_out", "n_channel", "d_out", "shape"}  # what any size may be: a model's width is one layer's input
_LOOKED_UP = {
    "learned positions": {"pos", "position", "positions", "positional", "wpe"},
    "token types": {"segment", "segments", "type", "types"},
}


def _by_name(name: str) -> str:
    """What a symbol without a place of its own means by its name, where that is a field's in configurations and constructors."""
    fields = fields_named(name) if len(name) > 1 else ()
    if "d_model" in fields:
        return MEANINGS["d_model"]
    return next((MEANINGS[field] for field in fields if field in MEANINGS), "a part of sizes")


def legend(
    about: Layer | Treelike | Result,
    meanings: Mapping[Any, str] | None = None,
    notation: str | Notation | Mapping[str, str] | None = None,
    of: str | Quantity = "parameters",
) -> Table:
    """What each symbol stands for, read off the places that it fills; `meanings` overrule it.

    where: about: a layer, whose formula's symbols are told, or the result for a cost, of which all are that it shows; notation:
    whose names they have, as `latex` takes it; of: the quantity whose formula it is; a cost's legend has the sizes of its data.

    >>> from symparams import Embedding, Repeat, Sequential, TransformerEncoderLayer, flops, symbols
    >>> N, d, V, n, b, s = symbols("N d V n b s")
    >>> layers = Repeat(TransformerEncoderLayer(d), N)
    >>> legend(Sequential(tokens=Embedding(V, d), positions=Embedding(n, d), layers=layers), {V: "number of word pieces"})
     Symbol   Meaning
    ────────────────────────────────
     N        layers
     V        number of word pieces
     d        model width
     n        learned positions
    >>> legend(flops(layers, b, s), notation="megatron")
     Symbol   Meaning
    ────────────────────────────────
     l        layers
     B        samples
     h        model width
     s        positions in a sample

    Raises `ValuesError` for a meaning of a symbol that the formula does not have, and for what is no words; `LayoutError` where two
    sizes have one name in the notation.
    """
    whole: Result = about if isinstance(about, Result) and about.data else closed_form(about, of)  # type: ignore[arg-type]
    used = whole.free_symbols if isinstance(whole, ClosedForm) else frozenset(filled(whole))
    found: dict[Symbol, str] = {}
    general: dict[Symbol, str] = {}
    assert whole.origin is not None  # a closed form has its layer, and so has a cost
    for node in tree_of(whole.origin).nodes():
        for field in fields(node.layer) if not isinstance(node.layer, Given) else ():
            value = getattr(node.layer, field.name)
            for size in value if isinstance(value, tuple) else (value,):
                if isinstance(size, Symbol):
                    (general if field.name in _GENERAL else found).setdefault(size, _meaning(node, field.name))
                elif isinstance(size, Expr) and isinstance(node.layer, Repeat):  # the N - 1 further layers of a stack
                    general |= {one: _meaning(node, field.name) for one in size.free_symbols - general.keys()}
    if not isinstance(meanings, Mapping | None) or not all(isinstance(words, str) for words in (meanings or {}).values()):
        raise ValuesError(f"{shown(meanings)} as meanings", "a dictionary of words", 'write {d: "model width"}')
    chosen = {symbol_among(used, key, "meaning"): words for key, words in (meanings or {}).items()}
    data = {one: DATA[field] for one, field in whole.data.items()}
    known = data | general | found | chosen
    rows = ((symbol, known.get(symbol) or _by_name(symbol.name)) for symbol in sorted(used, key=lambda symbol: symbol.name))
    letters = notation_of(notation)
    typography = TEXTBOOK if letters is None else Typography(letters.names_in(whole))
    return Table(("Symbol", "Meaning"), tuple(rows), words=2, typography=typography)


def _meaning(node: Node, field: str) -> str:
    """What a size means that fills a field, at the place where the layer stands."""
    named = set(re.split(r"[\d_]+", node.path[-1].lower())) if node.path else set()
    match node.layer:
        case Embedding() if field == "n_vocab":
            return next((meaning for meaning, names in _LOOKED_UP.items() if named & names), MEANINGS[field])
        case Repeat(layer=repeated) if field == "count":
            if named & {"expert", "experts"}:
                return MEANINGS["n_expert"]
            composite = any(inner.path for inner in repeated.nodes())  # one weight matrix, many times over, is no layer of a model
            return MEANINGS["n_layer"] if composite else MEANINGS[field]
        case ForEach() if field == "limits":
            return "a limit of an index"
    return MEANINGS.get(field, field.replace("_", " "))
