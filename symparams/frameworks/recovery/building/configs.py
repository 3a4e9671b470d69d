"""Models of the transformers library: a configuration and the class that is built from it."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Mapping
from typing import Any

from symparams.errors import RecoveryError
from symparams.frameworks.recovery.building.arguments import refuse_texts
from symparams.frameworks.recovery.building.offline import offline
from symparams.frameworks.recovery.building.parts import gathered, is_part, is_size, spread
from symparams.frameworks.recovery.building.subjects import Subject, defining_modules
from symparams.frameworks.recovery.exact.traced import Trace

__all__ = ["asked", "configured"]


def configured(config_class: Any, cls: Any, given: dict[str, Any]) -> Subject:
    """The subject of a model class that is built from a configuration; configurations within it give fields such as
    text_config.hidden_size, short lists such as depths.0.

    Raises `RecoveryError` where the configuration cannot be made, and for a text in the place of a number or a truth value.
    """
    try:
        signature = inspect.signature(config_class).parameters
        refuse_texts(config_class.__name__, given, signature.values())
        config = config_class(**given)
        values = {name: value for name, value in vars(config).items() if not name.startswith("_")}
    except RecoveryError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())
        move = "give the arguments that it needs with fixed={…} (--with name=value)"
        raise RecoveryError(f"{config_class.__name__}: {said}", "a configuration that can be made", move) from None
    inner = {name: value for name, value in values.items() if is_part(value)}
    defaults: dict[str, Any] = dict(spread(values))
    if is_size(labels := getattr(config, "num_labels", None)):  # the length of a dictionary there
        defaults["num_labels"] = labels
    for name in sorted(set(signature) - {"self", "args", "kwargs"}):
        if name not in defaults and getattr(config, name, None) is None and _may_be_a_size(signature[name]):
            defaults[name] = None
    for name in asked(cls, config):
        defaults.setdefault(name, None)
    second_names = dict(getattr(config_class, "attribute_map", {}))
    for alias, name in second_names.items():
        if name in defaults:
            defaults.setdefault(alias, defaults[name])
    for name, part in inner.items():
        within = {key: value for key, value in vars(part).items() if not key.startswith("_")}
        defaults |= {f"{name}.{key}": value for key, value in spread(within).items()}
    floats = {name: value for name, value in values.items() if isinstance(value, float) and name in signature and name not in given}

    settings: dict[str, dict[str, Any]] = {}

    def changed(name: str, changes: Mapping[str, Any]) -> Any:
        """A configuration within made anew, so that what it works out from its fields follows."""
        part = inner[name]
        if name not in settings:
            settings[name] = _settings(part)
        return type(part)(**{**settings[name], **gathered(changes, vars(part))})

    def make(sizes: Mapping[str, int], trace: Trace | None) -> Any:
        named = {second_names.get(name, name): value for name, value in gathered(sizes, values, changed).items()}
        real = {} if trace is None else {name: trace.real(value) for name, value in floats.items()}
        try:
            made = config_class(**{**given, **real, **named})
        except Exception:
            if not real:
                raise
            made = config_class(**{**given, **named})
        model = cls(made)
        if hasattr(model, "tie_weights"):
            model.tie_weights()
        return model

    return Subject(
        f"{cls.__module__.partition('.')[0]}:{cls.__name__}",
        make,
        defaults,
        defining_modules(cls, config_class, *(type(part) for part in inner.values())),
        others={name: value for name, value in values.items() if name not in defaults},
        aliases=frozenset(alias for alias, name in second_names.items() if name in defaults),
    )


def asked(cls: Any, config: Any) -> tuple[str, ...]:
    """The names that a class asks its configuration for, though that has none of them: `getattr(config, "head_dim", None)`."""
    from symparams.frameworks.recovery.building.intercepting import on_meta

    missing: dict[str, None] = {}

    class Watched(type(config)):  # type: ignore[misc]
        def __getattr__(self, name: str) -> Any:
            missing[name] = None
            raise AttributeError(name)

    Watched.__name__ = type(config).__name__
    known = {*vars(config), *dir(type(config))}
    try:
        watched = copy.copy(config)
        object.__setattr__(watched, "__class__", Watched)
        with offline(), on_meta():
            cls(watched)
    except Exception:  # it is not built so: what it asked for until then is known
        pass
    return tuple(name for name in missing if name not in known and not name.startswith("_"))


def _may_be_a_size(parameter: inspect.Parameter) -> bool:
    """Whether a parameter is declared as an integer, or not at all; list[int] is none."""
    declared = re.sub(r"\[.*?\]", "", str(parameter.annotation))
    return parameter.annotation is parameter.empty or re.search(r"\bint\b", declared) is not None


def _settings(part: Any) -> dict[str, Any]:
    """What a configuration within another has to be told to be as it is, without the lists that it works out by itself."""
    cls, told = type(part), part.to_dict()
    if cls().to_dict() == told:
        return {}
    for name in [name for name, value in told.items() if isinstance(value, list)]:
        without = {other: value for other, value in told.items() if other != name}
        if cls(**without).to_dict() == part.to_dict():
            told = without
    return told  # type: ignore[no-any-return]
