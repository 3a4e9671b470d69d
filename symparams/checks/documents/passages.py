"""Annotations and the formulas that they mean, in TeX, in Markdown and in docstrings, read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from symparams.checks.documents.annotation import read_annotation
from symparams.checks.documents.candidates import Context
from symparams.checks.documents.displays import Display
from symparams.checks.documents.inputs import Preamble
from symparams.checks.documents.markups import LONGEST_LINE, MARK, MARKUPS, Lines, annotation_in
from symparams.checks.documents.searching import Search, UndecidedError
from symparams.checks.documents.stretches import LONGEST_FORMULA
from symparams.checks.documents.tex import uncommented
from symparams.errors import DocumentError, SymparamsError

__all__ = ["Passage", "passages"]


class Passage(NamedTuple):
    """An annotation and the formula that it means, as written and as it is judged; `problem` where they cannot be told apart."""

    line: int
    annotation: str
    formula: str = ""
    claim: str = ""
    syntax: str | None = None
    problem: str = ""


def passages(lines: Iterable[tuple[int, str]], kind: str, preamble: Preamble | None = None) -> Iterator[Passage]:
    r"""Every annotation in numbered lines of "tex", "markdown" or "docstring", with its formula.

    The macros that the lines define are added to the preamble's.

    >>> list(passages([(1, "% symparams: LSTM(I, H)"), (2, r"\[ 4(eh+h^2+h), \]")], "tex"))
    [Passage(line=2, annotation='LSTM(I, H)', formula='4(eh+h^2+h),', claim='4(eh+h^2+h),', syntax='latex', problem='')]
    """
    markup, preamble = MARKUPS[kind], preamble or Preamble()
    numbered = Lines(preamble.reading(lines, markup.tex_comments))
    fence, display = "", Display()
    for number, line in numbered:
        if markup.fenced and (mark := re.match(r"\s{0,3}(```+|~~~+)", line)):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        if not fence and MARK in line:
            if len(line) > LONGEST_LINE:
                yield Passage(number, "", problem=f"a line of {len(line):,} characters, of which at most {LONGEST_LINE:,} are read")
            elif found := annotation_in(line, markup):
                yield _passage(number, line, found, Search(markup, numbered, preamble, display))
        if markup.tex_comments and ("\\" in line or "$$" in line or display.closer):
            display.follow(uncommented(line[:LONGEST_LINE]))


def _passage(number: int, line: str, found: re.Match[str], search: Search) -> Passage:
    """The annotation that a line has, with its formula."""
    closed_by = "-->" if found[0].lstrip().startswith("<!--") else search.markup.closed_by
    before, annotation, at, rest = line[: found.start()], line[found.end() :], number, ""
    if closed_by:
        while closed_by not in annotation:
            following = search.lines.take()
            if following is None or len(annotation) > LONGEST_FORMULA:
                return Passage(number, "", problem=f"a comment that is never closed by {closed_by}")
            at, annotation = following[0], f"{annotation}\n{following[1]}"
        annotation, _, rest = annotation.partition(closed_by)
    else:
        annotation, at = _continued(annotation, at, found[0], search.lines)
    annotation = annotation.strip()
    with suppress(SymparamsError):  # whoever judges the passage says it
        search.context = Context.of(read_annotation(annotation))
    try:
        at, candidate = search.meant(number, before, at, rest)
    except UndecidedError as error:
        return Passage(error.line or number, annotation, error.written, problem=str(error))
    try:
        claim = search.preamble.macros.expand(candidate.claim) if candidate.syntax == "latex" else candidate.claim
    except DocumentError as error:
        return Passage(at, annotation, candidate.written, problem=str(error))
    return Passage(at, annotation, candidate.written, claim, candidate.syntax)


def _continued(annotation: str, at: int, mark: str, lines: Lines) -> tuple[str, int]:
    """An annotation that goes on in the comment lines below: in an open bracket, or from "where" on."""
    sign = mark.strip().split()[0].removesuffix(MARK) or "#"
    while following := lines.take():
        text = following[1].strip()
        more = text[len(sign) :].strip() if text.startswith(sign) else text if sign == ".." else ""
        brackets = annotation.count("(") > annotation.count(")")
        if not more or MARK in text or len(annotation) > LONGEST_FORMULA or not (brackets or re.match(r"where\b", more)):
            lines.put_back(following)
            break
        at, annotation = following[0], f"{annotation} {more}"
    return annotation, at
