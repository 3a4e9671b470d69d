"""`describe`: the tensors of a model that is built already, copies gathered, in the atlas's symbols where it knows the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Rational

from symparams.atlas import architecture
from symparams.atlas.architectures import Architecture
from symparams.atlas.entries import opened
from symparams.errors import RecoveryError, SymparamsError, shown
from symparams.frameworks.recovery.building.tensors import Tensor, tensors_of
from symparams.notation import Percent, Table
from symparams.results import Result

__all__ = ["Description", "describe"]


@dataclass(frozen=True)
class Kin:
    """Tensors of a built model that are alike, by their names with the copies' numbers left open.

    where: symbols: their shape in the symbols of the atlas, "" where it has none.
    """

    name: str
    owner: str
    kind: str
    copies: int
    shape: tuple[int, ...]
    count: int
    symbols: str = ""
    tied_to: str | None = None


@dataclass(frozen=True, repr=False)
class Description(Result):
    """What a built model owns: a row for each kind of tensor, and sums of what is trainable, frozen and only kept (buffers)."""

    name: str
    kin: tuple[Kin, ...]
    form: str = ""

    @property
    def count(self) -> int:
        """The number of parameters, tied ones once."""
        return sum(one.count for one in self.kin if one.kind != "buffer")

    @property
    def content(self) -> Table:
        """A row for each kind, with its share of all parameters."""
        total = self.count
        rows = []
        for one in self.kin:
            share = Percent(Rational(one.count, total)) if total and one.kind != "buffer" else ""
            remark = f"is {one.tied_to}" if one.tied_to else "" if one.kind == "trainable" else one.kind
            shape = " × ".join(map(str, one.shape)) or "1"
            rows.append((one.name, one.owner, shape, one.symbols, remark, one.copies, one.count, share))
        foot = [
            (f"total, {kind}", "", "", "", "", "", number, "")
            for kind in ("trainable", "frozen", "buffer")
            if (number := sum(one.count for one in self.kin if one.kind == kind))
        ]
        return Table(("Tensor", "In", "Shape", "Symbols", "", "Copies", "Numbers", "Share"), tuple(rows), tuple(foot), words=5)

    def _repr_html_(self) -> str:
        return self.content.html()

    def __repr__(self) -> str:
        return "\n\n".join([self.content.text(), *([f"{self.count:,} = {self.form}"] if self.form else [])])


def describe(module: Any) -> Description:
    """The tensors of a torch module or a Keras model that is built: shapes, numbers, shares, ties; nothing is run.

    Where the module has a configuration that the atlas covers and all its tensors are those of the entry, the shapes and the total
    stand in symbols as well.

    >>> import torch
    >>> describe(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 4))).count
    36

    Raises `RecoveryError` for what is neither, and for layers whose sizes are not known before data meet them.
    """
    if isinstance(module, type):
        raise RecoveryError(f"the class {module.__name__}", "a built torch module or Keras model", "build it, or recover its form")
    try:
        tensors = tensors_of(module)
    except (TypeError, RuntimeError, ValueError) as error:
        raise RecoveryError(f"{shown(module)}: {error}", "a built torch module or Keras model", "build it first") from None
    if isinstance(tensors, int):
        raise RecoveryError(shown(module), "a built torch module or Keras model", "hand over the model")
    model = _known(module)
    symbols = _symbols(tensors, model) if model is not None else {}
    kin: dict[Tensor, list[Tensor]] = {}
    for tensor in tensors:
        tied = opened(tensor.tied_to) if tensor.tied_to else None
        kin.setdefault(replace(tensor, name=opened(tensor.name), tied_to=tied, shape=None), []).append(tensor)
    found = []
    for one, alike in kin.items():
        said = symbols.get((one.name, one.sizes), "")
        found.append(Kin(one.name, one.owner, one.kind, len(alike), one.sizes, sum(map(_numbers, alike)), said, one.tied_to))
    return Description(type(module).__name__, tuple(found), model.form if model is not None and symbols else "")


def _numbers(tensor: Tensor) -> int:
    return 0 if tensor.tied_to else tensor.numel


def _known(module: Any) -> Architecture | None:
    """The module's architecture, where its configuration is one that the atlas covers."""
    config: Any = getattr(module, "config", None)
    if not hasattr(config, "to_dict"):
        return None
    told: Mapping[str, Any] = config.to_dict()
    try:
        return architecture(told, type(module).__name__)
    except SymparamsError:
        return None


def _symbols(tensors: tuple[Tensor, ...], model: Architecture) -> dict[tuple[str, tuple[int, ...]], str]:
    """The symbolic shape of each kind, where the built tensors are those of the entry; none where one differs."""
    there = Counter((opened(one.name), one.sizes) for one in tensors if one.kind != "buffer")
    wanted: Counter[tuple[str, tuple[int, ...]]] = Counter()
    found: dict[tuple[str, tuple[int, ...]], str] = {}
    texts = {one.name: one.shape for one in model.variant.tensors}
    for one in model.tensors:
        key = (opened(one.name), one.shape)
        wanted[key] += one.copies
        found[key] = " × ".join(texts[one.name])
    return found if there == wanted else {}
