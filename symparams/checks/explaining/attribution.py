"""Which weights a wrong formula left out or counted twice.

Each weight of the model counts 0, 1 or 2 times. The difference between claim and model is looked for as a sum of few changes to
whole groups (a part's weights, a part's biases, all norms) and single weights: sums of up to half the changes are stored under
their values at a few points, and looked up from the other half, so that a cap of four changes costs two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice
from typing import Any, NamedTuple, TypeAlias

from sympy import Add, Expr, Integer, Symbol, expand

from symparams.checks.bounds import point_of
from symparams.checks.counts import count_of
from symparams.counting import Quantity, quantity
from symparams.errors import ValuesError
from symparams.notation import MOST_ROWS, Words, joined, plain, same, value_at
from symparams.tree import Layer, Path, Placed

__all__ = ["Attribution", "Group", "attribute"]

MOST_SUMS = 500  # sums of so many changes that come out right at the primes; if they hold for no size, others hardly do
MOST_CHANGES = 4
MOST_LISTED = 6
SURE = 1  # several changes at once are a possibility, since others may add up to the same


@dataclass(frozen=True)
class Group:
    """Weights that a formula may have left out or counted twice together."""

    name: str
    members: frozenset[str]
    count: Expr
    whole: bool
    convention: bool
    tied: bool = False  # counts nothing in the model, so it cannot be left out

    def changed(self, times: int) -> Words:
        """What was done to the group: "leaves out the attention biases (−4*d)"."""
        count = ("(", self.count, ")") if isinstance(self.count, Add) else (self.count,)
        if times > 0:
            return (f"counts {self.name}{'' if self.tied else ' twice'} (+", *count, ")")
        return (f"leaves out {self.name} (−", *count, ")")


Changes: TypeAlias = tuple[tuple[Group, int], ...]


@dataclass(frozen=True)
class Attribution:
    """The fewest changes that explain a difference, and the other explanations that need as many."""

    changes: Changes
    others: tuple[Changes, ...] = ()
    searched: str = ""

    @property
    def sentence(self) -> Words:
        """The explanation as a sentence. One change is a reason; several at once are a possibility."""
        if not self.changes:
            return (f"no combination of this model's weights gives it{self.searched and f' ({self.searched})'}",)
        return ("possibly: " if len(self.changes) > SURE else "", *_listed(self.changes))

    @property
    def rivals(self) -> tuple[Words, ...]:
        """The other explanations of equal size, as sentences."""
        return tuple(map(_listed, self.others))

    @property
    def words(self) -> str:
        """The explanation as text."""
        return plain(self.sentence)


def _listed(changes: Changes) -> Words:
    return joined((group.changed(times) for group, times in changes), ", ")


def attribute(
    model: Layer,
    difference: Expr,
    terms: Sequence[Expr] = (),
    free: frozenset[Symbol] = frozenset(),
    of: Quantity | str = "parameters",
) -> Attribution:
    """What a claim did to the model's weights, if a few changes explain the difference (claim − model).

    `terms` are the claim's own, `free` the symbols whose relations (d_ff = 4d) are not put in. Among equally few changes: whole
    groups before single weights, conventions left out before other things, then what is not among the claim's own terms.

    >>> from symparams import FeedForward, symbols
    >>> d, f = symbols("d f")
    >>> attribute(FeedForward(d, f), 2 * d * f).words
    'counts the feed-forward weights twice (+2*d*f)'
    """
    weights = {placed.name: placed for placed in quantity(of).listed(model)}
    groups = [group for group in _groups(model, free, weights) if group.count != 0]
    point = point_of((difference, *(group.count for group in groups)))
    if point is None:
        return Attribution(())
    try:
        wanted, values = _value(difference, point), [_value(group.count, point) for group in groups]
    except (ValuesError, ZeroDivisionError):  # roots, or sums of too many terms
        return Attribution(())
    bits = {name: 1 << number for number, name in enumerate(sorted(set().union(*(group.members for group in groups))))}
    moves: list[_Move] = []
    for group, value in zip(groups, values, strict=True):
        touched = sum(bits[name] for name in group.members)
        moves += [_Move(((group, times),), times * value, touched) for times in ((1,) if group.tied else (1, -1))]
    for size in range(1, MOST_CHANGES + 1):
        sums = islice(_sums(moves, wanted, size), MOST_SUMS)
        found = [changes for changes in sums if same(Add(*(t * g.count for g, t in changes)), difference)]
        if found:
            found.sort(key=lambda changes: _rank(changes, terms))
            return Attribution(found[0], tuple(found[1 : MOST_LISTED + 1]))
    tried = f"sums of up to {MOST_CHANGES} of {len(groups)} weights and groups of weights, each left out or counted twice"
    return Attribution((), searched=f"searched: {tried}")


class _Move(NamedTuple):
    """Changes made together: their value at the point where sums are compared, and the weights they touch as bits."""

    changes: Changes
    value: int | Fraction
    weights: int


def _value(expr: Expr, point: Mapping[Symbol, Integer]) -> int | Fraction:
    number = value_at(expr, {size.name: int(value) for size, value in point.items()}, MOST_ROWS)
    return int(number) if number.denominator == 1 else number


def _sums(moves: Sequence[_Move], wanted: int | Fraction, size: int) -> Iterator[Changes]:
    """All sets of `size` moves, no weight moved twice, whose values add up to what is wanted."""
    stored: dict[int | Fraction, list[_Move]] = {}
    for move in _together(moves, size // 2):
        stored.setdefault(move.value, []).append(move)
    seen: set[frozenset[tuple[Group, int]]] = set()
    for move in _together(moves, (size + 1) // 2):
        for other in stored.get(wanted - move.value, ()):
            changes = frozenset(move.changes + other.changes)
            if not move.weights & other.weights and changes not in seen:
                seen.add(changes)
                yield tuple(sorted(changes, key=lambda change: (-change[1], -len(change[0].members), change[0].name)))


def _together(moves: Sequence[_Move], size: int) -> Iterator[_Move]:
    """Every set of `size` moves, at most two, that touch different weights."""
    if size == 0:
        yield _Move((), 0, 0)
    elif size == 1:
        yield from moves
    else:
        for one, two in combinations(moves, 2):
            if not one.weights & two.weights:
                yield _Move(one.changes + two.changes, one.value + two.value, one.weights | two.weights)


def _rank(changes: Changes, terms: Sequence[Expr]) -> tuple[Any, ...]:
    left_out = [group for group, times in changes if times < 0]
    return (
        sum(not group.whole for group, _ in changes),
        sum(not group.convention for group in left_out),
        sum(group.count in terms for group in left_out),
        sum(len(group.members) for group, _ in changes),
        [group.name for group, _ in changes],
    )


_CLASSES = {"MultiHeadAttention": "attention", "FeedForward": "feed-forward", "Recurrent": "recurrent", "Embedding": "embedding"}
_ROLES = {"weight": "weights", "bias": "biases"}


def _groups(model: Layer, free: frozenset[Symbol], weights: Mapping[str, Placed]) -> Iterator[Group]:
    """Whole groups first, single weights last; of groups with the same members the first name stays."""
    seen: set[frozenset[str]] = set()
    for name, members, whole, convention in (*_whole_groups(model, weights), *_single_weights(weights)):
        if members and members not in seen:
            seen.add(members)
            count = expand(Add(*(count_of(weights[member], free) for member in members)))
            tied = [weights[member].tied_to is not None for member in members]
            if all(tied) or not any(tied):
                yield Group(name, members, count, whole, convention, all(tied))


Named: TypeAlias = tuple[str, frozenset[str], bool, bool]


def _whole_groups(model: Layer, weights: Mapping[str, Placed]) -> Iterator[Named]:
    for kind, called in _CLASSES.items():
        places = {node.path for node in model.nodes() if type(node.layer).__name__ == kind}
        inside = {place: _below(place, weights) for place in sorted(places)}
        several = len(places) > 1
        for role, words in _ROLES.items():
            for place, names in inside.items():
                of = f" of {'.'.join(place)}" if several else ""
                yield f"the {called} {words}{of}", _of_role(role, names, weights), True, role == "bias"
            if several:
                everywhere = frozenset().union(*inside.values())
                yield f"all {called} {words}", _of_role(role, everywhere, weights), True, role == "bias"
        if kind == "Embedding":
            for place, names in inside.items():
                yield f"the {place[-1] if place else called}", names, True, place[-1:] == ("positions",)
    for role, words in (("norm", "norms"), ("bias", "biases")):
        yield f"all {words}", _of_role(role, frozenset(weights), weights), True, role == "bias"
    owners: dict[str, list[str]] = {}
    for name, placed in weights.items():
        owners.setdefault(".".join(placed.path[:-1]), []).append(name)
    for owner, owned in owners.items():
        if owner:
            tied = all(weights[name].tied_to for name in owned)
            yield f"the tied {owner}" if tied else owner, frozenset(owned), True, owner in ("head", "final_norm")


def _below(place: Path, weights: Mapping[str, Placed]) -> frozenset[str]:
    return frozenset(name for name, placed in weights.items() if placed.path[: len(place)] == place)


def _of_role(role: str, names: frozenset[str], weights: Mapping[str, Placed]) -> frozenset[str]:
    return frozenset(name for name in names if weights[name].weight.role == role)


def _single_weights(weights: Mapping[str, Placed]) -> Iterator[Named]:
    for name, placed in weights.items():
        yield name, frozenset([name]), False, placed.weight.role == "bias"
