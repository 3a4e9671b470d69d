"""What the class of a configuration does beside reading its fields, by type: older names, parts in part, values of no form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symparams.atlas.entries import Entry

__all__ = ["COMMON", "QUIRKS", "Quirks", "modern", "quirks_of"]

COMMON = ("hidden_size", "num_attention_heads", "num_hidden_layers", "vocab_size")  # second names that win over the first


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """The ways of one type. Each row is compared with the live class in the tests.

    older: name in older files → today's, over which it wins; flat: the part whose fields may stand outside it; parts: part → what
    its fields are where the part stands without them, if that is not what they are where there is no such part; second: part →
    second name in it → first; held: name → the only value that the forms are for; positive: a number that is no size, at which,
    unless it is above 0, a tensor is left out.
    """

    older: Mapping[str, str] = field(default_factory=dict)
    flat: str = ""
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    second: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    held: Mapping[str, Any] = field(default_factory=dict)
    positive: str = ""


_VISION = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
_CLIP = {"vision_config": {**_VISION, "image_size": 224, "patch_size": 32, "projection_dim": 512}}
_SIGLIP = {**_VISION, "patch_size": 16, "vision_use_head": True}
_GEMMA = {
    "hidden_size": 3072,
    "intermediate_size": 24576,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 16,
    "vocab_size": 256000,
}
_QWEN2 = {
    "hidden_size": 4096,
    "intermediate_size": 22016,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
    "vocab_size": 151936,
}
_EYES = {"vision_config": {"num_attention_heads": "num_heads", "num_hidden_layers": "depth"}}
_EARS = {
    "audio_config": {
        "hidden_size": "d_model",
        "intermediate_size": "encoder_ffn_dim",
        "num_attention_heads": "encoder_attention_heads",
        "num_hidden_layers": "encoder_layers",
    }
}
QUIRKS: Mapping[str, Quirks] = {
    "beit": Quirks(positive="layer_scale_init_value"),
    "bloom": Quirks(older={"n_embed": "hidden_size"}),
    "convnext": Quirks(positive="layer_scale_init_value"),
    "falcon": Quirks(older={"n_embed": "hidden_size"}),
    "flint": Quirks(held={"decoder_sparse_step": 1}),
    "fuyu": Quirks(flat="text_config"),
    "got_ocr2": Quirks(parts={"text_config": _QWEN2}),
    "hubert": Quirks(positive="mask_time_prob"),
    "kimi_linear": Quirks(held={"attention_bias": False, "q_lora_rank": None}),
    "lfm2": Quirks(older={"block_ff_dim": "intermediate_size", "tie_embedding": "tie_word_embeddings"}),
    "llava": Quirks(parts=_CLIP),
    "llava_next": Quirks(parts=_CLIP),
    "mobilenet_v1": Quirks(held={"min_depth": 8}),
    "mobilenet_v2": Quirks(held={"min_depth": 8}),
    "nemotron_h": Quirks(older={"mamba_d_conv": "conv_kernel", "mamba_n_groups": "n_groups"}),
    "opt": Quirks(held={"_remove_final_layer_norm": False}),
    "paligemma": Quirks(parts={"text_config": _GEMMA, "vision_config": _SIGLIP}),
    "qwen2_5_vl": Quirks(flat="text_config", second=_EYES),
    "qwen2_audio": Quirks(second=_EARS),
    "qwen2_vl": Quirks(flat="text_config", second=_EYES),
    "qwen3_next": Quirks(held={"attention_bias": False}),
    "wav2vec2": Quirks(positive="mask_time_prob"),
    "wavlm": Quirks(positive="mask_time_prob"),
}
_NONE = Quirks()


def quirks_of(entry: Entry) -> Quirks:
    """The ways of an entry's type; none for most."""
    return QUIRKS.get(entry.type, _NONE)


def modern(entry: Entry, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """A configuration as its class understands an older file: parts under another name, and parts whose fields stand outside."""
    quirks, new = quirks_of(entry), dict(config)
    for name in entry.reads:
        if name.endswith("_config_dict") and isinstance(config.get(name), Mapping):  # it replaces the part, defaults included
            new[name.removesuffix("_dict")] = new.pop(name)
    if (part := quirks.flat) and new.get(part) is None:
        paths = {path for one in entry.variants for path in (*one.options, *one.rest, *(path for path, _ in one.fields.values()))}
        outer = {path.partition(".")[0] for path in paths}
        inner = {path.removeprefix(f"{part}.") for path in paths if path.startswith(f"{part}.")} - outer - {"model_type"}
        new[part] = {name: new[name] for name in inner if name in new}
    for part, defaults in quirks.parts.items():
        if isinstance(inside := new.get(part), Mapping):
            new[part] = {**defaults, **inside}
    for part, names in quirks.second.items():
        if isinstance(inside := new.get(part), Mapping):
            new[part] = {**inside, **{first: inside[name] for name, first in names.items() if inside.get(name) is not None}}
    return new
