"""The files that `lint` reads: those that are named, those of directories and patterns, and standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from symparams.checks.documents.markups import MARK
from symparams.errors import DocumentError

__all__ = ["LARGEST", "files", "opened"]

LARGEST = {".tex": 32, ".md": 32, ".markdown": 32, ".ipynb": 32, ".py": 4}  # MB; Python is read by its own tokenizer, which is slow
_MB = 1_000_000
_NOT_OURS = {"node_modules", "__pycache__", "site-packages"}


def files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    """The files that paths name: a directory stands for the files below it that have annotations, a pattern for what it matches.

    Of directories only files of a known kind are read; hidden folders, virtual environments and links to folders are left out.
    What is neither a directory nor a pattern is a file, whether it is there or not; "-" is standard input. A file that several
    paths name is read once.
    """
    read: set[str] = set()
    for path in _named(paths):
        place = path if path == "-" else os.path.realpath(path)
        if place not in read:
            yield path
        read.add(place)


def _named(paths: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    for given in paths:
        path = os.fspath(given)
        if path == "-":
            yield path
        elif os.path.isdir(path):
            yield from _below(path)
        elif glob.has_magic(path) and not os.path.lexists(path):
            matched = {os.path.realpath(found): found for found in sorted(glob.iglob(path, recursive=True), key=len, reverse=True)}
            for found in sorted(matched.values()) or [path]:
                yield from _below(found) if os.path.isdir(found) else [found]
        else:
            yield path


def _below(directory: str) -> Iterator[str]:
    unreadable: list[str] = []
    for folder, folders, names in os.walk(directory, onerror=lambda error: unreadable.append(str(error.filename))):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _NOT_OURS and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.startswith(".") and Path(name).suffix.lower() in LARGEST and os.path.isfile(path) and _is_annotated(path):
                yield path
    yield from unreadable


def _is_annotated(path: str) -> bool:
    """Whether a file has an annotation, or cannot be opened, which is for its reader to say."""
    mark, end = MARK.encode(), b""
    try:
        with open(path, "rb") as file:
            while part := file.read(_MB):
                if mark in end + part:
                    return True
                end = part[-len(mark) :]
    except OSError:
        return True
    return False


def kind_of(path: str) -> str:
    """The kind of a file by its name. Raises `DocumentError` where it is none that is read."""
    kind = Path(path).suffix.lower()
    if kind not in LARGEST:
        raise DocumentError(f"a file of the kind {kind or Path(path).name!r}", f"one of {', '.join(LARGEST)}", "leave it out")
    return kind


def opened(path: str) -> IO[bytes]:
    """A file of text, opened. Raises `DocumentError` where it is none, or too large, and `OSError` where it cannot be opened."""
    if glob.has_magic(path) and not os.path.lexists(path):
        raise DocumentError("a pattern that matches nothing", "the name of a file, or a pattern of some", "mend it")
    kind = kind_of(path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise DocumentError(
            "no regular file", "a file of text", "leave it out, or pipe it: symparams lint - --stdin-name paper.tex"
        )
    file = open(path, "rb")  # noqa: SIM115 - whoever reads it closes it
    try:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST[kind] * _MB:
            raise too_large(kind, f"{size / _MB:,.0f} MB")
        if b"\0" in file.read(8_192):
            raise DocumentError("a binary file", "text in UTF-8", "leave it out")
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def too_large(kind: str, size: str) -> DocumentError:
    """What is said of a text that is too large for its kind."""
    return DocumentError(f"a file of {size}", f"{kind} files of at most {LARGEST[kind]} MB", "split it, or leave it out")
