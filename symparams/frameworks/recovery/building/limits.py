"""Limits on other people's code: seconds by the clock or of processor time, and memory. Everything is as before afterwards."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

__all__ = ["OutOfTimeError", "memory_limit", "time_limit"]


AGAIN = 5.0  # seconds


class OutOfTimeError(BaseException):
    """More time than was given, by the clock or of the processor; no `except Exception` of what takes too long can stop it."""

    def __init__(self, seconds: float, of: str) -> None:
        super().__init__(f"more than {seconds:g} s")
        self.of = of


@contextmanager
def time_limit(seconds: float, of: Literal["clock", "processor"] = "clock") -> Iterator[None]:
    """`OutOfTimeError` after so many seconds within it; one limit of each kind at a time may be active.

    Python is interrupted between two of its own steps, not within a library's compiled loop. There is no limit outside the main
    thread, nor where the system has no such timers (Windows).

    >>> with time_limit(0.01):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
    symparams.frameworks.recovery.building.limits.OutOfTimeError: more than 0.01 s
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    timer, number = {
        "clock": (signal.ITIMER_REAL, signal.SIGALRM),
        "processor": (signal.ITIMER_PROF, signal.SIGPROF),
    }[of]

    def stop(_number: int, _frame: Any) -> None:
        raise OutOfTimeError(seconds, of)

    handler = signal.signal(number, stop)
    left, again = signal.setitimer(timer, seconds, AGAIN)  # once more and more, where somebody catches everything
    try:
        yield
    finally:
        signal.setitimer(timer, left, again)
        signal.signal(number, handler)


@contextmanager
def memory_limit(gigabytes: float) -> Iterator[None]:
    """`MemoryError` where the process wants so many gigabytes (2³⁰ bytes) more than it has, on systems with such a limit."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        wanted = pages * resource.getpagesize() + int(gigabytes * 2**30)
        unlimited = resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_DATA, (min((x for x in (wanted, soft, hard) if x != unlimited), default=wanted), hard))
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
