"""`symparams latex`: the TeX of a model's formula, derivation or breakdown."""

from __future__ import annotations

import re
from typing import Any

import click

import symparams
from symparams.cli.group import model_command, refuse_ignored, with_tree
from symparams.cli.printing import TeX, report

_NUMBER = re.compile(r"\d+(\.\d+)?")


@model_command("latex", '"Transformer(N, d_model, V)"', '"LSTM(I, H)" --of derivation')
@click.option("--env", metavar="ENV", help="inline, equation, align, multline, aligned, table or longtable.")
@click.option("--width", metavar="EM", help="What lines are broken for: em, or a column: two-column, IEEEtran, acmart, ACL ...")
@click.option("--label", help="For \\ref, in an environment with a number.")
@click.option("--caption", help="Of a table.")
@click.option("--numbers", metavar="STYLE", help="grouped, siunitx, short:4 (124.4M) or scientific:3.")
@click.option("--detail", type=click.Choice(["weights", "parts", "substitutions"]), help="Of a derivation.")
@click.option("--name", "names", metavar="d=TEX", multiple=True, help="How a symbol is set, once for each.")
@click.option("--of", type=click.Choice(["closed_form", "expanded", "factored", "derivation", "breakdown"]), default="closed_form")
@with_tree
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, of: str, **options: Any) -> None:
    """Print the LaTeX of MODEL's formula.

    It is the closed form, its expanded or factored form, the derivation, or the breakdown table; with options a whole snippet,
    broken for a column.
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
    if chosen := _options(**options):
        if at and of in ("closed_form", "expanded", "factored"):
            whole = closed.worked(at)
        tex = printed = symparams.latex(whole, **chosen)
        report(closed, at, as_json, [TeX(printed)], latex=tex)
        return
    tex = printed = symparams.latex(whole)
    if at and of in ("closed_form", "expanded", "factored"):
        printed += f" = {symparams.latex(closed.at(at))}"
    report(closed, at, as_json, [TeX(printed)], latex=tex)


def _options(
    env: str | None, width: str | None, numbers: str | None, names: tuple[str, ...], **others: str | None
) -> dict[str, Any]:
    """The options of `latex` that are given, read: a width in em, a style of numbers with its digits, names of symbols."""
    found: dict[str, Any] = {name: value for name, value in {"env": env, **others}.items() if value is not None}
    if width is not None:
        found["width"] = float(width) if _NUMBER.fullmatch(width) else width
    if numbers is not None:
        style, _, digits = numbers.partition(":")
        found["numbers"] = (style, int(digits)) if digits.isdigit() else numbers
    if names:
        if wrong := [name for name in names if "=" not in name]:
            raise click.BadParameter(f"{wrong[0]!r}: write symbol=TeX, such as d_model=\\dmodel", param_hint="--name")
        found["notation"] = dict(name.split("=", 1) for name in names)
    return found
