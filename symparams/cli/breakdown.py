"""`symparams breakdown`: which parts and roles the parameters belong to."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.group import model_command, refuse_ignored, with_tree
from symparams.cli.printing import report
from symparams.cli.quantities import of_option
from symparams.cli.sizes import in_formula


@model_command("breakdown", '"Transformer(N, d, V)" --by part --by role', '"Transformer(N, d, V)" --at N=12,d=768,V=50257')
@click.option(
    "--by", multiple=True, type=click.Choice(["part", "role", "training"]), help="What tells rows apart; may be repeated."
)
@click.option("--depth", type=int, help="How many names of a path tell parts apart.")
@of_option
@with_tree
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, by: tuple[Any, ...], depth: int | None, of: Any) -> None:
    """Break the parameters of MODEL down by part, role or training."""
    from symparams.notation import text

    by = tuple(dict.fromkeys(by)) or ("part",)
    if "part" not in by:
        refuse_ignored(["depth"], "without --by part")
    rows, closed = symparams.breakdown(model, by, depth, of), symparams.closed_form(model, of)
    at = in_formula(at, model, closed)
    if at:
        rows = rows.at(at)
    listed = [
        {**dict(zip(rows.by, row.label, strict=True)), "params": text(row.form), "share": text(row.share)} for row in rows.rows
    ]
    report(closed, at, as_json, [rows.table()], rows=listed, of=of if isinstance(of, str) else of.name)
