"""Files of weights in the safetensors format: counted from their headers, and compared with what their config.json says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

from symparams.atlas.architectures import Architecture, architecture
from symparams.atlas.entries import opened
from symparams.errors import AtlasError, SymparamsError, shown

__all__ = ["Checkpoint", "Finding", "read_checkpoint"]

LARGEST_HEADER = 100_000_000  # the format's own bound
_BYTES = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4}
_BYTES |= {"F32": 4, "F64": 8, "I64": 8, "U64": 8}


@dataclass(frozen=True)
class Finding:
    """Whether a checkpoint and a configuration say the same: equal is None where there is no configuration to compare with."""

    equal: bool | None
    lines: tuple[str, ...]

    @property
    def json(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"equal": self.equal, "said": list(self.lines)}


@dataclass(frozen=True)
class Checkpoint:
    """The tensors of a checkpoint by name: type and shape."""

    path: Path
    tensors: Mapping[str, tuple[str, tuple[int, ...]]]

    @property
    def count(self) -> int:
        """How many numbers are stored."""
        return sum(prod(shape) for _, shape in self.tensors.values())

    @property
    def types(self) -> dict[str, int]:
        """How many numbers of each type."""
        found: Counter[str] = Counter()
        for kind, shape in self.tensors.values():
            found[kind] += prod(shape)
        return dict(found)

    def compared(self, cls: str | None = None) -> Finding:
        """Tensor by tensor beside the config.json of the same folder, by name and shape; tied weights may be missing."""
        beside = self.path.parent / "config.json"
        if not beside.exists():
            return Finding(None, ("no config.json beside it to compare with",))
        try:
            model = architecture(beside, cls)
        except SymparamsError as error:
            return Finding(None, (f"not compared with config.json: {error.given}",))
        return _compared(self, model)


_BUFFERS = re.compile(  # what older versions stored beside the parameters: positions, frequencies, masks
    r"(\.rotary_emb\.inv_freq|\.position_ids|\.token_type_ids|\.(attn|attention)(\.attention)?\.(bias|masked_bias)|\.num_batches_tracked)$"
)
_SCALES = re.compile(r"\.(weight_scale(_inv)?|input_scale|activation_scale|k_scale|v_scale)$")
_PACKED = ("qweight", "qzeros", "absmax", "quant_map", "_blocks", "weight_packed", "SCB")
_TODAY = ((".block_sparse_moe.", ".mlp."), (".LayerNorm.gamma", ".LayerNorm.weight"), (".LayerNorm.beta", ".LayerNorm.bias"))


def _today(name: str) -> str:
    """The name of today for one of an older version."""
    for older, newer in _TODAY:
        name = name.replace(older, newer)
    return name


def _parameters(stored: Checkpoint, known: set[str]) -> tuple[Counter[tuple[str, tuple[int, ...]]], list[str]]:
    """The parameters of a checkpoint, and in words what is none: buffers and the scales of quantised weights."""
    there: Counter[tuple[str, tuple[int, ...]]] = Counter()
    beside: Counter[str] = Counter()
    for name, (_, shape) in stored.tensors.items():
        kind = "scales" if _SCALES.search(name) else "buffers" if _BUFFERS.search(name) else ""
        vector = name.endswith(".bias") and len(shape) == 1  # an attention's own bias; as a buffer it is a mask
        if kind and not vector and opened(name) not in known:
            beside[kind] += prod(shape)
        else:
            there[opened(_today(name)), shape] += 1
    return there, [f"beside the parameters: {number:,} in {kind}" for kind, number in beside.items()]


def _experts(counted: Counter[tuple[str, tuple[int, ...]]]) -> Counter[tuple[str, tuple[int, ...]]]:
    """Tensors with all those of a mixture's experts together: the code keeps them in one tensor, files often one by one."""
    found: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for (name, shape), number in counted.items():
        head, dot, own = name.partition(".experts.")
        if dot and own:
            found[f"{head}.experts, numbers in all", ()] += number * prod(shape)
        else:
            found[name, shape] += number
    return found


