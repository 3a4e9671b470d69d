"""Layers as Keras makes them: first the options, then, by `build`, the widths of the input."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symparams.errors import StructureError, shown
from symparams.frameworks.mirror import Mirror, within
from symparams.frameworks.signatures import sizeless
from symparams.notation import Size, as_size

__all__ = ["REGULARIZED", "Build", "InputShape", "Unbuilt", "keras_layer", "part", "width"]

InputShape = Sequence[Size | None]  # with the batch in front; only the axes that a layer looks at need a size

Build = Callable[[InputShape], Mirror]

REGULARIZED = "kernel_initializer kernel_regularizer kernel_constraint bias_initializer bias_regularizer bias_constraint"


@dataclass(frozen=True)
class Unbuilt:
    """A Keras layer that has not met its input: `build(input_shape)` makes the mirror. Attention takes several shapes."""

    name: str
    build: Callable[..., Mirror]


def keras_layer(
    ignored: str = "", class_name: str | None = None
) -> Callable[[Callable[..., Callable[..., Mirror]]], Callable[..., Unbuilt]]:
    """A mirror of a Keras layer from a function of its options that returns the function of its input's shape.

    It takes a name as every Keras layer does, and those options, separated by spaces, that change no size. `class_name` is the
    layer's where the function is not called so.
    """

    def making(options_of: Callable[..., Callable[..., Mirror]]) -> Callable[..., Unbuilt]:
        if class_name is not None:
            options_of.__name__ = options_of.__qualname__ = class_name
            options_of.__doc__ = f"keras.layers.{class_name}."

        @functools.wraps(options_of)
        def made(*args: object, name: str | None = None, **options: object) -> Unbuilt:
            return Unbuilt(name or _snake(options_of.__name__), options_of(*args, **options))

        own = inspect.signature(options_of)
        named = inspect.Parameter("name", inspect.Parameter.KEYWORD_ONLY, default=None)
        made.__signature__ = own.replace(parameters=[*own.parameters.values(), named])  # type: ignore[attr-defined]
        return sizeless(ignored)(made)

    return making


def width(shape: InputShape, axis: int = -1) -> Size:
    """The size of an axis that a layer needs to know: the last one, as a rule.

    >>> width((None, 28, 28, 3))
    3

    Raises `StructureError` for a shape without that axis, or without its size.
    """
    given = f"the input shape {tuple(shape)}"
    if not -len(shape) <= axis < len(shape):
        raise StructureError(given, f"a shape that has an axis {axis}", "give the shape with the batch in front, or another axis")
    size = shape[axis]
    if size is None:
        raise StructureError(given, f"a size for axis {axis}", "give the number of features")
    return as_size(size, f"axis {axis} of the input")


def part(outer: str, layer: Unbuilt, input_shape: InputShape) -> Mirror:
    """The layer inside of another, built, its tensors named as the outer one has them."""
    if not isinstance(layer, Unbuilt):
        raise StructureError(f"{outer}: {shown(layer)}", "a layer that is not built", "give keras.Dense(3), without build")
    one = layer.build(input_shape)
    return Mirror(one.layer, within(f"{layer.name}/", "", one.tensors))


def _snake(name: str) -> str:
    """The name that Keras gives to the first layer of a class: LSTMCell is lstm_cell."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
