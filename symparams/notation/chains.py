"""Formulas and what they are related to, C = 12Nd² ≈ …, and sentences about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from symparams.notation.forms import Form
from symparams.notation.typography import TEXTBOOK, Typography
from symparams.notation.words import Words, plain, tex_words, typeset
from symparams.notation.writing import tex

__all__ = ["RELATIONS", "Chain", "Sentence", "Side"]

_AND = " \\text{, } "

RELATIONS = {"<": "<", ">": ">", "≤": "\\le", "≥": "\\ge", "=": "=", "≈": "\\approx", "∼": "\\sim", "∝": "\\propto", "O": "="}


@dataclass(frozen=True)
class Side:
    """One side of a chain and the relation before it, "" at the start, "O" for = 𝒪(…); `remainder` is added as 𝒪(remainder).
    `sizes` stand in the place of the symbols of these names: 4(512 · 512 + 512).
    """

    form: Form
    relation: str = ""
    remainder: Form | None = None
    sizes: tuple[tuple[str, int], ...] = ()

    def tex(self, typography: Typography = TEXTBOOK) -> str:
        """The side without its relation."""
        if self.sizes:
            numbers = {name: typography.integer(size) for name, size in self.sizes}
            typography = replace(typography, names={**typography.names, **numbers})
        written = tex(self.form, typography)
        if self.relation == "O":
            written = f"\\mathcal{{O}}\\left({written}\\right)"
        return written if self.remainder is None else f"{written} + \\mathcal{{O}}\\left({tex(self.remainder, typography)}\\right)"


@dataclass(frozen=True)
class Chain:
    r"""Sides joined by relations, and the conditions that stand behind them where there is room: d → ∞, h divides d.

    >>> from symparams.notation.names import symbols
    >>> N, d = symbols("N d")
    >>> print(Chain((Side(12 * N * d**2 + 13 * N * d), Side(12 * N * d**2, "≈"))).tex())
    12 N d^{2} + 13 N d \approx 12 N d^{2}
    """

    sides: tuple[Side, ...]
    conditions: tuple[Words, ...] = ()

    @classmethod
    def of(cls, form: Form, *conditions: Words) -> Chain:
        """One formula under conditions."""
        return cls((Side(form),), conditions)

    def tex(self, typography: Typography = TEXTBOOK) -> str:
        """The sides and their relations."""
        pieces = ((RELATIONS.get(side.relation), side.tex(typography)) for side in self.sides)
        return " ".join(piece for pair in pieces for piece in pair if piece)

    def text(self) -> str:
        """The sides and their relations as text, numbers with commas."""
        pieces: list[str] = []
        for side in self.sides:
            names = dict(side.sizes)
            written = plain((side.form,))
            written = re.sub(r"[A-Za-z_]\w*", lambda found, names=names: f"{names.get(found[0], found[0])}", written)  # type: ignore[misc]
            pieces += [side.relation, written] if side.relation else [written]
        return " ".join(pieces)

    def __str__(self) -> str:
        return self.text()

    def under(self, typography: Typography = TEXTBOOK) -> str:
        """The conditions, "" where there are none."""
        return _AND.join(tex_words(condition, typography) for condition in self.conditions)

    def _repr_latex_(self) -> str:
        whole = " \\qquad ".join(filter(None, (self.tex(), self.under())))
        return f"$\\displaystyle {whole}$"


@dataclass(frozen=True)
class Sentence:
    r"""A sentence about a formula: a word in bold, more of it, the formula or the text that it is about, and the reasons.

    >>> from symparams.notation.names import symbols
    >>> d = symbols("d")
    >>> print(Sentence("right", "exact", Chain.of(4 * d), (("equal for all sizes",),)).tex())
    \textbf{right} (exact): $4 d$: equal for all sizes.
    """

    head: str
    kind: str
    about: Chain | str
    reasons: tuple[Words, ...]

    def tex(self, typography: Typography = TEXTBOOK) -> str:
        r"""The sentence as TeX that pdflatex accepts and KaTeX within \text{…}."""
        about = typeset((self.about,)) if isinstance(self.about, str) else f"${self.about.tex(typography)}$"
        reasons = "; ".join(typeset(reason, typography) for reason in self.reasons)
        return f"\\textbf{{{self.head}}} ({self.kind}): {about}: {reasons}."
