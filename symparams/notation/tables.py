"""Tables with formulas in their cells, in text, Markdown and TeX."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Integer, Rational, Symbol

from symparams.notation.folding import columns, folded, longest_piece
from symparams.notation.forms import Form
from symparams.notation.typography import TEXTBOOK, Typography, plain_name
from symparams.notation.words import escaped, markdown
from symparams.notation.writing import tex, text

__all__ = ["Cell", "Percent", "Table", "cell_tex", "heading_tex", "percent"]


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
    typography: Typography = TEXTBOOK

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
        cells = [list(self.header), *([_plain(cell, self.typography) for cell in row] for row in (*self.rows, *self.foot))]
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
            *([_markdown(cell, self.typography) for cell in row] for row in (*self.rows, *self.foot)),
        ]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def html(self) -> str:
        """The table in HTML, formulas as $…$, which notebooks and pages with MathJax or KaTeX typeset."""

        def row(cells: Sequence[str], tag: str) -> str:
            sides = ("left" if number < self.words else "right" for number in range(len(cells)))
            written = (f'<{tag} style="text-align: {side}">{cell}</{tag}>' for cell, side in zip(cells, sides, strict=True))
            return f"<tr>{''.join(written)}</tr>"

        body = (row([_html(cell, self.typography) for cell in cells], "td") for cells in self.rows)
        foot = (row([_html(cell, self.typography) for cell in cells], "th") for cells in self.foot)
        head = row([_html(name) for name in self.header], "th")
        lines = ("<table>", f"<thead>{head}</thead>", "<tbody>", *body, "</tbody>", "<tfoot>", *foot, "</tfoot>", "</table>")
        return "\n".join(lines)

    _repr_html_ = html

    def tex(self, typography: Typography | None = None) -> str:
        """The table as a booktabs tabular."""
        typography = typography or self.typography
        columns = "l" * self.words + "r" * (len(self.header) - self.words)
        body = [
            f"\\begin{{tabular}}{{{columns}}}",
            "\\toprule",
            _row([heading_tex(name, typography) for name in self.header]),
            "\\midrule",
        ]
        body += [_row([cell_tex(cell, typography) for cell in row]) for row in self.rows]
        if self.foot:
            body += ["\\midrule", *(_row([cell_tex(cell, typography) for cell in row]) for row in self.foot)]
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


def _plain(cell: Cell, typography: Typography = TEXTBOOK) -> str:
    match cell:
        case str():
            return cell
        case int():
            return f"{cell:,}"
        case Integer():
            return f"{int(cell):,}"
        case Percent(share):
            return percent(share)
        case Symbol() if cell.name in typography.names:
            return plain_name(typography.names[cell.name])
        case _:
            return text(cell)


def _markdown(cell: Cell, typography: Typography = TEXTBOOK) -> str:
    """A cell of GitHub's Markdown: what would end it or be markup in it is escaped."""
    match cell:
        case str():
            return " ".join(markdown((cell,)).split())
        case Percent(share):
            return percent(share)
        case int():
            return f"{cell:,}"
        case Integer():
            return f"{int(cell):,}"
        case _:
            return f"${tex(cell, typography)}$"


def _html(cell: Cell, typography: Typography = TEXTBOOK) -> str:
    """A cell of HTML; its words hold no dollar that would begin a formula."""
    match cell:
        case str():
            return html.escape(cell).replace("$", "<span>$</span>").replace("\n", "<br>")
        case _:
            return html.escape(_markdown(cell, typography))


def cell_tex(cell: Cell, typography: Typography = TEXTBOOK) -> str:
    r"""A cell as TeX's text sets it.

    >>> cell_tex("d_model"), cell_tex(1024), cell_tex(Percent(Rational(1, 2)))
    ('d\\_model', '$1{,}024$', '50.0\\,\\%')
    """
    match cell:
        case str():
            return escaped(cell)
        case int():
            return f"${tex(Integer(cell), typography)}$"
        case Percent(share):
            return percent(share).replace(" %", "\\,\\%")
        case _:
            formula = tex(cell, typography)
            return f"$\\displaystyle {formula}$" if "\\frac" in formula else f"${formula}$"


def heading_tex(name: str, typography: Typography = TEXTBOOK) -> str:
    r"""The name of a column as TeX's text sets it, the sizes in it as formulas.

    >>> print(heading_tex("at d_model=768, N=12"))
    at $d_{\text{model}}=768$, $N=12$
    """
    written, place = "", 0
    for found in _SIZE.finditer(name):
        size = f"${typography.name(found[1])}={typography.integer(int(found[2]))}$"
        written, place = f"{written}{escaped(name[place : found.start()])}{size}", found.end()
    return written + escaped(name[place:])


_SIZE = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]*)=([0-9]+)\b")


def _row(cells: Sequence[str]) -> str:
    """A row, with space below it where a fraction stands high."""
    return " & ".join(cells) + (" \\\\ \\addlinespace" if any("\\frac" in cell for cell in cells) else " \\\\")
