"""Formulas laid out in rows: tables, and blocks aligned at their relations, in text, Markdown and TeX."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Integer, Rational

from symparams.notation.folding import columns, folded, longest_piece
from symparams.notation.forms import Form
from symparams.notation.writing import tex, tex_integer, text

__all__ = ["Aligned", "Line", "Percent", "Table", "Words", "escaped", "percent", "tex_words"]

Words: TypeAlias = tuple[str | Form, ...]  # a remark: words and formulas mixed


def percent(share: Rational) -> str:
    """An exact share as a percentage with one decimal, halves rounded up.

    >>> percent(Rational(2, 3)), percent(Rational(1, 2000)), percent(Rational(-2, 3))
    ('66.7 %', '0.1 %', '-66.7 %')
    """
    thousandths = (abs(share.p) * 2000 + share.q) // (share.q * 2)
    return f"{'-' if share.p < 0 and thousandths else ''}{thousandths // 10}.{thousandths % 10} %"


@dataclass(frozen=True)
class Percent:
    """A cell that holds an exact share and shows a percentage."""

    share: Rational


Cell: TypeAlias = str | int | Percent | Form


@dataclass(frozen=True)
class Table:
    """A header, rows, and foot rows that are set apart; the first `words` columns are set to the left, the others to the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[tuple[Cell, ...], ...] = ()
    words: int = 1

    def __repr__(self) -> str:
        return self.text()

    def text(self, width: int | None = None) -> str:
        """The table in lines, no longer than `width` where that is possible: cells are folded, formulas at their operators."""
        import rich.console
        import rich.table
        from rich.box import Box

        ruled = Box(
            "    \n    \n -- \n    \n -- \n    \n    \n    \n".replace("-", "─")
        )  # a line below the header and above the foot
        cells = [list(self.header), *(list(map(_plain, row)) for row in (*self.rows, *self.foot))]
        room = None if width is None else width - 2 - 3 * (len(self.header) - 1)
        upright = zip(zip(*cells, strict=True), _widths(cells, room), strict=True)
        header, *rows = zip(*(["\n".join(folded(cell, most, 1)) for cell in column] for column, most in upright), strict=True)
        grid = rich.table.Table(box=ruled, show_edge=False)
        for number, name in enumerate(header):
            grid.add_column(name, justify="left" if number < self.words else "right", no_wrap=True)
        for number, row in enumerate(rows, 1):
            grid.add_row(*row, end_section=number == len(self.rows) and bool(self.foot))
        out = io.StringIO()
        console = rich.console.Console(
            file=out,
            width=10_000,
            color_system=None,
            legacy_windows=False,
            markup=False,
            force_jupyter=False,  # in a notebook rich would show the text itself and leave the file empty
        )
        console.print(grid)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    def markdown(self) -> str:
        """The table in GitHub's Markdown, formulas as $…$."""
        lines = [
            self.header,
            ("---",) * self.words + ("---:",) * (len(self.header) - self.words),
            *map(_dollars, self.rows),
            *map(_dollars, self.foot),
        ]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    _repr_markdown_ = markdown

    def tex(self) -> str:
        """The table as a booktabs tabular."""
        columns = "l" * self.words + "r" * (len(self.header) - self.words)
        body = [f"\\begin{{tabular}}{{{columns}}}", "\\toprule", _row([*map(escaped, self.header)]), "\\midrule"]
        body += [_row(_dollars(row, tex=True)) for row in self.rows]
        if self.foot:
            body += ["\\midrule", *(_row(_dollars(row, tex=True)) for row in self.foot)]
        return "\n".join([*body, "\\bottomrule", "\\end{tabular}"])

    def _latex(self, _: object) -> str:
        return self.tex()


def _widths(cells: Sequence[Sequence[str]], room: int | None) -> list[int]:
    """The widths of columns that share the room: the widest are narrowed first, and none below its longest piece if that can be."""
    upright = list(zip(*cells, strict=True))
    natural = [max(map(columns, column), default=0) for column in upright]
    if room is None or sum(natural) <= room:
        return natural
    whole = [max(map(longest_piece, column), default=0) for column in upright]
    for least in (whole, [1] * len(upright)):
        for level in range(max(natural), 0, -1):
            widths = [min(wide, max(piece, level)) for wide, piece in zip(natural, least, strict=True)]
            if sum(widths) <= room:
                return widths
    return [1] * len(upright)


def _plain(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case int():
            return f"{cell:,}"
        case Integer():
            return f"{int(cell):,}"
        case Percent(share):
            return percent(share)
        case _:
            return text(cell)


def _dollars(row: Sequence[Cell], tex: bool = False) -> list[str]:
    return [_typeset(cell, tex) for cell in row]


def _typeset(cell: Cell, for_tex: bool) -> str:
    match cell:
        case str():
            return escaped(cell) if for_tex else cell
        case int():
            return f"${tex_integer(cell)}$"
        case Percent(share):
            return percent(share).replace(" %", "\\,\\%") if for_tex else percent(share)
        case _:
            formula = tex(cell)
            return f"$\\displaystyle {formula}$" if for_tex and "\\frac" in formula else f"${formula}$"


def _row(cells: Sequence[str]) -> str:
    """A row, with space below it where a fraction stands high."""
    return " & ".join(cells) + (" \\\\ \\addlinespace" if any("\\frac" in cell for cell in cells) else " \\\\")


def escaped(words: str) -> str:
    r"""Words as TeX's text sets them.

    >>> print(escaped("75 % of d_model"))
    75 \% of d\_model
    """
    return words.translate(_ESCAPES)


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

    def tex(self) -> str:
        """The lines as one `aligned` block, which KaTeX, MathJax and pdflatex accept; long words go on in a line of their own."""
        rows = []
        for line in self.lines:
            remark = f" && {tex_words(line.remark)}" if line.remark else ""
            left = tex_words((line.left,)) if line.left else ""
            right, *further = _broken(line.right)
            rows.append(f"{left} &{_RELATIONS[line.relation]} {tex_words(right)}{remark}")
            rows += [f" &\\quad {tex_words(rest)}" for rest in further]
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


_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "_%&#${}"} | {"\\": "\\textbackslash{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}"}
)
_RELATIONS = {"=": "=", "≈": "\\approx"}


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


def tex_words(words: Form | Words) -> str:
    r"""Words as they stand within a formula.

    >>> from symparams.notation import symbols
    >>> print(tex_words((symbols("h"), " divides ", symbols("d"))))
    h \text{ divides } d
    """
    if not isinstance(words, tuple):
        return tex(words)
    return " ".join(_upright(piece) if isinstance(piece, str) else tex(piece) for piece in words if piece != "")


def _upright(words: str) -> str:
    r"""Words within a formula; MathJax would show the backslash of \text{a\_b}, so underscores stand between the texts."""
    return "\\_".join(f"\\text{{{escaped(piece)}}}" for piece in words.split("_"))
