"""Calls: max(a, b), ceil(V/128), sum([a, b]), sympy.Rational(3, 2)."""

from __future__ import annotations

from abc import abstractmethod

from sympy import Integer, Max, Min, ceiling, floor

from symparams.formulas.building import Piece
from symparams.formulas.cursor import CLOSERS, Cursor
from symparams.formulas.naming import Spelling
from symparams.formulas.tokens import Numeral, Token

__all__ = ["FUNCTIONS", "CallReader"]

FUNCTIONS = {
    **dict.fromkeys(("ceil", "ceiling"), "ceiling"),
    **dict.fromkeys(("max", "Max"), "max"),
    **dict.fromkeys(("min", "Min"), "min"),
    **{name: name for name in ("floor", "int", "sum", "pow", "sqrt", "Sum", "Integer", "Rational", "Fraction")},
}
_LIBRARIES = frozenset(("math", "np", "numpy", "jnp", "torch", "sympy", "sp", "tf.math"))
_MOST_CHOICES = 12  # max and min in one formula


class CallReader(Cursor):
    """What stands behind the name of a function."""

    @abstractmethod
    def sum(self) -> Piece: ...

    @abstractmethod
    def sum_call(self, token: Token) -> Piece: ...

    def call(self, token: Token, spelling: Spelling) -> Piece:
        function = FUNCTIONS.get(spelling.word)
        if function is None or (spelling.path and spelling.path not in _LIBRARIES):
            if self.names.factors(spelling) is None and self.implied:
                self.undeclared(token, spelling)
            known = ", ".join(sorted(FUNCTIONS))
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
        if function in ("Rational", "Fraction"):
            pieces += [Piece.number(Numeral(Integer(1)))] * (len(pieces) == 1)
        wanted = 2 if function in ("pow", "Rational", "Fraction") else 1
        if len(pieces) != wanted:
            self.fail(token, f"{len(pieces)} arguments of {function}", str(wanted), "check the brackets and commas")
        match function:
            case "pow":
                return self.build(token, pieces[0].power, pieces[1])
            case "Rational" | "Fraction":
                return self.build(token, pieces[0].over, pieces[1])
            case "Integer":
                return pieces[0]
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
