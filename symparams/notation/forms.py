"""Formulas as people write them: ordered sums and products that nobody has multiplied out.

sympy multiplies a number into a sum at once and sorts terms by its own rules. A `Form` keeps the author's picture,
4(HI + H² + H) and d·d + d, beside the sympy expression it stands for, its `.expr`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Add, Expr, Mul, Rational, Sum, Symbol, expand

from symparams.errors import ValuesError
from symparams.notation.bounds import Limits, checked_terms
from symparams.notation.exact import value_at
from symparams.notation.series import series

__all__ = ["Form", "Plus", "SumOver", "Times", "expr_of", "xreplace"]


@dataclass(frozen=True)
class Plus:
    """An ordered sum."""

    terms: tuple[Form, ...]

    @property
    def expr(self) -> Expr:
        return Add(*(expr_of(term) for term in self.terms))


@dataclass(frozen=True)
class Times:
    """An ordered product, with a dot between its factors where `dotted`."""

    factors: tuple[Form, ...]
    dotted: bool = False

    @property
    def expr(self) -> Expr:
        return Mul(*(expr_of(factor) for factor in self.factors))


@dataclass(frozen=True)
class SumOver:
    """A sum of `body` over an index that runs from `start` to `stop`, both included."""

    body: Form
    index: Symbol
    start: Expr
    stop: Expr

    @property
    def expr(self) -> Expr:
        """The sum in closed form, term by term: powers of the index, geometric series and their products.

        Other terms stay a sum each.

        >>> from sympy import Integer
        >>> from symparams.notation import symbols
        >>> l, L, c = symbols("l L c")
        >>> SumOver(c * l, l, Integer(1), L).expr
        c*(L**2/2 + L/2)

        Raises `ValuesError` before it computes a sum of too many terms or digits.
        """
        body = expr_of(self.body)
        if self.index not in body.free_symbols:
            return (self.stop - self.start + 1) * body
        limits = (self.index, self.start, self.stop)
        checked_terms(body)
        terms = (term.as_independent(self.index, as_Add=False) for term in Add.make_args(expand(body)))
        return Add(*(factor * _total(rest, limits) for factor, rest in terms))


def _total(term: Expr, limits: Limits) -> Expr:
    if (closed := series(term, limits)) is not None:
        return closed
    total = Sum(term, limits)
    if not total.free_symbols:
        with suppress(ValuesError, ZeroDivisionError):  # too many terms, or terms without exact values
            value = value_at(total, {})
            return Rational(value.numerator, value.denominator)
    return total


Form: TypeAlias = Expr | Plus | Times | SumOver


def expr_of(form: Form) -> Expr:
    """The sympy expression that a form stands for.

    >>> from sympy import Integer
    >>> from symparams.notation import symbols
    >>> d = symbols("d")
    >>> expr_of(Times((Integer(4), Plus((d**2, d)))))
    4*d**2 + 4*d
    """
    return form if isinstance(form, Expr) else form.expr


def xreplace(form: Form, rule: dict[Expr, Expr]) -> Form:
    """The same picture with symbols replaced, as sympy's `xreplace` does in an expression."""
    match form:
        case Plus(terms):
            return Plus(tuple(xreplace(term, rule) for term in terms))
        case Times(factors, dotted):
            return Times(tuple(xreplace(factor, rule) for factor in factors), dotted)
        case SumOver(body, index, start, stop):
            return SumOver(xreplace(body, rule), index, start.xreplace(rule), stop.xreplace(rule))
        case _:
            return form.xreplace(rule)
