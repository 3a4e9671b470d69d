"""Formulas as code writes them: 12 * cfg.n_layer * cfg.n_embd**2, -(-V // 128), sum([a, b]). Read, never run.

A function of simple assignments and one `return` is its returned formula, a `lambda` its body, and `a if bias else b` one of
two branches, of which the reader is asked for one.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import ClassVar

from symparams.formulas.naming import Spelling
from symparams.formulas.numerals import NumeralLexer, number_pattern
from symparams.formulas.tokens import Lexer, Rule, Token

__all__ = ["PythonLexer"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_SIGN = re.compile(r"==|:=|<=|>=|[-+*/(),=<>\[\]]")
_STRING = r"(\"\"\"|\x27\x27\x27)[\s\S]*?\1|\"[^\"\n]*\"|'[^'\n]*'"


class PythonLexer(NumeralLexer):
    """Python expressions and assignments, with no implied products."""

    products_implied = False
    depth = 0

    def word(self, match: re.Match[str]) -> Iterator[Token]:
        path = re.findall(_NAME, match[0])
        if path == ["return"] and self.begins_statement():
            yield Token("return", "return", match.start(), match.end())
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
        yield from self.blank(match)
        if self.depth == 0 and not self.begins_statement():
            yield Token("line", "a new line", match.start(), match.end())

    def begins_statement(self) -> bool:
        return self.previous is None or self.previous.kind == "line"

    def condition(self, match: re.Match[str]) -> Iterator[Token]:
        """`if bias else`, between the formulas of two branches."""
        condition = " ".join(match["condition"].split())
        opposite = condition.removeprefix("not ") if condition.startswith("not ") else f"not {condition}"
        if not condition.replace("_", "").replace(".", "").isalnum() and not condition.startswith("not "):
            opposite = f"not ({condition})"
        yield Token("if", condition, match.start(), match.end(), answers=(condition, opposite))

    def header(self, match: re.Match[str]) -> Iterator[Token]:
        """The head of a function or of a lambda, before the formula."""
        if self.previous is not None and self.previous.kind not in ("relation", "return"):
            self.fail(match.start(), f"the keyword {(match['keyword'] or match['def'])!r}", "one formula", "give the formula alone")
        yield from self.blank(match)

    def docstring(self, match: re.Match[str]) -> Iterator[Token]:
        if not self.begins_statement():
            self.fail(match.start(), "a string in a formula", "names, numbers and operators", "leave the string out")
        yield from self.blank(match)

    def augmented(self, match: re.Match[str]) -> Iterator[Token]:
        given = f"{match[0]}, which changes a number that stands elsewhere"
        self.fail(match.start(), given, "a formula, or name = formula", "write the whole sum as one formula")

    def sign(self, match: re.Match[str]) -> Iterator[Token]:
        self.depth += (match[0] in "([") - (match[0] in ")]")
        yield from super().sign(match)

    rules: ClassVar[tuple[Rule, ...]] = (
        (re.compile(r"[^\S\n]+|\\\r?\n|#[^\n]*|:\s*(?:int|float)\s*(?==)"), Lexer.blank),
        (re.compile(r"\n"), line_break),
        (number_pattern(r"(?P<digits>[0-9](?:_?[0-9])*)"), NumeralLexer.number),
        (
            re.compile(rf"(?P<keyword>lambda)\b[\w\s,=*]*:|(?P<def>(?:async\s+)?def)\s+{_NAME}\s*\([^()]*\)\s*(?:->[^:\n]*)?:"),
            header,
        ),
        (re.compile(rf"[rR]?(?:{_STRING})"), docstring),
        (re.compile(r"if\b(?P<condition>[^:]{1,200}?)\belse\b"), condition),
        (re.compile(rf"{_NAME}(?:\s*\.{_NAME}|\[\s*(?:\"{_NAME}\"|'{_NAME}')\s*\])*"), word),
        (re.compile(r"(?:[-+*/%]|\*\*|//)=(?!=)"), augmented),
        (re.compile(r"\*\*"), Lexer.double_star),
        (re.compile(r"//"), Lexer.floor_division),
        (_SIGN, sign),
    )
