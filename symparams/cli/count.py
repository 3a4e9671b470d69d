"""`symparams count`: the closed form and the number."""

from __future__ import annotations

from typing import Any

import symparams
from symparams.cli.group import model_command
from symparams.cli.printing import number_or_formula, report
from symparams.cli.quantities import of_option
from symparams.cli.sizes import in_formula


@model_command(
    "count",
    '"Transformer(N, d, V)" --at N=96,d=12288,V=50257',
    '"GRU(I, H, biases=2)"',
    '"Transformer(N, d, V)" --of non_embedding',
    '"Transformer(N, d, V)" --of flops --at N=12,d=768,V=50257,b=1,s=1024',
    '"Transformer(N, d, V)" --of kv_cache --bytes 2',
)
@of_option
def command(model: symparams.Layer, at: dict[str, int], as_json: bool, of: Any) -> None:
    """Count the parameters of MODEL, or what it costs. Prints the closed form, and the number where sizes are given."""
    closed = symparams.closed_form(model, of)
    at = in_formula(at, model, closed)
    text = number_or_formula(closed.form)
    report(closed, at, as_json, [f"{text} = {number_or_formula(closed.at(at))}" if at else text], of=of)
