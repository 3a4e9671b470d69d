"""Words and formulas mixed: as text, as Markdown, and as TeX, in a paragraph or within a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from sympy import Expr

from symparams.notation.forms import Form
from symparams.notation.typography import TEXTBOOK, Typography
from symparams.notation.writing import tex, text

__all__ = ["Words", "escaped", "joined", "markdown", "per_cent", "plain", "tex_words", "typeset"]

Words: TypeAlias = tuple[str | Form, ...]  # words and formulas mixed

_SIGNS = {"−": "$-$", "→": "$\\to$", "∞": "$\\infty$", "≈": "$\\approx$", "∼": "$\\sim$", "∝": "$\\propto$", "×": "$\\times$"}
_SIGNS |= {"≤": "$\\le$", "≥": "$\\ge$", "≠": "$\\ne$"}
_ESCAPED = {**{sign: f"\\{sign}" for sign in "_%&#${}"}, "^": "\\^{}", "~": "\\~{}", "\\": "/", "<": "$<$", ">": "$>$"}
_TEX = {**_SIGNS, **_ESCAPED, "–": "--", "…": "...", "“": "``", "”": "''", "²": "$^2$"}
_ESCAPES = str.maketrans(
    _SIGNS
    | {"–": "--", "…": "...", "“": "``", "”": "''", "²": "$^2$", "³": "$^3$", "·": "$\\cdot$"}
    | {c: f"\\{c}" for c in "_%&#${}"}
    | {"\\": "\\textbackslash{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}"}
)


def plain(words: Words) -> str:
    """The sentence as text, integers with commas between their thousands.

    >>> from symparams.notation.names import symbols
    >>> d = symbols("d")
    >>> plain(("leaves out the norms (−", 2 * d, ")"))
    'leaves out the norms (−2*d)'
    """
    return "".join(piece if isinstance(piece, str) else _number(piece) or text(piece) for piece in words)


def markdown(words: Words) -> str:
    r"""The sentence as Markdown, its formulas as $…$, what would be markup in its words escaped.

    >>> from symparams.notation.names import symbols
    >>> markdown(("leaves out attention_norm (−", 2 * symbols("d"), ")"))
    'leaves out attention\\_norm (−$2 d$)'
    """
    return "".join(_escaped(piece, _MARKDOWN) if isinstance(piece, str) else f"${tex(piece)}$" for piece in words)


def typeset(words: Words, typography: Typography = TEXTBOOK) -> str:
    r"""The sentence as TeX that pdflatex accepts and KaTeX within \text{…}: formulas in math mode, words escaped.

    >>> from symparams.notation.names import symbols
    >>> print(typeset(("leaves out attention_norm (−", 2 * symbols("d"), ")")))
    leaves out attention\_norm ($-$$2 d$)
    """
    return "".join(_escaped(piece, _TEX) if isinstance(piece, str) else f"${tex(piece, typography)}$" for piece in words)


def joined(sentences: Iterable[Words], between: str) -> Words:
    """Several sentences as one."""
    together: list[str | Form] = []
    for sentence in sentences:
        together += [between, *sentence] if together else sentence
    return tuple(together)


def per_cent(share: Expr) -> str:
    """A share as people write it, to two decimals at the most.

    >>> from sympy import Rational
    >>> per_cent(Rational(3, 4)), per_cent(Rational(256128, 1223845)), per_cent(Rational(-1, 2500))
    ('75 %', '20.93 %', '-0.04 %')
    """
    hundredths = (abs(int(share.p)) * 20_000 + int(share.q)) // (int(share.q) * 2)
    digits = f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")
    return f"{'-' if share < 0 and hundredths else ''}{digits} %"


def escaped(words: str) -> str:
    r"""Words as TeX's text sets them.

    >>> print(escaped("75 % of d_model"))
    75 \% of d\_model
    >>> print(escaped("LSTM − 12d^2"))
    LSTM $-$ 12d$^{2}$
    """
    return _POWER.sub(r"$^{\1}$", words.translate(_ESCAPES))


def tex_words(words: Form | Words, typography: Typography = TEXTBOOK) -> str:
    r"""Words as they stand within a formula.

    >>> from symparams.notation import symbols
    >>> print(tex_words((symbols("h"), " divides ", symbols("d"))))
    h \text{ divides } d
    """
    if not isinstance(words, tuple):
        return tex(words, typography)
    return " ".join(
        (_upright(piece) if isinstance(piece, str) else tex(piece, typography)).strip() for piece in words if piece != ""
    )


def _upright(words: str) -> str:
    r"""Words within a formula, their signs set as in it, and names with an underscore as those of symbols are.

    >>> print(_upright("attention_norm is ≈ 0"))
    \mathrm{attention\_norm}\text{ is} \approx \text{0}
    """
    pieces = (piece for piece in _APART.split(words) if piece)
    return "".join(_IN_FORMULAS.get(piece) or _named(piece) for piece in pieces)


def _named(piece: str) -> str:
    r"""Words in \text; MathJax would show the backslash of \text{a\_b}, so a name with an underscore is in \mathrm."""
    return f"\\mathrm{{{escaped(piece)}}}" if _NAME.fullmatch(piece) else f"\\text{{{escaped(piece)}}}"


_IN_FORMULAS = {sign: f" {written.strip('$')} " for sign, written in _SIGNS.items()}
_NAME = re.compile(r"[A-Za-z0-9.]*_(?:[A-Za-z0-9_.]*[A-Za-z0-9_])?")
_APART = re.compile(f" ?(∞)| ?([{''.join(_SIGNS)}]) ?|({_NAME.pattern})")
_POWER = re.compile(r"\\textasciicircum\{\}(\d+)")
_MARKDOWN = {sign: f"\\{sign}" for sign in "\\`*_$<>[]|#"}


def _number(form: Form) -> str:
    return f"{int(form):,}" if isinstance(form, Expr) and form.is_Integer else ""


def _escaped(words: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign if sign.isascii() or signs is _MARKDOWN else "?") for sign in words)
