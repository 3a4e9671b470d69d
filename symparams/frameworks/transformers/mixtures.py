"""Mixtral, Qwen2-MoE and DeepSeek-V3: mixtures of experts for feed-forward networks, in all layers or after the first."""

from __future__ import annotations

from collections.abc import Iterator

from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.frameworks.transformers.llama import ATTENTION, DECODER_NORMS, DENSE, ENDS
from symparams.frameworks.transformers.tables import headed, table
from symparams.layers import FeedForward, LatentAttention, Mixture, MultiHeadAttention, RMSNorm, TransformerLayer
from symparams.models import DeepSeek, LanguageModel, Mixtral, Stack
from symparams.notation import Size

__all__ = ["DeepseekV3ForCausalLM", "MixtralForCausalLM", "Qwen2MoeForCausalLM", "Qwen3MoeForCausalLM"]

_LATENT = {
    "self_attn.q_proj.weight": "attention.q.weight",
    "self_attn.q_a_proj.*": "attention.q_down.*",
    "self_attn.q_a_layernorm.weight": "attention.q_norm.weight",
    "self_attn.q_b_proj.weight": "attention.q_up.weight",
    "self_attn.kv_a_proj_with_mqa.*": "attention.kv_down.*",
    "self_attn.kv_a_layernorm.weight": "attention.kv_norm.weight",
    "self_attn.kv_b_proj.weight": "attention.kv_up.weight",
    "self_attn.o_proj.*": "attention.out.*",
}


def _experts(name: str, of: str, shared: str = "") -> Iterator[Tensor]:
    """The rows of a mixture: the experts stand in one tensor, their gates and ways up side by side."""
    yield Tensor(f"{name}gate.weight", f"{of}router.weight")
    yield Tensor(f"{name}gate.e_score_correction_bias", f"{of}correction")
    yield Tensor(f"{name}experts.gate_up_proj", f"{of}experts.gate.weight {of}experts.up.weight", axis=1)
    yield Tensor(f"{name}experts.down_proj", f"{of}experts.down.weight")
    for ours in ("gate", "up", "down"):
        yield Tensor(f"{name}{shared}.{ours}_proj.weight", f"{of}shared.{ours}.weight")
    yield Tensor(f"{name}{shared}_gate.weight", f"{of}shared_gate.weight")


