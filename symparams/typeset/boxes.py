r"""Formulas as TeX's boxes: how wide each part of a formula is set, in thousandths of an em of Computer Modern at 10 pt.

    N\left(12 d^{2} + 13 d\right)   N, then a bracketed group of 12, d², +, 13, d

The spaces between boxes are those of The TeXbook, chapter 18: thin, medium and thick by the kinds of the neighbours. Widths come
from the font's own metrics (see widths.toml); a command that is not known is taken to be as wide as an em.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

__all__ = ["EM", "Box", "boxes", "gap", "joined_tex", "width_of"]

EM = 1_000
_THIN, _MEDIUM, _THICK = 167, 222, 278
_SCRIPT = 0.81  # a seven-point script beside ten-point type: its letters are wider than seven tenths
_RELATIONS = frozenset({"=", "<", ">", "\\le", "\\ge", "\\ne", "\\approx", "\\sim", "\\propto", "\\to", "\\coloneqq", "\\mid"})
_BINARY = {"+": 778, "-": 778, "\\cdot": 278, "\\times": 778, "\\bmod": 2000}
_OPERATORS = {"\\sum": 1444, "\\max": 1861, "\\min": 1667, "\\prod": 1278}
_SPACES = {"\\,": 167, "\\;": 278, "\\:": 222, "\\ ": 333, "\\quad": 1000, "\\qquad": 2000, "~": 333}
_ORDINARY = {"\\infty": 1000, "\\%": 833, "\\_": 360, "\\#": 833, "\\$": 500, "\\ldots": 1172, "\\dots": 1172, "|": 278}
_RULED = {" ": 333, "_": 370}  # an underscore is a rule of 0.3 em with some space
_FONTS = ("\\text", "\\mathrm", "\\mathit", "\\mathbf", "\\mathsf", "\\operatorname", "\\textbf")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\{,\}\d{3})*(?:\.\d+)?|[^\\\s]", re.DOTALL)
_DELIMITERS = {"(": 458, ")": 458, "[": 417, "]": 417, "\\lfloor": 472, "\\rfloor": 472, "\\lceil": 472, "\\rceil": 472, ".": 120}
_DELIMITERS |= {"|": 333, "\\{": 583, "\\}": 583, "\\lvert": 333, "\\rvert": 333}
_TALLER = 250  # how much wider a bracket around a fraction is
_TALL = {"\\frac", "\\dfrac", "\\sum", "\\prod"}


@dataclass(frozen=True)
class Box:
    r"""A part of a formula: its TeX, its width, and its kind, one of ordinary, operator, binary, relation, punctuation, inner,
    space and text.

    A group in \left( … \right) has what is `inside` it and its `delimiters`; a fraction has its numerator and denominator there,
    and no delimiters. `tall` says that larger brackets are set around it.
    """

    tex: str
    width: int
    kind: str = "ordinary"
    inside: tuple[Box, ...] = ()
    delimiters: tuple[str, str] | None = None
    below: tuple[Box, ...] = ()
    tall: bool = False


@cache
def _fonts() -> dict[str, dict[str, int]]:
    found = tomllib.loads(resources.files("symparams.typeset").joinpath("widths.toml").read_text(encoding="utf-8"))
    return {font: dict(widths) for font, widths in found.items()}


@lru_cache(maxsize=2048)
def boxes(tex: str) -> tuple[Box, ...]:
    r"""The boxes of a formula.

    >>> [box.tex for box in boxes(r"N\left(12 d^{2} + 13 d\right)")]
    ['N', '\\left(12 d^{2} + 13 d\\right)']
    """
    return tuple(_merged(_Parser(tex).boxes("")))


def width_of(row: Sequence[Box]) -> int:
    r"""The width of boxes in a row, with the spaces between them.

    >>> width_of(boxes("12 N d^{2}")), width_of(boxes("a + b"))
    (2887, 2180)
    """
    return sum(box.width for box in row) + sum(gap(left, right) for left, right in pairwise(row))


def gap(left: Box, right: Box) -> int:
    """The space that TeX sets between two boxes."""
    kinds = {left.kind, right.kind}
    if kinds & {"space", "text"}:
        return 0
    if "relation" in kinds:
        return _THICK if kinds != {"relation"} and "punctuation" not in kinds else 0
    if "binary" in kinds:
        return _MEDIUM
    if left.kind == "punctuation" or "operator" in kinds:
        return _THIN
    return _THIN if "inner" in kinds else 0


def joined_tex(row: Sequence[Box]) -> str:
    r"""Boxes as TeX again; texts that follow one another are one.

    >>> joined_tex(boxes(r"\text{a weight of } V \cdot d"))
    '\\text{a weight of } V \\cdot d'
    """
    written: list[str] = []
    for place, box in enumerate(row):
        if box.kind == "text" and place and row[place - 1].kind == "text" and written[-1].startswith("\\text{"):
            written[-1] = f"{written[-1][:-1]}{box.tex[6:]}"
        else:
            written.append(box.tex)
    return " ".join(written)


def _merged(row: list[Box]) -> Iterator[Box]:
    """A sign at the start, or behind another sign, is no operation between two things."""
    for place, box in enumerate(row):
        alone = box.kind == "binary" and (
            place == 0 or row[place - 1].kind in ("binary", "relation", "operator", "punctuation", "space")
        )
        yield replace(box, kind="ordinary") if alone else box


class _Parser:
    """Reads the TeX that `notation.tex` and `notation.tex_words` write, and what authors put in the place of a name."""

    def __init__(self, tex: str) -> None:
        self.tex, self.place = tex, 0

    def peek(self) -> str:
        match = _TOKEN.match(self.tex, self._skipped())
        return match[0] if match else ""

    def next(self) -> str:
        token = self.peek()
        self.place = self._skipped() + len(token)
        return token

    def _skipped(self) -> int:
        place = self.place
        while place < len(self.tex) and self.tex[place].isspace():
            place += 1
        return place

    def group(self) -> str:
        """What stands in the next pair of braces; one token where there is none."""
        if self.peek() != "{":
            return self.next()
        start = self._skipped() + 1
        depth, place = 1, start
        while depth and place < len(self.tex):
            if self.tex[place] == "\\":
                place += 1
            elif self.tex[place] in "{}":
                depth += 1 if self.tex[place] == "{" else -1
            place += 1
        self.place = place
        return self.tex[start : place - 1]

    def boxes(self, until: str) -> list[Box]:
        found: list[Box] = []
        while (token := self.peek()) and token != until:
            start = self._skipped()
            if token in "^_":
                self._script(found, start)
                continue
            found += self._box(start)
        return found

    def _script(self, found: list[Box], start: int) -> None:
        """Scripts stand behind the box before them, above one another."""
        base = found.pop() if found else Box("{}", 0)
        before = self.tex.rindex(base.tex, 0, start) if base.tex in self.tex[:start] else start
        widest = 0
        while self.peek() in ("^", "_") and self.peek():
            self.next()
            widest = max(widest, round(width_of(boxes(self.group())) * _SCRIPT))
        tex = self.tex[before : self.place]
        if base.kind == "operator" and base.tex in ("\\sum", "\\prod"):  # limits above and below it
            found.append(replace(base, tex=tex, width=max(base.width, widest)))
        else:
            found.append(
                replace(base, tex=tex, width=base.width + widest + 50, kind="ordinary" if base.kind != "inner" else "inner")
            )

    def _box(self, start: int) -> list[Box]:
        token = self.next()
        fonts = _fonts()
        if token[0].isdigit():
            return [Box(token, sum(fonts["upright"].get(sign, 0) for sign in re.sub(r"[{}]", "", token)))]
        if token == "{":
            self.place = start
            inside = self.group()
            return [Box(self.tex[start : self.place], width_of(boxes(inside)))]
        if token == "\\left":
            return [self._bracketed(start)]
        if token in ("\\frac", "\\dfrac", "\\tfrac"):
            above, below = boxes(self.group()), boxes(self.group())
            wide = max(width_of(above), width_of(below)) + 240
            return [Box(self.tex[start : self.place], wide, "inner", above, None, below, tall=True)]
        if token == "\\sqrt":
            return [Box(f"\\sqrt{{{(inside := self.group())}}}", width_of(boxes(inside)) + 900)]
        if token in _FONTS:
            inside = self.group()
            return list(_text(inside)) if token == "\\text" else [Box(self.tex[start : self.place], _upright(inside))]
        if token in ("\\mathcal", "\\mathbb", "\\boldsymbol"):
            return [Box(f"{token}{{{(inside := self.group())}}}", width_of(boxes(inside)) + 60)]
        if token == "\\num":
            digits = self.group()
            return [Box(f"\\num{{{digits}}}", 500 * len(digits) + 167 * (len(digits) // 3))]
        if token in _RELATIONS:
            return [Box(token, 778 if token != "\\to" else 1000, "relation")]
        if token in _BINARY:
            return [Box(token, _BINARY[token], "binary")]
        if token in _OPERATORS:
            return [Box(token, _OPERATORS[token], "operator", tall=token in _TALL)]
        if token in _SPACES:
            return [Box(token, _SPACES[token], "space")]
        if token in (",", ";"):
            return [Box(token, 278, "punctuation")]
        if token in _ORDINARY or token in _DELIMITERS:
            return [Box(token, _ORDINARY.get(token) or 389)]
        if token.startswith("\\"):
            return [Box(token, fonts["italic"].get(token[1:], EM))]
        return [Box(token, fonts["italic"].get(token) or fonts["upright"].get(token, 600))]

    def _bracketed(self, start: int) -> Box:
        opening = self.next()
        inside = tuple(_merged(self.boxes("\\right")))
        self.next()
        closing = self.next()
        tall = any(box.tall for box in inside)
        around = sum(_DELIMITERS.get(sign, 458) + (_TALLER if tall else 0) for sign in (opening, closing))
        return Box(self.tex[start : self.place], width_of(inside) + around, "inner", inside, (opening, closing), tall=tall)


def _text(words: str) -> Iterator[Box]:
    """Words, each with the space behind it."""
    for word in re.findall(r"\S+ *| +", words):
        yield Box(f"\\text{{{word}}}", _upright(word), "text")


def _upright(words: str) -> int:
    widths = _fonts()["upright"]
    plain = re.sub(r"\$.*?\$", "aa", re.sub(r"\\textbackslash\{\}|\\[A-Za-z]+\{\}|\\(.)", r"\1", words))
    return sum(_RULED.get(sign) or widths.get(sign, 600) for sign in plain)
