"""No connection while a constructor runs: nothing is downloaded, whatever the constructor's defaults ask for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["OfflineError", "offline"]

_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
_LOCK = threading.Lock()
_kept: list[tuple[Any, str, Any]] = []
_within = 0


class OfflineError(ConnectionError):
    """A connection was asked for while a constructor ran."""


@contextmanager
def offline() -> Iterator[None]:
    """Within it no socket connects to an address of the internet, in no thread, and no name of a host is looked up.

    >>> with offline():
    ...     socket.create_connection(("example.org", 80))
    Traceback (most recent call last):
    symparams.frameworks.recovery.building.offline.OfflineError: a connection to example.org was refused: nothing is downloaded

    Raises `OfflineError` where a connection is asked for.
    """
    global _within
    with _LOCK:
        _within += 1
        if _within == 1:
            for name in _LOOKUPS:
                _replace(socket, name, _lookup)
            for name in ("connect", "connect_ex"):
                _replace(socket.socket, name, _guarded(getattr(socket.socket, name)))
    try:
        yield
    finally:
        with _LOCK:
            _within -= 1
            while _within == 0 and _kept:
                owner, name, before = _kept.pop()
                if before is None:  # it was inherited
                    delattr(owner, name)
                else:
                    setattr(owner, name, before)


def _replace(owner: Any, name: str, by: Callable[..., Any]) -> None:
    _kept.append((owner, name, vars(owner).get(name)))
    setattr(owner, name, by)


def _refused(address: object) -> OfflineError:
    return OfflineError(f"a connection to {address} was refused: nothing is downloaded")


def _lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
    raise _refused(host.decode() if isinstance(host, bytes) else host)


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            raise _refused(":".join(map(str, address[:2])))
        return connect(self, address)

    return guarded
