"""A model of the atlas: a class under its options with the sizes of a configuration. Counted without torch and without sympy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symparams.atlas.arithmetic import evaluated, names_in, whole
from symparams.atlas.configurations import class_of, read_json, settled
from symparams.atlas.entries import Entry, Variant, routed
from symparams.atlas.known import entry_of, knows
from symparams.atlas.models import Row, is_name, row_of
from symparams.atlas.quirks import modern
from symparams.errors import AtlasError, UncoveredError, shown

if TYPE_CHECKING:
    from symparams.tree import Layer

__all__ = ["Architecture", "Sized", "architecture", "configuration"]

_WEIGHTS = (".bin", ".ckpt", ".gguf", ".h5", ".keras", ".onnx", ".pt", ".pth")
QUANTITIES = ("parameters", "trainable", "frozen", "active", "non_embedding")


@dataclass(frozen=True)
class Sized:
    """Tensors that are alike with their sizes as numbers: how many, of which shape; tied_to: the name of those that they are."""

    name: str
    copies: int
    shape: tuple[int, ...]
    owner: str
    kind: str
    tied_to: str

    @property
    def count(self) -> int:
        """How many numbers they hold together; none where they are others' numbers."""
        return 0 if self.tied_to else self.copies * prod(self.shape)


@dataclass(frozen=True)
class Architecture:
    """A class of the atlas at the sizes of a configuration.

    where: name: what it was asked for by; entry, variant: what the atlas has of it; sizes: symbol → number; places: symbol → the
    field it stands in, or that it is a default; picked: how many experts a token meets, None where there are none;
    row: the published model, None for a configuration; assumed: the configuration names no class, and the usual one of its type
    was taken.

    >>> gpt2 = architecture("gpt2")
    >>> gpt2.count()
    124439808
    >>> gpt2.form
    'n_layer*(12*n_embd**2 + 13*n_embd) + n_embd*vocab_size + n_embd*n_positions + 2*n_embd'
    """

    name: str
    entry: Entry
    variant: Variant
    sizes: Mapping[str, int]
    places: Mapping[str, str] = field(default_factory=dict)
    picked: int | None = None
    row: Row | None = None
    assumed: bool = False

    @property
    def form(self) -> str:
        """The closed form, over the configuration's fields."""
        return self.variant.form

    @property
    def tensors(self) -> Iterator[Sized]:
        """The parameters by their names in the code, those without copies left out."""
        for tensor in self.variant.tensors:
            copies = prod(self._number(text, f"copies of {tensor.name}") for text in tensor.copies)
            if copies:
                shape = tuple(self._number(text, f"a size of {tensor.name}") for text in tensor.shape)
                yield Sized(tensor.name, copies, shape, tensor.owner, tensor.kind, tensor.tied_to)

    def _number(self, text: str, what: str) -> int:
        """The whole number that a formula comes to at the sizes."""
        try:
            number = whole(evaluated(text, self.sizes), what)
        except ZeroDivisionError:
            zero = ", ".join(name for name, size in self.sizes.items() if size == 0 and name in text)
            raise AtlasError(f"{what} = {text} at {zero} = 0", "sizes above 0", "mend the configuration") from None
        if number < 0:
            sizes = ", ".join(f"{name} = {self.sizes[name]}" for name in sorted(names_in(text)))
            raise AtlasError(f"{what} = {text} at {sizes}", "no number below 0", "mend the configuration")
        return number

    def count(self, of: str = "parameters") -> int:
        """The number of parameters, or of those that are trainable, frozen, met by a token (active), or in no look-up table.

        Raises `AtlasError` for another quantity.
        """
        if of not in QUANTITIES:
            raise AtlasError(f"of={shown(of)}", f"one of {', '.join(QUANTITIES)}", "take its layer for others: model.layer")
        if not self.variant.tensors:  # recovered from totals alone
            if of != "parameters":
                raise AtlasError(f"of={of} of {self.entry.cls}", "a class whose tensors are known", "take of='parameters'")
            return self._number(self.form, "the count")
        return sum(self._counted(one, of) for one in self.tensors)

    def _counted(self, one: Sized, of: str) -> int:
        if of in ("trainable", "frozen") and one.kind != of:
            return 0
        if of == "non_embedding" and "Embedding" in one.owner:
            return 0
        if of == "active" and self.picked is not None and routed(one.name):
            experts = self.sizes[self.variant.picked[0]]
            return one.count // experts * self.picked
        return one.count

    @cached_property
    def layer(self) -> Layer:
        """The tree, over the symbols, for every verb of symparams; it needs sympy."""
        from symparams.atlas.trees import tree_of

        return tree_of(self.entry.cls, self.variant)


