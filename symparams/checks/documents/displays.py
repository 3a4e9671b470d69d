"""The display of TeX that a line stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symparams.checks.documents.stretches import ENVIRONMENTS, LONGEST_FORMULA, closing_pattern

__all__ = ["Display"]

_DISPLAY = re.compile(
    rf"\\(?P<end>begin|end)\{{(?P<env>(?:{ENVIRONMENTS})\*?)\}}|(?<!\\)(?P<tex>\\\[|\\\])|(?<!\\)(?P<dollars>\$\$)"
)


@dataclass
class Display:
    """The display of TeX that a line stands in: what closes it, and its lines so far."""

    environment: str = ""
    closer: str = ""
    lines: list[str] = field(default_factory=list)

    def follow(self, line: str) -> None:
        """Goes on to the end of a line, which has no comment any more."""
        start = 0
        for found in _DISPLAY.finditer(line) if "\\" in line or "$$" in line else ():
            if self.closer:
                if re.fullmatch(self.closer, found[0]):
                    self.closer, self.lines = "", []
            elif found["end"] != "end" and found["tex"] != "\\]":
                self.environment = found["env"] or ""
                self.closer, self.lines, start = closing_pattern(self.environment, found[0]), [], found.end()
        if self.closer and sum(map(len, self.lines)) < LONGEST_FORMULA:
            self.lines.append(line[start:])
