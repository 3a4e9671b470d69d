"""An expression as a quotient of two polynomials, on one class of its sizes.

A `Class` says what each symbol stands for: itself at first, and 3·n + 2 once n is split by its residues modulo 3. On a class
small enough each rounding is a polynomial: floor(n/3) is n on the class 3·n + 2. What no class resolves (floor(d/h), a sum over an
index, a maximum of either sign) becomes an atom. The class is made of three: its sizes (`domains`), rounding on them (`roundings`),
and here the walk over an expression, with maxima and powers.

A power with a symbolic exponent is taken apart into primes of its base and terms of its exponent: 6·2^(2L+1) is 12·a², where
the atom a stands for 2^L. Such powers of different primes are independent of each other and of the symbols.
"""

from __future__ import annotations

from math import gcd, lcm
from typing import Any

from sympy import QQ, Add, Expr, Max, Min, Mod, Mul, Pow, Symbol, ceiling, factorint, floor
from sympy.polys.rings import PolyElement

from symparams.notation.domains import STEP, Quotient, UndecidedError
from symparams.notation.roundings import Roundings

__all__ = ["Class"]

_LARGEST_BASE = 10**15  # whose primes are looked for


class Class(Roundings):
    """Sizes on which an expression is a quotient of two polynomials."""

    def divide(self, above: Expr, below: Expr) -> None:
        """Takes it as known that `below` divides `above` on this class."""
        quotients = self.value(above), self.value(below)
        if all(self.is_whole(over) and under == self.one for over, under in quotients):
            self.divisions.append((quotients[0][0], quotients[1][0]))
            self._known = {}

    def value(self, expr: Expr) -> Quotient:
        """The expression on this class; raises `SplitRequest` where it is no quotient of polynomials on the whole of it."""
        if (known := self._known.get(expr)) is not None:
            return known
        self.work.spend(STEP)
        self._known[expr] = found = self._value(expr)
        return found

    def _value(self, expr: Expr) -> Quotient:
        match expr:
            case Symbol():
                return self.values[expr], self.one
            case Add():
                return self.sum_of(self.value(term) for term in expr.args)
            case Mul():
                return self.product_of(self.value(factor) for factor in expr.args)
            case Pow(base=base, exp=exp):
                return self.power(self.value(base), int(exp)) if exp.is_Integer else self._exponential(expr)
            case floor():
                return self.floor(self.value(expr.args[0]), expr)
            case ceiling():
                return self.negative(self.floor(self.negative(self.value(expr.args[0])), expr))
            case Mod():
                above, below = (self.value(part) for part in expr.args)
                rounded = self.floor(self.product_of((above, self.inverse(below))), expr)
                return self.sum_of((above, self.negative(self.product_of((below, rounded)))))
            case Max():
                return self._largest(expr)
            case Min():
                return self._largest(expr, sign=-1)
        if expr.is_Rational:
            return self.ring.ground_new(QQ(int(expr.p), int(expr.q))), self.one
        return self.node(expr, expr), self.one

    def _largest(self, expr: Expr, sign: int = 1) -> Quotient:
        """The largest of the arguments (the smallest for sign = -1); an atom where signs do not tell."""
        values = list(dict.fromkeys(self.value(argument) for argument in expr.args))
        kept: list[Quotient] = []
        for value in values:
            if not any(self._at_most(value, other, sign) for other in kept):
                kept = [*(other for other in kept if not self._at_most(other, value, sign)), value]
        if len(kept) == 1:
            return kept[0]
        return self.node(expr, type(expr), frozenset(kept)), self.one

    def _at_most(self, low: Quotient, high: Quotient, sign: int) -> bool:
        above, below = self.sum_of((high, self.negative(low)))
        signs = self.sign(above * sign), self.sign(below)
        return (signs[0] in (0, 1) and signs[1] == 1) or signs == (-1, -1)

    # -- powers ------------------------------------------------------------------------------------------------------------

    def _exponential(self, expr: Pow) -> Quotient:
        """A power with a symbolic exponent (or a root) by the primes of its base and the terms of its exponent."""
        (above, below), (exp, unit) = self.value(expr.base), self.value(expr.exp)
        if not unit.is_ground or not above:
            return self.node(expr, "power", above, below, exp, unit), self.one
        exp = exp.quo_ground(unit.LC)
        bases: dict[Any, int] = {}
        for poly, side in ((above, 1), (below, -1)):
            for base, times in self._bases(poly):
                bases[base] = bases.get(base, 0) + side * times
        if not all((times * coefficient).denominator == 1 for times in bases.values() for coefficient in exp.values()):
            return self.node(expr, "power", above, below, exp), self.one
        factors = []
        for base, times in bases.items():
            for monomial, coefficient in exp.items():
                power = int(times * coefficient)
                if not any(monomial):
                    value = self.ring.ground_new(QQ(base)) if isinstance(base, int) else base
                else:
                    value = self._symbolic_power(base, monomial, expr)
                factors.append(self.power((value, self.one), power))
        return self.product_of(factors)

    def _bases(self, poly: PolyElement) -> list[tuple[Any, int]]:
        """A polynomial as a product of powers: of primes (and -1), of symbols and of what is left."""
        content = QQ(
            gcd(*(int(coefficient.numerator) for coefficient in poly.values())),
            lcm(*(int(coefficient.denominator) for coefficient in poly.values())),
        )
        content = content if poly.LC > 0 else -content
        if max(abs(content.numerator), content.denominator) > _LARGEST_BASE:
            raise UndecidedError("a power of a number of more than 15 digits")
        rest = poly.quo_ground(content)
        lowest = tuple(map(min, zip(*rest.keys(), strict=True)))
        rest = self.ring.from_dict(
            {tuple(exp - low for exp, low in zip(key, lowest, strict=True)): number for key, number in rest.items()}
        )
        found: list[tuple[Any, int]] = [(-1, 1)] if content < 0 else []
        found += [(int(prime), times) for prime, times in factorint(abs(int(content.numerator))).items() if prime != 1]
        found += [(int(prime), -times) for prime, times in factorint(int(content.denominator)).items() if prime != 1]
        found += [(generator, times) for generator, times in zip(self.ring.gens, lowest, strict=True) if times]
        return found if rest == self.one else [*found, (rest, 1)]

    def _symbolic_power(self, base: Any, monomial: tuple[int, ...], node: Expr) -> PolyElement:
        places = {place for place, exp in enumerate(monomial) if exp}
        rising = all(place in self.whole and place in self.least for place in places)
        poly = self.ring.ground_new(QQ(base)) if isinstance(base, int) else base
        positive = self.sign(poly) in (0, 1)
        key = ("exponential", base, monomial)
        independent = isinstance(base, int) and positive and max(places) < self.atoms.first
        return self.atom(key, node, rising and self.is_whole(poly), 0 if positive else None, independent)
