"""How a command is made, and what it does when symparams refuses.

The exit status is 0 where all is well, 1 where the answer is no (a formula is wrong, a form was not recovered), and 2 where what
was given cannot be read: for that a command lets a `SymparamsError` through, or click says it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import symparams
from symparams.cli.sizes import sizes
from symparams.errors import SymparamsError

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Group(click.Group):
    """Turns what symparams refuses into a message and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SymparamsError as error:
            raise click.UsageError(str(error)) from None


def plain_command(name: str, *examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command with examples in its help, each written as what follows `symparams name`; a test runs them."""
    lines = "\n".join(f"  symparams {name} {example}".rstrip() for example in examples)
    return click.command(name, epilog=f"\b\nExamples:\n{lines}")


def model_command(name: str, *examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command with examples in its help that takes a MODEL, --at and --json."""

    def made(function: Callable[..., None]) -> click.Command:
        function = json_option(function)
        function = click.option("--at", "at", metavar="N=96,d=12288", callback=sizes, help="Sizes for the symbols.")(function)
        function = click.argument("model", callback=lambda _, __, given: symparams.read_model(given))(function)
        return plain_command(name, *examples)(function)

    return made
