"""Lines aligned at their relations, in text and TeX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symparams.notation.chains import RELATIONS
from symparams.notation.folding import folded
from symparams.notation.forms import Form
from symparams.notation.typography import TEXTBOOK, Typography
from symparams.notation.words import Words, tex_words
from symparams.notation.writing import text

__all__ = ["Aligned", "Line"]


@dataclass(frozen=True)
class Line:
    """One line of an aligned block: left, relation, right, and a remark behind it."""

    left: str
    relation: str
    right: Form | Words
    remark: Words = ()


@dataclass(frozen=True)
class Aligned:
    """Lines aligned at their relations."""

    lines: tuple[Line, ...]

    def __repr__(self) -> str:
        return self.text()

    def text(self, width: int | None = None) -> str:
        """The lines, no longer than `width` where that is possible: a remark without room beside its formula stands below it."""
        rows = [(line.left, line.relation, _words(line.right), _words(line.remark)) for line in self.lines]
        wide = max((len(left) for left, _, _, _ in rows), default=0)
        column = max((len(right) for _, _, right, _ in rows if len(right) <= 60), default=0)
        plain = [f"{left:<{wide}} {sign} {right:<{column}}   {remark}".rstrip() for left, sign, right, remark in rows]
        if width is None or max(map(len, plain), default=0) <= width:
            return "\n".join(plain)
        return "\n".join(_narrow(rows, wide, width))

    def tex(self, typography: Typography = TEXTBOOK) -> str:
        """The lines as one `aligned` block, which KaTeX, MathJax and pdflatex accept; long words go on in a line of their own."""
        rows = []
        for line in self.lines:
            remark = f" && {tex_words(line.remark, typography)}" if line.remark else ""
            left = tex_words((line.left,)) if line.left else ""
            right, *further = _broken(line.right)
            rows.append(f"{left} &{RELATIONS[line.relation]} {tex_words(right, typography)}{remark}")
            rows += [f" &\\quad {tex_words(rest, typography)}" for rest in further]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def _latex(self, _: object) -> str:
        return self.tex()

    def _repr_latex_(self) -> str:
        return f"$$\n{self.tex()}\n$$"


def _narrow(rows: Sequence[tuple[str, str, str, str]], wide: int, width: int) -> Iterator[str]:
    """Aligned lines within a width; where what stands on the left takes more than a third of it, it has lines of its own."""
    apart = wide > width // 3
    margin = 2 if apart else wide + 1
    room = width - margin - 2

    def beside(column: int) -> list[bool]:
        return [len(right) <= column and (not remark or column + 3 + len(remark) <= room) for _, _, right, remark in rows]

    column = max(range(room + 1), key=lambda column: (sum(beside(column)), -column))
    for (left, relation, right, remark), together in zip(rows, beside(column), strict=True):
        if apart and left:
            yield from folded(left, width)
        lines = folded(right, room, 2)
        if remark and together:
            lines = [f"{right:<{column}}   {remark}"]
        elif remark:
            lines += [f"    {piece}" for piece in folded(remark, max(room - 4, 1), 0)]
        start = "" if apart else left
        for number, line in enumerate(lines):
            yield f"{start if not number else '':<{margin}}{relation if not number else ' '} {line}".rstrip()


def _words(words: Form | Words) -> str:
    return "".join(piece if isinstance(piece, str) else text(piece) for piece in words) if isinstance(words, tuple) else text(words)


def _broken(words: Form | Words) -> list[Form | Words]:
    """Words in lines of at most 40 characters, as far as they can be broken: behind a semicolon and before a plus."""
    if not isinstance(words, tuple):
        return [words]
    apart: list[Words] = [()]
    for piece in words:
        first, *others = re.split(r"(?<=; )|(?=\+ )", piece) if isinstance(piece, str) else (piece,)
        apart[-1] += (first,)
        apart += [(other,) for other in others]
    lines = apart[:1]
    for part in apart[1:]:
        if len(_words(lines[-1] + part)) > 40:
            lines.append(part)
        else:  # the two halves of one string
            *before, half = lines[-1]
            lines[-1] = (*before, f"{half}{part[0]}", *part[1:])
    return list(lines)
