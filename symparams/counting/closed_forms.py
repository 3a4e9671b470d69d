"""From the tree to its closed form, with the architecture's picture kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr, expand, factor

from symparams.counting.pictures import picture, relations_put_in
from symparams.counting.quantities import PARAMETERS, Quantity, quantity
from symparams.notation import Form, Plus, checked_terms, expr_of
from symparams.results import Expression
from symparams.tree import Layer, Treelike, tree_of

__all__ = ["ClosedForm", "closed_form"]


@dataclass(frozen=True, repr=False)
class ClosedForm(Expression):
    """A count as a formula that keeps the architecture's groups: N*(12*d**2 + 13*d) + V*d.

    `form` is the ordered picture, `expr` the sympy expression that it stands for, and what sympy takes it as.

    >>> from symparams import LSTM, closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(LSTM(I, H)).at(I=512, H=512)
    2099200
    >>> closed_form(LSTM(I, H)).at({I: 512})
    4*H**2 + 2052*H
    """

    form: Form
    origin: Layer | None = field(default=None, compare=False)
    of: Quantity = field(default=PARAMETERS, compare=False)

    @property
    def terms(self) -> tuple[Form, ...]:
        """The terms in order: bracketed groups, then falling degree, then tree order."""
        return self.form.terms if isinstance(self.form, Plus) else (self.form,)

    @property
    def picture(self) -> Form:
        return self.form

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


def closed_form(layer: Layer | Treelike, of: str | Quantity = "parameters") -> ClosedForm:
    """The number of parameters of a layer as a closed form, or another quantity of it.

    where: layer: a layer, or what holds one as its `.layer`, as recovered forms do; of: "parameters", "trainable", "frozen",
    "active" or "non_embedding".

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
    counted = quantity(of)
    return ClosedForm(picture(map(relations_put_in, counted.counted(layer))).form, tree_of(layer), counted)
