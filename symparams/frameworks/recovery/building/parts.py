"""Sizes that are parts of others: text_config.hidden_size, depths.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["gathered", "is_part", "is_size", "spread"]

MOST_ENTRIES = 8  # a list with more entries has one for each layer


def is_size(value: object) -> bool:
    """Whether it is an integer, and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_part(value: object) -> bool:
    """Whether it is a configuration, which may stand within another."""
    return hasattr(value, "to_dict") and hasattr(value, "model_type")


def spread(values: Mapping[str, Any]) -> dict[str, int]:
    """The integers among these values, and those in short lists of integers under names of their own.

    >>> spread({"width": 64, "depths": [3, 4, 6], "act": "relu"})
    {'width': 64, 'depths.0': 3, 'depths.1': 4, 'depths.2': 6}
    """
    found: dict[str, int] = {}
    for name, value in values.items():
        if is_size(value):
            found[name] = value
        elif (
            isinstance(value, list | tuple)
            and 0 < len(value) <= MOST_ENTRIES
            and all(is_size(entry) and entry > 0 for entry in value)
        ):
            found |= {f"{name}.{place}": entry for place, entry in enumerate(value)}
    return found


def gathered(
    values: Mapping[str, Any], whole: Mapping[str, Any], changed: Callable[[str, Mapping[str, Any]], Any] | None = None
) -> dict[str, Any]:
    """The reverse of `spread`: lists and other wholes with the given parts in them.

    where: whole: the wholes as they are; changed: makes the whole of that name anew, where it is no list.

    >>> gathered({"width": 32, "depths.1": 9}, {"depths": (3, 4, 6)})
    {'width': 32, 'depths': (3, 9, 6)}
    """
    found: dict[str, Any] = {}
    within: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        before, dot, inner = name.partition(".")
        if dot:
            within.setdefault(before, {})[inner] = value
        else:
            found[name] = value
    for name, parts in within.items():
        there = whole[name]
        if isinstance(there, list | tuple):
            found[name] = type(there)(parts.get(str(place), entry) for place, entry in enumerate(there))
        else:
            assert changed is not None
            found[name] = changed(name, parts)
    return found
