"""The size for a budget: how wide, how deep, how large a vocabulary, so that a model has so many parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from sympy import Add, Eq, Expr, Max, Min, Mod, Mul, Poly, Pow, Rational, Symbol, ceiling, floor, rootof
from sympy.logic.boolalg import Boolean

from symparams.asymptotics.thresholds import least_integer
from symparams.counting import PARAMETERS, Quantity, closed_form, quantity
from symparams.errors import RegimeError, ValuesError, shown
from symparams.notation import (
    Percent,
    Table,
    as_values,
    condition_words,
    holds,
    is_own,
    made_by_symparams,
    symbol_among,
    value_at,
    whole_size,
)
from symparams.results import Expression, Result
from symparams.tree import Layer, Treelike

__all__ = ["Achieved", "Solution", "solve"]

_MOST_DOUBLINGS = 400  # a budget has at most 100 digits
_HIGHEST_DEGREE = 12


class Achieved(NamedTuple):
    """A size and the number that the count comes to there."""

    size: int
    number: int | Fraction


@dataclass(frozen=True, repr=False)
class Solution(Result):
    """The sizes of `symbol` that bring the count `expr` to a budget.

    `largest` is the largest size whose count is at most the budget, `nearest` is it or the next one, whichever count is nearer to
    the budget, the smaller of two; both are multiples of `step`.
    """

    symbol: Symbol
    budget: int
    expr: Expr
    largest: Achieved
    nearest: Achieved
    step: int = 1
    origin: Layer | None = field(default=None, compare=False)

    @property
    def root(self) -> Expr | None:
        """The real number at which the count is the budget, exact; None where the count is no polynomial.

        >>> from symparams import Linear, solve, symbols
        >>> d = symbols("d")
        >>> solve(Linear(d, 4 * d), 1_000_000, d).root
        -1/2 + sqrt(1000001)/2
        """
        excess = self.expr - self.budget
        if not excess.is_polynomial(self.symbol):
            return None
        poly = Poly(excess, self.symbol)
        return rootof(poly, poly.count_roots() - 1) if poly.degree() <= _HIGHEST_DEGREE else None

    def table(self) -> Table:
        """Both sizes with their counts, and each count as a share of the budget."""
        rows = [
            (name, one.size, Rational(one.number), Percent(Rational(one.number) / self.budget))
            for name, one in (("at most", self.largest), ("nearest", self.nearest))
        ]
        return Table((f"for {self.budget:,}", self.symbol.name, "Count", "Share"), tuple(rows))

    @property
    def content(self) -> Table:
        return self.table()

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table().html()


def solve(
    model: Layer | Treelike | Expression | Expr,
    budget: Any,
    symbol: Symbol | str,
    at: Mapping[Any, Any] | None = None,
    *,
    multiple: Any = 1,
    of: str | Quantity = "parameters",
    **sizes: Any,
) -> Solution:
    """The size for a budget: the largest whose count is at most the budget, and the nearest, found by exact bisection.

    where: budget: a positive integer; symbol: what is looked for; at, sizes: the sizes of all other symbols; multiple: what has to
    divide the size, besides what the layer's conditions say that divides it; of: the quantity, as in `closed_form`.

    >>> from symparams import Transformer, solve, symbols
    >>> N, d, V = symbols("N d V")
    >>> solve(Transformer(N, d, V), 124_000_000, d, N=12, V=50257, multiple=64)
    for 124,000,000     d         Count    Share
    ──────────────────────────────────────────────
    at most           768   123,651,840   99.7 %
    nearest           768   123,651,840   99.7 %
    >>> solve(Transformer(N, d, V), 124_000_000, d, N=12, V=50257).largest
    Achieved(size=769, number=123923581)

    Raises `ValuesError` for sizes that are missing or unknown and for a budget below the smallest count, `RegimeError` where the
    count is not seen to grow with the symbol.
    """
    counted, origin = _counted(model, of)
    conditions: tuple[Boolean, ...] = tuple(getattr(model, "conditions", ()))
    target, unit = int(whole_size(budget, "budget")), int(whole_size(multiple, "multiple"))
    known = frozenset(symbol for part in (counted, *conditions) for symbol in part.free_symbols)
    if foreign := sorted(one.name for one in known if not is_own(one)):
        raise ValuesError(f"{foreign[0]}, a sympy.Symbol", f"{foreign[0]} as symparams makes it", made_by_symparams(foreign[0]))
    sought = symbol_among(frozenset(counted.free_symbols), symbol, "solution")
    values = as_values(at, known - {sought}, sizes)
    if missing := sorted(one.name for one in counted.free_symbols - values.keys() - {sought}):
        raise ValuesError(f"no size for {', '.join(missing)}", "sizes of all symbols but one", f"add {missing[0]}=…")
    expr = counted.xreplace(values)
    if not _grows(expr, sought):
        raise RegimeError(
            f"solve {shown(expr)} for {sought.name}", f"a count that grows with {sought.name}", "solve for another symbol"
        )
    ruling = [condition.xreplace(values) for condition in conditions]
    step = lcm(unit, *(_divisor(condition, sought) for condition in ruling))
    largest, nearest = _bisected(lambda size: value_at(expr, {sought.name: size}), target, step, sought)
    _admitted(ruling, {sought.name: largest.size}, {sought.name: nearest.size})
    return Solution(sought, target, expr, largest, nearest, step, origin)


def _counted(model: Any, of: str | Quantity) -> tuple[Expr, Layer | None]:
    if quantity(of) == PARAMETERS and isinstance(model, Expr):
        return model, None
    counted = model if quantity(of) == PARAMETERS and isinstance(model, Expression) else closed_form(model, of)
    return counted.expr, counted.origin


def _grows(expr: Expr, symbol: Symbol) -> bool:
    """Whether the value is seen never to fall from one positive integer to the next."""
    if expr.is_polynomial(symbol):
        poly = Poly(expr, symbol)
        rise = poly.compose(Poly(symbol + 1, symbol)) - poly
        return bool(rise.LC() > 0 and least_integer(rise) == 1)
    match expr:
        case Add() | Max() | Min() | floor() | ceiling():
            return all(symbol not in part.free_symbols or _grows(part, symbol) for part in expr.args)
        case Mul():
            return all(part.is_nonnegative and (symbol not in part.free_symbols or _grows(part, symbol)) for part in expr.args)
        case Pow(base=base, exp=exp) if symbol not in base.free_symbols:
            return bool((base - 1).is_nonnegative) and _grows(exp, symbol)
        case Pow(base=base, exp=exp) if symbol not in exp.free_symbols:
            return bool(base.is_nonnegative and exp.is_positive) and _grows(base, symbol)
    return False


def _divisor(condition: Boolean, symbol: Symbol) -> int:
    """What a condition says that divides the symbol, 1 where it says nothing of the kind."""
    if isinstance(condition, Eq) and condition.rhs == 0:
        _, remainder = condition.lhs.as_coeff_Mul()
        if isinstance(remainder, Mod) and remainder.args[0] == symbol and remainder.args[1].is_Integer:
            return int(remainder.args[1])
    return 1


def _bisected(count: Callable[[int], Fraction], budget: int, step: int, symbol: Symbol) -> tuple[Achieved, Achieved]:
    def at(size: int) -> Achieved:
        value = count(size)
        return Achieved(size, int(value) if value.denominator == 1 else value)

    if (least := at(step)).number > budget:
        given = f"a budget of {budget:,}, where {symbol.name}={step} has {least.number:,} already"
        raise ValuesError(given, "a budget that the smallest size keeps", "give a larger budget, or smaller other sizes")
    low, high = 1, 2
    for _ in range(_MOST_DOUBLINGS):
        if count(high * step) > budget:
            break
        low, high = high, 2 * high
    else:
        raise RegimeError(
            f"a count that stays below {budget:,}", f"one that grows on with {symbol.name}", "solve for another symbol"
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(middle * step) <= budget else (low, middle)
    below, above = at(low * step), at(high * step)
    return below, below if budget - below.number <= above.number - budget else above


def _admitted(conditions: Iterable[Boolean], *points: Mapping[str, int]) -> None:
    """Raises `ValuesError` where a size that was found is none that the layer exists at."""
    for condition in conditions:
        for values in points:
            if {one.name for one in condition.free_symbols} <= values.keys() and not holds(condition, values):
                (name, size), *_ = values.items()
                raise ValuesError(f"{name}={size}", f"sizes with {condition_words(condition)}", "give multiple=…, or other sizes")
