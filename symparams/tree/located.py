"""The layers that a model was put together from, by the fields that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from symparams.tree.fields import annotated
from symparams.tree.layer import Layer

__all__ = ["Address", "located"]

Address: TypeAlias = tuple[str | int, ...]  # the fields that lead from a model to one of its layers


def located(value: Any, address: Address = ()) -> Iterator[tuple[Address, Layer]]:
    """The layers that a model was put together from, each with the fields that lead to it.

    >>> from symparams import Linear, Repeat
    >>> [address for address, _ in located(Repeat(Linear(3, 5), 2))]
    [(), ('layer',)]
    """
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from located(item, (*address, number))
    elif isinstance(value, Layer):
        yield address, value
        for name in annotated(value):
            yield from located(getattr(value, name), (*address, name))
