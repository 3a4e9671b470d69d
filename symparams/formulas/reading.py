"""`read`: from the text of a formula to its sides and relations, in whatever syntax people write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational, Symbol

from symparams.errors import FormulaTextError, NotationError, shown
from symparams.formulas.building import Piece
from symparams.formulas.grammar import Parser
from symparams.formulas.latex import LatexLexer
from symparams.formulas.naming import Names
from symparams.formulas.plain import PlainLexer
from symparams.formulas.python import PythonLexer
from symparams.formulas.tokens import MAGNITUDES, Lexer, Token
from symparams.notation import Form, expr_of, symbol, text

__all__ = ["Formula", "Precision", "read"]

LONGEST_TEXT = 4000

_LEXERS: dict[str, type[Lexer]] = {"latex": LatexLexer, "unicode": PlainLexer, "python": PythonLexer, "text": PlainLexer}
_FENCES = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"), ("```", "```"), ("`", "`"))
_LATEX_MARKS = re.compile(r"\\[^\s]|\$|[_^]\{|\{,\}")
_PYTHON_MARKS = re.compile(r"\*\*|//|[A-Za-z_]\.[A-Za-z_]|\[[\"']|\breturn\b|\bint\(|[0-9]_[0-9]|\bsum\(|\S[ \t]+# ")


@dataclass(frozen=True)
class Precision:
    """How exactly a number is stated: 124M is 124,000,000 to a `unit` of 1,000,000 in its last digit."""

    value: Rational
    unit: Rational


@dataclass(frozen=True)
class Formula:
    """What a text says.

    `sides` are sympy expressions and `relations` the signs between them: "=", "≈", "∼", "∝", or "O" before a side that was
    written O(…). There is one relation less than there are sides; where a text begins with its relation (≈ 12Nd², O(n²d)), or
    its left side is a name that can be no symbol (LSTM 参数量 = …), there are as many, and the first one says how the quantity
    that the text leaves out relates to the first side. Without any relation a formula claims equality.

    `label` is what the text calls its quantity: an undeclared name alone on the left, or the words before a colon.
    `forms` are the sides in the author's own order and grouping, `remainders` what stands in a last "+ O(…)" of each side,
    `precision` how exactly a side that is one rounded number is stated; both are None where there is nothing of the kind.
    """

    source: str
    syntax: str
    sides: tuple[Expr, ...]
    relations: tuple[str, ...]
    label: str | None
    names: tuple[str, ...]
    forms: tuple[Form, ...] = field(repr=False)
    remainders: tuple[Expr | None, ...] = field(repr=False)
    precision: tuple[Precision | None, ...] = field(repr=False)

    @property
    def lhs(self) -> Expr:
        """The first side."""
        return self.sides[0]

    @property
    def rhs(self) -> Expr:
        """The last side."""
        return self.sides[-1]

    @property
    def remainder(self) -> Expr | None:
        """What stands in a "+ O(…)" at the end of the last side."""
        return self.remainders[-1]

    def __str__(self) -> str:
        """The formula in the author's own order, as Python writes it but for the relations.

        >>> print(read("P = 12 l h^2 (1 + 13/(12h))", names=("l", "h")))
        P = 12*l*h**2*(1 + 13/(12*h))
        """
        written = [_written(form) for form in self.forms]
        written = [
            side if rest is None else f"{side} + O({_written(rest)})" for side, rest in zip(written, self.remainders, strict=True)
        ]
        signs = ("", *self.relations) if len(self.relations) < len(written) else self.relations
        parts = [f"O({side})" if sign == "O" else f"{sign} {side}".strip() for sign, side in zip(signs, written, strict=True)]
        return " ".join(parts)


def read(
    text: str,
    names: str | Iterable[str | Symbol] | Mapping[str, str | Symbol] = (),
    syntax: str | None = None,
    functions: Iterable[str] = (),
) -> Formula:
    r"""The formula that a text states, read without evaluating any of it.

    `names` declares the symbols: names or symbols, or what the text calls them with what they are; `functions` the names that
    are called. `syntax` is "latex", "unicode", "python" or "text", guessed when left out. Raises `FormulaTextError`, with
    the column, where the text is no formula in the declared names, or could be read in two ways.

    >>> read(r"N \approx 12\,n_{layer} d_{\text{model}}^2", names=("n_layer", "d_model")).rhs
    12*d_model**2*n_layer
    >>> read("4 × (I × H + H² + H)", names="I H").lhs
    4*H**2 + 4*H*I + 4*H
    >>> read("12 * cfg.n_layer * cfg.n_embd ** 2", names=("n_layer", "n_embd")).lhs
    12*n_embd**2*n_layer
    >>> formula = read("N(12d^2+13d)+Vd ≈ 124M", names="N d V")
    >>> formula.relations, formula.precision[-1]
    (('≈',), Precision(value=124000000, unit=1000000))
    """
    if not isinstance(text, str):
        raise NotationError(f"read({shown(text)})", "a text", 'write read("12Nd^2", names="N d")')
    if syntax is not None and syntax not in _LEXERS:
        raise NotationError(f"syntax={shown(syntax)}", " or ".join(_LEXERS), "leave it out to have it guessed")
    if len(text) > LONGEST_TEXT:
        move = "split the text, one formula at a time"
        raise FormulaTextError(text, LONGEST_TEXT, f"a text of {len(text)} characters", f"at most {LONGEST_TEXT}", move)
    known = Names(names, functions)
    syntax = syntax or guessed(text)
    try:
        return _Reader(text, known, syntax).formula()
    except RecursionError:  # a caller deep in its own recursion leaves no room
        raise FormulaTextError(text, 0, "no room left to read in", "a shallower call of read", "call it from less deep") from None


def guessed(text: str) -> str:
    r"""The syntax that a text seems to be in. A wrong guess ends in an error, as no sign means two things in two syntaxes.

    >>> guessed(r"d_{model}"), guessed("4·d²"), guessed("4*d**2"), guessed("4d^2")
    ('latex', 'unicode', 'python', 'text')
    """
    if _LATEX_MARKS.search(text):
        return "latex"
    if _PYTHON_MARKS.search(text) and "^" not in text:
        return "python"
    return "text" if text.isascii() else "unicode"


class _Reader:
    """One reading: cut into tokens, take off the label, read side after side."""

    def __init__(self, source: str, names: Names, syntax: str) -> None:
        self.source, self.names, self.syntax = source, names, syntax
        self.lexer = _LEXERS[syntax](source, names)
        self.label: str | None = None

    def formula(self) -> Formula:
        start, stop = self.unfenced()
        start = self.behind_colon(start, stop)
        tokens = self.lexer.tokens(start, stop)
        begin, first = self.behind_label(tokens)
        parser = Parser(self.source, tokens[begin:], self.names, self.lexer.products_implied, self.lexer.tex_arguments)
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
        )

    def unfenced(self) -> tuple[int, int]:
        """The span of the formula without blanks, $…$ around it and a full stop behind it."""
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
            if (start, stop) == before:
                break
        if start == stop:
            self.lexer.fail(min(start, len(self.source)), "no formula", "a formula", "give one, such as 12Nd^2")
        return start, stop

    def behind_colon(self, start: int, stop: int) -> int:
        """The place behind a label of words and a colon: 参数量：4d², Total (Non-Embedding): 4d²."""
        match = re.compile(r"([^\W\d_][\w \t().&/+-]*):(?![=:])\s*").match(self.lexer.text, start, stop)
        if not match or self.syntax == "python" or match[1].strip() in self.names.declared:
            return start
        self.label = match[1].strip()
        return match.end()

    def behind_label(self, tokens: list[Token]) -> tuple[int, Piece | None]:
        """How many tokens the quantity's own name takes, and the side that it is, if it can be one."""
        end = next((place for place, token in enumerate(tokens) if token.kind in ("relation", ":", "end")), 0)
        before = tokens[:end]
        words = [token for token in before if token.kind == "name"]
        known = any(token.spelling and self.names.factors(token.spelling) for token in words)
        if not words or known or tokens[end].kind == "end" or not {token.kind for token in before} <= {"name", "(", ")", "-", "/"}:
            return 0, None
        if before[0].kind != "name" or (len(words) > 1 and any(len(token.text) < 2 for token in words)):
            return 0, None
        written = self.source[before[0].start : before[-1].end]
        self.label = self.label or (words[0].spelling.word if len(before) == 1 and words[0].spelling else written)
        if tokens[end].kind == ":":
            return end + 1, None
        word = words[0].spelling.word if words[0].spelling and len(before) == 1 else ""
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", word):
            return end, None
        self.label = word
        return end, Piece.symbol(symbol(word))

    def refuse_counts(self, side: Piece, tokens: list[Token]) -> None:
        """Refuses 124M beside sizes, where M may be one, and 124M alone where M is declared."""
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


def _written(form: Form) -> str:
    try:
        return text(form)
    except NotationError:  # the caller's own functions
        return str(expr_of(form))


def _precision(side: Piece) -> Precision | None:
    numeral = side.numeral
    return Precision(numeral.value, Integer(1) * numeral.unit) if numeral and numeral.unit is not None else None
