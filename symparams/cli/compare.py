"""`symparams compare`: models and formulas beside one another."""

from __future__ import annotations

from typing import Any

import click

import symparams
from symparams.cli.completion import model_names
from symparams.cli.group import json_option, plain_command
from symparams.cli.printing import print_json, print_text
from symparams.cli.quantities import of_option
from symparams.cli.sizes import sizes
from symparams.errors import ModelTextError


@plain_command(
    "compare",
    '"LSTM(I, H)" "GRU(I, H)" "RNN(I, H)"',
    '"Transformer(N, d, V)" "12Nd^2" --at N=96,d=12288,V=50257',
)
@click.argument("things", nargs=-1, required=True, metavar="MODEL|FORMULA ...", shell_complete=model_names)
@click.option("--at", "at", metavar="N=96,d=12288", callback=sizes, help="Sizes for symbols.")
@of_option
@json_option
def command(things: tuple[str, ...], at: dict[str, int], of: Any, as_json: bool) -> None:
    """Show how models and formulas differ: part by part, and as ratios.

    Of two the difference is told part by part; three and more are a table of ratios to the first.
    """
    from symparams.notation import text

    found = symparams.compare(*map(_thing, things), of=of)
    if isinstance(found, symparams.Comparison):
        answer: dict[str, Any] = {
            "names": list(found.names),
            "difference": text(found.difference),
            "parts": {name: text(part) for name, part in found.parts},
            "ratio": text(found.ratio),
        }
        number = (
            [f"difference = {found.at(at):,}" if isinstance(found.at(at), int) else f"difference = {found.at(at)}"] if at else []
        )
        answer |= {"value": found.at(at)} if isinstance(found.at(at), int) else {}
    else:
        number = []
        found = found.at(at) if at else found
        answer = {"names": list(found.names), "ratios": {name: text(ratio) for name, ratio in found.ratios.items()}}
    if as_json:
        print_json(answer)
    else:
        print_text(found.content, *number)


def _thing(written: str) -> Any:
    """A model where it reads as one, else a formula in the sizes of the others."""
    try:
        return symparams.read_model(written)
    except ModelTextError:
        if "(" in written.partition(" ")[0] and written[:1].isupper() and "=" in written:
            raise
        return written
