r"""Lines that fit: a formula is broken before a sign at its outermost level, then within its brackets, then before a product's dot.

    N\left(12 d^{2} + 13 d\right) + V d        in 9 em:    N\bigl(12 d^{2}
                                                           {} + 13 d\bigr) + V d

A row that goes on begins with `{}`, so that its sign keeps the space of an operation. Brackets that a break opens are sized by
hand, since `\left … \right` cannot span two rows. Rows are made of even length: the narrowest measure that needs as few.
"""

from __future__ import annotations

from collections.abc import Sequence

from symparams.errors import NarrowError
from symparams.typeset.boxes import EM, Box, boxes, joined_tex, width_of

__all__ = ["in_em", "least_width", "rows", "worded_rows"]

_CONTINUED = boxes("{}")
_SIZES = {False: ("\\bigl", "\\bigr"), True: ("\\biggl", "\\biggr")}
Piece = tuple[Box, ...]  # what is not broken any more


def rows(tex: str, first: int, later: int) -> list[str]:
    r"""The formula in rows, the first of at most `first` thousandths of an em, each later one of at most `later`.

    >>> for row in rows(r"N\left(12 d^{2} + 13 d\right) + V d", 8_000, 8_000):
    ...     print(row)
    N \left(12 d^{2} + 13 d\right)
    {} + V d

    Raises `NarrowError` for a part that is too wide by itself.
    """
    whole = boxes(tex)
    if width_of(whole) <= first:
        return [tex]
    pieces = _fitting(whole, max(first, later), min(first, later))
    found = _packed(pieces, first, later)
    return [joined_tex(row) for row in _evened(pieces, first, later, len(found))]


def least_width(tex: str) -> int:
    r"""The narrowest measure, to half an em, that a formula can be broken for.

    >>> least_width(r"N\left(12 d^{2} + 13 d\right) + V d")
    3581
    """
    low, high = EM, max(width_of(boxes(tex)), EM)
    while high - low > EM // 2:
        middle = (low + high) // 2
        try:
            rows(tex, middle, middle)
            high = middle
        except NarrowError:
            low = middle
    return high


def worded_rows(tex: str, first: int, later: int) -> list[str]:
    r"""Words and formulas in rows, broken between words outside of parentheses and before signs.

    >>> worded_rows(r"\text{weight (} d \text{, } d \text{), bias (} d \text{)}", 7_000, 7_000)
    ['\\text{weight (} d \\text{, } d \\text{), }', '\\text{bias (} d \\text{)}']
    """
    pieces: list[Piece] = []
    row: list[Box] = []
    depth = 0
    for box in boxes(tex):
        sign = box.kind in ("binary", "relation") and depth == 0
        if row and depth == 0 and (sign or _ends_word(row[-1], box)):
            pieces.append(tuple(row))
            row = []
        row.append(box)
        depth += box.tex.count("(") - box.tex.count(")") if box.kind == "text" else 0
    pieces.append(tuple(row))
    room = min(first, later)
    if max(map(width_of, pieces)) > room:
        pieces = [part for piece in pieces for part in ([piece] if width_of(piece) <= room else _words(piece, room))]
        _refuse_wide(pieces, room)
    return [joined_tex(row) for row in _packed(pieces, first, later)]


def _ends_word(before: Box, box: Box) -> bool:
    """Whether a row may end between two boxes: behind a word, but not before what it has in parentheses."""
    return before.kind == "text" and before.tex.endswith(" }") and not box.tex.startswith("\\text{(")


def _words(piece: Piece, room: int) -> list[Piece]:
    """Words that are too wide by themselves: broken behind a comma, formulas among them as formulas are."""
    if all(box.kind != "text" for box in piece):
        return _fitting(piece, room, room)
    parts: list[list[Box]] = [[]]
    for box in piece:
        parts[-1].append(box)
        if box.kind == "text" and box.tex.endswith(", }"):
            parts.append([])
    return [tuple(part) for part in parts if part]


def _fitting(row: Sequence[Box], most: int, least: int) -> list[Piece]:
    """The pieces of a row, broken as deep as needed for each to fit."""
    pieces: list[Piece] = []
    for number, piece in enumerate(_at(row, {"relation", "binary"}, keep=("\\cdot", "\\times"))):
        room = least - (0 if number == 0 else width_of(_CONTINUED))
        pieces += [piece] if width_of(piece) <= room else _opened(piece, most, room)
    return pieces


def _at(row: Sequence[Box], kinds: set[str], keep: Sequence[str] = ()) -> list[Piece]:
    """A row in pieces that begin with boxes of these kinds."""
    pieces: list[list[Box]] = [[]]
    for box in row:
        if box.kind in kinds and box.tex not in keep and pieces[-1]:
            pieces.append([])
        pieces[-1].append(box)
    return [tuple(piece) for piece in pieces]


