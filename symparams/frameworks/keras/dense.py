"""Keras' dense layers, its tables, and PReLU."""

from __future__ import annotations

from collections.abc import Sequence

from symparams import layers
from symparams.errors import StructureError
from symparams.frameworks.keras.building import REGULARIZED, Build, InputShape, keras_layer, width
from symparams.frameworks.keras.equations import einsum_shapes
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.notation import Size
from symparams.tree import Sequential

__all__ = ["Dense", "EinsumDense", "Embedding", "PReLU", "ReversibleEmbedding"]


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


@keras_layer(f"{REGULARIZED} gptq_unpacked_column_size")
def EinsumDense(
    equation: str, output_shape: Size | Sequence[Size | None], activation: object = None, bias_axes: str | None = None
) -> Build:
    """keras.layers.EinsumDense: the equation says which axes the kernel has.

    >>> from symparams import symbols
    >>> d, h, k = symbols("d h k")
    >>> EinsumDense("abc,cde->abde", (None, h, k), bias_axes="de").build((None, None, d)).shapes()
    {'kernel': (d, h, k), 'bias': (h, k)}
    """

    def build(input_shape: InputShape) -> Mirror:
        output = tuple(output_shape) if isinstance(output_shape, tuple | list) else (output_shape,)
        layer = layers.Einsum(*einsum_shapes(equation, input_shape, output, bias_axes))
        return mirrored(layer, Tensor("kernel", "weight"), Tensor("bias", "bias"))

    return build


@keras_layer("embeddings_initializer embeddings_regularizer embeddings_constraint mask_zero reverse_dtype logit_soft_cap")
def ReversibleEmbedding(input_dim: Size, output_dim: Size, tie_weights: bool = True) -> Build:
    """keras.layers.ReversibleEmbedding: a table that is the head as well, or has a head of its own with `tie_weights=False`.

    >>> from symparams import closed_form, symbols
    >>> V, d = symbols("V d")
    >>> closed_form(ReversibleEmbedding(V, d).build((None, None)).layer)
    V*d
    """

    def build(input_shape: InputShape = ()) -> Mirror:
        table, head = layers.Embedding(input_dim, output_dim), layers.Linear(output_dim, input_dim, bias=False)
        return mirrored(
            Sequential(table=table) if tie_weights else Sequential(table=table, head=head),
            Tensor("embeddings", "table.weight"),
            Tensor("reverse_embeddings", "head.weight", "v d -> d v"),
        )

    return build


@keras_layer("alpha_initializer alpha_regularizer alpha_constraint")
def PReLU(*, shared_axes: int | Sequence[int] | None = None) -> Build:
    """keras.layers.PReLU: a slope for each feature, one for all along the shared axes, which are counted from the batch.

    >>> from symparams import closed_form, symbols
    >>> h, w, c = symbols("h w c")
    >>> closed_form(PReLU().build((None, h, w, c)).layer), closed_form(PReLU(shared_axes=[1, 2]).build((None, h, w, c)).layer)
    (c*h*w, c)
    """

    def build(input_shape: InputShape) -> Mirror:
        axes = shared_axes if isinstance(shared_axes, tuple | list) else () if shared_axes is None else (shared_axes,)
        features: list[Size | None] = list(input_shape[1:])
        for axis in axes:
            if not -len(features) < axis <= len(features):
                given = f"PReLU: shared_axes={shared_axes} of the input shape {tuple(input_shape)}"
                raise StructureError(given, "axes that the input has", "count them from the batch, which is 0")
            features[axis - 1] = 1
        return mirrored(layers.PReLU(tuple(width(features, place) for place in range(len(features)))), Tensor("alpha", "weight"))

    return build
