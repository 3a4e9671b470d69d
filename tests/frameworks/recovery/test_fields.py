"""Which fields a form is over: lists, configurations inside others, numbers of labels, fields without a value, fields held."""

import pytest
import transformers
from torch import nn

from symparams.errors import RecoveryError, ValuesError
from symparams.frameworks.recovery import recover
from symparams.notation import same, symbols

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]


def test_a_list_stands_for_its_entries():
    found = recover(transformers.ConvNextForImageClassification, ["hidden_sizes", "depths"])
    sizes = dict(zip(("hidden_sizes_0", "hidden_sizes_1", "hidden_sizes_2", "hidden_sizes_3"), (96, 192, 384, 768), strict=True))
    sizes |= dict(zip(("depths_0", "depths_1", "depths_2", "depths_3"), (3, 3, 9, 3), strict=True))
    labels = 768 * 2 + 2  # two labels by default
    assert found.at(sizes) == 28_589_128 - (768 * 1000 + 1000) + labels  # ConvNeXt-T has 28,589,128


def test_the_number_of_labels_is_a_field():
    found = recover(transformers.ViTForImageClassification, ["hidden_size", "num_labels"], fixed={"num_hidden_layers": 12})
    assert found.at({"hidden_size": 768, "num_labels": 1000}) == 86_567_656  # ViT-B/16


def test_fields_inside_of_another_configuration():
    found = recover(transformers.CLIPModel, ["text_config.hidden_size", "vision_config.hidden_size", "projection_dim"])
    sizes = {"text_config_hidden_size": 512, "vision_config_hidden_size": 768, "projection_dim": 512}
    assert found.at(sizes) == 151_277_313  # CLIP ViT-B/32


def test_a_configuration_class_with_its_model():
    class Tower(nn.Module):  # not the library's: it does not say which configuration it is built from
        def __init__(self, config):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(config.hidden_size, config.hidden_size) for _ in range(config.num_hidden_layers))

    found = recover((transformers.BertConfig, Tower), ["hidden_size", "num_hidden_layers"])
    d, N = symbols("hidden_size num_hidden_layers")
    assert same(found.expr, N * (d**2 + d))


def test_options_that_are_no_integers_are_given():
    over = ["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads"]
    found = recover(transformers.Qwen2ForCausalLM, over, fixed={"tie_word_embeddings": True}, method="symbolic")
    assert "given: tie_word_embeddings=True" in found.evidence.notes
    values = dict(zip(over, (151936, 896, 4864, 24, 14, 2), strict=True))
    assert found.at(values) == 494_032_768  # Qwen2 0.5B


def test_a_field_without_a_value_that_the_code_needs_is_varied():
    found = recover(transformers.MinistralForCausalLM, method="symbolic")
    assert "head_dim" in found.over


def test_what_cannot_be_varied_with_the_others_is_held_and_said():
    def build(width=64, num_layers=6, layer_period=3):
        wide = [place for place in range(num_layers) if place % layer_period == 1 and place % 2]
        return width * num_layers + width * width * len(wide)

    found = recover(build)
    assert found.evidence.held == ("layer_period",)
    assert "not varied: layer_period" in repr(found)
    with pytest.raises(ValuesError, match="without num_layers"):
        found.counterexample({"width": 2})
    with pytest.raises(ValuesError, match="widht"):
        found.at({"width": 2, "num_layers": 1, "widht": 3})


def test_a_list_of_layers_is_counted_layer_by_layer():
    class Listed:
        global_layers = (2, 5, 8, 11)

        def __call__(self, width, num_layers):
            return sum(width * width if place in self.global_layers else width for place in range(num_layers))

    found = recover(Listed())
    for num_layers in range(1, 40):
        assert found.at({"width": 7, "num_layers": num_layers}) == Listed()(7, num_layers)


def test_layers_in_a_period_after_some_that_are_not():
    def build(width, num_layers):
        return sum(width**2 if place < 2 or place % 3 == 0 else 5 * width for place in range(num_layers))

    found = recover(build)
    for num_layers in range(1, 40):
        assert found.at({"width": 11, "num_layers": num_layers}) == build(11, num_layers)


def test_nothing_to_vary():
    with pytest.raises(RecoveryError, match="no integer field changes its 12"):
        recover(lambda d=3: 12)


def test_names_are_given():
    found = recover(transformers.GPT2LMHeadModel, ["n_embd", "n_layer"], names={"n_embd": "d", "n_layer": "N"}, method="symbolic")
    d, N = symbols("d N")
    assert same(found.expr, N * (12 * d**2 + 13 * d) + (50257 + 1024 + 2) * d)
    with pytest.raises(RecoveryError, match="a symbol of its own for each field"):
        recover(transformers.GPT2LMHeadModel, ["n_embd", "n_layer"], names={"n_embd": "n_layer"})


def leaves(width):
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("target", "arguments", "words"),
    [
        (nn.Linear(2, 3), {}, "hand over Linear itself"),
        ((int, int), {}, "a configuration that can be made"),
        (leaves, {}, "SystemExit: 3"),
        (nn.Linear, {"names": {"widht": "d"}}, "names for widht"),
        (nn.Linear, {"seconds": float("inf")}, "seconds=inf"),
        (nn.Linear, {"gigabytes": "4"}, "gigabytes='4'"),
        (nn.Linear, {"points": 3}, "an integer from 12 on"),
        (nn.Linear, {"method": "magic"}, "both, symbolic or blackbox"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_asked_for_is_checked(target, arguments, words):
    with pytest.raises(RecoveryError) as raised:
        recover(target, **arguments)
    assert words in str(raised.value)
