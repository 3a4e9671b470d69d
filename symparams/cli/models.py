"""`symparams models`: what the atlas has."""

from __future__ import annotations

import click

from symparams.cli.group import json_option, plain_command
from symparams.cli.printing import print_json, print_plain


@plain_command("models", "--like qwen", "--classes --like Bert")
@click.option("--like", metavar="TEXT", default="", help="Those alone whose name, or whose class, holds this.")
@click.option("--classes", is_flag=True, help="The classes, which a config.json may name, in place of the published models.")
@json_option
def command(like: str, classes: bool, as_json: bool) -> None:
    """List the published models that have names, with their counts.

    Each can be named in place of MODEL. The exit status is 1 where none is like that.
    """
    from symparams import atlas

    wanted = like.lower().replace("_", "-")
    if classes:
        found = [name for name in atlas.classes() if wanted.replace("-", "") in name.lower()]
        print_json(found) if as_json else print_plain(found or [f"none of {len(atlas.classes()):,} classes is like {like!r}"])
    else:
        rows = [row for name in atlas.names() if wanted in (row := atlas.row_of(name)).name or wanted in row.cls.lower()]
        found = [row.name for row in rows]
        if as_json:
            print_json([{"name": row.name, "class": row.cls, "count": row.count, "headline": row.headline} for row in rows])
        elif rows:
            wide, far = max(len(row.name) for row in rows), max(len(f"{row.count:,}") for row in rows)
            print_plain([f"{row.name:{wide}}  {row.count:>{far},}  {row.cls}" for row in rows])
        else:
            near = ", ".join(atlas.near(like)) if like else ""
            print_plain([f"none of {len(atlas.names()):,} models is like {like!r}" + (f"; did you mean {near}?" if near else "")])
    raise click.exceptions.Exit(0 if found else 1)
