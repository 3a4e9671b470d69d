"""`symparams check`: is a published formula right for a model."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.completion import model_names
from symparams.cli.group import json_option, plain_command, refuse_ignored, was_typed
from symparams.cli.messages import in_terminal
from symparams.cli.named import is_named, tree_and_sizes
from symparams.cli.printing import print_json, print_text, write
from symparams.cli.quantities import of_option
from symparams.errors import AnnotationError, ValuesError


@plain_command(
    "check",
    '"12Nd^2 + 13Nd + Vd" --model "Transformer(N, d, V)"',
    '"≈ 12Nd^2" --model "Transformer(N, d, V)"',
    '"4(eh + h^2 + h) = 2,099,200" --model "LSTM(I, H)" --where e=512,h=512',
    '"75 %" --model "GRU(I, H) / LSTM(I, H)"',
    '"12Nd^2 + 13Nd" --model "Transformer(N, d, V)" --of non_embedding',
    '"12.9B" --model mixtral-8x7b --of active',
    '"72BLsh^2(1 + s/(6h) + v/(12hL))" --model "Transformer(L, h, v)" --of training_flops --batch B',
)
@click.argument("claim")
@click.option(
    "--model",
    required=True,
    metavar="MODEL",
    shell_complete=model_names,
    help='What the claim speaks of; "A / B" for a ratio of two.',
)
@click.option(
    "--where", metavar="e=d,h=512", help="What names mean: symbols of the model, expressions, or sizes; relations such as d_ff=4*d."
)
@click.option("--syntax", type=click.Choice(["latex", "unicode", "python", "text"]), help="How it is written; guessed if left out.")
@of_option
@json_option
@click.option("--latex", "as_latex", is_flag=True, help="Print the verdict as a sentence of TeX.")
@click.option("--notation", metavar="NAME", help="Whose letters it has with --latex: vaswani, kaplan, megatron, palm ...")
def command(
    claim: str,
    model: str,
    where: str | None,
    syntax: str | None,
    of: Any,
    as_json: bool,
    as_latex: bool,
    notation: str | None,
) -> None:
    """Judge CLAIM, a published formula or number.

    It says whether it is right for the model, and if not, why. The exit status is 0 where it is right, 1 where it is wrong, and 2
    where it cannot be read or decided.
    """
    from symparams.checks import Kind, documents

    if as_json:
        refuse_ignored(["as_latex"], "with --json")
    if not as_latex:
        refuse_ignored(["notation"], "without --latex")
    try:
        meanings: dict[str, Any] = documents.read_meanings(where) if where is not None else {}
    except AnnotationError as error:
        raise ValuesError(f"--where: {error.given}", error.wanted, "write --where e=d,h=512") from None
    if is_named(model):
        subject, known = tree_and_sizes(model, None, {}, of)
        verdict = symparams.check(claim, subject, {**known, **meanings}, syntax, of)
    else:
        try:
            annotation = documents.read_annotation(model)
        except AnnotationError as error:
            raise ValuesError(f"--model: {error.given}", error.wanted, 'write --model "LSTM(I, H)"') from None
        of = of if was_typed("of") else annotation.of
        verdict = symparams.check(claim, annotation.model, {**annotation.where, **meanings}, syntax, of)
    if as_json:
        print_json(verdict.as_json())
    elif as_latex:
        write(verdict.latex() if notation is None else symparams.latex(verdict, "inline", notation=notation))
    else:
        print_text(in_terminal(documents.printable(verdict.report), click.get_current_context().command.params))
    raise click.exceptions.Exit(0 if verdict.right else 2 if verdict.kind is Kind.UNKNOWN else 1)
