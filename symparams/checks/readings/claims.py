"""Texts: every way in which the text of a claim can be read as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from sympy import Expr

from symparams.checks.readings.ratios import read_ratio
from symparams.checks.readings.units import without_unit
from symparams.checks.vocabulary import RARE, Vocabulary
from symparams.errors import FormulaTextError, MatchError, shown
from symparams.formulas import Formula, read, readings
from symparams.notation import fields_named
from symparams.tree import Layer

__all__ = ["formulas_of", "read_claim"]

MOST_FORMULAS = 8
MOST_LETTERS = 6
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?=[A-Za-z0-9]))*")
_VOWEL = re.compile("[aeiouyAEIOUY]")
_OPERATOR = re.compile(r"[-+*/^=×·²³]|\\(?:cdot|times|frac)")
_ORDER = re.compile(r"(?<![A-Za-z_\\{])O\s*[(\[]")  # an O that may be the order of growth, or a size before a bracket


def formulas_of(claim: str, vocabulary: Vocabulary, syntax: str | None = None, ratio: bool = False) -> tuple[Formula, ...]:
    """The formulas that a text may be, the likeliest first. `ratio` says whether the claim is about a quotient of two models.

    >>> from symparams import LSTM, symbols
    >>> vocabulary = Vocabulary.of(LSTM(*symbols("I H")), {})
    >>> [str(formula) for formula in formulas_of("3*[dh*(dh+dx)+dh]", vocabulary)][0]
    '3*(dh*(dh + dx) + dh)'

    Raises `FormulaTextError` where the text is no formula, `MatchError` where it states a ratio of what is none.
    """
    if stated := read_ratio(claim):
        if not ratio:
            raise MatchError(f"{shown(claim)}, a ratio", "a quotient as the model", "check(…, one.params / other.params)")
        return (stated,)
    found: list[Formula] = []
    refusal: FormulaTextError | None = None
    claim = without_unit(claim)
    names = vocabulary.names
    sized = "O" not in names and _ORDER.search(claim) and any(seat.price("O") <= RARE for seat in vocabulary.seats)
    for known in (names, *([(*names, "O")] if sized else [])):
        try:
            found += readings(claim, known, syntax)
        except FormulaTextError as error:
            refusal = refusal or error
    if products := _products(claim, names):  # BLsh, which nobody calls a size, is B·L·s·h
        single = (word for word in _WORD.findall(claim) if len(word) == 1)
        with suppress(FormulaTextError):
            spelled = readings(claim, (*names, *"".join(products), *single), syntax)
            found = [*spelled, *(one for one in found if not products & set(one.names))]
    if not found and _OPERATOR.search(claim):  # words that are sizes elsewhere, side by side: 2 Vocab d
        with suppress(FormulaTextError):
            found.append(read(claim, (*names, *filter(fields_named, _WORD.findall(claim))), syntax))
    if not found:
        assert refusal is not None
        raise refusal
    distinct = {(one.sides, one.relations, one.remainders): one for one in reversed(found)}
    kept = set(map(id, distinct.values()))
    return tuple(one for one in found if id(one) in kept)[:MOST_FORMULAS]


def _products(claim: str, names: Iterable[str]) -> set[str]:
    """The words of a claim that are no names of sizes and cannot be pronounced, so that they are products of their letters.

    >>> _products("72BLsh^2(1 + seq_len/6dmodel)", ("h", "s"))
    {'BLsh'}
    """
    words = [word for word in _WORD.findall(claim) if word not in names and word.isalpha() and 2 < len(word) <= MOST_LETTERS]
    return {word for word in words if not _VOWEL.search(word) and not fields_named(word)}


def read_claim(text: str, model: Layer | Expr, where: Mapping[Any, Any] | None = None, syntax: str | None = None) -> Formula:
    """The likeliest formula that a claim about a model may be."""
    return formulas_of(text, Vocabulary.of(model, where or {}), syntax, isinstance(model, Expr))[0]
