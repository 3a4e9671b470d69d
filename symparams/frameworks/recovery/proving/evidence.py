"""What a recovered form rests on: the points that were built for real, tensor by tensor, and what could not be tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from symparams.frameworks.recovery.building.tensors import Tensor
from symparams.frameworks.recovery.exact.solving import value_at
from symparams.frameworks.recovery.sizes.points import Point
from symparams.frameworks.recovery.tracing.assembling import Counted
from symparams.frameworks.recovery.tracing.structure import Collapse

__all__ = ["Counterexample", "Evidence", "compared"]


@dataclass(frozen=True)
class Counterexample:
    """A point at which the formula gives another number than the code, or the same number from other tensors."""

    values: Mapping[str, int]
    formula: int | None
    code: int
    detail: str = ""

    def __str__(self) -> str:
        at = ", ".join(f"{name}={value}" for name, value in self.values.items())
        formula = "no whole number" if self.formula is None else f"{self.formula:,}"
        return f"at {at} the formula gives {formula}, the code {self.code:,}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True)
class Evidence:
    """Why a form may be believed, and how far.

    where: points: built for real, each tensor compared; methods: how the form was found; agreement: how the methods compare;
    held: fields that could not be varied; notes: what else a reader has to know; builds: how often the constructor ran;
    grade: PROVEN where every size carried its expression from the fields to the shapes, FITTED where one left the trace.
    """

    points: tuple[Point, ...]
    methods: tuple[str, ...]
    agreement: str
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    builds: int = 0
    seconds: float = 0.0
    grade: str = "FITTED"

    @property
    def words(self) -> tuple[str, ...]:
        """How the methods compare, what was not varied, and the notes: a line each."""
        held = (f"not varied: {', '.join(self.held)}",) if self.held else ()
        return (f"{' and '.join(self.methods)}: {self.agreement}", *held, *self.notes)

    def __repr__(self) -> str:
        return "\n".join((f"verified at {len(self.points)} points", *self.words))


def compared(
    counted: Sequence[Counted], tensors: tuple[Tensor, ...], collapse: Collapse, values: Mapping[str, int], buffers: bool = False
) -> Counterexample | None:
    """None where every tensor is there as often and in the shape that the kinds say; buffers only if asked for."""
    real: Counter[tuple[object, ...]] = Counter()
    for tensor in tensors:
        if buffers == (tensor.kind == "buffer"):
            real[(collapse.name(tensor.name)[0], tensor.sizes, tensor.kind, tensor.tied_to is not None)] += 1
    said: Counter[tuple[object, ...]] = Counter()
    formula = Fraction(0)
    code = sum(tensor.numel for tensor in tensors if buffers == (tensor.kind == "buffer") and tensor.tied_to is None)
    for item in counted:
        if buffers != (item.key.kind == "buffer"):
            continue
        try:
            count = prod((value_at(copies, values) for copies in item.copies), start=Fraction(1))
            shape = tuple(value_at(size, values) for size in item.shape)
        except ZeroDivisionError:
            return Counterexample(dict(values), None, code, f"{item.key.name} has no size there")
        if count:
            sizes = tuple(int(size) if size.denominator == 1 else size for size in shape)
            said[(item.key.name, sizes, item.key.kind, item.key.tied_to is not None)] += count  # type: ignore[assignment]
        formula += 0 if item.key.tied_to else count * prod(shape, start=Fraction(1))
    if real == said:
        return None
    other = next(iter(_difference(real, said)))
    detail = f"{other[0]} of shape {other[1]}: said {said[other]} times, there {real[other]} times"
    return Counterexample(dict(values), int(formula) if formula == int(formula) else None, code, detail)


def _difference(real: Counter[tuple[object, ...]], said: Counter[tuple[object, ...]]) -> Iterable[tuple[object, ...]]:
    return (key for key in [*real, *said] if real[key] != said[key])
