r"""Calls and sums over an index: max(a, b), ceil(V/128), sum([a, b]), \sum_{l=1}^{L}, Sum(body, (l, 1, L))."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable

from sympy import Max, Min, Symbol, ceiling, floor

from symparams.formulas.building import Piece
from symparams.formulas.cursor import CLOSERS, Cursor
from symparams.formulas.naming import Spelling
from symparams.formulas.tokens import Token
from symparams.notation import symbol

__all__ = ["CallReader"]

_FUNCTIONS = {
    **dict.fromkeys(("ceil", "ceiling"), "ceiling"),
    **dict.fromkeys(("max", "Max"), "max"),
    **dict.fromkeys(("min", "Min"), "min"),
    **{name: name for name in ("floor", "int", "sum", "pow", "sqrt", "Sum")},
}
_LIBRARIES = frozenset(("math", "np", "numpy", "jnp", "torch", "sympy", "sp", "tf.math"))
_MOST_CHOICES = 12  # max and min in one formula


class CallReader(Cursor):
    """What stands behind the name of a function or behind a Σ."""

    @abstractmethod
    def sum(self) -> Piece: ...

    @abstractmethod
    def term(self) -> Piece: ...

    @abstractmethod
    def argument(self) -> Piece: ...

    def call(self, token: Token, spelling: Spelling) -> Piece:
        function = _FUNCTIONS.get(spelling.word)
        if function is None or (spelling.path and spelling.path not in _LIBRARIES):
            if self.names.factors(spelling) is None and self.implied:
                self.fail(token, *self.names.unknown(spelling))
            known = ", ".join(sorted(_FUNCTIONS))
            self.fail(token, f"a call of {token.text}", f"one of {known}", "write the formula without the call")
        if function == "Sum":
            return self.sum_call(token)
        listed = self.list_ahead(self.place + 1)
        pieces = self.arguments(token)
        if function == "sum":
            if not listed:
                self.fail(token, "a sum of no list", "sum([a, b])", "put the terms in square brackets")
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
        closers: list[str] = []
        while self.at("(", "[", "{", "\\{") and len(closers) < 2:
            if closers and not self.list_ahead(self.place):
                break
            closers.append(CLOSERS[self.take().kind])
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

    def list_ahead(self, start: int) -> bool:
        """Whether a bracket at `start` closes right before the one around it: sum([a, b]), not max((a + b), c)."""
        depth = 0
        for place in range(start, len(self.tokens) - 1):
            kind = self.tokens[place].kind
            depth += (kind in CLOSERS) - (kind in CLOSERS.values())
            if depth <= 0:
                return place > start and self.tokens[place + 1].kind in (")", "]", "}", "\\}")
        return False

    def sum_call(self, token: Token) -> Piece:
        """Sum(body, (l, 1, L)), as sympy and symparams print it. The index stands behind the body that uses it."""
        self.take()
        body, depth = self.place, 0
        while not (self.at(",") and depth == 0):
            kind = self.take().kind
            depth += (kind in CLOSERS) - (kind in CLOSERS.values())
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
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", token.spelling.word):
            self.fail(token, f"the index {token.text}", "a short name of ASCII letters", "rename the index")
        return token.spelling.word

    def over_index(self, sign: Token, index: str, start: Piece, stop: Piece, rule: Callable[[], Piece]) -> Piece:
        outer, first = self.names, self.build(sign, start.tame).expr
        # max(i, 1) is i only in a sum that begins at 1 or later
        bound = symbol(index) if first.is_positive else Symbol(index, integer=True, nonnegative=first.is_nonnegative or None)
        known = self.used.get(index, "never used")
        self.names = outer.with_index(bound)
        body = self.nested(rule)
        self.names = outer
        if known == "never used":
            self.used.pop(index, None)
        return self.build(sign, Piece.over_index, body, bound, start, stop)
