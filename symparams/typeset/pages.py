"""What goes on a page: the LaTeX of any result, the summary table of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Rational as Fractional
from typing import Any, get_args

from sympy import Expr, Integer, Rational
from sympy.logic.boolalg import Boolean

from symparams.counting import breakdown, closed_form
from symparams.derivations import Derivation, Detail
from symparams.errors import LayoutError, NarrowError, NotationError, shown
from symparams.notation import (
    Aligned,
    Chain,
    Plus,
    Sentence,
    SumOver,
    Table,
    Times,
    Typography,
    as_values,
    at_values,
    condition_form,
    expr_of,
    tex,
    tex_words,
)
from symparams.results import Content, Result
from symparams.tree import Layer, Treelike, tree_of
from symparams.typeset.columns import WIDEST, room_in
from symparams.typeset.environments import Frame
from symparams.typeset.notations import Notation, notation_of
from symparams.typeset.numerals import numerals
from symparams.typeset.places import Page
from symparams.typeset.snippets import snippet

__all__ = ["latex", "summary"]


def latex(
    result: object,
    env: str | None = None,
    *,
    width: float | str | None = None,
    number: bool | None = None,
    label: str | None = None,
    caption: str | None = None,
    notation: str | Notation | Mapping[str, str] | None = None,
    numbers: str | tuple[str, int] | None = None,
    detail: Detail | None = None,
) -> str:
    r"""The LaTeX of an expression, of any result, of a table, or of a layer's closed form.

    Without options tables are booktabs tabulars, derivations one aligned block, verdicts a sentence; everything else is a formula
    or a condition without its dollars. With options it is a whole snippet that begins with a comment on what it needs.

    where: env: "inline", "equation", "align", "multline" (these three also with a star), "aligned", "table", "longtable"; width:
    em, or a column by name ("two-column", "IEEEtran", "ACL" …), that lines are broken for; number: whether it has one; label,
    caption: as LaTeX knows them; notation: one of `NOTATIONS` by name, or TeX by the names of symbols and fields; numbers:
    "grouped", "siunitx", ("short", 4) for 124.4M or ("scientific", 3) for 1.24 · 10⁸; detail: of derivations, "weights", "parts" or
    "substitutions".

    >>> from symparams import Transformer, closed_form, symbols
    >>> N, d, V = symbols("N d V")
    >>> print(latex(closed_form(Transformer(N, d, V))))
    N\left(12 d^{2} + 13 d\right) + V d
    >>> print(latex(closed_form(Transformer(N, d, V)), "equation", width=9, label="eq:P"))
    % needs amsmath
    \begin{equation}\label{eq:P}
      \begin{split}
        &N \left(12 d^{2} + 13 d\right) \\
        &\quad {} + V d
      \end{split}
    \end{equation}
    >>> print(latex(symbols("d_model") ** 2 / 2))
    \frac{d_{\text{model}}^{2}}{2}

    Raises `NotationError` for anything else, `LayoutError` for options that are none or do not fit together, and where a term is
    too wide for the width.
    """
    if env is None and all(option is None for option in (width, number, label, caption, notation, numbers, detail)):
        return _plain(result)
    content = _content(result, detail)
    room, style = room_in(width), numerals(numbers)
    if env is None:
        env = _usual(content, number or label is not None, caption is not None)
    frame = Frame.of(env, number, label, caption)
    chosen = notation_of(notation)
    if chosen is not None:
        shown_by = result if isinstance(result, Result) else Page(content, result if isinstance(result, Layer) else None)
        names = chosen.names_in(shown_by)
    else:
        names = dict(content.typography.names) if isinstance(content, Table) else {}
    typography = Typography(names, style.integer)

    def within(room: int | None) -> tuple[str, tuple[str, ...]]:
        return snippet(content, frame, typography, room, style.rounds)

    try:
        body, packages = within(room)
    except NarrowError as error:
        raise _too_narrow(error, width, within) from None
    needs = ", ".join(filter(None, (*packages, style.package)))
    return f"% needs {needs}\n{body}" if needs else body


def _too_narrow(error: NarrowError, width: object, within: Callable[[int], object]) -> NarrowError:
    """What cannot be broken for a width, and the least number of em that all of the snippet fits in."""

    def fits(em: int) -> bool:
        try:
            within(room_in(em) or 0)
        except NarrowError:
            return False
        return True

    fitting = next((em for em in (8, 16, 32, 64, 128, 256, 512, WIDEST) if fits(em)), None)
    if fitting is None:
        return error
    failing = fitting // 2
    while fitting - failing > 1:
        middle = (failing + fitting) // 2
        failing, fitting = (failing, middle) if fits(middle) else (middle, fitting)
    return NarrowError(f"width={shown(width)}: {error.given}", f"a width of {fitting} em or more", f"{error.move}: width={fitting}")


def _usual(content: Content, numbered: bool, captioned: bool) -> str:
    """The environment where none is named."""
    match content:
        case Table():
            return "table" if captioned else "inline"
        case Sentence():
            return "inline"
        case Aligned():
            return "align" if numbered else "align*"
    return "equation" if numbered else "equation*"


def _content(result: object, detail: Detail | None) -> Content:
    """What stands on the page, for whatever `latex` takes."""
    if detail is not None and not isinstance(result, Derivation):
        raise LayoutError(f"detail={shown(detail)} of {shown(result)}", "a derivation", "drop it, or pass derive(model)")
    if detail not in (None, *get_args(Detail)):
        raise LayoutError(f"detail={shown(detail)}", f"one of {', '.join(get_args(Detail))}", "give one of these")
    match result:
        case Derivation():
            return result.block(detail or "weights")
        case Layer():
            return closed_form(result).content
        case Result():
            return result.content
        case Table() | Aligned() | Chain() | Sentence():
            return result
        case bool():
            pass
        case Expr() | Plus() | Times() | SumOver():
            return Chain.of(result)
        case Boolean():
            return Chain((), (condition_form(result),))
        case Fractional():
            return Chain.of(Rational(int(result.numerator), int(result.denominator)))
    raise _no_page(result)


def _plain(result: object) -> str:
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
        case Result() | Table() | Aligned() | Chain() | Sentence():
            return result.tex()
    raise _no_page(result)


def _no_page(result: object) -> NotationError:
    wanted = "an expression or a result of symparams"
    return NotationError(f"latex({shown(result)})", wanted, "pass closed_form(model), derive(model), …")


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