def _compared(stored: Checkpoint, model: Architecture) -> Finding:
    there, words = _parameters(stored, {opened(one.name) for one in model.tensors})
    wanted: Counter[tuple[str, tuple[int, ...]]] = Counter()
    tied: set[tuple[str, tuple[int, ...]]] = set()
    for one in model.tensors:
        key = (opened(one.name), one.shape)
        if one.tied_to:
            tied.add(key)
        else:
            wanted[key] += one.copies
    prefix = _prefix({name for name, _ in there}, {name for name, _ in wanted})
    there = Counter({(prefix(name), shape): number for (name, shape), number in there.items()})
    if wanted - there:
        apart, whole = _experts(there), _experts(wanted)
        if apart != there and not any(
            ".experts," in name for name, _ in (whole - apart) | (apart - whole)
        ):  # all mixtures hold as many numbers
            there, wanted = apart, whole
            words.append("experts are compared by how many numbers they hold: the file has them one by one")
    missing, more = wanted - there, Counter({key: number for key, number in (there - wanted).items() if key not in tied})
    if not missing and not more:
        if twice := sum(number * prod(shape) for (_, shape), number in (there - wanted).items()):
            words.append(f"stored once more, for tied weights: {twice:,}")
        return Finding(True, (f"equal to config.json by every name and shape: {model.count():,} as {model.entry.cls}", *words))
    if any(name.rpartition(".")[2].endswith(_PACKED) for name, _ in there):
        return Finding(None, (f"not compared with config.json, which says {model.count():,}: quantised weights are packed", *words))
    if (number := sum(copies * prod(shape) for (_, shape), copies in there.items())) == model.count():
        words.append(f"the file has as many, {number:,}, under other names, as of another version")
    lines = [f"config.json says {model.count():,} as {model.entry.cls}"]
    lines += [f"missing: {number} x {name} {list(shape)}" for (name, shape), number in sorted(missing.items())[:5]]
    lines += [f"not in the class: {number} x {name} {list(shape)}" for (name, shape), number in sorted(more.items())[:5]]
    rest = max(len(missing) - 5, 0) + max(len(more) - 5, 0)
    return Finding(False, (*lines, *([f"and {rest} more"] if rest else []), *words))


def _prefix(there: set[str], wanted: set[str]) -> Any:
    """How names of the file become names of the class: checkpoints of a base class lack its first word, or have it in addition."""
    words = {name.partition(".")[0] for name in wanted}
    if there & wanted or len(words) != 1:
        return lambda name: name
    word = next(iter(words))
    return lambda name: f"{word}.{name}" if f"{word}.{name}" in wanted else name


def read_checkpoint(path: str | Path) -> Checkpoint:
    """The tensors of a .safetensors file, or of all the files that a .safetensors.index.json names: headers only.

    Raises `AtlasError` for a file that is missing, cut off or of another format.
    """
    path = Path(path)
    if path.name.endswith(".json"):
        try:
            index = json.loads(path.read_text(encoding="utf-8"))
            files = sorted(set(index["weight_map"].values()))
        except OSError as error:
            raise AtlasError(f"{path}: {error.strerror or error}", "a file that can be read", "mend the path") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise AtlasError(f"{path}: no index", '{"weight_map": {name: file, …}}', "hand over another file") from None
        if missing := [one for one in files if not isinstance(one, str) or not (path.parent / Path(one).name).exists()]:
            raise AtlasError(f"{path}: {shown(missing[0])} is not beside it", "every file that it names", "add the file")
        tensors: dict[str, tuple[str, tuple[int, ...]]] = {}
        for name in files:
            tensors |= _header(path.parent / Path(name).name)
        if absent := sorted(set(index["weight_map"]) - set(tensors)):
            raise AtlasError(f"{path}: {absent[0]} is in none of its files", "tensors for all its names", "renew the index")
        return Checkpoint(path, tensors)
    return Checkpoint(path, _header(path))


def _header(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    try:
        with path.open("rb") as file:
            length = int.from_bytes(first := file.read(8), "little")
            if first == b"version ":
                raise AtlasError(f"{path}: a pointer of Git LFS, not the file", "the file that it stands for", "run git lfs pull")
            if len(first) < 8 or not 2 <= length <= LARGEST_HEADER:
                raise AtlasError(f"{path}: no header", "a .safetensors file", "hand over another file")
            text = file.read(length)
    except OSError as error:
        raise AtlasError(f"{path}: {error.strerror or error}", "a file that can be read", "mend the path") from None
    try:
        if len(text) < length:
            raise ValueError
        told = json.loads(text)
        found = {}
        places = []
        for name, one in told.items():
            if name == "__metadata__":
                continue
            shape = tuple(one["shape"])
            if not isinstance(one["dtype"], str) or not all(type(size) is int and size >= 0 for size in shape):
                raise ValueError
            begin, end = one["data_offsets"]
            if one["dtype"] in _BYTES and end - begin != prod(shape) * _BYTES[one["dtype"]]:
                given = f"{path}: {name} of {shape} in {end - begin:,} bytes"
                raise AtlasError(given, "as many bytes as its shape takes", "download it anew")
            found[name] = (one["dtype"], shape)
            places.append((begin, end))
        if any(end != begin for (_, end), (begin, _) in pairwise([(0, 0), *sorted(places)])):
            raise AtlasError(f"{path}: tensors that overlap or leave gaps", "one behind the other", "download it anew")
    except AtlasError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise AtlasError(f"{path}: a header that cannot be read", "a .safetensors file", "download it anew") from None
    return found
