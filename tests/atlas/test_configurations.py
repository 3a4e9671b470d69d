"""Configurations as they are found: of older versions, with parts that stand in part, names twice, zeros; beside live builds."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from symparams import architecture
from symparams.atlas import classes, entry_of
from symparams.atlas.quirks import QUIRKS
from symparams.cli import main
from symparams.errors import AtlasError, UncoveredError

SMALL = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
EYES = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "image_size": 28,
    "patch_size": 14,
}
FEW = {"encoder_layers": 2, "decoder_layers": 2, "d_model": 32, "vocab_size": 100, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48}

CASES = {  # name: class, configuration
    "the text's fields stand outside": (
        "Qwen2VLForConditionalGeneration",
        {
            **SMALL,
            "vocab_size": 500,
            "tie_word_embeddings": True,
            "vision_config": {"depth": 2, "embed_dim": 64, "hidden_size": 64},
        },
    ),
    "and with text_config null": (
        "Qwen2_5_VLForConditionalGeneration",
        {**SMALL, "vocab_size": 500, "text_config": None, "vision_config": {"depth": 2, "hidden_size": 64, "out_hidden_size": 64}},
    ),
    "unless the text stands in its part": (
        "Qwen2VLForConditionalGeneration",
        {**SMALL, "text_config": {**SMALL, "hidden_size": 32}},
    ),
    "of Fuyu": ("FuyuForCausalLM", {**SMALL, "vocab_size": 500, "model_type": "fuyu"}),
    "second names in a part": (
        "Qwen2VLForConditionalGeneration",
        {**SMALL, "vision_config": {"depth": 2, "num_hidden_layers": 3, "embed_dim": 64, "hidden_size": 64}},
    ),
    "a part that is given without its sizes": (
        "LlavaForConditionalGeneration",
        {
            "text_config": {"model_type": "llama", **SMALL},
            "vision_config": {"model_type": "clip_vision_model", "num_hidden_layers": 2},
        },
    ),
    "a part of another class than the whole's own": (
        "GotOcr2ForConditionalGeneration",
        {"text_config": {"model_type": "qwen2", "num_hidden_layers": 2}},
    ),
    "a part that is empty": (
        "LlavaNextForConditionalGeneration",
        {"text_config": {"model_type": "llama", **SMALL}, "vision_config": {}},
    ),
    "a text without its vocabulary": (
        "PaliGemmaForConditionalGeneration",
        {
            "text_config": {"model_type": "gemma", **SMALL},
            "vision_config": {"model_type": "siglip_vision_model", "vision_use_head": False},
        },
    ),
    "a part under its older name": (
        "CLIPModel",
        {
            "projection_dim": 32,
            "text_config": {"hidden_size": 8},
            "text_config_dict": {"num_hidden_layers": 2},
            "vision_config": EYES,
        },
    ),
    "a part without a type": ("SamModel", {"prompt_encoder_config": {"model_type": ""}, "mask_decoder_config": {"model_type": ""}}),
    "auto": ("MambaForCausalLM", {"hidden_size": 40, "num_hidden_layers": 2, "time_step_rank": "auto", "vocab_size": 100}),
    "a second name wins": ("GPT2LMHeadModel", {"n_layer": 3, "num_hidden_layers": 2, "n_embd": 24, "vocab_size": 100}),
    "also in front": ("BartForConditionalGeneration", {"num_hidden_layers": 1, **FEW}),
    "names of today": ("GPT2LMHeadModel", {"hidden_size": 48, "num_hidden_layers": 2, "max_position_embeddings": 9}),
    "no heads for keys": ("LlamaForCausalLM", {**SMALL, "num_key_value_heads": None, "vocab_size": 100, "head_dim": None}),
}


@pytest.mark.live
@pytest.mark.parametrize("name", CASES)
def test_older_and_partial_configurations_count_as_the_class_does(name: str):
    cls, config = CASES[name]
    assert architecture({**config, "architectures": [cls]}).count() == built(cls, config)


def built(cls: str, config: dict) -> int:
    import torch
    import transformers

    kind = getattr(transformers, cls)
    with torch.device("meta"):
        model = kind(kind.config_class(**json.loads(json.dumps(config))))
    return sum(one.numel() for one in model.parameters())


REFUSED = {  # name: class, configuration, what is said
    "a private name that decides": ("OPTForCausalLM", {"_remove_final_layer_norm": True}, "_remove_final_layer_norm = True"),
    "a step that the form held": ("FlintForCausalLM", {"decoder_sparse_step": 2}, "decoder_sparse_step = 2"),
    "a bias of the fourth layer": ("Qwen3NextForCausalLM", {"attention_bias": True}, "attention_bias = True"),
    "a rank of the fourth layer": ("KimiLinearForCausalLM", {"q_lora_rank": 64}, "q_lora_rank = 64"),
    "a threshold": ("MobileNetV2ForImageClassification", {"min_depth": 24}, "min_depth = 24"),
    "a mask that is never used": ("HubertModel", {"mask_time_prob": 0.0}, "mask_time_prob above 0"),
    "a layer scale of nothing": (
        "ConvNextForImageClassification",
        {"layer_scale_init_value": 0.0},
        "layer_scale_init_value above 0",
    ),
    "no layers": ("T5ForConditionalGeneration", {"num_layers": 0}, "a number above 0"),
    "a width that another replaces": ("ViTModel", {"pooler_output_size": 0}, "a number above 0"),
    "no experts": ("Qwen2MoeForCausalLM", {"num_experts": 0}, "a number above 0"),
    "two names of one size": ("MixtralForCausalLM", {"num_local_experts": 4, "num_experts": 8}, "leave one out"),
    "two names of what others come from": (
        "T5ForConditionalGeneration",
        {"num_layers": 4, "num_hidden_layers": 2},
        "num_decoder_layers",
    ),
    "kinds for fewer layers": (
        "Qwen2ForCausalLM",
        {"num_hidden_layers": 3, "layer_types": ["full_attention"] * 2},
        "a kind for each",
    ),
    "a text for a truth value": ("LlamaForCausalLM", {"tie_word_embeddings": "false"}, "true or false"),
    "a number for a truth value": ("LlamaForCausalLM", {"tie_word_embeddings": 1}, "true or false"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_form_follows_is_refused(name: str):
    cls, config, said = REFUSED[name]
    with pytest.raises(AtlasError) as error:
        architecture({**config, "architectures": [cls]})
    assert said in str(error.value)


@pytest.mark.live
def test_a_part_that_stands_has_the_defaults_of_its_own_class():
    wrong = []
    for cls in sorted(classes()):
        entry = entry_of(cls)
        paths = {path for one in entry.variants for path in (*one.options, *(path for path, _ in one.fields.values()))}
        kind = kind_of(entry.type)
        for part in {path.partition(".")[0] for path in paths if "." in path}:
            whole = getattr(kind(), part, None)
            if not hasattr(whole, "to_dict"):
                continue
            try:
                stands = getattr(kind(**{part: {"model_type": whole.model_type}}), part)
            except Exception:
                continue
            names = [path.removeprefix(f"{part}.") for path in paths if path.startswith(f"{part}.") and path.count(".") == 1]
            if any(getattr(whole, name, None) != getattr(stands, name, None) for name in names):
                wrong.append((entry.type, part))
    assert sorted(set(wrong)) == sorted((kind, part) for kind, quirks in QUIRKS.items() for part in quirks.parts)


def kind_of(model_type: str) -> Any:
    from transformers import CONFIG_MAPPING

    return CONFIG_MAPPING[model_type]


def with_quirk(name: str) -> list[str]:
    return [kind for kind, quirks in QUIRKS.items() if getattr(quirks, name)]


@pytest.mark.live
@pytest.mark.parametrize("kind", with_quirk("parts"))
def test_what_a_part_has_where_it_stands_is_what_the_class_says(kind: str):
    for part, fields in QUIRKS[kind].parts.items():
        whole = getattr(kind_of(kind)(), part)
        stands = getattr(kind_of(kind)(**{part: {"model_type": whole.model_type}}), part)
        assert {name: getattr(stands, name) for name in fields} == fields


@pytest.mark.live
@pytest.mark.parametrize("kind", with_quirk("older"))
def test_an_older_name_wins_over_the_one_of_today(kind: str):
    for older, today in QUIRKS[kind].older.items():
        value = False if today == "tie_word_embeddings" else 96
        assert getattr(kind_of(kind)(**{older: value, today: True if value is False else 48}), today) == value


@pytest.mark.live
@pytest.mark.parametrize("kind", with_quirk("second"))
def test_a_second_name_in_a_part_is_its_first(kind: str):
    for part, names in QUIRKS[kind].second.items():
        for second, first in names.items():
            assert getattr(getattr(kind_of(kind)(**{part: {second: 16}}), part), first) == 16


@pytest.mark.live
@pytest.mark.parametrize("kind", with_quirk("flat"))
def test_the_fields_of_a_part_may_stand_outside(kind: str):
    inside = getattr(kind_of(kind)(hidden_size=96, num_hidden_layers=3), QUIRKS[kind].flat)
    assert (inside.hidden_size, inside.num_hidden_layers) == (96, 3)


def test_the_option_that_differs_is_named_and_no_other():
    with pytest.raises(UncoveredError) as error:
        architecture({"architectures": ["LlamaForCausalLM"], "attention_bias": None, "tie_word_embeddings": False})
    assert error.value.given == "LlamaForCausalLM with attention_bias = None"


@pytest.mark.parametrize(
    "config", [{"model_type": "gpt2"}, {"model_type": "gpt2", "architectures": []}, {"model_type": "gpt2", "architectures": None}]
)
def test_a_class_that_is_assumed_is_said(tmp_path: Path, config: dict):
    path = tmp_path / "config.json"
    path.write_text("\ufeff" + json.dumps(config), encoding="utf-8")  # with a byte order mark, as editors on Windows write it
    result = CliRunner().invoke(main, ["count", str(path)], catch_exceptions=False)
    assert "GPT2LMHeadModel of transformers 5.23.0, assumed: the configuration names no architecture" in " ".join(
        result.output.split()
    )
    answer = json.loads(CliRunner().invoke(main, ["count", str(path), "--json"], catch_exceptions=False).stdout)
    assert answer["assumed"] is True
    derived = CliRunner().invoke(main, ["derive", str(path)], catch_exceptions=False)
    assert "GPT2LMHeadModel, assumed" in derived.stderr
    assert architecture({"architectures": ["GPT2LMHeadModel"]}).assumed is False


def test_files_of_other_libraries_are_known():
    for config, said in (({"peft_type": "LORA", "r": 8}, "an adapter"), ({"ssm_cfg": {}, "d_model": 768}, "mamba_ssm")):
        with pytest.raises(AtlasError, match=said):
            architecture(config)


@pytest.mark.live
@pytest.mark.parametrize(
    "config",
    [
        {"architectures": ["OPTForCausalLM"], "_remove_final_layer_norm": True, "num_hidden_layers": 2},
        {"architectures": ["NemotronHForCausalLM"], "hybrid_override_pattern": "M-M*", "num_hidden_layers": 4},
    ],
)
def test_what_no_form_follows_is_counted_in_a_build(tmp_path: Path, config: dict):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    result = CliRunner().invoke(main, ["count", str(path), "--json"], catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert (answer["value"], answer["closed_form"]) == (built(config["architectures"][0], config), None)
    assert list(config)[1] in answer["reason"] and "recovered" not in result.stderr
    assert f"{answer['value']:,} in a build of" in CliRunner().invoke(main, ["count", str(path)]).output
    derived = CliRunner().invoke(main, ["derive", str(path)])
    assert derived.exit_code == 2 and list(config)[1] in derived.stderr


def test_a_configuration_of_very_many_layers_is_not_built():
    from symparams.frameworks.harvesting.spot import built_count

    assert built_count({"num_hidden_layers": 10**9}, "LlamaForCausalLM") is None
    assert built_count({"text_config": {"num_hidden_layers": 10**9}}, "Gemma3ForConditionalGeneration") is None
    assert built_count({}, "NoSuchModel") is None


def test_a_folder_is_the_model_in_it(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"architectures": ["GPT2LMHeadModel"], "n_layer": 2}')
    result = CliRunner().invoke(main, ["count", f"{tmp_path}/"], catch_exceptions=False)
    assert result.output.startswith("53,561,088 = "), result.output
    with pytest.raises(AtlasError, match="the model"):
        architecture(str(tmp_path / "nothing"))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "llama-3-8b.Q4_K_M.gguf", "model.pth"])
def test_weights_of_other_formats_say_what_is_counted(name: str):
    result = CliRunner().invoke(main, ["count", name])
    assert result.exit_code == 2 and "hand over the config.json beside it" in " ".join(result.stderr.split())
