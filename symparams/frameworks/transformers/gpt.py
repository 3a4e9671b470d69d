"""GPT-2 (and so GPT-3's shape), GPT-J and GPT-NeoX (Pythia)."""

from __future__ import annotations

from symparams.frameworks.mirror import Mirror, both, mirrored
from symparams.frameworks.transformers.tables import headed, table
from symparams.layers import MultiHeadAttention
from symparams.models import GPT2, Transformer
from symparams.notation import Size

__all__ = ["GPT2LMHeadModel", "GPTJForCausalLM", "GPTNeoXForCausalLM"]

_ENDS = {"transformer.wte.weight": "embedding.weight", "transformer.ln_f.*": "final_norm.*", "lm_head.*": "head.*"}


def GPT2LMHeadModel(
    vocab_size: Size = 50257,
    n_positions: Size = 1024,
    n_embd: Size = 768,
    n_layer: Size = 12,
    n_head: Size = 12,
    n_inner: Size | None = None,
    tie_word_embeddings: bool = True,
) -> Mirror:
    """GPT-2: learned positions and a final norm; q, k and v are one tensor, and every kernel is (in, out).

    >>> from symparams import closed_form, symbols
    >>> N, d, V, n_ctx = symbols("N d V n_ctx")
    >>> closed_form(GPT2LMHeadModel(V, n_ctx, d, N).layer)
    N*(12*d**2 + 13*d) + V*d + d*n_ctx + 2*d
    >>> GPT2LMHeadModel().layer.params, GPT2LMHeadModel().shapes()["transformer.h.{0}.attn.c_attn.weight"]
    (124439808, (768, 2304))
    """
    head = headed(tie_word_embeddings)
    model = GPT2(n_layer, n_embd, vocab_size, n_positions, n_head, n_inner, head)
    kernels = {"attn.c_proj.*": "attention.out.*", "mlp.c_fc.*": "feed_forward.up.*", "mlp.c_proj.*": "feed_forward.down.*"}
    block, layers = "transformer.h.{0}.", "layers."
    fused = " ".join(f"layers.attention.{part}.*" for part in "qkv")
    return mirrored(
        model,
        *table(_ENDS | {"transformer.wpe.weight": "positions.weight"}),
        *both(f"{block}attn.c_attn.*", fused, "o i -> i o", axis=1),
        *(row for name, ours in kernels.items() for row in both(block + name, layers + ours, "o i -> i o")),
        *table({"ln_1.*": "attention_norm.*", "ln_2.*": "feed_forward_norm.*"}, block, layers),
    )


def GPTJForCausalLM(
    vocab_size: Size = 50400,
    n_embd: Size = 4096,
    n_layer: Size = 28,
    n_head: Size = 16,
    n_inner: Size | None = None,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """GPT-J: attention and feed-forward network side by side behind one norm, no biases in attention, one on the head.

    >>> GPTJForCausalLM().layer.params
    6050882784
    """
    model = Transformer(
        n_layer,
        n_embd,
        vocab_size,
        n_inner,
        n_head,
        attention=MultiHeadAttention(n_embd, n_head, bias=False),
        norms="shared",
        final_norm=True,
        head=headed(tie_word_embeddings),
        head_bias=True,
    )
    layer = {
        "ln_1.*": "norm.*",
        "attn.q_proj.weight": "attention.q.weight",
        "attn.k_proj.weight": "attention.k.weight",
        "attn.v_proj.weight": "attention.v.weight",
        "attn.out_proj.weight": "attention.out.weight",
        "mlp.fc_in.*": "feed_forward.up.*",
        "mlp.fc_out.*": "feed_forward.down.*",
    }
    return mirrored(model, *table(_ENDS), *table(layer, "transformer.h.{0}.", "layers."))


def GPTNeoXForCausalLM(
    vocab_size: Size = 50432,
    hidden_size: Size = 6144,
    num_hidden_layers: Size = 44,
    num_attention_heads: Size = 64,
    intermediate_size: Size = 24576,
    attention_bias: bool = True,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """GPT-NeoX and Pythia: two norms a layer, q, k and v in one tensor (head by head there; the shape is the same).

    >>> GPTNeoXForCausalLM(50304, 512, 6, 8, 2048).layer.params  # Pythia-70m
    70426624
    """
    model = Transformer(
        num_hidden_layers,
        hidden_size,
        vocab_size,
        intermediate_size,
        num_attention_heads,
        attention=MultiHeadAttention(hidden_size, num_attention_heads, bias=attention_bias),
        final_norm=True,
        head=headed(tie_word_embeddings),
    )
    layer = {
        "input_layernorm.*": "attention_norm.*",
        "post_attention_layernorm.*": "feed_forward_norm.*",
        "attention.query_key_value.*": "attention.q.* attention.k.* attention.v.*",
        "attention.dense.*": "attention.out.*",
        "mlp.dense_h_to_4h.*": "feed_forward.up.*",
        "mlp.dense_4h_to_h.*": "feed_forward.down.*",
    }
    ends = {"gpt_neox.embed_in.weight": "embedding.weight", "gpt_neox.final_layer_norm.*": "final_norm.*", "lm_head.*": "head.*"}
    return mirrored(model, *table(ends), *table(layer, "gpt_neox.layers.{0}.", "layers."))
