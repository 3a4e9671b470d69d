"""Small sizes that meet conditions, found without looking at those that do not.

An equality is solved for one of its symbols; a symbol that must be a multiple goes in steps of what divides it; a lower bound is
where it starts. With d_ff = 4·d, h | d and d > 128 the free choices are the steps of h and of d/h; d_ff follows. Conditions of
other kinds (d ≠ e, a product that is no square) are looked at once a point is made. Points come by the growing sum of their
sizes, from a heap of partial points.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from math import gcd, lcm

from sympy import Eq, Expr, Ge, Gt, Integer, Le, Lt, Mod, Symbol, preorder_traversal
from sympy.logic.boolalg import Boolean

from symparams.notation.conditions import solved
from symparams.notation.exact import met, probed

__all__ = ["smallest_points"]

MOST_TRIALS = 1_000
MOST_NODES = 20_000  # of conditions, looked at in trials in a row that met none


@dataclass
class _Steps:
    """The values of one symbol: those that leave the remainders, from the least one on."""

    symbol: Symbol
    remainders: list[tuple[Expr, Expr]] = field(default_factory=list)
    bounds: list[Expr] = field(default_factory=list)

    def needs(self) -> set[Symbol]:
        return set().union(*(part.free_symbols for row in self.remainders for part in row), *(b.free_symbols for b in self.bounds))

    def least(self) -> int:
        """A value that none is below, by the remainders and bounds that are numbers."""
        remainders = [row for row in self.remainders if row[0].is_Integer and row[1].is_Integer]
        bounds = [bound for bound in self.bounds if bound.is_Rational]
        return _Steps(self.symbol, remainders, bounds).value(0, {}) or 1

    def value(self, step: int, values: Mapping[str, int]) -> int | None:
        """The value after so many steps, at the values of the symbols before it; None where there is none."""
        first, modulus = 0, 1
        for residue, divisor in self.remainders:
            rest, below = probed(residue, values), probed(divisor, values)
            joined = _joined(first, modulus, rest, below) if rest is not None and below is not None else None
            if joined is None:
                return None
            first, modulus = joined
        bounds = [probed(bound, values) for bound in self.bounds]
        if None in bounds:
            return None
        least = max([1, *(-(-bound // 1) for bound in bounds if bound is not None)])
        return int(least) + (first - int(least)) % modulus + step * modulus


def _joined(first: int, modulus: int, residue: Fraction, divisor: Fraction) -> tuple[int, int] | None:
    """Two remainders as one (the Chinese remainder theorem); None where no integer has both."""
    if residue.denominator != 1 or divisor.denominator != 1 or divisor < 1:
        return None
    below, rest = int(divisor), int(residue) - first
    common = gcd(modulus, below)
    if rest % common:
        return None
    reduced = below // common
    times = rest // common * pow(modulus // common, -1, reduced) % reduced if reduced > 1 else 0
    whole = lcm(modulus, below)
    return (first + modulus * times) % whole, whole


def smallest_points(
    symbols: Iterable[Symbol], conditions: Iterable[Boolean] = (), relations: Mapping[Symbol, Expr] | None = None
) -> Iterator[dict[Symbol, Integer]]:
    """Positive sizes for the symbols that meet all conditions and relations, those of the smallest sum first.

    >>> from itertools import islice
    >>> from symparams.notation import symbols
    >>> d, h, d_ff = symbols("d h d_ff")
    >>> list(islice(smallest_points((d, h, d_ff), [Eq(Mod(d, h), 0), h > 1], {d_ff: 4 * d}), 3))
    [{d: 2, h: 2, d_ff: 8}, {d: 3, h: 3, d_ff: 12}, {d: 4, h: 2, d_ff: 16}]
    >>> next(smallest_points((d, h), [Eq(Mod(d, 32), 0), Eq(Mod(d, h), 0), d > 128, h > 2]))
    {d: 160, h: 4}

    Symbols that only the conditions and relations have are given sizes too. The order is that of the sums where each equality
    makes a symbol grow with the others. It ends after some thousand trials in a row that met no conditions.
    """
    wanted = [*conditions, *(Eq(symbol, value) for symbol, value in (relations or {}).items())]
    if any(condition == False for condition in wanted):  # noqa: E712
        return
    wanted = [condition for condition in wanted if condition != True]  # noqa: E712
    order = list(dict.fromkeys(symbols))
    order += sorted(set().union(*(condition.free_symbols for condition in wanted)) - set(order), key=lambda symbol: symbol.name)
    if (plan := _plan(order, wanted)) is not None:
        yield from _by_sum(order, *plan, wanted)


def _plan(order: list[Symbol], conditions: list[Boolean]) -> tuple[dict[Symbol, Expr], list[_Steps]] | None:
    """What follows from equalities, and the steps of the symbols that do not, each after those that it needs.

    None where the equalities contradict the conditions.
    """
    dependent: dict[Symbol, Expr] = {}
    pending = []
    for condition in conditions:
        condition_now = condition.xreplace(dependent)
        solution = solved(condition_now) if isinstance(condition_now, Eq) and not condition_now.has(Mod) else None
        if solution is None:
            pending.append(condition)
            continue
        symbol, value, whole = solution
        dependent = {other: known.xreplace({symbol: value}) for other, known in dependent.items()} | {symbol: value}
        pending.append(whole)
    steps = {symbol: _Steps(symbol) for symbol in order if symbol not in dependent}
    for condition in pending:
        condition = condition.xreplace(dependent)
        if condition == False:  # noqa: E712
            return None
        if condition == True:  # noqa: E712
            continue
        for symbol, kind, entry in _demands(condition):
            before = {other for other in steps if symbol in _all_needs(steps, other)}
            needed = entry.free_symbols if isinstance(entry, Expr) else entry[0].free_symbols | entry[1].free_symbols
            if symbol in steps and symbol not in needed and not needed & before:
                (steps[symbol].bounds if kind == "bound" else steps[symbol].remainders).append(entry)
                break
    ordered: list[_Steps] = []
    while steps:
        ready = next(symbol for symbol in steps if not steps[symbol].needs() & steps.keys())
        ordered.append(steps.pop(ready))
    return dependent, ordered


def _all_needs(steps: Mapping[Symbol, _Steps], symbol: Symbol) -> set[Symbol]:
    """The symbols whose values a symbol's steps depend on, directly or not."""
    found: set[Symbol] = set()
    waiting = [symbol]
    while waiting:
        more = (steps[one].needs() if (one := waiting.pop()) in steps else set()) - found
        found |= more
        waiting += more
    return found


