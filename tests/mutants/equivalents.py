"""Mutants that no test can tell from the original, each with the reason: they are taken out of the count."""

from __future__ import annotations

__all__ = ["EQUIVALENTS"]

EQUIVALENTS: dict[tuple[str, str, str], str] = {  # file, line before, line after: the reason
    (
        "symparams/formulas/grammar.py",
        "token, following = (self.token, self.tokens[min(self.place + 1, len(self.tokens) - 1)])",
        "token, following = (self.token, self.tokens[min(self.place + 1, len(self.tokens) - 2)])",
    ): "what follows the last name is the end, or by this change the name itself: neither is a bracket",
}
