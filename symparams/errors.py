"""What symparams says when it cannot go on: what was given, what was wanted, the next move."""

from __future__ import annotations

__all__ = [
    "DerivationError",
    "ModelTextError",
    "NotRecoveredError",
    "NotationError",
    "RecoveryError",
    "RegimeError",
    "SizeError",
    "StructureError",
    "SymparamsError",
    "ValuesError",
    "shown",
]


def shown(value: object, limit: int = 60) -> str:
    """`value` as a message may show it: its repr, cut to `limit` characters, and never an error of its own.

    >>> shown("d" * 100, 12)
    "'dddd…dddd'"
    """
    try:
        text = repr(value)
    except Exception as error:  # a repr can fail: Python refuses to print integers of more than 4,300 digits
        text = f"<a {type(value).__name__} that cannot be printed: {type(error).__name__}>"
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


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


class SizeError(SymparamsError, ValueError):
    """A size or an option that a layer cannot have."""


class StructureError(SymparamsError, ValueError):
    """Layers put together in a way that has no meaning: a tie without its weight, two symbols of one name."""


class ValuesError(SymparamsError, ValueError):
    """Values for symbols that are missing, unknown or no positive integers."""


class RegimeError(SymparamsError, ValueError):
    """A growth of symbols in which an expression has no leading order."""


class DerivationError(SymparamsError, ValueError):
    """A step of a derivation that does not hold."""


class ModelTextError(SymparamsError, ValueError):
    """A model written as text that cannot be read."""


class RecoveryError(SymparamsError, ValueError):
    """A form asked for from what cannot be built or varied: an unknown class, an unknown field, a constructor that raises."""


class NotRecoveredError(SymparamsError):
    """No form that could be trusted was found in the code; the message gives the reason."""
