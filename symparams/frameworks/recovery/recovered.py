"""A recovered form: a tree or an expression, the conditions under which it holds, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr
from sympy.logic.boolalg import Boolean

from symparams.counting import closed_form
from symparams.errors import NotRecoveredError, RecoveryError, ValuesError, shown
from symparams.frameworks.recovery.building.parts import is_size
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

    where: expr: the number of parameters, or whatever the function counts; layer: the tree with symbolic shapes, under the
    conditions as a `Where`, None for an integer function; conditions: what the code branched on and was not seen to be needless,
    under which the form holds; evidence: the points it was verified at, what could not be varied, which methods agree.
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

        Raises `ValuesError` for a size that is missing or unknown, `NotRecoveredError` where they are outside the conditions.
        """
        self._checked(values)
        outside = [condition for condition in self.conditions if not holds(condition, values)]
        if outside:
            raise NotRecoveredError(
                f"{self.name} at {dict(values)}", f"sizes with {written(outside[0])}", "recover from a start there"
            )
        return int(value_at(self.expr, values))

    def counterexample(self, values: Mapping[str, int]) -> Counterexample | None:
        """None where the code, built at these sizes, has the formula's number; else both numbers.

        Raises `ValuesError` for a size that is missing or unknown, `RecoveryError` where the code cannot be built at these sizes.
        """
        self._checked(values)
        built = self.subject.build(values)
        if built is None:
            raise RecoveryError(f"{self.name} at {dict(values)}: {self.subject.last_error}", "sizes that build", "try others")
        code = built if isinstance(built, int) else number_of(built)
        formula = value_at(self.expr, values)
        return None if formula == code else Counterexample(dict(values), int(formula) if formula.denominator == 1 else None, code)

    def _checked(self, values: Mapping[str, int]) -> None:
        known = {name for name, _ in self.evidence.points[0].values}
        needed = {symbol.name for part in (self.expr, *self.conditions) for symbol in part.free_symbols}
        if missing := sorted(needed - values.keys()):
            raise ValuesError(f"{self.name} without {', '.join(missing)}", "a value for each symbol", f"add {missing[0]}")
        if unknown := sorted(values.keys() - known):
            raise ValuesError(f"{self.name}: {', '.join(unknown)}", f"values for {', '.join(sorted(known))}", "mend the names")
        for name, value in values.items():
            if not is_size(value) or value < 1:
                raise ValuesError(f"{name}={shown(value)}", "a positive integer", "mend the value")

    def __repr__(self) -> str:
        form = repr(closed_form(self.layer)) if self.layer is not None else text(self.expr)
        under = ", ".join(map(written, self.conditions)) or "no conditions"
        return "\n".join((form, f"VERIFIED AT {len(self.evidence.points)} POINTS UNDER {under}", *self.evidence.words))
