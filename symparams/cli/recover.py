"""`symparams recover`: the closed form of a parameter count, from the code itself."""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

import click

import symparams
from symparams.cli.group import json_option, plain_command, refuse_ignored
from symparams.cli.printing import print_json, print_text
from symparams.cli.quantities import OF_COSTS
from symparams.cli.terminal import end_of_output, prints_to_stderr
from symparams.errors import NotRecoveredError, RecoveryError, ValuesError, shown

_OF_ONE = ("target", "over", "of", "inputs", "fixed", "method")
_OF_ALL = ("table", "tasks", "only", "workers")
_LIMIT = click.FloatRange(0, 10**6, min_open=True, max_open=True)


def _fixed(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """name=value, the value read as a literal of Python or JSON (False, false), or as text where it is neither."""
    fixed: dict[str, Any] = {}
    for part in given:
        name, sign, value = part.partition("=")
        if not sign or not name:
            raise ValuesError(shown(part), "name=value", "write --with num_heads=4")
        if name in fixed:
            raise ValuesError(f"--with {shown(name)} twice", "each argument once", "leave one out")
        fixed[name] = _literal(value)
    return fixed


def _names(_: click.Context, option: click.Parameter, text: str | None) -> list[str] | None:
    """Names with commas between, as --over and its like take them."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValuesError(f"{option.opts[0]} names {twice} twice", "each name once", "leave one out")
    if unreadable := [name for name in names if not re.fullmatch(r"[^\W\d][\w-]*(\.\w+)*", name)]:
        raise ValuesError(
            f"{option.opts[0]} {shown(unreadable[0])}", "names with commas between", f"write {option.opts[0]} {option.metavar}"
        )
    return names


def _literal(value: str) -> Any:
    import json

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
@click.option("--over", metavar="d,N", callback=_names, help="The fields to vary; every integer field that matters if not given.")
@click.option(
    "--of", type=click.Choice(["parameters", *OF_COSTS]), default="parameters", show_default=True, help="What is counted."
)
@click.option(
    "--inputs", metavar="module:name", help="A function of sizes that returns the data to run the model on, for --of flops."
)
@click.option("--with", "fixed", multiple=True, metavar="name=value", callback=_fixed, help="A further argument; may be repeated.")
@click.option("--method", type=click.Choice(["both", "symbolic", "blackbox"]), default="both", show_default=True)
@click.option("--all", "library", metavar="transformers", help="Every causal, masked and sequence-to-sequence model type.")
@click.option("--table", type=click.Path(dir_okay=False), help="With --all: the table to go on with.")
@click.option(
    "--tasks",
    metavar="causal,image",
    callback=_names,
    help="With --all: causal, masked, seq2seq; or image, audio, speech, multimodal.",
)
@click.option("--only", metavar="gpt2,t5", callback=_names, help="With --all: these model types only.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="With --all: how many processes.")
@click.option("--seconds", type=_LIMIT, help="The time limit of each build, 30; with --all of each model type, 90.")
@click.option("--gigabytes", type=_LIMIT, help="The memory limit of each build, 4; with --all of each model type, 6.")
@json_option
def command(
    target: str | None,
    over: list[str] | None,
    of: str,
    inputs: str | None,
    fixed: dict[str, Any],
    method: Any,
    library: str | None,
    table: str | None,
    tasks: list[str] | None,
    only: list[str] | None,
    workers: int,
    seconds: float | None,
    gigabytes: float | None,
    as_json: bool,
) -> None:
    """Recover the formula of a parameter count from code.

    TARGET is module:name, and that code is executed. The form comes with the conditions under which it holds and the points that it
    was verified at, or not at all: exit status 1.
    """
    from symparams.frameworks.recovery import recover
    from symparams.frameworks.recovery.building.finding import find
    from symparams.frameworks.recovery.sizes.conditions import written
    from symparams.notation import text

    if library is not None:
        refuse_ignored(_OF_ONE, "with --all")
        _recover_all(library, tasks, only, table, workers, seconds or 90.0, gigabytes or 6.0, as_json)
        return
    refuse_ignored(_OF_ALL, "without --all")
    if target is None:
        raise RecoveryError("no target", "module:name, or --all transformers", "write symparams recover torch:nn.LSTM")
    sys.path.insert(0, "")  # what stands in this folder can be imported, as with python -m
    try:
        with prints_to_stderr():
            data = find(inputs) if inputs is not None else None
            found = recover(
                find(target),
                over,
                of=of,
                inputs=data,
                fixed=fixed,
                method=method,
                seconds=seconds or 30.0,
                gigabytes=gigabytes or 4.0,
            )
    except NotRecoveredError as error:
        if as_json:
            print_json({"recovered": False, "reason": error.given})
        else:
            print_text(error.given)
        end_of_output()
        raise click.exceptions.Exit(1) from None
    counted = "params" if of == "parameters" else of
    closed = symparams.closed_form(found) if found.layer is not None else None
    answer = {
        "recovered": True,
        "target": found.name,
        "of": of,
        counted: text(found.expr),
        "closed_form": repr(closed) if closed is not None else text(found.expr),
        "latex": symparams.latex(closed if closed is not None else found.expr),
        "conditions": [written(condition) for condition in found.conditions],
        "points": [{**dict(point.values), counted: point.number} for point in found.evidence.points],
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
        print_text(repr(found))
    end_of_output()


def _recover_all(
    library: str,
    tasks: list[str] | None,
    only: list[str] | None,
    table: str | None,
    workers: int,
    seconds: float,
    gigabytes: float,
    as_json: bool,
) -> None:
    from collections import Counter
    from pathlib import Path

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from symparams.frameworks.recovery.sweeping import TEXT, pairs, read_table, sweep

    path = Path(table) if table else Path(f"{library}.csv")
    jobs = pairs(library, tasks or TEXT)
    if not path.parent.is_dir():
        raise RecoveryError(f"--table {path}", "a file in a folder that exists", f"make the folder {path.parent}, or name another")
    if only:
        if unknown := set(only) - {job[1] for job in jobs}:
            raise RecoveryError(f"--only {', '.join(sorted(unknown))}", "model types of these tasks", "mend the names")
        jobs = [job for job in jobs if job[1] in only]
    done = sum(job[:2] in read_table(path) for job in jobs)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=len(jobs), completed=done)
        rows = sweep(jobs, path, workers, seconds, gigabytes, lambda row: progress.update(bar, advance=1, description=row.cls))
    counts = Counter(rows[job[:2]].outcome for job in jobs)
    if as_json:
        print_json({"table": str(path), "outcomes": dict(counts.most_common())})
    else:
        print_text(f"{path}: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
