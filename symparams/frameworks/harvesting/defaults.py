"""What a configuration says where nothing was said: numbers, and sizes that are worked out from others."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr

from symparams.frameworks.recovery.building.offline import offline
from symparams.frameworks.recovery.building.parts import is_size
from symparams.frameworks.recovery.exact.traced import Trace, TracedInt
from symparams.notation import symbol

__all__ = ["defaults_of", "period_of"]


def defaults_of(config_class: Any, given: Mapping[str, Any], symbols: Mapping[str, str]) -> dict[str, int | Expr]:
    """The default of each field, by the name of its symbol: a number, or the expression that the configuration works it out by.

    where: symbols: field → name of its symbol. The configuration alone is made, with integers that remember where they come from.
    """
    plain = config_class(**given)
    found = {name: _field(plain, field) for field, name in symbols.items()}
    for part in ["", *{field.partition(".")[0] for field in symbols if "." in field}]:
        inside = {field: name for field, name in symbols.items() if _part(field, plain) == part}
        within = {field.partition(".")[2] if part else field: name for field, name in inside.items()}
        there = getattr(plain, part) if part else plain
        if not hasattr(there, "to_dict"):
            continue
        told = {} if part else dict(given)
        found |= _worked_out(type(there), told, within)
    return {name: value for name, value in found.items() if value is not None}


def _part(field: str, config: Any) -> str:
    first, dot, _ = field.partition(".")
    return first if dot and hasattr(getattr(config, first, None), "to_dict") else ""


def _field(config: Any, path: str) -> int | None:
    here = config
    for step in path.split("."):
        here = here[int(step)] if isinstance(here, list | tuple) and step.isdigit() else getattr(here, step, None)
    return int(here) if is_size(here) else None


def _worked_out(config_class: Any, given: Mapping[str, Any], symbols: Mapping[str, str]) -> dict[str, Expr]:
    """Those of the fields that the configuration makes from others, where they are left out."""
    signature = inspect.signature(config_class).parameters
    trace, free = Trace(), {}
    for field, name in symbols.items():
        default: Any = signature[field].default if field in signature else None
        if is_size(default) and default > 0 and field not in given:
            free[field] = trace.integer(default, symbol(name))
    try:
        with offline():
            made = config_class(**{**given, **free})
    except Exception:  # a configuration that checks its types and has no liking for such integers
        return {}
    worked = {name: getattr(made, field, None) for field, name in symbols.items() if field not in free and "." not in field}
    return {name: value.expr for name, value in worked.items() if isinstance(value, TracedInt)}


def period_of(lists: Sequence[Sequence[Any]]) -> list[Any] | None:
    """The shortest list that, repeated, begins each of these; None where there is none within half of the longest."""
    longest = max(lists, key=len)
    for length in range(1, len(longest) // 2 + 1):
        again = list(longest[:length])
        if all(list(one) == [again[place % length] for place in range(len(one))] for one in lists):
            return again
    return None
