"""keras.layers.Dense, Embedding, LayerNormalization, RMSNormalization and BatchNormalization."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symparams import layers
from symparams.frameworks.keras.building import REGULARIZED, InputShape, keras_layer, width
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.notation import Size

__all__ = ["BatchNormalization", "Dense", "Embedding", "LayerNormalization", "RMSNormalization"]

Build = Callable[[InputShape], Mirror]
_AFFINE = (Tensor("gamma", "weight"), Tensor("beta", "bias"))
_AFFINE_OPTIONS = "beta_initializer gamma_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"


@keras_layer(f"activity_regularizer {REGULARIZED}")
def Dense(units: Size, activation: object = None, use_bias: bool = True) -> Build:
    """keras.layers.Dense: its kernel is (in, out).

    >>> from symparams import symbols
    >>> I, O = symbols("I O")
    >>> Dense(O).build((None, I)).shapes()
    {'kernel': (I, O), 'bias': (O,)}
    """

    def build(input_shape: InputShape) -> Mirror:
        layer = layers.Linear(width(input_shape), units, use_bias)
        return mirrored(layer, Tensor("kernel", "weight", "o i -> i o"), Tensor("bias", "bias"))

    return build


@keras_layer("embeddings_initializer embeddings_regularizer embeddings_constraint mask_zero weights")
def Embedding(input_dim: Size, output_dim: Size) -> Build:
    """keras.layers.Embedding."""

    def build(input_shape: InputShape = ()) -> Mirror:
        return mirrored(layers.Embedding(input_dim, output_dim), Tensor("embeddings", "weight"))

    return build


def _normalized(shape: InputShape, axis: int | Sequence[int]) -> tuple[Size, ...]:
    """The sizes of the normalized axes, which Keras sorts."""
    return tuple(width(shape, place) for place in ([axis] if isinstance(axis, int) else sorted(axis)))


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
