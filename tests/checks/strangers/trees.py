"""A formula as its author arranges it: sums, products, powers, quotients, floors, with exact values of their own."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

from sympy import Add, Expr, Mul, Pow, Symbol, expand, floor


@dataclass(frozen=True)
class Number:
    value: int


@dataclass(frozen=True)
class Name:
    size: str


@dataclass(frozen=True)
class Power:
    base: "Tree"
    exponent: int


@dataclass(frozen=True)
class Product:
    factors: tuple["Tree", ...]


@dataclass(frozen=True)
class Sum:
    terms: tuple[tuple[int, "Tree"], ...]


@dataclass(frozen=True)
class Quotient:
    over: "Tree"
    under: "Tree"


@dataclass(frozen=True)
class Floor:
    inner: "Tree"


Tree: TypeAlias = Number | Name | Power | Product | Sum | Quotient | Floor
Atom: TypeAlias = str | Floor
Term: TypeAlias = tuple[Fraction, tuple[tuple[Atom, int], ...]]  # a coefficient and the powers of what it is multiplied with


class UnwrittenError(Exception):
    """A formula with something that this harness does not write: Max, Mod, sums in a denominator."""


def value_of(tree: Tree, sizes: Mapping[str, int]) -> Fraction:
    match tree:
        case Number(value):
            return Fraction(value)
        case Name(size):
            return Fraction(sizes[size])
        case Power(base, exponent):
            return value_of(base, sizes) ** exponent
        case Product(factors):
            return math.prod((value_of(factor, sizes) for factor in factors), start=Fraction(1))
        case Sum(terms):
            return sum((sign * value_of(term, sizes) for sign, term in terms), Fraction(0))
        case Quotient(over, under):
            return value_of(over, sizes) / value_of(under, sizes)
        case Floor(inner):
            return Fraction(math.floor(value_of(inner, sizes)))


def terms_of(expr: Expr) -> list[Term]:
    """The expanded formula as coefficients and powers."""
    terms: dict[frozenset[tuple[Atom, int]], Fraction] = {}
    for term in Add.make_args(expand(expr)):
        coefficient, powers = Fraction(1), dict[Atom, int]()
        for factor in Mul.make_args(term):
            base, exponent = factor.as_base_exp() if isinstance(factor, Pow) else (factor, 1)
            if factor.is_Rational:
                coefficient *= Fraction(int(factor.p), int(factor.q))
            elif isinstance(base, Symbol) and int(exponent) == exponent:
                powers[base.name] = powers.get(base.name, 0) + int(exponent)
            elif isinstance(base, floor) and int(exponent) == exponent and exponent > 0:
                powers[Floor(arrange(terms_of(base.args[0]), None))] = int(exponent)
            else:
                raise UnwrittenError(str(factor))
        key = frozenset(powers.items())
        terms[key] = terms.get(key, Fraction(0)) + coefficient
    return [(coefficient, tuple(sorted(key, key=str))) for key, coefficient in terms.items() if coefficient]


def arrange(terms: Sequence[Term], draw: random.Random | None) -> Tree:
    """The sum of the terms as somebody may write it: shuffled, with common factors taken out here and there, terms split in two."""
    rest, parts = list(terms), list[tuple[int, Tree]]()
    if draw is None:
        parts = [_single(term, None) for term in rest]
        rest = []
    while rest:
        factor = _common(rest, draw) if len(rest) > 1 and draw.random() < 0.55 else None
        if factor is None:
            term = rest.pop(draw.randrange(len(rest)))
            parts += [_single(part, draw) for part in _split(term, draw)]
            continue
        number, atom = factor
        inside = [term for term in rest if _holds(term, number, atom)]
        if len(inside) > 2 and draw.random() < 0.3:
            inside = draw.sample(inside, draw.randrange(2, len(inside)))
        rest = [term for term in rest if term not in inside]
        bracket = arrange([_without(term, number, atom) for term in inside], draw)
        outside: list[Tree] = ([Number(number)] if number > 1 else []) + ([Name(atom)] if atom else [])
        factors = [*outside, *(bracket.factors if isinstance(bracket, Product) else (bracket,))]
        draw.shuffle(factors)
        parts.append((1, _product(factors)))
    if draw is not None:
        draw.shuffle(parts)
    if parts[0][0] < 0:  # nobody begins with a minus
        parts.sort(key=lambda part: part[0] < 0)
    return parts[0][1] if len(parts) == 1 and parts[0][0] > 0 else Sum(tuple(parts))


def _product(factors: Sequence[Tree]) -> Tree:
    """A product with at most one number in it."""
    numbers = [factor.value for factor in factors if isinstance(factor, Number)]
    if len(numbers) < 2:
        return Product(tuple(factors))
    return Product((Number(math.prod(numbers)), *(factor for factor in factors if not isinstance(factor, Number))))


def _common(terms: Sequence[Term], draw: random.Random) -> tuple[int, str] | None:
    """A factor, a number or a size, that at least two of the terms share."""
    atoms = [atom for _, powers in terms for atom, power in powers if power > 0 and isinstance(atom, str)]
    shared: list[tuple[int, str]] = [(1, atom) for atom in sorted(set(atoms)) if atoms.count(atom) > 1]
    whole = [int(coefficient) for coefficient, _ in terms if coefficient.denominator == 1]
    for number in (2, 3, 4, 6, reduce(math.gcd, whole, 0)):
        if number > 1 and sum(value % number == 0 for value in whole) > 1:
            shared.append((number, ""))
    return draw.choice(shared) if shared else None


def _holds(term: Term, number: int, atom: str) -> bool:
    coefficient, powers = term
    if atom:
        return dict(powers).get(atom, 0) > 0
    return coefficient.denominator == 1 and coefficient.numerator % number == 0


def _without(term: Term, number: int, atom: str) -> Term:
    coefficient, powers = term
    return coefficient / number, tuple((other, power - (other == atom)) for other, power in powers if power != (other == atom))


def _split(term: Term, draw: random.Random) -> list[Term]:
    """3d² + d² for 4d²: the terms of several tensors, which nobody has added up."""
    coefficient, powers = term
    if coefficient.denominator != 1 or coefficient < 2 or draw.random() > 0.12:
        return [term]
    first = draw.randrange(1, int(coefficient))
    return [(Fraction(first), powers), (coefficient - first, powers)]


def _single(term: Term, draw: random.Random | None) -> tuple[int, Tree]:
    coefficient, powers = term
    over: list[Tree] = []
    under: list[Tree] = []
    for atom, power in powers:
        base: Tree = Name(atom) if isinstance(atom, str) else atom
        side = over if power > 0 else under
        if abs(power) == 1:
            side.append(base)
        elif draw is not None and abs(power) <= 3 and draw.random() < 0.25:
            side.extend([base] * abs(power))
        else:
            side.append(Power(base, abs(power)))
    if draw is not None:
        draw.shuffle(over)
    size = abs(coefficient)
    if size.numerator != 1 or not over:
        over.insert(0 if draw is None or draw.random() < 0.8 else len(over), Number(size.numerator))
    if size.denominator != 1:
        under.insert(0, Number(size.denominator))
    above = over[0] if len(over) == 1 else Product(tuple(over))
    if not under:
        return (1 if coefficient > 0 else -1), above
    return (1 if coefficient > 0 else -1), Quotient(above, under[0] if len(under) == 1 else Product(tuple(under)))


def with_sizes(tree: Tree, sizes: Mapping[str, int]) -> Tree:
    """The tree with numbers put in for its sizes, in the author's own order."""
    match tree:
        case Name(size):
            return Number(sizes[size])
        case Power(base, exponent):
            return Power(with_sizes(base, sizes), exponent)
        case Product(factors):
            return Product(tuple(with_sizes(factor, sizes) for factor in factors))
        case Sum(terms):
            return Sum(tuple((sign, with_sizes(term, sizes)) for sign, term in terms))
        case Quotient(over, under):
            return Quotient(with_sizes(over, sizes), with_sizes(under, sizes))
        case Floor(inner):
            return Floor(with_sizes(inner, sizes))
    return tree


def renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    match tree:
        case Name(size):
            return Name(names[size])
        case Power(base, exponent):
            return Power(renamed(base, names), exponent)
        case Product(factors):
            return Product(tuple(renamed(factor, names) for factor in factors))
        case Sum(terms):
            return Sum(tuple((sign, renamed(term, names)) for sign, term in terms))
        case Quotient(over, under):
            return Quotient(renamed(over, names), renamed(under, names))
        case Floor(inner):
            return Floor(renamed(inner, names))
    return tree


def sizes_in(tree: Tree) -> set[str]:
    match tree:
        case Name(size):
            return {size}
        case Power(base, _):
            return sizes_in(base)
        case Product(factors):
            return set().union(*map(sizes_in, factors))
        case Sum(terms):
            return set().union(*(sizes_in(term) for _, term in terms))
        case Quotient(over, under):
            return sizes_in(over) | sizes_in(under)
        case Floor(inner):
            return sizes_in(inner)
    return set()
