r"""One precedence parser for all syntaxes: sums, products (implied ones too), powers, brackets, calls.

    side    = term (("+" | "-") term)*            a term may be O(…), once, as the remainder
    term    = signed (("*" | "/" | "//") signed | power)*     a power beside a power is an implied product
    signed  = "-"* power
    power   = atom ("^" exponent)?
    atom    = number "%"? | name | bracket | |name| | call | \frac | \sqrt | \sum

Where a formula can be read in two ways (a/2b, 1,024 in a list, 3e4 with e declared) it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn, ParamSpec

from sympy import Max, Min, ceiling, floor

from symparams.errors import FormulaTextError
from symparams.formulas.building import Piece, Refusal
from symparams.formulas.naming import Names, Spelling
from symparams.formulas.tokens import MOST_DEPTH, Token
from symparams.notation import symbol

__all__ = ["Parser"]

_CLOSERS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "⌈": "⌉", "⌊": "⌋"}
_ROUNDING = {"⌈": ceiling, "⌊": floor}
_FUNCTIONS = {
    **dict.fromkeys(("ceil", "ceiling"), "ceiling"),
    **dict.fromkeys(("max", "Max"), "max"),
    **dict.fromkeys(("min", "Min"), "min"),
    **{name: name for name in ("floor", "int", "sum", "pow", "sqrt", "Sum")},
}
_LIBRARIES = frozenset(("math", "np", "numpy", "jnp", "torch", "sympy", "sp", "tf.math"))
_MOST_CHOICES = 12  # max and min in one formula
_BEGINS_FACTOR = frozenset(("number", "name", "|", "root", "frac", "sum", "order", *_CLOSERS))

P = ParamSpec("P")


class Parser:
    """Reads the tokens of one side after the other."""

    def __init__(self, source: str, tokens: list[Token], names: Names, implied: bool, tex: bool) -> None:
        self.source, self.tokens, self.names = source, tokens, names
        self.implied, self.tex = implied, tex
        self.place = self.depth = self.choices = 0
        self.run_end = -1  # where the last run of letters ended
        self.used: dict[str, str | None] = {}  # symbols met, with the path or the style they were met in

    # moving

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def at(self, *kinds: str) -> bool:
        return self.tokens[self.place].kind in kinds

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += token.kind != "end"
        return token

    def expect(self, kind: str, wanted: str) -> Token:
        if not self.at(kind):
            self.fail(self.token, f"{_shown(self.token)} where {wanted} was expected", wanted, "check what stands here")
        return self.take()

    def fail(self, token: Token, given: str, wanted: str, move: str) -> NoReturn:
        raise FormulaTextError(self.source, token.start, given, wanted, move) from None

    def build(self, token: Token, step: Callable[P, Piece], *args: P.args, **kwargs: P.kwargs) -> Piece:
        try:
            return step(*args, **kwargs)
        except Refusal as refusal:
            self.fail(token, *refusal.args)

    def nested(self, rule: Callable[[], Piece]) -> Piece:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.fail(
                self.token, "a formula nested too deeply", f"at most {MOST_DEPTH} brackets inside one another", "simplify it"
            )
        piece = rule()
        self.depth -= 1
        return piece

    # the rules

    def side(self) -> tuple[Piece | None, Piece | None]:
        """A side of a relation and its remainder: 12LH² + O(LH) has the remainder LH, and O(LH) nothing else."""
        start, terms, remainder = self.token, list[Piece](), None
        while remainder is None and (not terms or self.at("+", "-")):
            sign = self.take() if terms else self.token
            if self.order_ahead():
                if sign.kind == "-":
                    self.fail(sign, "a remainder that is taken away", "+ O(…)", "write + O(…)")
                self.take()
                remainder = self.nested(self.bracket)
            else:
                term = self.term()
                terms.append(self.build(sign, term.negated) if terms and sign.kind == "-" else term)
        if not terms:
            return None, remainder
        return self.build(start, self.build(start, Piece.total, terms).checked), remainder

    def order_ahead(self) -> bool:
        """Whether an O(…) stands here: \\mathcal{O}, or an O that is no declared size."""
        token, following = self.token, self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        plain = token.spelling is not None and token.spelling.word == "O" and self.names.factors(token.spelling) is None
        return token.kind == "order" or (plain and following.kind in ("(", "["))

    def sum(self) -> Piece:
        start, terms = self.token, [self.term()]
        while self.at("+", "-"):
            sign, term = self.take(), self.term()
            terms.append(self.build(sign, term.negated) if sign.kind == "-" else term)
        return self.build(start, Piece.total, terms)

    def term(self) -> Piece:
        start = self.token
        factors = [self.signed()]
        dotted = True
        while True:
            operator = self.token
            if self.at("*"):
                self.take()
                factors.append(self.signed())
            elif self.at("/", "//"):
                self.take()
                divisor_at = self.token
                divisor = self.signed()
                whole = self.build(start, Piece.product, factors, dotted)
                step = whole.over if operator.kind == "/" else whole.floor_over
                quotient = self.build(divisor_at, step, divisor)
                self.refuse_open_fraction(whole, divisor, operator)
                factors = [quotient]
            elif self.implied and self.at(*_BEGINS_FACTOR):
                self.refuse_odd_neighbours(factors[-1])
                factors.append(self.power())
                dotted = False
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
        if token.kind == "number":
            given = f"the number {token.text} right behind another factor"
            self.fail(token, given, "an operator between them", f"write * {token.text}, or ^{token.text} for a power")
        if token.kind == "frac" and before.numeral:
            parts = [part.kind for part in self.tokens[self.place + 1 : self.place + 7]]
            if parts == ["{", "number", "}", "{", "number", "}"] or parts[:2] == ["number", "number"]:
                self.fail(token, "a number beside a fraction of numbers", "an operator between them", "write + or \\cdot")

    def signed(self) -> Piece:
        if not self.at("-"):
            return self.power()
        sign = self.take()
        if self.at("-") and self.implied:
            self.fail(self.token, "two signs - in a row", "one", "check the signs")
        return self.build(sign, self.nested(self.signed).negated)

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
        if token.kind in _CLOSERS:
            return self.nested(self.bracket)
        rules = {"name": self.name, "|": self.bars, "root": self.root, "frac": self.fraction, "sum": self.sigma}
        if token.kind in rules:
            return self.nested(rules[token.kind])
        if token.kind == "order":
            self.fail(token, "an O(…) inside a formula", "O(…) as a whole side or as its last term", "take it out")
        self.fail(token, f"{_shown(token)} where a size was expected", "a number, a name or a bracket", "complete the formula")

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
        self.expect(_CLOSERS[opening.kind], f"{_CLOSERS[opening.kind]!r} to close {opening.text!r}")
        if rounding := _ROUNDING.get(opening.kind):
            return self.build(opening, inside.rounded, rounding)
        return inside

    def argument(self) -> Piece:
        """TeX's argument: a group in braces, or one digit or letter."""
        token = self.token
        if token.kind == "number" and len(token.text) > 1:
            self.fail(token, f"the digits {token.text} without braces", "braces around them", f"write {{{token.text}}}")
        if token.spelling and not token.spelling.label and not token.spelling.whole:
            self.split(token)
        return self.atom()

    def fraction(self) -> Piece:
        self.take()
        above, token = self.argument(), self.token
        return self.build(token, above.over, self.argument())

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
            self.fail(self.token, f"{_shown(self.token)} between bars", "the name of a set, as in |V|", "leave the bars out")
        name = self.atom()
        self.expect("|", "a second | behind one name")
        return name

    def sigma(self) -> Piece:
        r"""\sum_{l=1}^{L} and the term behind it."""
        sign = self.take()
        index, start, stop = None, None, None
        while self.at("_", "^"):
            below = self.take().kind == "_"
            if below:
                opening = self.expect("{", "the index and its first value, {l=1}")
                index = self.index()
                if self.expect("relation", "= and the index's first value").text != "=":
                    self.fail(opening, "a sum without a first value", "{l=1}", "write the first value")
                start = self.sum()
                self.expect("}", "}")
            else:
                stop = self.nested(self.argument)
        if index is None or start is None or stop is None:
            self.fail(sign, "a sum without its bounds", r"\sum_{l=1}^{L}", "write both bounds")
        return self.over_index(sign, index, start, stop, self.term)

    def index(self) -> str:
        token = self.expect("name", "the index of the sum")
        assert token.spelling is not None
        if len(token.spelling.letters) > 1 and not token.spelling.whole:
            self.fail(token, f"the index {token.text}", "one letter", "rename the index")
        return symbol(token.spelling.word).name

    def over_index(self, sign: Token, index: str, start: Piece, stop: Piece, rule: Callable[[], Piece]) -> Piece:
        outer, bound = self.names, symbol(index)
        known = self.used.get(index, "never used")
        self.names = outer.with_index(bound)
        body = self.nested(rule)
        self.names = outer
        if known == "never used":
            self.used.pop(index, None)
        return self.build(sign, Piece.over_index, body, bound, start, stop)

    # names and calls

    def name(self) -> Piece:
        token = self.token
        spelling = token.spelling
        assert spelling is not None
        factors = self.names.factors(spelling)
        if factors and len(factors) > 1:
            if token.spaced and self.tokens[self.place - 1].kind == "name" and self.run_end == token.start - 1:
                self.fail(
                    token, f"{token.text!r} beside another run of letters, which reads like words", "*", "write the * between"
                )
            self.run_end = token.end
            self.split(token)
            return self.name()
        self.take()
        if spelling.word in self.names.functions and self.at("("):
            return self.build(token, Piece.applied, spelling.word, self.arguments(token))
        if self.at("(") and (factors is None or not self.implied):
            return self.call(token, spelling)
        if spelling.word in ("max", "min") and factors is None and self.at("[", "{", "\\{"):
            return self.call(token, spelling)
        if factors is None:
            self.fail(token, *self.names.unknown(spelling))
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

    def call(self, token: Token, spelling: Spelling) -> Piece:
        function = _FUNCTIONS.get(spelling.word)
        if function is None or (spelling.path and spelling.path not in _LIBRARIES):
            if self.names.factors(spelling) is None and self.implied:
                self.fail(token, *self.names.unknown(spelling))
            self.fail(
                token, f"a call of {token.text}", f"one of {', '.join(sorted(_FUNCTIONS))}", "write the formula without the call"
            )
        if function == "Sum":
            return self.sum_call(token)
        pieces = self.arguments(token)
        if function == "sum":
            return self.build(token, Piece.total, pieces)
        if function in ("max", "min"):
            self.choices += 1
            if self.choices > _MOST_CHOICES:
                self.fail(token, "too many max and min", f"at most {_MOST_CHOICES}", "split the formula")
            return self.build(token, Piece.choice, Max if function == "max" else Min, pieces)
        wanted = 2 if function == "pow" else 1
        if len(pieces) != wanted:
            self.fail(token, f"{len(pieces)} arguments of {function}", str(wanted), "check the brackets and commas")
        match function:
            case "pow":
                return self.build(token, pieces[0].power, pieces[1])
            case "sqrt":
                return self.build(token, pieces[0].root)
            case "int":
                return self.build(token, pieces[0].truncated)
            case _:
                return self.build(token, pieces[0].rounded, floor if function == "floor" else ceiling)

    def arguments(self, token: Token) -> list[Piece]:
        """The arguments of a call, in one or two brackets: max(a, b), sum([a, b])."""
        closers = []
        while self.at("(", "[", "{", "\\{") and len(closers) < 2:
            if closers and not self.list_ahead():
                break
            closers.append(_CLOSERS[self.take().kind])
        pieces: list[Piece] = []
        while not pieces or (self.at(",") and self.take() and not self.at(closers[-1])):
            begin = self.place
            pieces.append(self.nested(self.sum))
            inside = self.tokens[begin : self.place]
            if grouped := next((part for part in inside if part.numeral and part.numeral.grouped), None):
                self.fail(grouped, f"{grouped.text} in a list, one number or two", "one reading", "write 1024, or 1, 024")
        for closer in reversed(closers):
            self.expect(closer, f"{closer!r} to close {token.text}")
        return pieces

    def list_ahead(self) -> bool:
        """Whether the bracket here closes right before the one around it: sum([a, b]), not max((a + b), c)."""
        depth = 0
        for place in range(self.place, len(self.tokens)):
            kind = self.tokens[place].kind
            depth += (kind in _CLOSERS) - (kind in _CLOSERS.values())
            if depth == 0:
                return self.tokens[place + 1].kind in (")", "]", "}", "\\}")
        return False

    def sum_call(self, token: Token) -> Piece:
        """Sum(body, (l, 1, L)), as sympy and symparams print it. The index stands behind the body that uses it."""
        self.take()
        body, depth = self.place, 0
        while not (self.at(",") and depth == 0):
            kind = self.take().kind
            depth += (kind in _CLOSERS) - (kind in _CLOSERS.values())
            if kind == "end" or depth < 0:
                self.fail(token, "a sum without its bounds", "Sum(body, (l, 1, L))", "write the bounds")
        self.take()
        self.expect("(", "(l, 1, L)")
        index = self.index()
        self.expect(",", "the first value of the index")
        start = self.sum()
        self.expect(",", "the last value of the index")
        stop = self.sum()
        self.expect(")", ")")
        self.expect(")", ")")
        behind, self.place = self.place, body
        piece = self.over_index(token, index, start, stop, self.sum)
        self.expect(",", "the end of the body")
        self.place = behind
        return piece


def _shown(token: Token) -> str:
    return "the end" if token.kind == "end" else repr(token.text)
