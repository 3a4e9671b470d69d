"""Shapes rearranged by patterns as einops writes them: "g h i -> (g h) i" folds four gates into one tensor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sympy import Expr, Integer, Mul

from symparams.errors import StructureError
from symparams.notation import Size, as_size

__all__ = ["rearranged"]

_AXIS = re.compile(r"\(([^()]*)\)|(\.\.\.|\w+)")


def rearranged(shape: Sequence[Size], pattern: str, sizes: Mapping[str, Size] | None = None) -> tuple[Expr, ...]:
    """The shape after the rearrangement: axes change places, are folded into one, or unfolded where `sizes` says into what.

    A bracket is one axis made of several, "1" an axis of one, "..." all further axes in their order. Of the axes in a bracket on
    the left `sizes` may leave one open.

    >>> from symparams import symbols
    >>> H, I, h, k, d = symbols("H I h k d")
    >>> rearranged((4, H, I), "g h i -> i (g h)")
    (I, 4*H)
    >>> rearranged((h * k, d), "(h k) d -> d h k", {"h": h})
    (d, h, k)

    Raises `StructureError` for a pattern that does not fit the shape.
    """
    left, _, right = pattern.partition("->")
    before, after = _axes(left), _axes(right)
    given = f"the shape ({', '.join(map(str, shape))}) and the pattern {pattern}"
    if "..." in {name for axis in before for name in axis}:
        rest = [f"_{number}" for number in range(len(shape) - len(before) + 1)]
        before, after = _spelt_out(before, rest), _spelt_out(after, rest)
    if len(before) != len(shape):
        raise StructureError(given, "an axis of the pattern for each of the shape", "mend the pattern's left side")
    known = {name: as_size(size, name) for name, size in (sizes or {}).items()} | {"1": Integer(1)}
    for names, size in zip(before, shape, strict=True):
        open_names = [name for name in names if name not in known]
        if len(open_names) > 1:
            raise StructureError(given, f"the sizes of all but one of {', '.join(open_names)}", "give them in sizes")
        inside = Mul(*(known[name] for name in names if name in known))
        if open_names:
            known[open_names[0]] = as_size(as_size(size, open_names[0]) / inside, open_names[0])
        elif inside != size:
            raise StructureError(f"{given}, where {' '.join(names)} is {inside}", f"{size}", "mend the sizes")
    if {name for names in before for name in names} - {"1"} != {name for names in after for name in names} - {"1"}:
        raise StructureError(given, "the same axes on both sides", "mend the pattern")
    return tuple(Mul(*(known[name] for name in names)) for names in after)


def _axes(side: str) -> list[tuple[str, ...]]:
    return [tuple(bracket.split()) if bracket else (name,) for bracket, name in _AXIS.findall(side)]


def _spelt_out(axes: list[tuple[str, ...]], rest: list[str]) -> list[tuple[str, ...]]:
    return [spelt for names in axes for spelt in ([(name,) for name in rest] if names == ("...",) else [names])]
