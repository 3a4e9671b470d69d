"""The atlas: counted without torch and sympy, equal to the real classes, refusing what it does not cover."""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from symparams import architecture, breakdown, closed_form, derive, flops, latex
from symparams.atlas import classes, entry_of, names, row_of
from symparams.atlas.arithmetic import evaluated, whole
from symparams.atlas.entries import every
from symparams.cli import main
from symparams.errors import AtlasError, CostError, UncoveredError
from symparams.frameworks.counterparts import counterpart
from tests.atlas.audit import MODELS, differences, tried

OF_TRANSFORMERS = [name for name, row in MODELS.items() if "." not in row["class"]]
RECOVERED = {cls for cls in classes() if entry_of(cls).variants}
COVERED = [name for name in OF_TRANSFORMERS if row_of(name).cls in RECOVERED]


def test_every_published_model_has_the_count_of_its_row():
    missed = {}
    for name in COVERED:
        try:
            count = architecture(name).count()
        except AtlasError as error:
            missed[name] = str(error).splitlines()[0]
            continue
        assert count == row_of(name).count, name
    assert len(missed) <= len(COVERED) // 12, missed  # a list that does not repeat, an option that was not recovered


@pytest.mark.live
def test_a_sample_is_equal_to_the_real_classes_by_name_and_shape():
    chance = random.Random(7)
    small = [name for name in COVERED if MODELS[name]["count"] < 3_000_000_000 and covered(name)]
    assert differences(chance.sample(small, 10)) == []


def covered(name: str) -> bool:
    try:
        architecture(name)
    except UncoveredError:
        return False
    return True


@pytest.mark.live
def test_a_sample_of_classes_is_equal_at_their_own_defaults():
    sizes_given = ("refused", "UncoveredError", "AtlasError")  # a class that cannot be counted without a configuration says so
    lines = differences(random.Random(5).sample(sorted(classes()), 12))
    assert [line for line in lines if not any(word in line for word in sizes_given)] == []


@pytest.mark.live
def test_changed_configurations_are_right_or_refused():
    outcomes, wrong = tried(60, 11, COVERED)
    assert wrong == []
    assert outcomes["right"] >= 30


def test_a_form_is_the_sum_of_its_tensors():
    chance = random.Random(3)
    for cls in chance.sample(sorted(classes()), 40):
        for variant in entry_of(cls).variants:
            sizes = {name: chance.randint(1, 40) * 48 for name in variant.fields}
            try:
                total = sum(
                    whole_product(tensor.shape, sizes) * whole_product(tensor.copies, sizes)
                    for tensor in variant.tensors
                    if not tensor.tied_to
                )
                assert evaluated(variant.form, sizes) == total, cls
            except ZeroDivisionError:
                continue


def whole_product(texts, sizes):
    product = 1
    for text in texts:
        product *= evaluated(text, sizes)
    return product


def test_it_takes_neither_torch_nor_sympy():
    program = (
        "import sys; from symparams.atlas import architecture; "
        "assert architecture('gpt2').count() == 124439808; "
        "print(sorted({'sympy', 'torch', 'transformers', 'click', 'rich'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", ["gpt2", "mixtral-8x7b", "deepseek-v3", "whisper-tiny", "resnet-50", "llama-3-70b"])
def test_the_tree_says_the_same(name: str):
    model = architecture(name)
    form = closed_form(model.layer)
    sizes = {one.name: model.sizes[one.name] for one in form.free_symbols}
    assert form.at(sizes) == model.count() == row_of(name).count
    assert repr(form) == model.form
    active = closed_form(model.layer, "active")
    assert active.at({one.name: model.sizes[one.name] for one in active.free_symbols}) == model.count("active")
    assert breakdown(model.layer).at(sizes).rows
    assert derive(model.layer).check()
    assert latex(form)


def test_active_weights_of_mixtures():
    assert architecture("mixtral-8x7b").count("active") == 12_879_925_248
    assert architecture("gpt2").count("active") == architecture("gpt2").count()


def test_tied_and_free_heads():
    config = {"architectures": ["GPT2LMHeadModel"]}
    tied, free = architecture(config), architecture({**config, "tie_word_embeddings": False})
    assert free.count() - tied.count() == 50257 * 768


