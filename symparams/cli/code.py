"""`symparams code`: a model's formula as a function in a programming language."""

from __future__ import annotations

import click

import symparams
from symparams.cli.group import model_command, with_tree
from symparams.cli.printing import report


@model_command("code", '"Transformer(N, d, V)"', '"LSTM(I, H)" --in javascript')
@click.option("--in", "language", type=click.Choice(["python", "numpy", "javascript", "c", "spreadsheet"]), default="python")
@click.option("--name", default="parameters", show_default=True, help="Of the function.")
@with_tree
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, language: str, name: str) -> None:
    """Print MODEL's formula as code, exact in integers."""
    closed = symparams.closed_form(model)
    written = symparams.code(model, language, name)
    blocks = [written.rstrip("\n")]
    if at:
        blocks.append(f"{closed} = {closed.at(at)}")
    report(closed, at, as_json, blocks, code=written)
