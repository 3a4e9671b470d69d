"""When two formulas are the same: exactly, for all sizes, or where conditions on the sizes hold.

    floor(n/2) + ceiling(n/2)  and  n

Polynomials are compared as such. Else the two are first evaluated at a few sizes, which shows nearly all that differ. What is
left is compared as quotients of polynomials, class by class: here on n = 2·t + 1 and n = 2·t + 2 (see `quotients`), where both
sides are the same polynomial in t. The cost is the number of classes times that of one evaluation, both bounded. What stays
undecided is told apart from what differs: roundings with symbolic denominators are atoms, between which no relation is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import islice
from math import comb
from typing import Any

from sympy import QQ, Add, Expr, Mod, Mul, Pow, Symbol, expand
from sympy.logic.boolalg import Boolean
from sympy.polys.rings import PolyElement, PolyRing

from symparams.errors import ValuesError
from symparams.notation.bounds import MOST_TERMS, terms_of
from symparams.notation.conditions import Consequences, condition_words
from symparams.notation.domains import MOST_WORK, SplitRequest, UndecidedError, Work, work
from symparams.notation.exact import probed
from symparams.notation.points import smallest_points
from symparams.notation.quotients import Class

__all__ = ["Comparison", "Sameness", "compare", "same"]

MOST_CLASSES = 4096
_PROBES = (
    (1, 1, 1, 1, 1, 1, 1, 1),
    (2, 3, 5, 7, 11, 13, 17, 19),
    (12, 7, 4, 9, 5, 10, 3, 8),
    (64, 50, 36, 26, 15, 9, 6, 2),
    (97, 131, 61, 53, 43, 29, 31, 37),
    (3, 8, 6, 20, 9, 41, 2, 28),
)
_CONDITIONED_PROBES = 60


class Sameness(Enum):
    """Whether two formulas are the same."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Comparison:
    """Whether two formulas are the same, the conditions that this needs, and why it could not be decided."""

    sameness: Sameness
    conditions: tuple[Boolean, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        where = f" where {' and '.join(map(condition_words, self.conditions))}" if self.conditions else ""
        return f"{self.sameness.value}{where}{f': {self.reason}' if self.reason else ''}"


def same(left: Expr, right: Expr) -> bool:
    """Whether two expressions have the same value for all sizes, exactly; False also where that is not decided.

    >>> from sympy import ceiling, floor
    >>> from symparams.notation import symbols
    >>> d, h, L = symbols("d h L")
    >>> same(d * (12 * d + 13), 12 * d**2 + 13 * d), same((d**2 - h**2) / (d - h), d + h), same(12 * d**2, 13 * d**2)
    (True, True, False)
    >>> same(4**L, 2 ** (2 * L)), same(floor(d / 2) + ceiling(d / 2), d)
    (True, True)
    """
    if left == right:
        return True
    steps = work()
    try:
        symbols = sorted(left.free_symbols | right.free_symbols, key=lambda symbol: symbol.name)
        ring = PolyRing(symbols, QQ)
        places = {symbol: place for place, symbol in enumerate(symbols)}
        first = _polynomial(left, ring, places, steps)
        second = _polynomial(right, ring, places, steps) if first is not None else None
        if first is not None and second is not None:
            return bool(first == second)
        return not _differ_somewhere(left, right, symbols) and _decided(left, right, Consequences.of(()), steps)
    except UndecidedError:
        return False


def compare(left: Expr, right: Expr, conditions: Iterable[Boolean] = ()) -> Comparison:
    """Whether two expressions have the same value for all sizes, or at least where the conditions hold: those it needs are named.

    >>> from sympy import Eq, Mod, floor
    >>> from symparams.notation import symbols
    >>> d, h, V = symbols("d h V")
    >>> print(compare(h * floor(d / h), d, [Eq(Mod(V, 32), 0), Eq(Mod(d, h), 0)]))
    equal where h divides d
    >>> print(compare(h * floor(d / h), d), compare(floor(d / h) * h, d * h, [Eq(Mod(d, h), 0)]), sep="; ")
    different; different
    >>> print(compare(floor(floor(d / h) / V), floor(floor(d / V) / h)))
    undecided: floor(floor(d/h)/V) with a symbolic denominator
    """
    conditions = tuple(conditions)
    symbols = sorted(left.free_symbols | right.free_symbols, key=lambda symbol: symbol.name)
    unconditional = _compared(left, right, symbols, ())
    if unconditional.sameness is Sameness.EQUAL or not conditions:
        return unconditional
    conditional = _compared(left, right, symbols, conditions)
    if conditional.sameness is not Sameness.EQUAL:
        return conditional
    needed = conditions
    for condition in conditions:
        fewer = tuple(other for other in needed if other != condition)
        if _compared(left, right, symbols, fewer).sameness is Sameness.EQUAL:
            needed = fewer
    return Comparison(Sameness.EQUAL, needed)


def _compared(left: Expr, right: Expr, symbols: list[Symbol], conditions: tuple[Boolean, ...]) -> Comparison:
    if left == right:
        return Comparison(Sameness.EQUAL)
    try:
        if conditions:
            everything = sorted(set(symbols).union(*(condition.free_symbols for condition in conditions)), key=lambda s: s.name)
            if any(_values_differ(left, right, point) for point in _points(tuple(everything), conditions)):
                return Comparison(Sameness.DIFFERENT)
        elif _differ_somewhere(left, right, symbols):
            return Comparison(Sameness.DIFFERENT)
        if _decided(left, right, Consequences.of(conditions), work()):
            return Comparison(Sameness.EQUAL)
        if not conditions:
            return Comparison(Sameness.DIFFERENT)
    except (UndecidedError, ValuesError) as undecided:
        return Comparison(Sameness.UNDECIDED, reason=str(undecided).splitlines()[0])
    return Comparison(Sameness.UNDECIDED, reason="no sizes were found that meet the conditions and show a difference")


def _decided(left: Expr, right: Expr, consequences: Consequences, work: Work) -> bool:
    """Whether the two are the same on every class; raises `UndecidedError`."""
    if consequences.contradictory:
        raise UndecidedError("no sizes meet the conditions")
    left, right = consequences.put(left), consequences.put(right)
    if left == right:
        return True
    if max(terms_of(left), terms_of(right)) > MOST_TERMS:
        raise UndecidedError(f"more than {MOST_TERMS:,} terms multiplied out")
    rooted = any(power.exp.is_Rational and power.exp.q > 1 for power in left.atoms(Pow) | right.atoms(Pow))
    if rooted and expand(left - right) == 0:  # roots cancel there, and are atoms below
        return True
    extra = [part for row in (*consequences.divisions, *consequences.remainders) for part in row]
    classes, count, compared = [Class((left, right, *extra), work)], 1, False
    while classes:
        part = classes.pop()
        try:
            if not all(_remains(part, *row) for row in consequences.remainders):
                continue
            for above, below in consequences.divisions:
                part.divide(above, below)
            (above, under), (other, below) = part.value(left), part.value(right)
        except SplitRequest as split:
            count += split.modulus - 1
            if count > MOST_CLASSES:
                raise UndecidedError(f"more than {MOST_CLASSES:,} residue classes") from None
            classes += part.residues(split.place, split.modulus)
            continue
        compared = True
        if difference := part.times(above, below) - part.times(other, under):
            if words := part.atoms_in(difference):
                raise UndecidedError(words[0])
            return False
    if not compared:
        raise UndecidedError("no sizes meet the conditions")
    return True


def _remains(part: Class, above: Expr, modulus: Expr, residue: Expr) -> bool:
    """Whether a remainder comes out on this class; a class where it is not one number is split."""
    (found, under), (wanted, unit) = part.value(Mod(above, modulus)), part.value(residue)
    return not (part.times(found, unit) - part.times(wanted, under))


@lru_cache(maxsize=64)
def _points(symbols: tuple[Symbol, ...], conditions: tuple[Boolean, ...]) -> tuple[dict[str, int], ...]:
    """The smallest sizes at which conditions hold, by name: each comparison of a search asks for the same ones."""
    points = islice(smallest_points(symbols, conditions), _CONDITIONED_PROBES)
    return tuple({symbol.name: int(size) for symbol, size in point.items()} for point in points)


def _differ_somewhere(left: Expr, right: Expr, symbols: list[Symbol]) -> bool:
    """Whether the two have different values at one of a few sizes."""
    for probe in _PROBES:
        values = {symbol.name: probe[number % 8] + number // 8 for number, symbol in enumerate(symbols)}
        if _values_differ(left, right, values):
            return True
    return False


def _values_differ(left: Expr, right: Expr, values: dict[str, int]) -> bool:
    one = probed(left, values)
    other = probed(right, values) if one is not None else None
    return other is not None and one != other


def _polynomial(expr: Expr, ring: PolyRing, places: dict[Symbol, int], work: Work) -> PolyElement | None:
    """The expression as an element of the ring; None where it is no polynomial."""
    if (single := _monomial(expr, places)) is not None:
        return ring.term_new(*single)
    if isinstance(expr, Add):
        total: dict[tuple[int, ...], Any] = {}
        for term in expr.args:
            if (single := _monomial(term, places)) is not None:
                monomial, coefficient = single
                total[monomial] = total.get(monomial, 0) + coefficient
                continue
            if (poly := _polynomial(term, ring, places, work)) is None:
                return None
            for monomial, coefficient in poly.items():
                total[monomial] = total.get(monomial, 0) + coefficient
        return ring.from_dict(total)
    if isinstance(expr, Mul):
        product = ring.one
        for factor in expr.args:
            if (poly := _polynomial(factor, ring, places, work)) is None:
                return None
            work.spend(len(product) * len(poly))
            product = product * poly
        return product
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
        if (base := _polynomial(expr.base, ring, places, work)) is None:
            return None
        exponent = int(expr.exp)
        work.spend(len(base) * comb(len(base) + exponent - 1, exponent) if exponent < 1000 else MOST_WORK)
        return base**exponent
    return None


def _monomial(term: Expr, places: dict[Symbol, int]) -> tuple[tuple[int, ...], Any] | None:
    """A product of a number and powers of symbols, as its exponents and the number; None for any other expression."""
    exponents, coefficient = [0] * len(places), QQ.one
    for factor in term.args if isinstance(term, Mul) else (term,):
        if (place := places.get(factor)) is not None:
            exponents[place] += 1
        elif factor.is_Rational:
            coefficient = coefficient * QQ(int(factor.p), int(factor.q))
        elif factor.is_Pow and factor.exp.is_Integer and factor.exp.p > 0 and (place := places.get(factor.base)) is not None:
            exponents[place] += int(factor.exp)
        else:
            return None
    return tuple(exponents), coefficient
