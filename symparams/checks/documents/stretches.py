"""Text between an annotation and the end of its paragraph, with the formulas in it found and taken out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["ENVIRONMENTS", "FORMULA_SIGN", "LONGEST_FORMULA", "Chunk", "Stretch", "closing_pattern", "scanned"]

LONGEST_FORMULA = 6_000  # characters
FORMULA_SIGN = "\ue000"  # what stands for a formula in the text around it

ENVIRONMENTS = "equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math|dmath"
_BEGIN = rf"\\begin\{{(?P<env>(?:{ENVIRONMENTS})\*?)\}}"
_TEX = rf"(?P<begin>{_BEGIN})|(?P<tex>(?<!\\)\\\[|(?<!\\)\\\()"
_ESCAPED = rf"(?P<begin>{_BEGIN})|(?P<tex>(?<!\\)\\{{1,2}}[\[(])"
_DOLLARS = r"(?<!\\)(?P<dollars>\$\$?)"
_CODE = r"(?P<fence>^ {0,3}(?:```+|~~~+))(?P<info>[^`\n]*)$|(?P<math>:math:)?(?P<code>`+)"
OPENINGS = {
    "tex": re.compile(f"{_TEX}|{_DOLLARS}"),
    "markdown": re.compile(f"{_ESCAPED}|{_DOLLARS}|{_CODE}", re.MULTILINE),
}
_MATH_FENCE = re.compile(r"\s*\{?\s*(?:math|latex|tex)\b", re.IGNORECASE)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|ca|approx|Eq|Eqs|Fig|Tab|Sec|No|al|resp|incl|excl|etc|param|params)|\b[A-Z])\.$", re.IGNORECASE
)
_SENTENCE_END = re.compile(
    r"[.!?][\"')\]}*_]*(?=\s+[^a-z\s]|\s*\Z)|[。！？]|\n(?=\s*(?:[-*+]|\d+[.)])\s)|\n(?=\s*\\item\b)|\n\s*\n"
)


@dataclass(frozen=True)
class Chunk:
    """A formula in signs of its own; `problem` where its end is missing."""

    content: str
    syntax: str | None
    line: int
    display: bool = False
    environment: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Stretch:
    """A text in which a sign stands for each formula."""

    text: str
    chunks: dict[int, Chunk]  # by their places in the text
    _numbers: Sequence[int]
    _places: list[tuple[int, int]] = field(default_factory=list)  # of the text, and the number of line ends before it

    def line_at(self, place: int) -> int:
        """The number of the line in which a place of the text stands."""
        start, lines = self._places[bisect_right(self._places, (place, 1 << 60)) - 1]
        return self._numbers[min(lines + self.text.count("\n", start, place), len(self._numbers) - 1)]

    def sentences(self) -> Iterator[tuple[int, int]]:
        """The spans of the sentences; a display ends one, an item of a list begins one."""
        start = 0
        ends = [
            found.end()
            for found in _SENTENCE_END.finditer(self.text)
            if not _ABBREVIATION.search(self.text[max(0, found.end() - 12) : found.end()])
        ]
        ends += [place + 1 for place, chunk in self.chunks.items() if chunk.display]
        for end in sorted({*ends, len(self.text)}):
            if end > start:
                yield start, end
                start = end


def scanned(raw: str, numbers: Sequence[int], kind: str) -> Stretch:
    """A text whose lines have these numbers, with its formulas taken out."""
    out: list[str] = []
    chunks: dict[int, Chunk] = {}
    places, length, place, line, absent = [(0, 0)], 0, 0, 0, set[str]()
    while opening := OPENINGS[kind].search(raw, place):
        out.append(raw[place : opening.start()])
        length += len(out[-1])
        line += out[-1].count("\n")
        at = numbers[min(line, len(numbers) - 1)]
        closer = _closer(opening)
        closing = None if closer in absent else re.compile(closer).search(raw, opening.end())
        group = opening.groupdict()
        environment, display = (
            group["env"] or "",
            bool(group["begin"] or group.get("fence") or opening[0] in ("$$", "\\[", "\\\\[")),
        )
        if closing is None or closing.start() - opening.end() > LONGEST_FORMULA:
            absent |= {closer} if closing is None else set()
            problem = f"a formula that begins with {opening[0].strip()} and never ends"
            chunks[length] = Chunk("", None, at, display, environment, problem)
            end = opening.end()
        else:
            content = raw[opening.end() : closing.start()]
            if group["dollars"] == "$" and content.startswith("`") and content.endswith("`"):
                content = content.strip("`")  # GitHub's $`…`$
            chunks[length] = Chunk(content, _syntax(opening), at, display, environment)
            end = closing.end()
        line += raw.count("\n", opening.start(), end)
        out.append(FORMULA_SIGN)
        length += 1
        places.append((length, line))
        place = end
    out.append(raw[place:])
    return Stretch("".join(out), chunks, numbers, places)


def closing_pattern(environment: str, sign: str = "") -> str:
    """The pattern of what closes an environment or a bracket."""
    return re.escape(f"\\end{{{environment}}}") if environment else {"\\[": r"(?<!\\)\\\]", "$$": r"\$\$"}[sign]


def _closer(opening: re.Match[str]) -> str:
    group = opening.groupdict()
    if group["dollars"]:
        return r"(?<!\\)\$" if group["dollars"] == "$" else r"\$\$"
    if group["begin"]:
        return closing_pattern(group["env"])
    if group["tex"]:
        return r"\\" * (len(group["tex"]) - 1) + (r"\]" if group["tex"].endswith("[") else r"\)")
    if group.get("fence"):
        return rf"\n {{0,3}}{re.escape(group['fence'].strip())}"
    return rf"(?<!`){group['code']}(?!`)"


def _syntax(opening: re.Match[str]) -> str | None:
    group = opening.groupdict()
    if group.get("fence"):
        return "latex" if _MATH_FENCE.match(group["info"]) else None
    return None if group.get("code") and not group.get("math") else "latex"
