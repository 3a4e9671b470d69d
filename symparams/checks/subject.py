"""The subject of a claim: a quantity of a model, its formula, and what must hold of the model's sizes."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sympy import Expr, Integer, Symbol, cancel
from sympy.logic.boolalg import Boolean

from symparams.checks.counts import params_of
from symparams.checks.vocabulary import Vocabulary, related_of, widths_of
from symparams.counting import PARAMETERS, Quantity, quantity
from symparams.errors import MatchError, shown
from symparams.notation import fields_named, floor_conditions, substituted
from symparams.tree import Given, Layer

__all__ = ["Subject", "conditions_of", "subject_and_names", "tree_or_expression"]


@dataclass(frozen=True)
class Subject:
    """What a claim speaks of: the quantity `of` of a model.

    layer: the tree, under the relations that the claim's `where` adds; None where the model is an expression; named: what was
    passed, for display; conditions: what must hold for the architecture to exist.
    """

    named: Layer | Expr
    layer: Layer | None
    of: Quantity
    conditions: tuple[Boolean, ...] = ()
    origin: Layer | None = None

    def count(self, free: frozenset[Symbol] = frozenset()) -> Expr:
        """The quantity's formula; relations that define a symbol in `free` are not put in."""
        if self.layer is None:
            return self.named
        if free not in self._counts:
            self._counts[free] = params_of(self.layer, free, self.of)
        return self._counts[free]

    @cached_property
    def _counts(self) -> dict[frozenset[Symbol], Expr]:
        """Formulas that were asked for already."""
        return {}

    @cached_property
    def related(self) -> dict[Symbol, Expr]:
        """The symbols that the model's relations define, with what they are."""
        return related_of(self.layer) if self.layer is not None else {}

    @cached_property
    def widths(self) -> tuple[Symbol, ...]:
        """The symbols whose growth makes the model wider."""
        counted = self.layer if self.layer is not None else self.origin
        if counted is not None:
            return widths_of(counted)
        wide = Vocabulary.of(self.named, {}).sizes
        return tuple(size for size in wide if any(name.startswith(("d_", "n_hid", "n_in")) for name in fields_named(size.name)[:1]))

    def admissible(self, free: frozenset[Symbol]) -> tuple[Boolean, ...]:
        """What a counterexample must meet: the model's conditions, and that the denominators of its floors divide."""
        if free not in self._admissible:
            self._admissible[free] = tuple(dict.fromkeys((*self.conditions, *floor_conditions(self.count(free)))))
        return self._admissible[free]

    @cached_property
    def _admissible(self) -> dict[frozenset[Symbol], tuple[Boolean, ...]]:
        """Conditions that were asked for already."""
        return {}


def subject_and_names(
    model: Any, where: Mapping[Any, Any], of: str | Quantity = "parameters", names: Container[str] = ()
) -> tuple[Subject, Vocabulary]:
    """The subject of a claim about a model, and the names that the claim may use; `names` are those that it does use.

    A name in `where` that is one of the model's own sizes and is declared to be an expression is a relation between its sizes: it
    holds in the model as well as in the claim. Declared to be another of the model's sizes it is that, if the claim has the name.

    Raises `MatchError` where the model is none.
    """
    counted = quantity(of)
    if counted != PARAMETERS and isinstance(tree_or_expression(model), Expr):
        raise MatchError(f"{counted.words} of an expression", "a layer, whose weights can be told apart", "pass the layer itself")
    named, conditions = tree_or_expression(model), conditions_of(model)
    origin = getattr(model, "origin", None) if isinstance(named, Expr) else None
    vocabulary = Vocabulary.of(named, where, origin)
    elsewhere = {name: size.free_symbols for name, size in vocabulary.meanings.items()}
    relations = {
        own: size
        for name, size in vocabulary.meanings.items()
        if (own := vocabulary.own.get(name)) is not None
        and size != own
        and not (isinstance(size, Symbol) and name in names)
        and not any(own in used for other, used in elsewhere.items() if other != name)
    }
    if relations:
        meanings = {name: size for name, size in vocabulary.meanings.items() if vocabulary.own.get(name) not in relations}
        changed = Given(named, relations) if isinstance(named, Layer) else substituted(named, relations)
        origin = origin and Given(origin, relations)
        vocabulary = replace(Vocabulary.of(changed, {}, origin), meanings=meanings, values=vocabulary.values)
    else:
        changed = named
    layer = changed if isinstance(changed, Layer) else None
    return Subject(named if layer is not None else cancel(changed), layer, counted, conditions, origin), vocabulary


def tree_or_expression(model: Any) -> Layer | Expr:
    """The tree or the expression of what was passed: a layer, an expression, a number, or a result that has one of these.

    Raises `MatchError` where it has none.
    """
    match model:
        case Layer() | Expr():
            return model
        case int() if not isinstance(model, bool):
            return Integer(model)
    for part in (getattr(model, "layer", None), getattr(model, "expr", None)):
        if isinstance(part, Layer | Expr):
            return part
    move = f"read it first: read_model({shown(model)})" if isinstance(model, str) else "pass Transformer(N, d, V), say"
    raise MatchError(f"a model {shown(model)}", "a layer, a closed form or an expression", move)


def conditions_of(model: Any) -> tuple[Boolean, ...]:
    """What must hold of a model's sizes: its tree's requirements, and the conditions that a recovered form brings."""
    tree = tree_or_expression(model)
    brought = () if model is tree else getattr(model, "conditions", ())
    own = tree.conditions if isinstance(tree, Layer) else ()
    return tuple(dict.fromkeys((*brought, *own)))
