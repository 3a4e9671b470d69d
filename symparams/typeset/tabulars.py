"""Tables as booktabs tabulars that fit: a denominator that all shares have is stated once, wide formulas are broken in their
cells, and where a column grows too narrow names stand above their formulas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sympy import Expr, fraction, together

from symparams.errors import NarrowError
from symparams.notation import Cell, Percent, Table, Typography, cell_tex, heading_tex, tex
from symparams.typeset.boxes import EM, boxes, width_of
from symparams.typeset.breaking import in_em, least_width, rows

__all__ = ["Tabular", "tabular_of"]

_GAP = 1_250  # between columns: twice \\tabcolsep
_NARROW = 9 * EM  # a column of formulas below this has its names above
_FORMULA = re.compile(r"\$(?:\\displaystyle )?(.*?)\$", re.DOTALL)


@dataclass(frozen=True)
class Tabular:
    """A table in TeX: the letters of its columns, its head, and its rows with the rules between them."""

    columns: str
    head: tuple[str, ...]
    rows: tuple[str, ...]

    @property
    def tex(self) -> str:
        """The tabular."""
        return "\n".join((f"\\begin{{tabular}}{{{self.columns}}}", *self.head, *self.rows, "\\end{tabular}"))


def tabular_of(table: Table, typography: Typography, room: int | None) -> Tabular:
    """The table within a room; raises `NarrowError` where it cannot be made to fit."""
    whole, shares = _one_denominator(table, typography)
    grid = _grid(whole, typography, shares)
    if room is not None and _total(_natural(grid)) > room and shares:
        whole = _without(whole, shares[0])  # which the rows repeat but for the total
        grid = _grid(whole, typography)
    natural = _natural(grid)
    if room is None or _total(natural) <= room:
        return _set(whole, grid, above=False)
    words = natural[: whole.words]
    rest = room - _total(words) - _GAP
    least = [max(map(_least_cell, column)) for column in list(zip(*grid, strict=True))[whole.words :]]
    above = bool(least) and rest < max(_NARROW, _total(least))
    return _set(whole, _narrowed(whole, grid, room if above or not least else rest), above)


def _one_denominator(table: Table, typography: Typography) -> tuple[Table, tuple[int, str] | None]:
    """The table with numerators in a column of shares, the column, and the denominator that all of them have."""
    for column in range(table.words, len(table.header)):
        cells = [row[column] for row in (*table.rows, *table.foot)]
        quotients = [fraction(together(cell)) for cell in cells if isinstance(cell, Expr) and not cell.is_Rational]
        if not quotients or len({below for _, below in quotients}) > 1 or quotients[0][1].is_number:
            continue
        below = quotients[0][1]

        def over(cell: object, below: Expr = below) -> object:
            share = cell.share if isinstance(cell, Percent) else cell
            return fraction(together(share * below))[0] if isinstance(share, Expr) else cell

        def changed(row: Sequence[object], column: int = column) -> tuple[object, ...]:
            return (*row[:column], over(row[column]), *row[column + 1 :])

        numerators = replace(table, rows=tuple(map(changed, table.rows)), foot=tuple(map(changed, table.foot)))
        return numerators, (column, tex(below, typography))
    return table, None


def _without(table: Table, column: int) -> Table:
    def short(row: Sequence[Cell]) -> tuple[Cell, ...]:
        return (*row[:column], *row[column + 1 :])

    header = tuple(map(str, short(table.header)))
    return replace(table, header=header, rows=tuple(map(short, table.rows)), foot=tuple(map(short, table.foot)))


Grid = list[list[str]]


def _grid(table: Table, typography: Typography, shares: tuple[int, str] | None = None) -> Grid:
    head = [heading_tex(name, typography) for name in table.header]
    if shares is not None:
        head[shares[0]] += f" $\\times\\,({shares[1]})$"
    return [head, *([cell_tex(cell, typography) for cell in row] for row in (*table.rows, *table.foot))]


def _natural(grid: Grid) -> list[int]:
    return [max(map(_cell_width, column)) for column in zip(*grid, strict=True)]


def _least_cell(cell: str) -> int:
    """The widest part of a cell that no line break divides: a word, or a term of a formula."""
    formula = _FORMULA.fullmatch(cell)
    return least_width(formula[1]) if formula else max(map(_cell_width, cell.split(" ")))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _cell_width(cell: str) -> int:
    parts = _FORMULA.split(cell)
    return sum(
        width_of(boxes(part)) if place % 2 else width_of(boxes(f"\\text{{{part}}}")) if part else 0
        for place, part in enumerate(parts)
    )


def _narrowed(table: Table, grid: Grid, room: int) -> Grid:
    """Cells of formulas broken so that their columns share the room; the widest columns give way first."""
    formulas = list(range(table.words, len(table.header)))
    columns = formulas or list(range(len(table.header)))
    natural = [max(_cell_width(row[column]) for row in grid) for column in columns]
    least = [max(_least_cell(row[column]) for row in grid) for column in columns]
    if (needed := _total(least)) > room:
        named = " and ".join(f"{table.header[column]} of {in_em(wide)} em" for column, wide in zip(columns, least, strict=True))
        beside = f"the columns {named} beside one another" if len(columns) > 1 else f"the column {named}"
        given = f"{beside}, which cannot be narrower, in a row of {in_em(room)} em"
        raise NarrowError(given, f"a width of {in_em(needed + 2 * EM)} em or more", "leave columns out, or give a larger width")
    level = max(natural)
    while _total(widths := [max(min(wide, level), floor) for wide, floor in zip(natural, least, strict=True)]) > room:
        level -= EM // 4
    found = [list(row) for row in grid]
    for column, wide in zip(columns, widths, strict=True):
        for row in found:
            row[column] = _broken(row[column], wide, "r" if formulas else "l")
    return found


def _broken(cell: str, most: int, side: str) -> str:
    if _cell_width(cell) <= most:
        return cell
    formula = _FORMULA.fullmatch(cell)
    if formula:
        lines = [f"$\\displaystyle {row}$" if "\\frac" in row else f"${row}$" for row in rows(formula[1], most, most)]
    else:
        lines = [""]
        for word in cell.split(" "):
            together = f"{lines[-1]} {word}".strip()
            if lines[-1] and _cell_width(together) > most:
                lines.append(word)
            else:
                lines[-1] = together
    stacked = " \\\\ ".join(lines)
    return f"\\begin{{tabular}}[t]{{@{{}}{side}@{{}}}}{stacked}\\end{{tabular}}" if len(lines) > 1 else lines[0]


def _set(table: Table, grid: Grid, above: bool) -> Tabular:
    words = table.words
    count = len(table.header)
    letters = "l" * words + "r" * (count - words)
    head, *body = grid
    split = len(table.rows)

    def line(row: list[str]) -> str:
        tall = any("\\frac" in cell or "\\begin{tabular}" in cell for cell in row)
        end = " \\\\ \\addlinespace" if tall else " \\\\"
        if not above:
            return " & ".join(row) + end
        name = ", ".join(filter(None, row[:words]))
        return f"\\multicolumn{{{count - words}}}{{@{{}}l@{{}}}}{{{name}}} \\\\*\n" + " & ".join(row[words:]) + end

    columns = f"@{{}}{letters[words:] if above else letters}@{{}}"
    out = [*map(line, body[:split])]
    if body[split:]:
        out += ["\\midrule", *map(line, body[split:])]
    out.append("\\bottomrule")
    return Tabular(columns, ("\\toprule", line(head), "\\midrule"), tuple(out))
