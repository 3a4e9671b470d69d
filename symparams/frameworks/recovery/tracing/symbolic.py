"""The symbolic method: a traced build gives every tensor's shape and what the code branched on, several the numbers of copies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Integer, Mod, floor
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.tensors import Tensor
from symparams.frameworks.recovery.exact.traced import Trace
from symparams.frameworks.recovery.fitting.fits import NotFittedError, fitted
from symparams.frameworks.recovery.sizes.conditions import of_steps, plain
from symparams.frameworks.recovery.sizes.points import mended, true_at
from symparams.frameworks.recovery.tracing.assembling import Counted
from symparams.frameworks.recovery.tracing.copies import NotTracedError, Tracer, copies_of
from symparams.frameworks.recovery.tracing.structure import Collapse, Key
from symparams.notation import symbol

__all__ = ["Found", "NotTracedError", "Tracer", "asked", "traced_form"]


@dataclass
class Found:
    """What was traced: the kinds of tensors, how names collapse, the conditions, which fields shape the structure.

    where: shape_only: what was asked about these fields alone, which the numbers of copies say and the verification breaks;
    origins: the sizes at which each condition was met first; fitted: the symbols of sizes that became plain numbers; untraced: how
    many kinds have such sizes.
    """

    counted: tuple[Counted, ...]
    collapse: Collapse
    conditions: tuple[Boolean, ...]
    structural: tuple[str, ...]
    notes: tuple[str, ...] = ()
    shape_only: tuple[Boolean, ...] = ()
    origins: Mapping[Boolean, Mapping[str, int]] = field(default_factory=dict)
    fitted: frozenset[str] = frozenset()
    untraced: int = 0

    @property
    def method(self) -> str:
        """What it was found by: every size may have become a plain number."""
        traced = any(size.free_symbols for item in self.counted for size in item.shape)
        return "symbolic" if traced and self.untraced < len(self.counted) else "black box tensor by tensor"


def traced_form(tracer: Tracer, base: Mapping[str, int], ladder: Sequence[int]) -> Found:
    """The kinds of tensors with their symbolic shapes and numbers of copies, and the conditions.

    where: tracer: keeps the builds from ladder to ladder; base: where to start; ladder: the numbers of layers and the like
    that are built.

    Raises `NotTracedError`.
    """
    subject = tracer.subject
    first = tracer.run(base)
    if first is None:
        raise NotTracedError(f"the traced build fails: {subject.last_error}")
    tensors, trace = first
    conditions = asked(trace)
    others, structural = _structure(subject, base, tensors, conditions)
    shaping = {symbol(name) for name in structural}
    lost = _lost(tensors, others, structural)
    builds = [tensors, *others.values()]
    collapse = Collapse.of(builds)
    lost_kinds = {(collapse.name(name)[0], axis) for name, axis in lost}
    counts, kinds = copies_of(tracer, base, structural, collapse, ladder, lost_kinds)
    origins = _of_all(tracer, base, conditions)
    conditions = tuple(origins)
    shape_only = tuple(condition for condition in conditions if condition.free_symbols <= shaping)
    conditions = tuple(condition for condition in conditions if condition not in shape_only)  # the counts' fits tell the others
    notes: list[str] = []
    left_out = []
    fitted: set[str] = set()
    shaped = []
    for key in kinds:
        shape = key.shape
        if None in shape:
            if key.kind == "buffer":
                left_out.append(f"buffer {key.name} left out: its sizes' origin is not known")
                continue
            filled, steps = _filled(subject, base, key, collapse, tensors)
            conditions += tuple(step for step in steps if step not in conditions)
            axes = [axis for axis, size in enumerate(shape) if size is None]
            places = ", ".join(map(str, axes))
            notes.append(f"sizes {places} of {key.name} became plain numbers; they were fitted as a black box")
            shape = filled
            fitted |= {one.name for axis in axes for one in filled[axis].free_symbols}
        shaped.append(Counted(key, tuple(_without_mod(size) for size in shape), counts[key]))
    untraced = len(notes)
    if untraced == len(shaped) > 1:
        notes = [f"the sizes of all {untraced} kinds became plain numbers; each was fitted as a black box"]
    all_notes = (*left_out, *notes)
    return Found(tuple(shaped), collapse, conditions, structural, all_notes, shape_only, origins, frozenset(fitted), untraced)


def asked(trace: Trace) -> tuple[Boolean, ...]:
    """What a traced build branched on, in plain words."""
    return tuple(dict.fromkeys(said for condition in trace.conditions if (said := plain(condition)) != True))  # noqa: E712


def _of_all(tracer: Tracer, base: Mapping[str, int], conditions: Sequence[Boolean]) -> dict[Boolean, Mapping[str, int]]:
    """The conditions, and those that only builds of other structures asked for (what the seventh layer branches on), and where."""
    found = dict.fromkeys(conditions, base)
    for sizes, run in tracer.known.items():
        for condition in asked(run[1]) if run is not None else ():
            if condition not in found and plain(condition.negated) not in found and true_at(condition, base):
                found[condition] = dict(zip(base, sizes, strict=True))
    return found


def _structure(
    subject: Subject, base: Mapping[str, int], tensors: tuple[Tensor, ...], conditions: Sequence[Boolean]
) -> tuple[dict[str, tuple[Tensor, ...]], tuple[str, ...]]:
    """For each field a build with that field changed (one build for all fields, where that leaves the names alone), and the fields
    that change which tensors there are.
    """
    names = {tensor.name for tensor in tensors}
    found: dict[str, tuple[Tensor, ...]] = {}
    shaping = []

    def other(changed: Mapping[str, int], movable: Sequence[str]) -> tuple[Tensor, ...] | None:
        values = mended({**base, **changed}, conditions, movable)
        if any(values[name] == base[name] for name in changed):
            return None
        built = subject.build(values)
        return built if isinstance(built, tuple) else None

    wide = [name for name in base if base[name] > 40]
    together = other({name: base[name] + 1 + place for place, name in enumerate(wide)}, wide) if wide else None
    if together is not None and {tensor.name for tensor in together} == names:
        found["+".join(wide)] = together
    else:
        wide = []
    for name in base:
        if name in wide:
            continue
        at = base[name]
        for value in (at + 1, at + 2, 2 * at, at - 1, 3 * at, at + 8, at + 16, at + 64):
            if value > 0 and (built := other({name: value}, [left for left in base if left != name])) is not None:
                found[name] = built
                if {tensor.name for tensor in built} != names:
                    shaping.append(name)
                break
    # a size that is rounded may be the same at the next number, and is another at twice the number
    rest = [name for name in base if name not in shaping]
    for doubled in (rest, *([name] for name in rest)):
        if (built := other({name: 2 * base[name] for name in doubled}, rest)) is not None:
            found["2 " + "+".join(doubled)] = built
            if doubled is rest:
                break
    return found, tuple(shaping)


def _lost(tensors: tuple[Tensor, ...], others: Mapping[str, tuple[Tensor, ...]], structural: Sequence[str]) -> set[tuple[str, int]]:
    """The sizes that are taken for constants but change with some field.

    With another number of layers a layer may be of another kind: its sizes are then those that its like had before.
    """
    lost = set()
    here = {tensor.name: tensor for tensor in tensors}
    usual: dict[tuple[str, int], set[int]] = defaultdict(set)
    for tensor in tensors:
        for axis, size in enumerate(tensor.sizes):
            usual[_alike(tensor.name), axis].add(size)
    for changed, built in others.items():
        for tensor in built:
            known = here.get(tensor.name)
            if known is None or known.shape is None or len(known.sizes) != len(tensor.sizes):
                continue
            for axis, (before, after, expr) in enumerate(zip(known.sizes, tensor.sizes, known.shape, strict=True)):
                moved = before != after and not (changed in structural and after in usual[_alike(tensor.name), axis])
                if moved and (expr is None or not expr.free_symbols):
                    lost.add((tensor.name, axis))
    return lost


def _alike(name: str) -> str:
    return re.sub(r"\d+", "{}", name)


def _filled(
    subject: Subject, base: Mapping[str, int], key: Key, collapse: Collapse, tensors: tuple[Tensor, ...]
) -> tuple[tuple[Expr, ...], list[Boolean]]:
    """The shape, with the sizes that are not known fitted to other builds, and the steps these could be taken in."""
    here = next((tensor for tensor in tensors if collapse.name(tensor.name)[0] == key.name), None)
    if here is None:
        raise NotTracedError(f"{key.name} is not there at the starting point, and a size of it is a plain number")
    shape: list[Expr] = []
    steps: list[Boolean] = []
    for axis, known in enumerate(key.shape):
        if isinstance(known, Expr):
            shape.append(known)
            continue

        def size(values: Mapping[str, int], axis: int = axis) -> int | None:
            built = subject.build(values)
            same = [t for t in built if t.name == here.name] if isinstance(built, tuple) else []
            return same[0].sizes[axis] if same and len(same[0].sizes) > axis else None

        try:
            fit = fitted(size, base, list(base))
        except NotFittedError as error:
            raise NotTracedError(f"size {axis} of {key.name} became a plain number: {error}", error.along) from None
        shape.append(fit.expr)
        steps += [condition for condition in of_steps(fit, base) if isinstance(condition.args[0], Mod)]
    return tuple(shape), steps


def _without_mod(size: Expr | int | None) -> Expr:
    """The size with a mod b written as a − b·floor(a/b)."""
    expr = Integer(size) if isinstance(size, int) else size
    assert expr is not None
    return expr.replace(Mod, lambda a, b: a - b * floor(a / b)) if expr.has(Mod) else expr
