"""What the atlas keeps of a class: its tensors with symbolic shapes, under which options and conditions, with which defaults."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from symparams import __version__

__all__ = [
    "Entry",
    "Tensor",
    "Variant",
    "classes",
    "every",
    "forget",
    "nearest",
    "opened",
    "own_folder",
    "routed",
    "stored",
    "types",
]

FOLDER = Path(__file__).parent / "entries"


@dataclass(frozen=True)
class Tensor:
    """Tensors that are alike, their sizes as formulas: the copies' numbers in the name are left open as {}."""

    name: str
    shape: tuple[str, ...]
    copies: tuple[str, ...]
    owner: str
    kind: str
    tied_to: str


@dataclass(frozen=True)
class Variant:
    """A class under one set of options.

    where: options: dotted path → the class's default and the value that it was recovered under; lengths: how long lists are whose
    entries are sizes; fields: symbol → the dotted path in a configuration and its default, a number, a formula or None where it
    must be given; conditions: where the form holds; form: the closed form; picked: the symbol of the number of experts, the field
    of how many a token meets, and its default; evidence: what the form rests on; rest: further fields that decide, which no
    formula is over, with the values that they were left at.
    """

    options: Mapping[str, tuple[Any, Any]]
    lengths: Mapping[str, int]
    fields: Mapping[str, tuple[str, int | str | None]]
    tensors: tuple[Tensor, ...]
    conditions: tuple[str, ...]
    form: str
    evidence: Mapping[str, Any]
    picked: tuple[str, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A class of the atlas: its configuration's class and second names, its variants, what could not be recovered, and what its
    configuration reads beside its fields, with what that is where nothing is said.
    """

    cls: str
    type: str
    library: str
    config: str
    aliases: Mapping[str, str]
    variants: tuple[Variant, ...]
    failures: tuple[tuple[str, str, str], ...] = field(default=())
    reads: Mapping[str, Any] = field(default_factory=dict)


@cache
def classes() -> Mapping[str, str]:
    """Class → the file of its model type."""
    found: dict[str, str] = json.loads((FOLDER.parent / "classes.json").read_text(encoding="utf-8"))
    return found


@cache
def types() -> Mapping[str, tuple[str, ...]]:
    """Model type → its classes, the one that a configuration without `architectures` most likely means first."""
    found: dict[str, list[str]] = {}
    for cls, stem in classes().items():
        found.setdefault(stem, []).append(cls)
    return {stem: tuple(sorted(names, key=_likelihood)) for stem, names in found.items()}


def _likelihood(cls: str) -> tuple[int, str]:
    heads = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ForMaskedLM", "ForImageClassification", "ForCTC", "Model")
    return next((place for place, head in enumerate(heads) if cls.endswith(head)), len(heads)), cls


@cache
def stored(cls: str) -> Entry | None:
    """The entry of a class that the package has a file of, or this machine: its variants together; None for another class."""
    files = [FOLDER / f"{classes()[cls]}.json"] if cls in classes() else []
    told = [*map(_file, files), *([own] if (own := _own(cls)) else [])]
    if not told:
        return None
    ones = [one["classes"][cls] for one in told]
    return Entry(
        cls,
        told[0]["type"],
        told[-1]["library"],
        ones[0]["config"],
        ones[0]["aliases"],
        tuple(_variant(variant) for one in ones for variant in one["variants"]),
        tuple(tuple(failure) for one in ones for failure in one.get("failures", ())),
        ones[0].get("reads", {}),
    )


def own_folder() -> Path:
    """Where entries are kept that were recovered on this machine: the user's cache folder, for each version of the package."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path.home() / ".cache") / "symparams" / __version__ / "atlas"


def _own(cls: str) -> dict[str, Any] | None:
    """What was recovered of a class on this machine; None where nothing was, or where the file is broken."""
    path = own_folder() / f"{cls}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        list(map(_variant, found["classes"][cls]["variants"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found


def forget() -> None:
    """Lets entries be read anew, after one was recovered on this machine."""
    stored.cache_clear()


def nearest(name: str, among: Iterable[str]) -> str:
    """The next move where there is no class or model type of a name."""
    import difflib

    near = difflib.get_close_matches(name, among, 3)
    return f"did you mean {', '.join(near)}?" if near else "symparams models --classes lists what the atlas has"


@cache
def _file(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _variant(told: Mapping[str, Any]) -> Variant:
    return Variant(
        {path: (default, value) for path, (default, value) in told.get("options", {}).items()},
        told.get("lengths", {}),
        {name: tuple(said) if isinstance(said, list) else (name, said) for name, said in told["fields"].items()},
        tuple(Tensor(name, tuple(shape), tuple(copies), *rest) for name, shape, copies, *rest in told.get("tensors", ())),
        tuple(told.get("conditions", ())),
        told["form"],
        told["evidence"],
        tuple(told.get("picked", ())),
        told.get("rest", {}),
    )


def routed(name: str) -> bool:
    """Whether a tensor belongs to the experts that a router chooses from."""
    return ".experts." in name and "shared" not in name


def opened(name: str) -> str:
    """A name with the numbers of copies left open.

    >>> opened("transformer.h.0.ln_1.weight"), opened("transformer.h.{}.ln_1.weight")
    ('transformer.h.*.ln_1.weight', 'transformer.h.*.ln_1.weight')
    """
    return _NUMBER.sub("*", name.replace("{}", "0"))


_NUMBER = re.compile(r"(?<![^.])\d+(?![^.])")


def every() -> Iterator[Entry]:
    """All entries, read one after the other."""
    return (entry for entry in map(stored, classes()) if entry is not None)
