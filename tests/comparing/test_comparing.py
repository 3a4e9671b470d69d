"""Models and formulas beside one another."""

import pickle

import pytest
from click.testing import CliRunner
from sympy import Rational, expand, oo, sqrt

from symparams import Comparison, RMSNorm, Transformer, breakdown, closed_form, compare, latex, symbols
from symparams.cli import main
from symparams.errors import SymparamsError
from symparams.models.reading import read_model
from symparams.notation import same
from tests.typeset.emitted import MODELS

N, d, V, f, I, H = symbols("N d V d_ff I H")
LLAMA = Transformer(N, d, V, f, bias=False, gated=True, norm=RMSNorm(d), final_norm=True, head="untied")


def test_the_gap_of_the_fourth_article_is_one_call():
    found = compare(LLAMA, "12Nd^2")
    assert dict(found.parts) == {
        "embedding and head": 2 * V * d,
        "norms": 2 * N * d + d,
        "layers.feed_forward": 3 * N * d * f - 8 * N * d**2,
    }
    assert found.at(N=32, d=4096, V=32000, d_ff=11008) == 6_738_415_616 - 6_442_450_944


@pytest.mark.parametrize("first", MODELS[::6])
@pytest.mark.parametrize("second", MODELS[3::9])
def test_parts_sum_to_the_difference_and_it_turns_around(first, second):
    one, two = read_model(first), read_model(second)
    there, back = compare(one, two), compare(two, one)
    assert same(sum(part for _, part in there.parts), there.first - there.second)
    assert expand(there.difference + back.difference) == 0
    assert same(there.ratio * there.second, there.first)
    assert pickle.loads(pickle.dumps(there)) == there and latex(there) and there.content.markdown()


def test_ratios_and_their_limits():
    found = compare(LSTM := read_model("LSTM(I, H)"), GRU := read_model("GRU(I, H)"), RNN := read_model("RNN(I, H)"))
    assert list(found.ratios.values()) == [1, Rational(3, 4), Rational(1, 4)]
    assert "75.0 %" in repr(found) and found.at(I=3, H=2).counts == (48, 36, 12)
    assert list(compare(a=LSTM, b=GRU, c=RNN).ratios) == ["a", "b", "c"]
    pair = compare(LLAMA, "12Nd^2")
    assert pair.limits[V] == oo and pair.limits[d] == (f * 0 + 1) / 3 and pair.limits[N] == (4 * d + 3 * f + 2) / (12 * d)
    assert repr(compare(LSTM, LSTM)).count("LSTM (2)") == 2


def test_where_two_are_equal():
    pair = compare(read_model("LSTM(H, H)"), read_model("Linear(I, H)"))
    assert pair.crossings("I") == (8 * H + 3,)
    assert compare(d**2, 2 * d + 8).crossings(d) == (4,)
    assert compare(d**2, d + 3).crossings(d) == (Rational(1, 2) + sqrt(13) / 2,)
    assert compare(d, d + 1).crossings(d) == ()
    with pytest.raises(SymparamsError, match="degree up to 4"):
        compare(d**7 + d, 2 * d**3 + 5).crossings(d)


def test_things_of_other_kinds():
    assert compare(closed_form(LLAMA), 12 * N * d**2).at(N=1, d=2, V=3, d_ff=4) == compare(LLAMA, "12 N d^2").at(
        N=1, d=2, V=3, d_ff=4
    )
    assert compare("12Nd^2", LLAMA).difference == -compare(LLAMA, "12Nd^2").difference
    assert compare(LLAMA, LLAMA, of="non_embedding").difference == 0
    assert breakdown(LLAMA).total


@pytest.mark.parametrize(
    ("things", "words"),
    [
        ((LLAMA,), "two things or more"),
        ((LLAMA, "12 N x^2"), "'x' is not declared"),
        ((LLAMA, [1]), "a layer"),
        ((LLAMA, "1 = 2"), "one formula"),
    ],
)
def test_what_cannot_be_compared(things, words):
    with pytest.raises(SymparamsError) as error:
        compare(*things)
    assert words in str(error.value)


def test_the_command():
    run = CliRunner().invoke(
        main, ["compare", "Transformer(N, d, V)", "12Nd^2", "--at", "N=96,d=12288,V=50257"], catch_exceptions=False
    )
    assert run.exit_code == 0 and "difference = 632,893,440" in run.output and isinstance(compare(LLAMA, "12Nd^2"), Comparison)
    run = CliRunner().invoke(main, ["compare", "LSTM(I, H)", "GRU(I, H)", "RNN(I, H)", "--json"], catch_exceptions=False)
    assert '"GRU": "3/4"' in run.output
