"""`symparams leading`: the leading order, and how good it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

import symparams
from symparams.cli.group import model_command, with_tree
from symparams.cli.printing import json_value, number_or_formula, report
from symparams.cli.quantities import of_option
from symparams.cli.sizes import growing
from symparams.errors import ValuesError, shown

if TYPE_CHECKING:
    from sympy import Expr, Rational

    from symparams import Approximation


@model_command(
    "leading",
    '"Transformer(N, d, V)" --grows d --within 5%',
    '"Transformer(N, d, V)" --grows d --at N=12,d=768,V=50257',
    '"Transformer(N, d, V)" --grows d:1,V:1',
)
@click.option("--grows", required=True, metavar="d", help="What grows: d, or at given rates d:1,V:1.")
@click.option("--terms", default=1, show_default=True, help="How many orders to keep.")
@click.option("--within", metavar="5%", help="From which size on the relative error is at most this; the others' sizes from --at.")
@of_option
@with_tree
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, grows: str, terms: int, within: str | None, of: Any) -> None:
    """Take the leading order of MODEL's formula, with its error.

    It is given with the regime that it needs and its exact relative error. With --at: what the approximation and the formula come
    to there, and the error.
    """
    from symparams.notation import text

    closed = symparams.closed_form(model, of)
    short = symparams.leading_order(closed, growing(grows), terms)
    error = text(short.relative_error)
    lines = [f"{short}   {short.regime}", f"relative error  {error}"]
    keys: dict[str, Any] = {
        "leading": repr(short),
        "leading_latex": symparams.latex(short),
        "regime": short.regime,
        "relative_error": error,
        "note": short.note,
    }
    if short.note:
        lines.append(f"note            {short.note}")
    first = next(iter(growing(grows)))
    if within is not None:
        from_on = short.within(_share(within), first, {name: size for name, size in at.items() if name != first.name})
        lines.append(f"within {within} from {first.name} = {number_or_formula(from_on)}")
        keys["within"] = text(from_on)
    if at and (within is None or first.name in at):
        more, values = _compared(short, at)
        lines += more
        keys |= values
    report(closed, at, as_json, ["\n".join(lines)], **keys)


def _compared(short: Approximation, at: dict[str, int]) -> tuple[list[str], dict[str, Any]]:
    """What an approximation and its formula come to at sizes, and how far they are apart: in lines, and for JSON."""
    from symparams.notation import as_values, at_values, percent

    values = as_values(at, frozenset(short.exact.free_symbols))
    approximation, exact, error = (at_values(expr, values) for expr in (short.expr, short.exact, short.relative_error))
    off = f"{percent(error)} ({number_or_formula(approximation - exact)})" if error.is_Rational else number_or_formula(error)
    lines = [
        f"at {', '.join(f'{name}={size:,}' for name, size in at.items())}:",
        f"approximation   {number_or_formula(approximation)}",
        f"exact           {number_or_formula(exact)}",
        f"error           {off}",
    ]
    return lines, {"approximation": json_value(approximation), "exact": json_value(exact), "error": json_value(error)}


def _share(given: str) -> Rational | Expr:
    from sympy import Rational

    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?\s*%", given) or not (share := Rational(given.rstrip("% ")) / 100):
        raise ValuesError(f"--within {shown(given)}", "a percentage above 0 and below 100", "write --within 5%")
    return share
