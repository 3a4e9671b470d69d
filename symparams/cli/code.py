"""`symparams code`: a model's formula as a function in a programming language."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.group import model_command, with_tree
from symparams.cli.printing import report
from symparams.cli.quantities import of_option


@model_command(
    "code",
    '"Transformer(N, d, V)"',
    '"LSTM(I, H)" --in javascript',
    '"Transformer(N, d, V)" --notation pytorch',
    '"Transformer(N, d, V)" --of flops',
)
@click.option("--in", "language", type=click.Choice(["python", "numpy", "javascript", "c", "spreadsheet"]), default="python")
@click.option("--name", help="Of the function; the quantity's where none is given.")
@click.option("--notation", metavar="NAME", help="Whose names the sizes have: pytorch, keras, transformers, kaplan ...")
@of_option
@with_tree
def command(
    model: symparams.Layer, at: dict[str, int], as_json: bool, language: str, name: str | None, notation: str | None, of: Any
) -> None:
    """Print MODEL's formula as code, exact in integers."""
    closed = symparams.closed_form(model, of)
    written = symparams.code(closed, language, name or closed.of.name.replace("-", "_"), notation=notation)
    blocks = [written.rstrip("\n")]
    if at:
        blocks.append(f"{closed} = {closed.at(at)}")
    report(closed, at, as_json, blocks, code=written)
