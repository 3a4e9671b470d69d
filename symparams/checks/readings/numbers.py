"""Sizes that a chain states by putting numbers in: |V|·d = 32128 × 768 says that |V| is 32128 and d is 768."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sympy import Expr, Integer, Pow, Symbol, integer_nthroot

from symparams.formulas import Formula
from symparams.notation import Form, Plus, Times

__all__ = ["put_in"]


def put_in(formula: Formula) -> dict[Symbol, Integer]:
    """The sizes of a formula's symbols, read off a side of numbers of the same shape; none where the shapes differ.

    >>> from symparams import read
    >>> put_in(read("4(eh + h^2 + h) = 4(100*64 + 64^2 + 64) = 42,240", names="e h"))
    {e: 100, h: 64}
    """
    for before, after in pairwise(formula.forms):
        if _has_symbols(before) and not _has_symbols(after):
            for sizes in _matches(before, after, {}):
                return sizes
    return {}


def _has_symbols(form: Form) -> bool:
    match form:
        case Plus(parts) | Times(parts):
            return any(map(_has_symbols, parts))
        case Expr():
            return bool(form.free_symbols)
    return True


def _matches(form: Form, number: Form, sizes: dict[Symbol, Integer]) -> Iterator[dict[Symbol, Integer]]:
    """The sizes, beside those that are known, under which a form has a number's shape; terms and factors in any order."""
    match form, number:
        case (Plus(parts), Plus(numbers)) | (Times(parts), Times(numbers)):
            yield from _matched(_flat(form, parts), _flat(number, numbers), sizes)
        case Symbol(), Integer() if number > 0:
            if sizes.get(form, number) == number:
                yield {**sizes, form: number}
        case Pow(base=Symbol() as base, exp=Integer() as power), Integer() if number > 0 and power > 0:
            root, exact = integer_nthroot(int(number), int(power))
            if exact and sizes.get(base, Integer(root)) == root:
                yield {**sizes, base: Integer(root)}
        case Expr(), Expr() if form == number:
            yield sizes


def _matched(parts: Sequence[Form], numbers: Sequence[Form], sizes: dict[Symbol, Integer]) -> Iterator[dict[Symbol, Integer]]:
    """The ways to pair parts with numbers one to one, those in the order of writing first."""
    if len(parts) != len(numbers):
        return
    if not parts:
        yield sizes
        return
    for place, number in enumerate(numbers):
        for found in _matches(parts[0], number, sizes):
            yield from _matched(parts[1:], [*numbers[:place], *numbers[place + 1 :]], found)


def _flat(form: Form, parts: Sequence[Form]) -> list[Form]:
    """The parts, with sums in a sum and products in a product taken apart."""
    found: list[Form] = []
    for part in parts:
        match form, part:
            case (Plus(), Plus(inner)) | (Times(), Times(inner)):
                found += inner
            case _:
                found.append(part)
    return found
