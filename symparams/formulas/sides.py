"""From a text to its `Formula`: what stands around it is taken off, then side after side is read.

    text = fence? label? side (relation side)* sizes?

A label is the quantity's own name (see `labels`), a size behind the formula one such as ", d = 768" (see `stated`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from sympy import Expr, Integer

from symparams.errors import FormulaTextError
from symparams.formulas.building import Piece
from symparams.formulas.formula import Formula, Precision
from symparams.formulas.grammar import Parser
from symparams.formulas.labels import label_before_colon, tokens_of_label
from symparams.formulas.latex import LatexLexer
from symparams.formulas.naming import Names, Undeclared
from symparams.formulas.numerals import MAGNITUDES
from symparams.formulas.plain import PlainLexer
from symparams.formulas.python import PythonLexer
from symparams.formulas.stated import stated_sizes
from symparams.formulas.tokens import Lexer, Token
from symparams.formulas.words import sentence_like
from symparams.notation import symbol

__all__ = ["SYNTAXES", "Reader", "guessed"]

SYNTAXES: dict[str, type[Lexer]] = {"latex": LatexLexer, "unicode": PlainLexer, "python": PythonLexer, "text": PlainLexer}
_FENCES = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"), ("```python", "```"), ("```", "```"), ("`", "`"), ("**", "**"))
_BOX = re.compile(r"\\(?:boxed|fbox|ensuremath)\s*\{")
_LATEX_MARKS = re.compile(r"\\[^\s]|\$|[_^]\{|\{,\}")
_PYTHON_MARKS = re.compile(
    r"\*\*|//|[A-Za-z_]\.[A-Za-z_]|\[[\"']|\breturn\b|\bint\(|[0-9]_[0-9]|\bsum\(|\S[ \t]+# "
    r"|\blambda\b[^:]*:|\bdef\s|\bif\b.+\belse\b"
)


def guessed(text: str) -> str:
    r"""The syntax that a text seems to be in. A wrong guess ends in an error, as no sign means two things in two syntaxes.

    >>> guessed(r"d_{model}"), guessed("4·d²"), guessed("4*d**2"), guessed("4d^2")
    ('latex', 'unicode', 'python', 'text')
    """
    if _LATEX_MARKS.search(text):
        return "latex"
    text = text.strip().strip("`").removeprefix("**").removesuffix("**")  # bold, and no power
    if _PYTHON_MARKS.search(text) and "^" not in text and not re.fullmatch("#.*", text):
        return "python"
    return "text" if text.isascii() else "unicode"


class Reader:
    """One reading: cut into tokens, take off what stands around the sides, read side after side.

    `branches` answers the questions of texts that say several things, `written_out` tells whether each product had its sign.
    """

    def __init__(self, source: str, names: Names, syntax: str, branches: Mapping[str, int] | None = None) -> None:
        self.source, self.names, self.syntax = source, names, syntax
        self.lexer = SYNTAXES[syntax](source, names, branches)
        self.label: str | None = None
        self.written_out = False

    def formula(self) -> Formula:
        start, stop = self.unfenced()
        start = self.behind_colon(start, stop)
        tokens = list(self.lexer.tokens(start, stop))
        *assignments, tokens = self.statements(tokens)
        tokens = [
            one for one, two in pairwise([*tokens, tokens[-1]]) if not (one.text == "=" and two.kind == "relation" == one.kind)
        ]
        begin, first = self.behind_label(tokens)
        end, sizes = stated_sizes(tokens[begin:])
        tail = tokens[begin + end]
        body = [*tokens[begin : begin + end], replace(tokens[-1], start=tail.start)]
        self.refuse_sentences(body)
        parser = Parser(self.lexer, body, {})
        parser.sizes = {self.size_name(parser, token): value for token, value in sizes}
        for assignment in assignments:
            self.assign(parser, assignment)
        sides: list[Piece] = [first] if first else []
        relations: list[str] = []
        remainders: list[Expr | None] = [None] * len(sides)
        while True:
            relation = parser.take() if parser.at("relation") else None
            if relation is None and (sides or relations):
                parser.expect("end", "an operator, a relation or the end")
                break
            opened = parser.place
            side, remainder = parser.side()
            if side is None:
                assert remainder is not None
                relations.append("O")
                side, remainder = remainder, None
            elif relation:
                relations.append(relation.text)
            self.refuse_counts(side, parser.tokens[opened : parser.place])
            sides.append(side)
            remainders.append(remainder.expr if remainder else None)
        self.written_out = parser.written and not parser.hidden
        return Formula(
            source=self.source,
            syntax=self.syntax,
            sides=tuple(side.expr for side in sides),
            relations=tuple(relations),
            label=self.label,
            names=tuple(sorted(parser.used)),
            forms=tuple(side.form for side in sides),
            remainders=tuple(remainders),
            precision=tuple(_precision(side) for side in sides),
            sizes=tuple(parser.sizes.items()),
            branch=" and ".join(self.lexer.taken.values()),
        )

    def unfenced(self) -> tuple[int, int]:
        """The span of the formula without blanks, $…$ or a box around it and a full stop behind it."""
        start, stop, text = 0, len(self.source), self.lexer.text
        while True:
            before = start, stop
            while start < stop and text[start].isspace():
                start += 1
            while start < stop and (text[stop - 1].isspace() or (text[stop - 1] in ".,;。、" and self.syntax != "python")):
                stop -= 1
            for opening, closing in _FENCES:
                inside = start + len(opening), stop - len(closing)
                if text.startswith(opening, start) and text.endswith(closing, inside[0], stop) and inside[0] <= inside[1]:
                    start, stop = inside
                    break
            box = _BOX.match(text, start, stop)
            if box and isinstance(self.lexer, LatexLexer) and self.lexer.group_end(box.end() - 1) == stop:
                start, stop = box.end(), stop - 1
            if (start, stop) == before:
                break
        if start == stop:
            self.lexer.fail(min(start, len(self.source)), "no formula", "a formula", "give one, such as 12Nd^2")
        return start, stop

    def statements(self, tokens: list[Token]) -> list[list[Token]]:
        """The statements of code, each with its end; the formula is the last one. In other syntaxes there is one."""
        found: list[list[Token]] = [[]]
        for token in tokens:
            if token.kind == "line" and found[-1]:
                found[-1].append(replace(token, kind="end"))
                found.append([])
            elif token.kind not in ("line", "end") or found[-1] or len(found) == 1:
                found[-1].append(token)
        found = [statement for statement in found if statement]
        for before in found[:-1]:
            if [token.kind for token in before[:2]] != ["name", "relation"] or before[1].text != "=":
                move = "put brackets around a formula of several lines, or join them"
                self.lexer.fail(before[-1].start, "a second line", "one formula", move)
        if found[-1][0].kind == "return":
            del found[-1][0]
        if found[-1][-1].kind != "end":
            found[-1].append(tokens[-1])
        return found

    def assign(self, parser: Parser, statement: list[Token]) -> None:
        """Makes the formula of `name = formula` known to the lines behind it."""
        name = statement[0].spelling
        assert name is not None
        formula, place = parser.tokens, parser.place
        parser.tokens, parser.place = statement[2:], 0
        piece = parser.sum()
        parser.expect("end", "an operator or the end of the line")
        parser.tokens, parser.place = formula, place
        parser.local[name.word] = piece

    def size_name(self, parser: Parser, token: Token) -> str:
        """The name of a size stated behind the formula."""
        assert token.spelling is not None
        factors = self.names.factors(token.spelling)
        if factors is None:
            parser.undeclared(token, token.spelling)
        if len(factors) > 1:
            parser.fail(token, f"a value for the product {token.text}", "a value for one size", "give one name")
        return str(factors[0].name)

    def behind_colon(self, start: int, stop: int) -> int:
        """The place behind a label of words and a colon."""
        found = label_before_colon(self.lexer.text, start, stop)
        if found is None or self.syntax == "python" or found[0] in self.names.declared:
            return start
        self.label, place = found
        return place

    def behind_label(self, tokens: list[Token]) -> tuple[int, Piece | None]:
        """How many tokens the quantity's own name takes, and the side that it is, if it can be one."""
        end = tokens_of_label(tokens, self.names)
        if not end:
            return 0, None
        before = tokens[:end]
        word = before[0].spelling.word if before[0].spelling and len(before) == 1 else ""
        self.label = self.label or word or self.source[before[0].start : before[-1].end]
        if tokens[end].kind == ":":
            return end + 1, None
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", word):
            return end, None
        self.label = word
        return end, Piece.symbol(symbol(word))

    def refuse_sentences(self, tokens: list[Token]) -> None:
        if self.names.undeclared is Undeclared.REFUSED or not self.lexer.products_implied:
            return
        if found := sentence_like(tokens, self.names):
            token, given = found
            assert token.spelling is not None
            wanted, move = "a formula, with an operator between names", "give the formula alone, without words"
            raise FormulaTextError(self.source, token.start, given, wanted, move, token.spelling.word)

    def refuse_counts(self, side: Piece, tokens: list[Token]) -> None:
        """Refuses 124M beside sizes, where M may be one, and 124M alone where M is declared."""
        if self.names.undeclared is not Undeclared.REFUSED:  # the letter was read as a size where it stands beside sizes
            return
        met = {symbol.name for symbol in side.expr.free_symbols}
        for token, following, after in zip(tokens, [*tokens[1:], None], [*tokens[2:], None, None], strict=False):
            if token.numeral and token.numeral.suffixed and met:
                given = f"{token.text} beside sizes, where {token.text[-1]} may be one"
                self.lexer.fail(token.start, given, "numbers in full beside sizes", "write 124e6, or declare the letter")
            letter = following.spelling.word if following and following.spelling else ""
            powered = after is not None and after.kind == "^"
            set_apart = following is not None and following.spaced and following.text == letter
            if token.numeral and letter in MAGNITUDES and met <= MAGNITUDES.keys() and not powered and not set_apart:
                given = f"{token.text}{letter}, a number or a product with the declared {letter}"
                move = f"write {token.text}e{MAGNITUDES[letter]} or {token.text} * {letter}"
                self.lexer.fail(token.start, given, "one reading", move)


def _precision(side: Piece) -> Precision | None:
    numeral = side.numeral
    return Precision(numeral.value, Integer(1) * numeral.unit) if numeral and numeral.unit is not None else None
