"""`symparams leading`: the leading order, and how good it is."""

from __future__ import annotations

import re

import click
from sympy import Expr, Rational

import symparams
from symparams.cli.group import model_command
from symparams.cli.printing import report
from symparams.cli.sizes import growing, number_at
from symparams.errors import ValuesError, shown
from symparams.notation import text


@model_command("leading", '"Transformer(N, d, V)" --grows d --within 5%', '"Transformer(N, d, V)" --grows d:1,V:1')
@click.option("--grows", required=True, metavar="d", help="What grows: d, or at given rates d:1,V:1.")
@click.option("--terms", default=1, show_default=True, help="How many orders to keep.")
@click.option("--within", metavar="5%", help="From which size on the relative error is at most this; the others' sizes from --at.")
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, grows: str, terms: int, within: str | None) -> None:
    """Take the leading order of MODEL's formula, with its regime and its exact relative error."""
    short = symparams.leading_order(symparams.closed_form(model), growing(grows), terms)
    lines = [f"{short}   {short.regime}", f"relative error  {text(short.relative_error)}"]
    more = {
        "leading": repr(short),
        "leading_latex": symparams.latex(short),
        "regime": short.regime,
        "relative_error": lines[1][16:],
        "note": short.note,
    }
    if short.note:
        lines.append(f"note            {short.note}")
    if within:
        first = next(iter(growing(grows)))
        from_on = short.within(_share(within), first, {name: size for name, size in at.items() if name != first.name})
        lines.append(f"within {within} from {first.name} = {text(from_on)}")
        more["within"] = text(from_on)
    if at and not within:
        lines.append(f"at the sizes given: exact {number_at(symparams.closed_form(model), at):,}")
    report(model, at if not within else {}, as_json, "\n".join(lines), **more)


def _share(given: str) -> Expr:
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?\s*%", given) or not (share := Rational(given.rstrip("% ")) / 100):
        raise ValuesError(f"--within {shown(given)}", "a percentage above 0 and below 100", "write --within 5%")
    return share
