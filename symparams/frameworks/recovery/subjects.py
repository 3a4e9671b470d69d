"""What a form is recovered from: something that can be built at sizes. Building executes that code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from symparams.errors import RecoveryError, shown
from symparams.frameworks.recovery.aside import keras_aside
from symparams.frameworks.recovery.tensors import Tensor, tensors_of
from symparams.frameworks.recovery.traced import Trace

__all__ = ["Built", "Subject", "subject_of"]

Built = tuple[Tensor, ...] | int


@dataclass
class Subject:
    """A constructor with the integer fields that may be varied.

    where: make: sizes → what is built; defaults: the fields and the values that they have if nobody says otherwise, None where they
    have none; modules: those whose int() is to keep sizes traced; torch: whether it is built on torch's meta device; others: fields
    that are no integers; required: fields without a default, whose sizes
    are guessed; aliases: second names of fields; renamed: symbol → field, where they differ.
    """

    name: str
    make: Callable[[Mapping[str, int], Trace | None], Any]
    defaults: dict[str, Any]
    modules: tuple[str, ...] = ()
    torch: bool = True
    others: dict[str, Any] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict)
    builds: int = 0
    last_error: str = ""
    _known: dict[tuple[tuple[str, int], ...], Built | None] = field(default_factory=dict)

    def build(self, values: Mapping[str, int]) -> Built | None:
        """What is built at these sizes, None where the constructor refuses; the same sizes are built once."""
        key = _key(values)
        if key not in self._known:
            try:
                self._known[key] = self._built(values)
            except Exception as error:
                self.last_error = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
                self._known[key] = None
        return self._known[key]

    def _built(self, values: Mapping[str, int]) -> Built:
        self.builds += 1
        with self._place():
            made = self.make(self._fields(values), None)
        return tensors_of(made)  # outside, where torch's functions are not watched

    def _fields(self, values: Mapping[str, int]) -> dict[str, int]:
        return {self.renamed.get(name, name): value for name, value in values.items()}

    @contextmanager
    def _place(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(keras_aside())
            if self.torch:
                from symparams.frameworks.recovery.intercepting import on_meta

                stack.enter_context(on_meta())
            yield

    def traced(self, values: Mapping[str, Any], trace: Trace) -> tuple[Tensor, ...] | Any:
        """What is built at traced sizes; it need not be built at these sizes again."""
        from symparams.frameworks.recovery.intercepting import watched

        self.builds += 1
        with keras_aside(), watched(trace, self.modules):
            made = self.make(self._fields(values), trace)
        built = tensors_of(made)
        self._known.setdefault(_key(values), built)
        return built


def _key(values: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, int.__int__(value)) for name, value in values.items()))


def subject_of(target: Any, fixed: Mapping[str, Any] | None = None) -> Subject:
    """The subject that a target stands for: a transformers class, a torch module class, or any builder."""
    given = dict(fixed or {})
    if isinstance(target, Subject):
        return target
    if not callable(target):
        raise RecoveryError(f"recover: {shown(target)}", "a class or a function that builds a model", "hand over the class itself")
    if isinstance(target, type) and getattr(target, "config_class", None) is not None:
        return _of_transformers(target, given)
    return _of_callable(target, given)


def _of_transformers(cls: Any, given: dict[str, Any]) -> Subject:
    config_class = cls.config_class
    config = config_class(**given)
    defaults: dict[str, Any] = {
        name: value
        for name, value in vars(config).items()
        if isinstance(value, int) and not isinstance(value, bool) and not name.startswith("_")
    }
    signature = set(inspect.signature(config_class).parameters)
    for name in sorted(signature - {"self", "args", "kwargs"}):
        if name not in defaults and getattr(config, name, None) is None:
            defaults[name] = None
    floats = {name: value for name, value in vars(config).items() if isinstance(value, float)}
    mapped = dict(getattr(config_class, "attribute_map", {}))
    for alias, name in mapped.items():
        if name in defaults:
            defaults.setdefault(alias, defaults[name])
    aliases = frozenset(alias for alias, name in mapped.items() if name in defaults)

    parts = {name: value for name, value in vars(config).items() if hasattr(value, "to_dict") and hasattr(value, "model_type")}
    for name, part in parts.items():
        for inner, value in vars(part).items():
            if isinstance(value, int) and not isinstance(value, bool) and not inner.startswith("_"):
                defaults[f"{name}.{inner}"] = value
    parts = {name: part for name, part in parts.items() if name not in given}

    def make(values: Mapping[str, int], trace: Trace | None) -> Any:
        within: dict[str, dict[str, int]] = {}
        for name, value in values.items():
            if "." in name:
                before, _, inner = name.partition(".")
                within.setdefault(before, {})[inner] = value
        values = {name: value for name, value in values.items() if "." not in name}
        made_parts = {name: _changed(parts[name], changes) for name, changes in within.items()}
        return build({**values, **made_parts}, trace)

    def build(values: Mapping[str, Any], trace: Trace | None) -> Any:
        named = {mapped.get(name, name): value for name, value in values.items()}
        real = {}
        if trace is not None:
            real = {name: trace.real(value) for name, value in floats.items() if name in signature and name not in given}
        try:
            made = config_class(**{**given, **real, **named})
        except Exception:
            if not real:
                raise
            made = config_class(**{**given, **named})
        model = cls(made)
        model.tie_weights()
        return model

    others = {name: value for name, value in vars(config).items() if name not in defaults and not name.startswith("_")}
    inner = [type(part) for part in parts.values()]
    return Subject(
        f"transformers:{cls.__name__}", make, defaults, _modules(cls, config_class, *inner), others=others, aliases=aliases
    )


def _changed(part: Any, changes: Mapping[str, int]) -> Any:
    """A configuration inside another, made anew with these changes, so that what it works out from them follows."""
    plain = type(part)()
    kept = {} if plain.to_dict() == part.to_dict() else part.to_dict()
    return type(part)(**{**kept, **changes})


def _modules(*classes: type) -> tuple[str, ...]:
    """The modules that define these classes and those they descend from, without torch's own and Python's."""
    names = {base.__module__ for cls in classes for base in cls.__mro__}
    return tuple(sorted(name for name in names if name.partition(".")[0] not in ("builtins", "torch", "abc", "typing")))


def _of_callable(target: Any, given: dict[str, Any]) -> Subject:
    name = f"{getattr(target, '__module__', '')}:{getattr(target, '__qualname__', type(target).__name__)}"
    parameters = _parameters(target)
    sizes = [p for p in parameters if p.name not in given and _sizeable(p)]
    defaults = {p.name: None if p.default is p.empty else p.default for p in sizes}
    others = {p.name: p.default for p in parameters if p.name not in defaults}
    required = frozenset(p.name for p in sizes if p.default is p.empty)

    def make(values: Mapping[str, int], trace: Trace | None) -> Any:
        return target(**given, **values)

    modules = _modules(target) if isinstance(target, type) else (getattr(target, "__module__", "") or "",)
    return Subject(name, make, defaults, modules, _has_torch(), others, required)


def _sizeable(parameter: inspect.Parameter) -> bool:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return False
    default = parameter.default
    return default in (None, parameter.empty) or (isinstance(default, int) and not isinstance(default, bool))


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
