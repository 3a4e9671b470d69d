"""LLaMA, Mistral, Qwen2, Qwen3, Gemma 2 and OLMo 2: gains without biases, gated feed-forward networks, groups of heads."""

from __future__ import annotations

from typing import Literal

from symparams.frameworks.mirror import Mirror, mirrored
from symparams.frameworks.transformers.tables import headed, table
from symparams.layers import FeedForward, MultiHeadAttention
from symparams.models import LLaMA
from symparams.notation import Size

__all__ = [
    "Gemma2ForCausalLM",
    "LlamaForCausalLM",
    "MistralForCausalLM",
    "Olmo2ForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen3ForCausalLM",
]

ATTENTION = {
    "self_attn.q_proj.*": "attention.q.*",
    "self_attn.k_proj.*": "attention.k.*",
    "self_attn.v_proj.*": "attention.v.*",
    "self_attn.o_proj.*": "attention.out.*",
    "self_attn.q_norm.weight": "attention.q_norm.weight",
    "self_attn.k_norm.weight": "attention.k_norm.weight",
}
DENSE = {
    "mlp.gate_proj.*": "feed_forward.gate.*",
    "mlp.up_proj.*": "feed_forward.up.*",
    "mlp.down_proj.*": "feed_forward.down.*",
}
DECODER_NORMS = {
    "before": {
        "input_layernorm.weight": "attention_norm.weight",
        "post_attention_layernorm.weight": "feed_forward_norm.weight",
    },
    "after": {
        "post_attention_layernorm.weight": "attention_norm.weight",
        "post_feedforward_layernorm.weight": "feed_forward_norm.weight",
    },
    "both": {
        "input_layernorm.weight": "attention_norm.weight",
        "post_attention_layernorm.weight": "attention_post_norm.weight",
        "pre_feedforward_layernorm.weight": "feed_forward_norm.weight",
        "post_feedforward_layernorm.weight": "feed_forward_post_norm.weight",
    },
}
ENDS = {
    "model.embed_tokens.weight": "embedding.weight",
    "model.norm.weight": "final_norm.weight",
    "lm_head.weight": "head.weight",
}


def _decoder(
    vocab_size: Size,
    hidden_size: Size,
    intermediate_size: Size,
    num_hidden_layers: Size,
    num_attention_heads: Size,
    num_key_value_heads: Size | None,
    head_dim: Size | None,
    tie_word_embeddings: bool,
    attention_bias: Literal[True, False, "qkv"] = False,
    mlp_bias: bool = False,
    norms: Literal["before", "after", "both"] = "before",
    qk_norm: Literal["none", "head", "width"] = "none",
    window: Size | None = None,
) -> Mirror:
    heads = (num_attention_heads, num_key_value_heads, head_dim)
    model = LLaMA(
        num_hidden_layers,
        hidden_size,
        vocab_size,
        intermediate_size,
        head=headed(tie_word_embeddings),
        attention=MultiHeadAttention(hidden_size, *heads, bias=attention_bias, qk_norm=qk_norm, window=window),
        feed_forward=FeedForward(hidden_size, intermediate_size, gated=True, bias=mlp_bias),
        norms="two" if norms == "both" else "one",
    )
    return mirrored(model, *table(ENDS), *table(ATTENTION | DENSE | DECODER_NORMS[norms], "model.layers.{0}.", "layers."))


def LlamaForCausalLM(
    vocab_size: Size = 32000,
    hidden_size: Size = 4096,
    intermediate_size: Size = 11008,
    num_hidden_layers: Size = 32,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = None,
    head_dim: Size | None = None,
    tie_word_embeddings: bool = False,
    attention_bias: bool = False,
    mlp_bias: bool = False,
) -> Mirror:
    """LLaMA: no biases, a head of its own.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, d_ff, h = symbols("N d V d_ff h")
    >>> closed_form(LlamaForCausalLM(V, d, d_ff, N, h).layer)
    N*(4*d**2 + 3*d*d_ff + 2*d) + 2*V*d + d
    >>> LlamaForCausalLM().layer.params
    6738415616
    """
    heads = (num_attention_heads, num_key_value_heads, head_dim)
    sizes = (vocab_size, hidden_size, intermediate_size, num_hidden_layers)
    return _decoder(*sizes, *heads, tie_word_embeddings, attention_bias, mlp_bias)


