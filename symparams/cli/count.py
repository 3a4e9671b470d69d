"""`symparams count`: the closed form and the number."""

from __future__ import annotations

import symparams
from symparams.cli.group import model_command
from symparams.cli.printing import report
from symparams.cli.sizes import number_at


@model_command("count", '"Transformer(N, d, V)" --at N=96,d=12288,V=50257', '"GRU(I, H, biases=2)"')
def command(model: symparams.Layer, at: dict[str, int], as_json: bool) -> None:
    """Count the parameters of MODEL: the closed form, and the number where sizes are given."""
    closed = symparams.closed_form(model)
    report(model, at, as_json, f"{closed} = {number_at(closed, at):,}" if at else repr(closed))
