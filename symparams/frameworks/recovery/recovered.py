"""A recovered form: a tree or an expression, the conditions under which it holds, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from symparams.counting import PARAMETERS, Quantity, closed_form, quantity
from symparams.errors import NotRecoveredError, RecoveryError, ValuesError
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.tensors import total as number_of
from symparams.frameworks.recovery.exact.solving import holds, value_at
from symparams.frameworks.recovery.proving.evidence import Counterexample, Evidence
from symparams.frameworks.recovery.sizes.conditions import written
from symparams.notation import Chain, Form, Value, as_values, condition_form, symbol, value_of
from symparams.results import Expression
from symparams.tree import Layer
from symparams.tree.modules import Tensors

__all__ = ["Recovered"]


@dataclass(frozen=True, repr=False)
class Recovered(Expression):
    """A closed form that was read off running code.

    Its copies are itself; pickled, it is the form and its evidence without the code.

    where: expr: the number of parameters, or whatever the function counts; layer: the tree with symbolic shapes, under the
    conditions as a `Where`, None for an integer function; conditions: what the code branched on and was not seen to be needless,
    under which the form holds; evidence: the points it was verified at, what could not be varied, which methods agree; subject: the
    code, None where the form was pickled; tensors: the tree's tensors by their names in the code; of: what is counted: where that
    are operations or a cache, the tree's leaves are the products that the code computes, or what it keeps.
    """

    name: str
    expr: Expr
    layer: Layer | None
    conditions: tuple[Boolean, ...]
    evidence: Evidence
    subject: Subject | None = field(default=None, compare=False)
    tensors: tuple[Tensors, ...] = ()
    of: str = PARAMETERS.name

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "subject": None}  # code is pickled by name, and functions within functions have none

    @property
    def quantity(self) -> Quantity:
        """What is counted, with the tree's leaves as what counts."""
        if self.of == PARAMETERS.name:
            return PARAMETERS
        each = quantity("flops" if self.of == "training_flops" else self.of)  # products of the pass backward are parts of their own
        return replace(quantity(self.of), rule=PARAMETERS.rule, product=each.product)

    @property
    def picture(self) -> Form:
        return closed_form(self).form if self.layer is not None else self.expr

    @property
    def grade(self) -> str:
        """PROVEN where every size carried its expression from the fields to the shapes; FITTED where one left the trace: then the
        form is claimed for the range that was tried, which is among the conditions.
        """
        return self.evidence.grade

    @property
    def over(self) -> tuple[str, ...]:
        """The symbols that the form is over."""
        return tuple(name for name, _ in self.evidence.points[0].values if name not in self.evidence.held)

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """The formula's value at sizes given by symbol, by name or by keyword, as `ClosedForm.at`; fields that cancel may be given.

        Raises `ValuesError` for a size that is unknown or doubly given, `NotRecoveredError` where the sizes are outside the
        conditions that they decide.
        """
        taken = self._taken(values, sizes)
        for condition in self.conditions:
            if {one.name for one in condition.free_symbols} <= taken.keys() and not holds(condition, taken):
                raise NotRecoveredError(f"{self.name} at {taken}", f"sizes with {written(condition)}", "recover from a start there")
        return value_of(self.expr, taken, also=map(symbol, taken))

    def counterexample(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Counterexample | None:
        """None where the code, built at these sizes, has the formula's number; else both numbers.

        Raises `ValuesError` for a size that is missing or unknown, `RecoveryError` where the code cannot be built at these sizes,
        or is not there because the form was pickled.
        """
        taken = self._taken(values, sizes)
        if self.subject is None:
            raise RecoveryError(f"{self.name}, a form that was pickled", "the code that it was read off", "recover it anew")
        needed = {one.name for part in (self.expr, *self.conditions) for one in part.free_symbols}
        if missing := sorted(needed - taken.keys()):
            raise ValuesError(f"{self.name} without {', '.join(missing)}", "a value for each symbol", f"add {missing[0]}")
        built = self.subject.build(taken)
        if built is None:
            raise RecoveryError(f"{self.name} at {taken}: {self.subject.last_error}", "sizes that build", "try others")
        code = built if isinstance(built, int) else number_of(built)
        formula = value_at(self.expr, taken)
        return None if formula == code else Counterexample(taken, int(formula) if formula.denominator == 1 else None, code)

    def _taken(self, values: Mapping[Any, Any] | None, named: Mapping[str, Any]) -> dict[str, int]:
        known: frozenset[Symbol] = frozenset(symbol(name) for name, _ in self.evidence.points[0].values)
        return {one.name: int(size) for one, size in as_values(values, known, named).items()}

    @property
    def content(self) -> Chain:
        return Chain.of(self.picture, *map(condition_form, self.conditions))

    @property
    def origin(self) -> Layer | None:
        return self.layer

    def __repr__(self) -> str:
        under = ", ".join(map(written, self.conditions)) or "no conditions"
        return "\n".join(
            (super().__repr__(), f"VERIFIED AT {len(self.evidence.points)} POINTS UNDER {under}", *self.evidence.words)
        )
