"""`symparams check`: what it prints and its exit status."""

import json

import pytest
from click.testing import CliRunner

from symparams.cli import main


def run(*arguments: str):
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "status", "shown"),
    [
        (["12Nd^2 + 13Nd + Vd", "--model", "Transformer(N, d, V)"], 0, "right (exact)"),
        (["12Nd^2", "--model", "Transformer(N, d, V)"], 1, "write ≈"),
        (["12 q^2", "--model", "Transformer(N, d, V)"], 2, "say which in --where "),
        (["12Nd^2", "--model", "Transformr(N, d, V)"], 2, "did you mean Transformer"),
        (["4(xy+y^2+y)", "--model", "LSTM(I, H)", "--where", "x=I,y=H"], 0, "read as: x is I, y is H"),
        (["4(xy+y^2+y)", "--model", "LSTM(I, H) params; where x=I, y=H"], 0, "read as"),
        (["4(eh+h^2+h) = 2,100,352", "--model", "LSTM(I, H)", "--where", "e=512,h=512"], 1, "wrong (arithmetic)"),
        (["$4eH$", "--model", "LSTM(I, H)", "--where", "e"], 2, "write --where e=d,h=512"),
        (["4d", "--model", ""], 2, 'write --model "LSTM(I, H)"'),
        (["75 %", "--model", "GRU(I, H) / LSTM(I, H)"], 0, "75 %"),
        (["124M", "--model", "Transformer(N, d, V)"], 2, "undecided"),
        (
            ["124M", "--model", "Transformer(N, d, V)"],
            2,
            "undecided (unknown): 124M\n  why            a number needs sizes\n"
            "  sizes          give N, V, d in --where N=…,V=…,d=…\n",
        ),
        (["4 q H", "--model", "LSTM(I, H)", "--where", "zz=I"], 2, "wanted: one of H, q, I\n"),
        (["where={x: 3}", "--model", "Linear(d, d)"], 2, "    where={x: 3}\n"),  # the claim's own words stay as they are
        (["4d_{model}^2", "--model", "MultiHeadAttention(d, bias=False)", "--syntax", "latex"], 0, "right"),
        (["4d^2", "--model", "MultiHeadAttention(d)", "--latex"], 1, r"\textbf{wrong} (exact under other conventions): $4 d^{2}$"),
        (["x", "--model", "Linear(d, d)", "--syntax", "klingon"], 2, "klingon"),
        (["12Nd^2"], 2, "--model"),
    ],
)
def test_check(arguments, status, shown):
    result = run("check", *arguments)
    assert result.exit_code == status
    assert shown in result.output
    assert (result.stdout == "") == (status == 2 and "undecided" not in shown)  # what is no verdict is an error
    assert "Traceback" not in result.output + result.stderr


@pytest.mark.parametrize(
    ("claim", "model", "of", "status"),
    [
        ("12Nd^2 + 13Nd", "Transformer(N, d, V)", "non_embedding", 0),
        ("12Nd^2 + 13Nd + Vd", "Transformer(N, d, V)", "non_embedding", 1),
        ("12Nd^2 + 13Nd + Vd", "Transformer(N, d, V)", "trainable", 0),
        ("2c", "BatchNorm(c)", "trainable", 0),
        ("12Nd^2 + 13Nd", "Transformer(N, d, V) non_embedding params", None, 0),
        ("12Nd^2 + 13Nd + Vd", "Transformer(N, d, V) non_embedding params", "parameters", 0),  # what is typed counts
    ],
)
def test_a_quantity_is_claimed(claim, model, of, status):
    assert run("check", claim, "--model", model, *(["--of", of] if of else [])).exit_code == status


def test_a_relation_is_declared():
    claim = "N*(4d^2 + 2*d*f + 9d + f) + Vd"
    relation = ["--model", "Transformer(N, d, V)", "--where", "f=4*d"]
    assert run("check", claim, *relation).exit_code == 0
    assert run("check", claim, *relation[:2], "--where", "f=3*d").exit_code == 1


def test_check_as_json():
    keys = json.loads(run("check", "4(eh+h^2)", "--model", "LSTM(I, H)", "--json").output)
    assert (keys["kind"], keys["right"], keys["annotation"]) == ("EXACT_UNDER", False, "LSTM(I, H, biases=0)")
    assert keys["difference"] == "-4*H"
