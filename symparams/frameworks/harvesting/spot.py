"""A configuration that no entry covers, recovered on the spot where transformers is installed, and kept in the cache folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from symparams.atlas import architecture
from symparams.atlas.entries import forget, own_folder
from symparams.errors import AtlasError, UncoveredError
from symparams.frameworks.harvesting.jobs import job_of
from symparams.frameworks.harvesting.running import harvested, merged, written
from symparams.frameworks.recovery.building.offline import offline
from symparams.frameworks.recovery.holding import LAYERS

__all__ = ["built_count", "recovered_on_the_spot"]

MOST_LAYERS = 2_000  # of a configuration that is built


def built_count(config: Mapping[str, Any], cls: str) -> int | None:
    """The parameters of a class at a configuration, built without memory; None where it is none of the library, or is not built."""
    import torch
    import transformers

    kind: Any = getattr(transformers, cls, None)
    if getattr(kind, "config_class", None) is None or any(size > MOST_LAYERS for size in _layers(config)):
        return None
    try:
        with offline(), torch.device("meta"):
            model = kind(kind.config_class.from_dict(json.loads(json.dumps(config))))
            model.tie_weights()
    except Exception:  # whatever a constructor does with what it is not made for
        return None
    return sum(int(one.numel()) for one in model.parameters())


def _layers(told: Any) -> Iterator[float]:
    """The numbers of layers in a configuration and its parts."""
    for name, value in told.items() if isinstance(told, Mapping) else ():
        yield from [value] if isinstance(value, int | float) and LAYERS.search(name) else _layers(value)


def recovered_on_the_spot(config: Mapping[str, Any], cls: str) -> None:
    """Adds the variant of a class that covers a configuration to the entries of this machine.

    Raises `UncoveredError` where the installed library has no such class, no form is found, or one that a build does not bear out.
    """
    import transformers

    found = getattr(transformers, cls, None)
    if getattr(found, "config_class", None) is None:
        wanted = f"a class of transformers {transformers.__version__}"
        raise UncoveredError(f"the class {cls}", wanted, "pip install -U transformers")
    job = job_of(found, config)
    answer = harvested(job)
    if "variant" not in answer:
        raise UncoveredError(f"{cls}: {answer['outcome']} ({answer['reason']})", "a class with a form", "count a built one")
    folder = own_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{cls}.json"
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = None
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.write_text(written(merged(before, job, answer)), encoding="utf-8")
    os.replace(beside, path)
    forget()
    try:
        _bear_out(config, cls)
    except UncoveredError:
        path.unlink() if before is None else path.write_text(written(before), encoding="utf-8")
        forget()
        raise


def _bear_out(config: Mapping[str, Any], cls: str) -> None:
    """Refuses a form that gives another number at the configuration than its build has."""
    try:
        count = architecture(config, cls).count()
    except AtlasError:  # the form does not hold here, so that nothing is counted by it
        return
    if (real := built_count(config, cls)) not in (None, count):
        given = f"{cls}: the form that was recovered gives {count:,}, a build has {real:,}"
        raise UncoveredError(given, "a form that the build bears out", "count a built one")
