"""`lint`: every annotated formula of some files, judged."""

from __future__ import annotations

import io
import os
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from symparams.checks.checking import check
from symparams.checks.documents.annotation import in_annotation, read_annotation
from symparams.checks.documents.files import LARGEST, files, kind_of, opened, too_large
from symparams.checks.documents.inputs import Preamble
from symparams.checks.documents.markups import MARK
from symparams.checks.documents.notebooks import notebook_passages
from symparams.checks.documents.passages import Passage, passages
from symparams.checks.documents.python import python_passages
from symparams.checks.documents.tex import tokens
from symparams.checks.verdict import Verdict
from symparams.errors import DocumentError, FormulaTextError, SymparamsError

__all__ = ["Finding", "lint", "lint_file", "printable"]

_MB = 1_000_000


@dataclass(frozen=True)
class Finding:
    """A formula of a file and its verdict, or why there is none. `line` counts from 1, 0 is the file itself."""

    path: str
    line: int
    formula: str
    verdict: Verdict | None = None
    error: str = ""
    cell: int | None = None  # of a notebook, from 1

    @property
    def right(self) -> bool:
        """Whether the formula was read and may stand as it is."""
        return self.verdict is not None and self.verdict.right

    @property
    def status(self) -> str:
        """What it comes to: "right", "wrong" or "unreadable"."""
        return "unreadable" if self.verdict is None else "right" if self.right else "wrong"

    @property
    def place(self) -> str:
        """File and line as editors take them: "paper.tex:12"."""
        cell = f" (cell {self.cell})" if self.cell else ""
        return f"{printable(self.path)}:{self.line}{cell}" if self.line else printable(self.path)

    @property
    def message(self) -> str:
        """What is to be said of it in lines."""
        report = in_annotation(self.verdict.report) if self.verdict is not None else f"unreadable: {self.error}"
        return printable(report.partition("\n")[0] if self.right else report)

    @property
    def github(self) -> str:
        r"""The finding as an annotation of GitHub's CI, where it is no right one.

        >>> Finding("a,b.tex", 3, "4d^2", error="100% wrong\nindeed").github
        '::error file=a%2Cb.tex,line=3,title=symparams::unreadable: 100%25 wrong%0Aindeed'
        """
        path = _escaped(self.path).replace(":", "%3A").replace(",", "%2C")
        return f"::error file={path},line={max(self.line, 1)},title=symparams::{_escaped(self.message)}"

    def as_json(self) -> dict[str, Any]:
        """The finding in plain types."""
        verdict = self.verdict
        keys: dict[str, Any] = {"file": self.path, "line": self.line, "formula": self.formula, "right": self.right}
        keys |= {"cell": self.cell} if self.cell else {}
        return keys | (verdict.as_json() if verdict is not None else {"kind": "UNREADABLE", "reason": self.error})


