"""From an entry back to the tree that was recovered: a layer like any other."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any, cast

from sympy import Abs, Eq, Expr, Ge, Gt, Integer, Le, Lt, Max, Min, Mod, Ne, ceiling, floor
from sympy.logic.boolalg import And, Not, Or

from symparams.atlas.arithmetic import NUMBERS, evaluated, names_in
from symparams.atlas.entries import Variant, routed
from symparams.notation import symbol
from symparams.tree import Layer, Where
from symparams.tree.modules import Module, Tensors, assembled
from symparams.tree.weights import Kind, Weight

__all__ = ["tree_of"]

_EXPRESSIONS = {
    **NUMBERS,
    "number": lambda one: Integer(one) if isinstance(one, int) else one,
    ast.Pow: lambda base, exponent: base**exponent,
    ast.Mod: Mod,
    ast.BitAnd: And,
    ast.BitOr: Or,
    ast.Invert: Not,
    ast.Gt: Gt,
    ast.GtE: Ge,
    ast.Lt: Lt,
    ast.LtE: Le,
    "floor": floor,
    "ceiling": ceiling,
    "Min": Min,
    "Max": Max,
    "Mod": Mod,
    "Eq": Eq,
    "Ne": Ne,
    "Abs": Abs,
}


def tree_of(cls: str, variant: Variant) -> Layer:
    """The tree of a class over the symbols of its configuration's fields, under the variant's conditions."""
    texts = [variant.form, *variant.conditions, *(text for tensor in variant.tensors for text in (*tensor.shape, *tensor.copies))]
    symbols = {name: symbol(name) for text in texts for name in names_in(text)}

    def read(text: str) -> Any:
        return evaluated(text, symbols, _EXPRESSIONS)

    tensors = [
        Tensors(
            one.name,
            tuple(map(read, one.shape)),
            tuple(map(read, one.copies)),
            cast("Kind", one.kind),
            one.owner,
            one.tied_to or None,
        )
        for one in variant.tensors
    ]
    active: dict[str, Expr] = {}
    if variant.picked:
        experts, path, default = variant.picked
        met = next((symbol(name) for name, (where, _) in variant.fields.items() if where == path), Integer(default))
        tensors, active = [_apart(one, symbol(experts)) for one in tensors], {"experts": met}
    alone = Module(cls, (Weight("all", (read(variant.form),)),))  # of a class recovered from totals
    layer = assembled(tensors, cls, active) if tensors else alone
    return Where(layer, *map(read, variant.conditions)) if variant.conditions else layer


def _apart(tensors: Tensors, experts: Expr) -> Tensors:
    """The weights of all experts, which the code keeps in one tensor, as copies of one expert's."""
    head, dot, own = tensors.name.rpartition(".experts.")
    if not dot or not routed(tensors.name) or not tensors.shape or tensors.shape[0] != experts or tensors.tied_to:
        return tensors
    return replace(tensors, name=f"{head}.experts.{{}}.{own}", shape=tensors.shape[1:], copies=(*tensors.copies, experts))
