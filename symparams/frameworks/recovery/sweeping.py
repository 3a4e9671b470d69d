"""All model types of a library, each recovered in a process of its own with a limit of time and memory; the answers in a table.

One crash does not end a run, a run that was stopped goes on where it stood, and nothing is downloaded.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from symparams.errors import NotRecoveredError, RecoveryError, shown

__all__ = ["TASKS", "Outcome", "pairs", "read_table", "sweep", "write_table"]

TASKS = {
    "causal": "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "masked": "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    "seq2seq": "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
}
SCHEDULES = ("period", "offset", "interval", "freq", "every", "step", "stride", "pattern")


@dataclass(frozen=True)
class Outcome:
    """A row of the table: what was tried, and what came of it.

    where: outcome: recovered, not recovered, cannot be built, time limit, crashed; held: fields that could not be varied.
    """

    task: str
    type: str
    cls: str
    outcome: str
    over: str = ""
    held: str = ""
    formula: str = ""
    conditions: str = ""
    points: str = ""
    methods: str = ""
    builds: str = ""
    seconds: str = ""
    reason: str = ""


def pairs(library: str) -> list[tuple[str, str, str]]:
    """The tasks and model types of a library with their classes.

    Raises `RecoveryError` for a library that is not known.
    """
    if library != "transformers":
        raise RecoveryError(f"--all {shown(library)}", "transformers", "write symparams recover --all transformers")
    from transformers.models.auto import modeling_auto

    found = []
    for task, table in TASKS.items():
        for kind, name in getattr(modeling_auto, table).items():
            found.append((task, kind, name[0] if isinstance(name, tuple) else name))
    return found


def read_table(path: Path) -> dict[tuple[str, str], Outcome]:
    """The rows that are there already."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        rows = [Outcome(**row) for row in csv.DictReader(file)]
    return {(row.task, row.type): row for row in rows}


def write_table(path: Path, rows: Mapping[tuple[str, str], Outcome]) -> None:
    """Writes the table anew, in one go, sorted."""
    names = [item.name for item in fields(Outcome)]
    beside = path.with_suffix(".part")
    with beside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: getattr(row, name) for name in names} for _, row in sorted(rows.items()))
    os.replace(beside, path)


def sweep(
    jobs: Sequence[tuple[str, str, str]],
    path: Path,
    workers: int = 2,
    seconds: float = 90.0,
    gigabytes: float = 6.0,
    told: Callable[[Outcome], None] = lambda _: None,
    work: Callable[[tuple[str, str, str]], dict[str, str]] | None = None,
) -> dict[tuple[str, str], Outcome]:
    """Recovers every pair that is not in the table yet and writes the table after each.

    where: seconds (of processor time), gigabytes: the limits of each; told: is called with each outcome; work: what recovers
    one pair.
    """
    rows = read_table(path)
    for outcome in _run([job for job in jobs if job[:2] not in rows], workers, seconds, gigabytes, work or recovered_pair):
        rows[outcome.task, outcome.type] = outcome
        write_table(path, rows)
        told(outcome)
    return rows


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    ready: bool = False
    job: tuple[str, str, str] | None = None
    since: float = 0.0
    used: float = 0.0


def _cpu_seconds(process: Any) -> float:
    """The processor time that a process has taken, which a busy machine does not lengthen; the clock where that is not told."""
    try:
        numbers = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return time.monotonic()


