"""The widths that formulas are broken for: columns of the usual classes, by name, or a number of em."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from symparams.errors import LayoutError, did_you_mean, shown
from symparams.typeset.boxes import EM

__all__ = ["COLUMNS", "WIDEST", "Column", "room_in"]

_RESERVE = 350  # thousandths of an em: what rounding and a font's own spacing may take
_LEAST, WIDEST = 3, 1_000  # em


@dataclass(frozen=True)
class Column:
    """A column of a page: its width in thousandths of a point, the size of its type in points, and how much wider than Computer
    Modern at 10 pt its letters are set for an em of their size, in thousandths.
    """

    points: int
    size: int = 10
    stretch: int = 1_000

    @property
    def room(self) -> int:
        """The width in thousandths of an em of Computer Modern at 10 pt."""
        return self.points * 1_000 * 1_000 // (self.size * 1_000 * self.stretch) - _RESERVE


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "one-column": Column(345_000),  # \\documentclass{article}
        "two-column": Column(229_500),  # \\documentclass[twocolumn]{article}
        "IEEEtran": Column(252_000, 10, 1_020),
        "acmart": Column(241_140, 9, 1_035),  # sigconf, type of 9 pt
        "NeurIPS": Column(397_480),  # 5.5 in
        "ICML": Column(234_880),  # 3.25 in
        "ACL": Column(219_080, 11),  # 7.7 cm
    }
)


def room_in(width: object) -> int | None:
    """The room for a row in thousandths of an em: of a column by name, or of a number of em; None where nothing is to be broken.

    >>> room_in("two-column"), room_in(20), room_in(None)
    (22600, 19650, None)

    Raises `LayoutError` for an unknown name and for what is no width.
    """
    if width is None:
        return None
    if isinstance(width, str):
        if width in COLUMNS:
            return COLUMNS[width].room
        wanted = f"a number of em, or one of {', '.join(COLUMNS)}"
        raise LayoutError(f"width={shown(width)}", wanted, did_you_mean(width, COLUMNS))
    if isinstance(width, bool) or not isinstance(width, int | float | Fraction) or not _LEAST <= width <= WIDEST:
        raise LayoutError(
            f"width={shown(width)}",
            f"a number of em from {_LEAST} to {WIDEST:,}, or the name of a column",
            'write width=20, or width="two-column"',
        )
    return int(Fraction(width) * EM) - _RESERVE
