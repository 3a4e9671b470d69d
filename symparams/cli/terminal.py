r"""What the terminal can show: its width, and of characters that its encoding lacks the nearest that it has.

A formula in a Latin-1 terminal reads "12 N d² - 3 x 4": the minus and the arrow that it lacks are written in ASCII, so that no
character is a reason to fail. What has no likeness becomes its code, \u4e2d.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress

__all__ = ["encodes_unicode", "end_of_output", "fall_back", "prints_to_stderr", "width"]

_NEAREST = {
    **dict.fromkeys("−–—‐‑‒―─━", "-"),
    **dict.fromkeys("≈∼≃≅", "~"),
    **dict.fromkeys("‘’′", "'"),
    **dict.fromkeys("“”″", '"'),
    "×": "x",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "÷": "/",
    "⁄": "/",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≡": "==",
    "∝": "~",
    "∞": "oo",
    "∑": "sum",
    "∏": "prod",
    "√": "sqrt",
    "…": "...",
    "±": "+-",
    "°": "deg",
    "�": "?",
    "│": "|",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
}
_RAISED = re.compile("[⁰¹²³⁴-⁻ⁿ]+")
_LOWERED = re.compile("[₀-₋ₐ-ₜ]+")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What to write for characters that cannot be encoded: a handler of Python's codecs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    before = error.object[error.start - 1 : error.start]
    if not _RAISED.fullmatch(before):  # Latin-1 has ¹²³ and no other
        text = _RAISED.sub(r"^\g<0>", text)
    text = unicodedata.normalize("NFKC", _LOWERED.sub(r"_\g<0>", text))
    return "".join(map(_in_ascii, text)), error.end


def _in_ascii(character: str) -> str:
    if character.isascii():
        return character
    if character in _NEAREST:
        return _NEAREST[character]
    plain = "".join(
        _NEAREST.get(part, part) for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    name = unicodedata.name(character, "")
    if plain and plain.isascii():
        return plain
    if greek := re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name):
        return greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize()
    return character.encode("ascii", "backslashreplace").decode()


codecs.register_error("symparams.nearest", _nearest)


def fall_back() -> None:
    """Lets the standard streams write the nearest characters where they lack one."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="symparams.nearest")


def encodes_unicode() -> bool:
    """Whether standard output can show every character."""
    try:
        return codecs.lookup(sys.stdout.encoding or "utf-8").name.startswith("utf")
    except (AttributeError, LookupError):
        return False


def width() -> int | None:
    """The columns of the terminal; none where output goes to a file or a pipe, unless the variable COLUMNS says how many."""
    import shutil

    if os.environ.get("COLUMNS", "0").strip("0").isdigit() or (sys.stdout is not None and sys.stdout.isatty()):
        return max(shutil.get_terminal_size().columns, 20)
    return None


def end_of_output() -> None:
    """What is printed from now on goes to standard error: foreign code may have registered a print for the end of the process."""
    sys.stdout.flush()
    with suppress(OSError, AttributeError):  # a stream may have no file behind it
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


@contextmanager
def prints_to_stderr() -> Iterator[None]:
    """Within it whatever foreign code prints goes to standard error, by Python's print or past it (C, processes of its own)."""
    kept = None
    with suppress(OSError, AttributeError):  # a stream may have no file behind it
        sys.stdout.flush()
        number, error = sys.stdout.fileno(), sys.stderr.fileno()
        kept = os.dup(number)
        os.dup2(error, number)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if kept is not None:
            os.dup2(kept, number)
            os.close(kept)
