r"""One precedence parser for all syntaxes: sums, products (implied ones too), powers, brackets, calls.

    side    = term (("+" | "-") term)* condition?      one term may be O(…), the remainder, or have a factor (1 + O(…))
    condition = "if" … "else" side                      in code: one of two branches
    term    = signed (("*" | "/" | "//") signed | power)*     a power beside a power is an implied product
    signed  = "-"* power
    power   = atom ("^" exponent)?
    atom    = number "%"? | name | bracket | |name| | call | \frac | \sqrt | \sum

What stands around the sides of a formula (its label, its relations, the sizes behind it) is read in `sides`.

Where a formula can be read in two ways (a/2b, 1,024 in a list, 3e4 with e declared) it is refused.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Rational, ceiling, floor

from symparams.formulas.building import Piece
from symparams.formulas.calls import FUNCTIONS
from symparams.formulas.cursor import CLOSERS
from symparams.formulas.naming import Spelling
from symparams.formulas.sums import SumReader
from symparams.formulas.tokens import Numeral, Token

__all__ = ["Parser"]

_ROUNDING = {"⌈": ceiling, "⌊": floor}
_BEGINS_FACTOR = frozenset(("number", "name", "|", "root", "frac", "sum", "order", *CLOSERS))


class Parser(SumReader):
    """Reads the tokens of one side after the other."""

    run_end = -1  # where the last run of letters ended
    relative: Piece | None = None  # r of a factor (1 + O(r)) in the term that is being read

    def side(self) -> tuple[Piece | None, Piece | None]:
        """A side of a relation and its remainder: 12LH² + O(LH) has the remainder LH, and O(LH) nothing else."""
        start, terms, remainder, used, last = self.token, list[Piece](), None, dict(self.used), False
        while not last and (not terms or self.at("+", "-")):
            sign = self.take() if terms else self.token
            if self.order_ahead():
                if remainder is not None:
                    self.fail(self.token, "a second remainder", "one", "give one of them")
                last = True
                if sign.kind == "-":
                    self.fail(sign, "a remainder that is taken away", "+ O(…)", "write + O(…)")
                self.take()
                remainder = self.nested(self.bracket)
            else:
                self.refuse_second_sign(after=bool(terms))
                term, relative = self.outermost_term()
                if relative is not None and remainder is not None:
                    self.fail(sign, "a second remainder", "one", "give one of them")
                if relative is not None:
                    remainder = self.build(sign, Piece.product, [term, relative])
                terms.append(self.build(sign, term.negated) if terms and sign.kind == "-" else term)
        if not terms:
            return None, remainder
        whole = self.conditional(self.build(start, Piece.total, terms), used)
        return self.build(start, whole.checked), remainder

    def order_ahead(self) -> bool:
        r"""Whether an O(…) stands here: \mathcal{O}, or an O that is no declared size."""
        token, following = self.token, self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        plain = token.spelling is not None and token.spelling.word == "O" and self.names.known(token.spelling) is None
        return token.kind == "order" or (plain and following.kind in ("(", "["))

    def outermost_term(self) -> tuple[Piece, Piece | None]:
        """A term of a side, and r where it has a factor (1 + O(r))."""
        self.relative = None
        term = self.term(outermost=True)
        return term, self.relative

    def relative_ahead(self) -> bool:
        """Whether (1 + O(…)) stands here."""
        kinds = [token.kind for token in self.tokens[self.place : self.place + 3]]
        if len(kinds) < 3 or kinds[0] not in CLOSERS or kinds[1:] != ["number", "+"] or self.tokens[self.place + 1].text != "1":
            return False
        place, self.place = self.place, self.place + 3
        ahead, self.place = self.order_ahead(), place
        return ahead

    def relative_remainder(self) -> None:
        opening = self.take()
        self.place += 3
        if self.relative is not None:
            self.fail(opening, "a second remainder", "one", "give one of them")
        self.relative = self.nested(self.bracket)
        self.expect(CLOSERS[opening.kind], f"{CLOSERS[opening.kind]!r} to close {opening.text!r}")

    def conditional(self, piece: Piece, used: dict[str, str | None]) -> Piece:
        """`a if condition else b`: one of the two, and its names alone."""
        if not self.at("if"):
            return piece
        token = self.take()
        move = "give the formula alone"
        branch = self.branch(token.start, token.text, token.answers, "the keyword 'if'", move)
        met = self.used
        self.used = dict(used)
        other = self.nested(self.sum)
        if branch == 0:
            self.used = met
        return (piece, other)[branch]

    def sum(self) -> Piece:
        used = {} if self.implied else dict(self.used)
        return self.conditional(self.terms(), used)

    def terms(self, last: int | None = None) -> Piece:
        """The terms from here on, to the one that begins at the place `last` in the text."""
        start, terms = self.token, [self.term()]
        while self.at("+", "-") and (last is None or self.token.start <= last):
            sign = self.take()
            self.refuse_second_sign()
            term = self.term()
            terms.append(self.build(sign, term.negated) if sign.kind == "-" else term)
        return self.build(start, Piece.total, terms)

    def term(self, outermost: bool = False) -> Piece:
        start = self.token
        factors = [self.signed()]
        dotted = True
        while True:
            operator = self.token
            if self.at("*"):
                self.take()
                self.written = True
                if outermost and self.relative_ahead():
                    self.relative_remainder()
                else:
                    factors.append(self.signed())
            elif self.at("/", "//"):
                self.take()
                divisor_at = self.token
                divisor = self.signed()
                whole = self.build(start, Piece.product, factors, dotted)
                step = whole.over if operator.kind == "/" else whole.floor_over
                if (whole.numeral and whole.numeral.counts) and (divisor.numeral and divisor.numeral.counts):
                    self.fail(
                        operator, "a slash between two counts, a quotient or a list", "one formula", "give one count at a time"
                    )
                quotient = self.build(divisor_at, step, divisor)
                self.refuse_open_fraction(whole, divisor, operator)
                factors = [quotient]
            elif outermost and self.implied and self.relative_ahead():
                self.relative_remainder()
            elif self.implied and self.at(*_BEGINS_FACTOR):
                self.refuse_odd_neighbours(factors[-1])
                factors.append(self.power())
                dotted, self.hidden = False, True
            else:
                return self.build(start, Piece.product, factors, dotted and len(factors) > 1)

    def refuse_open_fraction(self, above: Piece, below: Piece, slash: Token) -> None:
        """a/2b may be a/(2b) or (a/2)b. A fraction of two numbers with a blank behind it, 1/2 n, is a coefficient."""
        if not (self.implied and self.at(*_BEGINS_FACTOR)):
            return
        if not (above.numeral and below.numeral and self.token.spaced):
            given = "a product without a sign behind a slash, which can be above or below the line"
            self.fail(slash, given, "brackets that tell which", "write a/(b*c), or (a/b)*c")

    def refuse_odd_neighbours(self, before: Piece) -> None:
        token = self.token
        if token.broken:
            self.fail(token, "a new line without an operator", "one formula", "give one formula, or write the operator")
        if token.apart:
            self.fail(token, "a wide blank or a note between two factors", "an operator between them", "give one formula")
        if token.kind == "number":
            given = f"the number {token.text} right behind another factor"
            self.fail(token, given, "an operator between them", f"write * {token.text}, or ^{token.text} for a power")
        ahead = [part.kind for part in self.tokens[self.place : self.place + 7]]
        if ahead[0] == "[" and ahead[2:3] == ["]"] and before.expr.is_Symbol and not token.spaced and not self.tex:
            self.fail(token, "an index in square brackets", "a size without an index", "write * before the bracket for a product")
        mixed = ahead[1:] == ["{", "number", "}", "{", "number", "}"] or ahead[1] == "number"
        if ahead[0] == "frac" and before.numeral and mixed:
            self.fail(token, "a number beside a fraction of numbers", "an operator between them", "write + or \\cdot")

    def signed(self) -> Piece:
        if not self.at("-"):
            return self.power()
        sign = self.take()
        self.refuse_second_sign()
        return self.build(sign, self.nested(self.signed).negated)

    def refuse_second_sign(self, after: bool = True) -> None:
        if after and self.implied and self.at("-"):
            self.fail(self.token, "two signs in a row", "one", "check the signs, or put brackets around -…")

    def power(self) -> Piece:
        base = self.atom()
        if self.at("^"):
            raising = self.take()
            base = self.build(raising, base.power, self.nested(self.argument if self.tex else self.exponent))
            if self.at("^"):
                self.fail(self.token, "a second power", "one", "put brackets: {a^b}^c, or a^{b^c}")
        return base

    def exponent(self) -> Piece:
        """What stands above outside TeX: 2^-3, 2^3^2 = 2^9. A run of letters could end anywhere: 2^nh."""
        token = self.token
        if self.implied and token.spelling and len(self.names.factors(token.spelling) or ()) > 1:
            self.fail(token, f"the power {token.text}, several letters", "brackets around it", f"write ^({token.text})")
        exponent = self.signed()
        if self.implied and exponent.numeral and self.at("/") and not self.token.spaced and exponent.expr == 1:
            self.fail(self.token, "a fraction as a power without brackets", "brackets around it", "write ^(1/2)")
        return exponent

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
