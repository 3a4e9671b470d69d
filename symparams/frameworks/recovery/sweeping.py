"""All model types of a library, each recovered in a process of its own with a limit of time and memory; the answers in a table.

One crash does not end a run, a run that was stopped goes on where it stood, and nothing is downloaded.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from symparams.errors import NotRecoveredError, RecoveryError, shown
from symparams.frameworks.recovery.building.finding import installed_by
from symparams.frameworks.recovery.building.limits import OutOfTimeError, memory_limit, time_limit
from symparams.notation import text

__all__ = ["TABLES", "TASKS", "TEXT", "Outcome", "pairs", "read_table", "sweep", "write_table"]

TABLES = Path(__file__).with_name("tables")  # what came of every model type, by the library's version

TASKS = {
    "causal": "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "masked": "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    "seq2seq": "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "image": "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES",
    "audio": "MODEL_FOR_AUDIO_CLASSIFICATION_MAPPING_NAMES",
    "speech": "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES",
    "multimodal": "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES",
}
TEXT = ("causal", "masked", "seq2seq")  # unless others are asked for
Job: TypeAlias = tuple[str, str, str]  # the task, the model type, the class


_ROPE = {"rope_type": "default", "rope_theta": 10000.0}
_INDEXER = {
    "indexer_n_heads": 4,
    "indexer_kv_heads": 1,
    "indexer_head_dim": 256,
    "indexer_budget": 2048,
    "indexer_compress_ratio": 16,
}
# the classes that no defaults build, and what they are told
_TYPES = {"num_hidden_layers": 6, "num_kv_shared_layers": 2, "layer_types": ["full_attention", "sliding_attention"] * 3}
GIVEN: dict[str, dict[str, Any]] = {
    "CohereCompassForCausalLM": {"rope_parameters": {"full_attention": _ROPE, "sliding_attention": _ROPE}},
    "DbrxForCausalLM": {"attn_config": {"rope_theta": 10000.0}},
    "Gemma4UnifiedAssistantForCausalLM": {"text_config": _TYPES},
    "Lfm2MoeForCausalLM": {"num_hidden_layers": 6, "layer_types": ["conv", "conv", "full_attention"] * 2},
    "Qwen4ExpForCausalLM": _INDEXER,
    "ReformerModelWithLMHead": {"is_decoder": True},
}


@dataclass(frozen=True)
class Outcome:
    """A row of the table: what was tried, and what came of it.

    where: outcome: recovered, not recovered, cannot be built, time limit, memory limit or crashed; given: what the model was told,
    since no defaults build it; over: the fields that the formula is over; held: those that could not be varied with them.
    """

    task: str
    type: str
    cls: str
    outcome: str
    given: str = ""
    over: str = ""
    held: str = ""
    formula: str = ""
    conditions: str = ""
    points: str = ""
    methods: str = ""
    builds: str = ""
    seconds: str = ""
    reason: str = ""


def pairs(library: str, tasks: Sequence[str] = TEXT) -> list[Job]:
    """The tasks and model types of a library with their classes.

    Raises `RecoveryError` for a library or a task that is not known, and where the library is not installed.
    """
    if library != "transformers":
        raise RecoveryError(f"--all {shown(library)}", "transformers", "write symparams recover --all transformers")
    for task in tasks:
        if task not in TASKS:
            raise RecoveryError(f"the task {shown(task)}", f"one of {', '.join(TASKS)}", "mend --tasks")
    try:
        import pebble  # noqa: F401  # for the processes that come later
        from transformers.models.auto import modeling_auto
    except ImportError as error:
        raise RecoveryError(f"--all {library}: {error}", f"{library} and pebble", installed_by(error)) from error
    tables = [(task, getattr(modeling_auto, TASKS[task])) for task in tasks]
    return [(task, kind, cls[0] if isinstance(cls, tuple) else cls) for task, table in tables for kind, cls in table.items()]


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
    jobs: Sequence[Job],
    path: Path,
    workers: int = 2,
    seconds: float = 90.0,
    gigabytes: float = 6.0,
    told: Callable[[Outcome], None] = lambda _: None,
    work: Callable[[Job], dict[str, str]] | None = None,
) -> dict[tuple[str, str], Outcome]:
    """Recovers every pair that is not in the table yet and writes the table after each.

    where: seconds (of processor time), gigabytes: the limits of each; told: is called with each outcome; work: what recovers
    one pair. A process that crashes, or is still not ended after ten times the seconds by the clock, is replaced.
    """
    from pebble import ProcessPool

    rows = read_table(path)
    left = [job for job in jobs if job[:2] not in rows]
    with ProcessPool(workers, context=multiprocessing.get_context("spawn")) as pool:
        limited = partial(_limited, work or recovered_pair, seconds, gigabytes)
        running: dict[Future[dict[str, str]], Job] = {pool.schedule(limited, args=[job], timeout=10 * seconds): job for job in left}
        try:
            for future in as_completed(running):
                outcome = Outcome(*running[future], **_ended(future))
                rows[outcome.task, outcome.type] = outcome
                write_table(path, rows)
                told(outcome)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise
    return rows


def _limited(work: Callable[[Job], dict[str, str]], seconds: float, gigabytes: float, job: Job) -> dict[str, str]:
    """What one pair comes to within its limits, in a process of its own."""
    began = time.process_time()
    try:
        with memory_limit(gigabytes), time_limit(seconds, of="processor"):
            row = work(job)
    except OutOfTimeError as error:
        row = {"outcome": "time limit", "reason": str(error)}
    except MemoryError:
        row = {"outcome": "memory limit", "reason": f"more than {gigabytes:g} GB"}
    return {**row, "seconds": f"{time.process_time() - began:.1f}"}


def _ended(future: Future[dict[str, str]]) -> dict[str, str]:
    try:
        return future.result()
    except TimeoutError as error:
        return {"outcome": "time limit", "reason": f"no end after {error.args[1]:g} s by the clock"}
    except Exception as error:
        return {"outcome": "crashed", "reason": _line(error)}


def recovered_pair(job: Job) -> dict[str, str]:
    """One row: the form over as many fields as can be varied together."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    from symparams.counting import closed_form
    from symparams.frameworks.recovery.recovering import recover
    from symparams.frameworks.recovery.sizes.conditions import written

    given = GIVEN.get(job[2], {})
    told = {"given": json.dumps(given) if given else ""}
    try:
        found = recover(getattr(transformers, job[2]), fixed=given)
    except RecoveryError as error:
        return {**told, "outcome": "cannot be built", "reason": _line(error)}
    except NotRecoveredError as error:
        return {**told, "outcome": "not recovered", "reason": _line(error)}
    renamed = found.subject.renamed if found.subject is not None else {}
    return {
        **told,
        "outcome": "recovered",
        "over": " ".join(renamed.get(name, name) for name in found.over),
        "held": " ".join(renamed.get(name, name) for name in found.evidence.held),
        "formula": repr(closed_form(found.layer)) if found.layer is not None else text(found.expr),
        "conditions": "; ".join(map(written, found.conditions)),
        "points": str(len(found.evidence.points)),
        "methods": " + ".join(found.evidence.methods),
        "builds": str(found.evidence.builds),
    }


def _line(error: Exception) -> str:
    text = str(getattr(error, "given", error))
    return " ".join(text.split())[:400]