def architecture(
    source: str | Path | Mapping[str, Any], cls: str | None = None, sizes: Mapping[str, int] | None = None
) -> Architecture:
    """A model of the atlas by its name, or that of a config.json, by its path or as a dictionary.

    where: cls: the class, where it is another one than the first of the configuration's `architectures`; sizes: symbol → number, in
    place of the configuration's.

    >>> config = {"architectures": ["GPT2LMHeadModel"], "n_layer": 24, "n_embd": 1024, "n_head": 16}
    >>> architecture(config).count()
    354823168

    Raises `AtlasError` for an unknown name, a broken file, a class or an option that the atlas does not cover, and sizes that
    violate the conditions of the form.
    """
    name, config, cls, row = configuration(source, cls)
    if row is not None and not knows(row.cls):
        given = f"{row.name}: {row.count:,} parameters in a build of {row.cls}, of which the atlas has no form"
        move = (
            "recover it: symparams recover" if "." in row.cls else 'pip install "symparams[frameworks]", with which it is recovered'
        )
        raise (AtlasError if "." in row.cls else UncoveredError)(given, "a class with a form", move)
    entry = entry_of(class_of(config, cls))
    assumed = cls is None and not config.get("architectures")
    config = modern(entry, config)
    variant, found, places = settled(entry, config)
    if sizes:
        variant, found, places = settled(entry, _resized(config, variant, sizes))
    picked = None
    if variant.picked:
        _, path_of, default = variant.picked
        symbol = next((one for one, (where, _) in variant.fields.items() if where == path_of), None)
        picked = found[symbol] if symbol else int(default)
    return Architecture(name or entry.cls, entry, variant, found, places, picked, row, assumed)


def configuration(source: str | Path | Mapping[str, Any], cls: str | None) -> tuple[str, Mapping[str, Any], str | None, Row | None]:
    """What a model is called, its configuration, its class where that is known, and its row where it is a published one."""
    if isinstance(source, Mapping):
        return "", source, cls, None
    if isinstance(source, Path) or str(source).endswith(".json"):
        return str(source), read_json(Path(source)), cls, None
    if str(source).endswith(_WEIGHTS):
        raise AtlasError(f"{source}: weights of another format", "a .safetensors file", "hand over the config.json beside it")
    if not is_name(str(source)) and (beside := Path(source) / "config.json").is_file():
        return str(source), read_json(beside), cls, None
    row = row_of(str(source))
    return row.name, row.config, cls or row.cls, row


def _resized(config: Mapping[str, Any], variant: Variant, sizes: Mapping[str, int]) -> dict[str, Any]:
    """The configuration with other sizes, by the names of the symbols."""
    if unknown := [name for name in sizes if name not in variant.fields]:
        raise AtlasError(f"a size for {unknown[0]}", f"sizes of {', '.join(variant.fields)}", "mend the name")
    changed: dict[str, Any] = json.loads(json.dumps(dict(config)))
    for name, size in sizes.items():
        *parts, last = variant.fields[name][0].split(".")
        here: Any = changed
        for step in parts:
            here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
        if isinstance(here, list):
            here[int(last)] = size
        else:
            here[last] = size
    return changed
