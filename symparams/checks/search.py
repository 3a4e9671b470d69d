"""The conventions under which a model has a given count: the smallest sets of changes that bring it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import TypeAlias

from sympy import Expr, Integer, Symbol

from symparams.checks.bounds import point_of
from symparams.checks.conventions import Change, changed, changes
from symparams.checks.counts import params_of
from symparams.notation import same
from symparams.tree import Layer

__all__ = ["conventions_of"]

_INTERACTING = {
    frozenset({("FeedForward", "gated"), ("FeedForward", "bias")}),
    frozenset({("TransformerLayer", "norms"), ("LayerNorm", "bias")}),
    frozenset({("Stack", "final_norm"), ("LayerNorm", "bias")}),
}

Taken: TypeAlias = tuple[Change, ...]
Found: TypeAlias = tuple[Taken, Layer]
Move: TypeAlias = tuple[Taken, Expr]


def conventions_of(
    model: Layer, wanted: Expr, free: frozenset[Symbol] = frozenset(), spare: Iterable[Expr] = (), unit: Expr | int = 0
) -> Iterator[Found]:
    """The sets of at most three changes, and the changed models, whose count is `wanted`, the smallest first.

    where: free: symbols whose relations are not put in; spare: sizes that learned positions may have; unit: of the last digit
    that a number states, 0 where it is exact. A set is tried where the effects of its changes add up to what is wanted; changes
    whose effects do not add up, such as those of a gated network and of its biases, are measured together.

    >>> from symparams import GRU
    >>> [[change.words for change in found] for found, _ in conventions_of(GRU(4, 5), Integer(165))]
    [['with two bias vectors a gate (PyTorch, cuDNN)']]
    """
    base = params_of(model, free)
    spare = tuple(spare)
    point = point_of((base, wanted, *spare))
    if point is None:
        return

    def effect(taken: Taken) -> Expr | None:
        other = changed(model, taken)
        return None if other is None else params_of(other, free).xreplace(point) - start

    start = base.xreplace(point)
    target = wanted.xreplace(point) - start
    single = [((change,), found) for change in changes(model, spare) if (found := effect((change,))) is not None]
    pairs = [
        (one + two, found)
        for (one, _), (two, _) in combinations(single, 2)
        if _interact(one[0], two[0]) and (found := effect(one + two)) is not None
    ]
    for moves in _sets(single, pairs):
        total = sum((found for _, found in moves), Integer(0))
        if total == target or (unit != 0 and abs(total - target) * 2 <= unit):
            taken = tuple(change for changes, _ in moves for change in changes)
            other = changed(model, taken)
            if other is not None and (unit != 0 or same(params_of(other, free), wanted)):
                yield taken, other


def _sets(single: Sequence[Move], pairs: Sequence[Move]) -> Iterator[tuple[Move, ...]]:
    """Sets of one, two and three changes, each field set once, changes that interact only as pairs."""
    yield from ((move,) for move in single)
    yield from ((move,) for move in pairs)
    yield from combinations(single, 2)
    yield from product(pairs, single)
    yield from combinations(single, 3)


def _interact(one: Change, two: Change) -> bool:
    """Whether the effects of two changes may not add up."""
    met = (frozenset({(a, one.field), (b, two.field)}) for a in one.kinds for b in two.kinds)
    return one.everywhere and two.everywhere and any(pair in _INTERACTING for pair in met)
