"""What a form rests on beyond its points: PROVEN where each size was seen to come from the fields, FITTED where one left the trace.

What is FITTED is claimed for the range that was tried, and no further. Chance and state are no formula: they are refused.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from sympy import Expr, Le
from sympy.logic.boolalg import Boolean

from symparams.errors import RecoveryError
from symparams.frameworks.recovery.building.subjects import Built, Subject
from symparams.frameworks.recovery.building.tensors import total
from symparams.frameworks.recovery.exact.solving import holds, value_at
from symparams.frameworks.recovery.exact.traced import Trace
from symparams.notation import symbol
from symparams.tree.modules import Tensors

__all__ = ["Grade", "escapes", "range_of", "refuse_chance"]

Grade: TypeAlias = Literal["PROVEN", "FITTED"]
DEEP = (64, 128)  # numbers of layers that are built beyond those that the form was found from
KEYS, ROUNDED = 512, 1_024  # where a size is the key of a table, a text, or rounded as a float, every value up to these is built
_WIDE = (1, 2, 3, 5, 8, 16, 64, 100, 256, 1_000, 1_024, 4_096, 10_000, 2**17, 100_000, 2**20)
_DEEPEST = 256  # where a size is a number of tensors: a build takes as long as it has
_TIMES = (2, 3, 5, 8, 32, 512)  # multiples of where the recovery started, which meet what divides that
_ODD = (45, 50, 70, 90, 110, 150, 190, 230, 330, 350, 410, 720, 790, 1030, 1290, 2310, 2560, 5120)  # where products of floats round


def refuse_chance(subject: Subject, base: Mapping[str, int]) -> None:
    """Builds anew at one point, under other seeds: what differs then is no function of the sizes.

    Raises `RecoveryError` where two builds differ.
    """
    state = random.getstate()
    try:
        first = subject.build(base)
        for seed in range(3):
            random.seed(seed)
            again = subject.again(base)
            if again is not None and _sizes(again) != _sizes(first):
                raise RecoveryError(
                    f"{subject.name}: two builds at {dict(base)} differ",
                    "a constructor without chance, counters or other state",
                    "give what changes as an argument, and hold it with fixed={…}",
                )
    finally:
        random.setstate(state)


def _sizes(built: Built | None) -> object:
    return built if built is None or isinstance(built, int) else [(one.name, one.sizes, one.kind, one.tied_to) for one in built]


def escapes(subject: Subject, base: Mapping[str, int]) -> dict[str, str]:
    """The symbols whose sizes left the trace while the subject was built, and where: as a text, a key, a float, or rounded."""
    trace = Trace()
    values = {name: trace.integer(value, symbol(name)) for name, value in base.items()}
    if not subject.torch or subject.traced(values, trace) is None:
        return {}
    found: dict[str, str] = {}
    for expr, (kind, place) in trace.escapes.items():
        for one in expr.free_symbols:
            found.setdefault(one.name, f"{one.name} {kind} at {place}")
    return found


def range_of(
    subject: Subject,
    base: Mapping[str, int],
    expr: Expr,
    conditions: Iterable[Boolean],
    tensors: Iterable[Tensors],
    lost: Mapping[str, str],
) -> tuple[Boolean, ...]:
    """The bounds within which a form is claimed: each size that left the trace up to where it was tried and found right, and each
    number of layers up to the deepest that was, where deeper ones differ.

    where: lost: the symbols that left the trace, and how.
    """
    conditions = tuple(conditions)
    structural = {one.name for item in tensors for count in item.copies for one in count.free_symbols}
    bounds: list[Boolean] = []
    for name in base:
        if name in lost or name in structural:
            bound = _bound(subject, base, name, expr, conditions, lost.get(name))
            if bound is not None:
                bounds.append(Le(symbol(name), bound))
    return tuple(bounds)


def _bound(
    subject: Subject, base: Mapping[str, int], name: str, expr: Expr, conditions: tuple[Boolean, ...], lost: str | None
) -> int | None:
    """The largest value up to which the form is right where it was tried; None for a number of layers that is right at any depth
    that was.
    """
    if lost is None:
        last, wrong = _tried(subject, base, name, DEEP, expr, conditions)
        if wrong is None:
            return None
        last, earlier = _tried(subject, base, name, range(1, wrong), expr, conditions)
        return _before(last, earlier or wrong)
    if "key of a table" in lost or "a text" in lost:
        last, wrong = _tried(subject, base, name, range(1, KEYS + 1), expr, conditions)
        return _before(last, wrong or KEYS + 1)
    several = {*_WIDE, *(times * base[name] for times in _TIMES)}
    if _number(subject, base) != _number(subject, {**base, name: 2 * base[name]}):
        several = {value for value in several if value <= _DEEPEST}
    rounded = "rounded" in lost or "a float" in lost
    last, wrong = _tried(subject, base, name, sorted({*several, *_ODD} if rounded else several), expr, conditions)
    if rounded or wrong is not None:  # between those there may be an earlier one
        every = range(1, min(wrong or ROUNDED, ROUNDED) + 1)
        swept, earlier = _tried(subject, base, name, every, expr, conditions)
        if earlier is not None:
            return _before(swept, earlier)
        last = swept if wrong is not None else last
    return max(last, base[name]) if wrong is None else _before(last, wrong)


def _number(subject: Subject, sizes: Mapping[str, int]) -> int | None:
    """How many tensors there are at these sizes."""
    built = subject.build(sizes)
    return len(built) if isinstance(built, tuple) else None


def _before(last: int, end: int) -> int:
    """The value before the first wrong one, or before the end of what was tried; 1 where nothing was found right."""
    return max(end - 1, 1) if last else 1


def _tried(
    subject: Subject,
    base: Mapping[str, int],
    name: str,
    values: Iterable[int],
    expr: Expr,
    conditions: tuple[Boolean, ...],
) -> tuple[int, int | None]:
    """The largest of the values, from the smallest on, at which the form was found right, and the first at which it is wrong."""
    last = 0
    for value in values:
        point = {**base, name: value}
        if not _meets(conditions, point):
            continue
        built = subject.build(point)
        if built is None:
            continue
        try:
            right = value_at(expr, point) == (built if isinstance(built, int) else total(built))
        except (ZeroDivisionError, ValueError):
            right = False
        if not right:
            return last, value
        last = value
    return last, None


def _meets(conditions: tuple[Boolean, ...], point: Mapping[str, int]) -> bool:
    try:
        return all(holds(condition, point) for condition in conditions)
    except (ValueError, ZeroDivisionError):
        return False
