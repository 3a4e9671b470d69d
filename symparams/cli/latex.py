"""`symparams latex`: the TeX of a model's formula, derivation or breakdown."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.group import model_command, refuse_ignored
from symparams.cli.printing import TeX, report


@model_command("latex", '"Transformer(N, d_model, V)"', '"LSTM(I, H)" --of derivation')
@click.option("--of", type=click.Choice(["closed_form", "expanded", "factored", "derivation", "breakdown"]), default="closed_form")
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, of: str) -> None:
    """Print the LaTeX of MODEL's formula.

    It is the closed form, its expanded or factored form, the derivation, or the breakdown table.
    """
    closed = symparams.closed_form(model)
    whole: Any = closed
    if of == "derivation":
        refuse_ignored(["at"], "with --of derivation")
        whole = symparams.derive(model)
    elif of == "breakdown":
        whole = symparams.breakdown(model).at(at) if at else symparams.breakdown(model)
    elif of != "closed_form":
        whole = getattr(closed, of)
    tex = printed = symparams.latex(whole)
    if at and of in ("closed_form", "expanded", "factored"):
        printed += f" = {symparams.latex(closed.at(at))}"
    report(closed, at, as_json, [TeX(printed)], latex=tex)
