import json

import pytest
from click.testing import CliRunner

from symparams.cli import main

pytestmark = pytest.mark.filterwarnings("ignore")


def run(*arguments: str):
    return CliRunner().invoke(main, ["recover", *arguments], catch_exceptions=False)


def test_a_module_of_torch():
    shown = run("torch:nn.LSTM", "--over", "input_size,hidden_size")
    assert shown.exit_code == 0
    assert shown.output.startswith(
        "4*hidden_size*input_size + 4*hidden_size**2 + 8*hidden_size\nVERIFIED AT 30 POINTS UNDER no conditions"
    )


def test_json_has_conditions_and_points():
    arguments = ("torch:nn.Conv2d", "--over", "in_channels,out_channels,groups", "--with", "kernel_size=3", "--json")
    answer = json.loads(run(*arguments).output)
    assert answer["recovered"] and len(answer["points"]) >= 12
    assert "in_channels mod groups = 0" in answer["conditions"]
    assert answer["methods"][0] == "symbolic"


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
