"""The black box: an exact formula for an integer-valued function of sizes, from its values alone.

One size at a time first: polynomials, kinks Max(0, x − k), steps floor((x + o)/p), quotients floor(c/x). Then jointly:
products of what was found, over sizes that were seen to interact, solved exactly and verified at spare points.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import prod

from sympy import Add, Expr, Integer, Rational

from symparams.frameworks.recovery.exact.solving import independent, solve, value_at
from symparams.frameworks.recovery.fitting.atoms import MOST_TERMS, SMALL, families, products, variants
from symparams.notation import symbol

__all__ = ["FULL", "LADDER", "QUICK", "Fit", "NotFittedError", "fitted", "samples"]

Oracle = Callable[[Mapping[str, int]], int | None]
MOST = 10**36
LADDER = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 24, 30)  # the values that a small size is tried at
FULL = tuple(range(1, 31))
QUICK = (1, 2, 3, 4, 5, 7)
SPARE = 8  # joint points beyond those that the terms are solved from


class NotFittedError(Exception):
    """No formula of the known kinds goes through the points; `along` are the sizes to blame, where that can be told."""

    def __init__(self, said: str, along: Iterable[str] = ()) -> None:
        super().__init__(said)
        self.along = tuple(along)


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
            times = (0, 1, 2, 3, 4, 5, 6, 7, 11, 17) if ladder is LADDER else (0, 1, 2, 3) if at % step == 0 else (0, 1, 2, 3, 4, 7)
            more = [at + step * time for time in times]
            more += [2 * at, 3 * at + step] if at % step == 0 else []
            return sorted({value for value in more if defined(value)}), step
    return [at], 0


def fitted(
    oracle: Oracle,
    base: Mapping[str, int],
    names: Sequence[str],
    seed: int = 0,
    ladder: Sequence[int] = LADDER,
    most: int | None = None,
    known: Sequence[Mapping[str, int]] = (),
) -> Fit:
    """An exact formula of `oracle` over `names`; where more than `most` terms are possible, the last sizes are held instead.

    where: ladder: the values that a small size is tried at; known: points that have been built already and serve as joint points.

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
    seen: list[set[frozenset[str]]] = []
    for corners in (1, 4):  # what one corner does not show is looked for at more of them only where no formula was found
        together = _interactions(oracle, base, active, taken, corners)
        if together in seen:
            continue
        seen.append(together)
        for chosen in variants(atoms, base, active):
            terms = products(chosen, active, together)
            while most is not None and len(terms) > most:
                active.pop()
                terms = products(chosen, active, together)
            if len(terms) > MOST_TERMS:
                raise NotFittedError(f"{len(terms)} terms are possible")
            fit = _solved(
                oracle, base, terms, taken, active, seed, [point for point in known if _within(point, base, active, steps)]
            )
            if fit is not None:
                free = tuple(name for name in varied if name in active or not atoms[name])
                held = tuple(name for name in names if name not in free)
                expr = fit[0].xreplace({symbol(name): Integer(base[name]) for name in held})
                return Fit(expr, free, held, fit[1], wider)
    raise NotFittedError(f"no combination of the formulas found along {', '.join(active)} goes through the joint points", active)


def _within(point: Mapping[str, int], base: Mapping[str, int], active: Sequence[str], steps: Mapping[str, int]) -> bool:
    """Whether a point differs from the start in the active sizes only, in whole steps."""
    return all((value - base[name]) % steps[name] == 0 if name in active else value == base[name] for name, value in point.items())


def _along(oracle: Oracle, base: Mapping[str, int], name: str, values: Sequence[int]) -> list[Expr]:
    """The terms, apart from 1, that the function has along one size."""
    data = {value: Fraction(oracle({**base, name: value}) or 0) for value in values}
    x = symbol(name)
    if max(map(abs, data.values())) > MOST:
        raise NotFittedError(f"more than 10^36 along {name}: no polynomial of a size that can be built", [name])
    if len(set(data.values())) == 1:
        return []
    for terms in families(x, data, base):
        if len(values) < len(terms) + 3:
            continue
        rows = [[1, *(term.at(value) for term in terms)] for value in values]
        try:
            found = solve(rows, list(data.values()))
        except ArithmeticError:
            continue
        if found is not None and all(_modest(number) for number in found[1:]):
            return [term.written() for term, number in zip(terms, found[1:], strict=True) if number]
    raise NotFittedError(
        f"no polynomial, kink, step or quotient along {name}: {', '.join(f'{v}→{n}' for v, n in list(data.items())[:8])}",
        [name],
    )


def _modest(number: Fraction) -> bool:
    return number.denominator <= 64


def _interactions(
    oracle: Oracle, base: Mapping[str, int], active: list[str], taken: Mapping[str, list[int]], corners: int
) -> set[frozenset[str]]:
    """The pairs of sizes whose effects do not simply add up, at one of so many corners; the first has few layers."""
    found = set()
    origin = oracle(base)

    def far(name: str, place: int) -> int:
        values = [value for value in taken[name] if value != base[name]]
        return (values[0 if base[name] <= SMALL else -1], values[-1], values[0], values[len(values) // 2])[place]

    for a, b in combinations(active, 2):
        for place in ((0, 0), (1, 1), (2, 1), (1, 2), (3, 3))[: 1 if corners == 1 else 5]:
            u, v = far(a, place[0]), far(b, place[1])
            mixed = [oracle({**base, a: u, b: v}), oracle({**base, a: u}), oracle({**base, b: v}), origin]
            if None in mixed or mixed[0] - mixed[1] - mixed[2] + mixed[3] != 0:  # type: ignore[operator]
                found.add(frozenset((a, b)))
                break
    return found


def _solved(
    oracle: Oracle,
    base: Mapping[str, int],
    terms: list[Expr],
    taken: Mapping[str, list[int]],
    active: list[str],
    seed: int,
    known: Sequence[Mapping[str, int]],
) -> tuple[Expr, int] | None:
    """The combination of the terms that goes through the points along each size and through joint points, and how many to spare."""
    draw = random.Random(seed)
    points: dict[tuple[int, ...], tuple[Mapping[str, int], int]] = {}

    def add(point: Mapping[str, int]) -> None:
        if (key := tuple(point.values())) not in points and (value := oracle(point)) is not None:
            points[key] = (point, value)

    for name in active:
        for value in taken[name]:
            add({**base, name: value})
    joint = sum(len(term.free_symbols) > 1 for term in terms)  # the points along each size tell the other terms apart
    wanted = len(points) + joint + SPARE
    for point in known:
        add(point)
    for _ in range(3):
        for _ in range(30 * wanted):
            if len(points) >= wanted:
                break
            add({**base, **{name: draw.choice(taken[name]) for name in active}})
        rows = [[value_at(term, point) for term in terms] for point, _ in points.values()]
        kept = independent(rows, len(terms))
        if len(kept) == len(terms):
            break
        wanted += 2 * (len(terms) - len(kept))  # two terms may be alike at these points, or everywhere
    right = [Fraction(value) for _, value in points.values()]
    try:
        found = solve([[row[i] for i in kept] for row in rows], right)
    except ArithmeticError:
        return None
    every = prod(len(taken[name]) for name in active)  # where there are no more points, fewer to spare must do
    if found is None or len(points) < len(kept) + (4 if len(points) < every else 2) or not all(_modest(number) for number in found):
        return None
    expr = Add(*(Rational(number.numerator, number.denominator) * terms[i] for i, number in zip(kept, found, strict=True)))
    return expr, len(points) - len(kept)
