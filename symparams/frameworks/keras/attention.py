"""Keras' attentions: those of many heads, whose kernels have an axis for the heads, and those without projections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from sympy import Mul

from symparams import layers
from symparams.frameworks.keras.building import REGULARIZED, InputShape, keras_layer, width
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.notation import Size, as_size
from symparams.tree import Sequential

__all__ = ["AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"]

_OPTIONS = f"activity_regularizer {REGULARIZED} dropout sliding_window flash_attention seed"


def _attention(layer: layers.MultiHeadAttention, n_head: Size, n_kv_head: Size, output: tuple[Size, ...]) -> Mirror:
    """The rows: kernels (in, heads, width of a head) and, of the output, (heads, width of a head, out)."""
    parts = {"query": ("q", n_head), "key": ("k", n_kv_head), "value": ("v", n_kv_head), "gate": ("gate", n_head)}
    out = tuple((f"o{number}", size) for number, size in enumerate(output))
    names = " ".join(name for name, _ in out)
    rows = [
        row
        for name, (ours, heads) in parts.items()
        for row in (
            Tensor(f"{name}/kernel", f"{ours}.weight", "(h k) d -> d h k", sizes=(("h", heads),)),
            Tensor(f"{name}/bias", f"{ours}.bias", "(h k) -> h k", sizes=(("h", heads),)),
        )
    ]
    return mirrored(
        layer,
        *rows,
        Tensor("attention_output/kernel", "out.weight", f"({names}) (h k) -> h k {names}", sizes=(("h", n_head), *out)),
        Tensor("attention_output/bias", "out.bias", f"({names}) -> {names}", sizes=out),
    )


@keras_layer(f"attention_axes {_OPTIONS}")
def MultiHeadAttention(
    num_heads: Size,
    key_dim: Size,
    value_dim: Size | None = None,
    *,
    use_bias: bool = True,
    output_shape: Size | Sequence[Size] | None = None,
    use_gate: bool = False,
) -> Callable[..., Mirror]:
    """keras.layers.MultiHeadAttention: the width of a head is given, and is not the model's divided by the heads.

    >>> from symparams import closed_form, symbols
    >>> d, h, k = symbols("d h k")
    >>> mirror = MultiHeadAttention(h, k, use_bias=False).build((None, None, d), (None, None, d))
    >>> closed_form(mirror.layer), mirror.shapes()["query/kernel"]
    (4*d*h*k, (d, h, k))
    """

    def build(query_shape: InputShape, value_shape: InputShape, key_shape: InputShape | None = None) -> Mirror:
        wanted = width(query_shape) if output_shape is None else output_shape
        output = tuple(as_size(size, "output_shape") for size in (wanted if isinstance(wanted, tuple | list) else (wanted,)))
        layer = layers.MultiHeadAttention(
            width(query_shape),
            num_heads,
            d_head=key_dim,
            d_value=value_dim,
            d_key_in=width(key_shape or value_shape),
            d_value_in=width(value_shape),
            d_out=Mul(*output),
            bias=use_bias,
            gate=use_gate,
        )
        return _attention(layer, num_heads, num_heads, output)

    return build


@keras_layer(_OPTIONS)
def GroupQueryAttention(
    head_dim: Size, num_query_heads: Size, num_key_value_heads: Size, *, use_bias: bool = True, use_gate: bool = False
) -> Callable[..., Mirror]:
    """keras.layers.GroupQueryAttention: groups of heads share their keys and values."""

    def build(query_shape: InputShape, value_shape: InputShape, key_shape: InputShape | None = None) -> Mirror:
        layer = layers.MultiHeadAttention(
            width(query_shape),
            num_query_heads,
            num_key_value_heads,
            head_dim,
            d_key_in=width(key_shape or value_shape),
            d_value_in=width(value_shape),
            bias=use_bias,
            gate=use_gate,
        )
        return _attention(layer, num_query_heads, num_key_value_heads, (width(query_shape),))

    return build


@keras_layer("dropout seed")
def Attention(use_scale: bool = False, score_mode: Literal["dot", "concat"] = "dot") -> Callable[..., Mirror]:
    """keras.layers.Attention: no projections; a factor for the scores if asked for, one more where queries and keys are added.

    >>> Attention(use_scale=True, score_mode="concat").build([(None, 5, 8), (None, 7, 8)]).layer.params
    2
    """
    factors = {"scale": use_scale, "concat_score_weight": score_mode == "concat"}
    parts = {name: layers.Scale(()) for name, present in factors.items() if present}

    def build(input_shape: Sequence[InputShape]) -> Mirror:
        return mirrored(Sequential(**parts), *(Tensor(name, f"{name}.weight") for name in factors))

    return build


@keras_layer("dropout")
def AdditiveAttention(use_scale: bool = True) -> Callable[..., Mirror]:
    """keras.layers.AdditiveAttention: a factor for each feature of the queries.

    >>> AdditiveAttention().build([(None, 5, 8), (None, 7, 8)]).layer.params
    8
    """

    def build(input_shape: Sequence[InputShape]) -> Mirror:
        parts = {"scale": layers.Scale((width(input_shape[0]),))} if use_scale else {}
        return mirrored(Sequential(**parts), Tensor("scale", "scale.weight"))

    return build
