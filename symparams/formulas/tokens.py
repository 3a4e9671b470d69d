"""The tokens that every syntax is cut into, and the engine that cuts: a table of rules, the first that fits wins.

A syntax is a subclass of `Lexer` with its own `rules`; what all of them share (operators, digits, capped numbers) is here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, NoReturn

from sympy import Integer, Rational

from symparams.errors import FormulaTextError
from symparams.formulas.naming import Names, Spelling

__all__ = ["MAGNITUDES", "MOST_DEPTH", "MOST_DIGITS", "Lexer", "Numeral", "Rule", "Token", "folded"]

MOST_DIGITS = 100  # of one number: sizes end long before
MOST_TOKENS = 1000
MOST_DEPTH = 40  # of brackets, towers of powers, nested calls

OPERATORS = {
    **dict.fromkeys(("+", "⁺"), "+"),
    **dict.fromkeys(("-", "−", "–", "⁻", "﹣"), "-"),
    **dict.fromkeys(("*", "×", "·", "⋅", "∗", "•", "∙", "⨯", "✕"), "*"),
    **dict.fromkeys(("/", "÷", "∕", "⁄"), "/"),
    **{sign: sign for sign in "()[]{}⌈⌉⌊⌋|,:^%_"},
    "【": "[",
    "】": "]",
    "√": "root",
}
RELATIONS = {
    **dict.fromkeys(("=", "==", ":=", "≔", "≜", "≡"), "="),
    **dict.fromkeys(("≈", "≃", "≅", "~=", "≒"), "≈"),
    **dict.fromkeys(("∼", "~", "～"), "∼"),
    "∝": "∝",
}
MAGNITUDES = {"K": 3, "k": 3, "M": 6, "B": 9, "G": 9, "T": 12, "万": 4, "亿": 8}
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
    numeral: Numeral | None = None
    spelling: Spelling | None = None


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


Rule = tuple[re.Pattern[str], Callable[..., Iterator[Token]]]

SIGN = re.compile("|".join(re.escape(sign) for sign in sorted([*OPERATORS, *RELATIONS], key=len, reverse=True)))
BLANK = re.compile(r"[^\S\n]+|[\u200b-\u200d\u2060-\u2064\ufeff]+")
_NUMBER = r"%s(?P<fraction>\.[0-9]+)?|(?P<bare>\.[0-9]+)"


def number_pattern(whole: str, exponent: str = r"(?:[eE](?P<power>[+-]?[0-9]+))?") -> re.Pattern[str]:
    """The pattern of a number whose part before the point, the group `digits`, is spelt as `whole`."""
    return re.compile(f"(?:{_NUMBER % whole}){exponent}")


class Lexer:
    """Cuts a text into tokens. `rules` is the table of a syntax; each rule's method yields the tokens of one match."""

    rules: ClassVar[tuple[Rule, ...]] = ()
    products_implied: ClassVar[bool] = True  # 12Nd is 12·N·d
    tex_arguments: ClassVar[bool] = False  # ^23 raises the 2 alone
    suffix: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")  # the K, M, B or T behind a number

    def __init__(self, source: str, names: Names) -> None:
        self.source, self.names = source, names
        self.text = folded(source)
        self.place = 0
        self.previous: Token | None = None
        self._spaced = self._broken = False

    def tokens(self, start: int, stop: int) -> list[Token]:
        """The tokens of the text from `start` to `stop`, and one of kind "end"."""
        found: list[Token] = []
        for token in self.scan(start, stop):
            found.append(token)
            if len(found) > MOST_TOKENS:
                self.fail(token.start, "a formula of too many parts", f"at most {MOST_TOKENS} signs", "split the formula")
        return [*found, Token("end", "the end", stop, stop)]

    def scan(self, start: int, stop: int) -> Iterator[Token]:
        self.place = start
        while self.place < stop:
            for pattern, cut in self.rules:
                match = pattern.match(self.text, self.place, stop)
                if match:
                    self.place = match.end()
                    for token in cut(self, match):
                        self.previous = replace(token, spaced=token.spaced or self._spaced, broken=token.broken or self._broken)
                        self._spaced = self._broken = False
                        yield self.previous
                    break
            else:
                self.strange()

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

    def number(self, match: re.Match[str]) -> Iterator[Token]:
        whole = re.sub("[^0-9]", "", match["digits"] or "0")
        fraction = (match["fraction"] or match["bare"] or ".")[1:]
        power = match["power"]
        if len(whole) + len(fraction) > MOST_DIGITS or (power and (len(power) > 4 or abs(int(power)) > MOST_DIGITS)):
            self.fail(match.start(), "a number that is too long", f"at most {MOST_DIGITS} digits", "check the number")
        if re.match(r"\.?[0-9]", self.text[match.end() : match.end() + 2]):
            self.fail(match.start(), f"{match[0]!r} is cut by a second point", "one number", "write 1,024 or 1.5")
        letter = "e" if "e" in match[0] else "E"
        if power and self.products_implied and letter in self.names.declared:
            given = f"{match[0]!r} can be a number or a product with the declared {letter}"
            self.fail(match.start(), given, "one reading", f"write a * before {letter}")
        shift = int(power or 0) - len(fraction)
        value, unit = Rational(int(whole + fraction)) * Rational(10) ** shift, Rational(10) ** shift
        rounded = bool(fraction) or bool(power)
        grouped = "," in (match["digits"] or "") and "{" not in match["digits"]
        numeral = Numeral(value, unit if rounded else None, grouped=grouped)
        yield self.magnified(Token("number", match[0], match.start(), match.end(), numeral=numeral))

    def magnified(self, token: Token) -> Token:
        """The number with the K, M, B or T that follows it, unless that is a declared size."""
        match = self.suffix.match(self.text, token.end)
        assert token.numeral is not None
        if not match:
            return token
        letter = next(group for group in match.groups() if group)
        if letter in self.names.declared:
            if "." in token.text:
                given = f"{self.text[token.start : match.end()]!r} can be a number or a product with the declared {letter}"
                self.fail(token.start, given, "one reading", f"write {token.text}e{MAGNITUDES[letter]} or {token.text} * {letter}")
            return token
        self.place = match.end()
        scale = Integer(10) ** MAGNITUDES[letter]
        numeral = token.numeral
        return replace(
            token, end=match.end(), text=token.text + letter,
            numeral=Numeral(numeral.value * scale, (numeral.unit or Integer(1)) * scale, True, numeral.grouped),
        )  # fmt: skip
