"""`check`: is a published formula right for a model, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, cancel

from symparams.checks.claims import label_of, read_in
from symparams.checks.judging import Judge
from symparams.checks.matching import Match, Vocabulary, matches
from symparams.checks.verdict import Kind, Verdict
from symparams.counting import ClosedForm
from symparams.errors import MatchError, shown
from symparams.formulas import Formula
from symparams.tree import Layer

__all__ = ["check"]

_ORDER = {kind: place for place, kind in enumerate((Kind.EXACT, Kind.EXACT_UNDER, Kind.LEADING_ORDER, Kind.ARITHMETIC))}


def check(
    claim: str | Formula,
    model: Layer | ClosedForm | Expr,
    where: Mapping[Any, Any] | None = None,
    syntax: str | None = None,
) -> Verdict:
    """Whether a published formula or number is right for a model, and if not, why.

    `where` says what the claim's names are in the model, {"e": d} or {"e": "d"}, or their sizes, {"e": 512}; names that it leaves
    out are matched by the model's own symbols, by the names of the dialects, and by trial. For a ratio give the ratio of two
    `.params` as the model.

    >>> from symparams import LSTM, Transformer, TransformerEncoderLayer, symbols
    >>> N, d, V, I, H, f = symbols("N d V I H f")
    >>> check("4 × (I × H + H² + H)", LSTM(I, H)).kind
    EXACT
    >>> print(check("4(e*h + h^2 + 2h)", LSTM(I, H)))
    EXACT_UNDER, wrong: equal with two bias vectors a gate (PyTorch, cuDNN); for the model that was named it is off by 4*H; the
    annotation that makes it right: LSTM(I, H, biases=2); right is 4*(H*I + H**2 + H); read as: e is I, h is H
    >>> print(check("4 e^2 + (4 e f + f + e) + 4 e", TransformerEncoderLayer(d, f)))
    DIFFERENT, wrong: claim − model = 2*d*f - 4*d; counts the feed-forward weights twice (+2*d*f), leaves out the attention biases
    (−4*d); at d=1, f=1: the claim gives 14, the model has 16; as few changes: counts the feed-forward weights twice (+2*d*f),
    leaves out all norms (−4*d); right is 4*d**2 + 2*d*f + 9*d + f; read as: e is d

    Raises `FormulaTextError` where the text cannot be read, `MatchError` where its names could mean several things.
    """
    layer, named = _named(model)
    vocabulary = Vocabulary.of(named, where or {})
    formula = read_in(claim, vocabulary, layer, syntax) if isinstance(claim, str) else claim
    if not isinstance(formula, Formula):
        raise MatchError(f"check({shown(claim)}, …)", "a text or a Formula", 'write check("12Nd^2", model)')
    label = label_of(formula)
    names = tuple(name for name in formula.names if name != label)
    judged: list[tuple[Match, Verdict]] = []
    candidates = list(matches(names, vocabulary))
    for match in candidates:
        verdict = Judge(formula, label, layer, named, match, vocabulary).verdict(explain=len(candidates) == 1)
        judged.append((match, verdict))
        if verdict.kind is Kind.EXACT:
            break
    best = min(_ORDER.get(verdict.kind, len(_ORDER)) for _, verdict in judged)
    chosen = [(match, verdict) for match, verdict in judged if _ORDER.get(verdict.kind, len(_ORDER)) == best]
    if len({verdict.difference for _, verdict in chosen}) > 1 or (len(chosen) > 1 and best == len(_ORDER)):
        options = "; or ".join(match.words for match, _ in chosen[:4])
        raise MatchError(f"{formula.source}: names that could be read in {len(chosen)} ways", options, "say which in where={…}")
    match, verdict = chosen[0]
    return verdict if len(candidates) == 1 else Judge(formula, label, layer, named, match, vocabulary).verdict(explain=True)


def _named(model: Layer | ClosedForm | Expr) -> tuple[Layer | None, Any]:
    if isinstance(model, Layer):
        return model, model
    if isinstance(model, ClosedForm):
        return None, model.expr
    if isinstance(model, Expr):
        return None, cancel(model)
    raise MatchError(f"a model {shown(model)}", "a layer, a closed form or an expression", "pass Transformer(N, d, V), say")
