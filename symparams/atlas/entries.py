"""What the atlas keeps of a class: its tensors with symbolic shapes, under which options and conditions, with which defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from symparams.errors import AtlasError

__all__ = ["Entry", "Tensor", "Variant", "classes", "entry_of", "every", "routed", "types"]

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
    entries are sizes; fields: symbol → the dotted path in a configuration and its default, a number, a formula or None where it must
    be given; conditions: where the form holds; form: the closed form; picked: the symbol of the number of experts, the field of how
    many a token meets, and its default; evidence: what the form rests on.
    """

    options: Mapping[str, tuple[Any, Any]]
    lengths: Mapping[str, int]
    fields: Mapping[str, tuple[str, int | str | None]]
    tensors: tuple[Tensor, ...]
    conditions: tuple[str, ...]
    form: str
    evidence: Mapping[str, Any]
    picked: tuple[str, ...] = ()

    @property
    def grade(self) -> str:
        """PROVEN where every size kept its expression, FITTED where something was found from numbers."""
        return str(self.evidence.get("grade", "FITTED"))


@dataclass(frozen=True)
class Entry:
    """A class of the atlas: its configuration's class and second names, its variants, and what could not be recovered."""

    cls: str
    type: str
    library: str
    config: str
    aliases: Mapping[str, str]
    variants: tuple[Variant, ...]
    failures: tuple[tuple[str, str, str], ...] = field(default=())


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
def entry_of(cls: str) -> Entry:
    """The entry of a class.

    Raises `AtlasError` for a class that the atlas does not have, with the nearest names.
    """
    if cls not in classes():
        raise AtlasError(f"the class {cls}", "a class of the atlas", _near(cls))
    told = _file(classes()[cls])
    one = told["classes"][cls]
    return Entry(
        cls,
        told["type"],
        told["library"],
        one["config"],
        one["aliases"],
        tuple(map(_variant, one["variants"])),
        tuple(tuple(failure) for failure in one.get("failures", ())),
    )


def _near(cls: str) -> str:
    import difflib

    near = difflib.get_close_matches(cls, classes(), 3)
    return f"did you mean {', '.join(near)}?" if near else "symparams models lists what the atlas has"


@cache
def _file(stem: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))
    return found


def _variant(told: Mapping[str, Any]) -> Variant:
    return Variant(
        {path: (default, value) for path, (default, value) in told.get("options", {}).items()},
        told.get("lengths", {}),
        {name: tuple(said) if isinstance(said, list) else (name, said) for name, said in told["fields"].items()},
        tuple(
            Tensor(name, tuple(shape), tuple(copies), owner, kind, tied) for name, shape, copies, owner, kind, tied in told["tensors"]
        ),
        tuple(told.get("conditions", ())),
        told["form"],
        told["evidence"],
        tuple(told.get("picked", ())),
    )


def routed(name: str) -> bool:
    """Whether a tensor belongs to the experts that a router chooses from."""
    return ".experts." in name and "shared" not in name


def every() -> Iterator[Entry]:
    """All entries, read one after the other."""
    return map(entry_of, classes())
