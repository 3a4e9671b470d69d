"""The model's side of a comparison: its count with some relations between sizes left free."""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Symbol

from symparams.counting import Quantity, quantity
from symparams.tree import Layer, Placed, Relations

__all__ = ["count_of", "params_of"]


def count_of(placed: Placed, free: frozenset[Symbol]) -> Expr:
    """A weight's count in all its copies, tied or not; relations that define a symbol in `free` are not put in."""
    total = placed.weight.size
    for scope in reversed(placed.scopes):
        kept = scope
        if isinstance(scope, Relations) and free:
            kept = Relations(scope.path, tuple((key, value) for key, value in scope.rule if key not in free))
        total = kept.total(total)
    return total


@lru_cache(maxsize=256)
def params_of(model: Layer, free: frozenset[Symbol] = frozenset(), of: Quantity | str = "parameters") -> Expr:
    """The model's quantity with the relations for `free` left out: 2·d·d_ff where d_ff = 4d would give 8d².

    >>> from symparams import TransformerEncoderLayer, symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> params_of(TransformerEncoderLayer(d), frozenset([d_ff]))
    4*d**2 + 2*d*d_ff + 9*d + d_ff
    """
    return Add(*(count_of(placed, free) for placed in quantity(of).counted(model)))
