"""Sentences in which words and formulas mix, written as text, as Markdown and as TeX."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symparams.notation import Form, Words, tex, text

__all__ = ["joined", "markdown", "per_cent", "plain", "typeset"]

_SIGNS = {"−": "$-$", "→": "$\\to$", "∞": "$\\infty$", "≈": "$\\approx$", "∼": "$\\sim$", "∝": "$\\propto$", "×": "$\\times$"}
_ESCAPED = {**{sign: f"\\{sign}" for sign in "_%&#${}"}, "^": "\\^{}", "~": "\\~{}", "\\": "/", "<": "$<$", ">": "$>$"}
_TEX = {**_SIGNS, **_ESCAPED, "–": "--", "…": "...", "“": "``", "”": "''", "²": "$^2$"}


def plain(words: Words) -> str:
    """The sentence as text, integers with commas between their thousands.

    >>> from symparams import symbols
    >>> d = symbols("d")
    >>> plain(("leaves out the norms (−", 2 * d, ")"))
    'leaves out the norms (−2*d)'
    """
    return "".join(piece if isinstance(piece, str) else _number(piece) or text(piece) for piece in words)


def markdown(words: Words) -> str:
    r"""The sentence as Markdown, its formulas as $…$, what would be markup in its words escaped.

    >>> from symparams import symbols
    >>> markdown(("leaves out attention_norm (−", 2 * symbols("d"), ")"))
    'leaves out attention\\_norm (−$2 d$)'
    """
    return "".join(_escaped(piece, _MARKDOWN) if isinstance(piece, str) else f"${tex(piece)}$" for piece in words)


def typeset(words: Words) -> str:
    r"""The sentence as TeX that pdflatex accepts and KaTeX within \text{…}: formulas in math mode, words escaped.

    >>> from symparams import symbols
    >>> print(typeset(("leaves out attention_norm (−", 2 * symbols("d"), ")")))
    leaves out attention\_norm ($-$$2 d$)
    """
    return "".join(_escaped(piece, _TEX) if isinstance(piece, str) else f"${tex(piece)}$" for piece in words)


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


_MARKDOWN = {sign: f"\\{sign}" for sign in "\\`*_$<>[]|#"}


def _number(form: Form) -> str:
    return f"{int(form):,}" if isinstance(form, Expr) and form.is_Integer else ""


def _escaped(words: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign if sign.isascii() or signs is _MARKDOWN else "?") for sign in words)
