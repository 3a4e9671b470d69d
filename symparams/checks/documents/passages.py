"""Annotations and the formulas that they mean, in TeX, in Markdown and in docstrings, read line by line.

Where the formula is looked for, in this order:

1. right behind a comment that closes, `<!-- … --> $4d^2$`, then right before a comment: `$4d^2$ % symparams: …`;
2. in the rest of the sentence that the comment stands in, or before it on its line;
3. below: a display that comes first is meant; otherwise the first sentence in which a formula or a number claims something.

Inside of a TeX display a comment means the row that it stands above or behind. Where a sentence or a display makes several claims, the
annotation could mean each of them: nothing is judged then, and the message names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from symparams.checks.documents.annotation import read_annotation
from symparams.checks.documents.candidates import Candidate, Context, Says, bold_formulas, classify, in_context, numbers_in
from symparams.checks.documents.inputs import Preamble
from symparams.checks.documents.rows import formulas_in, without_layout
from symparams.checks.documents.stretches import ENVIRONMENTS, LONGEST_FORMULA, Chunk, Stretch, closing_pattern, scanned
from symparams.checks.documents.tex import uncommented
from symparams.errors import DocumentError, SymparamsError, shown

__all__ = ["MARK", "MARKUPS", "Markup", "Passage", "passages"]

MARK = "symparams:"
LONGEST_LINE, FARTHEST = 20_000, 30  # characters, lines from annotation to formula

_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_DISPLAY = re.compile(
    rf"\\(?P<end>begin|end)\{{(?P<env>(?:{ENVIRONMENTS})\*?)\}}|(?<!\\)(?P<tex>\\\[|\\\])|(?<!\\)(?P<dollars>\$\$)"
)
_BESIDE_BEFORE = re.compile(r"[\s*_.,;:|)\]}~&]*\Z")
_BESIDE_BEHIND = re.compile(r"[\s*_|>(~]*")
_DIRECTIVE = re.compile(r"\s*\.\. math::(?P<first>[^\n]*)(?P<block>(?:\n.*)*)", re.DOTALL)
_NEXT = "put the annotation beside the one that it means: the comment right before or right behind it, or a display of its own"


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


class Passage(NamedTuple):
    """An annotation and the formula that it means, as written and as it is judged; `problem` where they cannot be told apart."""

    line: int
    annotation: str
    formula: str = ""
    claim: str = ""
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

    def put_back(self, *lines: tuple[int, str]) -> None:
        self.back.extend(reversed(lines))


@dataclass
class _Display:
    """The display of TeX that a line stands in: what closes it, and its lines so far."""

    environment: str = ""
    closer: str = ""
    lines: list[str] = field(default_factory=list)

    def follow(self, line: str) -> None:
        """Goes on to the end of a line, which has no comment any more."""
        start = 0
        for found in _DISPLAY.finditer(line) if "\\" in line or "$$" in line else ():
            if self.closer:
                if re.fullmatch(self.closer, found[0]):
                    self.closer, self.lines = "", []
            elif found["end"] != "end" and found["tex"] != "\\]":
                self.environment = found["env"] or ""
                self.closer, self.lines, start = closing_pattern(self.environment, found[0]), [], found.end()
        if self.closer and sum(map(len, self.lines)) < LONGEST_FORMULA:
            self.lines.append(line[start:])


def passages(lines: Iterable[tuple[int, str]], kind: str, preamble: Preamble | None = None) -> Iterator[Passage]:
    r"""Every annotation in numbered lines of "tex", "markdown" or "docstring", with its formula.

    The macros that the lines define are added to the preamble's.

    >>> list(passages([(1, "% symparams: LSTM(I, H)"), (2, r"\[ 4(eh+h^2+h), \]")], "tex"))
    [Passage(line=2, annotation='LSTM(I, H)', formula='4(eh+h^2+h),', claim='4(eh+h^2+h),', syntax='latex', problem='')]
    """
    markup, preamble = MARKUPS[kind], preamble or Preamble()
    numbered = _Lines(preamble.reading(lines, markup.tex_comments))
    fence, display = "", _Display()
    for number, line in numbered:
        if markup.fenced and (mark := re.match(r"\s{0,3}(```+|~~~+)", line)):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        if not fence and MARK in line:
            if len(line) > LONGEST_LINE:
                yield Passage(number, "", problem=f"a line of {len(line):,} characters, of which at most {LONGEST_LINE:,} are read")
            elif found := _comment(line, markup):
                yield _Search(markup, numbered, preamble, display).passage(number, line, found)
        if markup.tex_comments and ("\\" in line or "$$" in line or display.closer):
            display.follow(uncommented(line[:LONGEST_LINE]))


def _comment(line: str, markup: Markup) -> re.Match[str] | None:
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
class _Search:
    """The search for the formula of one annotation."""

    markup: Markup
    lines: _Lines
    preamble: Preamble
    display: _Display
    context: Context = field(default_factory=Context)

    def passage(self, number: int, line: str, found: re.Match[str]) -> Passage:
        """The annotation that a line has, with its formula."""
        closed_by = "-->" if found[0].lstrip().startswith("<!--") else self.markup.closed_by
        before, annotation, at, rest = line[: found.start()], line[found.end() :], number, ""
        if closed_by:
            while closed_by not in annotation:
                following = self.lines.take()
                if following is None or len(annotation) > LONGEST_FORMULA:
                    return Passage(number, "", problem=f"a comment that is never closed by {closed_by}")
                at, annotation = following[0], f"{annotation}\n{following[1]}"
            annotation, _, rest = annotation.partition(closed_by)
        else:
            annotation, at = _continued(annotation, at, found[0], self.lines)
        annotation = annotation.strip()
        with suppress(SymparamsError):  # whoever judges the passage says it
            self.context = Context.of(read_annotation(annotation))
        try:
            at, candidate = self._meant(number, before, at, rest)
        except _UndecidedError as error:
            return Passage(error.line or number, annotation, error.written, problem=str(error))
        try:
            claim = self.preamble.macros.expand(candidate.claim) if candidate.syntax == "latex" else candidate.claim
        except DocumentError as error:
            return Passage(at, annotation, candidate.written, problem=str(error))
        return Passage(at, annotation, candidate.written, claim, candidate.syntax)

    def _meant(self, number: int, before: str, at: int, rest: str) -> tuple[int, Candidate]:
        """The formula that is meant, and its line."""
        if self.display.closer and (inside := self._in_display(number, before)):
            return inside
        below = self._below(at, rest)
        claims_behind = False
        if rest.strip():
            found = _BESIDE_BEHIND.match(below.text)
            start = found.end() if found else 0
            end_of_line = below.text.find("\n") if "\n" in below.text else len(below.text)
            candidates = self._candidates(below, 0, max(start + 1, end_of_line), beside=start)
            for candidate in candidates:
                if candidate.start <= start < candidate.end and candidate.says is not Says.SIZE:
                    return below.line_at(candidate.start), candidate
            claims_behind = any(found.says is Says.CLAIM for found in candidates)
        if before.strip() and (behind := self._before(number, before, claims_behind)):
            return number, behind
        return self._first_below(below)

    def _before(self, number: int, before: str, claims_behind: bool) -> Candidate | None:
        """The formula right before the annotation, or the claim of the sentence before it where there is none behind it."""
        text = scanned(before, [number], self.markup.formulas)
        spans = [span for span in text.sentences() if text.text[span[0] : span[1]].strip()]
        last = next(reversed(self._candidates(text, *spans[-1], beside=-1)), None) if spans else None
        if last and _BESIDE_BEFORE.match(text.text, last.end) and last.says in (Says.CLAIM, Says.NAME):
            return last
        return self._chosen(text, *spans[-1]) if spans and not claims_behind else None

    def _first_below(self, below: Stretch) -> tuple[int, Candidate]:
        """The display that comes first, or the claim of the first sentence that makes one."""
        start = len(below.text) - len(below.text.lstrip())
        first = below.chunks.get(start)
        if first and first.display and not first.problem:
            candidates = self._of_chunk(first, start)
            if len(candidates) > 1 and (claims := [found for found in candidates if found.says is Says.CLAIM]):
                candidates = claims
            if len(candidates) == 1 and candidates[0].says is not Says.SIZE:
                return first.line, candidates[0]
            if len(candidates) > 1:
                raise _many(first.line, candidates)
        elif self.markup.whole_line and (line := self._whole_line(below, start)):
            return line
        for span in below.sentences():
            for place, chunk in below.chunks.items():
                if span[0] <= place < span[1] and chunk.problem and chunk.display:
                    raise _UndecidedError(chunk.problem)
            if chosen := self._chosen(below, *span):
                return below.line_at(chosen.start), chosen
        if problem := next((chunk.problem for chunk in below.chunks.values() if chunk.problem), None):
            raise _UndecidedError(problem)
        sizes = [found.written for found in self._candidates(below, 0, len(below.text)) if found.says is not Says.OTHER]
        if sizes:
            given = f"an annotation without a formula: only {', '.join(map(shown, sizes[:4]))}"
            raise _UndecidedError(str(DocumentError(given, "a formula or a number of parameters, not only sizes and names", _NEXT)))
        raise _UndecidedError("an annotation without a formula")

    def _whole_line(self, below: Stretch, start: int) -> tuple[int, Candidate] | None:
        """A line of a docstring without signs around its formula, or what stands in a math directive."""
        line, directive = below.line_at(start), _DIRECTIVE.match(below.text)
        if directive:
            block = [text for text in directive["block"].split("\n") if not re.match(r"\s*:[a-z]+:", text)]
            formula = directive["first"].strip() or "\n".join(block).strip()
            if not directive["first"].strip():
                line = below.line_at(below.text.find(next((text for text in block if text.strip()), ""), start))
            return line, Candidate(formula, self._expanded(without_layout(formula)), "latex", Says.CLAIM, 0, 0)
        written = below.text[start:].partition("\n")[0].strip()
        place = start + len(written)
        sentence = re.search(r"[^\W\d_]{3,} +[^\W\d_]{2,}", written)
        claims = sentence and any(found.says is Says.CLAIM for found in self._candidates(below, 0, len(below.text)))
        if not written or claims or any(start <= at <= place for at in below.chunks):
            return None
        return line, Candidate(written, self._expanded(written), None, Says.CLAIM, start, place)

    def _in_display(self, number: int, before: str) -> tuple[int, Candidate] | None:
        """The row of a TeX display that a comment within it stands behind or above, or the display that ends before the comment."""
        code = uncommented(before)
        closing = re.search(self.display.closer, code)
        if code.strip():
            content = "\n".join([*self.display.lines, code[: closing.start()] if closing else code])
            candidates = self._of_chunk(Chunk(content, "latex", number, True, self.display.environment), 0)
            if closing and len(candidates) > 1:
                raise _many(number, candidates)
            return (number, candidates[-1]) if candidates else None
        taken: list[tuple[int, str]] = []
        content, first = "", 0
        while len(content) < LONGEST_FORMULA and (following := self.lines.take()):
            taken.append(following)
            if MARK in following[1] and _comment(following[1][:LONGEST_LINE], self.markup):
                break
            text = uncommented(following[1][:LONGEST_LINE])
            first = first or (following[0] if text.strip() else 0)
            if closing := re.search(self.display.closer, text):
                content += text[: closing.start()]
                break
            content += f"{text}\n"
        self.lines.put_back(*taken)
        candidates = self._of_chunk(Chunk(content, "latex", first, True, self.display.environment), 0)
        return (first, candidates[0]) if candidates else None

    def _below(self, at: int, rest: str) -> Stretch:
        """The rest of the annotation's line and the paragraph that follows it, which are put back."""
        taken: list[tuple[int, str]] = []
        kept: list[tuple[int, str]] = []
        if rest.strip():
            other = _comment(rest, self.markup) if MARK in rest else None
            kept.append((at, rest[: other.start()] if other else rest))
        if not (rest.strip() and kept[0][1] != rest):
            self._take_paragraph(taken, kept)
        kind = self.markup.formulas
        while True:
            stretch = scanned("\n".join(text for _, text in kept), [number for number, _ in kept] or [at], kind)
            unclosed = next((chunk for chunk in stretch.chunks.values() if chunk.problem and chunk.display), None)
            sizes = sum(len(text) for _, text in kept)
            if unclosed is None or sizes > LONGEST_FORMULA or not self._take_until_closed(taken, kept):
                break
        self.lines.put_back(*([(at, rest)] if rest.strip() else []), *taken)
        return stretch

    def _take_paragraph(self, taken: list[tuple[int, str]], kept: list[tuple[int, str]]) -> None:
        started = bool(kept)
        while len(taken) < FARTHEST and (following := self.lines.take()):
            number, text = following[0], following[1][:LONGEST_LINE]
            if MARK in text and _comment(text, self.markup):
                self.lines.put_back(following)
                return
            taken.append(following)
            if not text.strip():
                if started and not kept[-1][1].rstrip(" *_").endswith(":"):
                    return
                if kept:
                    kept.append((number, ""))
                started = False
                continue
            if self.markup.tex_comments and not (text := uncommented(text)):
                continue  # a line that is a comment ends no paragraph
            kept.append((number, text))
            started = True

    def _take_until_closed(self, taken: list[tuple[int, str]], kept: list[tuple[int, str]]) -> bool:
        """Takes further lines, up to one that may close an environment or a fence; whether there were any."""
        before, size = len(taken), 0
        while size <= LONGEST_FORMULA and (following := self.lines.take()):
            number, text = following[0], following[1][:LONGEST_LINE]
            if MARK in text and _comment(text, self.markup):
                self.lines.put_back(following)
                break
            taken.append(following)
            text = uncommented(text) if self.markup.tex_comments else text
            kept.append((number, text))
            size += len(text) + 1
            if re.search(r"\\end\{|```|~~~", text):
                break
        return len(taken) > before

    def _chosen(self, stretch: Stretch, start: int, stop: int) -> Candidate | None:
        """The one claim of a sentence, None where it makes none."""
        claims = [found for found in self._candidates(stretch, start, stop) if found.says is Says.CLAIM]
        if len({re.sub(r"[\s$]", "", found.claim) for found in claims}) > 1:
            raise _many(stretch.line_at(claims[0].start), claims)
        return claims[0] if claims else None

    def _candidates(self, stretch: Stretch, start: int, stop: int, beside: int | None = None) -> list[Candidate]:
        """What a part of a text states, in order; a number or a name that an annotation stands beside is a claim."""
        found: list[Candidate] = []
        for place, chunk in stretch.chunks.items():
            if start <= place < stop and not chunk.problem:
                for candidate in self._of_chunk(chunk, place):
                    seen = in_context(candidate, stretch.text, self.context)
                    if beside is not None and candidate.says in (Says.NUMBER, Says.NAME) and seen.says in (Says.OTHER, Says.NAME):
                        last = beside < 0 and _BESIDE_BEFORE.match(stretch.text, seen.end)
                        seen = replace(candidate, says=Says.CLAIM) if last or beside == place else seen
                    found.append(seen)
        found += numbers_in(stretch.text, self.context, start, stop)
        if self.markup.formulas == "markdown":
            found += bold_formulas(stretch.text, self.context, start, stop)
        found.sort(key=lambda candidate: (candidate.start, -candidate.end))
        kept: list[Candidate] = []
        for candidate in found:
            if not kept or candidate.start >= kept[-1].end or candidate.start == kept[-1].start:
                kept.append(candidate)
        return kept

    def _of_chunk(self, chunk: Chunk, place: int) -> list[Candidate]:
        """The formulas of what stands between one pair of signs."""

        def is_size(part: str) -> bool:
            return classify(self._expanded(part), "latex", self.context) is Says.SIZE

        content = chunk.content.strip()
        parts = formulas_in(content, chunk.environment, is_size) if chunk.syntax == "latex" else [content]
        written = [content] if len(parts) == 1 else parts
        found = []
        for part, as_written in zip(parts, written, strict=True):
            claim = self._expanded(part) if chunk.syntax == "latex" else part
            if claim.strip():
                says = classify(claim, chunk.syntax, self.context)
                found.append(Candidate(as_written, claim, chunk.syntax, says, place, place + 1))
        return found

    def _expanded(self, part: str) -> str:
        """A formula with its macros written out; as it is where they cannot be, which is told when it is judged."""
        try:
            return self.preamble.macros.expand(part)
        except DocumentError:
            return part


class _UndecidedError(Exception):
    """No formula that the annotation means, or several; `written` are the several, in the line where the first stands."""

    def __init__(self, message: str, line: int = 0, written: str = "") -> None:
        super().__init__(message)
        self.line, self.written = line, written


def _many(line: int, candidates: list[Candidate]) -> _UndecidedError:
    listed = [" ".join(candidate.written.split()) for candidate in candidates]
    first = "; ".join(written if len(written) <= 60 else f"{written[:59]}…" for written in listed[:5])
    more = f"; and {len(listed) - 5} more" if len(listed) > 5 else ""
    error = DocumentError(f"{len(listed)} claims that the annotation could mean: {first}{more}", "one", _NEXT)
    return _UndecidedError(str(error), line, "; ".join(listed))


def _continued(annotation: str, at: int, mark: str, lines: _Lines) -> tuple[str, int]:
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
