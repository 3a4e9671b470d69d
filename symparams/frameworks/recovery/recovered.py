"""A recovered form: a tree or an expression, the conditions under which it holds, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr
from sympy.logic.boolalg import Boolean

from symparams.counting import closed_form
from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.tensors import total as number_of
from symparams.frameworks.recovery.exact.solving import holds, value_at
from symparams.frameworks.recovery.proving.evidence import Counterexample, Evidence
from symparams.frameworks.recovery.sizes.conditions import written
from symparams.notation import text
from symparams.tree import Layer

__all__ = ["Recovered"]


@dataclass(frozen=True)
class Recovered:
    """A closed form that was read off running code.

    where: expr: the number of parameters, or whatever the function counts; layer: the tree with symbolic shapes, None for an
    integer function; conditions: what the code branched on and was not seen to be needless, under which the form holds;
    evidence: the points it was verified at, what could not be varied, which methods agree.
    """

    name: str
    expr: Expr
    layer: Layer | None
    conditions: tuple[Boolean, ...]
    evidence: Evidence
    subject: Subject

    @property
    def over(self) -> tuple[str, ...]:
        """The symbols that the form is over."""
        return tuple(name for name, _ in self.evidence.points[0].values if name not in self.evidence.held)

    def at(self, values: Mapping[str, int]) -> int:
        """The formula's number at sizes given by name.

        Raises `NotRecoveredError` where they are outside the conditions.
        """
        outside = [condition for condition in self.conditions if not holds(condition, values)]
        if outside:
            raise NotRecoveredError(
                f"{self.name} at {dict(values)}", f"sizes with {written(outside[0])}", "recover from a start there"
            )
        return int(value_at(self.expr, values))

    def counterexample(self, values: Mapping[str, int]) -> Counterexample | None:
        """None where the code, built at these sizes, has the formula's number; else both numbers.

        Raises `RecoveryError` where the code cannot be built at these sizes.
        """
        built = self.subject.build(values)
        if built is None:
            raise RecoveryError(f"{self.name} at {dict(values)}: {self.subject.last_error}", "sizes that build", "try others")
        code = built if isinstance(built, int) else number_of(built)
        formula = value_at(self.expr, values)
        return None if formula == code else Counterexample(dict(values), int(formula) if formula.denominator == 1 else None, code)

    def __repr__(self) -> str:
        form = repr(closed_form(self.layer)) if self.layer is not None else text(self.expr)
        under = ", ".join(map(written, self.conditions)) or "no conditions"
        return f"{form}\nVERIFIED AT {len(self.evidence.points)} POINTS UNDER {under}\n{self.evidence}"
