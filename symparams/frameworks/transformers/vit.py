"""ViT: an image as a sequence of patches, behind a token for its class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sympy import floor

from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.frameworks.transformers.tables import table
from symparams.layers import Conv2d, Embedding, LayerNorm, Linear, MultiHeadAttention, TransformerEncoderLayer
from symparams.models import Stack
from symparams.notation import Size, as_size
from symparams.tree import Data, Layer, On, Sequential, Weight, Work

__all__ = ["ViTModel"]

_BODY = {
    "embeddings.patch_embeddings.projection.*": "patches.*",
    "layers.{0}.attention.q_proj.*": "layers.attention.q.*",
    "layers.{0}.attention.k_proj.*": "layers.attention.k.*",
    "layers.{0}.attention.v_proj.*": "layers.attention.v.*",
    "layers.{0}.attention.o_proj.*": "layers.attention.out.*",
    "layers.{0}.layernorm_before.*": "layers.attention_norm.*",
    "layers.{0}.layernorm_after.*": "layers.feed_forward_norm.*",
    "layers.{0}.mlp.fc1.*": "layers.feed_forward.up.*",
    "layers.{0}.mlp.fc2.*": "layers.feed_forward.down.*",
    "layernorm.*": "final_norm.*",
    "pooler.dense.*": "pooler.*",
}


@dataclass(frozen=True, repr=False)
class _ClassToken(Layer):
    """The vector that stands in front of every sequence, and whose state stands for the whole of it."""

    d_model: Size

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", (1, 1, self.d_model))

    def gives(self, data: Data) -> Data:
        return replace(data.over(data.length + 1), learned=True)

    def work(self, data: Data) -> Iterable[Work]:
        return ()


def ViTModel(
    hidden_size: Size = 768,
    num_hidden_layers: Size = 12,
    num_attention_heads: Size = 12,
    intermediate_size: Size = 3072,
    image_size: Size = 224,
    patch_size: Size = 16,
    num_channels: Size = 3,
    qkv_bias: bool = True,
    pooler_output_size: Size | None = None,
) -> Mirror:
    """ViT with its pooler; without qkv_bias the output projection of attention keeps its bias.

    >>> ViTModel().layer.params  # ViT-Base
    86389248
    >>> ViTModel().layer.params - ViTModel(qkv_bias=False).layer.params == 12 * 3 * 768
    True
    """
    attention = MultiHeadAttention(hidden_size, num_attention_heads, bias=True if qkv_bias else "out")
    layer = TransformerEncoderLayer(hidden_size, intermediate_size, attention=attention)
    patches = floor(as_size(image_size, "image_size") / as_size(patch_size, "patch_size")) ** 2
    model = Sequential(
        patches=Conv2d(num_channels, hidden_size, patch_size, stride=patch_size, padding=0),
        class_token=_ClassToken(hidden_size),
        positions=On(Embedding(patches + 1, hidden_size), "beside"),
        **Stack(layer, num_hidden_layers, LayerNorm(hidden_size)).parts(),
        pooler=On(Linear(hidden_size, pooler_output_size or hidden_size), "sample"),
    )
    return mirrored(
        model,
        Tensor("embeddings.cls_token", "class_token.weight"),
        Tensor("embeddings.position_embeddings", "positions.weight", "n d -> 1 n d"),
        *table(_BODY),
    )
