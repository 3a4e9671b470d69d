"""Annotations in Python: comments above or behind a statement or a comment, and those in docstrings."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator

from symparams.checks.documents.inputs import Preamble
from symparams.checks.documents.markups import MARK
from symparams.checks.documents.passages import Passage, passages

__all__ = ["python_passages"]

_COMMENT = re.compile(r"#+:?\s*symparams:(?P<annotation>.*)")
_CODE = re.compile(r"(?:return|yield)\b\s*|(?P<name>[A-Za-z_][\w.]*)\s*:[^=()]{1,80}=\s*")  # what stands before a formula
_FORMATTED = "an annotation in an f-string, which is no docstring and has no text before it runs; write the docstring without the f"
_ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|.)", re.DOTALL)
_KNOWN = frozenset("\n\\'\"abfnrtvxNuU")  # behind a backslash, to Python
_BLANK = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


def python_passages(lines: Iterable[str], preamble: Preamble | None = None) -> Iterator[Passage]:
    r"""Every annotation in the lines of a Python file with its formula, in order.

    >>> [passage] = python_passages(["# symparams: LSTM(I, H) params\n", "n = 4 * (i*h + h**2 + h)\n"])
    >>> passage.line, passage.claim
    (2, 'n = 4 * (i*h + h**2 + h)')

    Raises `tokenize.TokenError` or `SyntaxError` where the lines are no Python.
    """
    waiting: tuple[int, str] | None = None  # an annotation that has no formula yet
    statement: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
        if token.type == tokenize.COMMENT:
            found = _COMMENT.match(token.string)
            if found and statement:
                yield _passage(statement, found["annotation"].strip())
                statement = []
                continue
            text = token.string.lstrip("#: ")
            if waiting and not statement and not found:
                if re.match(r"where\b", text) or waiting[1].count("(") > waiting[1].count(")"):
                    waiting = waiting[0], f"{waiting[1]} {text}"
                elif text:
                    yield Passage(token.start[0], waiting[1], text, text)
                    waiting = None
            elif found:
                if waiting:
                    yield _alone(waiting)
                waiting = token.start[0], found["annotation"].strip()
        elif token.type == tokenize.NEWLINE or token.type == tokenize.ENDMARKER:
            if waiting and statement:
                yield _passage(statement, waiting[1])
                waiting = None
            elif _is_formatted(statement) and any(MARK in part.string for part in statement):
                yield Passage(statement[0].start[0], "", problem=_FORMATTED)
            elif len(statement) == 1 and statement[0].type == tokenize.STRING and MARK in statement[0].string:
                yield from _docstring(statement[0], preamble)
            statement = []
        elif token.type not in _BLANK:
            statement.append(token)
    if waiting:
        yield _alone(waiting)


def _alone(waiting: tuple[int, str]) -> Passage:
    return Passage(waiting[0], waiting[1], problem="an annotation without a formula")


def _passage(statement: list[tokenize.TokenInfo], annotation: str) -> Passage:
    formula = _written(statement)
    return Passage(statement[0].start[0], annotation, formula, formula, "python")


def _is_formatted(statement: list[tokenize.TokenInfo]) -> bool:
    """Whether a statement is an f-string alone, which is one token before Python 3.12 and several since."""
    return bool(statement) and re.match(r"(?i:[rb]?[ft][rb]?)['\"]", statement[0].string) is not None


def _written(statement: list[tokenize.TokenInfo]) -> str:
    """A statement on one line, without its comments, its type and its `return`."""
    out, end = "", statement[0].start
    for token in statement:
        out += token.string if token.start == end else f" {token.string}"
        end = token.end
    before = _CODE.match(out)
    return out if before is None else f"{before['name']} = {out[before.end() :]}" if before["name"] else out[before.end() :]


def _escaped(literal: str) -> str:
    r"""The same string without escapes that Python warns of, \l and \400: to hold warnings back would change the whole process.

    >>> _escaped(r"'\lceil d \400 \n'")
    "'\\\\lceil d \\u0100 \\n'"
    """
    prefix = re.match(r"[A-Za-z]*", literal)
    if prefix is not None and set(prefix[0].lower()) & set("rb"):
        return literal
    return _ESCAPE.sub(lambda escape: _written_out(escape[0]), literal)


def _written_out(escape: str) -> str:
    if escape[1] in "01234567":
        return f"\\u{int(escape[1:], 8):04x}"
    return escape if escape[1] in _KNOWN else f"\\{escape}"


def _docstring(token: tokenize.TokenInfo, preamble: Preamble | None) -> Iterator[Passage]:
    """The annotations of a docstring, whose first line is the token's."""
    if "b" in token.string.partition(token.string[-1])[0].lower():
        return
    try:
        value = ast.literal_eval(_escaped(token.string))
    except (ValueError, SyntaxError) as error:
        problem = f"an annotation in a string that Python cannot read: {error.args[0] if error.args else error}"
        yield Passage(token.start[0], "", problem=problem)
        return
    if isinstance(value, str):
        yield from passages(enumerate(value.splitlines(), token.start[0]), "docstring", preamble)
