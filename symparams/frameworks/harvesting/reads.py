"""Names that a configuration takes beside its fields, from older files, and works something out of: n_embed, tie_embedding."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from symparams.frameworks.harvesting.options import Builder, few_layers
from symparams.frameworks.recovery.building.parts import is_part
from symparams.frameworks.recovery.building.targets import subject_of

__all__ = ["reads_of"]

_CANDIDATES = (1, 2, 3, 8, True, False)
_NO_WEIGHTS = re.compile(r"rope|^out_(indices|features)$|^segmentation_indices$|^layer_types$|_dt_|_init_")  # lists and floats


def reads_of(cls: Any) -> dict[str, Any]:
    """The names that a class's configuration takes out of its further arguments and that decide about its tensors, each with what
    it takes where nothing is said; those in parts as text_config.name.

    Whether a name decides is tried with a few values; one that takes none of them is taken to decide.
    """
    config = cls.config_class()
    subject = subject_of(cls, None)
    small = few_layers(cls, {}, subject.defaults, subject.aliases)
    builder = Builder(cls, {}, small)
    try:
        reference = builder.tensors({})
    except Exception:  # it is not built at its defaults
        return {}
    parts = {f"{name}.": value for name, value in vars(config).items() if is_part(value)}
    beside = {before + name: default for before, part in {"": config, **parts}.items() for name, default in _beside(part)}
    return {path: default for path, default in beside.items() if _decides(builder, reference, path, default)}


def _beside(config: Any) -> Iterator[tuple[str, Any]]:
    """What a configuration's code takes that is none of its fields and no second name of one."""
    known = {*vars(config), *(getattr(type(config), "attribute_map", None) or ())}  # a property may show what was taken
    for name, default in _taken(type(config)):
        if name not in known and not _NO_WEIGHTS.search(name):
            yield name, default


def _taken(config_class: Any) -> Iterator[tuple[str, Any]]:
    """The names that a configuration's code pops or gets out of its keyword arguments, with the default that stands there."""
    for base in config_class.__mro__:
        if not base.__module__.startswith("transformers.models."):
            continue
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(base)))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="kwargs"), attr="pop" | "get"), args=[ast.Constant(value=str(name)), *rest]
                ):
                    default = rest[0] if rest else None
                    yield name, default.value if isinstance(default, ast.Constant) else None
                case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In()], comparators=[ast.Name(id="kwargs")]):
                    yield name, None


def _decides(builder: Builder, reference: Mapping[Any, int], path: str, default: Any) -> bool:
    """Whether some value changes the tensors; also where none of those tried is taken."""
    built = False
    for value in _CANDIDATES:
        if value == default and type(value) is type(default):
            continue
        try:
            if builder.tensors({path: value}) != reference:
                return True
        except Exception:  # no value for this name
            continue
        built = True
    return not built
