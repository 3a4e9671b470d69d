"""The tokens that every syntax is cut into, and the engine that cuts: a table of rules, the first that fits wins.

A syntax is a subclass of `Lexer` with its own `rules`; what all of them share (operators, relations, blanks) is here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, NoReturn

from sympy import Rational

from symparams.errors import FormulaTextError
from symparams.formulas.naming import Names, Spelling

__all__ = ["MOST_DEPTH", "Lexer", "Numeral", "Rule", "Token", "Undecided", "folded"]

MOST_TOKENS = 1000
MOST_DEPTH = 40  # of brackets, towers of powers, nested calls

OPERATORS = {
    **dict.fromkeys(("+", "⁺"), "+"),
    **dict.fromkeys(("-", "−", "–", "⁻", "﹣"), "-"),
    **dict.fromkeys(("*", "×", "·", "⋅", "∗", "•", "∙", "⨯", "✕"), "*"),
    **dict.fromkeys(("/", "÷", "∕", "⁄"), "/"),
    **{sign: sign for sign in "()[]{}⌈⌉⌊⌋|,:^%_"},
    **dict.fromkeys((";", "，"), ","),
    "【": "[",
    "】": "]",
    "√": "root",
}
RELATIONS = {
    **dict.fromkeys(("=", "==", ":=", "≔", "≜", "≡"), "="),
    **dict.fromkeys(("≈", "≃", "≅", "~=", "≒"), "≈"),
    **dict.fromkeys(("∼", "~", "～"), "∼"),
    "∝": "∝",
    "<": "<",
    ">": ">",
    **dict.fromkeys(("<=", "≤", "⩽"), "≤"),
    **dict.fromkeys((">=", "≥", "⩾"), "≥"),
}
VULGAR = {chr(code) for code in (*range(0xBC, 0xBF), *range(0x2150, 0x215F))}
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ", "0123456789+-()n", strict=True))


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: its exact value, and the unit of its last digit where it is a rounded one (124M, 0.75)."""

    value: Rational
    unit: Rational | None = None
    suffixed: bool = False  # 124M: the letter may have been meant as a size
    grouped: bool = False  # 1,024: the comma may have been meant to separate
    ten: bool = False  # 10²³, the scale of a number before it

    @property
    def counts(self) -> bool:
        """Whether it is written as counts are: 786,825,216 or 124M."""
        return self.suffixed or self.grouped


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a formula, from `start` to `end` in the text; `text` is its sign in a spelling common to all syntaxes."""

    kind: str  # "number", "name", "relation", "end", or the sign itself
    text: str
    start: int
    end: int
    spaced: bool = False  # a blank before it
    broken: bool = False  # a line break before it
    apart: bool = False  # a wide blank or a note before it
    numeral: Numeral | None = None
    spelling: Spelling | None = None
    answers: tuple[str, ...] = ()  # of a condition: "bias", "not bias"


def folded(text: str) -> str:
    """The text with full-width and styled characters in their plain form, each still in its place.

    >>> folded("（４𝑑＋１）²")
    '(4d+1)²'
    """
    if text.isascii():
        return text

    def plain(character: str) -> str:
        form = unicodedata.decomposition(character)
        if not form.startswith(("<wide>", "<font>", "<narrow>")):
            return character
        same = unicodedata.normalize("NFKC", character)
        return same if len(same) == 1 else character

    return "".join(map(plain, text))


class Undecided(Exception):  # noqa: N818 - the reader answers it by reading once for each branch
    """A place where a text says several things at once: the question and its answers."""


Rule = tuple[re.Pattern[str], Callable[..., Iterator[Token]]]

SIGN = re.compile("|".join(re.escape(sign) for sign in sorted([*OPERATORS, *RELATIONS], key=len, reverse=True)))
BLANK = re.compile(r"[^\S\n]+|[\u200b-\u200d\u2060-\u2064\ufeff]+")


class Lexer:
    """Cuts a text into tokens. `rules` is the table of a syntax; each rule's method yields the tokens of one match."""

    rules: ClassVar[tuple[Rule, ...]] = ()
    products_implied: ClassVar[bool] = True  # 12Nd is 12·N·d
    tex_arguments: ClassVar[bool] = False  # ^23 raises the 2 alone

    def __init__(self, source: str, names: Names, branches: Mapping[str, int] | None = None) -> None:
        self.source, self.names, self.branches = source, names, branches
        self.text = folded(source)
        self.taken: dict[str, str] = {}  # the branches that are read, in words
        self.place, self.stop = 0, len(source)
        self.previous: Token | None = None
        self._spaced = self._broken = self._apart = False

    def tokens(self, start: int, stop: int) -> list[Token]:
        """The tokens of the text from `start` to `stop`, and one of kind "end"."""
        found: list[Token] = []
        for token in self.scan(start, stop):
            found.append(token)
            if len(found) > MOST_TOKENS:
                self.fail(token.start, "a formula of too many parts", f"at most {MOST_TOKENS} signs", "split the formula")
        return [*found, Token("end", "the end", stop, stop)]

    def scan(self, start: int, stop: int) -> Iterator[Token]:
        self.place, outer, self.stop = start, self.stop, stop
        while self.place < stop:
            for pattern, cut in self.rules:
                match = pattern.match(self.text, self.place, stop)
                if match:
                    self.place = match.end()
                    for token in cut(self, match):
                        self.previous = replace(
                            token,
                            spaced=token.spaced or self._spaced,
                            broken=token.broken or self._broken,
                            apart=token.apart or self._apart,
                        )
                        self._spaced = self._broken = self._apart = False
                        yield self.previous
                    break
            else:
                self.strange()
        self.stop = outer

    def branch(self, place: int, question: str, answers: tuple[str, ...], given: str, move: str) -> int:
        """Which branch of a text is read where it has several; where it may have none, it is refused as `given`."""
        if self.branches is None:
            self.fail(place, given, "one formula, without statements or conditions", move)
        if question not in self.branches:
            raise Undecided(question, answers)
        self.taken[question] = answers[self.branches[question]]
        return self.branches[question]

    def fail(self, place: int, given: str, wanted: str, move: str) -> NoReturn:
        raise FormulaTextError(self.source, place, given, wanted, move) from None

    def strange(self) -> NoReturn:
        character = self.text[self.place]
        self.fail(
            self.place,
            f"{character!r} has no meaning in a formula",
            "numbers, declared names, + - × / ^, brackets and relations",
            "write the formula alone, without it",
        )

    # the rules that syntaxes share

    def blank(self, match: re.Match[str]) -> Iterator[Token]:
        self._spaced = True
        yield from ()

    def wide_blank(self, match: re.Match[str]) -> Iterator[Token]:
        self._spaced = self._apart = True
        yield from ()

    def line_break(self, match: re.Match[str]) -> Iterator[Token]:
        self._spaced = self._broken = True
        yield from ()

    def sign(self, match: re.Match[str]) -> Iterator[Token]:
        sign = match[0]
        if sign in RELATIONS:
            yield Token("relation", RELATIONS[sign], match.start(), match.end())
        else:
            yield Token(OPERATORS[sign], OPERATORS[sign], match.start(), match.end())

    def floor_division(self, match: re.Match[str]) -> Iterator[Token]:
        yield Token("//", "//", match.start(), match.end())

    def double_star(self, match: re.Match[str]) -> Iterator[Token]:
        yield Token("^", "^", match.start(), match.end())