def test_names_and_second_names():
    assert architecture("openai-community/gpt2").count() == architecture("GPT2").count() == 124_439_808
    assert architecture("gpt2", sizes={"n_layer": 24, "n_embd": 1024, "n_head": 16}).count() == 354_823_168
    for name in names():
        assert name == name.lower()
        assert row_of(name).count > 0
    with pytest.raises(AtlasError, match=r"did you mean.*llama-3-70b"):
        architecture("lama-3-70b")
    with pytest.raises(AtlasError, match="a size for depth"):
        architecture("gpt2", sizes={"depth": 3})


@pytest.mark.live
@pytest.mark.parametrize("width", [{"n_embed": 96}, {"n_embed": 96, "hidden_size": 128}, {"n_embed": None, "hidden_size": 128}])
@pytest.mark.parametrize("cls", ["BloomForCausalLM", "FalconForCausalLM"])
def test_names_of_older_files_are_read_as_the_class_reads_them(cls: str, width: dict):
    import torch
    import transformers

    config = {"num_attention_heads": 4, "vocab_size": 500, "architectures": [cls]} | width  # n_embed: the config.json of bloom-560m
    live = getattr(transformers, cls)
    with torch.device("meta"):
        built = live(live.config_class(**config))
    assert architecture(config).count() == sum(one.numel() for one in built.parameters())


@pytest.mark.live
@pytest.mark.parametrize(
    ("cls", "config"),
    [
        ("Lfm2ForCausalLM", {"block_ff_dim": 6656, "tie_embedding": True}),
        ("NemotronHForCausalLM", {"mamba_d_conv": 8, "mamba_n_groups": 4}),
    ],
)
def test_older_names_of_hybrid_models(cls: str, config: dict):
    import torch
    import transformers

    live = getattr(transformers, cls)
    with torch.device("meta"):
        built = live(live.config_class(**config))
    assert architecture(config | {"architectures": [cls]}).count() == sum(one.numel() for one in built.parameters())


def test_labels_are_counted_by_their_names():
    config = {"architectures": ["ViTForImageClassification"], "id2label": {str(n): f"l{n}" for n in range(1000)}}
    assert architecture(config).count() == 86_567_656


def test_base_classes_and_other_classes():
    config = {"architectures": ["BertForMaskedLM"], "model_type": "bert"}
    assert architecture(config, "BertModel").count() == 109_482_240
    assert architecture({"model_type": "gpt2"}).entry.cls == "GPT2LMHeadModel"


CONFIG = {"architectures": ["LlamaForCausalLM"], "hidden_size": 512, "num_attention_heads": 8}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({**CONFIG, "hidden_size": 516}, "num_attention_heads divides hidden_size"),
        ({**CONFIG, "hidden_size": "512"}, "a whole number"),
        ({**CONFIG, "hidden_size": True}, "a whole number"),
        ({**CONFIG, "hidden_size": -1}, "not negative"),
        ({**CONFIG, "num_attention_heads": 0}, "num_attention_heads"),
        ({"architectures": ["LlammaForCausalLM"]}, "LlamaForCausalLM"),
        ({"architectures": "LlamaForCausalLM"}, "a list of names"),
        ({"architectures": [3]}, "a list of names"),
        ({"model_type": "lama"}, "llama"),
        ({"model_type": ["llama"]}, "model_type"),
        ({"architectures": ["MyModel"], "auto_map": {"AutoModel": "modeling.MyModel"}}, "never run"),
        ({"_class_name": "UNet2DConditionModel"}, "diffusers"),
        ({"class_name": "Functional", "config": {}}, "Keras"),
        ({}, "architectures"),
    ],
)
def test_bad_configurations(config: dict, said: str):
    with pytest.raises(AtlasError) as error:
        architecture(config)
    assert said in str(error.value)
    assert "next:" in str(error.value)


def test_sizes_of_nothing_are_no_traceback():
    with pytest.raises(AtlasError, match="num_attention_heads = 0"):
        architecture({"architectures": ["MixtralForCausalLM"], "num_attention_heads": 0}).count()


