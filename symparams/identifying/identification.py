"""What an identification answers with: the subjects that have exactly this count, the likeliest first, and what was searched."""

from __future__ import annotations

from dataclasses import dataclass

from symparams.notation import Table
from symparams.results import Result

__all__ = ["Identification", "Match"]


@dataclass(frozen=True)
class Match:
    """Something that has the count.

    where: subject: a published model's name, or a layer or model as `read_model` reads it; sizes: what its symbols are;
    conventions: what differs from the way it is usually counted, none where nothing does; grade: the smaller, the likelier.
    """

    subject: str
    sizes: str
    conventions: tuple[str, ...] = ()
    grade: int = 0


@dataclass(frozen=True)
class Identification(Result):
    """The matches of a number or a formula, and the words of what was searched: what is not listed there was not tried."""

    claim: str
    matches: tuple[Match, ...]
    searched: str

    @property
    def content(self) -> Table:
        """A row for each match."""
        rows = [(match.subject, match.sizes, ", ".join(match.conventions) or "as usual") for match in self.matches]
        return Table(("Subject", "Sizes", "Counted"), tuple(rows), words=3)

    def _repr_html_(self) -> str:
        return self.content.html()

    def __repr__(self) -> str:
        if not self.matches:
            return f"{self.claim}: nothing has exactly this; searched: {self.searched}"
        return f"{self.content.text()}\nsearched: {self.searched}"
