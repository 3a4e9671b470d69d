"""Exact linear algebra beside notation's exact evaluation: what the fits and the evidence rest on. No floats anywhere."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from fractions import Fraction

from symparams.notation.exact import holds, value_at, value_if_any

__all__ = ["holds", "independent", "solve", "value_at", "value_if_any"]


def solve(rows: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction | int]) -> list[Fraction] | None:
    """The one solution of rows·x = right; None where there is none. `ArithmeticError` where there are many.

    Solved modulo a large prime, read back as fractions, and put into every row: exact, and faster than fractions all the way.

    >>> solve([[1, 0], [1, 1], [1, 2]], [5, 8, 11])
    [Fraction(5, 1), Fraction(3, 1)]
    """
    width = len(rows[0]) if rows else 0
    table = [[residue(entry) for entry in (*row, value)] for row, value in zip(rows, right, strict=True)]
    for column in range(width):
        pivot = next((row for row in range(column, len(table)) if table[row][column]), None)
        if pivot is None:
            raise ArithmeticError("more unknowns than the points tell apart")
        table[column], table[pivot] = table[pivot], table[column]
        inverse = pow(table[column][column], -1, PRIME)
        first = table[column] = [entry * inverse % PRIME for entry in table[column]]
        for other, row in enumerate(table):
            if other != column and (factor := row[column]):
                table[other] = [(a - factor * b) % PRIME for a, b in zip(row, first, strict=True)]
    if any(row[-1] for row in table[width:]):
        return None
    found = [_fraction(row[-1]) for row in table[:width]]
    exact = all(sum(map(operator.mul, row, found), Fraction(0)) == value for row, value in zip(rows, right, strict=True))
    return found if exact else None


PRIME = (1 << 521) - 1


def residue(number: Fraction | int) -> int:
    """A fraction modulo the prime."""
    if isinstance(number, int) or number.denominator == 1:
        return int(number) % PRIME
    return number.numerator * pow(number.denominator, -1, PRIME) % PRIME


def _fraction(residue: int) -> Fraction:
    """The fraction of small numerator and denominator that has this residue (Wang's rational reconstruction)."""
    bound = 1 << 260
    before, now, cofactor_before, cofactor = PRIME, residue, 0, 1
    while now > bound:
        quotient = before // now
        before, now = now, before - quotient * now
        cofactor_before, cofactor = cofactor, cofactor_before - quotient * cofactor
    return Fraction(now, cofactor)


def independent(rows: Sequence[Sequence[Fraction]], width: int) -> list[int]:
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
