"""From the tree to its closed form, with the architecture's picture kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr, expand, factor

from symparams.counting.pictures import picture, relations_put_in
from symparams.counting.quantities import Quantity, quantity
from symparams.notation import Form, Plus, checked_terms, evaluate, expr_of, tex, text
from symparams.tree import Layer

__all__ = ["ClosedForm", "closed_form"]


@dataclass(frozen=True)
class ClosedForm:
    """A count as a formula that keeps the architecture's groups: N*(12*d**2 + 13*d) + V*d.

    `form` is the ordered picture, `expr` the sympy expression that it stands for.
    """

    form: Form

    @property
    def terms(self) -> tuple[Form, ...]:
        """The terms in order: bracketed groups, then falling degree, then tree order."""
        return self.form.terms if isinstance(self.form, Plus) else (self.form,)

    @cached_property
    def expr(self) -> Expr:
        """The formula as a sympy expression."""
        return expr_of(self.form)

    @cached_property
    def expanded(self) -> Expr:
        """The formula multiplied out.

        >>> from symparams import Transformer, closed_form, symbols
        >>> closed_form(Transformer(*symbols("N d V"))).expanded
        12*N*d**2 + 13*N*d + V*d
        """
        checked_terms(self.expr)
        return expand(self.expr)

    @cached_property
    def factored(self) -> Expr:
        """The formula as a product.

        >>> from symparams import RNN, closed_form, symbols
        >>> closed_form(RNN(*symbols("I H"))).factored
        H*(H + I + 1)
        """
        checked_terms(self.expr)
        return factor(self.expr)

    def at(self, values: Mapping[Any, Any]) -> Expr:
        """The formula at given sizes, {N: 96} or {"N": 96}: an integer once every symbol has one.

        >>> from symparams import LSTM, closed_form, symbols
        >>> I, H = symbols("I H")
        >>> closed_form(LSTM(I, H)).at({I: 512, H: 512})
        2099200

        Raises `ValuesError` for a symbol that the formula does not have, `SizeError` for a value that is no positive integer.
        """
        return evaluate(self.expr, values)

    def __repr__(self) -> str:
        return text(self.form)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {tex(self.form)}$"


def closed_form(layer: Layer, of: str | Quantity = "parameters") -> ClosedForm:
    """The number of parameters of a layer as a closed form, or another quantity of it.

    where: of: "parameters", "trainable", "frozen" or "non_embedding".

    >>> from symparams import LSTM, Transformer, symbols
    >>> N, d, V, I, H = symbols("N d V I H")
    >>> closed_form(LSTM(I, H))
    4*(H*I + H**2 + H)
    >>> closed_form(Transformer(6, d, V))
    6*(12*d**2 + 13*d) + V*d
    >>> closed_form(Transformer(6, d, V), of="non_embedding")
    6*(12*d**2 + 13*d)

    Raises `SizeError` for what is no layer, and for an unknown quantity.
    """
    return ClosedForm(picture(map(relations_put_in, quantity(of).counted(layer))).form)