def MixtralForCausalLM(
    vocab_size: Size = 32000,
    hidden_size: Size = 4096,
    intermediate_size: Size = 14336,
    num_hidden_layers: Size = 32,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = 8,
    head_dim: Size | None = None,
    num_local_experts: Size = 8,
    num_experts_per_tok: Size = 2,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Mixtral: a mixture in each layer.

    >>> from symparams import closed_form
    >>> model = MixtralForCausalLM().layer  # Mixtral-8x7B
    >>> model.params, closed_form(model, of="active").expr
    (46702792704, 12879925248)
    """
    sizes = (num_hidden_layers, hidden_size, vocab_size, intermediate_size, num_attention_heads)
    mixed = (num_local_experts, num_experts_per_tok, num_key_value_heads, head_dim)
    model = Mixtral(*sizes, *mixed, headed(tie_word_embeddings))
    each = ("model.layers.{0}.", "layers.")
    rows = _experts("model.layers.{0}.mlp.", "layers.feed_forward.")
    return mirrored(model, *table(ENDS), *table(ATTENTION | DECODER_NORMS["before"], *each), *rows)


def Qwen2MoeForCausalLM(
    vocab_size: Size = 151936,
    hidden_size: Size = 2048,
    num_hidden_layers: Size = 24,
    num_attention_heads: Size = 16,
    num_key_value_heads: Size | None = 16,
    moe_intermediate_size: Size = 1408,
    shared_expert_intermediate_size: Size = 5632,
    num_experts_per_tok: Size = 4,
    num_experts: Size = 60,
    qkv_bias: bool = True,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Qwen1.5-MoE and Qwen2-MoE: a network that all positions pass, behind a gate, beside the mixture; biases on q, k and v.

    >>> from symparams import closed_form
    >>> model = Qwen2MoeForCausalLM().layer  # Qwen1.5-MoE-A2.7B
    >>> model.params, closed_form(model, of="active").expr
    (14315784192, 2689173504)
    """
    heads = (num_attention_heads, num_key_value_heads)
    expert = FeedForward(hidden_size, moe_intermediate_size, gated=True, bias=False)
    shared = FeedForward(hidden_size, shared_expert_intermediate_size, gated=True, bias=False)
    layer = TransformerLayer(
        MultiHeadAttention(hidden_size, *heads, bias="qkv" if qkv_bias else False),
        Mixture(hidden_size, expert, num_experts, num_experts_per_tok, shared, shared_gate=True),
        RMSNorm(hidden_size),
    )
    stack = Stack(layer, num_hidden_layers, RMSNorm(hidden_size))
    model = LanguageModel(vocab_size, hidden_size, stack, head=headed(tie_word_embeddings))
    each = ("model.layers.{0}.", "layers.")
    rows = _experts("model.layers.{0}.mlp.", "layers.feed_forward.", "shared_expert")
    return mirrored(model, *table(ENDS), *table(ATTENTION | DECODER_NORMS["before"], *each), *rows)


def Qwen3MoeForCausalLM(
    vocab_size: Size = 151936,
    hidden_size: Size = 2048,
    num_hidden_layers: Size = 24,
    num_attention_heads: Size = 32,
    num_key_value_heads: Size | None = 4,
    head_dim: Size | None = None,
    attention_bias: bool = False,
    moe_intermediate_size: Size = 768,
    num_experts_per_tok: Size = 8,
    num_experts: Size = 128,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Qwen3's mixtures: queries and keys normalized head by head, nothing shared by the experts.

    >>> from symparams import closed_form
    >>> model = Qwen3MoeForCausalLM(num_hidden_layers=48, head_dim=128).layer  # Qwen3-30B-A3B
    >>> model.params, closed_form(model, of="active").expr
    (30532122624, 3353032704)
    """
    heads = (num_attention_heads, num_key_value_heads, head_dim)
    expert = FeedForward(hidden_size, moe_intermediate_size, gated=True, bias=False)
    layer = TransformerLayer(
        MultiHeadAttention(hidden_size, *heads, bias=attention_bias, qk_norm="head"),
        Mixture(hidden_size, expert, num_experts, num_experts_per_tok),
        RMSNorm(hidden_size),
    )
    stack = Stack(layer, num_hidden_layers, RMSNorm(hidden_size))
    model = LanguageModel(vocab_size, hidden_size, stack, head=headed(tie_word_embeddings))
    each = ("model.layers.{0}.", "layers.")
    rows = _experts("model.layers.{0}.mlp.", "layers.feed_forward.")
    return mirrored(model, *table(ENDS), *table(ATTENTION | DECODER_NORMS["before"], *each), *rows)


def DeepseekV3ForCausalLM(
    vocab_size: Size = 129280,
    hidden_size: Size = 7168,
    intermediate_size: Size = 18432,
    moe_intermediate_size: Size = 2048,
    num_hidden_layers: Size = 61,
    num_attention_heads: Size = 128,
    n_shared_experts: Size = 1,
    n_routed_experts: Size = 256,
    kv_lora_rank: Size = 512,
    q_lora_rank: Size | None = 1536,
    qk_rope_head_dim: Size = 64,
    v_head_dim: Size = 128,
    qk_nope_head_dim: Size = 128,
    num_experts_per_tok: Size = 8,
    first_k_dense_replace: int = 3,
    attention_bias: bool = False,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """DeepSeek-V3: latent attention; the first layers are dense, the others mixtures with a shared expert.

    The module that predicts a further token, of which the published 685B are made up, is not part of the class.

    >>> from symparams import closed_form
    >>> model = DeepseekV3ForCausalLM().layer
    >>> model.params, closed_form(model, of="active").expr
    (671026404352, 37552282624)
    """
    ranks = (kv_lora_rank, qk_nope_head_dim, qk_rope_head_dim, v_head_dim, q_lora_rank)
    attention = LatentAttention(hidden_size, num_attention_heads, *ranks, bias=attention_bias)
    sizes = (intermediate_size, moe_intermediate_size, n_routed_experts, num_experts_per_tok, n_shared_experts)
    first, head = first_k_dense_replace, headed(tie_word_embeddings)
    model = DeepSeek(num_hidden_layers, vocab_size, attention, *sizes, first, head)
    both_kinds = _LATENT | DECODER_NORMS["before"]
    return mirrored(
        model,
        *table(ENDS),
        *table(both_kinds | DENSE, "model.layers.{0}.", "first_layers."),
        *table(both_kinds, f"model.layers.{{{first}}}.", "layers."),
        *_experts(f"model.layers.{{{first}}}.mlp.", "layers.feed_forward.", "shared_experts"),
    )
