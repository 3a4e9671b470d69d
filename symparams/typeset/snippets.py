"""Whole snippets: each kind of content in each environment."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sympy import Integer

from symparams.errors import NarrowError
from symparams.notation import Aligned, Chain, Sentence, Table, Typography
from symparams.results import Content
from symparams.typeset.boxes import EM, boxes, width_of
from symparams.typeset.breaking import least_width, rows
from symparams.typeset.environments import Frame, displayed, floated
from symparams.typeset.lines import Row, of_aligned, of_chain
from symparams.typeset.tabulars import tabular_of

__all__ = ["snippet"]

_MATHS = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)
_MULTLINE_GAP = 2 * EM  # ten points on either side
_TAG = 3 * EM  # a number in parentheses and the space before it, so that it stands in the line of its formula


def snippet(
    content: Content, frame: Frame, typography: Typography, room: int | None, rounds: Callable[[int], bool]
) -> tuple[str, tuple[str, ...]]:
    """The content in its environment, and the packages that it needs."""
    if room is not None and frame.env == "multline":
        room -= _MULTLINE_GAP + (_TAG if frame.number else 0)
    boxed = frame.env == "aligned" or (frame.env == "table" and not isinstance(content, Table))
    if room is not None and boxed:
        room -= EM  # an aligned block is five points wider than its content on either side
    match content:
        case Table():
            return _table(content, frame, typography, room)
        case Sentence():
            return _sentence(content, frame, typography, room)
        case Chain():
            content = _rounded(content, rounds)
    found = _rows(content, frame, typography, room)
    if frame.env == "inline":
        if isinstance(content, Aligned):
            return "\n".join(map(_line, found)).removesuffix(" \\\\"), ("amsmath",)
        line = displayed(found, frame).strip("$")
        return (f"${line}$" if room is None else _soft(line, room)), _packages(line, ())
    if frame.env == "table":
        return floated(f"${displayed(found, Frame('aligned'))}$", frame), ("amsmath",)
    if frame.env == "longtable":
        lines = tuple(_line(row) for row in found)
        return floated("", frame, "@{}l@{}", rows=lines), ("amsmath", "longtable")
    if frame.env in ("align",) and len(found) > 1:
        return displayed(found, frame), ("amsmath (with \\allowdisplaybreaks it crosses pages)",)
    return displayed(found, frame), ("amsmath",)


def _rows(content: Chain | Aligned, frame: Frame, typography: Typography, room: int | None) -> list[Row]:
    """The rows, with space beside each for its number where that can be; else TeX sets it below."""

    def within(room: int | None) -> list[Row]:
        return of_aligned(content, typography, room) if isinstance(content, Aligned) else of_chain(content, typography, room)

    if room is not None and room > 5 * _TAG and frame.number and frame.env in ("equation", "align"):
        with suppress(NarrowError):
            return within(room - _TAG)
    return within(room)


def _packages(tex: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """Amsmath where a formula needs it: words within it, or cases."""
    return ("amsmath", *others) if "\\text" in tex or "\\begin" in tex else others


def _line(row: Row) -> str:
    left = f"{row.left} " if row.left else ""
    return f"$\\displaystyle {left}{row.right}$ \\\\{'*' if row.tied else ''}"


def _rounded(chain: Chain, rounds: Callable[[int], bool]) -> Chain:
    """A number that loses digits is approximate."""

    def loses(form: object) -> bool:
        return isinstance(form, Integer) and rounds(abs(int(form)))

    sides = tuple(replace(side, relation="≈") if side.relation == "=" and loses(side.form) else side for side in chain.sides)
    return replace(chain, sides=sides)


def _table(table: Table, frame: Frame, typography: Typography, room: int | None) -> tuple[str, tuple[str, ...]]:
    tabular = tabular_of(table, typography, room)
    packages = _packages(tabular.tex, ("booktabs",))
    match frame.env:
        case "inline":
            return tabular.tex, packages
        case "table":
            return floated(tabular.tex, frame), packages
        case "longtable":
            head = "\n".join((*tabular.head, "\\endhead"))
            return floated("", frame, tabular.columns, head, tabular.rows), (*packages, "longtable")
    return displayed([Row("", f"\\text{{{tabular.tex}}}", ends=True)], frame), ("amsmath", *packages[-1:])


def _sentence(sentence: Sentence, frame: Frame, typography: Typography, room: int | None) -> tuple[str, tuple[str, ...]]:
    words = sentence.tex(typography)
    if room is not None:
        words = _MATHS.sub(lambda found: _soft(found[1], room), words)
        words = f"\\begin{{sloppypar}}\n{words}\n\\end{{sloppypar}}" if frame.env == "inline" else words
    packages = _packages(words, ())
    if frame.env == "inline":
        return words, packages
    em = (room or 30 * EM) // EM
    box = f"\\parbox{{{em}em}}{{\\sloppy {words}}}"
    if frame.env == "table":
        return floated(box, frame), packages
    if frame.env == "longtable":
        return floated("", frame, f"@{{}}p{{{em}em}}@{{}}", rows=(f"\\sloppy {words} \\\\",)), (*packages, "longtable")
    return displayed([Row("", box, ends=True)], frame), ("amsmath",)


def _soft(tex: str, room: int) -> str:
    """A formula in a paragraph: TeX breaks it at its outermost signs only, so that wide brackets are opened; fractions that
    fit stay as they are.
    """
    parts = boxes(tex)
    wide = max((box.width for box in parts if not box.below or box.width > room), default=0) * 3 > room or width_of(parts) > room
    fractions = [box.width for box in parts if box.below and box.width <= room]
    lines = rows(tex, least, least) if wide and (least := max(least_width(tex), room // 3, *fractions)) else [tex]
    return f"${' '.join(line.removeprefix('{} ') for line in lines)}$"
