"""Numbers as people write them: 124,439,808, 124 439 808, 1.5e9, 124M, 6.7b, 138 million parameters, about 7 billion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from sympy import Integer, Rational

from symparams.formulas.naming import Undeclared
from symparams.formulas.tokens import Lexer, Numeral, Token

__all__ = ["MAGNITUDES", "NumeralLexer", "number_pattern"]

_LONGEST_SIDE = 200  # characters before and behind a number that are looked at for letters
MOST_DIGITS = 100  # of one number: sizes end long before

MAGNITUDES = {"K": 3, "k": 3, "M": 6, "B": 9, "G": 9, "T": 12, "万": 4, "亿": 8}
_LOWER = {"m": 6, "b": 9}  # a magnitude only where the number ends there: 6.7b, but 6.7b^2
_WORDS = {
    "thousand": 10**3,
    **dict.fromkeys(("million", "millions", "mln", "mio"), 10**6),
    **dict.fromkeys(("billion", "billions", "bn", "milliard", "mrd"), 10**9),
    **dict.fromkeys(("trillion", "trillions"), 10**12),
    "quadrillion": 10**15,
    "quintillion": 10**18,
    "sextillion": 10**21,
    **{prefix: 2 ** (10 * power) for power, prefix in enumerate(("kibi", "mebi", "gibi", "tebi"), 1)},
}
_GAP = r"(?:[\s~\u00a0\u202f-]|\\[,;: !]|\\quad(?![A-Za-z])){0,8}"
_UPRIGHT = r"(?:\\(?:text|textrm|mathrm|mbox|operatorname)\s*\{\s*)"
_WORD = re.compile(rf"{_GAP}{_UPRIGHT}?{_GAP}(?P<word>{'|'.join(_WORDS)})(?![^\W\d_])\.?", re.IGNORECASE)
_UNIT = re.compile(
    rf"{_GAP}{_UPRIGHT}?{_GAP}(?:(?:trainable|learnable|learned|total|model|free|unique){_GAP})*"
    r"(?P<word>parameters?|params?|weights|(?:个|可训练)?参数|パラメータ|параметров|параметра)(?![^\W_])(?: in total| total)?",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"(?:[\s.,;:!)}\]*$]|\\[,;!\])]|\\end\{\w+\*?\})*(?:$|[=≈≃≅∼<>≤≥]|~|\\(?:approx|sim|le|ge)|(?:where|with|for)\b|\()"
)
_ABOUT = r"about|roughly|approximately|approx\.?|ca\.?|circa|around|约为?|大约"
_BOUNDS = {
    **dict.fromkeys(("more than", "over"), ">"),
    **dict.fromkeys(("less than", "fewer than", "under"), "<"),
    "at least": "≥",
    **dict.fromkeys(("at most", "up to"), "≤"),
}
_NUMBER = r"%s(?P<fraction>\.[0-9]+)?|(?P<bare>\.[0-9]+)"


def number_pattern(whole: str, exponent: str = r"(?:[eE](?P<power>[+-]?[0-9]+))?") -> re.Pattern[str]:
    """The pattern of a number whose part before the point, the group `digits`, is spelt as `whole`."""
    return re.compile(f"(?:{_NUMBER % whole}){exponent}")


class NumeralLexer(Lexer):
    """What a syntax knows of numbers: their digits, the magnitude behind them, the words around them."""

    suffix: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")  # the K, M, B or T behind a number

    WORDED: ClassVar[re.Pattern[str]] = re.compile(
        rf"(?:{_UPRIGHT}\s*)?(?P<word>{_ABOUT}|{'|'.join(_BOUNDS)})\s*\}}?(?=[\s~$]*(?:\\num\{{)?[0-9.])", re.IGNORECASE
    )

    def worded_relation(self, match: re.Match[str]) -> Iterator[Token]:
        """About, roughly, at least: only at the beginning of a side, before a number."""
        word = re.sub(r"\s+", " ", match["word"].lower())
        if self.previous is None or self.previous.kind in ("relation", ":"):
            yield Token("relation", _BOUNDS.get(word, "≈"), match.start(), match.end())
        else:
            given = f"{match['word']!r} inside a formula"
            self.fail(match.start(), given, "a formula, without words", "give the formula alone, without words")

    def num(self, match: re.Match[str]) -> Iterator[Token]:
        r"""\num{124439808}, as siunitx writes a number."""
        begin, end = match.start("inner"), match.end("inner")
        inside = list(self.scan(begin, end))
        if [token.kind for token in inside] != ["number"]:
            self.fail(begin, f"{match['inner']!r} as a number", r"\num{124439808}", "write the number in digits")
        self.place = match.end()
        assert inside[0].numeral is not None
        yield self.with_units(replace(inside[0], start=match.start(), end=match.end()))

    def number(self, match: re.Match[str]) -> Iterator[Token]:
        whole = re.sub("[^0-9]", "", match["digits"] or "0")
        fraction = (match["fraction"] or match["bare"] or ".")[1:]
        power = match["power"]
        if len(whole) + len(fraction) > MOST_DIGITS or (power and (len(power) > 4 or abs(int(power)) > MOST_DIGITS)):
            self.fail(match.start(), "a number that is too long", f"at most {MOST_DIGITS} digits", "check the number")
        if re.match(r"\.?[0-9]", self.text[match.end() : match.end() + 2]):
            self.fail(match.start(), f"{match[0]!r} is cut by a second point", "one number", "write 1,024 or 1.5")
        letter = "e" if "e" in match[0] else "E"
        if power and self.products_implied and letter in self.names.declared and self.number_or_product(match.end()):
            given = f"{match[0]!r} can be a number or a product with the declared {letter}"
            self.fail(match.start(), given, "one reading", f"write a * before {letter}")
        end = match.end()
        if power and self.products_implied and self.is_name_elsewhere(letter):  # e(4e+2(f+2)), where 4e+2 is no 400
            power, end = None, self.text.index(letter, match.start())
            self.place = end
        shift = int(power or 0) - len(fraction)
        value, unit = Rational(int(whole + fraction)) * Rational(10) ** shift, Rational(10) ** shift
        rounded = bool(fraction) or bool(power)
        digits = match["digits"] or ""
        grouped = "{" not in digits and re.search(r"[,' ]", digits) is not None
        numeral = Numeral(value, unit if rounded else None, grouped=grouped)
        token = Token("number", self.text[match.start() : end], match.start(), end, numeral=numeral)
        yield self.with_units(self.magnified(token))

    def is_name_elsewhere(self, letter: str) -> bool:
        """Whether the e of an exponent stands by itself in the text, as a name does, where names need not be declared."""
        alone = rf"(?<![\w.\\]){letter}(?![A-Za-z])"
        return self.names.undeclared is not Undeclared.REFUSED and re.search(alone, self.text) is not None

    def number_or_product(self, end: int) -> bool:
        """Whether what follows a number goes on with a product, so that 2e3h may be 2·e·3·h."""
        return self.names.undeclared is Undeclared.REFUSED and re.compile(r"\s*[\w(\[\\]").match(self.text, end) is not None

    def magnified(self, token: Token) -> Token:
        """The number with the K, M, B or T that follows it, unless that is a declared size, or with a word such as million."""
        assert token.numeral is not None
        if (word := _WORD.match(self.text, token.end, self.stop)) and word["word"] not in self.names.declared:
            end = word.end()
            if "{" in word[0]:  # \text{ million parameters}
                unit = _UNIT.match(self.text, end, self.stop)
                end = unit.end() if unit and not self.text.startswith("}", end) else end
                if not self.text.startswith("}", end):
                    return token
                end += 1
            return self._scaled(token, end, self.text[token.start : end], _WORDS[word["word"].lower()], suffixed=False)
        lower = re.compile(r" ?([mb])(?![^\W_]|\(|\\left)").match(self.text, token.end, self.stop)
        alone = self.previous is None or self.previous.kind in ("relation", ":")
        meant = lower and alone and self.products_implied and ("." in token.text or lower[1] not in self.names.declared)
        if lower and not ("." in token.text or self._counts_weights(lower.end())):  # 12m may be a product
            meant = meant and lower[0] == lower[1] and self.names.undeclared is not Undeclared.LETTERS
        if lower and meant and self._ends_count(lower.end()):
            return self._scaled(token, lower.end(), token.text + lower[1], 10 ** _LOWER[lower[1]], suffixed=True)
        match = self.suffix.match(self.text, token.end)
        if not match:
            return token
        letter = next(group for group in match.groups() if group)
        counted = alone and self._ends_count(match.end())
        if self.names.undeclared is not Undeclared.REFUSED:
            if not counted and not self.side_of_numbers():
                return token
        elif letter in self.names.declared:
            if "." in token.text:
                given = f"{self.text[token.start : match.end()]!r} can be a number or a product with the declared {letter}"
                self.fail(token.start, given, "one reading", f"write {token.text}e{MAGNITUDES[letter]} or {token.text} * {letter}")
            return token
        return self._scaled(token, match.end(), token.text + letter, 10 ** MAGNITUDES[letter], suffixed=True)

    def side_of_numbers(self) -> bool:
        """Whether the side around this place is arithmetic on counts, 6 * 175B * 300B: no letter but magnitudes."""
        cut = re.compile(r"[=≈≃≅∼~<>≤≥,;]|\\(?:approx|sim|le|ge|leq|geq)\b")
        first, last = max(0, self.place - _LONGEST_SIDE), min(self.stop, self.place + _LONGEST_SIDE)
        before = [found.end() for found in cut.finditer(self.text, first, self.place)]
        after = cut.search(self.text, self.place, last)
        side = self.text[before[-1] if before else first : after.start() if after else last]
        side = re.sub(r"\\(?:times|cdot|left|right|[,;!])|(?:(?<=[0-9])|(?<=[0-9] ))[KkMBGT](?![A-Za-z0-9_^])|[0-9][eE]", "", side)
        return not re.search(r"[^\W\d_]", side)

    def _scaled(self, token: Token, end: int, text: str, times: int, suffixed: bool) -> Token:
        self.place = end
        scale = Integer(times)
        assert token.numeral is not None
        numeral = token.numeral
        scaled = Numeral(numeral.value * scale, (numeral.unit or Integer(1)) * scale, suffixed, numeral.grouped)
        return replace(token, end=end, text=text, numeral=scaled)

    def with_units(self, token: Token) -> Token:
        """The number, with the words that say what it counts passed over: 535,818 parameters."""
        raised = self.previous is not None and self.previous.kind == "^"
        if not raised and (end := self._counts_weights(self.place)):
            self.place = end
            self._spaced = True
        return token

    def _ends_count(self, place: int) -> bool:
        return _ENDED.match(self.text, place, self.stop) is not None or self._counts_weights(place) > 0

    def _counts_weights(self, place: int) -> int:
        """The end of words such as "trainable parameters" behind a number that ends its side, or 0."""
        unit = _UNIT.match(self.text, place, self.stop)
        if not unit or unit["word"] in self.names.declared:
            return 0
        end = unit.end() + (self.text.startswith("}", unit.end()) and "{" in unit[0])
        return end if _ENDED.match(self.text, end, self.stop) else 0
