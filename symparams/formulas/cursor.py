"""A place in a row of tokens: what stands there, going on, and what to say where it is not what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, ParamSpec

from sympy import Integer

from symparams.errors import FormulaTextError
from symparams.formulas.building import Piece, Refusal
from symparams.formulas.naming import Spelling
from symparams.formulas.tokens import MOST_DEPTH, Lexer, Token

__all__ = ["CLOSERS", "Cursor"]

CLOSERS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "⌈": "⌉", "⌊": "⌋"}

P = ParamSpec("P")


class Cursor:
    """Where a parser stands, and how deep."""

    def __init__(self, lexer: Lexer, tokens: list[Token], sizes: Mapping[str, Integer]) -> None:
        self.source, self.tokens, self.names = lexer.source, tokens, lexer.names
        self.implied, self.tex, self.branch = lexer.products_implied, lexer.tex_arguments, lexer.branch
        self.sizes = sizes  # stated behind the formula
        self.place = self.depth = self.choices = self.bodies = 0
        self.indices: dict[str, int | None] = {}  # of the sums around this place, with their values where a sum is written out
        self.indexed: set[str] = set()  # the indices that a size was met with: n_l
        self.local: dict[str, Piece] = {}  # what code assigns before the formula
        self.written = self.hidden = False  # whether a product with a sign was met, and one without
        self.used: dict[str, str | None] = {}  # symbols met, with the path or the style they were met in

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
            self.fail(self.token, f"{self.shown()} where {wanted} was expected", wanted, "check what stands here")
        return self.take()

    def fail(self, token: Token, given: str, wanted: str, move: str) -> NoReturn:
        raise FormulaTextError(self.source, token.start, given, wanted, move) from None

    def undeclared(self, token: Token, spelling: Spelling) -> NoReturn:
        raise FormulaTextError(self.source, token.start, *self.names.unknown(spelling), name=spelling.word) from None

    def build(self, token: Token, step: Callable[P, Piece], *args: P.args, **kwargs: P.kwargs) -> Piece:
        try:
            return step(*args, **kwargs)
        except Refusal as refusal:
            self.fail(token, *refusal.args)
        except (ArithmeticError, NotImplementedError, TypeError, ValueError) as error:  # sympy's own, from odd expressions
            self.fail(token, f"a step that sympy cannot do ({type(error).__name__})", "a size", "simplify the formula here")

    def nested(self, rule: Callable[[], Piece]) -> Piece:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.fail(self.token, "a formula nested too deeply", f"at most {MOST_DEPTH} brackets in one another", "simplify it")
        piece = rule()
        self.depth -= 1
        return piece

    def shown(self) -> str:
        return "the end" if self.at("end") else repr(self.token.text)
