r"""The formulas in one display: rows of gather, rows of align that have a left side of their own, and what stands behind \qquad.

    \begin{align}                                two formulas, the first of them in two rows:
      A &= 4d^2 \\                                 A &= 4d^2 \\ &\quad + 4d
        &\quad + 4d, \label{eq:attention} \\       F &= 8d^2
      F &= 8d^2
    \end{align}

A row goes on with the one before it where it begins with a relation or an operator, or where that one ends with one or within
brackets. A part behind \qquad is a formula of its own where it has a relation or where a comma stands before it. Labels, tags and
spacing are left out. What a part says (a formula, or only a size) is for the caller to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symparams.checks.documents.tex import spelled, tokens

__all__ = ["formulas_in", "without_layout"]

_DROPPED_WITH_ARGUMENT = {"\\label", "\\tag", "\\hspace", "\\vspace", "\\hphantom", "\\vphantom", "\\phantom", "\\eqlabel"}
_DROPPED = {"\\nonumber", "\\notag", "\\hfill", "\\hfil", "\\qedhere", "\\displaybreak", "\\allowdisplaybreaks", "\\noindent"}
_BETWEEN_ROWS = {"\\intertext", "\\shortintertext"}
_ROWS_OF_ONE = {"split", "aligned", "gathered", "alignedat", "multlined"}  # environments that are the display's own rows
_QUADS = {"\\quad", "\\qquad"}
_SPACING = {"&", "~", "\\,", "\\;", "\\:", "\\!", "\\ ", "{", "}", "\\displaystyle", *_QUADS}
_SIGNS = {"=", "<", ">", "≈", "∼", "≤", "≥", "∝", "+", "-", "−", "*", "/", "×", "·", "\\times", "\\cdot", "\\pm", "\\div"}
_RELATIONS = {"=", "<", ">", "≈", "∼", "≤", "≥", "∝", ":"} | {
    f"\\{name}"
    for name in [
        "approx",
        "sim",
        "simeq",
        "cong",
        "equiv",
        "propto",
        "coloneqq",
        "triangleq",
        "le",
        "leq",
        "ge",
        "geq",
        "lt",
        "gt",
        "leqslant",
        "geqslant",
        "lesssim",
        "gtrsim",
    ]
}
_OPENING, _CLOSING = {"(", "[", "{", "\\{", "\\begin"}, {")", "]", "}", "\\}", "\\end"}
_NOTE = r"\\(?:text|mbox|textrm|mathrm)\s*\{"
_TEXT = re.compile(rf"\s*{_NOTE}")
_AND = re.compile(rf"\s*{_NOTE}\s*(?:and|or|,)?\s*\}}\s*$|^\s*{_NOTE}\s*(?:and|or|,)?\s*\}}\s*")


def without_layout(text: str) -> str:
    r"""A formula without its labels, tags and spacing, and without the environment that only lays out its rows.

    >>> without_layout(r"\begin{split} P &= 4d^2 \\[2pt] &+ 4d, \end{split}\label{eq:p}\tag{3}")
    'P &= 4d^2 \\\\ &+ 4d,'
    """
    return spelled(_plain(tokens(text))).strip()


def formulas_in(text: str, environment: str, is_size: Callable[[str], bool]) -> list[str]:
    r"""The formulas of a display, in order; sizes that are stated beside a formula stay with it.

    >>> formulas_in(r"P = 4d^2, \quad d = 8 \\ Q = 8d^2 \label{q}", "gather", lambda part: part.strip() == "d = 8")
    ['P = 4d^2, \\quad d = 8', 'Q = 8d^2']
    """
    if "\\" not in text:
        return [text]
    parts = _plain(tokens(text))
    rows = [parts] if environment.rstrip("*") in ("multline", "dmath") else _rows(parts)
    found: list[str] = []
    sizes: list[str] = []
    for row in rows:
        for part, set_apart in _parts(row):
            written = _AND.sub("", spelled(part)).strip()
            bare = written.strip("&,;. \n")
            if not bare:
                continue
            if is_size(bare):
                sizes.append(bare.replace("&", ""))
            elif not found or (set_apart and not _TEXT.match(written)):
                found.append(written)
            else:
                found[-1] = f"{found[-1]} {'' if _goes_on(part) else chr(92) + 'quad '}{written}"
            if sizes and found:
                found[-1] = ", \\quad ".join([found[-1].rstrip("&,;. \n"), *sizes])
                sizes = []
    return found or [", \\quad ".join(sizes)] * bool(sizes)


def _plain(parts: list[str]) -> list[str]:
    r"""The tokens without labels and the like; \intertext{…} becomes the end of a row, \\[4pt] becomes \\."""
    out, place = list[str](), 0
    while place < len(parts):
        token = parts[place]
        place += 1
        if token in _DROPPED:
            continue
        if token in _DROPPED_WITH_ARGUMENT or token in _BETWEEN_ROWS:
            if place < len(parts) and parts[place] == "*":
                place += 1
            place = _group_end(parts, place)
            if token in _BETWEEN_ROWS:
                out.append("\\\\")
        elif token in ("\\begin", "\\end") and "".join(parts[place + 1 : _group_end(parts, place) - 1]) in _ROWS_OF_ONE:
            place = _group_end(parts, place)
            if place < len(parts) and parts[place] == "[":  # \begin{aligned}[t]
                place = _option_end(parts, place)
        elif token == "\\\\":
            if place < len(parts) and parts[place] == "*":
                place += 1
            if place < len(parts) and parts[place] == "[":
                place = _option_end(parts, place)
            out.append(token)
        else:
            out.append(token)
    return out


def _group_end(parts: list[str], place: int) -> int:
    """The place behind a group that begins here; this place where none does."""
    start = place
    while start < len(parts) and parts[start].isspace():
        start += 1
    if start >= len(parts) or parts[start] != "{":
        return place
    depth = 0
    for end in range(start, len(parts)):
        depth += (parts[end] == "{") - (parts[end] == "}")
        if depth == 0:
            return end + 1
    return len(parts)


def _option_end(parts: list[str], place: int) -> int:
    return parts.index("]", place) + 1 if "]" in parts[place : place + 20] else place


def _rows(parts: list[str]) -> list[list[str]]:
    """The tokens cut at the ends of rows, where the row that follows does not go on with this one."""
    rows: list[list[str]] = [[]]
    depth = 0
    for place, token in enumerate(parts):
        depth += (token in _OPENING) - (token in _CLOSING)
        if token == "\\\\" and depth <= 0 and not _is_open(rows[-1]) and not _goes_on(parts[place + 1 :]):
            rows.append([])
            depth = 0
        else:
            rows[-1].append(token)
    return rows


def _goes_on(parts: list[str]) -> bool:
    """Whether tokens begin with a relation or an operator."""
    first = next((token for token in parts if not token.isspace() and token not in _SPACING), "\\\\")
    return first in _SIGNS or first in _RELATIONS


def _is_open(parts: list[str]) -> bool:
    """Whether tokens end with a relation or an operator."""
    return _goes_on(parts[::-1])


def _parts(row: list[str]) -> list[tuple[list[str], bool]]:
    r"""A row cut at \quad, each part with whether it may be a formula of its own."""
    cuts, depth = [0], 0
    for place, token in enumerate(row):
        depth += (token in _OPENING) - (token in _CLOSING)
        if token in _QUADS and depth <= 0:
            cuts += [place, place + 1]
    parts = [row[start:end] for start, end in zip(cuts, [*cuts[1:], len(row)], strict=True)]
    out: list[tuple[list[str], bool]] = []
    for part in parts:
        if all(token.isspace() or token in _SPACING for token in part):
            continue
        written = spelled(part).strip()
        if not out:
            out.append((part, True))
        elif _goes_on(part) or _is_open(out[-1][0]):
            out[-1] = ([*out[-1][0], " ", *part], out[-1][1])
        else:
            behind = spelled(out[-1][0]).rstrip()
            joined = _AND.search(behind) or _AND.match(written)
            out.append((part, bool(joined) or behind.endswith((",", ";")) or any(token in _RELATIONS for token in part)))
    return out
