"""Formulas, chains and derivations as rows of an alignment, each row no wider than the room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symparams.notation import RELATIONS, Aligned, Chain, Typography, tex_words
from symparams.typeset.boxes import EM, boxes, width_of
from symparams.typeset.breaking import rows, worded_rows

__all__ = ["Row", "of_aligned", "of_chain"]

_RELATION = 778 + 2 * 278  # an equals sign and its spaces
_INDENT = EM
_SMALL = 860  # thousandths: words in script size beside text size


@dataclass(frozen=True)
class Row:
    """What stands before and behind the place of alignment. `ends` says that a formula ends here: a number may stand behind it;
    `tied` that no page may end here.
    """

    left: str
    right: str
    ends: bool = False
    tied: bool = False


def of_chain(chain: Chain, typography: Typography, room: int | None) -> list[Row]:
    r"""A formula and its relations: one row where there is room, else a row for each relation, broken further where needed."""
    first, *others = ((RELATIONS.get(side.relation, ""), side.tex(typography)) for side in chain.sides)
    under = chain.under(typography)
    whole = " ".join(filter(None, (chain.tex(typography), under and f"\\qquad {under}")))
    if room is None or _width(whole) <= room:
        right = " ".join(f"{relation} {tex}" for relation, tex in others)
        behind = f"\\qquad {under}" if under else ""
        parts = (first[1], right) if others else ("", first[1])
        return [Row(parts[0], " ".join(filter(None, (parts[1], behind))), ends=True)]
    found: list[Row] = []
    if not others:
        found = [Row("", row) for row in _indented(rows(first[1], room, room - _INDENT))]
    else:
        left = first[1]
        wide = _width(left)
        if wide * 3 > room:  # a long left side has rows of its own
            found = [Row("", row, tied=True) for row in _indented(rows(left, room, room - _INDENT))]
            left, wide = "", _INDENT
        for number, (relation, tex) in enumerate(others):
            rest = room - wide - _RELATION
            shift = "\\quad " if not left else ""
            for place, row in enumerate(rows(tex, rest, rest - _INDENT)):
                begin = f"{shift}{relation} " if place == 0 else f"{shift}\\qquad "
                found.append(Row(left if number == place == 0 else "", f"{begin}{row}"))
    if not under:
        return _ended(found)
    return [*_with(found, under, [tex_words(condition, typography) for condition in chain.conditions], room)]


def of_aligned(block: Aligned, typography: Typography, room: int | None) -> list[Row]:
    """A derivation: labels before the place of alignment, or in rows of their own where they take over a quarter of the room;
    remarks in small type behind their row, or below it.
    """
    labels = [tex_words((line.left,)) if line.left else "" for line in block.lines]
    widest = max(map(_width, labels), default=0)
    apart = room is not None and widest * 4 > room
    found: list[Row] = []
    for line, label in zip(block.lines, labels, strict=True):
        relation = RELATIONS[line.relation]
        remark = tex_words(line.remark, typography) if line.remark else ""
        right = tex_words(line.right, typography)
        if apart and label:
            found += [Row("", row, tied=True) for row in _indented(worded_rows(label, room or 0, (room or 0) - _INDENT))]
        shift = "\\quad " if apart else ""
        if room is None:
            behind = f" \\qquad {_small(remark)}" if remark else ""
            found.append(Row(label, f"{relation} {right}{behind}", ends=True))
            continue
        rest = room - (_INDENT if apart else widest) - _RELATION
        words = isinstance(line.right, tuple)
        broken = (worded_rows if words else rows)(right, rest, rest - _INDENT)
        for place, row in enumerate(broken):
            begin = f"{shift}{relation} " if place == 0 else f"{shift}\\qquad "
            found.append(Row("" if apart or place else label, f"{begin}{row}", tied=place < len(broken) - 1))
        if remark and len(broken) == 1 and _width(broken[0]) + 2 * EM + _width(remark) * _SMALL // 1_000 <= rest:
            found[-1] = replace(found[-1], right=f"{found[-1].right} \\qquad {_small(remark)}", ends=True)
        elif remark:
            found[-1] = replace(found[-1], tied=True)
            small = worded_rows(remark, (rest - _INDENT) * 1_000 // _SMALL, (rest - _INDENT) * 1_000 // _SMALL)
            found += [Row("", f"{shift}\\qquad {_small(row)}", ends=row is small[-1], tied=row is not small[-1]) for row in small]
        else:
            found[-1] = replace(found[-1], ends=True)
    return found


def _small(tex: str) -> str:
    return f"{{\\scriptstyle {tex}}}"


def _with(found: list[Row], under: str, conditions: list[str], room: int) -> Iterator[Row]:
    """Rows with conditions behind the last one where they fit, else below it."""
    last = found[-1]
    behind = f"{last.right} \\qquad {under}"
    yield from found[:-1]
    if _width(f"{last.left} {behind}") <= room:
        yield replace(last, right=behind, ends=True)
    else:
        yield last
        yield from (Row("", f"\\quad {row}", ends=True) for row in _together(conditions, room - EM))


def _together(conditions: list[str], room: int) -> Iterator[str]:
    """As many whole conditions in each row as fit; one that does not is broken between its words."""
    row, *others = [f"{one} \\text{{,}}" for one in conditions[:-1]] + conditions[-1:]
    for condition in others:
        if _width(longer := f"{row} \\text{{ }} {condition}") <= room:
            row = longer
        else:
            yield from worded_rows(row, room, room)
            row = condition
    yield from worded_rows(row, room, room)


def _ended(found: Sequence[Row]) -> list[Row]:
    return [*found[:-1], replace(found[-1], ends=True)]


def _indented(broken: Sequence[str]) -> list[str]:
    return [row if place == 0 else f"\\quad {row}" for place, row in enumerate(broken)]


def _width(tex: str) -> int:
    return width_of(boxes(tex))
