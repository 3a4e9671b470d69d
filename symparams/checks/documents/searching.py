"""The search for the formula that an annotation means.

Where the formula is looked for, in this order:

1. right behind a comment that closes, `<!-- … --> $4d^2$`, then right before a comment: `$4d^2$ % symparams: …`;
2. in the rest of the sentence that the comment stands in, or before it on its line;
3. below: a display that comes first is meant; otherwise the first sentence in which a formula or a number claims something.

Inside of a TeX display a comment means the row that it stands above or behind. Where a sentence or a display makes several
claims, the annotation could mean each of them: nothing is judged then, and the message names them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from symparams.checks.documents.candidates import Candidate, Context, Says, classify
from symparams.checks.documents.displays import Display
from symparams.checks.documents.inputs import Preamble
from symparams.checks.documents.markups import LONGEST_LINE, MARK, Lines, Markup, annotation_in
from symparams.checks.documents.prose import bold_formulas, in_context, numbers_in
from symparams.checks.documents.rows import formulas_in, without_layout
from symparams.checks.documents.stretches import LONGEST_FORMULA, Chunk, Stretch, scanned
from symparams.checks.documents.tex import uncommented
from symparams.errors import DocumentError, shown

__all__ = ["Search", "UndecidedError"]

FARTHEST = 30  # lines from annotation to formula

_BESIDE_BEFORE = re.compile(r"[\s*_.,;:|)\]}~&]*\Z")
_BESIDE_BEHIND = re.compile(r"[\s*_|>(~]*")
_DIRECTIVE = re.compile(r"\s*\.\. math::(?P<first>[^\n]*)(?P<block>(?:\n.*)*)", re.DOTALL)
_NEXT = "put the annotation beside the one that it means: the comment right before or right behind it, or a display of its own"


@dataclass
class Search:
    """The search for the formula of one annotation."""

    markup: Markup
    lines: Lines
    preamble: Preamble
    display: Display
    context: Context = field(default_factory=Context)

    def meant(self, number: int, before: str, at: int, rest: str) -> tuple[int, Candidate]:
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
                    raise UndecidedError(chunk.problem)
            if chosen := self._chosen(below, *span):
                return below.line_at(chosen.start), chosen
        if problem := next((chunk.problem for chunk in below.chunks.values() if chunk.problem), None):
            raise UndecidedError(problem)
        sizes = [found.written for found in self._candidates(below, 0, len(below.text)) if found.says is not Says.OTHER]
        if sizes:
            given = f"an annotation without a formula: only {', '.join(map(shown, sizes[:4]))}"
            raise UndecidedError(str(DocumentError(given, "a formula or a number of parameters, not only sizes and names", _NEXT)))
        raise UndecidedError("an annotation without a formula")

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
            if MARK in following[1] and annotation_in(following[1][:LONGEST_LINE], self.markup):
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
            other = annotation_in(rest, self.markup) if MARK in rest else None
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
            if MARK in text and annotation_in(text, self.markup):
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
            if MARK in text and annotation_in(text, self.markup):
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


class UndecidedError(Exception):
    """No formula that the annotation means, or several; `written` are the several, in the line where the first stands."""

    def __init__(self, message: str, line: int = 0, written: str = "") -> None:
        super().__init__(message)
        self.line, self.written = line, written


def _many(line: int, candidates: list[Candidate]) -> UndecidedError:
    listed = [" ".join(candidate.written.split()) for candidate in candidates]
    first = "; ".join(written if len(written) <= 60 else f"{written[:59]}…" for written in listed[:5])
    more = f"; and {len(listed) - 5} more" if len(listed) > 5 else ""
    error = DocumentError(f"{len(listed)} claims that the annotation could mean: {first}{more}", "one", _NEXT)
    return UndecidedError(str(error), line, "; ".join(listed))
