"""Building for real at points that no fit has used, and comparing tensor by tensor."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product

from sympy import ceiling, floor
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.proving.branches import Black, Branches, outside
from symparams.frameworks.recovery.proving.evidence import Counterexample
from symparams.frameworks.recovery.sizes.conditions import needed
from symparams.frameworks.recovery.sizes.points import DEEP, Point, mended, proposals, true_at
from symparams.frameworks.recovery.tracing.structure import Key
from symparams.frameworks.recovery.tracing.symbolic import Found
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


def verified(
    subject: Subject, base: Mapping[str, int], found: Found | None, points: int, seed: int, black: Black | None = None
) -> Verified:
    """At least `points` builds beyond the start, and the verdict."""
    return _Falsification(Branches(subject, base, found, black), points).verdict(seed)


@dataclass
class _Falsification:
    """Attempts to refute a form: at points drawn by chance, beyond each boundary, over whole ranges; `wanted`: how many points."""

    branches: Branches
    wanted: int
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        branches = self.branches
        self.subject, self.base, self.found = branches.subject, branches.base, branches.found
        self.names, self.structural = branches.names, branches.structural

    def verdict(self, seed: int) -> Verified:
        """The points, the conditions left, and the counterexample if there is one."""
        counter = self._drawn(seed)
        if counter is None and len(self.branches.agreed) >= self.wanted:
            for way in (self._beyond_boundaries, self._over_ranges):
                if counter is None:
                    counter = way()
        conditions = self.branches.left()
        inside = tuple(point for point in self.branches.agreed.values() if not outside(conditions, dict(point.values)))
        if counter is None and len(inside) < self.wanted <= len(self.branches.agreed):
            counter = self._at_random(proposals(self.base, self.names, self.structural, conditions, seed + 2), conditions)
            conditions = self.branches.left()
            inside = tuple(point for point in self.branches.agreed.values() if not outside(conditions, dict(point.values)))
        return Verified(inside, conditions, counter, tuple(self.branches.wrong_buffers), tuple(self.notes))

    def _drawn(self, seed: int) -> Counterexample | None:
        drawn: Iterator[dict[str, int]] = proposals(
            self.base, self.names, self.structural, (*self.branches.firm, *self.branches.conditions), seed
        )
        if self.found is None:  # what a number branched on may be needless: every other point leaves it aside
            aside = proposals(self.base, self.names, self.structural, self.branches.firm, seed + 3)
            drawn = chain.from_iterable(zip(drawn, aside, strict=False))
        return self._at_random(drawn, ())

    def _at_random(self, drawn: Iterator[dict[str, int]], within: Sequence[Boolean]) -> Counterexample | None:
        """Points as they are proposed, until there are enough within these conditions."""
        refused, done = 0, 0
        for point in islice(drawn, 25 * self.wanted):
            key = tuple(point.items())
            if key in self.branches.agreed or key in self.branches.refuted or outside((*self.branches.firm, *within), point):
                continue
            if self.subject.build(point) is None:
                refused += 1
                if refused > 8 * self.wanted:
                    break
                continue
            if (counter := self.branches.judge(point)) is not None:
                return counter
            done += key in self.branches.agreed
            if done >= self.wanted:
                break
        if refused:
            self.notes.append(f"the constructor refused {refused} further points, the last with {self.subject.last_error}")
        return None

    def _beyond_boundaries(self) -> Counterexample | None:
        """Breaks on purpose each condition that no point has broken yet, and those that the code asks for behind it then."""
        shape_only = self.found.shape_only if self.found is not None else ()
        for condition in shape_only[:MOST]:
            if needed([condition], self.branches.agreed.values()):
                for start in (self.base, {**self.base, **dict.fromkeys(self.structural, 9)}):
                    point = mended(start, [condition.negated, *self.branches.conditions], self.names)
                    if not true_at(condition, point):
                        if (counter := self.branches.judge(point)) is not None:
                            return counter
                        break
        done: set[Boolean] = set()
        while (condition := next((c for c in self.branches.conditions if c not in done), None)) is not None and len(done) < MOST:
            done.add(condition)
            if (counter := self._beyond(condition)) is not None:
                return counter
            if not self.branches.is_needless(condition):
                continue
            point = dict(self.branches.needless[condition])
            for name in sorted(map(str, condition.free_symbols)):  # at a bound, max(d, 16) is d on both sides
                for value in (point[name] - 1, point[name] + 1, point[name] // 2, 1, 2 * point[name], 10 * point[name]):
                    other = {**point, name: value}
                    if value > 0 and (name not in self.structural or value <= DEEP) and not true_at(condition, other):
                        self.branches.judge(other)
            self.branches.add(self.branches.conditions_at(point) or (), point)  # the form holds there: under what?
        return None

    def _beyond(self, condition: Boolean) -> Counterexample | None:
        """A point that breaks the condition, unless there is one."""
        left = self.branches.left()
        if condition not in left:
            return None
        others = [other for other in left if other != condition]
        alike = [other for other in others if other.free_symbols != condition.free_symbols]  # V > 2 holds V > 1 up
        starts = (self.branches.conditions[condition], self.base, *(dict(key) for key in list(self.branches.agreed)[:2]))
        for start, kept in product(starts, (others, alike)):
            point = mended(start, [condition.negated, *kept], self.names)
            if true_at(condition, point) or tuple(point.items()) in self.branches.agreed or self.subject.build(point) is None:
                continue
            if (counter := self.branches.judge(point)) is not None or self.branches.is_needless(condition):
                return counter
        return None

    def _over_ranges(self) -> Counterexample | None:
        """Every number of layers (and the like) one by one, every other size over its whole range, alone and all together.

        Schedules agree by chance ("every eighth layer from the fifth on" and floor((N + 2)/7) are the same for N = 1 … 11, 13, 17,
        23, 29 and 30), and not every branch is seen: dictionaries by size, numbers of digits, bits.
        """
        wide = [name for name in self.names if name not in self.structural]
        traced = self.found is not None and self.found.method == "symbolic"  # what the code compares is known: fewer sizes do
        for name in self.structural:
            if traced and not self._stepped(name):
                continue
            tried, counter = self._at({**self.base, name: value} for value in range(1, DEEP + 1))
            if counter is not None:
                return counter
            self.notes.append(f"{name}: {tried} values from 1 to {DEEP} one by one")
        spread = FEW if traced else SPREAD
        for name in wide:
            values = sorted({*spread, *self._multiples(name)})
            counter = self._at({**self.base, name: value} for value in values)[1]
            if counter is not None:
                return counter
        deep = ({**self.base, **{name: value + place for place, name in enumerate(self.structural)}} for value in (10, 14, 18))
        if len(self.structural) > 1 and (counter := self._at(deep)[1]) is not None:
            return counter
        together = ({**self.base, **{name: value + place for place, name in enumerate(wide)}} for value in spread)
        equal = ({**self.base, **dict.fromkeys(wide, value)} for value in spread[::2])
        for points in (together, equal) if len(wide) > 1 else ():
            if (counter := self._at(points)[1]) is not None:
                return counter
        return None

    def _stepped(self, name: str) -> bool:
        """Whether numbers of copies go by steps or kinks along a size."""
        x = symbol(name)
        counts = [count for item in self.found.counted for count in item.copies] if self.found else []
        return any(x in count.free_symbols and not count.is_polynomial(x) for count in counts)

    def _at(self, points: Iterable[dict[str, int]]) -> tuple[int, Counterexample | None]:
        """Points in order, mended to what is left of the conditions, until a build takes long; how many were built."""
        tried = 0
        for raw in points:
            conditions = self.branches.left()
            point = raw if not outside(conditions, raw) else mended(raw, conditions, self.names)
            if outside(conditions, point):
                continue
            began = time.perf_counter()
            built = self.subject.build(point)
            slow = time.perf_counter() - began > min(SLOW, self.subject.seconds / 4)
            if (counter := self.branches.judge(point)) is not None:
                return tried, counter
            tried += built is not None
            if slow:
                break
        return tried, None

    def _multiples(self, name: str) -> set[int]:
        """Sizes at which what is rounded is a whole number: floats may be a little below it there."""
        exprs = [size for item in self.found.counted for size in item.shape] if self.found else [self.branches.black[0].expr]  # type: ignore[index]
        found = set()
        for rounded in (part for expr in exprs for part in expr.atoms(floor, ceiling) if symbol(name) in part.free_symbols):
            below = rounded.args[0].as_numer_denom()[1]
            if below.is_Integer and int(below) & (int(below) - 1):
                found |= {int(below) * times for times in range(1, 31)}
        return {value for value in found if value <= SPREAD[-1]}
