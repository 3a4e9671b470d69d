"""`symparams derive`: where a closed form comes from."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.group import model_command, with_tree
from symparams.cli.printing import number_or_formula, report
from symparams.cli.quantities import of_option
from symparams.cli.sizes import growing


@model_command("derive", '"Transformer(N, d, V)" --leading d', '"LSTM(I, H)"', '"LSTM(I, H)" --of flops')
@click.option("--leading", metavar="d", help="What grows, for a last step to the leading order: d, or d:1,V:1.")
@of_option
@with_tree
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, leading: str | None, of: Any) -> None:
    """Show where the closed form of MODEL comes from, step by step."""
    from symparams.notation import text

    derivation = symparams.derive(model, growing(leading) if leading is not None else None, of).check()
    closed = symparams.closed_form(model, of)
    blocks: list[Any] = [derivation.block(), symparams.legend(model, of=of)]
    if at:
        blocks.append(f"{closed} = {number_or_formula(closed.at(at))}")
    steps = [
        {"of": step.of, "rule": step.rule, "after": text(step.after), "latex": symparams.latex(step.after)} for step in derivation
    ]
    report(closed, at, as_json, blocks, steps=steps, derivation_latex=symparams.latex(derivation))
