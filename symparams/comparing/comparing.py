"""`compare`: two models, a formula and a model, or several models."""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, expand

from symparams.checks.explaining.differences import by_part
from symparams.checks.subject import tree_or_expression
from symparams.comparing.comparison import Comparison, Ratios
from symparams.counting import Quantity, breakdown, closed_form, quantity
from symparams.errors import MatchError, shown
from symparams.formulas import read
from symparams.notation import expr_of, text
from symparams.tree import Layer

__all__ = ["compare"]


def compare(*things: Any, of: str | Quantity = "parameters", **named: Any) -> Comparison | Ratios:
    """Two things: their exact difference, told part by part, and their ratio. Three and more: a table of ratios to the first.

    where: things: layers, formulas as text or expressions, closed forms, numbers; named: more of them, under their names; of: the
    quantity of the layers.

    >>> from symparams import GRU, LSTM, RNN, RMSNorm, Transformer, symbols
    >>> N, d, V, f, I, H = symbols("N d V d_ff I H")
    >>> llama = Transformer(N, d, V, f, bias=False, gated=True, norm=RMSNorm(d), final_norm=True, head="untied")
    >>> compare(llama, "12Nd^2")
     Part                                                      Difference
    ──────────────────────────────────────────────────────────────────────
     embedding and head                                             2*V*d
     norms                                                      2*N*d + d
     layers.feed_forward                            3*N*d*d_ff - 8*N*d**2
    ──────────────────────────────────────────────────────────────────────
     LanguageModel − 12Nd^2     3*N*d*d_ff - 8*N*d**2 + 2*N*d + 2*V*d + d
     LanguageModel / 12Nd^2   (4*N*d + 3*N*d_ff + 2*N + 2*V + 1)/(12*N*d)
    >>> compare(LSTM(I, H), GRU(I, H), RNN(I, H)).ratios
    {'LSTM': 1, 'GRU': 3/4, 'RNN': 1/4}

    Raises `MatchError` for fewer than two things, `FormulaTextError` for a text that is no formula in the sizes of the others.
    """
    given = [*((None, thing) for thing in things), *named.items()]
    if len(given) < 2:
        raise MatchError(f"compare of {len(given)}", "two things or more", "write compare(a, b)")
    trees = [thing if isinstance(thing, str) else tree_or_expression(thing) for _, thing in given]
    known = sorted({one.name for tree in trees if not isinstance(tree, str) for one in _count(tree, of).free_symbols})
    counted = [_read(tree, known) if isinstance(tree, str) else _count(tree, of) for tree in trees]
    names = _names([name for name, _ in given], trees)
    if len(given) > 2:
        return Ratios(names, tuple(counted))
    parts = _parts(trees, counted, of)
    layer = next((tree for tree in trees if isinstance(tree, Layer)), None)
    return Comparison((names[0], names[1]), counted[0], counted[1], parts, layer)


def _count(tree: Any, of: str | Quantity) -> Expr:
    if isinstance(tree, Layer):
        return closed_form(tree, of).expr
    if quantity(of).name != "parameters":
        raise MatchError(
            f"{quantity(of).words} of an expression", "a layer, whose weights can be told apart", "pass the layer itself"
        )
    assert isinstance(tree, Expr)
    return tree


def _read(claim: str, names: list[str]) -> Expr:
    formula = read(claim, names)
    if len(formula.sides) > 1 and formula.label is None:
        raise MatchError(f"{shown(claim)}, with {len(formula.sides)} sides", "one formula", "give one side")
    return formula.rhs


def _names(chosen: list[str | None], trees: list[Any]) -> tuple[str, ...]:
    """The names given, else the kind of a layer or the formula; a number tells those apart that would be called alike."""
    found: list[str] = []
    for name, tree in zip(chosen, trees, strict=True):
        plain = name or (tree.kind if isinstance(tree, Layer) else tree if isinstance(tree, str) else text(tree))
        same = sum(other == plain or other.startswith(f"{plain} (") for other in found)
        found.append(f"{plain} ({same + 1})" if same else plain)
    return tuple(found)


def _parts(trees: list[Any], counted: list[Expr], of: str | Quantity) -> tuple[tuple[str, Expr], ...]:
    """The difference part by part: of two layers by the parts' names, of a layer and a formula as `check` tells it."""
    first, second = trees
    if isinstance(first, Layer) and isinstance(second, Layer):
        rows = [{row.label[0]: expr_of(row.form) for row in breakdown(tree, of=of).rows} for tree in (first, second)]
        names = list(dict.fromkeys((*rows[0], *rows[1])))
        if rows[0].keys() & rows[1].keys():
            gaps = [(name, expand(rows[0].get(name, 0) - rows[1].get(name, 0))) for name in names]
            return tuple((name, gap) for name, gap in gaps if gap != 0)
        return (("total", expand(counted[0] - counted[1])),)
    for tree, other, sign in ((first, counted[1], 1), (second, counted[0], -1)):
        if isinstance(tree, Layer):
            free = frozenset(other.free_symbols)
            found = by_part(tree, other, free, of)
            if found and expand(Add(*(part for _, part in found)) - (counted[0] - counted[1]) * sign) == 0:
                return tuple((name, expand(part * sign)) for name, part in found)
    return (("total", expand(counted[0] - counted[1])),)