def MistralForCausalLM(
    vocab_size: Size = 32000,
    hidden_size: Size = 4096,
    intermediate_size: Size = 14336,
    num_hidden_layers: Size = 32,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = 8,
    head_dim: Size | None = None,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Mistral: groups of heads share their keys and values.

    >>> MistralForCausalLM().layer.params
    7241732096
    """
    heads = (num_attention_heads, num_key_value_heads, head_dim)
    return _decoder(vocab_size, hidden_size, intermediate_size, num_hidden_layers, *heads, tie_word_embeddings)


def Qwen2ForCausalLM(
    vocab_size: Size = 151936,
    hidden_size: Size = 4096,
    intermediate_size: Size = 22016,
    num_hidden_layers: Size = 32,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = 32,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Qwen 2: biases on q, k and v only.

    >>> Qwen2ForCausalLM(151936, 896, 4864, 24, 14, 2, tie_word_embeddings=True).layer.params  # Qwen2-0.5B
    494032768
    """
    heads = (num_attention_heads, num_key_value_heads, None)
    return _decoder(vocab_size, hidden_size, intermediate_size, num_hidden_layers, *heads, tie_word_embeddings, "qkv")


def Qwen3ForCausalLM(
    vocab_size: Size = 151936,
    hidden_size: Size = 4096,
    intermediate_size: Size = 22016,
    num_hidden_layers: Size = 32,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = 32,
    head_dim: Size = 128,
    attention_bias: bool = False,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Qwen 3: heads whose width is given, queries and keys normalized head by head.

    >>> Qwen3ForCausalLM(151936, 1024, 3072, 28, 16, 8, tie_word_embeddings=True).layer.params  # Qwen3-0.6B
    596049920
    """
    heads = (num_attention_heads, num_key_value_heads, head_dim)
    sizes = (vocab_size, hidden_size, intermediate_size, num_hidden_layers)
    return _decoder(*sizes, *heads, tie_word_embeddings, attention_bias, qk_norm="head")


def Olmo2ForCausalLM(
    vocab_size: Size = 50304,
    hidden_size: Size = 4096,
    intermediate_size: Size = 11008,
    num_hidden_layers: Size = 32,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = None,
    attention_bias: bool = False,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """OLMo 2: a norm after each sublayer, queries and keys normalized over all heads together.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, d_ff, h = symbols("N d V d_ff h")
    >>> closed_form(Olmo2ForCausalLM(V, d, d_ff, N, h).layer)
    N*(4*d**2 + 3*d*d_ff + 4*d) + 2*V*d + d
    """
    heads = (num_attention_heads, num_key_value_heads, None)
    sizes = (vocab_size, hidden_size, intermediate_size, num_hidden_layers)
    return _decoder(*sizes, *heads, tie_word_embeddings, attention_bias, norms="after", qk_norm="width")


def Gemma2ForCausalLM(
    vocab_size: Size = 256000,
    hidden_size: Size = 2304,
    intermediate_size: Size = 9216,
    num_hidden_layers: Size = 26,
    num_attention_heads: Size = 8,
    num_key_value_heads: Size | None = 4,
    head_dim: Size = 256,
    attention_bias: bool = False,
    tie_word_embeddings: bool = True,
) -> Mirror:
    """Gemma 2: a norm before and after each sublayer, heads whose width is given, a tied head.

    >>> Gemma2ForCausalLM().layer.params  # Gemma-2-2b
    2614341888
    """
    heads = (num_attention_heads, num_key_value_heads, head_dim)
    sizes = (vocab_size, hidden_size, intermediate_size, num_hidden_layers)
    return _decoder(*sizes, *heads, tie_word_embeddings, attention_bias, norms="both")
