"""`Formula`: what a text says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational

from symparams.errors import NotationError
from symparams.notation import Form, expr_of, text

__all__ = ["Formula", "Precision"]


@dataclass(frozen=True)
class Precision:
    """How exactly a number is stated: 124M is 124,000,000 to a `unit` of 1,000,000 in its last digit."""

    value: Rational
    unit: Rational


@dataclass(frozen=True)
class Formula:
    """What a text says.

    `sides` are sympy expressions and `relations` the signs between them: "=", "≈", "∼", "∝", "<", ">", "≤", "≥", or "O" before
    a side that was written O(…). There is one relation less than there are sides; where a text begins with its relation
    (≈ 12Nd², O(n²d)), or its left side is a name that can be no symbol (LSTM 参数量 = …), there are as many, and the first one
    says how the quantity that the text leaves out relates to the first side. Without any relation a formula claims equality.

    `label` is what the text calls its quantity: an undeclared name alone on the left, or the words before a colon.
    `forms` are the sides in the author's own order and grouping, `remainders` what stands in a last "+ O(…)" of each side,
    `precision` how exactly a side that is one rounded number is stated; both are None where there is nothing of the kind.
    `sizes` are the sizes stated behind the formula (…, d = 768), `branch` the condition under which a formula with branches says
    this: "bias" of `d if bias else 0`.
    """

    source: str
    syntax: str
    sides: tuple[Expr, ...]
    relations: tuple[str, ...]
    label: str | None
    names: tuple[str, ...]
    forms: tuple[Form, ...] = field(repr=False)
    remainders: tuple[Expr | None, ...] = field(repr=False)
    precision: tuple[Precision | None, ...] = field(repr=False)
    sizes: tuple[tuple[str, Integer], ...] = ()
    branch: str = ""

    @property
    def lhs(self) -> Expr:
        """The first side."""
        return self.sides[0]

    @property
    def rhs(self) -> Expr:
        """The last side."""
        return self.sides[-1]

    @property
    def remainder(self) -> Expr | None:
        """What stands in a "+ O(…)" at the end of the last side."""
        return self.remainders[-1]

    def __str__(self) -> str:
        """The formula in the author's own order, as Python writes it but for the relations.

        >>> from symparams.formulas import read
        >>> print(read("P = 12 l h^2 (1 + 13/(12h))", names=("l", "h")))
        P = 12*l*h**2*(1 + 13/(12*h))
        """
        written = [_written(form) for form in self.forms]
        written = [
            side if rest is None else f"{side} + O({_written(rest)})" for side, rest in zip(written, self.remainders, strict=True)
        ]
        signs = ("", *self.relations) if len(self.relations) < len(written) else self.relations
        parts = [f"O({side})" if sign == "O" else f"{sign} {side}".strip() for sign, side in zip(signs, written, strict=True)]
        return " ".join(parts)


def _written(form: Form) -> str:
    try:
        return text(form)
    except NotationError:  # the caller's own functions
        return str(expr_of(form))
