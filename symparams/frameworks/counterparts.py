"""What an architecture of the atlas costs: by the layer of ours that mirrors its class, where both have the same tensors."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any

from symparams.atlas import Architecture
from symparams.atlas.entries import opened
from symparams.errors import CostError, SymparamsError
from symparams.frameworks import transformers
from symparams.frameworks.mirror import Mirror
from symparams.notation import symbol
from symparams.tree import Layer

__all__ = ["counterpart"]


def counterpart(model: Architecture) -> Layer:
    """The layer of ours, over the same symbols, that knows what data meet it: its tensors at the sizes are those of the atlas.

    >>> from symparams import architecture, flops
    >>> model = architecture("gpt2")
    >>> flops(counterpart(model), batch=1, seq=1024).at({one: model.sizes[one] for one in ("n_layer", "n_embd", "vocab_size")})
    291648307200

    Raises `CostError` for a class that no layer of ours mirrors, and where options or sizes are others than the mirror's.
    """
    cls = model.entry.cls
    make = getattr(transformers, cls, None) if cls in transformers.__all__ else None
    if make is None:
        known = ", ".join(transformers.__all__)
        raise CostError(f"what {cls} costs: the atlas has its tensors, not what meets them", f"one of {known}", "build it by hand")
    mirror, sized = (_made(make, model, as_symbols) for as_symbols in (True, False))
    ours = Counter((opened(name), shape) for name, shape in sized.tensors_at(kind="trainable").items())
    if _tensors(model) != ours:
        raise CostError(f"what {cls} costs: our mirror of it has other tensors", "the same names and shapes", "build it by hand")
    return mirror.layer


def _made(make: Any, model: Architecture, as_symbols: bool) -> Mirror:
    """The mirror of a class over symbols, or at the sizes; numbers of layers of a kind have to be numbers."""
    sizes: dict[str, Any] = {}
    for name, (path, _) in model.variant.fields.items():
        sizes[path] = symbol(name) if as_symbols else model.sizes[name]
    known = {path: value for path, (_, value) in model.variant.options.items() if not isinstance(value, dict)}
    numbers = {path: model.sizes[name] for name, (path, _) in model.variant.fields.items()}
    taken: dict[str, Any] = {}
    for name, parameter in inspect.signature(make).parameters.items():
        entries = [sizes[f"{name}.{place}"] for place in range(model.variant.lengths.get(name, 0))]
        if entries or name in sizes:
            taken[name] = tuple(entries) or (numbers if parameter.annotation == "int" else sizes)[name]
        elif name in known:
            taken[name] = known[name]
    try:
        made: Mirror = make(**taken)
    except (SymparamsError, TypeError, ValueError) as error:
        move = str(error).splitlines()[0]
        raise CostError(
            f"what {model.entry.cls} costs under its options: {move}", "what our mirror has", "build it by hand"
        ) from None
    return made


def _tensors(model: Architecture) -> Counter[tuple[str, tuple[int, ...]]]:
    """How often each name, numbers left open, and shape occurs in the atlas."""
    found: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for tensor in model.tensors:
        found[opened(tensor.name), tensor.shape] += tensor.copies
    return found
