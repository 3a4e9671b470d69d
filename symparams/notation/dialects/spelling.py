"""One spelling for the many ways to write a name: dModel, d_model, d-model; numLayers, n_layers, number_of_layers, layer_num."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["candidates", "canonical"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W_]")
_NUMBERS = frozenset({"n", "num", "nums", "nb", "no", "number", "count"})
_ABBREVIATED = (  # in this order
    ("embedding(?!s)|embed(?!ding)|embd(?!im)", "emb"),  # num_embeddings counts rows, n_embedding is a width
    ("dimensions?|dims", "dim"),
    ("vocabulary", "vocab"),
    ("attention", "attn"),
    ("feedforward", "ff"),
    ("sequence", "seq"),
    ("length", "len"),
    ("maximum", "max"),
    ("(?<=[^s])s$|(?<=ss)es$", ""),  # heads, classes
)
_SHORTEST = 3  # letters: of my_dim "dim" is a name of its own, of my_d "d" is not


def canonical(name: str) -> str:
    """The spelling that all ways to write a name share: lower case, no separators, n for "number of", common words abbreviated.

    A single letter keeps its case, with an index or without: H and h are two names.

    >>> canonical("dModel") == canonical("d_model") == canonical("d-model")
    True
    >>> {canonical(name) for name in ("numLayers", "n_layers", "number_of_layers", "layer_num", "nLayer", "nlayers")}
    {'nlayer'}
    >>> canonical("self.embedding_dimension"), canonical("N"), canonical("C_1")
    ('embdim', 'N', 'C1')
    """
    return _joined(_words(name))


def candidates(name: str) -> Iterator[str]:
    """The canonical spellings under which a name may be known, the whole name first: then without a number behind it, then without
    the words in front, which only say whose size it is.

    >>> list(candidates("lstm_units_2"))
    ['lstmunits2', 'lstmunit', 'unit']
    """
    words = _words(name)
    yield _joined(words)
    while len(words) > 1 and words[-1].isdigit():
        words = words[:-1]
        yield _joined(words)
    for start in range(1, len(words)):
        if len(rest := _joined(words[start:])) >= _SHORTEST:
            yield rest


def _words(name: str) -> list[str]:
    return _WORD.findall(name.rpartition(".")[2])


def _joined(words: list[str]) -> str:
    letters = [word for word in words if not word.isdigit()]
    if len(letters) == 1 and len(letters[0]) == 1:
        return "".join(words)
    lower = [word.lower() for word in words if word.lower() != "of"]
    if len(lower) > 1 and lower[-1] in _NUMBERS - {"n", "no"}:
        lower = ["n", *lower[:-1]]
    elif len(lower) > 1 and lower[0] in _NUMBERS:
        lower = ["n", *lower[1:]]
    joined = re.sub("^num(?=[a-z]{4})", "n", "".join(lower))
    if len(joined) > _SHORTEST:
        for words_written, short in _ABBREVIATED:
            joined = re.sub(words_written, short, joined)
    return joined
