"""From numbers and formulas, in any letters, to what has them."""

import pytest

from symparams import check, closed_form, identify, read_model
from symparams.errors import FormulaTextError
from symparams.identifying.subjects import LAYERS, MODELS


@pytest.mark.parametrize(
    ("claim", "subject", "conventions"),
    [
        ("4(h(h+e)+h)", "LSTM(I, H)", ()),
        ("4h(h + e + 2)", "LSTM(I, H)", ("with two bias vectors a gate (PyTorch, cuDNN)",)),
        ("3(nm + n^2 + 2n)", "GRU(I, H)", ("with two bias vectors a gate (PyTorch, cuDNN)",)),
        ("h^2 + hx + h", "RNN(I, H)", ()),
        ("ab + b", "Linear(I, O)", ()),
        (r"k^2 C_{in} C_{out} + C_{out}", "Conv2d(C, F, k)", ()),
        ("4d_model^2 + 4d_model", "MultiHeadAttention(d)", ()),
        ("12Lh^2 + 13Lh + vh", "Transformer(N, d, V)", ()),
        ("12*n_layer*n_embd**2 + 13*n_layer*n_embd", "Transformer(N, d, V)", ("without look-up tables",)),
        ("12 d^2 + 13 d", "TransformerEncoderLayer(d)", ()),
        ("2*hidden_size*intermediate_size", "FeedForward(d, d_ff)", ("without feed-forward biases",)),
    ],
)
def test_formulas_in_anybody_s_letters(claim: str, subject: str, conventions: tuple[str, ...]):
    first = identify(claim).matches[0]
    assert (first.subject, first.conventions) == (subject, conventions)


def test_what_is_found_is_right():
    for claim in ("4(h(h+e)+h)", "12Lh^2 + 13Lh + vh", "ab + b"):
        for match in identify(claim).matches:
            where = dict(pair.split(" = ")[::-1] for pair in match.sizes.split(", "))
            if len(where) == len(match.sizes.split(", ")) and not match.conventions:
                assert check(claim, read_model(match.subject), where).right, match


@pytest.mark.parametrize(
    ("number", "subject", "sizes"),
    [
        ("124,439,808", "gpt2", "GPT2LMHeadModel"),
        (70_553_706_496, "llama-3-70b", "LlamaForCausalLM"),
        ("2,099,200", "LSTM(I, H)", "H = 512, I = 512"),
        ("1,050,624", "MultiHeadAttention(d)", "d = 512"),
        ("3,152,384", "TransformerEncoderLayer(d)", "d = 512"),
    ],
)
def test_numbers(number: str | int, subject: str, sizes: str):
    assert (subject, sizes) in {(match.subject, match.sizes) for match in identify(number).matches}


def test_sizes_that_are_found_have_the_number():
    for match in identify("2,099,200").matches:
        if not match.conventions and "(" in match.subject:
            sizes = {name: int(size.replace(",", "")) for name, size in (pair.split(" = ") for pair in match.sizes.split(", "))}
            assert closed_form(read_model(match.subject)).at(sizes) == 2_099_200, match


def test_what_nothing_has():
    found = identify("17d^3 + 5")
    assert found.matches == ()
    assert "nothing has exactly this" in repr(found)
    assert f"{len(LAYERS)} layers and {len(MODELS)} models" in found.searched
    for text in ("", "d +", "a+b+c+d+e+f+g+h", None):
        if text == "a+b+c+d+e+f+g+h":
            assert identify(text).matches == ()
        else:
            with pytest.raises(FormulaTextError):
                identify(text)
