"""An expression as a quotient of two polynomials, on one class of its sizes.

A `Class` says what each symbol stands for: itself at first, and 3·n + 2 once n is split by its residues modulo 3. On a class
small enough each rounding is a polynomial: floor(n/3) is n on the class 3·n + 2. Where a rounding meets a coefficient that is
no integer, `SplitRequest` asks for smaller classes, so that no period is ever computed. What no class resolves (floor(d/h), a sum
over an index, a maximum of either sign) becomes an atom: a new symbol, the same for equal arguments.

A power with a symbolic exponent is taken apart into primes of its base and terms of its exponent: 6·2^(2L+1) is 12·a², where
the atom a stands for 2^L. Such powers of different primes are independent of each other and of the symbols.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import floor as floor_of
from math import gcd, lcm
from typing import Any, TypeAlias

from sympy import QQ, Add, Expr, Max, Min, Mod, Mul, Pow, Symbol, ceiling, factorint, floor
from sympy.polys.rings import PolyElement, PolyRing

from symparams.notation.writing import text

__all__ = ["MOST_WORK", "Class", "Quotient", "SplitRequest", "UndecidedError", "Work"]

MOST_WORK = 200_000  # products of two terms, and steps of about their cost: less than a second
_STEP = 8
_MOST_EXPONENT = 10_000
_LARGEST_BASE = 10**15  # whose primes are looked for

Quotient: TypeAlias = tuple[PolyElement, PolyElement]


class UndecidedError(Exception):
    """Why a comparison stops without an answer, in words."""


class SplitRequest(Exception):  # noqa: N818  # a request, no error
    """A class is too large: `symbol` is to be split by its residues."""

    def __init__(self, place: int, modulus: int) -> None:
        super().__init__(place, modulus)
        self.place, self.modulus = place, modulus


@dataclass
class Work:
    """What may still be spent on a comparison."""

    remaining: int = MOST_WORK

    def spend(self, steps: int) -> None:
        self.remaining -= steps
        if self.remaining < 0:
            raise UndecidedError(f"more than {MOST_WORK:,} steps of multiplying out")


@dataclass
class Atoms:
    """The symbols of a ring that stand for what no polynomial is, each with a key and the words for it."""

    first: int
    places: dict[Any, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)


class Class:
    """Sizes on which an expression is evaluated: for each symbol its value, a polynomial in parameters that are at least 0 or 1."""

    def __init__(self, expressions: Iterable[Expr], work: Work) -> None:
        expressions = tuple(expressions)
        self.work = work
        symbols = sorted(set().union(*(expr.free_symbols for expr in expressions)), key=lambda symbol: symbol.name)
        nodes = [node for expr in expressions for node in _nodes(expr)]
        spare = sum(_most_atoms(node) for node in nodes)
        names = [f"x{number}" for number in range(len(symbols) + min(spare, 64))]
        self.ring = PolyRing(names, QQ)
        self.one, self.zero = self.ring.one, self.ring.zero
        self.values: dict[Symbol, PolyElement] = dict(zip(symbols, self.ring.gens, strict=False))
        self.least: dict[int, int] = {
            place: 1 if symbol.is_integer and symbol.is_positive else 0
            for place, symbol in enumerate(symbols)
            if symbol.is_nonnegative
        }
        self.whole = {place for place, symbol in enumerate(symbols) if symbol.is_integer}
        self.atoms = Atoms(len(symbols))
        self.splits = {place for place in self.whole if place in self.least}
        self.divisions: list[tuple[PolyElement, PolyElement]] = []
        self._known: dict[Expr, Quotient] = {}

    # -- classes -----------------------------------------------------------------------------------------------------------

    def narrowed(self, place: int, value: PolyElement, least: int = 0) -> Class:
        """The class on which a parameter is this polynomial in itself and the others; it is at least `least` from then on."""
        smaller = object.__new__(Class)
        smaller.__dict__ = {**self.__dict__, "_known": {}, "divisions": []}
        generator = self.ring.gens[place]
        smaller.values = {symbol: self.put(poly, generator, value) for symbol, poly in self.values.items()}
        smaller.least = {**self.least, place: least}
        smaller.atoms = Atoms(self.atoms.first)
        return smaller

    def put(self, poly: PolyElement, generator: PolyElement, value: PolyElement) -> PolyElement:
        place = self.ring.gens.index(generator)
        if all(monomial[place] == 0 for monomial in poly):
            return poly
        self.work.spend(_STEP * sum(monomial[place] + 1 for monomial in poly))
        return poly.compose(generator, value)

    def residues(self, place: int, modulus: int) -> list[Class]:
        """The class in parts: a parameter x is modulus·x + r for each residue r."""
        generator, start = self.ring.gens[place], self.least[place]
        return [self.narrowed(place, modulus * generator + residue) for residue in range(start, start + modulus)]

    def divide(self, above: Expr, below: Expr) -> None:
        """Takes it as known that `below` divides `above` on this class."""
        quotients = self.value(above), self.value(below)
        if all(self._is_whole(over) and under == self.one for over, under in quotients):
            self.divisions.append((quotients[0][0], quotients[1][0]))
            self._known = {}

    # -- values ------------------------------------------------------------------------------------------------------------

    def value(self, expr: Expr) -> Quotient:
        """The expression on this class; raises `SplitRequest` where it is no quotient of polynomials on the whole of it."""
        if (known := self._known.get(expr)) is not None:
            return known
        self.work.spend(_STEP)
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
        return self._node(expr, expr), self.one

    def negative(self, quotient: Quotient) -> Quotient:
        return -quotient[0], quotient[1]

    def inverse(self, quotient: Quotient) -> Quotient:
        if not quotient[0]:
            raise UndecidedError("a division by nothing")
        return quotient[1], quotient[0]

    def times(self, left: PolyElement, right: PolyElement) -> PolyElement:
        if left is self.one or right is self.one:
            return right if left is self.one else left
        if len(left) > 1 or len(right) > 1:
            self.work.spend(len(left) * len(right))
        return left * right

    def sum_of(self, quotients: Iterable[Quotient]) -> Quotient:
        by_denominator: dict[PolyElement, dict[tuple[int, ...], Any]] = {}
        for above, below in quotients:
            total = by_denominator.setdefault(below, {})
            for monomial, coefficient in above.items():
                total[monomial] = total[monomial] + coefficient if monomial in total else coefficient
        parts = [(self.ring.from_dict(total), below) for below, total in by_denominator.items()]
        above, below = parts[0]
        for other, under in parts[1:]:
            above, below = self.times(above, under) + self.times(other, below), self.times(below, under)
        return above, below

    def product_of(self, quotients: Iterable[Quotient]) -> Quotient:
        above, below = self.one, self.one
        for over, under in quotients:
            above, below = self.times(above, over), self.times(below, under)
        return above, below

    def power(self, quotient: Quotient, exp: int) -> Quotient:
        above, below = quotient if exp >= 0 else self.inverse(quotient)
        return self._power(above, abs(exp)), self._power(below, abs(exp))

    def _power(self, base: PolyElement, exp: int) -> PolyElement:
        if len(base) == 1 and base.LC == 1:
            return base**exp
        if exp > _MOST_EXPONENT:
            raise UndecidedError("a power of more than ten thousand")
        result = self.one
        while exp:
            if exp & 1:
                result = self.times(result, base)
            exp >>= 1
            if exp:
                base = self.times(base, base)
        return result

    # -- rounding ----------------------------------------------------------------------------------------------------------

    def floor(self, quotient: Quotient, node: Expr) -> Quotient:
        above, below = quotient
        if not below.is_ground:
            above, below = self._cancelled(above, below)
        if below.is_ground:
            return self._floor_of_polynomial(above.quo_ground(below.LC), node), self.one
        if self._divides(above, below):
            return above, below
        return self._floor_of_quotient(above, below, node), self.one

    def _floor_of_polynomial(self, poly: PolyElement, node: Expr) -> PolyElement:
        constant = QQ(0)
        stays: dict[tuple[int, ...], Any] = {}
        for monomial, coefficient in poly.items():
            places = [place for place, exp in enumerate(monomial) if exp]
            if not places:
                constant = coefficient
            elif coefficient.denominator != 1 or not self.whole.issuperset(places):
                if coefficient.denominator != 1 and (split := self.splits.intersection(places)):
                    raise SplitRequest(min(split), int(coefficient.denominator))
                stays[monomial] = coefficient
        if not stays:
            return poly - constant + floor_of(constant)
        scale = lcm(*(int(coefficient.denominator) for coefficient in poly.values()))
        return self._floor_of_quotient(poly * scale, self.ring.ground_new(QQ(scale)), node)

    def _floor_of_quotient(self, above: PolyElement, below: PolyElement, node: Expr) -> PolyElement:
        """floor(above/below) as a polynomial and one atom: whole parts go out of it, and of ±x the one form is kept."""
        self.work.spend(_STEP * len(above) * len(below))
        scale = lcm(*(int(coefficient.denominator) for poly in (above, below) for coefficient in poly.values()))
        above, below = above * scale, below * scale
        (quotient,), remainder = above.div([below])
        whole = self.ring.from_dict({monomial: QQ(floor_of(coefficient)) for monomial, coefficient in quotient.items()})
        if not self._is_whole(whole):
            whole = self.zero
        above = self.times(quotient - whole, below) + remainder
        if not above:
            return whole
        common = QQ(gcd(*(int(coefficient) for poly in (above, below) for coefficient in poly.values())))
        above, below = above.quo_ground(common), below.quo_ground(common)
        if above.LC < 0 and self._is_whole(above) and self._is_whole(below) and self._sign(below) == 1:
            # floor(-a/b) = -floor((a + b - 1)/b)
            return whole - self._floor_of_quotient(below - above - 1, below, node)
        least = 0 if self._sign(above) in (0, 1) and self._sign(below) == 1 else None
        return whole + self.atom(("floor", above, below), node, True, least)

    def _cancelled(self, above: PolyElement, below: PolyElement) -> Quotient:
        if len(above) * len(below) > 400 or max(above.degrees() + below.degrees()) > 40:
            raise UndecidedError("a quotient of many terms inside a rounding")
        self.work.spend(20 * _STEP * len(above) * len(below))
        above, below = above.cancel(below)
        return above, below

    def _divides(self, above: PolyElement, below: PolyElement) -> bool:
        """Whether a quotient is whole because of a division that is known to leave nothing: n·a/b + m where b divides a."""
        for multiple, divisor in self.divisions:
            (factor,), rest = divisor.div([below])
            if rest or not factor:
                continue
            (many, more), rest = self.times(above, factor).div([multiple, divisor])
            if not rest and self._is_whole(many) and self._is_whole(more):
                return True
        return False

    def _is_whole(self, poly: PolyElement) -> bool:
        return all(
            coefficient.denominator == 1 and all(place in self.whole for place, exp in enumerate(monomial) if exp)
            for monomial, coefficient in poly.items()
        )

    # -- signs -------------------------------------------------------------------------------------------------------------

    def _sign(self, poly: PolyElement) -> int | None:
        """1 where a polynomial is positive on the class, 0 where it is at least 0, -1 where it is at most 0, else None."""
        for place, generator in enumerate(self.ring.gens):
            if self.least.get(place) == 1:
                poly = self.put(poly, generator, generator + 1)
        known = all(place in self.least for monomial in poly for place, exp in enumerate(monomial) if exp)
        if known and all(coefficient > 0 for coefficient in poly.values()):
            return 1 if poly.coeff(1) else 0
        return -1 if known and all(coefficient < 0 for coefficient in poly.values()) else None

    def _largest(self, expr: Expr, sign: int = 1) -> Quotient:
        """The largest of the arguments (the smallest for sign = -1); an atom where signs do not tell."""
        values = list(dict.fromkeys(self.value(argument) for argument in expr.args))
        kept: list[Quotient] = []
        for value in values:
            if not any(self._at_most(value, other, sign) for other in kept):
                kept = [*(other for other in kept if not self._at_most(other, value, sign)), value]
        if len(kept) == 1:
            return kept[0]
        return self._node(expr, type(expr), frozenset(kept)), self.one

    def _at_most(self, low: Quotient, high: Quotient, sign: int) -> bool:
        above, below = self.sum_of((high, self.negative(low)))
        signs = self._sign(above * sign), self._sign(below)
        return (signs[0] in (0, 1) and signs[1] == 1) or signs == (-1, -1)

    # -- powers ------------------------------------------------------------------------------------------------------------

    def _exponential(self, expr: Pow) -> Quotient:
        """A power with a symbolic exponent (or a root) by the primes of its base and the terms of its exponent."""
        (above, below), (exp, unit) = self.value(expr.base), self.value(expr.exp)
        if not unit.is_ground or not above:
            return self._node(expr, "power", above, below, exp, unit), self.one
        exp = exp.quo_ground(unit.LC)
        bases: dict[Any, int] = {}
        for poly, side in ((above, 1), (below, -1)):
            for base, times in self._bases(poly):
                bases[base] = bases.get(base, 0) + side * times
        if not all((times * coefficient).denominator == 1 for times in bases.values() for coefficient in exp.values()):
            return self._node(expr, "power", above, below, exp), self.one
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
        positive = self._sign(poly) in (0, 1)
        key = ("exponential", base, monomial)
        independent = isinstance(base, int) and positive and max(places) < self.atoms.first
        return self.atom(key, node, rising and self._is_whole(poly), 0 if positive else None, independent)

    # -- atoms -------------------------------------------------------------------------------------------------------------

    def _node(self, node: Expr, *key: Any) -> PolyElement:
        """The atom of a part as it stands."""
        return self.atom(key, node, bool(node.is_integer), 0 if node.is_nonnegative else None)

    def atom(self, key: Any, node: Expr, whole: bool, least: int | None, independent: bool = False) -> PolyElement:
        """The symbol that stands for what no polynomial is, the same one for the same key.

        `whole` where its values are integers, `least` where none is below that; `independent` where no polynomial relation to
        other independent atoms can hold.
        """
        places = self.atoms.places
        if key not in places:
            place = places[key] = self.atoms.first + len(places)
            if place >= self.ring.ngens:
                raise UndecidedError("more roundings and powers than are told apart")
            if not independent:
                self.atoms.words[place] = _words(node)
            self.whole = {*self.whole, place} if whole else self.whole - {place}
            self.least = {other: value for other, value in self.least.items() if other != place}
            if least is not None:
                self.least[place] = least
        return self.ring.gens[places[key]]

    def atoms_in(self, poly: PolyElement) -> list[str]:
        """The words for the atoms of a polynomial that may depend on each other."""
        found = {place for monomial in poly for place, exp in enumerate(monomial) if exp}
        return [words for place, words in self.atoms.words.items() if place in found]


def _nodes(expr: Expr) -> Iterable[Expr]:
    """The parts of an expression that `Class.value` goes into, each once."""
    seen: set[Expr] = set()
    stack = [expr]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        if isinstance(node, Add | Mul | Pow | floor | ceiling | Mod | Max | Min):
            stack.extend(node.args)


def _most_atoms(node: Expr) -> int:
    match node:
        case Symbol() | Add() | Mul():
            return 0
        case Pow(exp=exp):
            return 0 if exp.is_Integer else 2 * (len(Add.make_args(exp)) + 1) * (len(node.base.free_symbols) + 3)
    return 0 if node.is_Rational else 2


def _words(node: Expr) -> str:
    match node:
        case floor() | ceiling():
            symbolic = node.args[0].as_numer_denom()[1].free_symbols
            return f"{text(node)}{' with a symbolic denominator' if symbolic else ', which residues do not resolve'}"
        case Mod():
            return f"{node.args[0]} mod {node.args[1]} with a symbolic modulus"
        case Max() | Min():
            return f"{text(node)}, where either argument may be the larger"
        case Pow():
            return f"{text(node)}, a root or a power with a symbolic exponent"
    return f"{type(node).__name__} as a term"
