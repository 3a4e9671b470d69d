"""What is to be recovered: a class, its options, and the fields that configurations set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from symparams.frameworks.harvesting.options import NO_WEIGHTS
from symparams.frameworks.recovery.building.configs import asked
from symparams.frameworks.recovery.building.parts import is_size, spread

__all__ = ["MAPPINGS", "Job", "job_of", "jobs_of_library", "jobs_of_rows"]

MAPPINGS = (
    "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES",
    "MODEL_FOR_CTC_MAPPING_NAMES",
    "MODEL_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES",
)


@dataclass(frozen=True)
class Job:
    """A class, with options that are no sizes, fields to vary because configurations set them, and fields that are to be equal."""

    cls: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    sizes: tuple[str, ...] = ()
    equal: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What tells the jobs of a class apart."""
        return json.dumps([dict(self.options), sorted(self.sizes), dict(self.equal)], sort_keys=True)


def jobs_of_library(names: Iterable[str] = MAPPINGS) -> list[Job]:
    """A job for each class of transformers' tables, each class once."""
    from transformers.models.auto import modeling_auto

    classes: dict[str, None] = {}
    for name in names:
        for found in getattr(modeling_auto, name).values():
            classes |= dict.fromkeys(found if isinstance(found, tuple) else (found,))
    return [Job(name) for name in classes]


def jobs_of_rows(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Job]:
    """The jobs that cover configurations of classes: one for each class, its options, and its fields that have no default."""
    import transformers

    found: dict[tuple[str, str, tuple[str, ...]], tuple[Mapping[str, Any], set[str]]] = {}
    for name, config in rows:
        cls = getattr(transformers, name, None)
        if cls is None:
            continue
        job = job_of(cls, config)
        default = cls.config_class()
        unset = tuple(size for size in job.sizes if "." not in size and getattr(default, size, None) is None)
        found.setdefault((name, json.dumps(dict(job.options), sort_keys=True), unset), (job.options, set()))[1].update(job.sizes)
    return [Job(name, options, tuple(sorted(sizes))) for (name, _, _), (options, sizes) in found.items()]


@cache
def _known(cls: Any) -> frozenset[str]:
    """The names that a class and its configuration know."""
    config_class = cls.config_class
    default = config_class()
    declared = {*config_class.__init__.__annotations__, *getattr(config_class, "__dataclass_fields__", ())}
    return frozenset({name for name in vars(default) if not name.startswith("_")} | declared | {*asked(cls, default)})


def _asked_with(cls: Any, config: Mapping[str, Any]) -> frozenset[str]:
    """The names that a class asks a configuration for which that does not declare: those that the configuration is given beside."""
    declared = _known(cls)
    try:
        return frozenset(asked(cls, cls.config_class(**{name: value for name, value in config.items() if name in declared})))
    except Exception:  # such a configuration is refused when it is recovered, with the reason
        return frozenset()


def job_of(cls: Any, config: Mapping[str, Any]) -> Job:
    """The job for one configuration of a class: its integers are sizes, everything else that the class knows is an option."""
    config_class = cls.config_class
    default = config_class()
    second = dict(getattr(config_class, "attribute_map", None) or {})
    known = _known(cls)
    if any(name not in known and name not in second for name in config):  # a class may ask for a name under some options only
        known |= _asked_with(cls, config)
    options: dict[str, Any] = {}
    sizes: list[str] = []
    for given, value in config.items():
        name = second.get(given, given)
        if name not in known or name in NO_WEIGHTS or (value is None and getattr(default, name, None) is None):
            continue
        if is_size(value):
            sizes += [name] if not name.endswith("_id") else []
        elif isinstance(value, dict) and hasattr(getattr(default, name, None), "to_dict"):
            inner = {key: one for key, one in value.items() if not is_size(one) and key != "model_type"}
            there = getattr(default, name).to_dict()
            if any(key in there and there[key] != one for key, one in inner.items() if key not in NO_WEIGHTS):
                options[name] = {key: one for key, one in value.items() if not is_size(one)}
            sizes += [f"{name}.{key}" for key, one in value.items() if is_size(one) and not key.endswith("_id")]
        elif entries := spread({name: value}):
            if isinstance(there := getattr(default, name, None), list | tuple) and len(there) == len(value):
                sizes += list(entries)
            else:
                options[name] = value
        elif getattr(default, name, None) != value:
            options[name] = value
    return Job(cls.__name__, options, tuple(sizes))
