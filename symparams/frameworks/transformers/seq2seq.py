"""T5 and BART: an encoder and a decoder over one table."""

from __future__ import annotations

from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.frameworks.transformers.tables import table
from symparams.layers import (
    Embedding,
    LayerNorm,
    Linear,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from symparams.models import T5, Stack
from symparams.notation import Size
from symparams.tree import Layer, On, Sequential, Shared

__all__ = ["BartForConditionalGeneration", "T5ForConditionalGeneration"]

_TIES = {"decoder.embedding.weight": "encoder.embedding.weight", "head.weight": "encoder.embedding.weight"}


def _sides(encoder: dict[str, Layer], decoder: dict[str, Layer], d_model: Size, n_vocab: Size) -> Layer:
    """Both sides and a head, whose tables are the encoder's."""
    head = On(Linear(d_model, n_vocab, bias=False), "head")
    return Shared(Sequential(encoder=On(Sequential(**encoder), "memory"), decoder=Sequential(**decoder), head=head), _TIES)


def _t5_sublayers(side: str, gated: bool) -> dict[str, str]:
    """The rows of a layer: the sublayers are numbered in order, each with its norm."""
    names = {"SelfAttention": "attention", "EncDecAttention": "cross_attention"}
    attentions = [name for name in names if side == "decoder" or name == "SelfAttention"]
    rows = {
        f"layer.{number}.{name}.{part}.weight": f"{names[name]}.{'out' if part == 'o' else part}.weight"
        for number, name in enumerate(attentions)
        for part in "qkvo"
    }
    rows |= {f"layer.{number}.layer_norm.weight": f"{names[name]}_norm.weight" for number, name in enumerate(attentions)}
    last = f"layer.{len(attentions)}"
    ways_up = {"wi_0": "gate", "wi_1": "up"} if gated else {"wi": "up"}
    rows |= {f"{last}.DenseReluDense.{name}.weight": f"feed_forward.{ours}.weight" for name, ours in ways_up.items()}
    return rows | {
        f"{last}.DenseReluDense.wo.weight": "feed_forward.down.weight",
        f"{last}.layer_norm.weight": "feed_forward_norm.weight",
    }


def T5ForConditionalGeneration(
    vocab_size: Size = 32128,
    d_model: Size = 512,
    d_kv: Size = 64,
    d_ff: Size = 2048,
    num_layers: Size = 6,
    num_decoder_layers: Size | None = None,
    num_heads: Size = 8,
    relative_attention_num_buckets: Size = 32,
    feed_forward_proj: str = "relu",
) -> Mirror:
    """T5: gains without biases; each side's first layer has a table of relative positions, a bias for each head.

    The head is tied, whatever tie_word_embeddings says: so transformers 5.23 has it.

    >>> T5ForConditionalGeneration().layer.params  # T5-small
    60506624
    """
    gated = feed_forward_proj.startswith("gated")
    sizes = (num_layers, d_model, vocab_size, d_ff, num_heads, d_kv, relative_attention_num_buckets)
    model = T5(*sizes, num_decoder_layers, gated)
    rows = [
        Tensor("shared.weight encoder.embed_tokens.weight", "encoder.embedding.weight"),
        Tensor("lm_head.weight", "head.weight"),
    ]
    rows.append(Tensor("decoder.embed_tokens.weight", "decoder.embedding.weight"))
    for side in ("encoder", "decoder"):
        first = {
            "block.0.layer.0.SelfAttention.relative_attention_bias.weight": "relative_positions.weight",
            "final_layer_norm.weight": "final_norm.weight",
        }
        rows += table(first, f"{side}.", f"{side}.")
        rows += table(_t5_sublayers(side, gated), f"{side}.block.{{0}}.", f"{side}.layers.")
    return mirrored(model, *rows)


_BART_LAYER = {
    "self_attn.q_proj.*": "attention.q.*",
    "self_attn.k_proj.*": "attention.k.*",
    "self_attn.v_proj.*": "attention.v.*",
    "self_attn.out_proj.*": "attention.out.*",
    "self_attn_layer_norm.*": "attention_norm.*",
    "encoder_attn.q_proj.*": "cross_attention.q.*",
    "encoder_attn.k_proj.*": "cross_attention.k.*",
    "encoder_attn.v_proj.*": "cross_attention.v.*",
    "encoder_attn.out_proj.*": "cross_attention.out.*",
    "encoder_attn_layer_norm.*": "cross_attention_norm.*",
    "fc1.*": "feed_forward.up.*",
    "fc2.*": "feed_forward.down.*",
    "final_layer_norm.*": "feed_forward_norm.*",
}


def BartForConditionalGeneration(
    vocab_size: Size = 50265,
    max_position_embeddings: Size = 1024,
    encoder_layers: Size = 12,
    encoder_ffn_dim: Size = 4096,
    encoder_attention_heads: Size = 16,
    decoder_layers: Size = 12,
    decoder_ffn_dim: Size = 4096,
    decoder_attention_heads: Size = 16,
    d_model: Size = 1024,
) -> Mirror:
    """BART: learned positions, two more of them than asked for, and a norm behind the embeddings; no final norms.

    >>> BartForConditionalGeneration().layer.params  # BART-large
    406291456
    """
    embedded: dict[str, Layer] = {
        "embedding": Embedding(vocab_size, d_model),
        "positions": On(Embedding(max_position_embeddings + 2, d_model), "beside"),
        "embedding_norm": LayerNorm(d_model),
    }
    encoder = TransformerEncoderLayer(d_model, encoder_ffn_dim, encoder_attention_heads)
    decoder = TransformerDecoderLayer(d_model, decoder_ffn_dim, decoder_attention_heads)
    model = _sides(
        embedded | dict(Stack(encoder, encoder_layers).parts()),
        embedded | dict(Stack(decoder, decoder_layers).parts()),
        d_model,
        vocab_size,
    )
    ends = {"embed_positions.weight": "positions.weight", "layernorm_embedding.*": "embedding_norm.*"}
    sides = [
        row
        for side in ("encoder", "decoder")
        for row in (
            *table(ends, f"model.{side}.", f"{side}."),
            *table(_BART_LAYER, f"model.{side}.layers.{{0}}.", f"{side}.layers."),
        )
    ]
    return mirrored(
        model,
        Tensor("model.shared.weight model.encoder.embed_tokens.weight", "encoder.embedding.weight"),
        Tensor("model.decoder.embed_tokens.weight", "decoder.embedding.weight"),
        Tensor("lm_head.weight", "head.weight"),
        *sides,
    )