def test_an_option_that_no_variant_has_is_named():
    with pytest.raises(UncoveredError, match="layer_type = 'other'"):
        architecture({"architectures": ["ResNetForImageClassification"], "layer_type": "other"})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "JSON"),
        (b"[]", "an object"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "JSON"),
        (b'{"a": "' + b"x" * 3_000_000 + b'"}', "bytes"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, said: str):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(AtlasError) as error:
        architecture(path)
    assert said in str(error.value)
    with pytest.raises(AtlasError, match="No such file"):
        architecture(tmp_path / "none.json")


def test_entries_are_whole():
    for entry in every():
        assert entry.variants or entry.failures, entry.cls
        for variant in entry.variants:
            fields = {path for path, _ in variant.fields.values()}
            assert not fields & variant.options.keys(), entry.cls
            for tensor in variant.tensors:
                assert tensor.name.count("{}") == len(tensor.copies) or tensor.copies, (entry.cls, tensor.name)
            assert json.dumps(dict(variant.options))
    assert whole(evaluated("6/2", {}), "three") == 3
    with pytest.raises(AtlasError, match="a whole number"):
        whole(evaluated("7/2", {}), "a half")
    for text in ("__import__('os')", "d.real", "[d]", "d if d else d", "2**d", "2**100", "f(d)", "'d'"):
        with pytest.raises(AtlasError):
            evaluated(text, {"d": 65})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt2", 291_648_307_200),  # as the counters of nanoGPT's calculator have it
        ("llama-3-8b", 2 * 1024 * (8_030_261_248 - 128256 * 4096 - 65 * 4096) + 4 * 32 * 4096 * 1024**2),
    ],
)
def test_what_a_model_of_the_atlas_costs(name: str, expected: int):
    model = architecture(name)
    form = flops(counterpart(model), batch=1, seq=1024)
    assert form.at({one.name: model.sizes[one.name] for one in form.free_symbols}) == expected


def test_costs_that_nobody_knows_are_refused():
    with pytest.raises(CostError, match="WhisperForConditionalGeneration"):
        counterpart(architecture("whisper-tiny"))
    with pytest.raises(CostError):
        flops(architecture("gpt2").layer, batch=1, seq=8)


def test_the_readme_says_what_the_atlas_has():
    outcomes = Counter()
    for name in names():
        try:
            outcomes["equal"] += architecture(name).count() == row_of(name).count
        except AtlasError:
            outcomes["refused" if row_of(name).cls in RECOVERED else "without a form"] += 1
    table = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").partition("| what the atlas has today | |")[2]
    rows = [line.rpartition(" | ")[2].rstrip(" |") for line in table.strip().splitlines()[1:6]]
    variants = sum(len(entry_of(cls).variants) for cls in RECOVERED)
    assert rows[0].startswith(f"{len(RECOVERED)}, in {variants} variants of their options")
    assert rows[1:] == [str(len(names())), *(str(outcomes[what]) for what in ("equal", "refused", "without a form"))]


def test_a_published_model_is_counted_by_its_name_with_or_without_a_form():
    for name in sorted(names())[::4]:
        result = CliRunner().invoke(main, ["count", name, "--json"], catch_exceptions=False)
        answer = json.loads(result.output)
        assert (result.exit_code, answer["value"]) == (0, row_of(name).count), name
        assert answer["closed_form"] or "the atlas" in answer["reason"], name


def test_a_count_without_a_form_says_why():
    result = CliRunner().invoke(main, ["count", "sam-vit-large"], catch_exceptions=False)
    words = " ".join(result.output.split())
    assert "312,343,088 in a build of SamModel no closed form: the atlas has none of SamModel with vision_config" in words, words
    derived = CliRunner().invoke(main, ["derive", "keras-convnextbase"], catch_exceptions=False)
    assert derived.exit_code == 2 and "88,591,464" in derived.output, derived.output


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"architectures": ["NemotronHForCausalLM"], "hybrid_override_pattern": "M-M*"}, "hybrid_override_pattern"),
        (
            {"architectures": ["Qwen3NextForCausalLM"], "full_attention_interval": 3, "num_hidden_layers": 12},
            "full_attention_interval",
        ),
    ],
)
def test_a_name_beside_the_fields_that_decides_is_refused(config, name):
    with pytest.raises(UncoveredError, match=name):
        architecture(config)
    usual = entry_of(config["architectures"][0]).reads[name]
    assert architecture({"architectures": config["architectures"], name: usual}).count() > 0  # as where nothing is said
