"""Formulas as code writes them: 12 * cfg.n_layer * cfg.n_embd**2, -(-V // 128), sum([a, b]). Read, never run."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import ClassVar

from symparams.formulas.naming import Spelling
from symparams.formulas.tokens import Lexer, Rule, Token, number_pattern

__all__ = ["PythonLexer"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_SIGN = re.compile(r"==|:=|[-+*/(),=\[\]]")


class PythonLexer(Lexer):
    """Python expressions and assignments, with no implied products."""

    products_implied = False
    depth = 0

    def word(self, match: re.Match[str]) -> Iterator[Token]:
        path = re.findall(_NAME, match[0])
        if path == ["return"] and self.previous is None:
            return
        statement = next((part for part in path if keyword.iskeyword(part)), None)
        if statement:
            self.fail(
                match.start(),
                f"the keyword {statement!r}",
                "one formula, without statements or conditions",
                "give the formula alone",
            )
        *owners, name = path
        spelling = Spelling((name,), whole=True, path=".".join(owner for owner in owners if owner != "self") or None)
        yield Token("name", match[0], match.start(), match.end(), spelling=spelling)

    def line_break(self, match: re.Match[str]) -> Iterator[Token]:
        if self.depth == 0 and self.previous is not None:
            self.fail(match.start(), "a second line", "one formula", "put brackets around a formula of several lines, or join them")
        yield from self.blank(match)

    def sign(self, match: re.Match[str]) -> Iterator[Token]:
        self.depth += (match[0] in "([") - (match[0] in ")]")
        yield from super().sign(match)

    rules: ClassVar[tuple[Rule, ...]] = (
        (re.compile(r"[^\S\n]+|\\\r?\n|#[^\n]*|:\s*(?:int|float)\s*(?==)"), Lexer.blank),
        (re.compile(r"\n"), line_break),
        (number_pattern(r"(?P<digits>[0-9](?:_?[0-9])*)"), Lexer.number),
        (re.compile(rf"{_NAME}(?:\s*\.\s*{_NAME}|\[\s*(?:\"{_NAME}\"|'{_NAME}')\s*\])*"), word),
        (re.compile(r"\*\*"), Lexer.double_star),
        (re.compile(r"//"), Lexer.floor_division),
        (_SIGN, sign),
    )
