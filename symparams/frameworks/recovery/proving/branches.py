"""What code branches on, and at which points a form agreed with it: which conditions a form needs, and which it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sympy import Eq
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.building.subjects import Built, Subject
from symparams.frameworks.recovery.building.tensors import total
from symparams.frameworks.recovery.exact.solving import value_at, value_if_any
from symparams.frameworks.recovery.exact.traced import Trace
from symparams.frameworks.recovery.fitting.fits import Fit
from symparams.frameworks.recovery.proving.evidence import Counterexample, compared
from symparams.frameworks.recovery.sizes.conditions import plain
from symparams.frameworks.recovery.sizes.points import DEEP, Point, true_at
from symparams.frameworks.recovery.tracing.structure import Key
from symparams.frameworks.recovery.tracing.symbolic import Found, asked
from symparams.notation import symbol

__all__ = ["Black", "Branches", "outside"]

Black: TypeAlias = tuple[Fit, Sequence[Boolean], Sequence[str]]
Place: TypeAlias = tuple[tuple[str, int], ...]  # the sizes of a point, by which it is kept


@dataclass
class Branches:
    """The branches of the code that a form is about, and the points that were built.

    where: firm: conditions that no point may break; conditions: what the code branched on, each with a point at which it did;
    agreed: the points at which code and form agreed; refuted: those at which they did not, outside the conditions; needless: the
    conditions that are not needed, each with a point that shows it; traced: what the code branches on at a point; examined:
    conditions that a point was examined for.
    """

    subject: Subject
    base: Mapping[str, int]
    found: Found | None
    black: Black | None
    firm: tuple[Boolean, ...] = ()
    conditions: dict[Boolean, Mapping[str, int]] = field(default_factory=dict)
    agreed: dict[Place, Point] = field(default_factory=dict)
    refuted: dict[Place, Counterexample] = field(default_factory=dict)
    needless: dict[Boolean, Mapping[str, int]] = field(default_factory=dict)
    traced: dict[Place, tuple[Boolean, ...] | None] = field(default_factory=dict)
    examined: set[tuple[Boolean, Place]] = field(default_factory=set)
    wrong_buffers: list[Key] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.found is not None:
            self.names, self.structural = list(self.base), self.found.structural
            self.conditions = {said: self.found.origins.get(said, self.base) for said in self.found.conditions}
        else:
            assert self.black is not None
            self.names, self.structural = list(self.black[0].varied), tuple(self.black[2])
            self.firm = tuple(self.black[1])
            self.conditions = dict.fromkeys(self.conditions_at(self.base) or (), self.base)
        for name in self.structural:  # what only the twentieth layer branches on
            deep = {**self.base, name: DEEP}
            self.add(self.conditions_at(deep) or (), deep)

    def add(self, conditions: Iterable[Boolean], point: Mapping[str, int]) -> None:
        """Conditions that were met at a further point; the numbers of copies tell what is about layers alone."""
        for condition in conditions:
            new = condition not in self.conditions and plain(condition.negated) not in self.conditions
            of_copies = self.found is not None and condition.free_symbols <= {symbol(name) for name in self.structural}
            if new and not of_copies:
                self.conditions[condition] = point

    def left(self) -> tuple[Boolean, ...]:
        """The conditions that no point has shown to be needless, and those again without which a point refutes the form."""
        kept = {condition for condition in self.conditions if not self.is_needless(condition)}
        for key in self.refuted:
            point = dict(key)
            broken = [condition for condition in self.conditions if not true_at(condition, point)]
            if not kept.intersection(broken):
                kept.update(broken)
        return (*self.firm, *(condition for condition in self.conditions if condition in kept))

    def is_needless(self, condition: Boolean) -> bool:
        """Whether the form holds at a point where the code asked for this and got the opposite answer: not all points ask."""
        if condition in self.needless:
            return True
        contrary = plain(condition.negated)
        for key in list(self.agreed):
            point = dict(key)
            if (condition, key) in self.examined or true_at(condition, point):
                continue
            self.examined.add((condition, key))
            told = self.conditions_at(point)
            if told is None or contrary in told or _follows(condition, told):
                self.needless[condition] = point
                return True
        return False

    def judge(self, point: Mapping[str, int]) -> Counterexample | None:
        """Builds at a point and keeps what came of it; the counterexample, where nothing that was asked sets the point apart."""
        key = tuple(point.items())
        if key in self.agreed or key in self.refuted or outside(self.firm, point):
            return None
        built = self.subject.build(point)
        if built is None:
            return None
        counter, buffers = _judged(built, self.found, self.black, point)
        if counter is not None:
            if not outside(list(self.conditions), point):
                return counter
            self.refuted[key] = counter  # the code took another branch there: a condition that says so stays
            return None
        self.wrong_buffers += [key for key in buffers if key not in self.wrong_buffers]
        self.agreed[key] = Point(key, built if isinstance(built, int) else total(built))
        return None

    def conditions_at(self, point: Mapping[str, int]) -> tuple[Boolean, ...] | None:
        """What the code branches on at a point; None where it cannot be traced."""
        key = tuple(point.items())
        if key not in self.traced:
            self.traced[key] = self._trace(point)
        return self.traced[key]

    def _trace(self, point: Mapping[str, int]) -> tuple[Boolean, ...] | None:
        trace = Trace()
        made = self.subject.traced({name: trace.integer(value, symbol(name)) for name, value in point.items()}, trace)
        return None if made is None else asked(trace)


def outside(conditions: Iterable[Boolean], point: Mapping[str, int]) -> bool:
    """Whether a point breaks one of the conditions."""
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
