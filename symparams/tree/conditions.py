"""What the sizes of a tree must satisfy for its layers to exist: each size is a whole number, each head has its share.

A layer states its own conditions, a weight has whole dimensions, a repetition a whole count; the relations above them are put in.
A condition that holds the index of a `ForEach` is about each index for itself and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from sympy import Basic, Eq, Expr, Mod, Mul, false, true
from sympy.logic.boolalg import Boolean

from symparams.tree.weights import Copies, IndexedBy, Relations, Scope

if TYPE_CHECKING:
    from symparams.tree.layer import Node

__all__ = ["conditions_of", "whole"]

T = TypeVar("T", bound=Basic)


def whole(size: Expr | int) -> tuple[Boolean, ...]:
    """The condition that a quotient is a whole number, none where it is one anyway.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> whole(d / h), whole(8 * d / 3), whole(2 * d)
    ((Eq(Mod(d, h), 0),), (Eq(Mod(d, 3), 0),), ())
    """
    if isinstance(size, int) or size.is_integer:
        return ()
    above, below = size.as_numer_denom()
    if below.is_Integer:  # the fraction is reduced: 3 divides 8d where it divides d
        _, above = above.as_coeff_Mul()
    return (Eq(Mod(above, below), 0),)


def conditions_of(nodes: Iterable[Node]) -> tuple[Boolean, ...]:
    """The conditions of all nodes without repetitions, in the order of the tree; those are left out that others imply."""
    found: dict[Boolean, None] = {}
    for node in nodes:
        found |= dict.fromkeys(map(_reduced, _conditions_at(node)))
    if false in found:
        return (false,)
    return tuple(one for one in found if one != true and not any(_implies(other, one) for other in found if other != one))


def _conditions_at(node: Node) -> Iterator[Boolean]:
    """The conditions of one node, the relations above it put in."""
    for condition in node.layer.own_conditions():
        if (put_in := _put_in(condition, node.scopes)) is not None:
            yield put_in
    sizes = [size for weight in node.layer.own() for size in weight.shape]
    match node.layer.scope(node.path):
        case Copies(count=count):
            sizes.append(count)
        case IndexedBy(start=start, stop=stop):
            sizes += [start, stop]
    for size in sizes:
        if (put_in_size := _put_in(size, node.scopes)) is not None:
            yield from whole(put_in_size)


def _put_in(value: T, scopes: tuple[Scope, ...]) -> T | None:
    """The value under the relations above it, None where it holds an index that is summed over."""
    for scope in reversed(scopes):
        match scope:
            case Relations(rule=rule):
                value = value.xreplace(dict(rule))
            case IndexedBy(index=index) if index in value.free_symbols:
                return None
    return value


def _reduced(condition: Boolean) -> Boolean:
    """The condition without positive factors of what is to be zero: sympy makes 2·(k mod j) of 2k mod 2j."""
    if isinstance(condition, Eq) and isinstance(condition.lhs, Mul) and condition.rhs == 0:
        return Eq(Mul(*(factor for factor in condition.lhs.args if not factor.is_positive)), 0)
    return condition


def _implies(strong: Boolean, weak: Boolean) -> bool:
    """Whether one divisibility makes another superfluous: where 64 divides d, 32 divides d and d·k."""
    if not all(isinstance(one, Eq) and isinstance(one.lhs, Mod) and one.rhs == 0 for one in (strong, weak)):
        return False
    (base, divisor), (multiple, other) = strong.lhs.args, weak.lhs.args
    return bool((divisor / other).is_integer and (multiple / base).is_integer)
