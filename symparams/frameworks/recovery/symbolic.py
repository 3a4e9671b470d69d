"""The symbolic method: a traced build gives every tensor's shape and what the code branched on, several the numbers of copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer, Max, Min, Mod, floor
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.assembling import Counted
from symparams.frameworks.recovery.fitting import NotFittedError, fitted
from symparams.frameworks.recovery.points import mended
from symparams.frameworks.recovery.structure import Collapse, Key, Seen, seen
from symparams.frameworks.recovery.subjects import Subject
from symparams.frameworks.recovery.tensors import Tensor
from symparams.frameworks.recovery.traced import Trace
from symparams.notation import symbol

__all__ = ["Found", "NotTracedError", "traced_form"]


class NotTracedError(Exception):
    """The symbolic method found no form."""


@dataclass
class Found:
    """What was traced: the kinds of tensors, how names collapse, the conditions, which fields shape the structure."""

    counted: tuple[Counted, ...]
    collapse: Collapse
    conditions: tuple[Boolean, ...]
    structural: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """What it was found by: no size of a Keras layer can be traced."""
        traced = any(size.free_symbols for item in self.counted for size in item.shape)
        fitted_only = sum("fitted as a black box" in note for note in self.notes) == len(self.counted)
        return "symbolic" if traced and not fitted_only else "black box tensor by tensor"


@dataclass
class _Tracer:
    """Traced builds of a subject, each done once; sizes that turned out to be no constants are left open."""

    subject: Subject
    known: dict[tuple[int, ...], tuple[tuple[Tensor, ...], Trace] | None] = field(default_factory=dict)

    def at(self, values: Mapping[str, int]) -> tuple[Tensor, ...] | None:
        return None if (got := self.run(values)) is None else got[0]

    def run(self, values: Mapping[str, int]) -> tuple[tuple[Tensor, ...], Trace] | None:
        key = tuple(values.values())
        if key not in self.known:
            trace = Trace()
            try:
                made = self.subject.traced({name: trace.integer(value, symbol(name)) for name, value in values.items()}, trace)
                self.known[key] = None if isinstance(made, int) else (made, trace)
            except Exception as error:
                self.subject.last_error = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
                self.known[key] = None
        return self.known[key]


def traced_form(subject: Subject, base: Mapping[str, int], ladder: Sequence[int]) -> Found:
    """The kinds of tensors with their symbolic shapes and numbers of copies, and the conditions.

    where: base: where to start; ladder: the numbers of layers (and the like) that are built.

    Raises `NotTracedError`.
    """
    tracer = _Tracer(subject)
    first = tracer.run(base)
    if first is None:
        raise NotTracedError(f"the traced build fails: {subject.last_error}")
    tensors, trace = first
    conditions = tuple(trace.conditions)
    others, structural = _structure(subject, base, tensors, conditions)
    shaping = {symbol(name) for name in structural}
    conditions = tuple(
        condition for condition in conditions if not condition.free_symbols <= shaping
    )  # the counts' fits tell these
    lost = _lost(tensors, others)
    builds = [tensors, *others.values()]
    collapse = Collapse.of(builds)
    lost_kinds = {(collapse.name(name)[0], axis) for name, axis in lost}
    counts, kinds = _counts(tracer, base, structural, collapse, ladder, lost_kinds)
    notes = []
    shaped = []
    for key in kinds:
        shape = key.shape
        if None in shape:
            if key.kind == "buffer":
                notes.append(f"buffer {key.name} left out: its sizes' origin is not known")
                continue
            filled = _filled(subject, base, key, collapse, tensors)
            axes = [axis for axis, size in enumerate(shape) if size is None]
            notes.append(f"sizes {', '.join(map(str, axes))} of {key.name} became plain numbers; they were fitted as a black box")
            shape = filled
        shaped.append(Counted(key, tuple(_without_mod(size) for size in shape), counts[key]))
    return Found(tuple(shaped), collapse, conditions, structural, tuple(notes))


def _structure(
    subject: Subject, base: Mapping[str, int], tensors: tuple[Tensor, ...], conditions: Sequence[Boolean]
) -> tuple[dict[str, tuple[Tensor, ...]], tuple[str, ...]]:
    """For each field a build with that field changed (one build for all fields, where that leaves the names alone), and the fields
    that change which tensors there are.
    """
    names = {tensor.name for tensor in tensors}
    found: dict[str, tuple[Tensor, ...]] = {}
    shaping = []

    def other(changed: Mapping[str, int]) -> tuple[Tensor, ...] | None:
        values = mended({**base, **changed}, conditions, [name for name in base if name not in changed])
        if any(values[name] == base[name] for name in changed):
            return None
        built = subject.build(values)
        return built if isinstance(built, tuple) else None

    wide = [name for name in base if base[name] > 40]
    together = other({name: base[name] + 1 + place for place, name in enumerate(wide)}) if wide else None
    if together is not None and {tensor.name for tensor in together} == names:
        found["+".join(wide)] = together
    else:
        wide = []
    for name in base:
        if name in wide:
            continue
        at = base[name]
        for value in (at + 1, at + 2, 2 * at, at - 1, 3 * at, at + 8, at + 16, at + 64):
            if value > 0 and (built := other({name: value})) is not None:
                found[name] = built
                if {tensor.name for tensor in built} != names:
                    shaping.append(name)
                break
    return found, tuple(shaping)


def _lost(tensors: tuple[Tensor, ...], others: Mapping[str, tuple[Tensor, ...]]) -> set[tuple[str, int]]:
    """The sizes that are taken for constants but change with some field."""
    lost = set()
    here = {tensor.name: tensor for tensor in tensors}
    for built in others.values():
        for tensor in built:
            known = here.get(tensor.name)
            if known is None or known.shape is None or len(known.sizes) != len(tensor.sizes):
                continue
            for axis, (before, after, expr) in enumerate(zip(known.sizes, tensor.sizes, known.shape, strict=True)):
                if before != after and (expr is None or not expr.free_symbols):
                    lost.add((tensor.name, axis))
    return lost


def _counts(
    tracer: _Tracer,
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
                raise NotTracedError(f"how often {key.name} of shape {key.shape} occurs: {error}") from None
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


def _filled(
    subject: Subject, base: Mapping[str, int], key: Key, collapse: Collapse, tensors: tuple[Tensor, ...]
) -> tuple[Expr, ...]:
    """The shape, with the sizes that are not known fitted to builds at other values."""
    here = next((tensor for tensor in tensors if collapse.name(tensor.name)[0] == key.name), None)
    if here is None:
        raise NotTracedError(f"{key.name} is not there at the starting point, and a size of it is a plain number")
    shape: list[Expr] = []
    for axis, known in enumerate(key.shape):
        if isinstance(known, Expr):
            shape.append(known)
            continue

        def size(values: Mapping[str, int], axis: int = axis) -> int | None:
            built = subject.build(values)
            same = [t for t in built if t.name == here.name] if isinstance(built, tuple) else []
            return same[0].sizes[axis] if same and len(same[0].sizes) > axis else None

        try:
            expr = fitted(size, base, list(base)).expr
        except NotFittedError as error:
            raise NotTracedError(f"size {axis} of {key.name} became a plain number: {error}") from None
        shape.append(expr)
    return tuple(shape)


def _without_mod(size: Expr | int | None) -> Expr:
    """The size with a mod b written as a − b·floor(a/b)."""
    expr = Integer(size) if isinstance(size, int) else size
    assert expr is not None
    return expr.replace(Mod, lambda a, b: a - b * floor(a / b)) if expr.has(Mod) else expr
