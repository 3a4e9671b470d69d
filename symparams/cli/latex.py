"""`symparams latex`: the TeX of a model's formula, derivation or breakdown."""

from __future__ import annotations

import re
from typing import Any

import click

import symparams
from symparams.cli.group import model_command, refuse_ignored, with_tree
from symparams.cli.printing import TeX, report
from symparams.cli.quantities import of_option
from symparams.cli.sizes import in_formula

_NUMBER = re.compile(r"\d+(\.\d+)?")
_FORMULAS = ("closed_form", "expanded", "factored")


@model_command(
    "latex",
    '"Transformer(N, d_model, V)"',
    '"LSTM(I, H)" --form derivation',
    '"Transformer(N, d, V)" --of flops --form breakdown --notation megatron',
)
@click.option("--env", metavar="ENV", help="inline, equation, align, multline, aligned, table or longtable.")
@click.option("--width", metavar="EM", help="What lines are broken for: em, or a column: two-column, IEEEtran, acmart, ACL ...")
@click.option("--label", help="For \\ref, in an environment with a number.")
@click.option("--caption", help="Of a table.")
@click.option("--numbers", metavar="STYLE", help="grouped, siunitx, short:4 (124.4M) or scientific:3.")
@click.option("--detail", type=click.Choice(["weights", "parts", "substitutions"]), help="Of a derivation.")
@click.option("--name", "names", metavar="d=TEX", multiple=True, help="How a symbol is set, once for each.")
@click.option("--notation", metavar="NAME", help="Whose letters: vaswani, kaplan, megatron, palm, llama, pytorch ...")
@click.option(
    "--form", type=click.Choice([*_FORMULAS, "derivation", "breakdown", "legend"]), default="closed_form", show_default=True
)
@of_option
@with_tree
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, form: str, of: Any, **options: Any) -> None:
    """Print the LaTeX of MODEL's formula.

    It is the closed form, its expanded or factored form, the derivation, the breakdown table or the legend; with options a whole
    snippet, broken for a column.
    """
    closed = symparams.closed_form(model, of)
    whole: Any = closed
    if form in ("derivation", "legend"):
        refuse_ignored(["at"], f"with --form {form}")
        whole = symparams.derive(model, of=of) if form == "derivation" else symparams.legend(model, of=of)
    elif form == "breakdown":
        whole = symparams.breakdown(model, of=of)
        whole = whole.at(in_formula(at, model, closed)) if at else whole
    elif form != "closed_form":
        whole = getattr(closed, form)
    if chosen := _options(**options):
        if at and form in _FORMULAS:
            whole = closed.worked(at)
        _refuse_unknown(options["names"], whole)
        if form == "legend":  # which knows the places of its symbols
            whole = symparams.legend(model, of=of, notation=chosen.pop("notation", None))
        tex = printed = symparams.latex(whole, **chosen)
        report(closed, at, as_json, [TeX(printed)], latex=tex)
        return
    tex = printed = symparams.latex(whole)
    if at and form in _FORMULAS:
        printed += f" = {symparams.latex(closed.at(at))}"
    report(closed, at, as_json, [TeX(printed)], latex=tex)


def _refuse_unknown(names: tuple[str, ...], whole: Any) -> None:
    """Refuses a name for what is neither a size on the page nor a field of layers: it would have no effect."""
    if not names:
        return
    from symparams.errors import NotationError, did_you_mean
    from symparams.notation import DATA, MEANINGS
    from symparams.typeset.places import Page, filled

    shown = filled(whole if hasattr(whole, "content") else Page(whole))
    sizes, known = sorted(one.name for one in shown), {*(one.name for one in shown), *MEANINGS, *DATA}
    if wrong := next((key for key in (name.partition("=")[0] for name in names) if key not in known), None):
        wanted = f"one of its sizes, {', '.join(sizes)}, or what it fills, such as d_model"
        move = did_you_mean(wrong, known, f"write --name {sizes[0] if sizes else 'd'}=TEX")
        raise NotationError(f"--name for {wrong!r}, which the formula does not have", wanted, move)


def _options(
    env: str | None, width: str | None, numbers: str | None, names: tuple[str, ...], notation: str | None, **others: str | None
) -> dict[str, Any]:
    """The options of `latex` that are given, read: a width in em, a style of numbers with its digits, names of symbols."""
    found: dict[str, Any] = {name: value for name, value in {"env": env, **others}.items() if value is not None}
    if width is not None:
        found["width"] = width if not _NUMBER.fullmatch(width) else float(width) if "." in width else int(width)
    if numbers is not None:
        style, _, digits = numbers.partition(":")
        found["numbers"] = (style, int(digits)) if digits.isdigit() else numbers
    if names:
        if wrong := [name for name in names if "=" not in name]:
            raise click.BadParameter(f"{wrong[0]!r}: write symbol=TeX, such as d_model=\\dmodel", param_hint="--name")
        found["notation"] = {**_names_of(notation), **dict(name.split("=", 1) for name in names)}
    elif notation is not None:
        found["notation"] = notation
    return found


def _names_of(notation: str | None) -> dict[str, str]:
    """The names of a notation, which those of single symbols go before."""
    from symparams.typeset.notations import notation_of

    chosen = notation_of(notation)
    return {} if chosen is None else dict(chosen.names)
