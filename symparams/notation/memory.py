"""Memory in a process that reads without end: sympy keeps up to 1,000 results of each of its functions."""

from __future__ import annotations

from itertools import count

from sympy.core.cache import clear_cache

__all__ = ["bounded_memory"]

_EVERY = 1_000  # texts; to fill the caches again costs some milliseconds
_texts = count(1)


def bounded_memory() -> None:
    """Forgets what sympy keeps, once in a thousand calls; whatever reads a text from outside calls it first.

    >>> bounded_memory()
    """
    if next(_texts) % _EVERY == 0:
        clear_cache()
