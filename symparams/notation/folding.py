"""Long lines folded to a width: prose at blanks, formulas before their operators, and only what has neither in its middle.

>>> print("\\n".join(folded("N*(4*d**2 + 2*d*d_ff + 9*d + d_ff) + V*d", 24)))
N*(4*d**2 + 2*d*d_ff
    + 9*d + d_ff) + V*d
"""

from __future__ import annotations

import re

__all__ = ["folded", "longest_piece"]

_INDENT = 4
_PART = re.compile(r"(?<=;) +(?=\S)")
_BLANK = re.compile(r"(?<![-+*/=<>≈∼×·−]) +(?=[^\s%])")  # an operator stays with what stands behind it
_OPERATOR = re.compile(r"(?<=[\w)\]}])(?=[*/×·](?!\*))(?<!\*)|(?<=,)(?=[^\s\d])")  # before a product's sign, never before a power's
_WORD = re.compile(r"(?<=[._(\[{])(?=\w)")


def folded(line: str, width: int, indent: int = _INDENT) -> list[str]:
    """The line in pieces of at most `width` characters, those behind the first indented.

    >>> folded("the leading order as d grows", 16, 2)
    ['the leading', '  order as d', '  grows']
    """
    indent = min(indent, width // 2)
    pieces: list[str] = []
    while len(line) > width:
        start, end = _place(line, width, len(line) - len(line.lstrip()))
        pieces.append(line[:start].rstrip())
        line = " " * indent + line[end:]
    return [*pieces, line]


def _place(line: str, width: int, first: int) -> tuple[int, int]:
    """Where to fold: the end of what stays and the start of what goes on below, at the best kind of place in the further half."""
    for least in ((first + width) // 2, first + 1):
        for kind in (_PART, _BLANK, _OPERATOR, _WORD):
            places = [found.span() for found in kind.finditer(line) if least <= found.start() <= width]
            if places:
                return places[-1]
    return width, width


def longest_piece(line: str) -> int:
    """The length of the longest piece of a line that folding leaves whole, as long as there is room for it.

    >>> longest_piece("4*N*d/(12*N*d + 13*N + V)")
    4
    """
    places = sorted({place for kind in (_BLANK, _OPERATOR, _WORD) for found in kind.finditer(line) for place in found.span()})
    return max(end - start for start, end in zip((0, *places), (*places, len(line)), strict=True))
