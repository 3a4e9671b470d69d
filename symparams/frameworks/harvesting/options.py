"""Which options of a class decide what it builds: each one that is no integer is given another value, and the tensors compared."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from symparams.frameworks.recovery.building.configs import asked
from symparams.frameworks.recovery.building.intercepting import on_meta
from symparams.frameworks.recovery.building.offline import offline
from symparams.frameworks.recovery.building.parts import is_part, is_size, spread
from symparams.frameworks.recovery.holding import LAYERS

__all__ = ["NO_WEIGHTS", "Builder", "deciding", "few_layers", "unseen", "unvaried"]

_FEW = (2, 3, 4, 6, 8, 12)
_ACTIVATIONS = ("gelu", "relu", "silu")
NO_WEIGHTS = {  # what says how numbers are stored, trained, masked or generated
    "architectures",
    "gradient_checkpointing",
    "dtype",
    "torch_dtype",
    "name_or_path",
    "problem_type",
    "transformers_version",
    "label2id",
    "id2label",
    "base_model_tp_plan",
    "base_model_pp_plan",
    "output_attentions",
    "output_hidden_states",
    "return_dict",
    "task_specific_params",
    "quantization_config",
    "pruned_heads",
    "finetuning_task",
    "tokenizer_class",
    "prefix",
    "sep_token_id",
    "eos_token_id",
    "bos_token_id",
    "pad_token_id",
    "suppress_tokens",
    "begin_suppress_tokens",
    "max_length",
}


class Builder:
    """Builds a class of transformers on the meta device from the settings of its configuration; few layers at first."""

    def __init__(self, cls: Any, given: Mapping[str, Any], small: Mapping[str, int]) -> None:
        self.cls, self.config_class = cls, cls.config_class
        self.given, self.small = dict(given), dict(small)

    def settings(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The keyword arguments of the configuration: those given, few layers, and the changes; "part.field" goes into a part."""
        found = copy.deepcopy({**self.given})
        whole: Any = None
        for path, value in {**self.small, **changes}.items():
            part, dot, inner = path.partition(".")
            if not dot:
                found[path] = value
                continue
            if part not in found:
                whole = whole or self.config_class(**self.given)
                there = getattr(whole, part)
                found[part] = _own(there) if hasattr(there, "to_dict") else copy.deepcopy(there)
            if isinstance(found[part], list | tuple):
                found[part] = [value if str(place) == inner else entry for place, entry in enumerate(found[part])]
            else:
                found[part] = {**found[part], inner: value}
        return found

    def tensors(self, changes: Mapping[str, Any]) -> Counter[tuple[object, ...]]:
        """What is built: each parameter's name, shape, and whether it is another one's."""
        with offline(), on_meta():
            model = self.cls(self.config_class(**self.settings(changes)))
            model.tie_weights()
        first: dict[int, str] = {}
        return Counter(
            (name, tuple(one.shape), first.setdefault(id(one), name) == name)
            for name, one in model.named_parameters(remove_duplicate=False)
        )


def _own(config: Any) -> dict[str, Any]:
    """What a part of a configuration has that its class would not work out by itself: no list for each of its layers."""
    usual, layers = type(config)().to_dict(), getattr(config, "num_hidden_layers", None)
    found = {key: value for key, value in config.to_dict().items() if key == "model_type" or usual.get(key) != value}
    return {key: value for key, value in found.items() if not (isinstance(value, list) and len(value) == layers)}


def deciding(builder: Builder) -> dict[str, Any]:
    """The options that decide, with their values: those whose change alone changes the tensors, or that cannot be changed."""
    config = builder.config_class(**builder.settings({}))
    reference = builder.tensors({})
    found = {}
    absent = ((name, None) for name in asked(builder.cls, config) if name not in NO_WEIGHTS)
    for path, value in (*_options(config), *absent):
        if _decides(builder, reference, path, value):
            found[path] = value
    return found


