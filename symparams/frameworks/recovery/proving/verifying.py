"""Building for real at points that no fit has used, and comparing tensor by tensor."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product

from sympy import Eq, ceiling, floor
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.building.subjects import Built, Subject
from symparams.frameworks.recovery.building.tensors import total
from symparams.frameworks.recovery.exact.solving import value_at, value_if_any
from symparams.frameworks.recovery.exact.traced import Trace
from symparams.frameworks.recovery.fitting.fits import Fit
from symparams.frameworks.recovery.proving.evidence import Counterexample, compared
from symparams.frameworks.recovery.sizes.conditions import needed, plain
from symparams.frameworks.recovery.sizes.points import DEEP, Point, mended, proposals, true_at
from symparams.frameworks.recovery.tracing.structure import Key
from symparams.frameworks.recovery.tracing.symbolic import Found, asked
from symparams.notation import symbol

__all__ = ["Verified", "verified"]

# sizes that code is likely to treat in another way: the smallest, powers of two and ten, usual widths, and what is beyond
SPREAD = (
    *(1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 64, 100, 128, 256, 384, 512, 768, 1000, 1024, 1280, 1536, 2048, 3072, 4096, 5120),
    *(8192, 10000, 16384, 32768, 50000, 65536, 100000),
)
FEW = (1, 768, 1024, 4097, 100000)  # where what is compared with sizes has been traced
MOST = 60  # conditions that are broken on purpose
SLOW = 2.0  # seconds: larger sizes are not tried where a build took that long


@dataclass
class Verified:
    """The points that agreed, the conditions that are left, a point that did not agree within them, buffers that did not follow,
    and what a reader has to know.
    """

    points: tuple[Point, ...]
    conditions: tuple[Boolean, ...]
    counterexample: Counterexample | None
    wrong_buffers: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()


Black = tuple[Fit, Sequence[Boolean], Sequence[str]]


def verified(
    subject: Subject, base: Mapping[str, int], found: Found | None, points: int, seed: int, black: Black | None = None
) -> Verified:
    """At least `points` builds beyond the start, and the verdict."""
    return _Verification(subject, base, found, points, black).verdict(seed)


@dataclass
class _Verification:
    """A verification under way.

    where: firm: conditions that no point may break; asked: what the code branched on, each with a point at which it did; good: the
    points that agreed; against: those that did not, outside what was asked; shown: the conditions that are needless, each with a
    point that shows it; told: what the code branches on at a point; looked: conditions that a point was looked at for.
    """

    subject: Subject
    base: Mapping[str, int]
    found: Found | None
    wanted: int
    black: Black | None
    firm: tuple[Boolean, ...] = ()
    asked: dict[Boolean, Mapping[str, int]] = field(default_factory=dict)
    good: dict[tuple[tuple[str, int], ...], Point] = field(default_factory=dict)
    against: dict[tuple[tuple[str, int], ...], Counterexample] = field(default_factory=dict)
    shown: dict[Boolean, Mapping[str, int]] = field(default_factory=dict)
    told: dict[tuple[tuple[str, int], ...], tuple[Boolean, ...] | None] = field(default_factory=dict)
    looked: set[tuple[Boolean, tuple[tuple[str, int], ...]]] = field(default_factory=set)
    wrong: list[Key] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.found is not None:
            self.names, self.structural = list(self.base), self.found.structural
            self.asked = {said: self.found.origins.get(said, self.base) for said in self.found.conditions}
        else:
            assert self.black is not None
            self.names, self.structural = list(self.black[0].varied), tuple(self.black[2])
            self.firm = tuple(self.black[1])
            self.asked = dict.fromkeys(self._asked_at(self.base) or (), self.base)
        for name in self.structural:  # what only the twentieth layer branches on
            deep = {**self.base, name: DEEP}
            self._add(self._asked_at(deep) or (), deep)

    def _add(self, conditions: Iterable[Boolean], point: Mapping[str, int]) -> None:
        """Conditions that were met at a further point; the numbers of copies tell what is about layers alone."""
        for condition in conditions:
            new = condition not in self.asked and plain(condition.negated) not in self.asked
            told = self.found is not None and condition.free_symbols <= {symbol(name) for name in self.structural}
            if new and not told:
                self.asked[condition] = point

    def verdict(self, seed: int) -> Verified:
        """The points, the conditions left, and the counterexample if there is one."""
        counter = self._first(seed)
        if counter is None and len(self.good) >= self.wanted:
            for way in (self._provoked, self._swept):
                if counter is None:
                    counter = way()
        conditions = self.left()
        inside = tuple(point for point in self.good.values() if not _outside(conditions, dict(point.values)))
        if counter is None and len(inside) < self.wanted <= len(self.good):
            counter = self._drawn(proposals(self.base, self.names, self.structural, conditions, seed + 2), conditions)
            conditions = self.left()
            inside = tuple(point for point in self.good.values() if not _outside(conditions, dict(point.values)))
        return Verified(inside, conditions, counter, tuple(self.wrong), tuple(self.notes))

    def left(self) -> tuple[Boolean, ...]:
        """The conditions that no point has shown to be needless, and those again without which a point refutes the form."""
        kept = {condition for condition in self.asked if not self._needless(condition)}
        for key in self.against:
            point = dict(key)
            broken = [condition for condition in self.asked if not true_at(condition, point)]
            if not kept.intersection(broken):
                kept.update(broken)
        return (*self.firm, *(condition for condition in self.asked if condition in kept))

    def _needless(self, condition: Boolean) -> bool:
        """Whether the form holds at a point where the code asked for this and got the opposite answer: not all points ask."""
        if condition in self.shown:
            return True
        contrary = plain(condition.negated)
        for key in list(self.good):
            point = dict(key)
            if (condition, key) in self.looked or true_at(condition, point):
                continue
            self.looked.add((condition, key))
            told = self._asked_at(point)
            if told is None or contrary in told or _follows(condition, told):
                self.shown[condition] = point
                return True
        return False

    def _judge(self, point: Mapping[str, int]) -> Counterexample | None:
        """Builds at a point and keeps what came of it; the counterexample, where nothing that was asked sets the point apart."""
        key = tuple(point.items())
        if key in self.good or key in self.against or _outside(self.firm, point):
            return None
        built = self.subject.build(point)
        if built is None:
            return None
        counter, buffers = _judged(built, self.found, self.black, point)
        if counter is not None:
            if not _outside(list(self.asked), point):
                return counter
            self.against[key] = counter  # the code took another branch there: a condition that says so stays
            return None
        self.wrong += [key for key in buffers if key not in self.wrong]
        self.good[key] = Point(key, built if isinstance(built, int) else total(built))
        return None

    def _first(self, seed: int) -> Counterexample | None:
        drawn: Iterator[dict[str, int]] = proposals(self.base, self.names, self.structural, (*self.firm, *self.asked), seed)
        if self.found is None:  # what a number branched on may be needless: every other point leaves it aside
            aside = proposals(self.base, self.names, self.structural, self.firm, seed + 3)
            drawn = chain.from_iterable(zip(drawn, aside, strict=False))
        return self._drawn(drawn, ())

    def _drawn(self, drawn: Iterator[dict[str, int]], within: Sequence[Boolean]) -> Counterexample | None:
        """Points as they are proposed, until there are enough within these conditions."""
        refused, done = 0, 0
        for point in islice(drawn, 25 * self.wanted):
            key = tuple(point.items())
            if key in self.good or key in self.against or _outside((*self.firm, *within), point):
                continue
            if self.subject.build(point) is None:
                refused += 1
                if refused > 8 * self.wanted:
                    break
                continue
            if (counter := self._judge(point)) is not None:
                return counter
            done += key in self.good
            if done >= self.wanted:
                break
        if refused:
            self.notes.append(f"the constructor refused {refused} further points, the last with {self.subject.last_error}")
        return None

    def _asked_at(self, point: Mapping[str, int]) -> tuple[Boolean, ...] | None:
        """What the code branches on at a point; None where it cannot be traced."""
        key = tuple(point.items())
        if key not in self.told:
            self.told[key] = self._told(point)
        return self.told[key]

    def _told(self, point: Mapping[str, int]) -> tuple[Boolean, ...] | None:
        trace = Trace()
        made = self.subject.traced({name: trace.integer(value, symbol(name)) for name, value in point.items()}, trace)
        return None if made is None else asked(trace)

    def _provoked(self) -> Counterexample | None:
        """Breaks on purpose each condition that no point has broken yet, and those that the code asks for behind it then."""
        shape_only = self.found.shape_only if self.found is not None else ()
        for condition in shape_only[:MOST]:
            if needed([condition], self.good.values()):
                for start in (self.base, {**self.base, **dict.fromkeys(self.structural, 9)}):
                    point = mended(start, [condition.negated, *self.asked], self.names)
                    if not true_at(condition, point):
                        if (counter := self._judge(point)) is not None:
                            return counter
                        break
        done: set[Boolean] = set()
        while (condition := next((c for c in self.asked if c not in done), None)) is not None and len(done) < MOST:
            done.add(condition)
            if (counter := self._broken(condition)) is not None:
                return counter
            if not self._needless(condition):
                continue
            point = dict(self.shown[condition])
            for name in sorted(map(str, condition.free_symbols)):  # at a bound, max(d, 16) is d on both sides
                for value in (point[name] - 1, point[name] + 1, point[name] // 2, 1, 2 * point[name], 10 * point[name]):
                    other = {**point, name: value}
                    if value > 0 and (name not in self.structural or value <= DEEP) and not true_at(condition, other):
                        self._judge(other)
            self._add(self._asked_at(point) or (), point)  # the form holds there: under what?
        return None

    def _broken(self, condition: Boolean) -> Counterexample | None:
        """A point that breaks the condition, unless there is one."""
        left = self.left()
        if condition not in left:
            return None
        others = [other for other in left if other != condition]
        alike = [other for other in others if other.free_symbols != condition.free_symbols]  # V > 2 holds V > 1 up
        starts = (self.asked[condition], self.base, *(dict(key) for key in list(self.good)[:2]))
        for start, kept in product(starts, (others, alike)):
            point = mended(start, [condition.negated, *kept], self.names)
            if true_at(condition, point) or tuple(point.items()) in self.good or self.subject.build(point) is None:
                continue
            if (counter := self._judge(point)) is not None or self._needless(condition):
                return counter
        return None

    def _swept(self) -> Counterexample | None:
        """Every number of layers (and the like) one by one, every other size over its whole range, alone and all together.

        Schedules agree by chance ("every eighth layer from the fifth on" and floor((N + 2)/7) are the same for N = 1 … 11, 13, 17,
        23, 29 and 30), and not every branch is seen: dictionaries by size, numbers of digits, bits.
        """
        wide = [name for name in self.names if name not in self.structural]
        traced = self.found is not None and self.found.method == "symbolic"  # what the code compares is known: fewer sizes do
        for name in self.structural:
            if traced and not self._stepped(name):
                continue
            tried, counter = self._tried({**self.base, name: value} for value in range(1, DEEP + 1))
            if counter is not None:
                return counter
            self.notes.append(f"{name}: {tried} values from 1 to {DEEP} one by one")
        spread = FEW if traced else SPREAD
        for name in wide:
            values = sorted({*spread, *self._multiples(name)})
            counter = self._tried({**self.base, name: value} for value in values)[1]
            if counter is not None:
                return counter
        deep = ({**self.base, **{name: value + place for place, name in enumerate(self.structural)}} for value in (10, 14, 18))
        if len(self.structural) > 1 and (counter := self._tried(deep)[1]) is not None:
            return counter
        together = ({**self.base, **{name: value + place for place, name in enumerate(wide)}} for value in spread)
        equal = ({**self.base, **dict.fromkeys(wide, value)} for value in spread[::2])
        for points in (together, equal) if len(wide) > 1 else ():
            if (counter := self._tried(points)[1]) is not None:
                return counter
        return None

    def _stepped(self, name: str) -> bool:
        """Whether numbers of copies go by steps or kinks along a size."""
        x = symbol(name)
        counts = [count for item in self.found.counted for count in item.copies] if self.found else []
        return any(x in count.free_symbols and not count.is_polynomial(x) for count in counts)

    def _tried(self, points: Iterable[dict[str, int]]) -> tuple[int, Counterexample | None]:
        """Points in order, mended to what is left of the conditions, until a build takes long; how many were built."""
        tried = 0
        for raw in points:
            conditions = self.left()
            point = raw if not _outside(conditions, raw) else mended(raw, conditions, self.names)
            if _outside(conditions, point):
                continue
            began = time.perf_counter()
            built = self.subject.build(point)
            slow = time.perf_counter() - began > min(SLOW, self.subject.seconds / 4)
            if (counter := self._judge(point)) is not None:
                return tried, counter
            tried += built is not None
            if slow:
                break
        return tried, None

    def _multiples(self, name: str) -> set[int]:
        """Sizes at which what is rounded is a whole number: floats may be a little below it there."""
        exprs = [size for item in self.found.counted for size in item.shape] if self.found else [self.black[0].expr]  # type: ignore[index]
        found = set()
        for rounded in (part for expr in exprs for part in expr.atoms(floor, ceiling) if symbol(name) in part.free_symbols):
            below = rounded.args[0].as_numer_denom()[1]
            if below.is_Integer and int(below) & (int(below) - 1):
                found |= {int(below) * times for times in range(1, 31)}
        return {value for value in found if value <= SPREAD[-1]}


def _outside(conditions: Iterable[Boolean], point: Mapping[str, int]) -> bool:
    return not all(true_at(condition, point) for condition in conditions)


def _follows(condition: Boolean, told: Iterable[Boolean]) -> bool:
    """Whether an equality was asked again with another number: that number is the size itself, with its origin lost."""
    return isinstance(condition, Eq) and any(isinstance(said, Eq) and said.args[0] == condition.args[0] for said in told)


def _judged(
    built: Built, found: Found | None, black: Black | None, point: Mapping[str, int]
) -> tuple[Counterexample | None, list[Key]]:
    if found is None:
        assert black is not None
        formula = value_if_any(black[0].expr, point)
        code = built if isinstance(built, int) else total(built)
        whole = int(formula) if formula is not None and formula.denominator == 1 else None
        return (None if whole == code else Counterexample(dict(point), whole, code)), []
    if isinstance(built, int):
        return Counterexample(dict(point), None, built), []
    counter = compared(found.counted, built, found.collapse, point)
    if counter is not None:
        return counter, []
    if compared(found.counted, built, found.collapse, point, buffers=True) is None:
        return None, []
    real = {(found.collapse.name(tensor.name)[0], tensor.sizes) for tensor in built if tensor.kind == "buffer"}
    said = [item for item in found.counted if item.key.kind == "buffer"]
    return None, [item.key for item in said if (item.key.name, tuple(int(value_at(s, point)) for s in item.shape)) not in real]
