"""What formulas are fitted from: powers, kinks, steps and quotients of one size, and products of them over several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise, product
from operator import itemgetter

from sympy import Add, Expr, Integer, Max, Min, Mul, Rational, Symbol, ceiling, expand, floor

from symparams.frameworks.recovery.exact.solving import value_at
from symparams.notation import symbol

__all__ = ["MOST_TERMS", "SMALL", "Term", "families", "products", "variants"]

MOST_TERMS = 260
SMALL = 40  # up to here a size is taken to shape the structure: layers, experts, periods


@dataclass(frozen=True)
class Term:
    """What a function of one size may be made of: its number at a size, and how it is written, which takes sympy a millisecond."""

    at: Callable[[int], int]
    written: Callable[[], Expr]


def families(x: Symbol, data: Mapping[int, Fraction], base: Mapping[str, int]) -> Iterator[list[Term]]:
    """Sets of terms that a function of one size, with these values, may be made of, the plainest first.

    >>> from itertools import islice
    >>> from symparams.notation import symbols
    >>> for terms in islice(families(symbols("N"), dict.fromkeys(range(1, 8), Fraction(0)), {}), 6):
    ...     print([term.written() for term in terms], [term.at(5) for term in terms])
    [N] [5]
    [N, N**2] [5, 25]
    [N, N**2, N**3] [5, 25, 125]
    [N, N**2, N**3, N**4] [5, 25, 125, 625]
    [N, Max(0, N - 2)] [5, 3]
    [N, Max(0, N - 3)] [5, 2]
    """
    values = list(data)

    def power(exponent: int) -> Term:
        return Term(lambda v: v**exponent, lambda: x**exponent)

    def above(kink: int) -> Term:
        return Term(lambda v: max(0, v - kink), lambda: Max(0, x - kink))

    def step(period: int, offset: int) -> Term:
        return Term(lambda v: (v + offset) // period, lambda: floor((x + offset) / period))

    def rounded_down(number: int) -> Term:
        return Term(lambda v: number // v, lambda: floor(Integer(number) / x))

    def rounded_up(number: int) -> Term:
        return Term(lambda v: -(-number // v), lambda: ceiling(Integer(number) / x))

    def times(term: Term) -> Term:
        return Term(lambda v: v * term.at(v), lambda: x * term.written())

    plain, square = power(1), power(2)
    for degree in range(1, 5):
        yield [power(exponent) for exponent in range(1, degree + 1)]
    inner = sorted({*range(2, min(max(values), SMALL)), *(value for value in base.values() if min(values) < value < max(values))})
    for kink in inner:
        yield [plain, above(kink)]
    periods = [(p, o) for p in range(2, 9) for o in range(p)]
    for period, offset in periods:
        yield [plain, step(period, offset)]
    for number in sorted(set(base.values()), reverse=True):
        for near in (number, number - 1, number + 1):
            yield [rounded_down(near)]
            yield [rounded_up(near)]
            yield [plain, times(rounded_down(near))]
        yield [rounded_down(number), times(rounded_down(number))]
    for kink in inner:
        yield [plain, square, above(kink)]
    for pair in combinations(inner[:12], 2):
        yield [plain, *map(above, pair)]
    for period, offset in periods:
        yield [plain, square, step(period, offset), times(step(period, offset))]
    if (terms := _scheduled(x, data)) is not None:
        yield terms


def _scheduled(x: Symbol, data: Mapping[int, Fraction]) -> list[Term] | None:
    """Terms for a count of layers that come in any order at first and in a period from then on; None where no such order is seen.

    where: data: the function's values at sizes that follow each other; the period has to be seen three times over.

    >>> from symparams.notation import symbol
    >>> terms = _scheduled(symbol("N"), {n: Fraction(n - max(0, n - 2) // 2) for n in range(1, 31)})
    >>> [term.written() for term in terms]  # after two layers, every second one
    [N, floor(Max(0, N - 2)/2)]
    """
    least = min(data)
    if list(data) != list(range(least, least + len(data))) or len(data) < 20:
        return None
    steps = [after - before for before, after in pairwise(data.values())]
    ways = ((first, period) for first in range(len(steps)) for period in range(1, 9) if first + 3 * max(period, 4) <= len(steps))
    orders = ((first + period, first, period) for first, period in ways if steps[first:-period] == steps[first + period :])
    found = min(orders, default=None)
    if found is None:
        return None
    _, first, period = found
    commonest = max(steps[first : first + period], key=steps[first : first + period].count)
    beyond = Max(0, x - least - first) if first else x - least  # how many steps of the periodic part were taken
    counts: list[Expr] = [x]
    for value in dict.fromkeys(steps):
        if value != commonest:
            once = [Min(1, Max(0, x - least - place)) for place in range(first) if steps[place] == value]
            again = [floor((beyond + period - 1 - place) / period) for place in range(period) if steps[first + place] == value]
            counts.append(Add(*once, *again))
    return [Term(partial(_value, count, x), partial(_itself, count)) for count in counts]


def _value(count: Expr, x: Symbol, at: int) -> int:
    return int(value_at(count, {x.name: at}))


def _itself(count: Expr) -> Expr:
    return count


def variants(atoms: Mapping[str, list[Expr]], base: Mapping[str, int], active: list[str]) -> Iterator[dict[str, list[Expr]]]:
    """The atoms, and where a constant in one is another size's starting value (or next to it), that size instead."""
    choices: list[list[tuple[str, Expr, Expr]]] = []
    for name in active:
        for term in atoms[name]:
            if term.has(floor, ceiling, Max, Min):
                numbers = {int(n) for n in term.atoms(Integer)}
                swaps: list[tuple[int, str, Expr, Expr]] = [(1, name, term, term)]
                for other in active:
                    for number in numbers:
                        if other != name and abs(number) not in (0, 1) and abs(abs(number) - base[other]) <= 1:
                            by = (symbol(other) + (abs(number) - base[other])) * (1 if number > 0 else -1)
                            # the size itself first, then the number as it stands, then the size's neighbours
                            swaps.append((2 * abs(abs(number) - base[other]), name, term, _swapped(term, Integer(number), by)))
                choices.append([swap[1:] for swap in sorted(swaps, key=itemgetter(0))])
    for count, choice in enumerate(product(*choices)):
        if count > 100:
            return
        taken = {name: list(terms) for name, terms in atoms.items()}
        for name, old, new in choice:
            taken[name] = [new if term == old else term for term in taken[name]]
        yield taken


def _swapped(term: Expr, number: Integer, by: Expr) -> Expr:
    """The term with `by` for a number, also where it stands as the denominator of a fraction."""
    x = next(iter(term.free_symbols))
    if term.has(floor) and not term.has(1 / x):
        inner = next(iter(term.atoms(floor)))
        over = inner.args[0]
        period = next((part.q for part in over.atoms(Rational) if part.q == abs(number)), None)
        if period:
            return term.xreplace({inner: floor(expand(over * period) / by)})
    return term.xreplace({number: by})


def products(atoms: Mapping[str, list[Expr]], active: list[str], together: set[frozenset[str]]) -> list[Expr]:
    """1 and all products of one atom each of sizes that interact in pairs."""
    found: dict[Expr, None] = {Integer(1): None}
    cliques: list[tuple[str, ...]] = [(name,) for name in active]
    while cliques:
        for clique in cliques:
            for factors in product(*(atoms[name] for name in clique)):
                found[expand(Mul(*factors)) if len(clique) == 1 else Mul(*factors)] = None
        cliques = [
            (*clique, name)
            for clique in cliques
            if len(clique) < 5
            for name in active[active.index(clique[-1]) + 1 :]
            if all(frozenset((name, other)) in together for other in clique)
        ]
        if len(found) > MOST_TERMS:
            break
    return list(found)
