"""The conventions under which a model has a given count: the smallest sets of changes that bring it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain, combinations, product, takewhile
from typing import TypeAlias

from sympy import Expr, Max, Min, Rational, Symbol

from symparams.checks.bounds import point_of
from symparams.checks.counts import params_of
from symparams.checks.explaining.conventions import Change, changed, changes
from symparams.errors import ValuesError
from symparams.notation import MOST_ROWS, same, substituted, value_at
from symparams.tree import Layer

__all__ = ["conventions_of"]

_INTERACTING = {
    frozenset({("FeedForward", "gated"), ("FeedForward", "bias")}),
    frozenset({("TransformerLayer", "norms"), ("LayerNorm", "bias")}),
    frozenset({("Stack", "final_norm"), ("LayerNorm", "bias")}),
    *(
        frozenset({(norm, ""), other})
        for norm in ("LayerNorm", "RMSNorm")
        for other in (("TransformerLayer", "norms"), ("Stack", "final_norm"))
    ),
    frozenset({("MultiHeadAttention", ""), ("MultiHeadAttention", "bias")}),
}

MOST_MISSES = 100  # sets of changes that come out right at the primes and not for all sizes: no set does
HEAVIEST = 300  # pairs of arguments of maxima, which are compared anew for each weight under each change
Taken: TypeAlias = tuple[Change, ...]
Found: TypeAlias = tuple[Taken, Layer]
Move: TypeAlias = tuple[Taken, Expr]
Effect: TypeAlias = tuple[Taken, Fraction]  # how many parameters more it makes


def conventions_of(
    model: Layer,
    wanted: Expr,
    free: frozenset[Symbol] = frozenset(),
    spare: Iterable[Expr] = (),
    unit: Expr | int = 0,
    most: int = 3,
    at: Mapping[Symbol, Expr] | None = None,
) -> Iterator[Found]:
    """The sets of at most `most` changes, up to three, and the changed models, whose count is `wanted`, the smallest first.

    where: free: symbols whose relations are not put in; spare: sizes that learned positions may have; unit: of the last digit
    that a number states, 0 where it is exact; at: sizes at which to count. A set is tried where the effects of its changes add up
    to what is wanted; changes whose effects do not, such as those of a gated network and of its biases, are measured together.

    >>> from sympy import Integer
    >>> from symparams import GRU
    >>> [[change.words for change in found] for found, _ in conventions_of(GRU(4, 5), Integer(165))]
    [['with two bias vectors a gate (PyTorch, cuDNN)']]
    """
    sizes = at or {}
    spare = tuple(spare)
    if _weight(model, free) > HEAVIEST:
        return
    base, single_counts, pair_counts = _counts(model, free, spare, most > 1, unit == 0, tuple(sizes.items()))
    point = point_of((base, wanted, *spare))
    if point is None:
        return
    point = {**point, **sizes}
    try:
        start = _number(base, point)
        target = _number(wanted, point) - start
        single = [(taken, _number(count, point) - start) for taken, count in single_counts]
        pairs = [(taken, _number(count, point) - start) for taken, count in pair_counts]
    except (ValuesError, ZeroDivisionError):  # sums of too many terms, powers of too many digits, roots
        return
    near = Fraction(int(Rational(unit).p), int(Rational(unit).q)) / 2
    misses = 0
    for moves in takewhile(lambda moves: sum(len(taken) for taken, _ in moves) <= most, _sets(single, pairs, target, near, most)):
        taken = tuple(change for changes, _ in moves for change in changes)
        other = changed(model, taken)
        if other is not None and (unit != 0 or same(substituted(params_of(other, free), sizes), wanted)):
            yield taken, other
        elif (misses := misses + 1) > MOST_MISSES:
            return


def _weight(model: Layer, free: frozenset[Symbol]) -> int:
    pairs = sum(len(choice.args) ** 2 for choice in params_of(model, free).atoms(Max, Min))
    return pairs * sum(1 for _ in model.weights()) if pairs else 0


def _number(expr: Expr, point: Mapping[Symbol, Expr]) -> Fraction:
    return value_at(expr, {size.name: int(value) for size, value in point.items() if isinstance(size, Symbol)}, MOST_ROWS)


@lru_cache(maxsize=32)
def _counts(
    model: Layer,
    free: frozenset[Symbol],
    spare: tuple[Expr, ...],
    paired: bool,
    single_places: bool,
    at: tuple[tuple[Symbol, Expr], ...],
) -> tuple[Expr, Sequence[Move], Sequence[Move]]:
    """The counts of a model, of each single change of it, and of each pair of changes that interact; changes of one layer alone
    only where `single_places` are wanted: they would bring nearly any model to a rounded number.
    """

    def counted(sets: Iterable[Taken]) -> list[Move]:
        return [(taken, params_of(other, free)) for taken in sets if (other := changed(model, taken)) is not None]

    single = counted((change,) for change in changes(model, spare, dict(at)) if single_places or change.everywhere)
    pairs = ((*one, *two) for (one, _), (two, _) in combinations(single, 2) if _interact(one[0], two[0]))
    return params_of(model, free), single, counted(pairs) if paired else []


def _sets(
    single: Sequence[Effect], pairs: Sequence[Effect], target: Fraction, near: Fraction, most: int
) -> Iterator[tuple[Effect, ...]]:
    """Sets of one, two and three changes whose effects add up to the target, each field set once, changes that interact only as
    pairs. The last change of a set is looked up by its effect; where the target is rounded, `near` or less away, all are tried.
    """
    if near:
        ones, twos = ((move,) for move in single), chain(((move,) for move in pairs), combinations(single, 2))
        sets = chain(ones, *((twos, product(pairs, single), combinations(single, 3)) if most > 1 else ()))
        yield from (moves for moves in sets if abs(sum(effect for _, effect in moves) - target) <= near)
        return
    places: dict[Fraction, list[int]] = {}
    for place, (_, effect) in enumerate(single):
        places.setdefault(effect, []).append(place)

    def last(rest: Fraction, after: int = -1) -> Iterator[Effect]:
        return (single[place] for place in places.get(rest, ()) if place > after)

    yield from ((move,) for move in last(target))
    yield from ((move,) for move in pairs if move[1] == target)
    for place, one in enumerate(single):
        yield from ((one, other) for other in last(target - one[1], place))
    for pair in pairs:
        yield from ((pair, other) for other in last(target - pair[1]))
    for (first, one), (second, two) in combinations(enumerate(single), 2):
        yield from ((one, two, other) for other in last(target - one[1] - two[1], max(first, second)))


def _interact(one: Change, two: Change) -> bool:
    """Whether the effects of two changes may not add up."""
    pairs = (frozenset({(a, one.field), (b, two.field)}) for a in one.kinds for b in two.kinds)
    return one.everywhere and two.everywhere and any(pair in _INTERACTING for pair in pairs)
