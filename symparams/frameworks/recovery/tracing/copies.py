"""How many copies of each kind of tensor there are: traced builds of several structures, their numbers fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer, Max, Min

from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.tensors import Tensor
from symparams.frameworks.recovery.exact.traced import Trace
from symparams.frameworks.recovery.fitting.fits import NotFittedError, fitted
from symparams.frameworks.recovery.tracing.structure import Collapse, Key, Seen, seen
from symparams.notation import symbol

__all__ = ["NotTracedError", "Tracer", "copies_of"]


class NotTracedError(NotFittedError):
    """The symbolic method found no form."""


@dataclass
class Tracer:
    """Traced builds of a subject, each done once; sizes that turned out to be no constants are left open."""

    subject: Subject
    known: dict[tuple[int, ...], tuple[tuple[Tensor, ...], Trace] | None] = field(default_factory=dict)

    def at(self, values: Mapping[str, int]) -> tuple[Tensor, ...] | None:
        return None if (got := self.run(values)) is None else got[0]

    def run(self, values: Mapping[str, int]) -> tuple[tuple[Tensor, ...], Trace] | None:
        key = tuple(values.values())
        if key not in self.known:
            trace = Trace()
            made = self.subject.traced({name: trace.integer(value, symbol(name)) for name, value in values.items()}, trace)
            self.known[key] = (made, trace) if isinstance(made, tuple) else None
        return self.known[key]


def copies_of(
    tracer: Tracer,
    base: Mapping[str, int],
    structural: tuple[str, ...],
    collapse: Collapse,
    ladder: Sequence[int],
    lost: set[tuple[str, int]],
) -> tuple[dict[Key, tuple[Expr, ...]], list[Key]]:
    """The numbers of copies of every kind of tensor as formulas of the structural fields."""
    met: dict[tuple[int, ...], dict[Key, Seen] | None] = {}
    kinds: dict[Key, None] = {}

    def kinds_at(values: Mapping[str, int]) -> dict[Key, Seen] | None:
        key = tuple(values.values())
        if key not in met:
            tensors = tracer.at(values)
            met[key] = None if tensors is None else seen([_opened(tensor, collapse, lost) for tensor in tensors], collapse)
            kinds.update(dict.fromkeys(met[key] or ()))
        return met[key]

    kinds_at(base)
    for name in structural:
        for value in ladder:
            kinds_at({**base, name: value})
    fits: list[tuple[tuple[int | None, ...], Expr]] = []
    found: dict[Key, tuple[Expr, ...]] = {}

    def fit(key: Key, level: int) -> Expr:
        def number(values: Mapping[str, int]) -> int | None:
            there = kinds_at(values)
            if there is None:
                return None
            if key not in there:
                return 0 if level < 1 else None
            levels = there[key].levels
            return levels[level] if level < 1 else levels[level] // levels[level - 1]

        def whole(values: Mapping[str, int]) -> int | None:
            there = kinds_at(values)
            return None if there is None else there[key].levels[-1] if key in there and there[key].levels else int(key in there)

        count = whole if level < 0 else number
        vector = _vector(count, met, base)
        for known, expr in fits:
            if len(known) == len(vector) and known == vector:
                return expr
        expr = _constant(vector) if not structural else fitted(count, base, structural, ladder=ladder).expr
        expr = _tidied(expr)
        fits.append((_vector(count, met, base), expr))
        return expr

    ordered: list[Key] = []
    while len(ordered) < len(kinds):
        for key in [key for key in kinds if key not in found]:
            depth = key.name.count("{}")
            even = all(there[key].even for there in met.values() if there and key in there)
            try:
                if depth == 0:
                    count = fit(key, -1)
                    found[key] = () if count == 1 else (count,)
                elif even:
                    found[key] = tuple(fit(key, level) for level in range(depth))
                else:
                    found[key] = (*[Integer(1)] * (depth - 1), fit(key, -1))
            except NotFittedError as error:
                raise NotTracedError(f"how often {key.name} of shape {key.shape} occurs: {error}", error.along) from None
            ordered.append(key)
    return found, ordered


def _tidied(count: Expr) -> Expr:
    """N − Max(0, N − k) as Min(N, k).

    >>> from symparams.notation import symbols
    >>> N, k = symbols("N k")
    >>> _tidied(N - Max(0, N - k))
    Min(N, k)
    """
    for kink in count.atoms(Max):
        rest = count + kink
        if rest.is_Symbol and kink.args[0] == 0:
            return Min(rest, rest - kink.args[1])
    return count


def _constant(vector: tuple[int | None, ...]) -> Expr:
    return Integer(next(number for number in vector if number is not None))


def _vector(count: object, met: Mapping[tuple[int, ...], object], base: Mapping[str, int]) -> tuple[int | None, ...]:
    return tuple(count(dict(zip(base, point, strict=True))) for point in list(met))  # type: ignore[operator]


def _opened(tensor: Tensor, collapse: Collapse, lost: set[tuple[str, int]]) -> Tensor:
    name = collapse.name(tensor.name)[0]
    if tensor.shape is None or not any((name, axis) in lost for axis in range(len(tensor.shape))):
        return tensor
    return replace(tensor, shape=tuple(None if (name, axis) in lost else size for axis, size in enumerate(tensor.shape)))