def printable(text: str) -> str:
    """The text without what a terminal would act upon."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def lint(paths: Iterable[str | os.PathLike[str]], stdin_name: str = "") -> Iterator[Finding]:
    """A finding for each annotated formula of the files, and one for each file that cannot be read; no file stops the others.

    A directory stands for the annotated files below it, a pattern such as "docs/**/*.md" for what it matches, and "-" for standard
    input, whose kind is that of the file that `stdin_name` names.
    """
    for path in files(paths):
        yield from lint_file(path) if path != "-" else _lint_input(stdin_name)


def lint_file(path: str | os.PathLike[str]) -> Iterator[Finding]:
    """The findings of one .tex, .md, .ipynb or .py file, in order. Nothing in it is run."""
    name = os.fspath(path)
    yield from _guarded(name, lambda: opened(name))


def _lint_input(name: str) -> Iterator[Finding]:
    """The findings of standard input."""

    def read() -> IO[bytes]:
        if not name:
            given, move = "standard input without a name", "say which kind of file it is: symparams lint - --stdin-name paper.tex"
            raise DocumentError(given, "a name that ends in " + ", ".join(LARGEST), move)
        kind = kind_of(name)
        if sys.stdin is None:
            raise DocumentError("standard input, which is closed", "a file of text", "pipe it in, or name the file")
        content = sys.stdin.buffer.read(LARGEST[kind] * _MB + 1)
        if len(content) > LARGEST[kind] * _MB:
            raise too_large(kind, f"more than {LARGEST[kind]} MB")
        return io.BytesIO(content)

    yield from _guarded(name or "-", read)


def _guarded(name: str, read: Callable[[], IO[bytes]]) -> Iterator[Finding]:
    """The findings of one file; whatever is wrong with it is a finding too, so that the files behind it are read."""
    try:
        with io.TextIOWrapper(read(), encoding="utf-8-sig", newline=None) as file:
            preamble = Preamble(Path(name).resolve().parent if name.lower().endswith(".tex") else None)
            for cell, passage in _passages(kind_of(name), file, preamble):
                yield _judged(name, cell, passage, preamble)
    except SymparamsError as error:
        yield Finding(name, 0, "", error=str(error))
    except OSError as error:
        yield Finding(name, 0, "", error=f"cannot be opened: {error.strerror or error}")
    except UnicodeDecodeError as error:
        yield Finding(name, 0, "", error=f"no text in UTF-8: byte 0x{error.object[error.start]:02x}; save it as UTF-8")
    except (tokenize.TokenError, SyntaxError) as error:
        yield Finding(name, 0, "", error=f"no Python: {error.args[0] if error.args else error}")
    except Exception as error:
        yield Finding(name, 0, "", error=_failure(error))


def _passages(kind: str, text: IO[str], preamble: Preamble) -> Iterator[tuple[int | None, Passage]]:
    if kind in (".tex", ".md", ".markdown"):
        lines = ((number, line.rstrip("\n")) for number, line in enumerate(text, 1))
        yield from ((None, passage) for passage in passages(lines, "tex" if kind == ".tex" else "markdown", preamble))
        return
    written = text.read()
    if kind == ".ipynb":
        yield from notebook_passages(written, preamble)
    elif MARK in written:
        yield from ((None, passage) for passage in python_passages(io.StringIO(written), preamble))


def _judged(path: str, cell: int | None, passage: Passage, preamble: Preamble) -> Finding:
    formula = " ".join(passage.formula.split())
    try:
        if not passage.annotation and passage.problem:
            return Finding(path, passage.line, formula, error=passage.problem, cell=cell)
        annotation = read_annotation(passage.annotation)
        if passage.problem:
            return Finding(path, passage.line, formula, error=passage.problem, cell=cell)
        quantity = {} if annotation.of == "parameters" else {"of": annotation.of}
        verdict = check(passage.claim, annotation.model, annotation.where, passage.syntax, **quantity)
    except SymparamsError as error:
        return Finding(path, passage.line, formula, error=in_annotation(str(error)) + _missing(error, passage, preamble), cell=cell)
    except Exception as error:  # one formula that symparams fails on is no reason to judge none of the others
        return Finding(path, passage.line, formula, error=_failure(error), cell=cell)
    return Finding(path, passage.line, formula, verdict, cell=cell)


def _missing(error: SymparamsError, passage: Passage, preamble: Preamble) -> str:
    """The files that may define a command that a formula needs."""
    commands = {token for token in tokens(passage.claim) if len(token) > 2 and token[0] == "\\"}
    if not preamble.missing or not isinstance(error, FormulaTextError) or not any(name in error.given for name in commands):
        return ""
    listed = "; ".join(f"{name} ({reason})" for name, reason in list(preamble.missing.items())[:5])
    return f"\n  note:   it may be defined in what was not read: {listed}"


def _failure(error: Exception) -> str:
    return f"symparams failed on it, which is a fault of symparams: {type(error).__name__}: {error}"
