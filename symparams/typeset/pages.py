"""What goes on a page: the LaTeX of any result, the summary table of a model."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Rational as Fractional
from typing import Any

from sympy import Expr, Integer, Rational
from sympy.logic.boolalg import Boolean

from symparams.counting import breakdown, closed_form
from symparams.errors import NotationError, shown
from symparams.notation import Aligned, Plus, SumOver, Table, Times, as_values, at_values, condition_form, expr_of, tex, tex_words
from symparams.results import Result
from symparams.tree import Layer, Treelike, tree_of

__all__ = ["latex", "summary"]


def latex(result: object) -> str:
    r"""The LaTeX of an expression, of any result, of a table, or of a layer's closed form.

    Tables are booktabs tabulars, derivations one aligned block, verdicts a sentence; everything else is a formula or a condition
    without its dollars.

    >>> from symparams import Transformer, closed_form, symbols
    >>> N, d, V = symbols("N d V")
    >>> print(latex(closed_form(Transformer(N, d, V))))
    N\left(12 d^{2} + 13 d\right) + V d
    >>> print(latex(symbols("d_model") ** 2 / 2))
    \frac{d_{\text{model}}^{2}}{2}

    Raises `NotationError` for anything else.
    """
    match result:
        case bool():
            pass
        case Expr() | Plus() | Times() | SumOver():
            return tex(result)
        case Boolean():
            return tex_words(condition_form(result))
        case Fractional():
            return tex(Rational(int(result.numerator), int(result.denominator)))
        case Layer():
            return closed_form(result).tex()
        case Result() | Table() | Aligned():
            return result.tex()
    raise NotationError(
        f"latex({shown(result)})", "an expression or a result of symparams", "pass closed_form(model), derive(model), …"
    )


def summary(layer: Layer | Treelike, at: Mapping[Any, Any] | None = None) -> Table:
    """The table of a model's parts as Keras prints it, symbolic and, `at` given sizes, numeric side by side.

    >>> from symparams import LSTM, Embedding, Linear, Sequential, symbols
    >>> V, e, H, O = symbols("V e H O")
    >>> model = Sequential(Embedding(V, e), LSTM(e, H), Linear(H, O))
    >>> summary(model, {V: 1000, e: 128, H: 64, O: 10})
     Layer (type)                                    Parameters   at V=1000, e=128, H=64, O=10
    ───────────────────────────────────────────────────────────────────────────────────────────
     embedding (Embedding)                                  V*e                        128,000
     lstm (LSTM)                             4*(H*e + H**2 + H)                         49,408
     linear (Linear)                                    H*O + O                            650
    ───────────────────────────────────────────────────────────────────────────────────────────
     total                   4*(H*e + H**2 + H) + V*e + H*O + O                        178,058
     trainable               4*(H*e + H**2 + H) + V*e + H*O + O                        178,058
     frozen                                                   0                              0

    Raises `SizeError` for what is no layer, `ValuesError` for a size of a symbol that the formula does not have.
    """
    kinds = {node.path[0]: node.layer.kind for node in reversed(list(tree_of(layer).nodes())) if len(node.path) == 1}
    total = closed_form(layer).form
    trained = {row.label[0]: row.form for row in breakdown(layer, by="training").rows}
    rows: list[tuple[Any, ...]] = [
        (f"{row.label[0]} ({kinds.get(row.label[0], 'Weight')})", row.form) for row in breakdown(layer, depth=1).rows
    ]
    rows += [("total", total)] + [(name, trained.get(name, Integer(0))) for name in ("trainable", "frozen")]
    header = ["Layer (type)", "Parameters"]
    if at is not None:
        taken = as_values(at, frozenset(expr_of(total).free_symbols))
        rows = [(name, form, at_values(expr_of(form), taken)) for name, form in rows]
        header.append("at " + ", ".join(f"{symbol.name}={value}" for symbol, value in taken.items()))
    return Table(tuple(header), tuple(rows[:-3]), tuple(rows[-3:]))
