"""Seating: which size of the model each name of a claim stands for.

A name's usual meaning orders the trials and never forces one, so every assignment of names to sizes is a candidate, the cheapest
first. There are factorially many. Two searches keep that small. `likeliest` yields them by their price, best first, so that a few
trials meet what an author most likely meant. `equal` goes for the assignments under which two expressions are equal: what an
expression gives where one of its symbols is 2 and all others are 1 does not depend on what the others are called, so a name can
only mean a size that gives the same; the same for pairs of names prunes what is left while the names are seated one by one. For
LSTM(I, H) and 4*(n+m+1)*m, the name m gives 32 at 2 and n gives 16; I gives 16 and H gives 32: one seating is left of two, whatever
n and m mean elsewhere. The cost is a few hundred evaluations for ten names; what it cannot see are claims that are not equal
to the model, which `likeliest` is for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, count
from typing import TypeAlias

from sympy import Expr, Symbol

from symparams.checks.vocabulary import CONTRARY, MOVED, OWN, RARE, RELATED, SPARE, Vocabulary
from symparams.notation import Evaluator, evaluator, fields_named

__all__ = ["Seating", "equal", "likeliest", "prices", "spare_price"]

MOST_EQUAL = 48  # seatings under which two expressions are equal: symmetric ones are many
MOST_STATES = 8_000  # of the search by price, which then ends
_SINGLE, _PAIR = (2, 3, 7), ((2, 3), (3, 2), (5, 7))

NONE: frozenset[Symbol] = frozenset()

Seating: TypeAlias = dict[str, Expr | None]  # None for a name that no size of the model is left for


def prices(
    names: Sequence[str], vocabulary: Vocabulary, settled: frozenset[Symbol] = NONE, exchange: bool = False
) -> dict[str, dict[Expr, int]]:
    """What it costs to take each name for each size. A claim in the model's own names means them; where it has other names as well
    it may be in another author's letters, and the model's own names may mean something else in it, at a price. `settled` are sizes
    that a declared name stands for already; with `exchange` the model's own names may mean others of its sizes anyhow.
    """
    foreign = exchange or any(name not in vocabulary.own for name in names)
    table: dict[str, dict[Expr, int]] = {}
    for name in names:
        own = vocabulary.own.get(name)
        costs = {
            seat.size: seat.price(name) + (RELATED if seat.size in vocabulary.related else 0)
            for seat in vocabulary.seats
            if not seat.size.free_symbols & settled
            and not (seat.derived and seat.price(name) == CONTRARY)  # a name that has a meaning means no other expression
        }
        if own in settled:
            costs = {own: OWN}
        elif own is not None:
            costs = {size: OWN if size == own else price + MOVED for size, price in costs.items()} if foreign else {own: OWN}
        table[name] = costs
    return table


def spare_price(name: str, vocabulary: Vocabulary) -> int:
    """What it costs to leave a name without a size: least where it is one for a size that the model could have and has not."""
    return RARE if _is_option(name, vocabulary) else SPARE + (MOVED * 2 if name in vocabulary.own else 0)


def _is_option(name: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.optional and name not in vocabulary.own and "positions" in fields_named(name)


def likeliest(
    names: Sequence[str],
    vocabulary: Vocabulary,
    settled: frozenset[Symbol] = NONE,
    unlikeness: Callable[[str, Expr], int] | None = None,
) -> Iterator[tuple[int, Seating]]:
    """Every way to seat names on the model's sizes with its price, the cheapest first; ends early where they are too many.

    A name stays without a seat only where there are more names than sizes, or where it is one for a size that the model
    could have and has not. `unlikeness` adds to the prices, so that seatings come first under which the names stand in the claim
    as the sizes do in the model.

    >>> from symparams import LSTM, symbols
    >>> vocabulary = Vocabulary.of(LSTM(*symbols("I H")), {})
    >>> list(likeliest(("e", "h"), vocabulary))[0]
    (4, {'e': I, 'h': H})
    """
    table = prices(names, vocabulary, settled)
    if unlikeness is not None:
        table = {name: {size: cost + unlikeness(name, size) for size, cost in costs.items()} for name, costs in table.items()}
    order = sorted(names, key=lambda name: (min(table[name].values(), default=SPARE), name))
    needed = {size for size in vocabulary.sizes if size not in vocabulary.related and size not in settled}
    spares = max(0, len(names) - len(needed))
    rest = list(accumulate((min((*table[name].values(), SPARE)) for name in reversed(order)), initial=0))[::-1]  # at the least
    tie = count()
    sizes = list(dict.fromkeys(size for costs in table.values() for size in costs))
    numbered = {
        name: [(number, costs[size]) for number, size in enumerate(sizes) if size in costs] for name, costs in table.items()
    }
    heap: list[tuple[int, int, int, int, int, tuple[int, ...]]] = [(rest[0], 0, next(tie), 0, 0, ())]
    for _ in range(MOST_STATES):
        if not heap:
            return
        price, depth, _, spared, taken, seats = heapq.heappop(heap)
        if -depth == len(order):
            seated = dict(zip(order, seats, strict=True))
            yield price, {name: None if seated[name] < 0 else sizes[seated[name]] for name in names}
            continue
        name = order[-depth]
        sofar = price - rest[-depth] + rest[1 - depth]
        for number, cost in numbered[name]:
            if not taken >> number & 1:
                heapq.heappush(heap, (sofar + cost, depth - 1, next(tie), spared, taken | 1 << number, (*seats, number)))
        option = _is_option(name, vocabulary)
        if spared < spares or option or not table[name]:
            cost = spare_price(name, vocabulary)
            heapq.heappush(heap, (sofar + cost, depth - 1, next(tie), spared + 1, taken, (*seats, -1)))


def equal(
    claim: Expr, model: Expr, vocabulary: Vocabulary, settled: frozenset[Symbol] = NONE, exchange: bool = False
) -> list[tuple[int, Seating]]:
    """The ways to seat the claim's symbols on the model's under which both are equal at the points that were tried, cheapest first.

    >>> from symparams import LSTM, symbols
    >>> layer = LSTM(*symbols("I H"))
    >>> n, m = symbols("n m")
    >>> equal(4 * (n + m + 1) * m, layer.params, Vocabulary.of(layer, {}))
    [(3, {'m': H, 'n': I})]
    """
    symbols = sorted(claim.free_symbols, key=lambda one: one.name)
    sizes = sorted(model.free_symbols, key=lambda one: one.name)
    if len(symbols) != len(sizes):
        return []
    names = [one.name for one in symbols]
    table = prices(names, vocabulary, settled, exchange)
    claimed, real = evaluator(claim, symbols), evaluator(model, sizes)
    if claimed is None or real is None:
        return []
    if not symbols:
        return [(0, {})] if _at(claimed, 0, {}) == _at(real, 0, {}) else []
    single = [_signature(real, len(sizes), place) for place in range(len(sizes))]
    options: dict[int, list[int]] = {}
    for place, name in enumerate(names):
        mine = _signature(claimed, len(names), place)
        options[place] = [other for other, size in enumerate(sizes) if single[other] == mine and size in table[name]]
    found: list[tuple[int, Seating]] = []
    for seats in _seated(options, claimed, real, len(names)):
        seating: Seating = {names[place]: sizes[seat] for place, seat in seats.items()}
        found.append((sum(table[name][size] for name, size in seating.items() if size is not None), seating))
        if len(found) == MOST_EQUAL:
            break
    return sorted(found, key=lambda one: (one[0], sorted((name, str(size)) for name, size in one[1].items())))


def _seated(options: Mapping[int, Sequence[int]], claimed: Evaluator, real: Evaluator, length: int) -> Iterator[dict[int, int]]:
    """The one-to-one choices among the options under which every pair of symbols gives the same in both."""
    order = sorted(options, key=lambda place: len(options[place]))
    pairs: dict[tuple[bool, int, int], tuple[object, ...]] = {}

    def pair(of_claim: bool, one: int, two: int) -> tuple[object, ...]:
        key = of_claim, one, two
        if key not in pairs:
            pairs[key] = tuple(_at(claimed if of_claim else real, length, {one: a, two: b}) for a, b in _PAIR)
        return pairs[key]

    def extended(seats: dict[int, int]) -> Iterator[dict[int, int]]:
        if len(seats) == len(order):
            values = {place: 11 + 6 * place for place in range(length)}
            if _at(claimed, length, values) == _at(real, length, {seat: values[place] for place, seat in seats.items()}):
                yield seats
            return
        place = order[len(seats)]
        for seat in options[place]:
            if seat not in seats.values() and all(pair(True, place, other) == pair(False, seat, seats[other]) for other in seats):
                yield from extended({**seats, place: seat})

    yield from extended({})


def _signature(function: Evaluator, length: int, place: int) -> tuple[object, ...]:
    return tuple(_at(function, length, {place: value}) for value in _SINGLE)


def _at(function: Evaluator, length: int, values: Mapping[int, int]) -> object:
    """The value where all symbols are 1 but for the given ones; None where there is none."""
    try:
        return function([values.get(place, 1) for place in range(length)])
    except (ZeroDivisionError, OverflowError):
        return None
