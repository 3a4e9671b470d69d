"""Operations and caches recovered from code: equal to PyTorch's counter at random sizes, and to the tree's closed forms."""

import json
import random

import pytest
import torch
import transformers
from click.testing import CliRunner
from sympy import expand
from torch import nn

from symparams import GPT2, LSTM, T5, breakdown, check, closed_form, derive, flops, kv_cache, symbols
from symparams.checks import Kind
from symparams.cli import main
from symparams.errors import RecoveryError
from symparams.frameworks.recovery import recover
from symparams.frameworks.transformers import LlamaForCausalLM
from tests.costs.counting import counted, ids, on_meta

pytestmark = pytest.mark.filterwarnings("ignore")
transformers.logging.set_verbosity_error()


def rows(b, s, d):
    return torch.zeros(b, s, d)


MODULES = {
    "linear": (nn.Linear, {}, lambda b, s, in_features: rows(b, s, in_features), {"in_features": 40, "out_features": 30}),
    "vector": (nn.Linear, {}, lambda in_features: torch.zeros(in_features), {"in_features": 40, "out_features": 30}),
    "conv": (
        nn.Conv2d,
        {"kernel_size": 3, "stride": 2},
        lambda b, H, in_channels: torch.zeros(b, in_channels, H, 31),
        {"in_channels": 5, "out_channels": 7},
    ),
    "transposed": (
        nn.ConvTranspose1d,
        {"kernel_size": 4},
        lambda b, L, in_channels: torch.zeros(b, in_channels, L),
        {"in_channels": 5, "out_channels": 7},
    ),
    "attention": (
        nn.MultiheadAttention,
        {"num_heads": 2},
        lambda b, s, t, embed_dim: (rows(s, b, embed_dim), rows(t, b, embed_dim), rows(t, b, embed_dim)),
        {"embed_dim": 16},
    ),
    "encoder": (
        nn.TransformerEncoderLayer,
        {"nhead": 4},
        lambda b, s, d_model: rows(s, b, d_model),
        {"d_model": 32, "dim_feedforward": 50},
    ),
}


@pytest.mark.parametrize("of", ["flops", "training_flops"])
@pytest.mark.parametrize("name", MODULES)
def test_as_the_counter_has_it_at_random_sizes(name, of):
    cls, fixed, inputs, sizes = MODULES[name]
    extents = [one for one in inputs.__code__.co_varnames if one not in sizes]
    found = recover(cls, [*sizes, *extents], of=of, inputs=inputs, fixed=fixed)
    draw = random.Random(name + of)
    for _ in range(5):
        at = {size: draw.randint(1, 9) * 4 for size in sizes} | {extent: draw.randint(5, 20) for extent in extents}
        module = on_meta(lambda at=at: cls(**fixed, **{size: at[size] for size in sizes}))
        with torch.device("meta"):
            data = inputs(**{one: at[one] for one in inputs.__code__.co_varnames})
        given = data if isinstance(data, tuple) else (data,)
        live = counted(lambda module=module, given=given: module(*given), training=of == "training_flops")
        by_hand = 0 if live else 2 * at["in_features"] * at["out_features"]  # the counter does not see the product with one vector
        assert found.at({one: at[one] for one in found.over}) == live + by_hand


def test_steps_of_a_recurrence_are_counted_as_many_as_there_are():
    def data(b, s, input_size):
        return torch.zeros(s, b, input_size)

    I, H, b, s = symbols("input_size hidden_size b s")
    found = recover(nn.LSTM, ["input_size", "hidden_size", "b", "s"], of="flops", inputs=data, method="symbolic")
    assert expand(found.expr - flops(LSTM(I, H), b, s).expr) == 0


def test_layers_of_a_stage_that_differ_stay_apart():
    def pixels(b):
        return {"pixel_values": torch.zeros(b, 3, 224, 224)}

    found = recover(transformers.ResNetModel, ["b"], of="flops", inputs=pixels, method="symbolic")
    assert found.expr == 2 * (4_089_184_256 - 2048 * 1000) * symbols("b")  # torchvision's resnet50 has 4.09 G, with its last layer
    stages = {".".join(row.label): row.expr for row in breakdown(found, depth=3).rows}
    assert stages["embedder.embedder.convolution"] == 2 * 112 * 112 * 64 * 3 * 49 * symbols("b")


LLAMA = ("hidden_size", "intermediate_size", "vocab_size", "b", "s")


