"""The black box: an exact formula for an integer-valued function of sizes, from its values alone.

One size at a time first: polynomials, kinks Max(0, x − k), steps floor((x + o)/p), quotients floor(c/x). Then jointly:
products of what was found, over sizes that were seen to interact, solved exactly and verified at spare points.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product
from operator import itemgetter

from sympy import Add, Expr, Integer, Max, Min, Mul, Rational, Symbol, ceiling, expand, floor

from symparams.frameworks.recovery.solving import solve, value_at
from symparams.notation import symbol

__all__ = ["FULL", "LADDER", "QUICK", "SMALL", "Fit", "NotFittedError", "fitted", "samples"]

Oracle = Callable[[Mapping[str, int]], int | None]
MOST_TERMS = 260
MOST = 10**36
LADDER = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 24, 30)  # the values that a small size is tried at
FULL = tuple(range(1, 31))
QUICK = (1, 2, 3, 4, 5, 7)
SMALL = 40  # up to here a size is taken to shape the structure: layers, experts, periods


class NotFittedError(Exception):
    """No formula of the known kinds goes through the points."""


@dataclass(frozen=True)
class Fit:
    """A formula, the sizes that could be varied, and how many points it goes through beyond those that it was solved from."""

    expr: Expr
    varied: tuple[str, ...]
    held: tuple[str, ...] = ()
    spare: int = 0
    steps: Mapping[str, int] = field(default_factory=dict)


def samples(
    oracle: Oracle, base: Mapping[str, int], name: str, ladder: Sequence[int] = LADDER, least: int = 1
) -> tuple[list[int], int]:
    """Values of one size at which the function is defined, the others as in `base`, and the step between them.

    Small sizes are tried one by one from 1 on, large ones in the smallest step that the function allows.
    """
    at = base[name]

    def defined(value: int) -> bool:
        return value > 0 and oracle({**base, name: value}) is not None

    if at <= SMALL and least == 1:
        tried = [value for value in sorted({*ladder, at, at + 1}) if defined(value)]
        if len(tried) >= 5 and at in tried and (at + 1 in tried or at - 1 in tried):
            return tried, 1
    for step in (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 256, at):
        if step >= least and defined(at + step) and defined(at + 2 * step) and defined(at + 3 * step):
            more = [
                at + step * times for times in ((0, 1, 2, 3, 4, 7) if ladder is not LADDER else (0, 1, 2, 3, 4, 5, 6, 7, 11, 17))
            ]
            more += [2 * at, 3 * at + step] if at % step == 0 else []
            return sorted({value for value in more if defined(value)}), step
    return [at], 0


def fitted(oracle: Oracle, base: Mapping[str, int], names: Sequence[str], seed: int = 0, ladder: Sequence[int] = LADDER) -> Fit:
    """An exact formula of `oracle` over `names`.

    >>> fit = fitted(lambda v: v["N"] * (12 * v["d"] ** 2 + 13 * v["d"]) + v["N"] // 2, {"N": 5, "d": 64}, ["N", "d"])
    >>> fit.expr
    12*N*d**2 + 13*N*d + floor(N/2)

    Raises `NotFittedError`.
    """
    if oracle(base) is None:
        raise NotFittedError("the starting point cannot be built")
    taken, steps = {}, {}
    atoms: dict[str, list[Expr]] = {}
    for name in names:
        coarse = 1
        while name not in atoms:
            taken[name], steps[name] = samples(oracle, base, name, ladder, coarse)
            if len(taken[name]) < 4:
                break
            try:
                atoms[name] = _along(oracle, base, name, taken[name])
            except NotFittedError:
                if base[name] <= SMALL or steps[name] >= 256:
                    raise
                coarse = 16 if steps[name] < 16 else 2 * steps[name]  # what is rounded in between does not show in larger steps
    varied = list(atoms)
    active = [name for name in varied if atoms[name]]
    held = tuple(name for name in names if name not in varied)
    wider = {name: step for name, step in steps.items() if step > 1}
    if not active:
        return Fit(Integer(oracle(base) or 0), tuple(varied), held, sum(map(len, taken.values())), wider)
    together = _interactions(oracle, base, active, taken)
    fit = None
    for chosen in _variants(atoms, base, active):
        terms = _terms(chosen, active, together)
        if len(terms) > MOST_TERMS:
            raise NotFittedError(f"{len(terms)} terms are possible")
        fit = _solved(oracle, base, terms, taken, active, seed)
        if fit is not None:
            break
    if fit is None:
        raise NotFittedError("no combination of the formulas found along " + ", ".join(active) + " goes through the joint points")
    return Fit(fit[0], tuple(varied), held, fit[1], wider)


def _along(oracle: Oracle, base: Mapping[str, int], name: str, values: Sequence[int]) -> list[Expr]:
    """The terms, apart from 1, that the function has along one size."""
    data = {value: Fraction(oracle({**base, name: value}) or 0) for value in values}
    x = symbol(name)
    if max(map(abs, data.values())) > MOST:
        raise NotFittedError(f"more than 10^36 along {name}: no polynomial of a size that can be built")
    if len(set(data.values())) == 1:
        return []
    for terms in _families(x, values, base):
        if len(values) < len(terms) + 3:
            continue
        rows = [[Fraction(1), *(value_at(term, {name: value}) for term in terms)] for value in values]
        try:
            found = solve(rows, list(data.values()))
        except ArithmeticError:
            continue
        if found is not None and all(_modest(number) for number in found[1:]):
            return [term for term, number in zip(terms, found[1:], strict=True) if number]
    raise NotFittedError(
        f"no polynomial, kink, step or quotient along {name}: {', '.join(f'{v}→{n}' for v, n in list(data.items())[:8])}"
    )


def _families(x: Symbol, values: Sequence[int], base: Mapping[str, int]) -> Iterator[list[Expr]]:
    for degree in range(1, 5):
        yield [x**power for power in range(1, degree + 1)]
    inner = sorted({*range(2, min(max(values), SMALL)), *(value for value in base.values() if min(values) < value < max(values))})
    for kink in inner:
        yield [x, Max(0, x - kink)]
    periods = [(p, o) for p in range(2, 9) for o in range(p)]
    for period, offset in periods:
        yield [x, floor((x + offset) / period)]
    for number in sorted(set(base.values()), reverse=True):
        for offset in (0, -1, 1):
            yield [floor(Integer(number + offset) / x)]
            yield [ceiling(Integer(number + offset) / x)]
            yield [x, x * floor(Integer(number + offset) / x)]
    for kink in inner:
        yield [x, x**2, Max(0, x - kink)]
    for pair in combinations(inner[:12], 2):
        yield [x, *(Max(0, x - kink) for kink in pair)]
    for period, offset in periods:
        yield [x, x**2, floor((x + offset) / period), x * floor((x + offset) / period)]


def _modest(number: Fraction) -> bool:
    return number.denominator <= 64


def _interactions(
    oracle: Oracle, base: Mapping[str, int], active: list[str], taken: Mapping[str, list[int]]
) -> set[frozenset[str]]:
    """The pairs of sizes whose effects do not simply add up, at one of several corners."""
    found = set()
    origin = oracle(base)
    for a, b in combinations(active, 2):
        corners = [(taken[a][i], taken[b][j]) for i, j in ((-1, -1), (0, -1), (-1, 0), (len(taken[a]) // 2, len(taken[b]) // 2))]
        for u, v in corners[:2] if len(active) > 3 else corners:
            if u == base[a] or v == base[b]:
                continue
            mixed = [oracle({**base, a: u, b: v}), oracle({**base, a: u}), oracle({**base, b: v}), origin]
            if None in mixed or mixed[0] - mixed[1] - mixed[2] + mixed[3] != 0:  # type: ignore[operator]
                found.add(frozenset((a, b)))
                break
    return found


def _variants(atoms: Mapping[str, list[Expr]], base: Mapping[str, int], active: list[str]) -> Iterator[dict[str, list[Expr]]]:
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


def _terms(atoms: Mapping[str, list[Expr]], active: list[str], together: set[frozenset[str]]) -> list[Expr]:
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


def _solved(
    oracle: Oracle, base: Mapping[str, int], terms: list[Expr], taken: Mapping[str, list[int]], active: list[str], seed: int
) -> tuple[Expr, int] | None:
    """The combination of the terms that goes through joint points, and how many more it went through."""
    draw = random.Random(seed)
    spare = 6 + len(terms) // 4
    points: dict[tuple[int, ...], tuple[dict[str, int], int]] = {}
    for attempt in range(30 * (len(terms) + spare)):
        point = {**base, **{name: draw.choice(taken[name]) for name in active}} if attempt else dict(base)
        key = tuple(point.values())
        if key not in points and (value := oracle(point)) is not None:
            points[key] = (point, value)
        if len(points) >= len(terms) + spare:
            break
    rows = [[value_at(term, point) for term in terms] for point, _ in points.values()]
    right = [Fraction(value) for _, value in points.values()]
    kept = _independent(rows, len(terms))
    try:
        found = solve([[row[i] for i in kept] for row in rows], right)
    except ArithmeticError:
        return None
    if found is None or len(points) < len(kept) + 4 or not all(_modest(number) for number in found):
        return None
    expr = Add(*(Rational(number.numerator, number.denominator) * terms[i] for i, number in zip(kept, found, strict=True)))
    return expr, len(points) - len(kept)


def _independent(rows: Sequence[Sequence[Fraction]], width: int) -> list[int]:
    """The columns that the points can tell from those before them (modulo a large prime)."""
    prime = (1 << 61) - 1
    table = [
        [int(e) % prime if e.denominator == 1 else e.numerator * pow(e.denominator, -1, prime) % prime for e in row] for row in rows
    ]
    kept, used = [], 0
    for column in range(width):
        pivot = next((row for row in range(used, len(table)) if table[row][column]), None)
        if pivot is None:
            continue
        table[used], table[pivot] = table[pivot], table[used]
        inverse = pow(table[used][column], -1, prime)
        table[used] = [entry * inverse % prime for entry in table[used]]
        for other in range(used + 1, len(table)):
            if factor := table[other][column]:
                table[other] = [(a - factor * b) % prime for a, b in zip(table[other], table[used], strict=True)]
        kept.append(column)
        used += 1
    return kept
