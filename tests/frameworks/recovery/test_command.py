import json

import pytest
import torch
from click.testing import CliRunner

from symparams import read
from symparams.cli import main
from symparams.notation import symbol

pytestmark = pytest.mark.filterwarnings("ignore")


def run(*arguments: str):
    return CliRunner().invoke(main, ["recover", *arguments], catch_exceptions=False)


def test_a_module_of_torch():
    shown = run("torch:nn.LSTM", "--over", "input_size,hidden_size")
    assert shown.exit_code == 0
    assert shown.output.startswith(
        "4*hidden_size*input_size + 4*hidden_size**2 + 8*hidden_size\nVERIFIED AT 30 POINTS UNDER no conditions"
    )


def test_a_text_stays_where_the_constructor_takes_one():
    arguments = ("torch:nn.Conv2d", "--over", "in_channels,out_channels", "--with", "kernel_size=3", "--with", "padding=same")
    assert json.loads(run(*arguments, "--json").output)["params"] == "9*in_channels*out_channels + out_channels"


def test_json_has_conditions_and_points():
    arguments = ("torch:nn.Conv2d", "--over", "in_channels,out_channels,groups", "--with", "kernel_size=3", "--json")
    answer = json.loads(run(*arguments).output)
    assert answer["recovered"] and len(answer["points"]) >= 12
    assert "in_channels mod groups = 0" in answer["conditions"]
    assert answer["methods"][0] == "symbolic"


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        (["bidirectional=False"], {"bidirectional": False}),
        (["bidirectional=false"], {"bidirectional": False}),
        (["bidirectional=True"], {"bidirectional": True}),
        (["bias=False", "num_layers=2"], {"bias": False, "num_layers": 2}),
        (["dropout=0.5", "device=cpu"], {"dropout": 0.5, "device": "cpu"}),
    ],
)
def test_arguments_mean_what_they_say(options, arguments):
    further = [word for option in options for word in ("--with", option)]
    answer = json.loads(run("torch:nn.GRU", "--over", "input_size,hidden_size", *further, "--json").output)
    formula = read(answer["params"], names="input_size hidden_size").rhs
    for I, H in ((3, 5), (7, 2)):
        live = torch.nn.GRU(I, H, **arguments)
        counted = sum(weight.numel() for weight in live.parameters())
        assert formula.subs({symbol("input_size"): I, symbol("hidden_size"): H}) == counted


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["torch:nn.LSTN", "--over", "hidden_size"], "did you mean LSTM"),
        (["nowhere:build"], "the module nowhere"),
        (["torch.nn"], "a module and a name in it"),
        (["torch:nn.LSTM", "--over", "hidden"], "did you mean hidden_size"),
        (["torch:nn.LSTM", "--over", "bias"], "the field bias = True"),
        (["torch:nn.Linear", "--over", "in_features"], "missing 1 required positional argument: 'out_features'"),
        (["torch:nn.Linear", "--with", "bias"], "name=value"),
        (["torch:nn.GRU", "--with", "bidirectional=no"], "next: write --with bidirectional=True"),
        (["torch:nn.GRU", "--with", "bias='False'"], "True or False, as its default True"),
        (["torch:nn.GRU", "--with", "num_layers=two"], "a number, as its default 1"),
        (["transformers:LlamaForCausalLM", "--with", "attention_bias=yes"], "True or False, as its default False"),
        ([], "no target"),
    ],
)
def test_what_is_wrong_is_said_with_status_2(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())


def test_not_recovered_is_status_1_and_says_why(tmp_path, monkeypatch):
    (tmp_path / "powers_of_two.py").write_text("def build(depth):\n    return 2**depth\n")
    monkeypatch.syspath_prepend(tmp_path)
    result = run("powers_of_two:build", "--over", "depth")
    assert result.exit_code == 1
    assert "NOT RECOVERED" in result.output
    assert json.loads(run("powers_of_two:build", "--over", "depth", "--json").output)["recovered"] is False