def _demands(condition: Boolean) -> Iterator[tuple[Symbol, str, Expr | tuple[Expr, Expr]]]:
    """What a condition asks of one symbol: a remainder modulo something, or a least value."""
    if isinstance(condition, Eq):
        left, right = condition.args if isinstance(condition.args[0], Mod) else reversed(condition.args)
        if isinstance(left, Mod) and isinstance(left.args[0], Symbol):
            yield left.args[0], "remainder", (right, left.args[1])
        elif isinstance(left, Mod) and left.args[1].is_Integer and right.is_Integer and len(left.args[0].free_symbols) == 1:
            yield from _of_multiple(left.args[0], int(left.args[1]), int(right))
    if isinstance(condition, Gt | Ge | Lt | Le):
        low, high = condition.args if isinstance(condition, Lt | Le) else reversed(condition.args)
        if isinstance(high, Symbol):
            yield high, "bound", low + 1 if isinstance(condition, Gt | Lt) else low


def _of_multiple(above: Expr, modulus: int, residue: int) -> Iterator[tuple[Symbol, str, tuple[Expr, Expr]]]:
    """a·d has the remainder r modulo m where d has r/g·(a/g)⁻¹ modulo m/g, g the common divisor of a and m."""
    factor, symbol = above.as_coeff_Mul()
    if isinstance(symbol, Symbol) and factor.is_Integer and residue % (common := gcd(int(factor), modulus)) == 0:
        reduced = modulus // common
        first = residue // common * pow(int(factor) // common, -1, reduced) % reduced if reduced > 1 else 0
        yield symbol, "remainder", (Integer(first), Integer(reduced))


@dataclass(order=True)
class _Branch:
    """The sizes of the first symbols, by their sum with all that follows from them; earlier branches first."""

    total: int
    number: int
    values: dict[str, int] = field(compare=False)
    before: dict[str, int] = field(compare=False, default_factory=dict)
    step: int = field(compare=False, default=0)
    possible: bool = field(compare=False, default=True)


def _by_sum(
    order: list[Symbol], dependent: Mapping[Symbol, Expr], steps: list[_Steps], conditions: list[Boolean]
) -> Iterator[dict[Symbol, Integer]]:
    """All points, each a branch with a size for every symbol; a branch grows by one symbol, or its last symbol by one step."""
    heap: list[_Branch] = []
    numbers = count()
    least = {one.symbol.name: one.least() for one in steps}

    def grow(before: dict[str, int], step: int) -> None:
        level = len(before)
        size = steps[level].value(step, before) if level < len(steps) else None
        if size is not None:
            values = before | {steps[level].symbol.name: size}
            following = _following(values, dependent)
            total = _total(least | values, dependent)
            heapq.heappush(heap, _Branch(total, next(numbers), values, before, step, following is not None))

    heap.append(_Branch(_total(least, dependent), next(numbers), {}, possible=_following({}, dependent) is not None))
    idle = 0
    nodes = sum(1 for condition in (*conditions, *dependent.values()) for _ in preorder_traversal(condition))
    most = min(MOST_TRIALS, max(MOST_NODES // (nodes + 1), 20))
    while heap and idle < most:
        branch = heapq.heappop(heap)
        idle += 1
        if branch.values:
            grow(branch.before, branch.step + 1)
        if not branch.possible:
            continue
        if len(branch.values) < len(steps):
            grow(branch.values, 0)
            continue
        values = branch.values | (_following(branch.values, dependent) or {})
        if all(met(condition, values) for condition in conditions):
            idle = 0
            yield {symbol: Integer(values[symbol.name]) for symbol in order}


def _total(values: Mapping[str, int], dependent: Mapping[Symbol, Expr]) -> int:
    """The sum of all sizes where the symbols without a value yet have their least one."""
    following = [probed(expr, values) for expr in dependent.values()]
    return sum(values.values()) + (0 if None in following else int(sum(size for size in following if size is not None)))


def _following(values: Mapping[str, int], dependent: Mapping[Symbol, Expr]) -> dict[str, int] | None:
    """The sizes that follow from those of some symbols; None where one is no positive integer."""
    found = {}
    for symbol, expr in dependent.items():
        if all(other.name in values for other in expr.free_symbols):
            size = probed(expr, values)
            if size is None or size.denominator != 1 or size < 1:
                return None
            found[symbol.name] = int(size)
    return found
