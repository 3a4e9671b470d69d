"""The argument names of torch.nn and keras.layers: a mirror is made with each size as a symbol of the argument's own name."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sympy import Expr, Symbol

from symparams.errors import SymparamsError
from symparams.frameworks import keras, torch
from symparams.frameworks.keras.building import Unbuilt
from symparams.frameworks.mirror import Mirror
from symparams.notation import symbol
from symparams.tree import Given, Layer

__all__ = ["constructor_names", "roles_of"]

_SIZES = ("Size", "Size | None", "Kernel", "Shape")  # the annotations of arguments that are sizes


def constructor_names(library: str) -> dict[str, Counter[str]]:
    """For each of our fields, the argument names of "torch" or "keras" that fill it, and in how many constructors.

    >>> constructor_names("torch")["n_hid"]
    Counter({'hidden_size': 6})
    """
    found: dict[str, Counter[str]] = {}
    module = {"torch": torch, "keras": keras}[library]
    for name in module.__all__:
        for field, argument in sorted(set(roles_of(getattr(module, name)))):
            found.setdefault(field, Counter())[argument] += 1
    return found


def roles_of(constructor: Any) -> Iterator[tuple[str, str]]:
    """Pairs of our field and the argument that fills it; none where an argument has to be a layer.

    >>> from symparams.frameworks.torch import Linear
    >>> list(roles_of(Linear))
    [('n_in', 'in_features'), ('n_out', 'out_features')]
    """
    parameters = inspect.signature(constructor).parameters.values()
    sizes = {item.name: symbol(item.name) for item in parameters if item.annotation in _SIZES}
    required = {item.name for item in parameters if item.default is item.empty}
    if not required <= sizes.keys():
        return
    for optional in ("", *sorted(sizes.keys() - required)):
        values = {name: size for name, size in sizes.items() if name in required or name == optional}
        try:
            made = constructor(**values)
        except SymparamsError:  # an argument that this one shares a signature with another for
            continue
        try:
            mirror = _built(made, constructor.__name__) if isinstance(made, Unbuilt) else made
        except SymparamsError:  # it needs more axes than an unknown input has
            continue
        yield from _outermost(mirror.layer, frozenset(values))


def _outermost(layer: Layer, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The fields that are symbols of these names, of each name only those nearest to the root: d_model is a feed-forward network's
    d_model, not the n_in of the matrix in it.
    """
    depths: dict[str, int] = {}
    for node in sorted(layer.nodes(), key=lambda node: len(node.path)):
        for item in () if isinstance(node.layer, Given) else fields(node.layer):
            value = getattr(node.layer, item.name)
            for size in value if isinstance(value, tuple) else (value,):
                if (
                    isinstance(size, Symbol)
                    and size.name in names
                    and len(node.path) == depths.setdefault(size.name, len(node.path))
                ):
                    yield item.name, size.name


def _built(layer: Unbuilt, name: str) -> Mirror:
    axes = int(digits) + 2 if (digits := "".join(filter(str.isdigit, name))) else 3
    shape: tuple[Expr | None, ...] = (*(None,) * (axes - 1), symbol("_width"))
    inputs = (shape, shape) if "Attention" in name else (shape,)
    try:
        return layer.build(*inputs)
    except TypeError:  # some take a list of their inputs' shapes
        return layer.build([*inputs])
