"""`symparams recover`: the closed form of a parameter count, from the code itself."""

from __future__ import annotations

import ast
import json
import sys
from typing import Any

import click

import symparams
from symparams.cli.group import json_option, plain_command
from symparams.cli.printing import print_json
from symparams.errors import NotRecoveredError, RecoveryError, ValuesError, shown
from symparams.notation import text


def _fixed(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """name=value, the value read as a literal of Python or JSON (False, false), or as text where it is neither."""
    fixed: dict[str, Any] = {}
    for part in given:
        name, sign, value = part.partition("=")
        if not sign or not name:
            raise ValuesError(shown(part), "name=value", "write --with num_heads=4")
        fixed[name] = _literal(value)
    return fixed


def _literal(value: str) -> Any:
    for read in (ast.literal_eval, json.loads):
        try:
            return read(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return value


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
@click.option("--tasks", metavar="causal,image", help="With --all: causal, masked, seq2seq; or image, audio, speech, multimodal.")
@click.option("--only", metavar="gpt2,t5", help="With --all: these model types only.")
@click.option("--workers", default=2, show_default=True, help="With --all: how many processes.")
@click.option("--seconds", type=float, help="The time limit of each build, 30; with --all of each model type, 90.")
@click.option("--gigabytes", type=float, help="The memory limit of each build, 4; with --all of each model type, 6.")
@json_option
def command(
    target: str | None,
    over: str | None,
    fixed: dict[str, Any],
    method: Any,
    library: str | None,
    table: str | None,
    tasks: str | None,
    only: str | None,
    workers: int,
    seconds: float | None,
    gigabytes: float | None,
    as_json: bool,
) -> None:
    """Recover the closed form of a parameter count from the code at TARGET, module:name. It executes that code.

    The form comes with the conditions under which it holds and the points that it was verified at, or not at all: exit status 1.
    """
    from symparams.frameworks.recovery import recover
    from symparams.frameworks.recovery.building.finding import find
    from symparams.frameworks.recovery.sizes.conditions import written

    if library is not None:
        _recover_all(library, tasks, only, table, workers, seconds or 90.0, gigabytes or 6.0)
        return
    if target is None:
        raise RecoveryError("no target", "module:name, or --all transformers", "write symparams recover torch:nn.LSTM")
    sys.path.insert(0, "")  # what stands in this folder can be imported, as with python -m
    names = [name.strip() for name in over.split(",")] if over else None
    try:
        found = recover(find(target), names, fixed=fixed, method=method, seconds=seconds or 30.0, gigabytes=gigabytes or 4.0)
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


def _recover_all(
    library: str, tasks: str | None, only: str | None, table: str | None, workers: int, seconds: float, gigabytes: float
) -> None:
    from collections import Counter
    from pathlib import Path

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from symparams.frameworks.recovery.sweeping import TEXT, pairs, read_table, sweep

    path = Path(table) if table else Path(f"{library}.csv")
    jobs = pairs(library, [task.strip() for task in tasks.split(",")] if tasks else TEXT)
    if only:
        kinds = {kind.strip() for kind in only.split(",")}
        if unknown := kinds - {job[1] for job in jobs}:
            raise RecoveryError(f"--only {', '.join(sorted(unknown))}", "model types of these tasks", "mend the names")
        jobs = [job for job in jobs if job[1] in kinds]
    done = sum(job[:2] in read_table(path) for job in jobs)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns) as progress:
        bar = progress.add_task("", total=len(jobs), completed=done)
        rows = sweep(jobs, path, workers, seconds, gigabytes, lambda row: progress.update(bar, advance=1, description=row.cls))
    counts = Counter(rows[job[:2]].outcome for job in jobs)
    click.echo(f"{path}: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