def test_llama_is_the_trees_own_formula():
    h, f, V, b, s = symbols(" ".join(LLAMA))
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "num_hidden_layers": 3}
    tree = LlamaForCausalLM(hidden_size=h, intermediate_size=f, vocab_size=V, **heads).layer
    found = recover(transformers.LlamaForCausalLM, LLAMA, of="flops", fixed=heads, method="symbolic")
    assert expand(found.expr - flops(tree, b, s).expr) == 0
    kept = recover(transformers.LlamaForCausalLM, ["b", "s"], of="kv_cache", fixed=heads)
    assert expand(kept.expr - kv_cache(tree, b, s).expr) == 0


@pytest.fixture(scope="module")
def gpt2():
    return recover(
        transformers.GPT2LMHeadModel, ["n_embd", "n_layer", "b", "s"], of="flops", fixed={"n_head": 4, "vocab_size": 100}
    )


def test_gpt2_part_by_part(gpt2):
    d, N, b, s = symbols("n_embd n_layer b s")
    assert expand(gpt2.expr - flops(GPT2(N, d, 100, 64), b, s).expr) == 0
    names = {".".join(row.label): row.expr for row in breakdown(gpt2, depth=4).rows}
    assert expand(names["transformer.h.attn.c_attn"] - 6 * N * b * s * d**2) == 0
    assert expand(names["lm_head"] - 200 * b * s * d) == 0
    assert breakdown(gpt2).table().header[1] == "Operations"
    assert derive(gpt2).check().result.expr == closed_form(gpt2).expr
    assert gpt2.grade == "FITTED" and closed_form(gpt2).of.name == "operations"


def test_a_published_formula_about_it(gpt2):
    where = {"L": "n_layer", "h": "n_embd"}
    assert check("24Lbsh^2 + 4Lbs^2h + 200bsh", gpt2, where=where).right
    assert check("24Lbsh^2 + 2Lbs^2h + 200bsh", gpt2, where=where).kind is Kind.DIFFERENT


def test_at_sizes_it_is_what_the_code_computes(gpt2):
    config = transformers.GPT2Config(n_embd=24, n_layer=3, n_head=4, vocab_size=100)
    module = on_meta(lambda: transformers.GPT2LMHeadModel(config)).eval()
    assert gpt2.at(n_embd=24, n_layer=3, b=2, s=9) == counted(lambda: module(ids(2, 9)))
    assert gpt2.counterexample(n_embd=24, n_layer=3, b=2, s=9) is None


def test_an_encoder_and_a_decoder_have_lengths_of_their_own():
    fixed = {"num_heads": 2, "d_kv": 4, "vocab_size": 50, "num_decoder_layers": 2, "num_layers": 2}
    found = recover(
        transformers.T5ForConditionalGeneration, ["d_model", "d_ff", "b", "s", "t"], of="flops", fixed=fixed, method="symbolic"
    )
    d, f, b, s, t = symbols("d_model d_ff b s t")
    tree = T5(2, d, 50, d_ff=f, n_head=2, d_head=4)
    assert expand(found.expr - flops(tree, b, t, memory=s).expr) == 0


def pair(in1_features, in2_features):
    return torch.zeros(3, in1_features), torch.zeros(3, in2_features)


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        (nn.Linear, {"of": "flop"}, "flops"),
        (nn.Linear, {"of": "flops"}, "inputs="),
        (nn.Linear, {"of": "flops", "inputs": 5}, "a function of sizes"),
        (nn.Linear, {"inputs": rows}, 'of="flops"'),
        (nn.Linear, {"of": "flops", "inputs": lambda q: torch.zeros(2, 5)}, "cannot be built"),
        (nn.Linear, {"of": "kv_cache", "inputs": lambda in_features: torch.zeros(in_features)}, "no cache"),
        (nn.Bilinear, {"of": "flops", "inputs": pair}, "does not count"),
        (lambda n: 5 * n, {"of": "flops", "inputs": rows}, "a torch module is wanted"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(target, options, words):
    with pytest.raises(RecoveryError) as raised:
        recover(target, **options)
    assert words in str(raised.value)


def test_the_command(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("import torch\n\n\ndef data(b, in_features):\n    return torch.zeros(b, in_features)\n")
    monkeypatch.chdir(tmp_path)
    arguments = ["recover", "torch:nn.Linear", "--of", "flops", "--inputs", "mine:data", "--over", "in_features,out_features,b"]
    answer = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).output)
    assert answer["flops"] == "2*b*in_features*out_features" and answer["of"] == "flops"
    assert answer["points"][0]["flops"] and "params" not in answer
    assert CliRunner().invoke(main, ["recover", "--all", "transformers", "--of", "flops"]).exit_code == 2


def test_a_choice_of_the_command_is_one_of_the_library():
    from symparams.cli.quantities import OF_COSTS
    from symparams.counting import COSTS

    assert tuple(COSTS) == OF_COSTS
