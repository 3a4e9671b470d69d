"""What the code branched on: which of it was shown to be needless, what it simplifies, how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sympy import Eq, Expr, Integer, Mod, Mul, Ne, ceiling, floor
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.evidence import Point
from symparams.frameworks.recovery.fitting import Fit
from symparams.frameworks.recovery.solving import holds
from symparams.notation import symbol, text

__all__ = ["needed", "of_steps", "simplified", "written"]


def needed(conditions: Sequence[Boolean], points: Iterable[Point]) -> tuple[Boolean, ...]:
    """The conditions without those that the form was verified in spite of: at a point where they do not hold."""
    tried = [dict(point.values) for point in points]
    return tuple(condition for condition in conditions if all(_held(condition, values) for values in tried))


def _held(condition: Boolean, values: Mapping[str, int]) -> bool:
    try:
        return holds(condition, values)
    except (ValueError, ZeroDivisionError):
        return True


def simplified(size: Expr, conditions: Iterable[Boolean]) -> Expr:
    """The size under the conditions: floor(h/32) is h/32 where 32 divides h.

    >>> from symparams.notation import symbols
    >>> h = symbols("h")
    >>> simplified(32 * floor(h / 32), [Eq(Mod(h, 32), 0)])
    h
    """
    if not size.has(floor, ceiling, Mod):
        return size
    for condition in conditions:
        if isinstance(condition, Eq):
            left, right = condition.args
            if isinstance(left, Mod) and right == 0:
                above, below = left.args
                size = _divided(size, above, below)
            for one, other in ((left, right), (right, left)):
                for rounded in one.atoms(floor):  # b·floor(a/b) = a
                    if one == Mul(other / rounded.args[0], rounded):
                        size = size.xreplace({rounded: rounded.args[0]})
    return size


def _divided(size: Expr, above: Expr, below: Expr) -> Expr:
    """The size where `below` divides `above`: floors and ceilings of their multiples' quotient go."""
    rule = {}
    for rounded in size.atoms(floor, ceiling):
        quotient = rounded.args[0] * below / above
        if quotient.is_Integer:
            rule[rounded] = rounded.args[0]
    return size.xreplace(rule).xreplace({Mod(above, below): Integer(0)})


def of_steps(fit: Fit, base: Mapping[str, int]) -> tuple[Boolean, ...]:
    """What a black box holds under: fields that were not varied as they stood, others in the steps that were possible."""
    held = [Eq(symbol(name), base[name]) for name in fit.held]
    return (*held, *(Eq(Mod(symbol(name), step), base[name] % step) for name, step in fit.steps.items()))


def written(condition: Boolean) -> str:
    """The condition in words that a terminal can show: hidden_size mod 32 = 0."""
    left, right = condition.args
    sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(condition.rel_op, condition.rel_op)
    return f"{_side(left)} {sign} {_side(right)}"


def _side(expr: Expr) -> str:
    if isinstance(expr, Mod):
        return f"{text(expr.args[0])} mod {text(expr.args[1])}"
    return str(expr) if expr.has(Mod) else text(expr)


def distinct(condition: Boolean) -> bool:
    """Whether it says that two sizes differ."""
    return isinstance(condition, Ne)
