"""Mamba, Mamba-2 and RWKV: language models that carry a state instead of looking back."""

from __future__ import annotations

from symparams.frameworks.mirror import Mirror, Tensor, both, mirrored
from symparams.frameworks.transformers.tables import headed, table
from symparams.models import RWKV, Mamba, Mamba2
from symparams.notation import Size, as_size

__all__ = ["Mamba2ForCausalLM", "MambaForCausalLM", "RwkvForCausalLM"]

_ENDS = {
    "backbone.embeddings.weight": "embedding.weight",
    "backbone.norm_f.weight": "final_norm.weight",
    "lm_head.weight": "head.weight",
}
_MIXER = {
    "norm.weight": "norm.weight",
    "mixer.A_log": "mixer.A_log",
    "mixer.D": "mixer.D",
    "mixer.dt_bias": "mixer.dt_bias",
    "mixer.conv1d.*": "mixer.conv.*",
    "mixer.dt_proj.*": "mixer.dt_up.*",
    "mixer.norm.weight": "mixer.norm.weight",
    "mixer.out_proj.*": "mixer.out.*",
}


def _side_by_side(name: str, parts: str) -> tuple[Tensor, Tensor]:
    """One tensor for several of our ways, one below the other."""
    return both(f"backbone.layers.{{0}}.mixer.{name}.*", " ".join(f"layers.mixer.{part}.*" for part in parts.split()))


def MambaForCausalLM(
    vocab_size: Size = 50280,
    hidden_size: Size = 768,
    state_size: Size = 16,
    num_hidden_layers: Size = 32,
    expand: Size = 2,
    conv_kernel: Size = 4,
    use_bias: bool = False,
    use_conv_bias: bool = True,
    time_step_rank: Size | str | None = None,
    tie_word_embeddings: bool = True,
) -> Mirror:
    """Mamba; x and gate are one tensor, and so are the ways to step size, B and C.

    >>> MambaForCausalLM(num_hidden_layers=24).layer.params  # mamba-130m
    129135360
    """
    rank = None if isinstance(time_step_rank, str) else time_step_rank
    inner = as_size(expand, "expand") * hidden_size
    head = headed(tie_word_embeddings)
    sizes = (num_hidden_layers, hidden_size, vocab_size, inner, state_size, rank, conv_kernel, head)
    return mirrored(
        Mamba(*sizes, bias=use_bias, conv_bias=use_conv_bias),
        *table(_ENDS),
        *table(_MIXER, "backbone.layers.{0}.", "layers."),
        *_side_by_side("in_proj", "x gate"),
        *_side_by_side("x_proj", "dt_down B C"),
    )


def Mamba2ForCausalLM(
    vocab_size: Size = 32768,
    hidden_size: Size = 4096,
    state_size: Size = 128,
    num_hidden_layers: Size = 64,
    num_heads: Size = 128,
    head_dim: Size = 64,
    n_groups: Size = 8,
    conv_kernel: Size = 4,
    use_bias: bool = False,
    use_conv_bias: bool = True,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """Mamba-2; all ways in are one tensor.

    >>> Mamba2ForCausalLM().layer.params  # Mamba-Codestral-7B
    7285403648
    """
    head = headed(tie_word_embeddings)
    sizes = (num_hidden_layers, hidden_size, vocab_size, num_heads, head_dim, state_size, n_groups, conv_kernel, head)
    return mirrored(
        Mamba2(*sizes, bias=use_bias, conv_bias=use_conv_bias),
        *table(_ENDS),
        *table(_MIXER, "backbone.layers.{0}.", "layers."),
        *_side_by_side("in_proj", "gate x B C dt"),
    )


def RwkvForCausalLM(
    vocab_size: Size = 50277,
    hidden_size: Size = 4096,
    num_hidden_layers: Size = 32,
    attention_hidden_size: Size | None = None,
    intermediate_size: Size | None = None,
    tie_word_embeddings: bool = False,
) -> Mirror:
    """RWKV-4; the norm behind the embedding belongs to the first block there.

    >>> RwkvForCausalLM(hidden_size=768, num_hidden_layers=12).layer.params  # rwkv-4-169m
    169342464
    """
    head = headed(tie_word_embeddings)
    model = RWKV(num_hidden_layers, hidden_size, vocab_size, intermediate_size, attention_hidden_size, head)
    ends = {
        "rwkv.embeddings.weight": "embedding.weight",
        "rwkv.blocks.0.pre_ln.*": "embedding_norm.*",
        "rwkv.ln_out.*": "final_norm.*",
        "head.weight": "head.weight",
    }
    layer = {
        "ln1.*": "time.norm.*",
        "attention.time_decay": "time.mix.decay",
        "attention.time_first": "time.mix.first",
        "attention.key.weight": "time.mix.k.weight",
        "attention.value.weight": "time.mix.v.weight",
        "attention.receptance.weight": "time.mix.receptance.weight",
        "attention.output.weight": "time.mix.out.weight",
        "ln2.*": "channel.norm.*",
        "feed_forward.key.weight": "channel.mix.k.weight",
        "feed_forward.receptance.weight": "channel.mix.receptance.weight",
        "feed_forward.value.weight": "channel.mix.v.weight",
    }
    shares = {
        "attention.time_mix_key": "time.mix.mix_k",
        "attention.time_mix_value": "time.mix.mix_v",
        "attention.time_mix_receptance": "time.mix.mix_receptance",
        "feed_forward.time_mix_key": "channel.mix.mix_k",
        "feed_forward.time_mix_receptance": "channel.mix.mix_receptance",
    }
    rows = (Tensor(f"rwkv.blocks.{{0}}.{name}", f"layers.{ours}", "d -> 1 1 d") for name, ours in shares.items())
    return mirrored(model, *table(ends), *table(layer, "rwkv.blocks.{0}.", "layers."), *rows)
