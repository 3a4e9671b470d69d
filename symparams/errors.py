"""What symparams says when it cannot go on: what was given, what was wanted, the next move."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from typing import Any

__all__ = [
    "AnnotationError",
    "AtlasError",
    "CostError",
    "DerivationError",
    "DocumentError",
    "FormulaTextError",
    "MatchError",
    "ModelTextError",
    "NotRecoveredError",
    "NotationError",
    "RecordError",
    "RecoveryError",
    "RegimeError",
    "SizeError",
    "StructureError",
    "SymparamsError",
    "UncoveredError",
    "UnfollowedError",
    "ValuesError",
    "did_you_mean",
    "shown",
]


def shown(value: object, limit: int = 60) -> str:
    """`value` as a message may show it: its repr, cut to `limit` characters, and never an error of its own.

    >>> shown("d" * 100, 12)
    "'dddd…dddd'"
    """
    try:
        text = _unordered(value) or repr(value)
    except Exception as error:  # a repr can fail: Python refuses to print integers of more than 4,300 digits
        text = f"<a {type(value).__name__} that cannot be printed: {type(error).__name__}>"
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def did_you_mean(given: object, names: Iterable[str], otherwise: str = "give one of these") -> str:
    """The next move where a name is none of those that there are: the nearest one, whatever its capitals and dashes.

    >>> did_you_mean("two_column", ["one-column", "two-column"]), did_you_mean(5, ["align"])
    ('did you mean "two-column"?', 'give one of these')
    """
    import difflib

    if not isinstance(given, str):
        return otherwise
    plain = {name.lower().replace("_", "-"): name for name in names}
    near = difflib.get_close_matches(given[:100].lower().replace("_", "-"), plain, 1)
    return f'did you mean "{plain[near[0]]}"?' if near else otherwise


def _unordered(value: Any) -> str:
    """An expression with sums of numbers, its terms as they stand: to put them in order, sympy adds such sums up, however long."""
    sympy = sys.modules.get("sympy")
    if sympy is None or not isinstance(value, sympy.Basic) or all(total.free_symbols for total in value.atoms(sympy.Sum)):
        return ""
    return str(sympy.sstr(value, order="none"))


class SymparamsError(Exception):
    """The base of every error that symparams raises on purpose.

    `given` is what was met, `wanted` what would have been right, `move` what to do next.

    >>> print(SymparamsError("n_in=0", "a positive integer", "write n_in=1"))
    n_in=0
      wanted: a positive integer
      next:   write n_in=1
    """

    def __init__(self, given: str, wanted: str, move: str) -> None:
        super().__init__(given, wanted, move)
        self.given, self.wanted, self.move = given, wanted, move

    def __str__(self) -> str:
        return f"{self.given}\n  wanted: {self.wanted}\n  next:   {self.move}"


class NotationError(SymparamsError, ValueError):
    """A name that cannot be a symbol, or an object that cannot be written as a formula."""


class LayoutError(SymparamsError, ValueError):
    """A page that cannot be set so: an unknown environment or column, a width too narrow for a term, a label that is none."""


class NarrowError(LayoutError):
    """A width that is too narrow for something that cannot be broken."""


class SizeError(SymparamsError, ValueError):
    """A size or an option that a layer cannot have."""


class StructureError(SymparamsError, ValueError):
    """Layers put together in a way that has no meaning: a tie without its weight, two symbols of one name."""


class CostError(SymparamsError, ValueError):
    """Operations or a cache of what cannot tell them, or of data that do not fit: a black box, a kernel larger than its image."""


class ValuesError(SymparamsError, ValueError):
    """Values for symbols that are missing, unknown or no positive integers."""


class RegimeError(SymparamsError, ValueError):
    """A growth of symbols in which an expression has no leading order."""


class DerivationError(SymparamsError, ValueError):
    """A step of a derivation that does not hold."""


class ModelTextError(SymparamsError, ValueError):
    """A model written as text that cannot be read."""


class AnnotationError(SymparamsError, ValueError):
    """An annotation of a formula in a document that cannot be read."""


class DocumentError(SymparamsError, ValueError):
    """A file that cannot be read for its annotated formulas."""


class FormulaTextError(SymparamsError, ValueError):
    """A formula written as text that cannot be read: where, and what was expected there.

    `text` is the whole text, `line` and `column` the place in it, both counted from 1; `name` is the name that nobody declared,
    where that is the reason, and "" elsewhere.

    >>> print(FormulaTextError("4 * hidden_szie", 4, "'hidden_szie' is not declared", "a declared name", "write hidden_size"))
    line 1, column 5: 'hidden_szie' is not declared
        4 * hidden_szie
            ^
      wanted: a declared name
      next:   write hidden_size
    """

    def __init__(self, text: str, position: int, given: str, wanted: str, move: str, name: str = "") -> None:
        super().__init__(given, wanted, move)
        self.args = (text, position, given, wanted, move, name)  # what pickle calls the class with
        self.text, self.name = text, name
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1) + 1

    def __str__(self) -> str:
        picture = _pointed(self.text.split("\n")[self.line - 1], self.column - 1)
        return f"line {self.line}, column {self.column}: {self.given}\n{picture}\n  wanted: {self.wanted}\n  next:   {self.move}"


def _pointed(line: str, place: int, around: int = 50) -> str:
    """The part of a line around a place, with a caret below it."""
    first, last = max(0, place - around), place + around
    left, right = "…" if first else "", "…" if last < len(line) else ""
    before, after = (
        "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in part)
        for part in (line[first:place], line[place:last])
    )
    # a caret stands below a wide character only behind blanks of the same width
    blanks = "".join("\N{IDEOGRAPHIC SPACE}" if unicodedata.east_asian_width(c) in "WF" else " " for c in left + before)
    return f"    {left}{before}{after}{right}\n    {blanks}^"


class MatchError(SymparamsError, ValueError):
    """Names of a claim that could mean several things in a model, or none."""


class RecordError(SymparamsError, ValueError):
    """A record of the catalogue that lacks something, or two records of one id."""


class AtlasError(SymparamsError, ValueError):
    """A model or a configuration that the atlas cannot tell about: an unknown name or class, a broken file."""


class UncoveredError(AtlasError):
    """A class, an option or sizes that the atlas has no form for; where the code is at hand, one can be recovered."""


class UnfollowedError(UncoveredError):
    """What no form of a class follows, so that a recovery would not help: a name out of which the class works others, a zero."""


class RecoveryError(SymparamsError, ValueError):
    """A form asked for from what cannot be built or varied: an unknown class, an unknown field, a constructor that raises."""


class NotRecoveredError(SymparamsError):
    """No form that could be trusted was found in the code; the message gives the reason."""
