"""ViT: an image as a sequence of patches, behind a token for its class."""

from __future__ import annotations

from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.frameworks.transformers.tables import table
from symparams.layers import Linear, MultiHeadAttention
from symparams.models import ViT
from symparams.notation import Size
from symparams.tree import On, Sequential

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
    sizes = (num_hidden_layers, hidden_size, image_size, patch_size, num_attention_heads, intermediate_size, num_channels)
    body = ViT(*sizes, attention=attention)
    model = Sequential(**body.parts(), pooler=On(Linear(hidden_size, pooler_output_size or hidden_size), "sample"))
    return mirrored(
        model,
        Tensor("embeddings.cls_token", "class_token.weight", "n d -> 1 n d"),
        Tensor("embeddings.position_embeddings", "positions.weight", "n d -> 1 n d"),
        *table(_BODY),
    )
