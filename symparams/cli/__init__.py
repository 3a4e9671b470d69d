"""The command `symparams`: reads arguments, calls, prints.

Each subcommand is a file here of the same name, which holds `command`; what they share is in the other files.
The next one is such a file, a test in `tests/cli/`, and its name in two lists: the one below and the contract in `pyproject.toml`.
It imports sympy, and all of symparams but its names and errors, inside the function: help, version and completion do without.
"""

from __future__ import annotations

import click

import symparams
from symparams.cli import breakdown, catalogue, check, code, compare, count, derive, identify, latex, leading, lint, models, recover
from symparams.cli.group import Group

__all__ = ["main"]

_FILES = (derive, count, breakdown, leading, latex, code, compare, identify, models, catalogue, check, lint, recover)


@click.group(cls=Group, commands=[file.command for file in _FILES], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(symparams.__version__, prog_name="symparams")
def main() -> None:
    """Derive the size formulas of neural networks.

    A MODEL is written as in Python, "Transformer(N, d, V, positions=n_ctx)", and read without being run; every name that is
    no layer is a symbol. It may be the name of a published model as well, llama-3-70b, or a config.json.
    """
