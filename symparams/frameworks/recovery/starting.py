"""Where a recovery starts: sizes at which the thing can be built, no two of them equal by accident, few layers."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from symparams.errors import RecoveryError, shown
from symparams.frameworks.recovery.building.subjects import Built, Subject
from symparams.frameworks.recovery.holding import LAYERS

__all__ = ["fields", "start"]

_COPIES = re.compile(r"(num|n)_(local_|routed_|shared_)?experts$", re.I)
_SOME = re.compile(r"head|group|expert|kernel|code|bucket", re.I)
_SIZE = re.compile(r"(dim|size|rank|width|features|channels)$", re.I)
_WIDE = (96, 120, 144, 168, 192, 240)
_NO_SIZE = re.compile(r"_id$|(ids?|index|indices|indexes|idx|layers|pattern|blocks)\.\d+$", re.I)
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512)


def fields(subject: Subject, over: Sequence[str] | None) -> tuple[str, ...]:
    """The fields to vary: those asked for, each checked, or every field whose value is an integer.

    Raises `RecoveryError` for a field that the subject does not have or that is no integer.
    """
    known = subject.defaults
    if over is None:
        return _mattering(subject)
    entries = {name: [key for key in known if re.fullmatch(rf"{re.escape(str(name))}\.\d+", key)] for name in over}
    asked = [key for name in over for key in (entries[name] or [name])]  # a list stands for its entries
    for name in asked:
        if name not in known:
            every = [*known, *subject.others]
            usual = [key for key in known if not _NO_SIZE.search(key) and known[key] != 0][:8]
            near = difflib.get_close_matches(str(name), every, 3) or usual
            wanted = f"an integer field of {subject.name}"
            if name in subject.others:
                move = f"give it a value with fixed={{…}} (--with name=value), or vary others, such as {', '.join(usual)}"
                raise RecoveryError(f"the field {name} = {shown(subject.others[name])}", wanted, move)
            raise RecoveryError(f"the field {shown(name)}", wanted, f"did you mean {', '.join(near)}?")
    return tuple(dict.fromkeys(asked))


def _mattering(subject: Subject) -> tuple[str, ...]:
    """The fields that the number depends on, each changed alone; those without a default always."""
    numbers = {name: value for name, value in subject.defaults.items() if isinstance(value, int) and value > 0}
    numbers = {name: value for name, value in numbers.items() if not _NO_SIZE.search(name) and name not in subject.aliases}
    numbers |= _wanting(subject)
    required = tuple(name for name in subject.defaults if name in subject.required)
    if required:
        return (*required, *(name for name in numbers if name not in required))
    needed = [name for name, value in numbers.items() if subject.defaults[name] is None]
    few = start(subject, tuple(n for n in numbers if n in needed or LAYERS.search(n) or _COPIES.search(n)), distinct=False)
    base = subject.build(few)
    if base is None:
        raise RecoveryError(f"{subject.name}: {subject.last_error}", "a constructor that builds at its defaults", "give fixed={…}")
    numbers |= few
    first = tuple(name for name, value in numbers.items() if _matters(subject, few, base, name, value))
    given = few | {name: numbers[name] for name in first}
    again = subject.build(given)  # with these given, what else was worked out from them may matter by itself: heads beside head_dim
    if again is None:
        return first
    further = {name for name, value in numbers.items() if name not in given and _matters(subject, given, again, name, value)}
    return tuple(name for name in numbers if name in first or name in further)


def _wanting(subject: Subject) -> dict[str, int]:
    """Guesses for those fields without a value that the constructor does not build without; none where it builds as it is."""
    if subject.required or subject.build({}) is not None:
        return {}
    unknown = [name for name, value in subject.defaults.items() if value is None and not name.endswith("_id")]
    guesses = {name: _guess(name, place, _WIDE) for place, name in enumerate(unknown) if name not in subject.aliases}
    for some in ({name: guess} for name, guess in guesses.items()):
        if subject.build(some) is not None:
            return some
    if subject.build(guesses) is None:
        return {}
    for name in list(guesses):
        without = {other: guess for other, guess in guesses.items() if other != name}
        if subject.build(without) is not None:
            guesses = without
    return guesses


def _matters(subject: Subject, given: Mapping[str, int], base: Built, name: str, value: int) -> bool:
    """Whether what is built changes with that field alone; a field that cannot be changed alone may, too."""
    alone = False
    small = (value - 1, value - 2, value // 2) if LAYERS.search(name) and value > 2 else ()
    for other in (*small, value + 1, 2 * value, value + 2, value + 8, value + 64, 3 * value, value - 1):
        if other > 0 and (built := subject.build({**given, name: other})) is not None:
            alone = True
            if _signature(built) != _signature(base):
                return True
            if other >= 2 * value:
                return False
    return not alone


def _signature(built: Built) -> object:
    return built if isinstance(built, int) else Counter(tensor.sizes for tensor in built if tensor.counted)


def start(subject: Subject, over: Sequence[str], distinct: bool = True) -> dict[str, int]:
    """Sizes to start from: the defaults, few layers, guesses for what has no default, moved until no two are equal.

    Raises `RecoveryError` where nothing builds, with what the constructor said.
    """
    base = next((point for point in _first(subject, over) if subject.build(point) is not None), None)
    if base is None:
        raise RecoveryError(
            f"{subject.name} cannot be built at {dict(next(_first(subject, over)))}: {subject.last_error}",
            "a constructor that builds at some sizes",
            "give further arguments with fixed={…} (--with name=value), or vary other fields",
        )
    for name in over:  # few layers: a build takes as long as it has layers
        if LAYERS.search(name) and base[name] > 4:
            base = _moved(subject, base, name, (4, 3, 5, 6, 8))
        elif _COPIES.search(name) and base[name] > 10:
            base = _moved(subject, base, name, (8, 10, 9, 16))
    if not distinct:
        return base
    for name in over:
        if base[name] in {base[other] for other in over if other != name} or base[name] < 3:
            few = (2, 3, 5) if base[name] < 2 else ()  # with one dense layer, "the first k" and "one" look alike
            base = _moved(subject, base, name, [*few, *(base[name] + step for step in _STEPS)])
    return base


def _moved(subject: Subject, base: dict[str, int], name: str, values: Sequence[int]) -> dict[str, int]:
    taken = {value for other, value in base.items() if other != name}
    for value in values:
        if value not in taken and subject.build(other := {**base, name: value}) is not None:
            return other
    return base


def _first(subject: Subject, over: Sequence[str]) -> Iterator[dict[str, int]]:
    given = {name: subject.defaults[name] for name in over if isinstance(subject.defaults[name], int)}
    unknown = [name for name in over if name not in given]
    guesses = {name: _guess(name, place, _WIDE) for place, name in enumerate(unknown)}
    yield {name: {**guesses, **given}[name] for name in over}
    for scale in (64, 100, 27, 1024):
        yield {
            name: {**{n: scale + 2 * p if v > 20 else v for p, (n, v) in enumerate(guesses.items())}, **given}[name]
            for name in over
        }
    yield {name: {**dict.fromkeys(unknown, 12), **given}[name] for name in over}
    small: Mapping[str, Sequence[int]] = dict.fromkeys(unknown[:4], (2, 3, 4, 8, 64))
    for values in product(*small.values()):
        yield {name: {**guesses, **dict(zip(small, values, strict=True)), **given}[name] for name in over}


def _guess(name: str, place: int, wide: Sequence[int]) -> int:
    some = _SOME.search(name) and not _SIZE.search(name)
    return 4 if LAYERS.search(name) else 3 + place % 2 if some else wide[place % len(wide)] + place // len(wide)