def _opened(piece: Piece, most: int, room: int) -> list[Piece]:
    """A piece that is too wide: its widest group is opened; else it is broken before a dot, or a fraction becomes a factor."""
    groups = [place for place, box in enumerate(piece) if box.inside and (box.delimiters is not None or box.below)]
    if groups:
        place = max(groups, key=lambda place: piece[place].width)
        before, group, after = piece[:place], piece[place], piece[place + 1 :]
        if group.delimiters is None:
            (over,) = boxes(f"\\frac{{1}}{{{joined_tex(group.below)}}}")
            if over.width * 2 > room:
                beside = room - width_of((*before, Box("", 0, "inner"), *after))
                return _dotted((*before, _stacked(group, max(beside, room // 2)), *after), most, room)
            around = ("(", ")")
            inside, tall = group.inside, any(box.tall for box in group.inside)
            before = (*before, over)
        else:
            inside, around, tall = group.inside, group.delimiters, group.tall
        opening, closing = (
            Box(f"{size}{sign}", 597 if tall else 458, "ordinary") for size, sign in zip(_SIZES[tall], around, strict=True)
        )
        inner = _fitting(inside, most, room - closing.width)
        inner[0] = (*before, opening, *inner[0])
        inner[-1] = (*inner[-1], closing, *after)
        found: list[Piece] = []
        for part in inner:
            found += [part] if width_of(part) <= room else _dotted(part, most, room)
        return found
    return _dotted(piece, most, room)


def _stacked(fraction: Box, room: int) -> Box:
    """A fraction whose numerator and denominator are each in rows."""

    def part(row: Sequence[Box]) -> str:
        lines = rows(joined_tex(row), room - 240, room - 240)
        return lines[0] if len(lines) == 1 else "\\begin{gathered}" + " \\\\ ".join(lines) + "\\end{gathered}"

    above, below = part(fraction.inside), part(fraction.below)
    return Box(f"\\frac{{{above}}}{{{below}}}", min(fraction.width, room), "inner", tall=True)


def _dotted(piece: Piece, most: int, room: int) -> list[Piece]:
    """A product in pieces before its dots, at last before any factor."""
    pieces = _at(piece, {"binary"})
    if len(pieces) > 1 and max(map(width_of, pieces)) <= room:
        return pieces
    _refuse_wide([part for part in pieces if len(part) == 1] or [piece], room)
    factors: list[Piece] = []
    for part in pieces:
        row: list[Box] = []
        for box in part:
            signs = bool(row) and (row[-1].kind in ("binary", "relation") or row[-1].tex.startswith(("\\bigl", "\\biggl")))
            closes = box.tex.startswith(("\\bigr", "\\biggr"))
            if row and not signs and not closes and width_of((*row, box)) > room:
                factors.append(tuple(row))
                row = []
            row.append(box)
        factors.append(tuple(row))
    _refuse_wide(factors, room)
    return factors


def _refuse_wide(pieces: Sequence[Piece], room: int) -> None:
    widest = max(pieces, key=width_of)
    if (needed := width_of(widest)) > room:
        raise NarrowError(
            f"{joined_tex(widest)}, a term of {in_em(needed)} em that cannot be broken, in a row of {in_em(room)} em",
            f"a width of {in_em(needed + 2 * EM)} em or more",
            "give shorter names with notation={…} (--name d=D), or a larger width",
        )


def in_em(width: int) -> str:
    """A width in em, to a tenth, rounded up."""
    tenths = -(-width // (EM // 10))
    return f"{tenths // 10}.{tenths % 10}"


def _packed(pieces: Sequence[Piece], first: int, later: int) -> list[Piece]:
    """As many pieces in each row as fit."""
    found: list[Piece] = [pieces[0]]
    for piece in pieces[1:]:
        together = (*found[-1], *piece)
        if width_of(together) <= (first if len(found) == 1 else later):
            found[-1] = together
        else:
            found.append((*_CONTINUED, *piece) if piece[0].kind in ("binary", "relation") else piece)
    return found


def _evened(pieces: Sequence[Piece], first: int, later: int, count: int) -> list[Piece]:
    """The rows of the narrowest measure that needs as many."""
    low, high = max(map(width_of, pieces)), max(first, later)
    while low < high:
        middle = (low + high) // 2
        if len(_packed(pieces, min(first, middle), min(later, middle))) <= count:
            high = middle
        else:
            low = middle + 1
    return _packed(pieces, min(first, high), min(later, high))
