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

from symparams.formulas.atoms import AtomReader
from symparams.formulas.building import Piece
from symparams.formulas.cursor import CLOSERS
from symparams.formulas.tokens import Token

__all__ = ["Parser"]

_BEGINS_FACTOR = frozenset(("number", "name", "|", "root", "frac", "sum", "order", *CLOSERS))


class Parser(AtomReader):
    """Reads the tokens of one side after the other."""

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
