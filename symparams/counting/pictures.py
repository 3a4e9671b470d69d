"""Sums that keep the architecture's picture: bracketed groups N*(…), one for each repetition, apart from loose terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from sympy import Add, Expr, Integer, Mul, expand

from symparams.notation import Form, Plus, Times, expr_of, rank
from symparams.tree import Binder, Copies, IndexedBy, Placed, Relations

__all__ = ["Leaf", "Picture", "picture", "relations_put_in"]

Leaf: TypeAlias = tuple[Expr, tuple[Binder, ...]]  # a size and the binders around it


def relations_put_in(placed: Placed) -> Leaf:
    """The weight's size and the binders around it, each with the relations above it put in."""
    size = placed.weight.size
    binders: list[Binder] = []
    for scope in reversed(placed.scopes):
        match scope:
            case Relations(rule=rule):
                size, binders = scope.total(size), [binder.xreplace(dict(rule)) for binder in binders]
            case _:
                binders.insert(0, scope)
    return size, tuple(binders)


@dataclass(frozen=True)
class Picture:
    """A sum that keeps its bracketed groups apart from its loose terms."""

    groups: tuple[Form, ...] = ()
    loose: tuple[Expr, ...] = ()

    def __add__(self, other: Picture) -> Picture:
        return Picture(self.groups + other.groups, self.loose + other.loose)

    @property
    def form(self) -> Form:
        """The groups, equal brackets as one, then the loose terms multiplied out and collected: by falling degree, equal degrees in
        the order met.

        >>> from symparams import symbols
        >>> d, f = symbols("d f")
        >>> Picture(loose=((f + d) * d, 4 * d**2)).form.terms
        (5*d**2, d*f)
        """
        groups = _merged(self.groups)
        coefficients: dict[Expr, list[Expr]] = {}
        for size in self.loose:
            for term in Add.make_args(expand(size)):
                number, monomial = term.as_coeff_Mul()
                coefficients.setdefault(monomial, []).append(number)
        sums = ((Add(*numbers), monomial) for monomial, numbers in coefficients.items())
        terms = sorted((number * monomial for number, monomial in sums if number != 0), key=rank, reverse=True)
        if len(groups) + len(terms) == 1:
            return groups[0] if groups else terms[0]
        return Plus((*groups, *terms)) if groups or terms else Integer(0)

    def under(self, binder: Binder) -> Picture:
        """The picture of everything below a binder: a group N*(…), or loose terms where there is nothing to bracket."""
        inside = self.form
        match binder:
            case Copies(count=count, shared=shared):
                if shared or count == 1:
                    return self
            case IndexedBy(index=index, start=start, stop=stop):
                if index in expr_of(inside).free_symbols:
                    return Picture(loose=(binder.total(expr_of(inside)),))
                count = stop - start + 1
        if isinstance(inside, Expr) and not isinstance(count, Add):
            return Picture(loose=(count * inside,))
        factors: list[Form] = [count]
        match inside:
            case Times(factors=inner):
                factors += inner
            case Expr():
                factors += inside.as_coeff_Mul()
            case _:
                factors.append(inside)
        return Picture(groups=(_times(*_number_apart(factors)),))


def _merged(groups: Iterable[Form]) -> tuple[Form, ...]:
    """Groups that differ in their number only, such as 4*(…) and 4*(…), as one: 8*(…). N*(…) and M*(…) stay apart."""
    numbers: dict[Expr, list[Expr]] = {}
    others: dict[Expr, tuple[Form, ...]] = {}
    for group in groups:
        number, rest = _number_apart(group.factors if isinstance(group, Times) else (group,))
        bracket = Mul(*map(expr_of, rest))
        numbers.setdefault(bracket, []).append(number)
        others.setdefault(bracket, rest)
    return tuple(_times(Add(*found), others[bracket]) for bracket, found in numbers.items())


def _number_apart(factors: Iterable[Form]) -> tuple[Expr, tuple[Form, ...]]:
    numbers: list[Expr] = []
    others: list[Form] = []
    for factor in factors:
        if isinstance(factor, Expr) and factor.is_Rational:
            numbers.append(factor)
        else:
            others.append(factor)
    return Mul(*numbers), tuple(others)


def _times(number: Expr, others: tuple[Form, ...]) -> Times:
    return Times(others if number == 1 else (number, *others))


def picture(leaves: Iterable[Leaf]) -> Picture:
    """Leaves that stand under the same outermost binder make a group together; the order is the tree's."""
    below: dict[object, list[Leaf]] = {}
    for position, (size, binders) in enumerate(leaves):
        below.setdefault(binders[0] if binders else position, []).append((size, binders[1:]))
    pictures = (
        Picture(loose=(inner[0][0],)) if isinstance(binder, int) else picture(inner).under(binder)  # type: ignore[arg-type]
        for binder, inner in below.items()
    )
    groups, loose = zip(*((picture.groups, picture.loose) for picture in pictures), strict=True) if below else ((), ())
    return Picture(tuple(chain(*groups)), tuple(chain(*loose)))
