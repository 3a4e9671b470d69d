"""`identify`: which layers, models and conventions give exactly this number, or this formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, product

from sympy import Expr, Symbol

from symparams.atlas import architecture, names, row_of
from symparams.errors import FormulaTextError, SymparamsError, shown
from symparams.formulas import read
from symparams.identifying.identification import Identification, Match
from symparams.identifying.subjects import LAYERS, MODELS, Form, forms_of
from symparams.notation import fields_named, same
from symparams.notation.evaluation import Evaluator, evaluator

__all__ = ["identify"]

_ROUND = (2**power for power in range(1, 17)), (3 * 2**power for power in range(13)), (5 * 2**power for power in range(11))
_OTHERS = (7, 28, 50, 100, 200, 300, 400, 500, 784, 1000, 1600, 1792, 3584, 10_000, 28_996, 30_000, 30_522, 32_000, 50_257)
SIZES = sorted({*chain(*_ROUND), *_OTHERS})
_FEW: dict[str, Sequence[int]] = {"k": (1, 3, 5, 7, 11), "L": range(1, 9), "p": (4, 8, 14, 16, 32)}
MOST_SYMBOLS, MOST_MATCHES = 6, 40
_NO_WIDTHS = {"N", "V", "n", "L", "k", "h", "g", "E", "p", "r"}  # what no other size is equal to by design
_PRIMES = (101, 211, 307, 401, 503, 601)
_UPRIGHT = re.compile(r"\\(?:text|mathrm|mathit|operatorname)\s*\{([^{}]*)\}")
_INDEX = re.compile(r"_\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_WORD = re.compile(r"[^\W\d]\w*")
_QUANTITIES = {
    "parameters": (),
    "non_embedding": ("without look-up tables",),
    "active": ("those that a token meets",),
}


def identify(claim: str | int) -> Identification:
    """The published models and the layers that have exactly this count, the likeliest first.

    where: claim: a number, which is sought among the published models of the atlas and among layers at usual sizes; or a formula,
    in any letters, which is sought among the layers and models of the package under their conventions.

    >>> identify("4(h(h+e)+h)").matches[0]
    Match(subject='LSTM(I, H)', sizes='H = h, I = e', conventions=(), grade=0)
    >>> identify("124,439,808").matches[0].subject
    'gpt2'

    Raises `FormulaTextError` for a text that is neither.
    """
    text = f"{claim}" if isinstance(claim, int) and not isinstance(claim, bool) else claim
    if not isinstance(text, str):
        raise FormulaTextError(shown(claim), 0, shown(claim), "a number or a formula", 'write identify("124,439,808")')
    expr = _expression(text)
    if expr.is_Integer:
        return _of_number(text, int(expr))
    return _of_formula(text, expr)


def _expression(text: str) -> Expr:
    """The side of the claim, with every letter as a symbol, and every name that is known as one."""
    declared: dict[str, None] = {}
    plain = _INDEX.sub(r"_\1", _UPRIGHT.sub(r"\1", text))
    for word in _WORD.findall(_COMMAND.sub(" ", plain)):
        whole = "_" in word or len(word) == 1 or fields_named(word)
        declared |= dict.fromkeys([word] if whole else word)
    return read(text, tuple(declared)).sides[-1]


def _of_number(text: str, number: int) -> Identification:
    matches = [*_models_with(number), *_layers_with(number)]
    matches.sort(key=lambda match: match.grade)
    searched = (
        f"{len(names())} published models (all parameters, without look-up tables, active), and {len(LAYERS)} layers of at "
        f"most two sizes beside a kernel, at {len(SIZES)} usual sizes from {SIZES[0]} to {SIZES[-1]:,}, as they are and under one "
        "change of convention"
    )
    return Identification(text, tuple(matches[:MOST_MATCHES]), searched)


def _models_with(number: int) -> Iterator[Match]:
    for name in names():
        row = row_of(name)
        if row.count == number:
            yield Match(name, f"{row.cls}", (), 0)
        elif row.count > number:
            try:
                model = architecture(name)
                found = next((words for of, words in _QUANTITIES.items() if words and model.count(of) == number), None)
            except SymparamsError:  # a row that the atlas has no form of
                continue
            if found:
                yield Match(name, f"{row.cls}", found, 1)


def _layers_with(number: int) -> Iterator[Match]:
    for place, subject in enumerate(LAYERS):
        for form in forms_of(subject, 1):
            symbols = form.symbols
            free = [one for one in symbols if one.name not in ("k", "p", "L")]
            count = evaluator(form.expr, symbols) if len(free) <= 2 else None
            if count is None:
                continue
            for sizes in _sizes_with(count, symbols, number):
                said = ", ".join(f"{one.name} = {size:,}" for one, size in zip(symbols, sizes, strict=True))
                grade = 10 + place + 100 * len(form.conventions) + 5 * sum(map(_unusual, sizes))
                yield Match(subject, said, form.conventions, grade)


def _sizes_with(count: Evaluator, symbols: Sequence[Symbol], number: int) -> Iterator[tuple[int, ...]]:
    """The usual sizes at which the count is the number: it grows with each size, so the last one is found by halving."""
    few = [_FEW.get(one.name, SIZES) for one in symbols]
    *others, last = few
    for rest in product(*others):
        low, high = 0, len(last)
        while low < high:
            middle = (low + high) // 2
            if count((*rest, last[middle])) < number:
                low = middle + 1
            else:
                high = middle
        if low < len(last) and count((*rest, last[low])) == number:
            yield (*rest, last[low])


def _unusual(size: int) -> int:
    """How little one expects a size: powers of two are usual, odd ones are not."""
    return 0 if size & (size - 1) == 0 else 1 if size % 8 == 0 else 2


def _of_formula(text: str, expr: Expr) -> Identification:
    symbols = tuple(sorted(expr.free_symbols, key=lambda one: one.name))
    subjects = f"{len(LAYERS)} layers and {len(MODELS)} models of the package"
    searched = f"{subjects}, each under up to two changes of convention, in any letters"
    if len(symbols) > MOST_SYMBOLS:
        return Identification(text, (), f"nothing: more than {MOST_SYMBOLS} letters")
    point = dict(zip(symbols, _PRIMES, strict=False))
    claimed = evaluator(expr, symbols)
    if claimed is None:
        return Identification(text, (), "nothing: the formula has parts that are no exact numbers")
    value = claimed(tuple(point.values()))
    matches: list[Match] = []
    for subject in (*LAYERS, *MODELS):
        for form in forms_of(subject):
            matches += [
                Match(subject, ", ".join(f"{own.name} = {other.name}" for own, other in meant.items()), form.conventions, grade)
                for meant, grade in _meanings(form, expr, symbols, point, value)
            ]
    order = {subject: place for place, subject in enumerate((*LAYERS, *MODELS))}
    matches.sort(key=lambda match: (match.grade + 10 * len(match.conventions), order[match.subject]))
    return Identification(text, tuple(matches[:MOST_MATCHES]), searched)


def _meanings(
    form: Form, expr: Expr, symbols: Sequence[Symbol], point: dict[Symbol, int], value: object
) -> Iterator[tuple[dict[Symbol, Symbol], int]]:
    """What the symbols of a form mean in the claim, where it is the claim then; two of them may mean one size."""
    own = form.symbols
    count = evaluator(form.expr, own) if len(symbols) <= len(own) <= MOST_SYMBOLS else None
    if count is None:
        return
    for meant in product(symbols, repeat=len(own)):
        alone = [other for one, other in zip(own, meant, strict=True) if one.name in _NO_WIDTHS]
        fits = len(set(meant)) == len(symbols) and all(meant.count(other) == 1 for other in alone)
        if fits and count([point[one] for one in meant]) == value:
            found = dict(zip(own, meant, strict=True))
            if same(form.expr.xreplace(found), expr):
                merged = len(own) - len(set(meant))
                letters = sum(one.name.lower() != other.name.lower() for one, other in found.items())
                yield found, 3 * merged + (letters > 0 and _swapped(found))


def _swapped(found: dict[Symbol, Symbol]) -> int:
    """One where a letter that is the form's own means another of its sizes."""
    return int(any(other in found and other != one for one, other in found.items()))
