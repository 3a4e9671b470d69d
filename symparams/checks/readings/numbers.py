"""Sizes that a chain states by putting numbers in: |V|·d = 32128 × 768 says that |V| is 32128 and d is 768."""

from __future__ import annotations

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
        sizes: dict[Symbol, Integer] = {}
        if _has_symbols(before) and not _has_symbols(after) and _matches(before, after, sizes):
            return sizes
    return {}


def _has_symbols(form: Form) -> bool:
    match form:
        case Plus(parts) | Times(parts):
            return any(map(_has_symbols, parts))
        case Expr():
            return bool(form.free_symbols)
    return True


def _matches(form: Form, number: Form, sizes: dict[Symbol, Integer]) -> bool:
    """Whether a form has a number's shape, each symbol the same size wherever it stands; `sizes` collects them."""
    match form, number:
        case (Plus(parts), Plus(numbers)) | (Times(parts), Times(numbers)):
            return len(parts) == len(numbers) and all(_matches(one, two, sizes) for one, two in zip(parts, numbers, strict=True))
        case Symbol(), Integer() if number > 0:
            return sizes.setdefault(form, number) == number
        case Pow(base=Symbol() as base, exp=Integer() as power), Integer() if number > 0 and power > 0:
            root, exact = integer_nthroot(int(number), int(power))
            return bool(exact) and sizes.setdefault(base, Integer(root)) == root
        case Expr(), Expr():
            return bool(form == number)
    return False
