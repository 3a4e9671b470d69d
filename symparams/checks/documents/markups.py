"""How each kind of text writes its comments and its formulas, and its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["LONGEST_LINE", "MARK", "MARKUPS", "Lines", "Markup", "annotation_in"]

MARK = "symparams:"
LONGEST_LINE = 20_000  # characters
_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Markup:
    """How one kind of text writes its comments and its formulas."""

    comment: re.Pattern[str]  # from its mark to "symparams:"
    closed_by: str  # what ends a comment; empty where the line does
    formulas: str  # in which signs formulas stand
    fenced: bool = False  # has blocks and spans of code, in which no comment is one
    tex_comments: bool = False
    whole_line: bool = False  # a line without any signs around it may be a formula


MARKUPS = {
    "tex": Markup(re.compile(r"(?<!\\)%+\s*symparams:"), "", "tex", tex_comments=True),
    "markdown": Markup(re.compile(r"<!--\s*symparams:"), "-->", "markdown", fenced=True),
    "docstring": Markup(re.compile(r"(?:^\s*(?:\.\.|#|%)|<!--)\s*symparams:"), "", "markdown", whole_line=True),
}


def annotation_in(line: str, markup: Markup) -> re.Match[str] | None:
    """The first annotation of a line; what stands in a span of code is none."""
    spans = _SPAN.finditer(line) if markup.fenced else iter(())
    span = next(spans, None)
    for found in markup.comment.finditer(line):
        while span and span.end() <= found.start():
            span = next(spans, None)
        if span is None or span.start() > found.start():
            return found
    return None


@dataclass
class Lines:
    """Numbered lines, which may be put back."""

    source: Iterator[tuple[int, str]]
    back: list[tuple[int, str]] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while (line := self.take()) is not None:
            yield line

    def take(self) -> tuple[int, str] | None:
        return self.back.pop() if self.back else next(self.source, None)

    def put_back(self, *lines: tuple[int, str]) -> None:
        self.back.extend(reversed(lines))
