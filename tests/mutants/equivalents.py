"""Mutants that no test can tell from the original, each with the reason: they are taken out of the count."""

from __future__ import annotations

__all__ = ["EQUIVALENTS"]

EQUIVALENTS: dict[tuple[str, str, str], str] = {}  # file, line before, line after: the reason
