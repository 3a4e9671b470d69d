"""`symparams identify`: which layers and models have exactly this count."""

from __future__ import annotations

import click

from symparams.cli.group import json_option, plain_command
from symparams.cli.printing import print_json, print_text


@plain_command("identify", '"124,439,808"', '"4(h(h+e)+h)"')
@click.argument("claim", metavar="NUMBER|FORMULA")
@json_option
def command(claim: str, as_json: bool) -> None:
    """Name the layers and models that have exactly this count.

    The likeliest come first, with the conventions under which they have it, and with what was searched. The exit status is 1 where
    nothing of what was searched has it.
    """
    from symparams.identifying import identify

    found = identify(claim)
    if as_json:
        rows = [{"subject": one.subject, "sizes": one.sizes, "conventions": list(one.conventions)} for one in found.matches]
        print_json({"claim": found.claim, "matches": rows, "searched": found.searched})
    elif found.matches:
        print_text(found.content, f"searched: {found.searched}")
    else:
        print_text(repr(found))
    raise click.exceptions.Exit(0 if found.matches else 1)
