r"""Formulas as papers write them: N(12d^2+13d)+Vd, d_{\text{model}}, \frac{1}{2} n (n+1), \sum_{l=1}^{L} 12 h^2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symparams.formulas.commands import (
    ABOVE,
    ACCENTS,
    COMMENT,
    ENDED,
    ENVIRONMENTS,
    FONT,
    GREEK,
    LAYOUT,
    NOTED_FACTOR,
    PRIMES,
    REFUSED,
    RELATIONS,
    SIGNS,
    STYLED,
    SUFFIX,
    UPRIGHT,
    WHOLE,
)
from symparams.formulas.naming import Spelling
from symparams.formulas.numerals import NumeralLexer, number_pattern
from symparams.formulas.plain import PlainLexer
from symparams.formulas.tokens import BLANK, MOST_DEPTH, SIGN, Lexer, Token

__all__ = ["LatexLexer"]

_INDEX = re.compile(
    r"\s*(?:\\left)?\s*(?:\[\s*([A-Za-z0-9]+(?:\s*[+-]\s*[0-9]{1,3})?)\s*(?:\\right)?\]"
    r"|\(\s*([A-Za-z0-9]+(?:\s*[+-]\s*[0-9]{1,3})?)\s*(?:\\right)?\))\s*"
)
_LAST = rf"\\end\{{(?:{ENVIRONMENTS})\*?\}}|\\(?:tag|label)\*?\{{|\\(?:nonumber|notag){ENDED}"


class LatexLexer(PlainLexer):
    """LaTeX, with the Unicode signs that people mix into it."""

    tex_arguments = True
    braces = 0
    suffix = re.compile(
        rf"(?:\s|~|\\[,;: ])?(?:\\(?:text|mathrm|textrm|mbox|operatorname)\{{\s*([{SUFFIX}])\s*\}}|"
        rf"([{SUFFIX}])(?![A-Za-z0-9_^({{\\']))"
    )

    def command(self, match: re.Match[str]) -> Iterator[Token]:
        name, start, end = match["command"], match.start(), match.end()
        if name in REFUSED:
            self.fail(start, *REFUSED[name])
        elif name in RELATIONS:
            yield Token("relation", RELATIONS[name], start, end)
        elif name in ("max", "min"):
            yield Token("name", name, start, end, spelling=Spelling((name,), whole=True))
        elif name in SIGNS:
            yield Token(SIGNS[name], SIGNS[name], start, end)
        else:
            self.fail(start, f"the command \\{name}", "the commands of formulas", "rewrite the formula without it")

    def braced_name(self, match: re.Match[str]) -> Iterator[Token]:
        yield from self.labelled(match.start(), (match["letter"],))

    def cases(self, match: re.Match[str]) -> Iterator[Token]:
        """One row of the cases, in brackets; which one is the reader's question."""
        rows, begin = list[tuple[int, int, str]](), match.start("rows")
        for row in re.split(r"(\\\\(?:\[[^\]]*\])?)", match["rows"]):
            formula, _, condition = row.partition("&")
            if formula.strip() and not row.startswith("\\\\"):
                words = " ".join(re.sub(r"\\[A-Za-z]+|[{}$\\~]", " ", condition).split()).strip(" ,.;:").removeprefix("if ")
                rows.append((begin, begin + len(formula.rstrip(" ,.;\n")), words or f"case {len(rows) + 1}"))
            begin += len(row)
        if not rows:
            self.fail(match.start(), "cases without a row", "a formula for each case", "write the cases, or leave them out")
        answers = tuple(words for *_, words in rows)
        given = "cases, of which one holds"
        start, stop, _ = rows[self.branch(match.start(), f"cases at {match.start()}", answers, given, "give one case at a time")]
        end = match.end()
        yield Token("(", "(", start, start)
        yield from self.scan(start, stop)
        yield Token(")", ")", stop, stop)
        self.place = end

    def order(self, match: re.Match[str]) -> Iterator[Token]:
        yield Token("order", "O", match.start(), match.end())

    def bare_percent(self, match: re.Match[str]) -> Iterator[Token]:
        given, move = "a bare %, which starts a comment in LaTeX", r"write \%, or leave the comment out"
        self.fail(match.start(), given, r"\% for per cent", move)

    def braced(self, match: re.Match[str]) -> Iterator[Token]:
        """What a brace spans, without the note beside the brace."""
        opening, end = match.end() - 1, self.group_end(match.end() - 1)
        self.braces += 1
        if self.braces > MOST_DEPTH:
            self.fail(match.start(), "too many braces", f"at most {MOST_DEPTH}", "leave the braces out")
        yield Token("{", "{", opening, opening + 1)
        yield from self.scan(opening + 1, end - 1)
        yield Token("}", "}", end - 1, end)
        self.place = end
        if beside := re.compile(r"\s*([_^])\s*").match(self.text, end):
            note, place = self.argument(beside.end())
            if NOTED_FACTOR.match(note) or (beside[1] == "_") != (match["side"] == "under"):
                given = f"the note {note!r} at a brace, which may be a factor or a power"
                self.fail(place, given, "a note that is no part of the formula", "write the factor into the formula")

    def name(self, match: re.Match[str]) -> Iterator[Token]:
        """A run of letters, a Greek letter or a word in some font, with its labels below and above and its primes."""
        if match["letters"]:
            word = match["letters"].replace("\\_", "_")
            yield from self.labelled(match.start(), tuple(word) if word.isalpha() else (word,), "_" in word)
        elif match["greek"]:
            letter = "ell" if match["greek"] == "ell" and "ell" in self.names.declared else GREEK[match["greek"]]
            yield from self.labelled(match.start(), (letter,))
        else:
            written, place = self.argument(match.end())
            colon = written.rstrip().endswith(":")
            if word := self.label(written.rstrip(": ") if colon else written):
                path = "\\" + match["font"] if re.fullmatch(STYLED, match["font"]) else ""
                accent = f"_{match['font']}" if re.fullmatch(ACCENTS, match["font"]) else ""
                yield from self.labelled(match.start(), (word,), len(word) > 1, path, accent)
                if colon:
                    yield Token(":", ":", self.place - 1, self.place)
            elif written.strip() in (",", ";"):
                yield Token(",", ",", match.start(), self.place)
            elif re.fullmatch(r"\s*[(\[].*[)\]]\s*", written) and not NOTED_FACTOR.match(written.strip(" ([")):
                self._spaced = self._apart = True  # a note behind a term: \text{(4 biases)}
            elif re.fullmatch(r"[^\W_][\w\s-]*", words := written.strip(" :")) and not words.isascii():
                yield Token("name", words, match.start(), self.place, spelling=Spelling((words,), whole=True))
            elif written.strip():
                self.fail(place, f"{written.strip()!r} in the formula", "a name, without words around it", "give the formula alone")
            else:
                self._spaced = True

    def labelled(
        self, start: int, letters: tuple[str, ...], whole: bool = False, path: str = "", label: str = ""
    ) -> Iterator[Token]:
        power = range(0)
        while found := re.compile(r"\s*(?P<mark>'+|_|\^)\s*").match(self.text, self.place):
            if found["mark"][0] == "'":
                label += "_prime" * len(found["mark"])
                self.place = found.end()
                continue
            written, place = self.argument(found.end(), Spelling(letters, label) if found["mark"] == "_" else None)
            word = self.label(written)
            if found["mark"] == "_":
                if shifted := re.fullmatch(r"\s*([A-Za-z])\s*([+-])\s*([0-9]{1,3})\s*", written):
                    word = "".join(shifted.groups())
                if word is None and written:
                    self.fail(place, f"the subscript {written!r}", "a label", "give the size a name of its own: d_{model}")
                label += f"_{word or ''}"  # sympy writes lambda_ as \lambda_{}
            elif index := _INDEX.fullmatch(written):
                label += "_" + re.sub(r"\s", "", index[1] or index[2])
            elif PRIMES.fullmatch(written):
                label += "_prime" * written.count("prime")
            elif (
                word
                and ABOVE.fullmatch(written)
                and self.is_label(Spelling(letters, f"{label}_{word}", whole), word, place, "\\" in written)
            ):
                label += f"_{word}"
            elif not power and re.match(r"\s*_", self.text[self.place : self.place + 20]):  # d^2_{model} is d_{model}^2
                power = range(found.start(), self.place)
            else:
                self.place = found.start()
                break
        end = self.place
        yield Token("name", self.text[start:end], start, end, spelling=Spelling(letters, label, whole, path))
        yield from self.scan(power.start, power.stop)
        self.place = end

    def argument(self, place: int, below: Spelling | None = None) -> tuple[str, int]:
        """The text and the place of TeX's next argument, a group or one sign; the lexer goes behind it."""
        if self.text.startswith("{", place):
            self.place = self.group_end(place)
            return self.text[place + 1 : self.place - 1], place + 1
        start = place
        while font := FONT.match(self.text, place):
            place = font.end()
        if start != place and self.text.startswith("{", place):
            self.place = self.group_end(place)
        elif command := re.compile(r"\\[A-Za-z]+").match(self.text, place):
            self.place = command.end()
        else:
            self.place = min(place + 1, len(self.text))
            run = re.compile(r"[A-Za-z][A-Za-z0-9_]+").match(self.text, place)
            if run and below and self.known_below(below, run[0]):
                if self.known_below(below, run[0][0]):
                    move = f"write _{{{run[0]}}} or _{{{run[0][0]}}}"
                    self.fail(place, f"{run[0]!r} below a name without braces", "one reading", move)
                self.place = run.end()  # n_layer, where TeX would lower the l alone
        return self.text[start : self.place], start

    def known_below(self, spelling: Spelling, label: str) -> bool:
        return self.names.known(Spelling(spelling.letters, f"{spelling.label}_{label}")) is not None

    def group_end(self, place: int) -> int:
        """The place behind the group whose brace opens at `place`."""
        depth = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, place):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0:
                return found.end()
        return self.fail(place, "a brace that is never closed", "}", "close the brace")

    def label(self, written: str) -> str | None:
        r"""The words of a label, model of {\text{model}}, joined by underscores; None where it is no label."""
        words, fonts = FONT.subn(" ", written)
        words = re.sub(r"\\_", "_", re.sub(r"\\[,;:! ]|\\#|~|[{}]", " ", words))
        if re.fullmatch(r"[A-Za-z]\w*", words.strip(), re.ASCII):
            return words.strip()
        words = re.sub(rf"\\({'|'.join(GREEK)}){ENDED}", lambda greek: f" {GREEK[greek[1]]} ", words)
        letter = "[A-Za-z]" if fonts else "[A-Za-z]{2}"  # non-emb is a label, l-1 a difference
        words = re.sub(rf"(?<={letter})-(?={letter})", "_", words)
        parts = [part for part in re.split(r"[\s,_]+", words) if part]
        return "_".join(parts) if parts and all(re.fullmatch("[A-Za-z0-9]+", part) for part in parts) else None

    rules = (
        (BLANK, Lexer.blank),
        (re.compile(rf"{COMMENT}|\n(?!\s*\n)|~|\\[,;:!> \n]|&|\\(?:{LAYOUT}){ENDED}"), Lexer.blank),
        (re.compile(rf"\\(?:begin|end)\{{(?:{ENVIRONMENTS})\*?\}}(?:\{{[0-9]\}})?"), Lexer.blank),
        (re.compile(rf"[.,;](?=(?:[\s&~]|\\[,;!> \\])*(?:{_LAST}))"), Lexer.blank),
        (re.compile(r"\\(?:tag|label)\*?\{[^{}]*\}"), Lexer.blank),
        (
            re.compile(rf"\{{\s*\}}(?=\s*(?:[-+=<>≈]|\\(?:cdot|times|approx|le|ge){ENDED}))"),
            Lexer.blank,
        ),  # before a sign
        (re.compile(rf"\\q?quad{ENDED}|\\(?:short)?intertext\{{[^{{}}]*\}}"), Lexer.wide_blank),
        (re.compile(r"\\begin\{d?cases\}(?P<rows>(?:(?!\\(?:begin|end)\{)[\s\S])*)\\end\{d?cases\}"), cases),
        (re.compile(r"\\(?:num|numprint)\{(?P<inner>[^{}]*)\}"), NumeralLexer.num),
        (re.compile(r"\\\\\*?(?:\[-?[0-9.]+(?:pt|em|ex|mm|cm)\])?|\n"), Lexer.line_break),
        (NumeralLexer.WORDED, NumeralLexer.worded_relation),
        (number_pattern(WHOLE), NumeralLexer.number),
        (re.compile(r"sum(?=_\{)"), PlainLexer.sum_sign),
        (re.compile(r"\{\s*(?:\\times|\\cdot|\\ast|[*×·])\s*\}"), PlainLexer.times_sign),
        (re.compile(r"\{\s*(?P<letter>[A-Za-z])\s*\}(?=\s*_)"), braced_name),
        (re.compile(r"\\(?:mathcal|mathrm|operatorname)\s*(?:\{\s*O\s*\}|O)(?=\s*(?:\\left|\\[bB]igg?l?|\\!)?\s*[(\[])"), order),
        (re.compile(r"\\(?P<side>under|over)brace\s*(?=\{)."), braced),
        (
            re.compile(
                rf"(?:\\\#(?:\s|\\,)*)?(?:(?P<letters>[A-Za-z]+(?:\\_[A-Za-z0-9]+)*)|\\(?P<greek>{'|'.join(GREEK)}){ENDED}|"
                rf"\\(?P<font>{UPRIGHT}|{STYLED}|{ACCENTS}){ENDED}\s*)"
            ),
            name,
        ),
        (re.compile(r"\\(?P<command>[A-Za-z]+|[{}%])"), command),
        (re.compile("%"), bare_percent),
        *PlainLexer.signs,
        (SIGN, Lexer.sign),
    )