def _options(config: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in vars(config).items():
        if name.startswith(("_", "ignore_keys")) or name in NO_WEIGHTS:
            continue
        if is_part(value):
            if not within:
                yield from _options(value, f"{name}.")
        elif not spread({name: value}):
            yield within + name, value


def unseen(builder: Builder, known: Iterable[str]) -> dict[str, Any]:
    """Further fields that decide, or that nothing is known of, with their defaults: numbers that no formula is over, lists.

    where: known: the fields and options that are told apart already. A configuration that sets one of these otherwise is refused.
    """
    told = set(known)
    config, reference = builder.config_class(**builder.settings({})), builder.tensors({})
    default = dict(_values(builder.config_class(**builder.given)))
    found = {}
    for path, value in _values(config):
        name = path.rpartition(".")[2]
        plain = is_size(value) or (value is None and name not in NO_WEIGHTS) or isinstance(value, list | tuple)
        within = any(other.startswith(f"{path}.") for other in told)
        if name.startswith("_") or path in told or within or name in NO_WEIGHTS or name.endswith(("_id", "_ids")) or not plain:
            continue
        others: list[Any] = [value + 1, 2 * value, 2 * value + 1, value + 3] if is_size(value) else []
        if value is None:
            others = [[0], [1], 2, 24, 0.5]
        if isinstance(value, list | tuple) and not value:
            others = [[0], [1]]
        elif isinstance(value, list | tuple):
            others = [
                [*reversed(value)],
                *([one] * len(value) for one in (value[0], value[-1], *(range(2) if spread({"": value}) else ()))),
            ]
        outcomes = [_outcome(builder, {path: other}, reference) for other in others]
        if True in outcomes or (None in outcomes and False not in outcomes):
            found[path] = default.get(path, value)
    return found


def _values(config: Any) -> Iterator[tuple[str, Any]]:
    """The values of a configuration by their paths, those of its parts among them."""
    for name, value in vars(config).items():
        if is_part(value):
            yield from ((f"{name}.{inner}", one) for inner, one in vars(value).items())
        else:
            yield name, value


def _outcome(builder: Builder, changes: Mapping[str, Any], reference: Counter[tuple[object, ...]]) -> bool | None:
    """Whether the changes change what is built; None where the class refuses them."""
    try:
        return builder.tensors(changes) != reference
    except Exception:
        return None


def unvaried(builder: Builder, points: Iterable[Mapping[str, int]], names: Iterable[str]) -> tuple[str, ...]:
    """Those integer fields that change what is built at one of the points, though they were not varied."""
    found = []
    for name in names:
        for point in points:
            try:
                reference, value = builder.tensors(point), _at(builder, point, name)
            except Exception:  # no such point without few layers
                continue
            if any(_differs(builder, {**point, name: other}, reference) for other in (2 * value, value + 1, value + 8)):
                found.append(name)
                break
    return tuple(found)


def _at(builder: Builder, point: Mapping[str, int], path: str) -> int:
    here: Any = builder.config_class(**builder.settings(point))
    for step in path.split("."):
        here = here[int(step)] if isinstance(here, list | tuple) else getattr(here, step)
    return int(here)


def _differs(builder: Builder, changes: Mapping[str, int], reference: Counter[tuple[object, ...]]) -> bool:
    try:
        return builder.tensors(changes) != reference
    except Exception:  # refused
        return False


def _decides(builder: Builder, reference: Counter[tuple[object, ...]], path: str, value: Any) -> bool:
    """Whether another value changes what is built; an option of which no other value builds is taken to decide."""
    tried = False
    for other in _others(path, value):
        try:
            built = builder.tensors({path: other})
        except Exception:  # the class refuses that value
            continue
        tried = True
        if built != reference:
            return True
    return not tried and value is not None and not isinstance(value, float)


def _others(path: str, value: Any) -> list[Any]:
    name = path.rpartition(".")[2]
    if isinstance(value, bool):
        return [not value]
    if value is None:
        return [] if name.endswith(("_id", "token_ids")) else [24, True, 3]
    if isinstance(value, float):
        return [value / 2, value * 2, 0.5]
    if isinstance(value, str):
        return [one for one in _ACTIVATIONS if one != value][:2] if "act" in name else []
    if isinstance(value, dict) and "rope" in name:
        return [{"rope_type": "linear", "rope_theta": 5000.0, "factor": 2.0}, {}]
    if isinstance(value, list | tuple) and len(set(map(str, value))) > 1:
        return [list(reversed(value)), [value[0]] * len(value), [value[-1]] * len(value)]
    return []


def few_layers(cls: Any, given: Mapping[str, Any], defaults: Mapping[str, Any], aliases: frozenset[str]) -> dict[str, int]:
    """As few layers as show every tensor that a class has at its defaults, at most a dozen: options are told apart in small models
    as well, though not in two layers where the fourth has what they decide about. Two, where that cannot be tried.
    """
    many = [name for name, value in defaults.items() if is_size(value) and value > _FEW[0] and name not in aliases]
    many = [name for name in many if LAYERS.search(name) and name.endswith(("layers", "n_layer", "depth"))]
    whole, built = _kinds(cls, given, {}), None
    for number in _FEW if many else ():
        small = {name: min(number, defaults[name]) for name in many}
        if (found := _kinds(cls, given, small)) is not None:
            built = built or small
            if whole is None or found >= whole:
                return small
    return built or (dict.fromkeys(many, _FEW[0]) if whole is None else {})


def _kinds(cls: Any, given: Mapping[str, Any], small: Mapping[str, int]) -> frozenset[tuple[object, ...]] | None:
    """The tensors that are built, without the numbers of their layers; None where nothing is."""
    try:
        tensors = Builder(cls, given, small).tensors({})
    except Exception:  # whatever a constructor does with what it is not made for
        return None
    return frozenset((re.sub("[0-9]+", "#", str(name)), shape) for name, shape, _ in tensors)
