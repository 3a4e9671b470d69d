"""The atlas made or gone on with: each class in a process of its own, each answer written as soon as it is there."""

from __future__ import annotations

import json
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks.recovery.building.limits import OutOfTimeError, memory_limit, time_limit

__all__ = ["Job", "further", "harvest", "merged", "of_library"]

_TIE = "tie_word_embeddings"
_USUAL = re.compile(r"^tie_word_embeddings$|bias|qk_(layer)?norm|parallel")  # switches that published configurations set
_NULLABLE = re.compile(r"dim|inner|size|rank|heads|width|channels")
_UNEQUAL = re.compile(r"Ne\((\w+), (\w+)\)")
MAPPINGS = (
    "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES",
    "MODEL_FOR_CTC_MAPPING_NAMES",
    "MODEL_MAPPING_NAMES",
    "MODEL_FOR_ZERO_SHOT_IMAGE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_PRETRAINING_MAPPING_NAMES",
    "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_QUESTION_ANSWERING_MAPPING_NAMES",
)


@dataclass(frozen=True)
class Job:
    """A class, with options that are no sizes, and fields to be varied because published configurations set them."""

    cls: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    sizes: tuple[str, ...] = ()
    equal: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What tells the jobs of a class apart."""
        return json.dumps([dict(self.options), sorted(self.sizes), dict(self.equal)], sort_keys=True)


def of_library(names: Iterable[str] = MAPPINGS) -> list[Job]:
    """A job for each class of transformers' tables, each class once."""
    from transformers.models.auto import modeling_auto

    classes: dict[str, None] = {}
    for name in names:
        for found in getattr(modeling_auto, name).values():
            classes |= dict.fromkeys(found if isinstance(found, tuple) else (found,))
    return [Job(name) for name in classes]


def harvested(job: Job, seconds: float = 150.0, gigabytes: float = 6.0) -> dict[str, Any]:
    """The variant of one job, or why there is none."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    from symparams.frameworks.harvesting.entries import variant

    transformers.logging.set_verbosity_error()
    cls = getattr(transformers, job.cls, None)
    if getattr(cls, "config_class", None) is None:
        return {"type": "", "outcome": "cannot be built", "reason": "no class with a configuration"}
    config_class = cls.config_class
    answer: dict[str, Any] = {
        "type": config_class.model_type,
        "aliases": dict(getattr(config_class, "attribute_map", None) or {}),
        "config": config_class.__name__,
        "library": f"transformers {transformers.__version__}",
    }
    try:
        with memory_limit(gigabytes), time_limit(seconds, of="processor"):
            answer["variant"] = variant(cls, job.options, job.sizes, job.equal)
    except RecoveryError as error:
        answer |= {"outcome": "cannot be built", "reason": _line(error)}
    except NotRecoveredError as error:
        answer |= {"outcome": "not recovered", "reason": _line(error)}
    except OutOfTimeError as error:
        answer |= {"outcome": "time limit", "reason": str(error)}
    except MemoryError:
        answer |= {"outcome": "memory limit", "reason": f"more than {gigabytes:g} GB"}
    except Exception as error:
        answer |= {"outcome": "crashed", "reason": f"{type(error).__name__}: {_line(error)}"}
    return answer


def _line(error: Exception) -> str:
    return " ".join(str(getattr(error, "given", error)).split())[:300]


def harvest(
    jobs: Iterable[Job], folder: Path, executor: Executor, report: Callable[[Job, Mapping[str, Any]], None] = lambda *_: None
) -> None:
    """Runs the jobs that are not in the folder yet and writes each answer into the entry of its type.

    where: executor: a standard one, of processes, or that of a Dask client (`client.get_executor()`).
    """
    queue = deque(jobs)
    entries = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    there = {(cls, key) for entry in entries.values() for cls, one in entry["classes"].items() for key in one["jobs"]}
    running: dict[Future[dict[str, Any]], Job] = {}
    while queue or running:
        while queue:
            job = queue.popleft()
            if (job.cls, job.key) not in there:
                there.add((job.cls, job.key))
                running[executor.submit(partial(harvested, job))] = job
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            job, answer = running.pop(future), future.result()
            stem = answer["type"].replace("-", "_") or "unknown"
            entries[stem] = merged(entries.get(stem), job, answer)
            beside = folder / f"{stem}.part"
            beside.write_text(written(entries[stem]), encoding="utf-8")
            os.replace(beside, folder / f"{stem}.json")
            report(job, answer)
            queue.extend(further(job, answer))


def merged(entry: dict[str, Any] | None, job: Job, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with what the job came to."""
    head = {key: answer.get(key, "") for key in ("type", "library")}
    entry = {**head, "classes": {}, **(entry or {})}
    one = {"config": answer.get("config", ""), "aliases": answer.get("aliases", {}), "jobs": [], "variants": []}
    one |= entry["classes"].get(job.cls, {})
    one["jobs"] = [*one["jobs"], job.key]
    if "variant" in answer:
        one["variants"] = [*(other for other in one["variants"] if not _covers(answer["variant"], other)), answer["variant"]]
    else:
        one["failures"] = [*one.get("failures", []), [job.key, answer["outcome"], answer["reason"]]]
    return {**entry, "classes": dict(sorted({**entry["classes"], job.cls: one}.items()))}


def _covers(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a variant says what another one says, of the same options, for at least the same fields and no more conditions."""
    return (
        one.get("options") == other.get("options")
        and one.get("lengths") == other.get("lengths")
        and one["fields"].keys() >= other["fields"].keys()
        and set(one.get("conditions", ())) <= set(other.get("conditions", ()))
    )


def further(job: Job, answer: Mapping[str, Any]) -> list[Job]:
    """What else is worth a recovery: the other side of each ≠ between two fields, weights tied or free, one switch of biases and norms
    the other way, and sizes given that are left out by default.
    """
    if "variant" not in answer or job.equal:
        return []
    found, jobs = answer["variant"], []
    fields = {name: said[0] if isinstance(said, list) else name for name, said in found["fields"].items()}
    for condition in found.get("conditions", ()):
        if (sides := _UNEQUAL.fullmatch(condition)) and set(sides.groups()) <= fields.keys():
            one, other = sorted((fields[side] for side in sides.groups()), key=list(fields.values()).index)
            jobs.append(Job(job.cls, job.options, job.sizes, {other: one}))
    for path, (_, value) in found.get("options", {}).items():
        name = path.rpartition(".")[2]
        if isinstance(value, bool) and path not in job.options and "." not in path and _USUAL.search(name):
            if not any(_USUAL.search(other) and isinstance(there, bool) for other, there in job.options.items() if other != _TIE):
                jobs.append(Job(job.cls, {**job.options, path: not value}, job.sizes))
        elif value is None and _NULLABLE.search(name):
            jobs.append(Job(job.cls, job.options, tuple(sorted({*job.sizes, path}))))
    return jobs


def written(entry: Mapping[str, Any]) -> str:
    """The entry as JSON with a line for each tensor, so that a difference between two versions can be read."""
    lines = []
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(entry):
        lines.append(piece)
    text = "".join(lines)
    return text.replace('"classes": {', '"classes": {\n').replace('"variants": [', '\n"variants": [\n').replace('], ["', '],\n["') + "\n"
