"""`check`: is a published formula right for a model, and if not, why.

The road has six stages, each a value of its own:

    text ─▶ formulas ─▶ readings ─▶ sides ─▶ links ─▶ verdict

1. *Formulas* (`readings.claims`): every way in which the text can be read. "3*[dh*(dh+dx)+dh]" writes its products out, so dh
   and dx are names; were it written 3[dh(dh+dx)+dh] they could be products of letters as well.
2. *Readings* (`readings.reading`, `readings.seating`): every way to seat the names on the model's sizes. On GRU(I, H) the formula
   is equal to the model's where dh is H and dx is I. Usual meanings order the trials, and force none.
3. *Sides* (`Reading.sides`): what the claim states, side by side in the model's symbols: 3*(H*(H + I) + H), claimed to be equal.
4. *Links* (`judging`): each side against the model's formula and against the sides before it: equal for all sizes.
5. *Verdict*: the first link that is wrong, else the weakest that is right, with the reading that it rests on.
6. *Explanation* (`explaining`), where the verdict is not right: conventions under which the claim would be, weights left out or
   counted twice, sizes at which it fails.

A reading under which the claim is right is the verdict. DIFFERENT is said only where none is left: the search for equal readings
(`seating.equal`) covers all of them, and where there are too many for the rest, or two that are equally likely are wrong in
different ways, the answer is a question: a `MatchError` with the choices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from symparams.checks.costs import is_cost, refuse_unknown_parameters, refuse_unsaid_length, verdict_on_cost
from symparams.checks.judging.judge import Judge
from symparams.checks.readings.choosing import Candidates
from symparams.checks.readings.claims import formulas_of
from symparams.checks.readings.reading import Reading
from symparams.checks.subject import Subject, subject_and_names, tree_or_expression
from symparams.checks.verdict import Kind, Verdict
from symparams.checks.vocabulary import USUAL, Vocabulary
from symparams.counting import Quantity, quantity
from symparams.errors import MatchError, shown
from symparams.formulas import Formula
from symparams.notation.domains import Work, limited_work
from symparams.results import Expression
from symparams.tree import Layer, Treelike, tree_of

__all__ = ["check"]

MARGIN = 4
LATER = 3  # what it costs that a text is read in its second, third, … way
MOST_JUDGED = 4  # of the readings under which a claim is wrong, those nearest to the model
_QUANTITIES = (
    (re.compile(r"non[-_ ]?trainable", re.IGNORECASE), "frozen"),
    (re.compile(r"(?<![A-Za-z])trainable", re.IGNORECASE), "trainable"),
    (re.compile(r"(?<![A-Za-z])activated|(?<![A-Za-z])active", re.IGNORECASE), "active"),
    (re.compile(r"non[-_ ]?emb", re.IGNORECASE), "non_embedding"),
)
_ORDER = {kind: place for place, kind in enumerate((Kind.EXACT, Kind.EXACT_UNDER, Kind.LEADING_ORDER, Kind.ARITHMETIC))}


def check(
    claim: str | Formula,
    model: Layer | Treelike | Expression | Expr | int,
    where: Mapping[Any, Any] | None = None,
    syntax: str | None = None,
    of: str | Quantity = "parameters",
) -> Verdict:
    """Whether a published formula or number is right for a model, and if not, why.

    `where` says what the claim's names are in the model, {"e": d} or {"e": "d"}, their sizes, {"e": 512}, or how sizes of the model
    are related, {"d_ff": 4*d}; names that it leaves out are matched by trial. `of` is the quantity that is claimed: "parameters",
    "trainable", "frozen", "active" or "non_embedding", or a cost, "flops(b, s)" or `operations(…)`, whose other conventions are
    tried as well where the claim is not right. For a ratio give the ratio of two `.params` as the model.

    >>> from symparams import LSTM, Transformer, TransformerEncoderLayer, symbols
    >>> N, d, V, I, H, f = symbols("N d V I H f")
    >>> check("4 × (I × H + H² + H)", LSTM(I, H)).kind
    EXACT
    >>> print(check("4*(n+m+1)*m", LSTM(I, H)))
    EXACT, right: equal for all sizes; read as: m is H, n is I
    >>> print(check("4(e*h + h^2 + 2h)", LSTM(I, H)))
    EXACT_UNDER, wrong: equal with two bias vectors a gate (PyTorch, cuDNN); for the model that was named it is off by 4*H; the
    annotation that makes it right: LSTM(I, H, biases=2); right is 4*(H*I + H**2 + H); read as: e is I, h is H
    >>> print(check("4 e^2 + (4 e f + f + e) + 4 e", TransformerEncoderLayer(d, f)))
    DIFFERENT, wrong: claim − model = 2*d*f - 4*d; possibly: counts the feed-forward weights twice (+2*d*f), leaves out the
    attention biases (−4*d); at d=1, f=1: the claim gives 14, the model has 16; as few changes: counts the feed-forward weights
    twice (+2*d*f), leaves out all norms (−4*d); right is 4*d**2 + 2*d*f + 9*d + f; read as: e is d

    Raises `FormulaTextError` where the text cannot be read, `MatchError` where its names could mean several things.
    """
    named = tree_or_expression(model)
    if is_cost(counted := quantity(of)):
        verdict = verdict_on_cost(
            claim,
            tree_of(named),
            counted,
            where or {},
            lambda text, form, search: _checked(text, form, where or {}, syntax, search=search),
        )
        if verdict.kind is Kind.DIFFERENT:
            refuse_unknown_parameters(claim, where or {})
        if not verdict.right:
            refuse_unsaid_length(claim, tree_of(named), counted, where or {})
        return replace(verdict, claim=claim) if isinstance(claim, str) else verdict
    return _checked(claim, model, where or {}, syntax, of)


def _checked(
    claim: str | Formula,
    model: Layer | Treelike | Expression | Expr | int,
    where: Mapping[Any, Any],
    syntax: str | None,
    of: str | Quantity = "parameters",
    search: bool = True,
) -> Verdict:
    """The verdict on a claim; without `search` none but a right one is explained."""
    named = tree_or_expression(model)
    of = _quantity(claim, of) if isinstance(claim, str) and isinstance(named, Layer) else of
    if isinstance(claim, str):
        formulas = formulas_of(claim, Vocabulary.of(named, where, getattr(model, "origin", None)), syntax, isinstance(named, Expr))
    elif isinstance(claim, Formula):
        formulas = (claim,)
    else:
        raise MatchError(f"check({shown(claim)}, …)", "a text or a Formula", 'write check("12Nd^2", model)')
    subject, vocabulary = subject_and_names(model, where, of, {name for formula in formulas for name in formula.names})
    candidates = [Candidates(formula, subject, vocabulary) for formula in formulas]
    with limited_work() as work:
        return _verdict(candidates, subject, vocabulary, work, search)


def _verdict(candidates: Sequence[Candidates], subject: Subject, vocabulary: Vocabulary, work: Work, search: bool) -> Verdict:
    """The verdict under the first reading that is right, else under the nearest."""
    for one in candidates:
        for reading in one.promising():
            if work.spent:
                break
            verdict = Judge(reading, subject, search=False).verdict()
            if verdict.right and one.crosses(reading):
                ways = f"{one.source}: right only where {reading.words}"
                raise MatchError(ways, "names in their own meaning", "check which is which")
            if verdict.right:
                return Judge(reading, subject, explain=True).verdict() if verdict.kind is Kind.LEADING_ORDER else verdict
    for one in candidates:
        one.complete = one.complete and not work.spent
        other = one.exchanged()
        if other is not None and Judge(other, subject).verdict().right:
            ways = f"its names as the model's own, then it is wrong; or {other.words}"
            raise MatchError(f"{one.source}: names that could be read in 2 ways", ways, "say which in where={…}")
    for one in candidates:
        _about_a_size(one.source, one.label, vocabulary)
    return _nearest(candidates, subject, search)


def _quantity(claim: str, of: str | Quantity) -> str | Quantity:
    """The quantity that a claim names itself: "Trainable params: 128"."""
    stated = next((name for pattern, name in _QUANTITIES if pattern.search(claim)), None)
    if stated is None or of == stated:
        return of
    if of != "parameters":
        raise MatchError(f"{shown(claim)}, of={of!r}", f"one quantity: the claim speaks of {stated!r}", "leave of= out, or mend it")
    return stated


def _nearest(candidates: Sequence[Candidates], subject: Subject, search: bool) -> Verdict:
    """The verdict under the reading that is nearest to the model, where none is right.

    Raises `MatchError` where two readings are equally near and wrong in different ways, or where a name is left without a size.
    """
    nearest = ((score + LATER * place, reading) for place, one in enumerate(candidates) for score, reading in one.nearest())
    readings = sorted(nearest, key=lambda one: one[0])
    if not readings or not all(one.complete for one in candidates):
        raise MatchError(f"{candidates[0].source}: more readings of its names than can be tried", *candidates[0].question())
    if len(readings) == 1 and not readings[0][1].spare:
        return Judge(readings[0][1], subject, explain=search, search=search).verdict()
    least = readings[0][0]
    near = [(score, reading) for score, reading in readings if score <= least + MARGIN][:MOST_JUDGED]
    judged = [(score, reading, Judge(reading, subject, search=search).verdict()) for score, reading in near]
    whole = [(score, reading, verdict) for score, reading, verdict in judged if not _leaves_over(reading, verdict)]
    if not whole:  # a name without a size is no ground for "wrong" where another reading has one for each
        whole = [(score, one, Judge(one, subject, search=search).verdict()) for score, one in readings if not one.spare][:1]
    if not whole:
        left = near[0][1].spare
        names = ", ".join(one.name for one in left)
        raise MatchError(f"{candidates[0].source}: what is {names}?", *candidates[0].question(left[0].name))
    best = min((_rank(verdict), score) for score, _, verdict in whole)
    chosen = [(reading, verdict) for score, reading, verdict in whole if (_rank(verdict), score) == best]
    if len({verdict.difference for _, verdict in chosen}) > 1:
        options = "; or ".join(dict.fromkeys(reading.words for reading, _ in chosen[:4]))
        raise MatchError(
            f"{candidates[0].source}: names that could be read in {len(chosen)} ways", options, "say which in where={…}"
        )
    return Judge(chosen[0][0], subject, explain=search, search=search).verdict()


def _about_a_size(source: str, label: str | None, vocabulary: Vocabulary) -> None:
    """Raises `MatchError` where a claim that is not right may be one about a size, d_ff = 4d, and none about parameters."""
    if (
        label is not None
        and (label in vocabulary.own or any(seat.price(label) <= USUAL for seat in vocabulary.seats))
        and "_" in label
    ):
        raise MatchError(
            f"{source}: a claim about the size {label}?", "one about parameters", "call the quantity P, or leave it out"
        )


def _leaves_over(reading: Reading, verdict: Verdict) -> bool:
    """Whether a reading has names without a size, which no convention of the model gives one."""
    return bool(reading.spare) and verdict.kind is not Kind.EXACT_UNDER


def _rank(verdict: Verdict) -> int:
    return _ORDER.get(verdict.kind, len(_ORDER))
