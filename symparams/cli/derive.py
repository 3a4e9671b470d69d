"""`symparams derive`: where a closed form comes from."""

from __future__ import annotations

import click

import symparams
from symparams.cli.group import model_command
from symparams.cli.printing import report
from symparams.cli.sizes import growing, number_at
from symparams.notation import text


@model_command("derive", '"Transformer(N, d, V)" --leading d', '"LSTM(I, H)"')
@click.option("--leading", metavar="d", help="What grows, for a last step to the leading order: d, or d:1,V:1.")
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, leading: str | None) -> None:
    """Show where the closed form of MODEL comes from, step by step."""
    derivation = symparams.derive(model, growing(leading) if leading else None).check()
    shown_text = f"{derivation}\n\n{symparams.legend(model)}"
    if at:
        shown_text += f"\n\n{symparams.closed_form(model)} = {number_at(symparams.closed_form(model), at):,}"
    steps = [
        {"of": step.of, "rule": step.rule, "after": text(step.after), "latex": symparams.latex(step.after)} for step in derivation
    ]
    report(model, at, as_json, shown_text, steps=steps, derivation_latex=symparams.latex(derivation))
