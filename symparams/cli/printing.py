"""What commands print: text, or JSON that says the same."""

from __future__ import annotations

import json
from typing import Any

import click

import symparams
from symparams.cli.sizes import number_at
from symparams.notation import text


def print_json(answer: Any) -> None:
    """Prints `answer` as JSON that a person can read too."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def report(model: symparams.Layer, at: dict[str, int], as_json: bool, shown_text: str, **more: Any) -> None:
    """Prints the text, or as JSON the keys that every command about a MODEL gives and those of its own."""
    closed = symparams.closed_form(model)
    keys: dict[str, Any] = {"params": text(closed.expr), "closed_form": repr(closed), "latex": symparams.latex(closed), **more}
    if at:
        keys["value"] = number_at(closed, at)
    if as_json:
        print_json(keys)
    else:
        click.echo(shown_text)
