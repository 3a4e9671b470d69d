"""What stands on a page: its symbols, which fields of layers and which sizes of the data they fill, and the indices of its sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy import Expr, Sum, Symbol

from symparams.checks.vocabulary import fields_of
from symparams.counting import closed_form
from symparams.notation import Aligned, Chain, Plus, Sentence, SumOver, Table, Times, expr_of, fields_named
from symparams.results import Content, Result
from symparams.tree import Layer, Treelike, tree_of

__all__ = ["About", "Page", "filled", "indices_in"]

About: TypeAlias = Layer | Treelike | Expr | Result


@dataclass(frozen=True, repr=False)
class Page(Result):
    """A content by itself, or that of a layer."""

    shown: Content
    layer: Layer | None = None

    @property
    def content(self) -> Content:
        return self.shown

    @property
    def origin(self) -> Layer | None:
        return self.layer

    def __repr__(self) -> str:
        return repr(self.shown)


def filled(about: About) -> dict[Symbol, tuple[str, ...]]:
    """The symbols of a formula, of what a layer has for parameters, or of all that a result shows, with the fields that they fill.

    >>> from symparams import Linear, flops, symbols
    >>> I, O, b = symbols("I O b")
    >>> filled(flops(Linear(I, O), batch=b))
    {I: ('n_in',), O: ('n_out',), b: ('batch',)}
    """
    if isinstance(about, Expr):
        return {one: fields_named(one.name)[:1] for one in _by_name(about.free_symbols)}
    if not isinstance(about, Result):
        tree = tree_of(about)
        shown, model = closed_form(tree).free_symbols, fields_of(tree)
        return {one: fields or fields_named(one.name)[:1] for one, fields in model.items() if one in shown}
    written = frozenset().union(*map(_free, _forms(about.content)))
    model = fields_of(about.origin) if about.origin is not None else {}
    found = {one: fields or fields_named(one.name)[:1] for one, fields in model.items() if one in written}
    found |= {one: (*found.get(one, ()), field) for one, field in about.data.items() if one in written}
    indices = indices_in(about.content)  # no sizes, though words beside a sum name them
    rest = _by_name(one for one in written - found.keys() if one.name not in indices)
    return found | {one: () if about.origin is not None else fields_named(one.name)[:1] for one in rest}


def indices_in(content: Content) -> tuple[str, ...]:
    """The names of the indices that sums run over."""
    return tuple(dict.fromkeys(name for form in _forms(content) for name in _indices(form)))


def _by_name(found: Any) -> list[Symbol]:
    return sorted(found, key=lambda one: one.name)


def _free(form: Any) -> frozenset[Symbol]:
    return frozenset(expr_of(form).free_symbols)


def _forms(content: Content) -> Iterator[Any]:
    """The formulas of a content, those among words too."""
    match content:
        case Chain():
            parts: list[Any] = [side.form for side in content.sides] + [part for one in content.conditions for part in one]
        case Table():
            parts = [cell for row in (*content.rows, *content.foot) for cell in row]
        case Aligned():
            parts = [
                part
                for line in content.lines
                for one in (line.right, line.remark)
                for part in (one if isinstance(one, tuple) else (one,))
            ]
        case Sentence():
            parts = [part for reason in content.reasons for part in reason]
            parts += [side.form for side in content.about.sides] if isinstance(content.about, Chain) else []
    yield from (part for part in parts if isinstance(part, Expr | Plus | Times | SumOver))


def _indices(form: Any) -> Iterator[str]:
    match form:
        case Plus():
            yield from (name for part in form.terms for name in _indices(part))
        case Times():
            yield from (name for part in form.factors for name in _indices(part))
        case SumOver():
            yield from (form.index.name, *_indices(form.body))
        case Expr():
            yield from sorted(limits[0].name for one in form.atoms(Sum) for limits in one.limits)
