"""The atlas made or gone on with: each class in a process of its own, each answer written as soon as it is there."""

from __future__ import annotations

import json
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from functools import partial
from pathlib import Path
from typing import Any

from symparams.errors import NotRecoveredError, RecoveryError
from symparams.frameworks.harvesting.jobs import Job
from symparams.frameworks.recovery.building.limits import OutOfTimeError, memory_limit, time_limit

__all__ = ["further", "harvest", "harvested", "merged", "write_index", "written"]

_TIE = "tie_word_embeddings"
_USUAL = re.compile(r"^tie_word_embeddings$|bias|qk_(layer)?norm|parallel")  # switches that published configurations set
_NULLABLE = re.compile(r"dim|inner|size|rank|heads|width|channels")
_UNEQUAL = re.compile(r"Ne\((\w+), (\w+)\)")


def harvested(job: Job, seconds: float = 150.0, gigabytes: float = 6.0) -> dict[str, Any]:
    """The variant of one job, or why there is none."""
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    from symparams.frameworks.harvesting.entries import variant
    from symparams.frameworks.harvesting.reads import reads_of

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    cls: Any = getattr(transformers, job.cls, None)
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
            answer["reads"] = reads_of(cls)  # first: a form is no use where the names that it does not follow are not known
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
    jobs: Iterable[Job],
    folder: Path,
    executor: Executor,
    report: Callable[[Job, Mapping[str, Any]], None] = lambda *_: None,
    forget: Iterable[str] = (),
    ahead: int = 8,
) -> None:
    """Runs the jobs that are not in the folder yet, and those that their answers ask for; writes each into the entry of its type.

    where: executor: a standard one, of processes, or that of a Dask client (`client.get_executor()`); forget: classes to make anew;
    ahead: how many jobs the executor has at a time.
    """
    without = set(forget)
    queue = deque(jobs)
    entries = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    for entry in entries.values():
        entry["classes"] = {cls: one for cls, one in entry["classes"].items() if cls not in without}
    there = {(cls, key) for entry in entries.values() for cls, one in entry["classes"].items() for key in one["jobs"]}
    running: dict[Future[dict[str, Any]], Job] = {}
    while queue or running:
        while queue and len(running) < ahead:
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
            queue.extendleft(further(job, answer))


def write_index(folder: Path) -> int:
    """Writes which file has which class, beside the folder of entries; how many classes there are."""
    files = sorted(folder.glob("*.json"))
    index = {cls: path.stem for path in files for cls in json.loads(path.read_text(encoding="utf-8"))["classes"]}
    (folder.parent / "classes.json").write_text(json.dumps(dict(sorted(index.items())), indent=0) + "\n", encoding="utf-8")
    return len(index)


def merged(entry: dict[str, Any] | None, job: Job, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with what the job came to."""
    head = {key: answer.get(key, "") for key in ("type", "library")}
    entry = {**head, "classes": {}, **(entry or {})}
    one = {"config": answer.get("config", ""), "aliases": answer.get("aliases", {}), "jobs": [], "variants": []}
    one |= entry["classes"].get(job.cls, {})
    one["jobs"] = [*one["jobs"], job.key]
    one |= {"reads": answer["reads"]} if answer.get("reads") else {}
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
    """What else is worth a recovery: the other side of each ≠ between two fields, weights tied or free, one switch of biases and
    norms the other way, and sizes given that are left out by default.
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
    text = json.dumps(entry, ensure_ascii=False)
    for before, after in (('"classes": {', '"classes": {\n'), ('"variants": [', '\n"variants": [\n'), ('], ["', '],\n["')):
        text = text.replace(before, after)
    return text + "\n"