def _run(
    jobs: list[tuple[str, str, str]], workers: int, seconds: float, gigabytes: float, work: Callable[..., dict[str, str]]
) -> Iterator[Outcome]:
    """Hands out the jobs; a process that crashes or takes too long is ended and replaced."""
    context = multiprocessing.get_context("spawn")

    def fresh() -> _Worker:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, gigabytes, work), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    todo = list(reversed(jobs))
    crew = [fresh() for _ in range(min(workers, len(jobs)))]
    try:
        while todo or any(worker.job for worker in crew):
            for worker in crew:
                if worker.ready and worker.job is None and todo:
                    worker.job, worker.since, worker.used = todo.pop(), time.monotonic(), _cpu_seconds(worker.process)
                    worker.pipe.send(worker.job)
            ready = wait([worker.pipe for worker in crew if worker.job or not worker.ready], timeout=1.0)
            for place, worker in enumerate(crew):
                if worker.job is None:
                    if not worker.ready and worker.pipe in ready:
                        worker.ready = worker.pipe.recv()
                    continue
                spent, waited = _cpu_seconds(worker.process) - worker.used, time.monotonic() - worker.since
                ended: dict[str, str] | None = None
                if worker.pipe in ready:
                    try:
                        ended = worker.pipe.recv()
                    except EOFError:
                        ended = {"outcome": "crashed", "reason": f"the process ended with {worker.process.exitcode}"}
                elif spent > seconds or waited > 10 * seconds:
                    ended = {"outcome": "time limit", "reason": f"more than {seconds:g} s"}
                if ended is None:
                    continue
                job, worker.job = worker.job, None
                if ended["outcome"] in ("crashed", "time limit"):
                    worker.process.kill()
                    worker.process.join()
                    crew[place] = fresh()
                yield Outcome(*job, **ended, seconds=f"{spent:.1f}")
    finally:
        for worker in crew:
            worker.process.kill()


def _serve(pipe: Connection, gigabytes: float, work: Callable[..., dict[str, str]]) -> None:
    """A worker process: recovers what it is sent, until it is ended."""
    try:
        import resource

        limit = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (ImportError, ValueError, OSError):
        pass  # no such limit here
    pipe.send(True)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(work(job))
        except MemoryError:
            pipe.send({"outcome": "crashed", "reason": f"more than {gigabytes:g} GB"})


def recovered_pair(job: tuple[str, str, str]) -> dict[str, str]:
    """One row: over every field that matters; where that fails, with the fields of layer schedules held."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    from symparams.counting import closed_form
    from symparams.frameworks.recovery.conditions import written
    from symparams.frameworks.recovery.recovering import recover
    from symparams.frameworks.recovery.starting import fields as fields_of
    from symparams.frameworks.recovery.subjects import subject_of

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    over: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    try:
        subject = subject_of(getattr(transformers, job[2]))
        over = fields_of(subject, None)
        while True:
            try:
                found = recover(subject, [name for name in over if name not in held])
                break
            except NotRecoveredError as error:
                more = _to_hold(over, held, str(error))
                if not more or len(held) + len(more) == len(over):
                    raise
                held += more
        assert found.layer is None or found.layer.params is not None
        formula = repr(closed_form(found.layer)) if found.layer is not None else str(found.expr)
        return {
            "outcome": "recovered",
            "over": " ".join(name for name in over if name not in held),
            "held": " ".join((*held, *found.evidence.held)),
            "formula": formula,
            "conditions": "; ".join(map(written, found.conditions)),
            "points": str(len(found.evidence.points)),
            "methods": " + ".join(found.evidence.methods),
            "builds": str(found.evidence.builds),
        }
    except RecoveryError as error:
        return {"outcome": "cannot be built", "reason": _line(error), "over": " ".join(over)}
    except NotRecoveredError as error:
        return {"outcome": "not recovered", "reason": _line(error), "over": " ".join(over)}
    except MemoryError:
        raise
    except Exception as error:
        return {"outcome": "not recovered", "reason": f"{type(error).__name__}: {_line(error)}", "over": " ".join(over)}


def _to_hold(over: tuple[str, ...], held: tuple[str, ...], reason: str) -> tuple[str, ...]:
    """The fields to hold after a failure: those of layer schedules first, then the one along which no formula was found."""
    left = tuple(name for name in over if name not in held)
    if not held and (schedules := tuple(name for name in left if any(word in name for word in SCHEDULES))):
        return schedules
    return tuple(name for name in left if f" along {name.replace('.', '_')}:" in reason)[:1] if len(held) < 6 else ()


def _line(error: Exception) -> str:
    text = str(getattr(error, "given", error))
    return " ".join(text.split())[:400]
