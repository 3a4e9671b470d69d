"""How far a claim is from the model under a seating of its names: which of its terms the model does not have, and the reverse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from sympy import Add, Expr, Integer, Rational, Symbol, expand

from symparams.checks.readings.seating import Seating
from symparams.notation import symbol

__all__ = ["Distance", "Terms", "distance_from"]

MOST_TERMS = 400
_NOTHING = Fraction(0)

Monomial: TypeAlias = frozenset[tuple[Symbol, Fraction]]


class Terms(NamedTuple):
    """A claim's terms beside the model's: equal ones, those whose coefficient differs, and those on one side only."""

    common: int
    changed: int
    beyond: int
    missing: int

    @property
    def total(self) -> int:
        """How many terms are not equal."""
        return self.changed + self.beyond + self.missing


@dataclass(frozen=True)
class Distance:
    """A claim's terms and the model's, multiplied out once, to be compared under many seatings."""

    claim: tuple[tuple[Expr, Monomial], ...]
    model: Mapping[Monomial, Expr]

    def at(self, seating: Seating) -> Terms:
        """The terms under one seating.

        >>> from symparams.notation import symbols
        >>> I, H, e, h = symbols("I H e h")
        >>> distance_from(4 * (e * h + h**2 + 2 * h), 4 * (I * H + H**2 + H)).at({"e": I, "h": H})
        Terms(common=2, changed=1, beyond=0, missing=0)
        """
        mine: dict[Monomial, Expr] = {}
        for number, monomial in self.claim:
            seated, factor = _seated(monomial, seating)
            mine[seated] = mine.get(seated, Integer(0)) + number * factor
        common = sum(self.model.get(monomial) == number for monomial, number in mine.items())
        shared = sum(monomial in self.model for monomial in mine)
        return Terms(common, shared - common, len(mine) - shared, len(self.model) - shared)

    def unlikeness(self, name: str, size: Expr) -> int:
        """How differently a name stands in the claim and a size in the model: the terms that hold the one and have no like that
        holds the other, by their coefficients and the powers in them.

        >>> from symparams.notation import symbols
        >>> I, H, e, h = symbols("I H e h")
        >>> far = distance_from(4 * (e * h + h**2 + 2 * h), 4 * (I * H + H**2 + H))
        >>> [[far.unlikeness(name, size) for size in (I, H)] for name in ("e", "h")]
        [[0, 2], [2, 2]]
        """
        if not isinstance(size, Symbol):
            return 0
        mine = Counter(_likeness(monomial, number, name) for number, monomial in self.claim)
        its = Counter(_likeness(monomial, number, size.name) for monomial, number in self.model.items())
        del mine[None], its[None]
        return (mine - its).total() + (its - mine).total()


def _likeness(monomial: Monomial, number: Expr, name: str) -> object:
    """What a term that holds a symbol looks like from there, whatever its other symbols are called; None where it does not."""
    power = next((exp for one, exp in monomial if one.name == name), None)
    return None if power is None else (number, power, tuple(sorted(exp for _, exp in monomial)))


def distance_from(claim: Expr, model: Expr) -> Distance | None:
    """The distance between a claim and a model; None where one of them is no sum of products of powers."""
    mine, its = (_monomials(expr) for expr in (claim, model))
    return None if mine is None or its is None else Distance(tuple((number, one) for one, number in mine.items()), its)


def _monomials(expr: Expr) -> dict[Monomial, Expr] | None:
    found: dict[Monomial, Expr] = {}
    terms = Add.make_args(expand(expr))
    if len(terms) > MOST_TERMS:
        return None
    for term in terms:
        number, rest = term.as_coeff_Mul()
        powers = {} if rest == 1 else rest.as_powers_dict()
        if not all(isinstance(base, Symbol) and exp.is_Rational for base, exp in powers.items()):
            return None
        monomial = frozenset((base, Fraction(int(exp.p), int(exp.q))) for base, exp in powers.items())
        found[monomial] = found.get(monomial, Integer(0)) + number
    return found


def _seated(monomial: Monomial, seating: Seating) -> tuple[Monomial, Expr]:
    """A monomial in the model's symbols, and the number that came out of sizes such as d/2."""
    powers: dict[Symbol, Fraction] = {}
    factor: Expr = Integer(1)
    for one, exp in monomial:
        size = seating.get(one.name, one)
        if size is None:
            size = symbol(one.name)
        if isinstance(size, Symbol):
            powers[size] = powers.get(size, _NOTHING) + exp
            continue
        number, rest = size.as_coeff_Mul()
        if number != 1:
            factor *= number ** Rational(exp.numerator, exp.denominator)
        for base, inner in rest.as_powers_dict().items() if rest != 1 else ():
            whole, power = (base, Fraction(int(inner.p), int(inner.q))) if inner.is_Rational else (base**inner, Fraction(1))
            powers[whole] = powers.get(whole, _NOTHING) + power * exp
    return frozenset((base, exp) for base, exp in powers.items() if exp != 0), factor
