"""`symparams breakdown`: which parts and roles the parameters belong to."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.group import model_command
from symparams.cli.printing import report
from symparams.notation import text


@model_command("breakdown", '"Transformer(N, d, V)" --by part --by role', '"Transformer(N, d, V)" --at N=12,d=768,V=50257')
@click.option(
    "--by", multiple=True, type=click.Choice(["part", "role", "training"]), help="What tells rows apart; may be repeated."
)
@click.option("--depth", type=int, help="How many names of a path tell parts apart.")
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, by: tuple[Any, ...], depth: int | None) -> None:
    """Break the parameters of MODEL down by part, by role, or by both."""
    rows = symparams.breakdown(model, by or ("part",), depth)
    if at:
        rows = rows.at(at)
    listed = [
        {**dict(zip(rows.by, row.label, strict=True)), "params": text(row.form), "share": text(row.share)} for row in rows.rows
    ]
    report(model, at, as_json, repr(rows), rows=listed)
