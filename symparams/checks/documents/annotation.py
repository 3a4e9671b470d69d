r"""What an annotation says: of which model a formula speaks, and what its names mean.

    annotation = "symparams:" quotient [ quantity ] [ [ ";" ] "where" meanings ]
    quotient   = MODEL [ "/" MODEL ]                     for a share or a ratio: GRU(I, H) / LSTM(I, H)
    MODEL      = a call as `read_model` takes it:        Transformer(N, d, V, positions=n_ctx)
    quantity   = "params" | "trainable" | "frozen" | "active" | "non_embedding"; "trainable params" is "trainable"
               | "flops" | "training_flops" | "multiply_adds" | "kv_cache", with their data:  flops(b, s, training=True)
    meanings   = NAME "=" MEANING { "," NAME "=" MEANING }
    MEANING    = a symbol of the model, an expression in its symbols, or a size:  e=d, f=4*d, h=512

`params`, the number of all parameters, may be left out. The annotation is a comment that renders as nothing, and stands above
or beside its formula:

    | file | comment | formulas |
    |---|---|---|
    | .tex | % symparams: … | equation, align and their like, \[ \], \( \), $…$, $$…$$ |
    | .md, .ipynb | <!-- symparams: … --> | $…$, $$…$$, a code span, a fenced block |
    | .py, code cells | # symparams: … | the next statement or comment, or the statement that the comment is behind |
    | docstrings | .. symparams: … or either of the above | any of the above, or the next line as it is |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr

from symparams.counting import COSTS, QUANTITIES, closed_form, quantity
from symparams.errors import AnnotationError, shown
from symparams.models.reading import read_model
from symparams.tree import Layer

__all__ = ["Annotation", "in_annotation", "read_annotation", "read_meanings"]

LONGEST = 4_000
_EXAMPLE = "symparams: LSTM(I, H) params; where e=I, h=H"
_ARGUMENT = re.compile(r"where=\{(.*?)\}")
_MOVE = re.compile(r"^  (next: |sizes ) .*", re.MULTILINE)  # the lines of a message that say what to do
_REST = re.compile(r"\s*(?P<quantity>\w+\s*\((?:[^;()]|\([^()]*\))*\)|[^;,]*?)\s*;?\s*(?:\bwhere\b(?P<where>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Annotation:
    """The model that a formula speaks of, or a quotient of what is counted of two; what its names mean, and what is counted."""

    model: Layer | Expr
    where: Mapping[str, str]
    of: str = "parameters"


def read_annotation(text: str) -> Annotation:
    """What stands behind "symparams:"; nothing in it is run.

    >>> read_annotation("LSTM(I, H) params; where e=I, h=512")
    Annotation(model=Recurrent(I, H, 4), where={'e': 'I', 'h': '512'}, of='parameters')
    >>> read_annotation("LSTM(I, H) trainable params").of
    'trainable'
    >>> read_annotation("GRU(I, H) / LSTM(I, H)").model
    (3*H**2 + 3*H*I + 3*H)/(4*H**2 + 4*H*I + 4*H)

    >>> read_annotation("Transformer(N, d, V) flops(b, s, training=True); where L=N").of
    'flops(b, s, training=True)'

    Raises `AnnotationError` where the annotation, and `ModelTextError` where its model or its cost cannot be read.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise AnnotationError(f"an annotation of {len(text):,} characters", f"at most {LONGEST:,}", "shorten it")
    end = _call_end(text, 0)
    models = [read_model(text[:end])]
    if over := re.compile(r"\s*/\s*").match(text, end):
        end, start = _call_end(text, over.end()), over.end()
        models.append(read_model(text[start:end]))
    rest = _REST.fullmatch(text, end)
    if rest is None:
        given = f"{shown(text[end:].strip())} behind the model"
        raise AnnotationError(given, "a quantity, and where name=meaning, …", f"write {_EXAMPLE}")
    of = _quantity(rest["quantity"])
    meanings = read_meanings(rest["where"]) if rest["where"] is not None else {}
    if not over:
        return Annotation(models[0], meanings, of)
    above, below = (closed_form(model, of).expr for model in models)
    if below == 0:
        raise AnnotationError(shown(text[:end]), f"a model that has {quantity(of).words} below the line", f"write {_EXAMPLE}")
    return Annotation(above / below, meanings)


def in_annotation(message: str) -> str:
    r"""A message whose next move says in the words of an annotation what it says in those of Python.

    >>> print(in_annotation('q: what is it?\n  next:   say it in where={"q": …}'))
    q: what is it?
      next:   say it in the annotation, where q=…
    """
    return _MOVE.sub(lambda line: _ARGUMENT.sub(_meanings, line[0]), message)


def _meanings(argument: re.Match[str]) -> str:
    written = re.sub(r"\s*:\s*", "=", argument[1].replace('"', ""))
    return f"the annotation, where {written if written != '…' else 'e=d, h=512'}"


def _quantity(text: str) -> str:
    """What is counted, by its name in a document: "trainable params" is "trainable", "flops(b, s)" the operations."""
    if text.split("(")[0].strip() in COSTS:
        quantity(text)
        return text
    name = text.lower().replace("-", "_").removesuffix("parameters").removesuffix("params").strip().replace(" ", "_").rstrip("_")
    if name and name not in (*QUANTITIES, *COSTS):
        known = f"params, {', '.join((*QUANTITIES, *COSTS)[1:])}"
        raise AnnotationError(f"the quantity {shown(text)} behind the model", known, f"write {_EXAMPLE}")
    return name or "parameters"


def _call_end(text: str, start: int) -> int:
    """The place behind the call that begins at `start`: behind the bracket that closes its first one."""
    depth, quote = 0, ""
    for place in range(start, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                return place + 1
        elif depth == 0 and sign in ";,":
            break
    raise AnnotationError(shown(text[start:] or "an empty annotation"), "a model with its sizes in brackets", f"write {_EXAMPLE}")


def read_meanings(text: str) -> dict[str, str]:
    """What names mean: "e=d, f=4*d, h=512".

    >>> read_meanings("e=d, f=Max(d, 64)")
    {'e': 'd', 'f': 'Max(d, 64)'}
    """
    meanings: dict[str, str] = {}
    for part in _split(text):
        name, sign, meaning = (piece.strip() for piece in part.partition("="))
        if not (name and sign and meaning) or name in meanings:
            raise AnnotationError(f"{shown(part.strip())} behind where", "each name once, with its meaning", f"write {_EXAMPLE}")
        meanings[name] = meaning
    return meanings


def _split(text: str) -> Iterator[str]:
    """The text cut at the commas outside of brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]
