"""What formulas and numbers in a sentence say, as somebody who reads the sentence would sort them."""

import pytest

from symparams.checks.documents.candidates import Context, classify, is_number

GPT = Context(frozenset({"N", "d", "V", "n_ctx"}))


@pytest.mark.parametrize(
    ("says", "syntax", "texts"),
    [
        ("claim", "latex", [r"12Nd^2", r"P = 124\text{M}", r"P=12Nd^2 + Vd", r"12 N d^2 \approx 85M", r"N_p = 7", r"w = 768"]),
        ("claim", "latex", [r"n = 4d", r"m = d^2", r"P = d", r"\theta = 12d", r"n_{params} = d^2", "d=1{,}000{,}000"]),
        ("claim", "latex", [r"12Nd^2, d=768", r"d = 768, 12Nd^2", r"d^2 = 768", r"12Nd^2,\, 13d"]),
        (
            "size",
            "latex",
            [r"d = 768", r"d=999999", r"h = 12", r"d \leq 768", r"d = 4 \times 192", r"d=768, h=12", r"d=768, d_{ff}"],
        ),
        (
            "size",
            "latex",
            [r"d = k^2", r"N = 2h", r"V = 50{,}257", r"d\,=\,768", r"\mathrm{d} = 768", r"d = 4h \text{ and } h = 12"],
        ),
        ("name", "latex", ["d", r"d_{\text{ff}}", r"\alpha", r"k = 4h", r"d_{ff} = 4e", "d;", r"d, h"]),
        ("number", "latex", ["12", "124", r"1.5 \times 10^9", r"2 \cdot 3", "= 12"]),
        ("other", "latex", [r"d \in X", r"x \to \infty", r"(d, 4d)", r"d_1, \dots, d_k", ",", r"\neq 3 d", r"f\colon x"]),
        (
            "claim",
            None,
            ["12*N*d**2", "P=124M", "params = 4*d", "total: 12", "12 * d^2 + 3", "n_params=768", "D = 4*e"],
        ),
        ("size", None, ["d=768", "n_ctx = 1024", "d = k**2", "n_embd: 768", "h <= 12", "d=768, n_ctx=1024", "d=768; h=2"]),
        ("name", None, ["d_model", "gpt2-xl", "h", "k = 4*h"]),
        ("number", None, ["124439808", "1,024", "12 * 3", "1e9", "1_000"]),
        (
            "other",
            None,
            ["pip install x", "--help", 'f("x")', "model(x)", "https://x.org", "(d, 4*d)", "gpt-2.5", "a/b.py", "x ∈ Y", "…"],
        ),
    ],
)
def test_what_a_formula_says(says, syntax, texts):
    assert {text: classify(text, syntax, GPT).value for text in texts} == dict.fromkeys(texts, says)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", True),
        ("1e9", True),
        (r"2 \times 3", True),
        ("3d", False),
        ("", False),
        ("+", False),
        ("1.5", True),
        (r"\frac{1}{2}", True),
    ],
)
def test_numbers_and_arithmetic_with_numbers(text, number):
    assert is_number(text) is number
