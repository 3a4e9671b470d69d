"""`symparams check`: is a published formula right for a model."""

from __future__ import annotations

import click

import symparams
from symparams.cli.group import json_option, plain_command
from symparams.cli.printing import print_json


@plain_command(
    "check",
    '"12Nd^2 + 13Nd + Vd" --model "Transformer(N, d, V)"',
    '"≈ 12Nd^2" --model "Transformer(N, d, V)"',
    '"4(eh + h^2 + h) = 2,099,200" --model "LSTM(I, H)" --where e=512,h=512',
    '"75 %" --model "GRU(I, H) / LSTM(I, H)"',
)
@click.argument("claim")
@click.option("--model", required=True, metavar="MODEL", help='What the claim speaks of; "A / B" for a ratio of two.')
@click.option("--where", metavar="e=d,h=512", help="What the claim's names mean: symbols of the model, expressions, or sizes.")
@click.option("--syntax", type=click.Choice(["latex", "unicode", "python", "text"]), help="How it is written; guessed if left out.")
@json_option
@click.option("--latex", "as_latex", is_flag=True, help="Print the verdict as a sentence of TeX.")
def command(claim: str, model: str, where: str | None, syntax: str | None, as_json: bool, as_latex: bool) -> None:
    """Judge CLAIM, a published formula or number: is it right for the model, and if not, why.

    The exit status is 0 where it is right, 1 where it is wrong, and 2 where it cannot be read.
    """
    from symparams.checks import documents

    annotation = documents.read_annotation(model)
    meanings = {**annotation.where, **(documents.read_meanings(where) if where else {})}
    verdict = symparams.check(claim, annotation.model, meanings, syntax)
    if as_json:
        print_json(verdict.as_json())
    else:
        click.echo(verdict.latex() if as_latex else documents.printable(verdict.report))
    raise click.exceptions.Exit(0 if verdict.right else 1)
