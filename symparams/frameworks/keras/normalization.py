"""Keras' normalizations: of layers, batches, groups, by statistics of the data, and of another layer's kernel."""

from __future__ import annotations

from collections.abc import Sequence

from symparams import layers
from symparams.errors import StructureError
from symparams.frameworks.keras.building import Build, InputShape, Unbuilt, keras_layer, part, width
from symparams.frameworks.mirror import Mirror, Tensor, mirrored, within
from symparams.notation import Size
from symparams.tree import Sequential

__all__ = [
    "BatchNormalization",
    "GroupNormalization",
    "LayerNormalization",
    "Normalization",
    "RMSNormalization",
    "SpectralNormalization",
]

_AFFINE = (Tensor("gamma", "weight"), Tensor("beta", "bias"))
_AFFINE_OPTIONS = "beta_initializer gamma_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"


def _normalized(shape: InputShape, axis: int | Sequence[int]) -> tuple[Size, ...]:
    """The sizes of the normalized axes, which Keras sorts."""
    return tuple(width(shape, place) for place in sorted(_places(axis)))


def _places(axis: int | Sequence[int]) -> Sequence[int]:
    return [axis] if isinstance(axis, int) else axis


@keras_layer(_AFFINE_OPTIONS)
def LayerNormalization(axis: int | Sequence[int] = -1, epsilon: float = 1e-3, center: bool = True, scale: bool = True) -> Build:
    """keras.layers.LayerNormalization."""

    def build(input_shape: InputShape) -> Mirror:
        return mirrored(layers.LayerNorm(_normalized(input_shape, axis), scale, center), *_AFFINE)

    return build


@keras_layer()
def RMSNormalization(axis: int | Sequence[int] = -1, epsilon: float = 1e-6) -> Build:
    """keras.layers.RMSNormalization."""

    def build(input_shape: InputShape) -> Mirror:
        return mirrored(layers.RMSNorm(_normalized(input_shape, axis)), Tensor("scale", "weight"))

    return build


@keras_layer(f"moving_mean_initializer moving_variance_initializer {_AFFINE_OPTIONS} synchronized")
def BatchNormalization(
    axis: int = -1, momentum: float = 0.99, epsilon: float = 1e-3, center: bool = True, scale: bool = True
) -> Build:
    """keras.layers.BatchNormalization: the moving statistics are parameters that are not trained.

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(BatchNormalization().build((None, 28, 28, c)).layer)
    4*c
    """

    def build(input_shape: InputShape) -> Mirror:
        layer = layers.BatchNorm(width(input_shape, axis), scale, center, "frozen")
        return mirrored(layer, *_AFFINE, Tensor("moving_mean", "running_mean"), Tensor("moving_variance", "running_var"))

    return build


@keras_layer(_AFFINE_OPTIONS)
def GroupNormalization(groups: Size = 32, axis: int = -1, epsilon: float = 1e-3, center: bool = True, scale: bool = True) -> Build:
    """keras.layers.GroupNormalization: with groups=-1 each channel is a group."""

    def build(input_shape: InputShape) -> Mirror:
        channels = width(input_shape, axis)
        return mirrored(layers.GroupNorm(channels if groups == -1 else groups, channels, scale, center), *_AFFINE)

    return build


@keras_layer("invert")
def Normalization(axis: int | Sequence[int] | None = -1, mean: object = None, variance: object = None) -> Build:
    """keras.layers.Normalization: a mean and a variance of the data, or none of its own where they are given.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(Normalization().build((None, d)).layer)
    2*d + 1
    """
    if (mean is None) != (variance is None):
        raise StructureError(
            "a mean without a variance, or a variance without a mean", "both or neither", "give the other one, too"
        )

    def build(input_shape: InputShape) -> Mirror:
        kept = () if axis is None else _places(axis)
        sizes = {place % len(input_shape): width(input_shape, place) for place in kept}
        if len(sizes) < len(kept):
            raise StructureError(f"axis={axis} of {len(input_shape)} axes", "each axis once", "drop the repeated one")
        if mean is not None:
            return mirrored(Sequential())
        shape = tuple(sizes[place] for place in sorted(sizes))
        return mirrored(layers.Standardization(shape), *(Tensor(name, name) for name in ("mean", "variance", "count")))

    return build


@keras_layer("power_iterations")
def SpectralNormalization(layer: Unbuilt) -> Build:
    """keras.layers.SpectralNormalization: another layer and a vector that is not trained, as wide as the kernel's last axis.

    >>> from symparams import symbols
    >>> from symparams.frameworks.keras import Dense
    >>> I, O = symbols("I O")
    >>> SpectralNormalization(Dense(O)).build((None, I)).shapes()
    {'vector_u': (1, O), 'dense/kernel': (I, O), 'dense/bias': (O,)}
    """

    def build(input_shape: InputShape) -> Mirror:
        inner = part("SpectralNormalization", layer, input_shape)
        shapes = inner.shapes()
        kernels = [shapes[name] for name in (f"{layer.name}/kernel", f"{layer.name}/embeddings") if name in shapes]
        if not kernels:
            raise StructureError(
                f"SpectralNormalization of {layer.name}", "a layer with a kernel or embeddings", "give another layer"
            )
        wrapped = layers.SpectralNorm(inner.layer, kernels[0][-1])
        return mirrored(wrapped, Tensor("vector_u", "vector"), *within("", "layer.", inner.tensors))

    return build
