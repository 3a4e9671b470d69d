"""Sizes to build at: points that the code accepts, no multiples of each other, small and deep, with equalities broken and made."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil, floor

from sympy import Mod, Symbol
from sympy.logic.boolalg import Boolean

from symparams.frameworks.recovery.exact.solving import holds, value_at
from symparams.frameworks.recovery.fitting.atoms import SMALL

__all__ = ["DEEP", "Point", "mended", "proposals", "true_at"]


@dataclass(frozen=True)
class Point:
    """Sizes at which the real thing was built, and its number."""

    values: tuple[tuple[str, int], ...]
    number: int

    def __repr__(self) -> str:
        return f"{', '.join(f'{name}={value}' for name, value in self.values)}: {self.number:,}"


DEEP = 30  # the structural sizes go up to here


def proposals(
    base: Mapping[str, int], names: Sequence[str], structural: Iterable[str], conditions: Sequence[Boolean], seed: int = 0
) -> Iterator[dict[str, int]]:
    """Endlessly many points: every size anew, mended so that the conditions hold, the structure deep at every other one."""
    draw, shaping = random.Random(seed), [name for name in names if name in set(structural)]
    deep = [DEEP, 1, 5, 2, 17, 3, 7, 4, 9, 6, 12, 8]  # once thirty layers: it takes as long to build as most others together
    turn = 0
    while True:
        point = dict(base)
        for name in names:
            if name in shaping:
                # one structural size is deep at a time: thirty layers of thirty experts take long to build
                round_, which = divmod(turn, len(shaping))
                point[name] = deep[round_ % len(deep)] if name == shaping[which] else draw.randint(1, 9)
            else:
                point[name] = _another(draw, base[name], turn, alone=len(names) == 1)
        if turn % 4 == 3 and len(names) > 1:  # an equality on purpose
            wide = [name for name in names if name not in shaping]
            if len(wide) > 1:
                first, second = draw.sample(wide, 2)
                point[second] = point[first]
        turn += 1
        yield mended(point, conditions, names)


def _another(draw: random.Random, at: int, turn: int, alone: bool) -> int:
    """A size beside a starting one: of the same order, smaller or larger, with few common divisors."""
    if at <= SMALL:
        most = max(2 * at, turn) if alone else 2 * at  # few sizes are near a small one, and no other size tells points apart
        return draw.choice([at + 1, at + 2, 2 * at, 3 * at, max(1, at - 1), draw.randint(1, most)])
    near = [at + draw.randint(1, at), at + 1 + 2 * draw.randint(1, 50), max(2, at // 2 + draw.randint(-at // 4, at // 4))]
    even = [at * draw.choice([2, 3, 5]) // draw.choice([1, 2, 4]), at + 8 * draw.randint(1, 40), 16 * draw.randint(3, 90)]
    return draw.choice(near + even if turn % 2 else even + near)


def mended(point: Mapping[str, int], conditions: Sequence[Boolean], names: Sequence[str]) -> dict[str, int]:
    """The point with sizes moved until as many of the conditions hold as can be had by moving one size at a time.

    >>> from sympy import Eq, Mod
    >>> from symparams.notation import symbols
    >>> h, n = symbols("h n")
    >>> mended({"h": 50, "n": 8}, [Eq(Mod(h, n), 0), n < h], ["h", "n"])
    {'h': 56, 'n': 8}
    """
    best = dict(point)
    broken = _broken(best, conditions)
    for _ in range(6):
        if not broken:
            break
        divisors = _moduli(best, conditions)
        tried = (other for condition in broken for other in _moves(best, condition, names, divisors))
        counts = [(len(_broken(other, conditions)), place, other) for place, other in enumerate(islice(tried, 60))]
        fewest = min(counts, default=None, key=lambda item: item[:2])
        if fewest is None or fewest[0] >= len(broken):
            break
        best = fewest[2]
        broken = _broken(best, conditions)
    return best


def _broken(point: Mapping[str, int], conditions: Sequence[Boolean]) -> list[Boolean]:
    return [condition for condition in conditions if not true_at(condition, point)]


def true_at(condition: Boolean, point: Mapping[str, int]) -> bool:
    """Whether a condition holds at a point; what cannot be told (a division by nothing) does not hold."""
    try:
        return holds(condition, point)
    except (ValueError, ZeroDivisionError):
        return False


_SHIFTS = {"==": (0,), "<=": (0, -1), ">=": (0, 1), "<": (-1, -2), ">": (1, 2), "!=": (1, -1, 8)}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _moduli(point: Mapping[str, int], conditions: Sequence[Boolean]) -> list[int]:
    """What the conditions ask to divide, and a few numbers more."""
    found: list[int] = []
    for remainder in (remainder for condition in conditions for remainder in condition.atoms(Mod)):
        try:
            modulus = value_at(remainder.args[1], point)
        except (ValueError, ZeroDivisionError):
            continue
        if modulus.denominator == 1 and modulus > 1:
            found.append(int(modulus))
    return list(dict.fromkeys([*found, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128]))


def _moves(point: Mapping[str, int], condition: Boolean, names: Sequence[str], divisors: Sequence[int]) -> Iterator[dict[str, int]]:
    """Points with one size moved, so that the condition may hold."""
    left, right = condition.args
    for one, other, sign in ((left, right, condition.rel_op), (right, left, _MIRRORED.get(condition.rel_op, condition.rel_op))):
        if isinstance(one, Symbol) and one.name in names and not other.has(one):
            try:
                bound = floor(value_at(other, point))
            except (ValueError, ZeroDivisionError):
                continue
            for shift in _SHIFTS[sign]:
                # the number itself, and the next one beyond it that others divide
                beyond = [bound + shift - (bound + shift) % (d if sign in ("<", "<=") else -d) for d in divisors if sign != "=="]
                yield from ({**point, one.name: value} for value in dict.fromkeys([bound + shift, *beyond]) if value >= 1)
        if condition.rel_op == "==":  # a·b = c·d: one factor is what the others leave
            for factor in sorted(one.free_symbols, key=str):
                rest = one / factor
                if factor.name in names and not rest.has(factor) and not other.has(factor):
                    try:
                        whole = value_at(other, point) / value_at(rest, point)
                    except (ValueError, ZeroDivisionError):
                        continue
                    if whole.denominator == 1 and whole >= 1:
                        yield {**point, factor.name: int(whole)}
    for name in sorted({symbol.name for symbol in condition.free_symbols} & set(names)):
        for divisor in divisors:
            yield {**point, name: divisor * max(1, ceil(point[name] / divisor))}
        yield {**point, name: point[name] + 1}
        yield {**point, name: 2 * point[name]}
