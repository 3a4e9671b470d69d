"""Whether the two methods' forms are one and the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from sympy import Expr, Integer
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.exact.solving import value_if_any
from symparams.frameworks.recovery.fitting.fits import Fit
from symparams.frameworks.recovery.sizes.points import proposals, true_at
from symparams.notation import same, symbol

__all__ = ["Agreement", "agreed"]


@dataclass(frozen=True)
class Agreement:
    """What the comparison came to, in words; whether both found the form; which one the code refutes where they differ."""

    words: str
    agree: bool = False
    refuted: Literal["symbolic", "black box"] | None = None


def agreed(
    expr: Expr,
    fit: Fit,
    base: Mapping[str, int],
    conditions: Sequence[Boolean],
    structural: Sequence[str],
    seed: int,
    code: Callable[[Mapping[str, int]], int | None],
) -> Agreement:
    """The symbolic form beside the black box's, with what that one held put in; where they differ, the code is asked."""
    held = f", with {', '.join(f'{name} = {base[name]}' for name in fit.held)} held" if fit.held else ""
    if same(expr.xreplace({symbol(name): Integer(base[name]) for name in fit.held}), fit.expr):
        return Agreement(f"both give the same formula{held}", True)
    tried = 0
    for point in islice(proposals(base, list(fit.varied), structural, conditions, seed + 1), 400):
        values = {**point, **{name: base[name] for name in fit.held}}
        if not all(true_at(condition, values) for condition in conditions):
            continue
        if any((values[name] - base[name]) % step for name, step in fit.steps.items()):
            continue
        one, other = value_if_any(expr, values), value_if_any(fit.expr, values)
        if one != other:
            if (built := code(values)) is None:
                continue
            at = ", ".join(f"{name}={value}" for name, value in values.items())
            words = f"at {at} the symbolic form gives {one}, the black box {other}, the code {built}"
            return Agreement(words, False, "symbolic" if one != built else "black box")
        tried += 1
    if tried < 12:
        return Agreement(f"the black box's form could be compared at {tried} points only", False)
    return Agreement(f"both give the same number at {tried} further points{held}; the formulas are written differently", True)
