r"""TeX text in tokens: commands, arguments of macros (#1), blanks and single signs."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["spelled", "tokens", "uncommented"]

_TOKEN = re.compile(r"\\(?:[A-Za-z@]+|[^A-Za-z@])|#[1-9]|\s+|.", re.DOTALL)


def tokens(text: str) -> list[str]:
    r"""The tokens of a text, which joined are the text again.

    >>> tokens(r"12\dmodel^{2} #1\,")
    ['1', '2', '\\dmodel', '^', '{', '2', '}', ' ', '#1', '\\,']
    """
    return _TOKEN.findall(text)


def spelled(parts: Iterable[str]) -> str:
    r"""The text of tokens. A blank goes behind a command that would run into the letter that follows it.

    >>> spelled([r"\cdot", "d"])
    '\\cdot d'
    """
    out: list[str] = []
    for part in parts:
        if out and part[:1].isalpha() and len(out[-1]) > 1 and out[-1][0] == "\\" and out[-1][-1].isalpha():
            out.append(" ")
        out.append(part)
    return "".join(out)


def uncommented(line: str) -> str:
    r"""A line of TeX without its comment, empty where it is nothing else.

    >>> uncommented(r"75\,\% of it % roughly")
    '75\\,\\% of it '
    """
    place = 0
    while (place := line.find("%", place)) >= 0:
        backslashes = place - len(line[:place].rstrip("\\"))
        if backslashes % 2 == 0:
            break
        place += 1
    kept = line if place < 0 else line[:place]
    return kept if kept.strip() else ""
