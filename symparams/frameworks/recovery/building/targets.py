"""What is asked for, as something that can be built: a class of transformers or torch, or any builder."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from symparams.errors import RecoveryError, shown
from symparams.frameworks.recovery.building.arguments import refuse_texts
from symparams.frameworks.recovery.building.configs import configured
from symparams.frameworks.recovery.building.parts import gathered, is_size, spread
from symparams.frameworks.recovery.building.subjects import Subject, defining_modules
from symparams.frameworks.recovery.exact.traced import Trace

__all__ = ["subject_of"]


def subject_of(target: Any, fixed: Mapping[str, Any] | None = None) -> Subject:
    """The subject that a target stands for: a transformers class, a configuration class with its model class, a torch module
    class, or any builder.

    Raises `RecoveryError` for anything else.
    """
    given = dict(fixed or {})
    if isinstance(target, Subject):
        return target
    if isinstance(target, tuple) and len(target) == 2 and all(isinstance(part, type) for part in target):
        return configured(*target, given)
    if not callable(target):
        raise RecoveryError(f"recover: {shown(target)}", "a class or a function that builds a model", "hand over the class itself")
    if not isinstance(target, type) and (hasattr(target, "named_parameters") or hasattr(target, "trainable_weights")):
        move = f"hand over {type(target).__name__} itself, or a function that builds one"
        raise RecoveryError(f"recover: a {type(target).__name__} that is built", "a class or a function that builds a model", move)
    config_class = getattr(target, "config_class", None)
    if isinstance(target, type) and config_class is not None:
        return configured(config_class, target, given)
    return _called(target, given)


def _called(target: Any, given: dict[str, Any]) -> Subject:
    name = f"{getattr(target, '__module__', '')}:{getattr(target, '__qualname__', type(target).__name__)}"
    parameters = _parameters(target)
    refuse_texts(name, given, parameters)
    loaded = [p for p in parameters if p.name == "weights" and isinstance(p.default, str) and p.name not in given]
    given = {**given, **dict.fromkeys((p.name for p in loaded), None)}
    sizes = [p for p in parameters if p.name not in given and _sizeable(p)]
    defaults: dict[str, Any] = {p.name: None if p.default is p.empty else p.default for p in sizes}
    lists = {p.name: p.default for p in parameters if p.name not in given and isinstance(p.default, list | tuple)}
    defaults |= spread(lists)
    others = {p.name: p.default for p in parameters if p.name not in defaults}
    required = frozenset(p.name for p in sizes if p.default is p.empty)

    def make(values: Mapping[str, int], trace: Trace | None) -> Any:
        return target(**given, **gathered(values, lists))

    modules = defining_modules(target) if isinstance(target, type) else (getattr(target, "__module__", "") or "",)
    notes = tuple(f"{p.name}=None was given: its default {shown(p.default)} would be loaded" for p in loaded)
    return Subject(name, make, defaults, modules, _has_torch(), others, required, notes=notes)


def _sizeable(parameter: inspect.Parameter) -> bool:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return False
    default = parameter.default
    return default in (None, parameter.empty) or is_size(default)


def _parameters(target: Any) -> list[inspect.Parameter]:
    """The parameters of a constructor; those of the bases where it only takes *args and hands them on (nn.LSTM)."""
    bases: Iterable[Any] = target.__mro__ if isinstance(target, type) else (target,)
    found: dict[str, inspect.Parameter] = {}
    for base in bases:
        try:
            signature = inspect.signature(base)
        except (TypeError, ValueError):
            continue
        for parameter in signature.parameters.values():
            found.setdefault(parameter.name, parameter)
        if not any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values()):
            break
    return [p for p in found.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name != "mode"]


def _has_torch() -> bool:
    try:
        import torch  # noqa: F401
    except ImportError:
        return False
    return True
