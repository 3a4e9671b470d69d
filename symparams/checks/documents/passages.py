"""Annotations and the formulas behind them, in TeX, in Markdown and in docstrings, read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["MARK", "Markup", "Passage", "passages"]

MARK = "symparams:"
LONGEST_LINE, LONGEST_FORMULA, FARTHEST = 20_000, 6_000, 30  # characters, characters, lines from annotation to formula

_ENVIRONMENTS = "equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math|dmath"
_TEX = rf"(?P<begin>\\begin\{{(?P<env>(?:{_ENVIRONMENTS})\*?)\}})|(?P<tex>\\\[|\\\()"
_DOLLARS = r"(?<!\\)(?P<dollars>\$\$?)"
_CODE = r"(?P<fence>^\s{0,3}(?:```+|~~~+))[^`]*$|(?P<math>:math:)?(?P<code>`+)"
_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_CLOSERS = {"\\[": r"\\\]", "\\(": r"\\\)", "$": r"(?<!\\)\$", "$$": r"\$\$"}


@dataclass(frozen=True)
class Markup:
    """How one kind of text writes its comments and its formulas."""

    comment: re.Pattern[str]  # from its mark to "symparams:"
    closed_by: str  # what ends a comment; empty where the line does
    formula: re.Pattern[str]
    fenced: bool = False  # has blocks and spans of code, in which no comment is one
    tex_comments: bool = False
    whole_line: bool = False  # a line without any signs around it may be a formula


MARKUPS = {
    "tex": Markup(re.compile(r"(?<!\\)%+\s*symparams:"), "", re.compile(f"{_TEX}|{_DOLLARS}"), tex_comments=True),
    "markdown": Markup(re.compile(r"<!--\s*symparams:"), "-->", re.compile(f"{_TEX}|{_DOLLARS}|{_CODE}"), fenced=True),
    "docstring": Markup(
        re.compile(r"(?:^\s*(?:\.\.|#|%)|<!--)\s*symparams:"), "", re.compile(f"{_TEX}|{_DOLLARS}|{_CODE}"), whole_line=True
    ),
}


class Passage(NamedTuple):
    """An annotation and the formula that it stands beside, with their lines; `problem` where they cannot be told apart."""

    line: int
    annotation: str
    formula: str = ""
    syntax: str | None = None
    problem: str = ""


@dataclass
class _Lines:
    """Numbered lines, which may be put back."""

    source: Iterator[tuple[int, str]]
    back: list[tuple[int, str]] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while (line := self.take()) is not None:
            yield line

    def take(self) -> tuple[int, str] | None:
        return self.back.pop() if self.back else next(self.source, None)

    def put_back(self, number: int, text: str) -> None:
        self.back.append((number, text))


def passages(lines: Iterable[tuple[int, str]], kind: str) -> Iterator[Passage]:
    r"""Every annotation in numbered lines of "tex", "markdown" or "docstring", with its formula.

    >>> list(passages([(1, "% symparams: LSTM(I, H)"), (2, r"\[ 4(eh+h^2+h) \]")], "tex"))
    [Passage(line=2, annotation='LSTM(I, H)', formula=' 4(eh+h^2+h) ', syntax='latex', problem='')]
    """
    markup, numbered = MARKUPS[kind], _Lines(iter(lines))
    fence = ""
    for number, line in numbered:
        if markup.fenced and (mark := re.match(r"\s{0,3}(```+|~~~+)", line)):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        if fence or MARK not in line:
            continue
        if len(line) > LONGEST_LINE:
            yield Passage(number, "", problem=f"a line of {len(line):,} characters, of which at most {LONGEST_LINE:,} are read")
        elif found := _comment(line, markup):
            yield _passage(number, line, found, markup, numbered)


def _comment(line: str, markup: Markup) -> re.Match[str] | None:
    """The first annotation of a line; what stands in a span of code is none."""
    spans = [span.span() for span in _SPAN.finditer(line)] if markup.fenced else []
    return next((found for found in markup.comment.finditer(line) if not any(a < found.start() < b for a, b in spans)), None)


def _passage(number: int, line: str, found: re.Match[str], markup: Markup, lines: _Lines) -> Passage:
    closed_by = "-->" if found[0].lstrip().startswith("<!--") else markup.closed_by
    before, annotation, at = line[: found.start()], line[found.end() :], number
    rest = ""
    if closed_by:
        while closed_by not in annotation:
            following = lines.take()
            if following is None or len(annotation) > LONGEST_FORMULA:
                return Passage(number, "", problem=f"a comment that is never closed by {closed_by}")
            at, annotation = following[0], f"{annotation}\n{following[1]}"
        annotation, _, rest = annotation.partition(closed_by)
    else:
        annotation, at = _continued(annotation, at, found[0], lines)
    annotation = annotation.strip()
    if closed_by and (formula := markup.formula.search(rest)):
        return _formula(number, annotation, at, rest, formula, markup, lines)
    if (markup.closed_by or markup.tex_comments) and (beside := _last(before, markup)):
        lines.put_back(at, rest)
        return Passage(number, annotation, *beside)
    started, syntax = False, None
    for _ in range(FARTHEST):
        following = lines.take()
        if following is None:
            break
        at, text = following
        if MARK in text and _comment(text[:LONGEST_LINE], markup):
            lines.put_back(at, text)
            break
        if markup.tex_comments and not (text := _uncommented(text)) and following[1].strip():
            continue  # a line that is a comment ends no paragraph
        if formula := markup.formula.search(text[:LONGEST_LINE]):
            return _formula(number, annotation, at, text[:LONGEST_LINE], formula, markup, lines)
        if markup.whole_line and text.strip().startswith(".. math::"):
            text, syntax = text.partition("::")[2], "latex"
        if markup.whole_line and text.strip():
            return Passage(at, annotation, text.strip(), syntax)
        if started and not text.strip():
            break
        started = started or bool(text.strip())
    return Passage(number, annotation, problem="an annotation without a formula")


def _continued(annotation: str, at: int, mark: str, lines: _Lines) -> tuple[str, int]:
    """An annotation that goes on in the comment lines below: in an open bracket, or from "where" on."""
    sign = mark.strip().split()[0].removesuffix(MARK) or "#"
    while following := lines.take():
        text = following[1].strip()
        more = text[len(sign) :].strip() if text.startswith(sign) else text if sign == ".." else ""
        brackets = annotation.count("(") > annotation.count(")")
        if not more or MARK in text or len(annotation) > LONGEST_FORMULA or not (brackets or re.match(r"where\b", more)):
            lines.put_back(*following)
            break
        at, annotation = following[0], f"{annotation} {more}"
    return annotation, at


def _formula(number: int, annotation: str, at: int, text: str, opening: re.Match[str], markup: Markup, lines: _Lines) -> Passage:
    """The formula from its opening sign to its closing one, lines further on where need be."""
    started = at
    while (inside := _inside(text, opening)) is None:
        following = lines.take()
        inline = not (opening["begin"] or opening.groupdict().get("fence")) and following and not following[1].strip()
        if following and (inline or (MARK in following[1] and _comment(following[1][:LONGEST_LINE], markup))):
            lines.put_back(*following)
            following = None
        if following is None or len(text) > LONGEST_FORMULA:
            return Passage(number, annotation, problem=f"a formula that begins with {opening[0].strip()} and never ends")
        at, more = following
        if markup.tex_comments:
            more = _uncommented(more)
        text = f"{text}\n{more}"
    formula, end = inside
    lines.put_back(at, text[end:])
    return Passage(started, annotation, formula, _syntax(opening))


def _last(text: str, markup: Markup) -> tuple[str, str | None] | None:
    """The last formula of a line and its syntax."""
    last, place = None, 0
    while opening := markup.formula.search(text, place):
        inside = _inside(text, opening)
        if inside is None:
            break
        last, place = (inside[0], _syntax(opening)), inside[1]
    return last


def _inside(text: str, opening: re.Match[str]) -> tuple[str, int] | None:
    """What stands between an opening sign and its closing one, and where that ends."""
    if opening["dollars"]:
        closer = _CLOSERS[opening["dollars"]]
    elif opening["begin"]:
        closer = re.escape(f"\\end{{{opening['env']}}}")
    elif opening["tex"]:
        closer = _CLOSERS[opening["tex"]]
    elif opening.groupdict().get("fence"):
        closer = rf"\n\s{{0,3}}{re.escape(opening['fence'].strip())}"
    else:
        closer = rf"(?<!`){opening['code']}(?!`)"
    found = re.compile(closer).search(text, opening.end())
    return (text[opening.end() : found.start()], found.end()) if found else None


def _syntax(opening: re.Match[str]) -> str | None:
    code = opening.groupdict()
    return None if code.get("fence") or (code.get("code") and not code.get("math")) else "latex"


def _uncommented(line: str) -> str:
    """A line of TeX without its comment, empty where it is nothing else."""
    found = re.search(r"(?<!\\)%", line)
    kept = line[: found.start()] if found else line
    return kept if kept.strip() else ""
