"""Which quantity of a model a command is about: --of, and what data a cost is counted for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from symparams.cli.group import refuse_ignored, was_typed

__all__ = ["OF_COSTS", "of_option"]

_WEIGHTS = ("parameters", "trainable", "frozen", "active", "non_embedding")
OF_COSTS = ("flops", "training_flops", "multiply_adds", "kv_cache")  # as `counting` has them, which a --help need not load
_SIZES = {
    "batch": ("--batch", "b", "Samples; a cost's."),
    "seq": ("--seq", "s", "Tokens in each sample; a cost's."),
    "extent": ("--extent", "H,W", "Pixels in each dimension, in place of --seq."),
    "past": ("--past", "p", "Positions in the cache before these: a step of decoding."),
    "memory": ("--memory", "m", "Length of what cross-attention reads."),
    "bytes": ("--bytes", "2", "Bytes of each number in a cache."),
}
_FLAGS = {
    "causal": "Products that a causal mask hides are not counted.",
    "last": "The head on the last position only.",
    "per_token": "Of one position.",
}


class _Quantity(click.Choice[str]):
    """A name of a quantity, or a cost with its data as a call, as in documents: kv_cache(1, s, bytes=2)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and "(" in value and value.partition("(")[0].strip() in OF_COSTS:
            return value
        return super().convert(value, param, ctx)


def of_option(function: Callable[..., None]) -> Callable[..., None]:
    """--of, with the options of the costs among its choices; the command gets the quantity as its `of`."""

    @wraps(function)
    def command(of: str, **others: Any) -> None:
        taken = {name: others.pop(name) for name in (*_SIZES, *_FLAGS)}
        function(of=_quantity(of, taken), **others)

    for name, words in reversed(_FLAGS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=words)(command)
    for name, (option, metavar, words) in reversed(_SIZES.items()):
        command = click.option(option, name, metavar=metavar, help=words)(command)
    words = "Which quantity; active: what a token meets; non_embedding: without look-up tables; costs: of a batch b and a length s."
    return click.option("--of", type=_Quantity([*_WEIGHTS, *OF_COSTS]), default="parameters", show_default=True, help=words)(
        command
    )


def _quantity(of: str, taken: dict[str, Any]) -> Any:
    """The quantity: a name of a count of weights, or a cost with its data."""
    if of in _WEIGHTS:
        refuse_ignored(taken, f"with --of {of}" if was_typed("of") else "without --of flops, say")
        return of
    if "(" in of:
        from symparams.counting import quantity

        refuse_ignored(taken, "with data in --of")
        return quantity(of)
    from symparams import caches, operations
    from symparams.notation import symbol

    extent = taken.pop("extent")
    sizes = {name: _size(taken.pop(name)) for name in ("batch", "seq", "past", "memory", "bytes")}
    data: dict[str, Any] = {"batch": symbol("b") if sizes["batch"] is None else sizes["batch"], "memory": sizes["memory"]}
    if extent is None:
        data["seq"] = symbol("s") if sizes["seq"] is None else sizes["seq"]
    else:
        refuse_ignored(["seq"], "with --extent")
        data["extent"] = tuple(_size(part) for part in extent.split(","))
    if of == "kv_cache":
        refuse_ignored(["past", *_FLAGS], "with --of kv_cache")
        return caches(**data, bytes=sizes["bytes"])
    refuse_ignored(["bytes"], f"with --of {of}")
    past = {} if sizes["past"] is None else {"past": sizes["past"]}
    return operations(**data, **past, **taken, training=of == "training_flops", multiply_adds=of == "multiply_adds")


def _size(text: str | None) -> Any:
    """A size of the data: a whole number, or a symbol."""
    from symparams.notation import symbol

    return None if text is None else int(text) if text.strip().isdecimal() else symbol(text.strip())
