"""Building for real at points that no fit has used, and comparing tensor by tensor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from sympy import Max, Min, ceiling, floor
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.building.subjects import Built, Subject
from symparams.frameworks.recovery.building.tensors import total
from symparams.frameworks.recovery.exact.solving import holds, value_at, value_if_any
from symparams.frameworks.recovery.fitting.fits import Fit
from symparams.frameworks.recovery.proving.evidence import Counterexample, compared
from symparams.frameworks.recovery.sizes.conditions import needed
from symparams.frameworks.recovery.sizes.points import DEEP, Point, mended, proposals, true_at
from symparams.frameworks.recovery.tracing.structure import Key
from symparams.frameworks.recovery.tracing.symbolic import Found
from symparams.notation import symbol

__all__ = ["Verified", "verified"]


@dataclass
class Verified:
    """The points that agreed, a point that did not, buffers that did not follow, and what a reader has to know."""

    points: tuple[Point, ...]
    counterexample: Counterexample | None
    wrong_buffers: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()


Black = tuple[Fit, Sequence[Boolean], Sequence[str]]


def verified(
    subject: Subject, base: Mapping[str, int], found: Found | None, points: int, seed: int, black: Black | None = None
) -> Verified:
    """At least `points` builds beyond the start, and the verdict."""
    if found is not None:
        conditions, structural, names = found.conditions, found.structural, list(base)
    else:
        assert black is not None
        conditions, structural, names = tuple(black[1]), tuple(black[2]), list(black[0].varied)
    good: dict[tuple[tuple[str, int], ...], Point] = {}
    wrong: list[Key] = []
    refused = 0
    excused: list[tuple[Mapping[str, int], Counterexample]] = []
    for point in islice(proposals(base, names, structural, conditions, seed), 25 * points):
        key = tuple(point.items())
        if key in good:
            continue
        if black is not None and not all(holds(condition, point) for condition in conditions):
            continue
        built = subject.build(point)
        if built is None:
            refused += 1
            if refused > 8 * points:
                break
            continue
        counter, buffers = _judged(built, found, black, point)
        if counter is not None:
            if found is not None and _outside(needed(conditions, good.values()), point):
                excused.append((point, counter))  # the code took another branch there: the condition that says so stays
                continue
            return Verified(tuple(good.values()), counter)
        wrong += [key for key in buffers if key not in wrong]
        good[key] = Point(key, built if isinstance(built, int) else total(built))
        if len(good) >= points:
            break
    refusal = f"the constructor refused {refused} further points, the last with {subject.last_error}"
    notes: tuple[str, ...] = (refusal,) if refused else ()
    if len(good) >= points:
        ranges, counter = _swept(subject, found, black, base)
        if counter is not None:
            return Verified(tuple(good.values()), counter)
        notes += ranges
    if found is not None and len(good) >= points:
        _provoked(subject, found, good, base, excused)
        conditions = needed(found.conditions, good.values())
        for refuted, against in excused:
            if not _outside(conditions, refuted):  # each of its conditions was seen to be needless alone, and not so together
                return Verified(tuple(good.values()), against)
    return Verified(tuple(good.values()), None, tuple(wrong), notes)


def _swept(
    subject: Subject, found: Found | None, black: Black | None, base: Mapping[str, int]
) -> tuple[tuple[str, ...], Counterexample | None]:
    """Every number of layers (and the like) one by one, where the copies go by steps or kinks: such formulas agree by chance.

    "Every eighth layer from the fifth on" and floor((N + 2)/7) are the same for N = 1 … 11, 13, 17, 23, 29 and 30.
    """
    counts = [copies for item in found.counted for copies in item.copies] if found is not None else [black[0].expr] if black else []
    small = found.structural if found is not None else tuple(black[2]) if black else ()
    notes: tuple[str, ...] = ()
    for name in small:
        stepped = {part for count in counts for part in count.atoms(floor, ceiling, Max, Min) if symbol(name) in part.free_symbols}
        if not stepped and not any(
            symbol(name) in count.free_symbols and not count.is_polynomial(symbol(name)) for count in counts
        ):
            continue
        tried = 0
        for value in range(1, DEEP + 1):
            point = {**base, name: value}
            built = subject.build(point)
            if built is None:
                continue
            counter, _ = _judged(built, found, black, point)
            if counter is not None:
                return notes, counter
            tried += 1
        notes += (f"{name}: {tried} values from 1 to {DEEP} one by one",)
    return notes, None


def _provoked(
    subject: Subject,
    found: Found,
    good: dict[tuple[tuple[str, int], ...], Point],
    base: Mapping[str, int],
    excused: list[tuple[Mapping[str, int], Counterexample]],
) -> None:
    """Breaks on purpose each condition that no point has broken yet; where the form holds all the same, that is a point more."""
    for condition in needed(found.conditions, good.values()):
        others = [other for other in needed(found.conditions, good.values()) if other != condition]
        if condition in others or true_at(condition, dict(next(reversed(good)))) is False:
            continue
        alike = [other for other in others if other.free_symbols != condition.free_symbols]  # V > 2 holds V > 1 up
        for start, kept in product((base, *(dict(key) for key in list(good)[:2])), (others, alike)):
            point = mended(start, [condition.negated, *kept], list(base))
            key = tuple(point.items())
            if true_at(condition, point) or key in good:
                continue
            built = subject.build(point)
            if built is None:
                continue
            counter, _ = _judged(built, found, None, point)
            if counter is None and not isinstance(built, int):
                good[key] = Point(key, total(built))
            elif counter is not None:
                excused.append((point, counter))
            break


def _outside(conditions: Sequence[Boolean], point: Mapping[str, int]) -> bool:
    return not all(true_at(condition, point) for condition in conditions)


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
