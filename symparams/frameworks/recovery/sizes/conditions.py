"""What the code branched on: which of it was shown to be needless, what it simplifies, how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sympy import Eq, Expr, Ge, Gt, Integer, Le, Lt, Mod, Mul, Ne, ceiling, floor, true
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.exact.solving import holds
from symparams.frameworks.recovery.fitting.fits import Fit
from symparams.frameworks.recovery.sizes.points import Point
from symparams.notation import symbol, text

__all__ = ["needed", "of_steps", "plain", "simplified", "tidied", "written"]


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


def plain(condition: Boolean) -> Boolean:
    """The same condition on positive integers in plainer words: a remainder for b·floor(a/b) = a, a bound without its floor.

    >>> from symparams.notation import symbols
    >>> h, n = symbols("h n")
    >>> plain(Eq(16 * floor(h / 16), h)), plain(floor(h / 32) > 4), plain(Ne(n * floor(h / n), 0)), plain(Ne(Mod(h, 2), 1))
    (Eq(Mod(h, 16), 0), h >= 160, h >= n, Eq(Mod(h, 2), 0))
    >>> plain(Eq(floor(h / n), 0)), plain(Ne(Mod(h, n), 0))
    (h < n, Ne(Mod(h, n), 0))
    """
    if condition in (True, False):
        return condition
    left, right = condition.args
    if isinstance(left, Mod) and left.args[1] == 1 and isinstance(condition, Eq) and right == 0:
        return true
    if left.is_number and not right.is_number:
        left, right, condition = right, left, condition.reversed
    if isinstance(condition, Eq):
        for one, other in ((left, right), (right, left)):
            for rounded in one.atoms(floor):
                if one == Mul(other / rounded.args[0], rounded):
                    return Eq(Mod(*rounded.args[0].as_numer_denom()), 0)
    if isinstance(condition, Ne) and isinstance(left, Mod) and left.args[1] == 2 and right.is_Integer:
        return Eq(left, 1 - right)
    if isinstance(condition, Eq | Ne) and right == 0 and left.is_nonnegative and not isinstance(left, Mod):
        condition = Gt(left, 0) if isinstance(condition, Ne) else Le(left, 0)
    if right.is_Rational and isinstance(condition, Gt | Ge | Lt | Le):
        factor, left = left.as_coeff_Mul()
        right /= factor
        condition = condition.func(left, right) if factor > 0 else condition.reversed.func(left, right)
        others = Mul(*(part for part in Mul.make_args(left) if not isinstance(part, floor)))
        rounded = [part for part in Mul.make_args(left) if isinstance(part, floor)]
        if len(rounded) == 1 and (others == 1 or (right == 0 and others.is_positive)):
            up = isinstance(condition, Gt | Le)  # floor(y) > k is y ≥ floor(k) + 1, floor(y) ≥ k is y ≥ ceiling(k)
            least = floor(right) + 1 if up else ceiling(right)
            above, below = rounded[0].args[0].as_numer_denom()
            return (Ge if isinstance(condition, Gt | Ge) else Lt)(above, least * below)
    return condition


def tidied(conditions: Iterable[Boolean]) -> tuple[Boolean, ...]:
    """Conditions that say the same together in fewer: what another one implies is left out.

    >>> from symparams.notation import symbols
    >>> V, h = symbols("V h")
    >>> tidied([V > 1, Eq(Mod(h, 32), 0), V > 2, Eq(Mod(floor(h / 32), 2), 0), h >= 32])
    (Eq(Mod(h, 64), 0), V > 2)
    >>> n = symbols("n")
    >>> tidied([Eq(Mod(h, 2 * n), 0), h >= n])
    (Eq(Mod(h, 2*n), 0),)
    """
    kept = list(dict.fromkeys(condition for condition in conditions if condition != True))  # noqa: E712
    divisors = {condition.args[0].args: condition for condition in kept if _divides(condition)}
    for condition in kept[:]:  # h mod 32 = 0 and floor(h/32) mod 2 = 0 are h mod 64 = 0
        if _divides(condition) and isinstance(rounded := condition.args[0].args[0], floor):
            above, below = rounded.args[0].as_numer_denom()
            if (first := divisors.get((above, below))) in kept:
                kept[kept.index(first)] = Eq(Mod(above, below * condition.args[0].args[1]), 0)
                kept.remove(condition)
    return tuple(one for one in kept if not any(other != one and _implies(other, one) for other in kept))


def _divides(condition: Boolean) -> bool:
    return isinstance(condition, Eq) and isinstance(condition.args[0], Mod) and condition.args[1] == 0


def _implies(strong: Boolean, weak: Boolean) -> bool:
    """Whether one bound on a size, or its being a multiple, makes another bound on it superfluous."""
    if not isinstance(weak, Gt | Ge):
        return False
    if _divides(strong):  # a multiple of 64 is at least 64, and more than 63
        above, below = strong.args[0].args
        enough = below / weak.args[1] if weak.args[1] != 0 else Integer(2)
        return bool(above == weak.args[0] and enough.is_number and (enough >= 1 if isinstance(weak, Ge) else enough > 1))
    if isinstance(strong, Gt | Ge) and strong.args[0] == weak.args[0] and all(c.args[1].is_Integer for c in (strong, weak)):
        mine, least = (c.args[1] + (1 if isinstance(c, Gt) else 0) for c in (strong, weak))
        return bool(mine > least or (mine == least and isinstance(strong, Gt) and isinstance(weak, Ge)))
    return False


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
