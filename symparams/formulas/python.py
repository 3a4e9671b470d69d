"""Formulas as code writes them: 12 * cfg.n_layer * cfg.n_embd**2, -(-V // 128), sum([a, b]). Read, never run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symparams.formulas.naming import Spelling
from symparams.formulas.tokens import Lexer, Token, number_pattern

__all__ = ["PythonLexer"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_STATEMENTS = frozenset(
    "if else for in and or not is lambda def class import from while with yield await assert del pass".split()
)
_SIGN = re.compile(r"==|:=|[-+*/(),=\[\]]")


class PythonLexer(Lexer):
    """Python expressions and assignments, with no implied products."""

    products_implied = False
    depth = 0

    def word(self, match: re.Match[str]) -> Iterator[Token]:
        path = [part for part in re.split(r"[\s.\[\]\"']+", match[0]) if part]
        keyword = next((part for part in path if part in _STATEMENTS), None)
        if keyword:
            self.fail(
                match.start(),
                f"the keyword {keyword!r}",
                "one formula, without statements or conditions",
                "give the formula alone",
            )
        if path == ["return"] and self.previous is None:
            return
        *owners, name = path
        spelling = Spelling((name,), whole=True, path=".".join(owner for owner in owners if owner != "self") or None)
        yield Token("name", match[0], match.start(), match.end(), spelling=spelling)

    def line_break(self, match: re.Match[str]) -> Iterator[Token]:
        if self.depth == 0 and self.previous is not None:
            self.fail(
                match.start(), "a second line", "one formula", "put brackets around a formula of several lines, or join them"
            )
        yield from self.blank(match)

    def sign(self, match: re.Match[str]) -> Iterator[Token]:
        self.depth += (match[0] in "([") - (match[0] in ")]")
        yield from super().sign(match)

    rules = (
        (re.compile(r"[^\S\n]+|\\\r?\n|#[^\n]*"), Lexer.blank),
        (re.compile(r"\n"), line_break),
        (number_pattern(r"(?P<digits>[0-9](?:_?[0-9])*)"), Lexer.number),
        (re.compile(rf"{_NAME}(?:\s*\.\s*{_NAME}|\[\s*(?:\"{_NAME}\"|'{_NAME}')\s*\])*"), word),
        (re.compile(r"\*\*"), Lexer.double_star),
        (re.compile(r"//"), Lexer.floor_division),
        (_SIGN, sign),
    )
