"""BERT: token, position and segment embeddings with a norm, an encoder, and a pooler or a head."""

from __future__ import annotations

from symparams.frameworks.mirror import Mirror, mirrored
from symparams.frameworks.transformers.tables import table
from symparams.models import BERT
from symparams.notation import Size

__all__ = ["BertForMaskedLM", "BertModel"]

_BODY = {
    "embeddings.word_embeddings.weight": "embedding.weight",
    "embeddings.position_embeddings.weight": "positions.weight",
    "embeddings.token_type_embeddings.weight": "segments.weight",
    "embeddings.LayerNorm.*": "embedding_norm.*",
    "encoder.layer.{0}.attention.self.query.*": "layers.attention.q.*",
    "encoder.layer.{0}.attention.self.key.*": "layers.attention.k.*",
    "encoder.layer.{0}.attention.self.value.*": "layers.attention.v.*",
    "encoder.layer.{0}.attention.output.dense.*": "layers.attention.out.*",
    "encoder.layer.{0}.attention.output.LayerNorm.*": "layers.attention_norm.*",
    "encoder.layer.{0}.intermediate.dense.*": "layers.feed_forward.up.*",
    "encoder.layer.{0}.output.dense.*": "layers.feed_forward.down.*",
    "encoder.layer.{0}.output.LayerNorm.*": "layers.feed_forward_norm.*",
}


def BertModel(
    vocab_size: Size = 30522,
    hidden_size: Size = 768,
    num_hidden_layers: Size = 12,
    num_attention_heads: Size = 12,
    intermediate_size: Size = 3072,
    max_position_embeddings: Size = 512,
    type_vocab_size: Size = 2,
) -> Mirror:
    """BERT with its pooler, a dense layer.

    >>> BertModel().layer.params
    109482240
    """
    sizes = (num_hidden_layers, hidden_size, vocab_size, max_position_embeddings, num_attention_heads, intermediate_size)
    model = BERT(*sizes, type_vocab_size)
    return mirrored(model, *table(_BODY), *table({"pooler.dense.*": "pooler.*"}))


def BertForMaskedLM(
    vocab_size: Size = 30522,
    hidden_size: Size = 768,
    num_hidden_layers: Size = 12,
    num_attention_heads: Size = 12,
    intermediate_size: Size = 3072,
    max_position_embeddings: Size = 512,
    type_vocab_size: Size = 2,
) -> Mirror:
    """BERT with the head that it is trained with: a dense layer, a norm, and the embedding's transpose with a bias.

    >>> BertForMaskedLM().layer.params
    109514298
    """
    sizes = (num_hidden_layers, hidden_size, vocab_size, max_position_embeddings, num_attention_heads, intermediate_size)
    model = BERT(*sizes, type_vocab_size, head="masked")
    top = {
        "transform.dense.*": "dense.*",
        "transform.LayerNorm.*": "norm.*",
        "decoder.weight": "decoder.weight",
        "decoder.bias bias": "decoder.bias",
    }
    return mirrored(model, *table(_BODY, "bert."), *table(top, "cls.predictions.", "head."))
