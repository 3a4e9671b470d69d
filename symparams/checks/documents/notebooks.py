"""Annotations in notebooks: those of Markdown cells, and the comments of code cells."""

from __future__ import annotations

import json
import re
import tokenize
from collections.abc import Iterator
from typing import Any

from symparams.checks.documents.inputs import Preamble
from symparams.checks.documents.markups import MARK
from symparams.checks.documents.passages import Passage, passages
from symparams.checks.documents.python import python_passages
from symparams.errors import DocumentError

__all__ = ["notebook_passages"]

_NEXT = "open it in Jupyter and save it again"


def notebook_passages(written: str, preamble: Preamble) -> Iterator[tuple[int, Passage]]:
    """Every annotation of a notebook with the number of its cell, from 1; a passage's line is the one in the file.

    The macros that a cell defines hold in the cells below.

    Raises `DocumentError` where the text is no notebook.
    """
    place, line = 0, 1
    for number, (kind, source) in enumerate(_cells(written), 1):
        lines = source.splitlines()
        if kind == "markdown":
            found = passages(enumerate(lines, 1), kind, preamble)
        elif magic := re.match(r"%%(latex|markdown)\s", source):
            kind = "tex" if magic[1] == "latex" else "markdown"
            found = passages(((number, line) for number, line in enumerate(lines, 1) if number > 1), kind, preamble)
        elif MARK in source:
            found = _code(source, preamble)
        else:
            continue
        for passage in found:
            at = _place(written, lines[passage.line - 1] if passage.line <= len(lines) else "", place)
            line, place = line + written.count("\n", place, at), at
            yield number, passage._replace(line=line)


def _code(source: str, preamble: Preamble) -> Iterator[Passage]:
    """The comments of a code cell; lines that are no Python (%magic, !shell) count as blank."""
    lines = ["\n" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines(keepends=True)]
    try:
        yield from python_passages(lines, preamble)
    except (tokenize.TokenError, SyntaxError):
        at = next(number for number, text in enumerate(source.splitlines(), 1) if MARK in text)
        yield Passage(at, "", problem="an annotation in a cell that is no Python")


def _place(written: str, line: str, after: int) -> int:
    """Where in the file a line of a cell stands, from a place on; that place where it is not found."""
    found = (written.find(json.dumps(line, ensure_ascii=escaped)[1:-1], after) for escaped in (False, True))
    return next((at for at in found if at >= 0), after)


def _cells(written: str) -> Iterator[tuple[str, str]]:
    try:
        notebook: Any = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"no notebook: {error}", "a notebook, which is JSON", _NEXT) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise DocumentError("no notebook: JSON without a list of cells", "a notebook of format 4", _NEXT)
    for number, cell in enumerate(cells, 1):
        source = cell.get("source", "") if isinstance(cell, dict) else None
        if isinstance(source, list) and all(isinstance(part, str) for part in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise DocumentError(f"no notebook: cell {number} has no text", "cells with a source", _NEXT)
        if cell.get("cell_type") in ("markdown", "code"):
            yield cell["cell_type"], source
        else:
            yield "raw", ""
