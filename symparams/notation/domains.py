"""The sizes that quotients are taken on: what each symbol stands for, which parameters are whole, and of which sign.

A class of sizes is narrowed by its residues: n becomes 3·n + 2. Where a rounding meets a coefficient that is no integer,
`SplitRequest` asks for that, so that no period is ever computed. What no class resolves becomes an atom: a new symbol of the ring,
the same for equal keys. All multiplying out goes through `times`, which spends from a limited amount of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from sympy import QQ, Add, Expr, Max, Min, Mod, Mul, Pow, Symbol, ceiling, floor
from sympy.polys.rings import PolyElement, PolyRing

from symparams.notation.writing import text

__all__ = ["MOST_WORK", "STEP", "Domain", "Quotient", "SplitRequest", "UndecidedError", "Work", "limited_work", "work"]

MOST_WORK = 200_000  # products of two terms, and steps of about their cost: less than a second
STEP = 8
_MOST_EXPONENT = 10_000

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
    """What may still be spent on a comparison, and on all comparisons of the answer that it is for."""

    remaining: int = MOST_WORK
    whole: Work | None = None

    @property
    def spent(self) -> bool:
        """Whether more was wanted than there was."""
        return self.remaining < 0

    def spend(self, steps: int) -> None:
        self.remaining -= steps
        if self.remaining < 0:
            raise UndecidedError(f"more than {MOST_WORK:,} steps of multiplying out")
        if self.whole is not None:
            self.whole.spend(steps)


_WHOLE: ContextVar[Work | None] = ContextVar("_WHOLE", default=None)


def work() -> Work:
    """What one more comparison may spend."""
    return Work(whole=_WHOLE.get())


@contextmanager
def limited_work() -> Iterator[Work]:
    """All comparisons inside together spend no more than one alone may; `spent` where that was not enough for them."""
    token = _WHOLE.set(whole := Work())
    try:
        yield whole
    finally:
        _WHOLE.reset(token)


@dataclass
class Atoms:
    """The symbols of a ring that stand for what no polynomial is, each with a key and the words for it."""

    first: int
    places: dict[Any, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)


class Domain:
    """Sizes on which an expression is evaluated: for each symbol its value, a polynomial in parameters that are at least 0 or 1."""

    def __init__(self, expressions: Iterable[Expr], work: Work) -> None:
        expressions = tuple(expressions)
        self.work = work
        symbols = sorted(set().union(*(expr.free_symbols for expr in expressions)), key=lambda symbol: symbol.name)
        nodes = [node for expr in expressions for node in _nodes(expr)]
        work.spend(STEP * len(nodes))
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

    def narrowed(self, place: int, value: PolyElement, least: int = 0) -> Self:
        """The class on which a parameter is this polynomial in itself and the others; it is at least `least` from then on."""
        smaller = object.__new__(type(self))
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
        self.work.spend(STEP * sum(monomial[place] + 1 for monomial in poly))
        return poly.compose(generator, value)

    def residues(self, place: int, modulus: int) -> list[Self]:
        """The class in parts: a parameter x is modulus·x + r for each residue r."""
        generator, start = self.ring.gens[place], self.least[place]
        return [self.narrowed(place, modulus * generator + residue) for residue in range(start, start + modulus)]

    # -- arithmetic --------------------------------------------------------------------------------------------------------

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

    # -- what is known of the parameters -----------------------------------------------------------------------------------

    def is_whole(self, poly: PolyElement) -> bool:
        return all(
            coefficient.denominator == 1 and all(place in self.whole for place, exp in enumerate(monomial) if exp)
            for monomial, coefficient in poly.items()
        )

    def sign(self, poly: PolyElement) -> int | None:
        """1 where a polynomial is positive on the class, 0 where it is at least 0, -1 where it is at most 0, else None."""
        self.work.spend(self.ring.ngens)
        for place, generator in enumerate(self.ring.gens):
            if self.least.get(place) == 1:
                poly = self.put(poly, generator, generator + 1)
        known = all(place in self.least for monomial in poly for place, exp in enumerate(monomial) if exp)
        if known and all(coefficient > 0 for coefficient in poly.values()):
            return 1 if poly.coeff(1) else 0
        return -1 if known and all(coefficient < 0 for coefficient in poly.values()) else None

    # -- atoms -------------------------------------------------------------------------------------------------------------

    def node(self, node: Expr, *key: Any) -> PolyElement:
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
    """The parts of an expression that the value goes into, each once."""
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
