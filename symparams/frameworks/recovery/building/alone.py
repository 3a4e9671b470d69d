"""One at a time: what patches torch, Keras, sockets and logging for the whole process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["alone"]

_LOCK = threading.RLock()


@contextmanager
def alone() -> Iterator[None]:
    """Within it no other thread builds or recovers; a thread that is within it may enter again.

    >>> with alone(), alone():
    ...     pass
    """
    with _LOCK:
        yield
