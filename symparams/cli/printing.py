"""What commands print: text as wide as the terminal, or JSON that says the same."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import click

from symparams.cli.terminal import encodes_unicode, width

if TYPE_CHECKING:
    from symparams import ClosedForm

__all__ = ["Layout", "TeX", "json_value", "number_or_formula", "print_json", "print_plain", "print_text", "report", "write"]

_LABEL = re.compile(r" *\S.*? {2,}(?=\S)")  # "  difference     " in front of what a line says


class Layout(Protocol):
    """What can lay itself out in a width: a table, or lines that are aligned."""

    def text(self, width: int | None = None) -> str:
        """The lines, no longer than the width."""


@dataclass(frozen=True)
class TeX:
    """TeX, which has its own lines and is never folded."""

    source: str

    def text(self, width: int | None = None) -> str:
        """The source as it is."""
        return self.source


def write(text: str) -> None:
    """Writes a text as it is: TeX, JSON."""
    click.echo(text, file=sys.stdout)


def print_text(*blocks: str | Layout) -> None:
    """Prints blocks with a blank line between them, no line of them longer than the terminal is wide."""
    wide = width()
    write("\n\n".join(_folded(block, wide) if isinstance(block, str) else block.text(wide) for block in blocks))


def print_plain(lines: Sequence[str]) -> None:
    """Prints lines folded at blanks to the terminal's width: for commands that do without sympy."""
    import textwrap

    wide = width()
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        folds = textwrap.wrap(line, wide, subsequent_indent=indent, break_on_hyphens=False) if wide is not None else [line]
        write("\n".join(folds))


def _folded(text: str, wide: int | None) -> str:
    """The text with its long lines folded; what goes on stands below what is said, not below its label."""
    from symparams.notation import folded

    if wide is None:
        return text
    lines = []
    for line in text.split("\n"):
        label = _LABEL.match(line, 0, wide // 3)
        lines += folded(line, wide, len(label[0]) if label else 4)
    return "\n".join(lines)


def print_json(answer: Any) -> None:
    """Prints `answer` as JSON that a person can read too."""
    import json

    write(json.dumps(answer, indent=2, ensure_ascii=not encodes_unicode()))


def report(closed: ClosedForm, at: dict[str, int], as_json: bool, blocks: Sequence[str | Layout], **more: Any) -> None:
    """Prints the blocks, or as JSON the keys that every command about a MODEL gives and those of its own.

    `value` is the number, where the sizes given leave no symbol; `at` the formula that they leave, where they do.
    """
    import symparams
    from symparams.notation import text

    if not as_json:
        print_text(*blocks)
        return
    keys: dict[str, Any] = {"params": text(closed.expr), "closed_form": repr(closed), "latex": symparams.latex(closed), **more}
    value = json_value(closed.at(at))
    if isinstance(value, int):
        keys["value"] = value
    elif at:
        keys["at"] = value
    print_json(keys)


def number_or_formula(form: Any) -> str:
    """A number with its thousands apart, 124,439,808, or a formula."""
    from sympy import Integer

    from symparams.notation import text

    return f"{int(form):,}" if isinstance(form, int | Integer) else text(form)


def json_value(expr: Any) -> int | str:
    """A whole number as JSON's number, everything else as a formula."""
    from symparams.notation import text

    return int(expr) if isinstance(expr, int) or expr.is_Integer else text(expr)
