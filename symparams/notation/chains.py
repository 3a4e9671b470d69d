"""Formulas and what they are related to, C = 12Nd² ≈ …, and sentences about them."""

from __future__ import annotations

from dataclasses import dataclass

from symparams.notation.forms import Form
from symparams.notation.typography import TEXTBOOK, Typography
from symparams.notation.words import Words, tex_words, typeset
from symparams.notation.writing import tex

__all__ = ["RELATIONS", "Chain", "Sentence", "Side"]

RELATIONS = {"<": "<", ">": ">", "≤": "\\le", "≥": "\\ge", "=": "=", "≈": "\\approx", "∼": "\\sim", "∝": "\\propto", "O": "="}


@dataclass(frozen=True)
class Side:
    """One side of a chain and the relation before it, "" at the start, "O" for = 𝒪(…); `remainder` is added as 𝒪(remainder)."""

    form: Form
    relation: str = ""
    remainder: Form | None = None

    def tex(self, typography: Typography = TEXTBOOK) -> str:
        """The side without its relation."""
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

    def under(self, typography: Typography = TEXTBOOK) -> str:
        """The conditions, "" where there are none."""
        return ", ".join(tex_words(condition, typography) for condition in self.conditions)

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
