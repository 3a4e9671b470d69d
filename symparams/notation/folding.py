r"""Long lines folded to a width: prose at blanks, formulas before their operators, and only what has neither in its middle.

>>> print("\n".join(folded("N*(4*d**2 + 2*d*d_ff + 9*d + d_ff) + V*d", 24)))
N*(4*d**2 + 2*d*d_ff
    + 9*d + d_ff) + V*d
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["columns", "folded", "longest_piece"]

_INDENT = 4
_PART = re.compile(r"(?<=;) +(?=\S)| +(?=[-+−=≈] )")  # a product holds together longer than a sum
_BLANK = re.compile(r"(?<![-+*/=<>≈∼×·−]) +(?=[^\s%])")  # an operator stays with what stands behind it
_OPERATOR = re.compile(r"(?<=[\w)\]}])(?=[*/×·](?!\*))(?<!\*)|(?<=,)(?=[^\s\d])")  # before a product's sign, never before a power's
_WORD = re.compile(r"(?<=[._(\[{])(?=\w)")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for an accent that stands over another.

    >>> columns("27.2倍"), columns("d̂")
    (6, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def folded(line: str, width: int, indent: int = _INDENT) -> list[str]:
    """The line in pieces of at most `width` columns, those behind the first indented.

    >>> folded("the leading order as d grows", 16, 2)
    ['the leading', '  order as d', '  grows']
    """
    indent = min(indent, width // 2)
    pieces: list[str] = []
    while columns(line) > width:
        start, end = _place(line, width, len(line) - len(line.lstrip()))
        pieces.append(line[:start].rstrip())
        line = " " * indent + line[end:].lstrip()
    return [*pieces, line]


def _place(line: str, width: int, first: int) -> tuple[int, int]:
    """Where to fold: the end of what stays and the start of what goes on below, at the best kind of place in the further half."""
    most = width
    while columns(line[:most]) > width:
        most -= 1
    for least in ((first + most) // 2, first + 1):
        for kind in (_PART, _BLANK, _OPERATOR, _WORD):
            places = [found.span() for found in kind.finditer(line) if least <= found.start() <= most]
            if places:
                return places[-1]
    most = max(most, first + 1)
    return most, most


def longest_piece(line: str) -> int:
    """The columns of the longest piece of a line that folding leaves whole, as long as there is room for it.

    >>> longest_piece("4*N*d/(12*N*d + 13*N + V)")
    4
    """
    places = sorted({place for kind in (_BLANK, _OPERATOR, _WORD) for found in kind.finditer(line) for place in found.span()})
    return max(columns(line[start:end]) for start, end in zip((0, *places), (*places, len(line)), strict=True))
