r"""What a TeX document says before its formulas: macros of its own, and those of the files that it takes in.

\input, \include and \subfile are followed, \usepackage where the package lies beside the document, and "% !TEX root = main.tex"
to the document that a chapter belongs to. Files are looked for beside the document, then beside the file that names them. Only
their definitions are taken. What cannot be opened is kept in `missing`: no error, unless a formula needs a command that nothing
defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from symparams.checks.documents.macros import Macros
from symparams.checks.documents.tex import tokens, uncommented

__all__ = ["Preamble"]

MOST_FILES, LARGEST_FILE, LARGEST_TOTAL, DEEPEST = 100, 4_000_000, 16_000_000, 10
_TEXT = (".tex", ".sty", ".ltx", ".cls")
_INPUT = re.compile(
    r"\\(?:input|include|subfile)\s*\{(?P<braced>[^{}]+)\}|\\input\s+(?P<bare>[^\s{}\\]+)"
    r"|\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{(?P<packages>[^{}]+)\}"
)
_ROOT = re.compile(r"\s*%+\s*!\s*T[eE]X\s+root\s*=\s*(?P<root>\S.*)")
_DEFINERS = ("\\newcommand", "\\renewcommand", "\\def")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{|\\[\[\]]")


@dataclass
class Preamble:
    """The macros of a document and of what it takes in; without a folder nothing is opened."""

    folder: Path | None = None
    macros: Macros = field(default_factory=Macros)
    missing: dict[str, str] = field(default_factory=dict)  # file → why it was not read
    _opened: set[Path] = field(default_factory=set)
    _total: int = 0
    _counted: int = 0  # the macros of which _environments is made
    _environments: dict[str, str] = field(default_factory=dict)  # those that begin or end a display

    def reading(self, lines: Iterable[tuple[int, str]], comments: bool) -> Iterator[tuple[int, str]]:
        r"""The lines as they come, after their definitions were taken in; \be becomes \begin{equation} where it means that."""
        for number, line in lines:
            if "\\" in line or "%" in line or self.macros.pending:
                self._read(uncommented(line) if comments else line, line, self.folder, 0)
            yield number, self._with_environments(line)

    def _with_environments(self, line: str) -> str:
        if len(self.macros.defined) != self._counted:
            self._counted = len(self.macros.defined)
            bodies = {name: "".join(macro.body) for name, macro in self.macros.defined.items() if not macro.arguments}
            self._environments = {
                name: body for name, body in bodies.items() if len(body) < 80 and _ENVIRONMENT.match(body.strip())
            }
        if not any(name in line for name in self._environments) or line.lstrip().startswith(_DEFINERS):
            return line
        return "".join(self._environments.get(token, token) for token in tokens(line))

    def _read(self, code: str, line: str, beside: Path | None, depth: int) -> None:
        self.macros.collect(code)
        if self.folder is None or beside is None:
            return
        for found in _INPUT.finditer(code):
            for name in (found["braced"] or found["bare"] or "").split("\n"):
                if name.strip():
                    self._take_in(name.strip(), ".tex", beside, depth)
            for package in (found["packages"] or "").split(","):
                if package.strip():
                    self._take_in(package.strip(), ".sty", beside, depth)
        if depth == 0 and (root := _ROOT.match(line)):
            self._take_in(root["root"].strip(), ".tex", beside, depth)

    def _take_in(self, name: str, suffix: str, beside: Path, depth: int) -> None:
        assert self.folder is not None
        named = name if Path(name).suffix.lower() in _TEXT else name + suffix
        try:
            path = next((path for folder in (self.folder, beside) if (path := (folder / named).resolve()).is_file()), None)
            if path is None:
                if suffix == ".tex":  # a package that is not beside the document is TeX's own
                    self.missing[named] = "not found"
                return
            if path in self._opened:
                return
            size = path.stat().st_size
            if path.suffix.lower() not in _TEXT:
                self.missing[named] = "no TeX file"
            elif depth >= DEEPEST or len(self._opened) >= MOST_FILES or size > LARGEST_FILE or self._total + size > LARGEST_TOTAL:
                self.missing[named] = f"too much: {MOST_FILES} files, {DEEPEST} deep, {LARGEST_FILE // 1_000_000} MB each are read"
            else:
                self._opened.add(path)
                self._total += size
                with path.open("rb") as file:
                    written = file.read(LARGEST_FILE).decode("utf-8", errors="replace")
                for line in written.splitlines():
                    self._read(uncommented(line), line, path.parent, depth + 1)
        except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
            self.missing[named] = f"cannot be opened: {error}"
