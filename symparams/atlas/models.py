"""Published models: rows of data with class, configuration, source, and the count of the real class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from symparams.errors import AtlasError

__all__ = ["Row", "is_name", "names", "near", "row_of"]


@dataclass(frozen=True)
class Row:
    """A published model.

    where: config: the hyperparameters that differ from the class's defaults; source: where they stand; count: the parameters of the
    real class; headline: what people say that it has; note: why the two differ.
    """

    name: str
    cls: str
    config: Mapping[str, Any]
    source: str
    count: int
    headline: str = ""
    note: str = ""


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "models.json").read_text(encoding="utf-8"))
    return found


@cache
def _by_name() -> Mapping[str, str]:
    """Name or second name, in small letters, → the row's name."""
    return {alias.lower(): name for name, row in _rows().items() for alias in (name, *row.get("aliases", ()))}


def names() -> tuple[str, ...]:
    """The names of all published models that the atlas has."""
    return tuple(_rows())


def is_name(text: str) -> bool:
    """Whether the atlas has a published model of that name, with or without the organisation's."""
    plain = text.strip().lower().replace("_", "-")
    return plain in _by_name() or plain.rpartition("/")[2] in _by_name()


def row_of(name: str) -> Row:
    """The row of a published model, by its name with or without the organisation's.

    >>> row_of("openai-community/gpt2").count
    124439808

    Raises `AtlasError` for a name that is none, with the nearest.
    """
    plain = name.strip().lower().replace("_", "-")
    found = next((_by_name()[one] for one in (plain, plain.rpartition("/")[2]) if one in _by_name()), None)
    if found is None:
        likely = ", ".join(near(name))
        move = f"did you mean {likely}?" if likely else "symparams models lists them; a config.json is counted as well"
        raise AtlasError(f"the model {name!r}", "the name of a published model that the atlas has", move)
    row = _rows()[found]
    return Row(found, row["class"], row["config"], row["source"], row["count"], row.get("headline", ""), row.get("note", ""))


def near(name: str, most: int = 4) -> list[str]:
    """The names that are most like this one: those that hold it first."""
    import difflib

    plain = name.strip().lower().replace("_", "-").rpartition("/")[2]
    holding = [one for one in names() if plain and plain in one]
    return [*holding[:most], *(one for one in difflib.get_close_matches(plain, names(), most) if one not in holding)][:most]
