"""What a configuration says where nothing was said: numbers, and sizes that are worked out from others."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sympy import Expr

from symparams.frameworks.recovery.building.intercepting import watched
from symparams.frameworks.recovery.building.offline import offline
from symparams.frameworks.recovery.building.parts import is_size
from symparams.frameworks.recovery.exact.traced import Trace, TracedInt
from symparams.notation import symbol, value_at

__all__ = ["defaults_of", "movers", "period_of"]


def defaults_of(config_class: Any, given: Mapping[str, Any], symbols: Mapping[str, str]) -> dict[str, int | Expr]:
    """The default of each field, by the name of its symbol: a number, or the expression that the configuration works it out by.

    where: symbols: field → name of its symbol. The configuration alone is made, with integers that remember where they come from.
    """
    plain = config_class(**given)
    found: dict[str, int | Expr | None] = {name: _field(plain, field) for field, name in symbols.items()}
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


def _worked_out(config_class: Any, given: Mapping[str, Any], symbols: Mapping[str, str]) -> dict[str, Expr | None]:
    """Those of the fields that the configuration makes from others, where they are left out: None where it is not seen how."""
    signature = inspect.signature(config_class).parameters
    trace = Trace()
    defaults = {field: signature[field].default for field in symbols if field in signature and field not in given}
    free = {field: int(size) for field, size in defaults.items() if is_size(size) and size > 0}
    traced = {field: trace.integer(size, symbol(symbols[field])) for field, size in free.items()}
    made = _made(config_class, {**given, **traced}, trace)
    plain = _made(config_class, {**given, **free})
    changed = [field for field, size in free.items() if plain is not None and getattr(plain, field, size) != size]
    rewritten = {symbol(symbols[field]) for field in changed}
    dependent = [field for field in symbols if field not in free and field not in given and "." not in field]
    found: dict[str, Expr | None] = {}
    for field in dependent:
        value = getattr(made, field, None)
        expr = value.expr if isinstance(value, TracedInt) else None
        if expr is None or not _follows(config_class, given, free, symbols, field, expr):
            expr = None if _moves(config_class, given, free, field) else expr
        if expr is not None and expr.free_symbols & rewritten:  # what a published configuration states is not what it was given
            expr = None
        if expr is not None or _moves(config_class, given, free, field):
            found[symbols[field]] = expr
    return found


def movers(config_class: Any, given: Mapping[str, Any], symbols: Mapping[str, str]) -> tuple[str, ...]:
    """Further integer fields from which fields that are left out are worked out: the factor of Mamba's inner width."""
    signature = inspect.signature(config_class).parameters
    defaults = {field: one.default for field, one in signature.items() if is_size(one.default) and one.default > 0}
    plain = _made(config_class, given)
    dependent = [field for field in symbols if field not in defaults and field not in given and "." not in field]
    found = []
    for field, size in defaults.items():
        if field not in symbols and field not in given and not field.endswith("_id"):
            moved = _made(config_class, {**given, field: 2 * size})
            if moved is not None and any(getattr(moved, one, None) != getattr(plain, one, None) for one in dependent):
                found.append(field)
    return tuple(found)


def _made(config_class: Any, settings: Mapping[str, Any], trace: Trace | None = None) -> Any:
    """The configuration of these settings; None where it refuses them."""
    try:
        with offline():
            if trace is None:
                return config_class(**settings)
            with watched(trace, (config_class.__module__,)):
                return config_class(**settings)
    except Exception:  # a configuration that checks its types, or has no liking for such sizes
        return None


def _neighbours(free: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The free fields with one of them changed."""
    for field, size in free.items():
        for other in (2 * size, size + 1, 3 * size):
            yield {**free, field: other}


def _moves(config_class: Any, given: Mapping[str, Any], free: Mapping[str, int], field: str) -> bool:
    """Whether a field that is left out follows others."""
    values = {getattr(_made(config_class, {**given, **sizes}), field, None) for sizes in (free, *_neighbours(free))} - {None}
    return len(values) > 1


def _follows(
    config_class: Any, given: Mapping[str, Any], free: Mapping[str, int], symbols: Mapping[str, str], field: str, expr: Expr
) -> bool:
    """Whether a field has the value of the expression wherever one of the others is changed."""
    for sizes in (free, *_neighbours(free)):
        made = _made(config_class, {**given, **sizes})
        value = getattr(made, field, None)
        if made is not None and value is not None:
            try:
                if value_at(expr, {symbols[name]: size for name, size in sizes.items()}) != value:
                    return False
            except (KeyError, ZeroDivisionError):
                return False
    return True


def period_of(lists: Sequence[Sequence[Any]]) -> list[Any] | None:
    """The shortest list that, repeated, begins each of these; None where there is none within half of the longest."""
    longest = max(lists, key=len)
    for length in range(1, len(longest) // 2 + 1):
        again = list(longest[:length])
        if all(list(one) == [again[place % length] for place in range(len(one))] for one in lists):
            return again
    return None
