"""`lint`: every annotated formula of some files, judged."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symparams.checks.checking import check
from symparams.checks.documents.annotation import read_annotation
from symparams.checks.documents.notebooks import notebook_passages
from symparams.checks.documents.passages import MARK, Passage, passages
from symparams.checks.documents.python import python_passages
from symparams.checks.verdict import Verdict
from symparams.errors import DocumentError, SymparamsError

__all__ = ["Finding", "lint", "lint_file", "printable"]

LARGEST = {".tex": 32, ".md": 32, ".markdown": 32, ".ipynb": 32, ".py": 4}  # MB; Python is read by its own tokenizer, which is slow
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
        report = self.verdict.report if self.verdict is not None else f"unreadable: {self.error}"
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


def lint(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Finding]:
    """A finding for each annotated formula of the files, and one for each file that cannot be read; no file stops the others."""
    for path in paths:
        yield from lint_file(path)


def lint_file(path: str | os.PathLike[str]) -> Iterator[Finding]:
    """The findings of one .tex, .md, .ipynb or .py file, in order. Nothing in it is run."""
    name = os.fspath(path)
    try:
        for cell, passage in _passages(Path(name)):
            yield _judged(name, cell, passage)
    except SymparamsError as error:
        yield Finding(name, 0, "", error=str(error))
    except OSError as error:
        yield Finding(name, 0, "", error=f"cannot be opened: {error.strerror or error}")
    except UnicodeDecodeError as error:
        yield Finding(name, 0, "", error=f"no text in UTF-8: byte 0x{error.object[error.start]:02x}; save it as UTF-8")
    except (tokenize.TokenError, SyntaxError) as error:
        yield Finding(name, 0, "", error=f"no Python: {error.args[0] if error.args else error}")


def _passages(path: Path) -> Iterator[tuple[int | None, Passage]]:
    kind = path.suffix.lower()
    if path.is_dir():
        raise DocumentError("a directory", "a file", "give its files: symparams lint docs/*.md")
    if kind not in LARGEST:
        raise DocumentError(f"a file of the kind {kind or path.name!r}", f"one of {', '.join(LARGEST)}", "leave it out")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST[kind] * _MB:
            raise DocumentError(
                f"a file of {size / _MB:,.0f} MB", f"{kind} files of at most {LARGEST[kind]} MB", "split it, or leave it out"
            )
        if b"\0" in file.read(8_192):
            raise DocumentError("a binary file", "text in UTF-8", "leave it out")
        file.seek(0)
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline=None)
        if kind in (".tex", ".md", ".markdown"):
            lines = ((number, line.rstrip("\n")) for number, line in enumerate(text, 1))
            yield from ((None, passage) for passage in passages(lines, "tex" if kind == ".tex" else "markdown"))
            return
        written = text.read(LARGEST[kind] * _MB)
        if MARK not in written and kind == ".py":
            return
        if kind == ".ipynb":
            yield from notebook_passages(written)
        else:
            yield from ((None, passage) for passage in python_passages(io.StringIO(written)))


def _judged(path: str, cell: int | None, passage: Passage) -> Finding:
    formula = " ".join(passage.formula.split())
    if passage.problem:
        return Finding(path, passage.line, formula, error=passage.problem, cell=cell)
    try:
        annotation = read_annotation(passage.annotation)
        verdict = check(passage.formula, annotation.model, annotation.where, passage.syntax)
    except SymparamsError as error:
        return Finding(path, passage.line, formula, error=str(error), cell=cell)
    return Finding(path, passage.line, formula, verdict, cell=cell)
