"""`symparams recover`: the closed form of a parameter count, from the code itself."""

from __future__ import annotations

import json
from typing import Any

import click

import symparams
from symparams.cli.group import json_option, plain_command
from symparams.cli.printing import print_json
from symparams.errors import NotRecoveredError, RecoveryError, ValuesError, shown
from symparams.notation import text


def _fixed(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """name=value, the value read as JSON, or as text where it is none."""
    fixed: dict[str, Any] = {}
    for part in given:
        name, sign, value = part.partition("=")
        if not sign or not name:
            raise ValuesError(shown(part), "name=value", "write --with num_heads=4")
        try:
            fixed[name] = json.loads(value)
        except ValueError:
            fixed[name] = value
    return fixed


@plain_command(
    "recover",
    "torch:nn.LSTM --over input_size,hidden_size",
    "transformers:LlamaForCausalLM --over hidden_size,intermediate_size,num_hidden_layers,vocab_size",
)
@click.argument("target", required=False)
@click.option("--over", metavar="d,N", help="The fields to vary; every integer field that matters if not given.")
@click.option("--with", "fixed", multiple=True, metavar="name=value", callback=_fixed, help="A further argument; may be repeated.")
@click.option("--method", type=click.Choice(["both", "symbolic", "blackbox"]), default="both", show_default=True)
@click.option("--all", "library", metavar="transformers", help="Every causal, masked and sequence-to-sequence model type.")
@click.option("--table", type=click.Path(dir_okay=False), help="With --all: the table to go on with.")
@click.option("--workers", default=2, show_default=True, help="With --all: how many processes.")
@click.option("--seconds", default=90.0, show_default=True, help="With --all: the time limit of each type.")
@click.option("--gigabytes", default=6.0, show_default=True, help="With --all: the memory limit of each process.")
@click.option("--only", metavar="gpt2,t5", help="With --all: these model types only.")
@json_option
def command(
    target: str | None,
    over: str | None,
    fixed: dict[str, Any],
    method: Any,
    library: str | None,
    table: str | None,
    workers: int,
    seconds: float,
    gigabytes: float,
    only: str | None,
    as_json: bool,
) -> None:
    """Recover the closed form of a parameter count from the code at TARGET, module:name. It executes that code.

    The form comes with the conditions under which it holds and the points that it was verified at, or not at all: exit status 1.
    """
    from symparams.frameworks.recovery import recover
    from symparams.frameworks.recovery.conditions import written
    from symparams.frameworks.recovery.finding import find

    if library is not None:
        _recover_all(library, table, workers, seconds, gigabytes, only)
        return
    if target is None:
        raise RecoveryError("no target", "module:name, or --all transformers", "write symparams recover torch:nn.LSTM")
    names = [name.strip() for name in over.split(",")] if over else None
    try:
        found = recover(find(target), names, fixed=fixed, method=method)
    except NotRecoveredError as error:
        click.echo(json.dumps({"recovered": False, "reason": error.given}) if as_json else error.given)
        raise click.exceptions.Exit(1) from None
    closed = symparams.closed_form(found.layer) if found.layer is not None else None
    answer = {
        "recovered": True,
        "target": found.name,
        "params": text(found.expr),
        "closed_form": repr(closed) if closed is not None else text(found.expr),
        "latex": symparams.latex(closed if closed is not None else found.expr),
        "conditions": [written(condition) for condition in found.conditions],
        "points": [{**dict(point.values), "params": point.number} for point in found.evidence.points],
        "methods": list(found.evidence.methods),
        "agreement": found.evidence.agreement,
        "held": list(found.evidence.held),
        "notes": list(found.evidence.notes),
        "builds": found.evidence.builds,
        "seconds": round(found.evidence.seconds, 3),
    }
    if as_json:
        print_json(answer)
    else:
        click.echo(repr(found))


def _recover_all(library: str, table: str | None, workers: int, seconds: float, gigabytes: float, only: str | None) -> None:
    from collections import Counter
    from pathlib import Path

    from rich.progress import Progress

    from symparams.frameworks.recovery.sweeping import pairs, read_table, sweep

    path = Path(table) if table else Path(f"{library}.csv")
    jobs = pairs(library)
    if only:
        kinds = {kind.strip() for kind in only.split(",")}
        jobs = [job for job in jobs if job[1] in kinds]
    left = [job for job in jobs if job[:2] not in read_table(path)]
    with Progress() as progress:
        bar = progress.add_task(f"{len(jobs) - len(left)} of {len(jobs)} are there already", total=len(left))
        rows = sweep(jobs, path, workers, seconds, gigabytes, lambda row: progress.update(bar, advance=1, description=row.cls))
    counts = Counter(row.outcome for row in rows.values())
    click.echo(f"{path}: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
