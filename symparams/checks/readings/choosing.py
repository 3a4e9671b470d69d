"""Choosing: the readings of one formula that may make it right, and those that come nearest where none does."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain, islice

from sympy import Expr, Integer, Symbol, ceiling, floor

from symparams.asymptotics import leading_order
from symparams.checks.readings.distance import Distance, distance_from
from symparams.checks.readings.reading import ORDERED, Reading, label_of, names_of, reading_of, reduced
from symparams.checks.readings.seating import Seating, equal, likeliest, prices, spare_price
from symparams.checks.subject import Subject
from symparams.checks.vocabulary import SPARE, USUAL, Vocabulary
from symparams.errors import MatchError, RegimeError, ValuesError
from symparams.formulas import Formula
from symparams.notation import evaluator, substituted, symbol, value_at, weight_of

__all__ = ["Candidates"]

MOST_READINGS = 1_000
MOST_TRIED = 60  # where terms cannot be compared and every reading has to be judged
LIGHT = 50  # nodes of claim and model of which so many are tried; of heavier ones fewer
MOST_NEAR = 150
NEARLY = 1  # an order or a bound holds under many readings: only those about as likely as the likeliest are its own
KEPT = 6
LONGEST_LETTER = 3  # of a letter with its index: d_h, n_1
TERM = 5  # what a term that is not the model's weighs beside the prices of names


class Candidates:
    """The readings of one formula."""

    def __init__(self, formula: Formula, subject: Subject, vocabulary: Vocabulary) -> None:
        self.formula, self.subject, self.vocabulary = formula, subject, vocabulary
        self.source = formula.source
        self.label = label_of(formula)
        names = names_of(formula)
        self.fixed = {symbol(name): vocabulary.meanings[name] for name in names if name in vocabulary.meanings}
        self.settled = frozenset(size for size in self.fixed.values() if isinstance(size, Symbol))
        sizes = len(vocabulary.sizes) - len(vocabulary.related)
        aliases = {name: size for name in names if (size := vocabulary.alias(name)) is not None}
        words = {name for name in names if any(seat.price(name) <= USUAL for seat in vocabulary.derived)}
        if len(names) <= sizes and not {*names} <= {*aliases, *vocabulary.own, *words}:  # other letters: each may be any size
            aliases = {}
        self.aliases = aliases
        self.fixed |= {symbol(name): size for name, size in aliases.items()}
        self.open = tuple(name for name in names if name not in vocabulary.meanings and name not in aliases)
        stated = {**vocabulary.values, **dict(formula.sizes)}
        self.sized = tuple(name for name in stated if name not in formula.names and name not in vocabulary.own)
        self._tried: list[tuple[int, Seating, bool]] = []
        self.complete = True  # whether every reading was tried that may be right
        self._refuse_unused(names)
        self._refuse_quantity_inside()

    def _refuse_unused(self, names: tuple[str, ...]) -> None:
        known = {*self.formula.names, *self.vocabulary.own, self.label}
        for name in self.vocabulary.meanings:
            if name not in known:
                listed = ", ".join(dict.fromkeys((*names, *self.vocabulary.own))) or "none"
                raise MatchError(
                    f"where {name}=…, a name that neither the claim nor the model has", f"one of {listed}", "drop or mend it"
                )

    def _refuse_quantity_inside(self) -> None:
        """A name alone behind a bound, 12Nd² ≤ P, is the quantity itself; only on the left can it be told from a size."""
        formula = self.formula
        for side in formula.sides[1:] if set(formula.relations) & ORDERED else ():
            if isinstance(side, Symbol) and side.name not in {*self.vocabulary.own, *self.vocabulary.meanings}:
                wanted = "the quantity on the left of a bound"
                raise MatchError(
                    f"{formula.source}: is {side} the quantity, or a size?", wanted, f"write {side} > …, or say its size"
                )

    def question(self, name: str = "") -> tuple[str, str]:
        """What is wanted, and the next move, where the names could not be told apart."""
        sizes = ", ".join(self.vocabulary.own) or "none"
        return f"what each name means among the model's sizes: {sizes}", f'say it in where={{"{name or self.open[0]}": …}}'

    def crosses(self, reading: Reading) -> bool:
        """Whether a reading takes several words each for what another of them usually means: input_size for the hidden width."""
        meaning = dict(reading.meaning)
        words = [name for name in self.open if len(name) > LONGEST_LETTER]
        if len(words) < 2 or len(words) < len(self.open):
            return False
        table = prices(self.open, self.vocabulary, self.settled)
        usual = {name: min(table[name], key=lambda size: table[name][size]) for name in words if table[name]}
        return set(usual.values()) == {meaning[name] for name in words} and all(
            table[name][usual[name]] <= USUAL < table[name].get(meaning[name], 0) for name in words
        )

    # what may be right

    def promising(self) -> Iterator[Reading]:
        """The readings under which the formula may be right, the likeliest first."""
        seen: set[object] = set()
        for price, seating in self._promising():
            for reading in self._completed(seating, price):
                if (key := (reading.meaning, reading.sizes)) not in seen:
                    seen.add(key)
                    yield reading

    def _promising(self) -> Iterator[tuple[int, Seating]]:
        if self.side is None:
            yield 0, {}
            return
        yield from self._equal()
        if self.loose and not self.free_form:
            yield from self._leading()
        cheapest: int | None = None
        most = MOST_TRIED * LIGHT // max(weight_of(self.side) + weight_of(self.subject.count()), LIGHT)
        for number, (price, seating, exact) in enumerate(self._all()):
            if number > MOST_READINGS:
                self.complete = not self.loose
                return
            cheapest = price if cheapest is None else cheapest
            if exact or (self.distance is None and self.loose):
                if number > most:
                    self.complete = False
                    return
                yield price, seating
            elif self.free_form:
                if price > cheapest + NEARLY or number > most:
                    return
                yield price, seating
            elif self.loose and self._may_approximate(seating):
                yield price, seating

    def _equal(self) -> Iterator[tuple[int, Seating]]:
        """The seatings under which the side is equal to the model's formula, or where it need not be, to its leading terms."""
        assert self.side is not None
        for claim, model in self._pairs():
            yield from equal(claim, model, self.vocabulary, self.settled)

    def _leading(self) -> Iterator[tuple[int, Seating]]:
        """The seatings under which the side is equal to the model's leading terms as its widths grow."""
        assert self.side is not None
        for real in dict.fromkeys((self.subject.count(frozenset(self.subject.related)), self.subject.count())):
            grows = {size: 1 for size in self.subject.widths if size in real.free_symbols}
            with suppress(RegimeError):
                yield from equal(self.side, leading_order(real, grows).expr, self.vocabulary, self.settled)

    def _may_approximate(self, seating: Seating) -> bool:
        assert self.distance is not None
        terms = self.distance.at(seating)
        return terms.common > 0 and not terms.changed and not terms.beyond

    def exchanged(self) -> Reading | None:
        """A reading in which the model's own names mean others of its sizes, and the claim, which has no other names, is equal."""
        if self.side is None or not self.open or any(name not in self.vocabulary.own for name in self.open):
            return None
        for claim, model in self._pairs():
            for price, seating in equal(claim, model, self.vocabulary, self.settled, exchange=True):
                return self._reading(seating, price)
        return None

    # what is nearest

    def nearest(self) -> list[tuple[int, Reading]]:
        """The readings with the fewest terms that are not the model's, and how far each is: terms weigh more than prices."""
        scored: list[tuple[int, int, int, Seating]] = []
        table = prices(self.open, self.vocabulary, self.settled)
        first = (seating for _, seating in self._leading()) if self.side is not None else ()
        likely = likeliest(self.open, self.vocabulary, self.settled, None if self.distance is None else self.distance.unlikeness)
        for number, seating in enumerate(chain(first, (seating for _, seating in islice(likely, MOST_NEAR)))):
            price = sum(
                spare_price(name, self.vocabulary) if size is None else table[name].get(size, SPARE)
                for name, size in seating.items()
                if name in table
            )
            score = price + (TERM * self.distance.at(seating).total if self.distance is not None else 0)
            heapq.heappush(scored, (-score, -number, price, seating))
            if len(scored) > KEPT:
                heapq.heappop(scored)
        found = []
        for score, _, price, seating in sorted(scored, key=lambda one: (-one[0], -one[1])):
            found += [(-score, reading) for reading in self._completed(seating, price)]
        return found

    # the parts

    @cached_property
    def side(self) -> Expr | None:
        """The first side that holds sizes, declared meanings put in."""
        sides = self.formula.sides[1:] if self.label is not None else self.formula.sides
        found = next((side for side in sides if reduced(side).free_symbols), None)
        return None if found is None else reduced(substituted(found, self.fixed))

    @cached_property
    def loose(self) -> bool:
        """Whether some side is claimed to be near only, or to be bounded."""
        formula = self.formula
        return bool(set(formula.relations) - {"="}) or any(rest is not None for rest in formula.remainders)

    @cached_property
    def free_form(self) -> bool:
        """Whether a side may be right whose terms are not the model's: an O(…), a ∝, a remainder, a bound."""
        formula = self.formula
        return bool({"O", "∝", *ORDERED} & set(formula.relations)) or any(rest is not None for rest in formula.remainders)

    @cached_property
    def distance(self) -> Distance | None:
        """The side's terms beside the model's."""
        free = frozenset(self.subject.related) if self._names_related else frozenset[Symbol]()
        return None if self.side is None else distance_from(_unrounded(self.side), _unrounded(self.subject.count(free)))

    @property
    def _names_related(self) -> bool:
        """Whether the claim may name a size that a relation of the model defines: it has more names than the model without."""
        needed = len(self.subject.count().free_symbols)
        return len(self.open) > needed or any(symbol(name) in self.subject.related for name in self.open)

    def _pairs(self) -> Iterator[tuple[Expr, Expr]]:
        """The claim and the model's formulas that it may be equal to."""
        assert self.side is not None
        free, settled = self.subject.count(frozenset(self.subject.related)), self.subject.count()
        known = {size: self.vocabulary.values[name] for name, size in self.vocabulary.own.items() if name in self.vocabulary.values}
        sized = {size: value for size, value in known.items() if size not in self.side.free_symbols}
        pairs = [(self.side, model) for model in dict.fromkeys((free, settled, substituted(settled, sized)))]
        yield from pairs
        for claim, model in pairs:
            if (bare := (_unrounded(claim), _unrounded(model))) != (claim, model):
                yield bare

    def _all(self) -> Iterator[tuple[int, Seating, bool]]:
        """Every seating of the open names, the cheapest first, and whether claim and model agree under it at a point.

        What was searched once is kept.
        """
        yield from self._tried
        for found in self._searching:
            self._tried.append(found)
            yield found

    @cached_property
    def _searching(self) -> Iterator[tuple[int, Seating, bool]]:
        return self._search()

    def _search(self) -> Iterator[tuple[int, Seating, bool]]:
        if self.side is None:
            yield 0, {}, False
            return
        settled = self.subject.count()
        sizes = sorted({*settled.free_symbols, *self.vocabulary.sizes} - self.subject.related.keys(), key=lambda one: one.name)
        claim = _unrounded(self.side)
        symbols = sorted(claim.free_symbols, key=lambda one: one.name)
        claimed, real = evaluator(claim, symbols), evaluator(_unrounded(settled), sizes)
        point = {size: Integer(1_000_003 + 1_009 * place) for place, size in enumerate(sizes)}
        try:
            wanted = None if real is None else real([int(point[size]) for size in sizes])
        except (ZeroDivisionError, OverflowError):
            wanted = None
        values_of = {size: self._value(size, point) for size in (*(seat.size for seat in self.vocabulary.seats), *symbols, None)}
        for price, seating in likeliest(self.open, self.vocabulary, self.settled):
            exact = claimed is None or real is None
            if not exact:
                values = [values_of[seating.get(one.name, one)] for one in symbols]
                try:
                    exact = None not in values and claimed(values) == wanted  # type: ignore[arg-type, misc]
                except (ZeroDivisionError, OverflowError):
                    exact = True
            yield price, seating, exact

    def _value(self, size: Expr | None, point: dict[Symbol, Integer]) -> int | None:
        if size is None:
            return None
        try:
            value = value_at(substituted(size, self.subject.related), {one.name: int(number) for one, number in point.items()})
        except (ValuesError, ZeroDivisionError, KeyError):  # no exact value, or a symbol that the model does not have
            return None
        return int(value) if value.denominator == 1 else value  # type: ignore[return-value]

    def _reading(self, seating: Seating, price: int) -> Reading:
        return reading_of(self.formula, {**self.aliases, **seating}, self.vocabulary, price)

    def _completed(self, seating: Seating, price: int) -> Iterator[Reading]:
        """The reading with the sizes that `where` states by names that the claim lacks: these are seated on what is left."""
        if not self.sized:
            yield self._reading(seating, price)
            return
        taken = frozenset().union(*(size.free_symbols for size in seating.values() if size is not None), self.settled)
        for number, (more, sized) in enumerate(likeliest(self.sized, self.vocabulary, taken)):
            if number > MOST_TRIED:
                return
            if None in sized.values():
                name = next(name for name, size in sized.items() if size is None)
                raise MatchError(
                    f"where {name}=…, a name that neither the claim nor the model has",
                    f"one of {', '.join(dict.fromkeys((*self.open, *self.vocabulary.own))) or 'none'}",
                    "drop or mend it",
                )
            yield self._reading({**seating, **sized}, price + more)


def _unrounded(expr: Expr) -> Expr:
    """The expression as it is where every floor and ceiling is of an integer."""
    return expr.replace(floor, lambda size: size).replace(ceiling, lambda size: size)
