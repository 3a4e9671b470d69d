r"""What a formula is put together from: numbers, names, brackets, |V|, \frac, \sqrt, and runs of letters such as Vd^2."""

from __future__ import annotations

from dataclasses import replace

from sympy import Rational, ceiling, floor

from symparams.formulas.building import Piece
from symparams.formulas.calls import FUNCTIONS
from symparams.formulas.cursor import CLOSERS
from symparams.formulas.naming import Spelling
from symparams.formulas.sums import SumReader
from symparams.formulas.tokens import Numeral, Token

__all__ = ["AtomReader"]

_ROUNDING = {"⌈": ceiling, "⌊": floor}


class AtomReader(SumReader):
    """Reads one atom."""

    run_end = -1  # where the last run of letters ended

    def atom(self) -> Piece:
        token = self.token
        if token.numeral:
            self.take()
            piece = Piece.number(token.numeral)
            return piece if not self.at("%") else self.percent(piece)
        if token.kind in CLOSERS:
            return self.nested(self.bracket)
        rules = {"name": self.name, "|": self.bars, "root": self.root, "frac": self.fraction, "sum": self.sigma}
        if token.kind in rules:
            return self.nested(rules[token.kind])
        if token.kind == "order":
            self.fail(token, "an O(…) inside a formula", "O(…) as a whole side or as its last term", "take it out")
        given = f"{self.shown()} where a size was expected"
        return self.fail(token, given, "a number, a name or a bracket", "complete the formula")

    def percent(self, piece: Piece) -> Piece:
        sign = self.take()
        if not self.tex and self.at("number", "name", "("):
            self.fail(
                sign, "a % between two sizes, which can be a remainder or per cent", "one of them", "write /100 *, or floor(…)"
            )
        return piece.percent()

    def bracket(self) -> Piece:
        opening = self.take()
        inside = self.sum()
        self.expect(CLOSERS[opening.kind], f"{CLOSERS[opening.kind]!r} to close {opening.text!r}")
        if rounding := _ROUNDING.get(opening.kind):
            return self.build(opening, inside.rounded, rounding)
        return inside

    def argument(self, digitwise: bool = False) -> Piece:
        r"""TeX's argument: a group in braces, or one digit or letter. \frac12 is 1/2, but 10^23 is hardly meant as 10²·3."""
        token = self.token
        if token.kind == "number" and len(token.text) > 1:
            if not digitwise or not token.text.isdigit():
                self.fail(token, f"the digits {token.text} without braces", "braces around them", f"write {{{token.text}}}")
            first, rest = (
                replace(token, text=digits, start=start, numeral=Numeral(Rational(int(digits))), spaced=False)
                for digits, start in ((token.text[0], token.start), (token.text[1:], token.start + 1))
            )
            self.tokens[self.place : self.place + 1] = [first, rest]
        if token.spelling and not token.spelling.label and not token.spelling.whole:
            self.split(token)
        return self.atom()

    def fraction(self) -> Piece:
        self.take()
        above, token = self.argument(digitwise=True), self.token
        return self.build(token, above.over, self.argument(digitwise=True))

    def root(self) -> Piece:
        sign, degree = self.take(), 2
        if self.tex and self.at("["):
            self.take()
            number = self.expect("number", "the degree of the root")
            degree = int(number.text) if number.text.isdigit() else 0
            self.expect("]", "]")
        if not 2 <= degree <= 10:
            self.fail(sign, "a root of that degree", "a degree from 2 to 10", "check it")
        return self.build(sign, self.argument().root, degree)

    def bars(self) -> Piece:
        """|V|, the size of a set V: a declared name between bars."""
        self.take()
        if not self.at("name"):
            self.fail(self.token, f"{self.shown()} between bars", "the name of a set, as in |V|", "leave the bars out")
        name = self.atom()
        self.expect("|", "a second | behind one name")
        return name

    # names and calls

    def name(self) -> Piece:
        token = self.token
        spelling = token.spelling
        assert spelling is not None
        if spelling.word in self.local and not spelling.path:
            self.take()
            return self.local[spelling.word]
        indexed = self.at_index(token, spelling) if self.indices or spelling.label else spelling
        if isinstance(indexed, Piece):
            self.take()
            return indexed
        spelling = indexed
        function = spelling.word in FUNCTIONS and self.names.known(spelling) is None
        factors = None if function else self.names.factors(spelling)
        if factors and len(factors) > 1:
            if token.spaced and self.tokens[self.place - 1].kind == "name" and self.run_end == token.start - 1:
                self.fail(
                    token, f"{token.text!r} beside another run of letters, which reads like words", "*", "write the * between"
                )
            self.run_end = token.end
            self.split(token)
            return self.name()
        self.take()
        if spelling.word in self.names.functions and not spelling.path and self.at("("):
            return self.build(token, Piece.applied, spelling.word, self.arguments(token))
        if self.at("(") and (factors is None or not self.implied):
            return self.call(token, spelling)
        if spelling.word in ("max", "min") and factors is None and self.at("[", "{", "\\{"):
            return self.call(token, spelling)
        if factors is None:
            self.undeclared(token, spelling)
        self.same_spelling(token, factors[0].name, spelling.path)
        return Piece.symbol(factors[0])

    def same_spelling(self, token: Token, name: str, path: str | None) -> None:
        """One size cannot be written in two ways: enc.d and dec.d are two, and so are V and a calligraphic V."""
        before = self.used.setdefault(name, path)
        if before is None:
            self.used[name] = path
        elif path is not None and path != before:
            given = f"{name} in two spellings, {before or 'plain'} and {path or 'plain'}"
            self.fail(token, given, "one spelling for one size", 'declare two names: {"enc.d": "d_enc", "dec.d": "d_dec"}')

    def split(self, token: Token) -> None:
        """Puts a name for each of its letters in place of a run, so that operators beside it bind to one letter: Vd^2."""
        assert token.spelling is not None
        *front, last = token.spelling.letters
        spellings = [Spelling((letter,), path=token.spelling.path) for letter in front]
        spellings.append(replace(token.spelling, letters=(last,)))
        first = replace(token, spelling=spellings[0])
        rest = [
            replace(token, spelling=spelling, start=token.start + i, spaced=False, broken=False)
            for i, spelling in enumerate(spellings)
        ]
        self.tokens[self.place : self.place + 1] = [first, *rest[1:]]
