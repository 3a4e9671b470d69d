"""BERT: token, position and segment embeddings with a norm, an encoder, and a pooler or a head."""

from __future__ import annotations

from symparams.frameworks.mirror import Mirror, mirrored
from symparams.frameworks.transformers.tables import table
from symparams.layers import Embedding, LayerNorm, Linear, TransformerEncoderLayer
from symparams.models import Stack
from symparams.notation import Size
from symparams.tree import Layer, On, Sequential, Shared

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


def _body(n_vocab: Size, d: Size, n_layer: Size, n_head: Size, d_ff: Size, positions: Size, segments: Size) -> dict[str, Layer]:
    return {
        "embedding": Embedding(n_vocab, d),
        "positions": On(Embedding(positions, d), "beside"),
        "segments": On(Embedding(segments, d), "beside"),
        "embedding_norm": LayerNorm(d),
        **Stack(TransformerEncoderLayer(d, d_ff, n_head), n_layer).parts(),
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
    sizes = (vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size)
    body = _body(*sizes, max_position_embeddings, type_vocab_size)
    model = Sequential(**body, pooler=On(Linear(hidden_size, hidden_size), "sample"))
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
    sizes = (vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size)
    body = _body(*sizes, max_position_embeddings, type_vocab_size)
    head = Sequential(dense=Linear(hidden_size, hidden_size), norm=LayerNorm(hidden_size), decoder=Linear(hidden_size, vocab_size))
    model = Shared(Sequential(**body, head=On(head, "head")), {"head.decoder.weight": "embedding.weight"})
    top = {
        "transform.dense.*": "dense.*",
        "transform.LayerNorm.*": "norm.*",
        "decoder.weight": "decoder.weight",
        "decoder.bias bias": "decoder.bias",
    }
    return mirrored(model, *table(_BODY, "bert."), *table(top, "cls.predictions.", "head."))
