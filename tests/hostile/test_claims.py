"""Claims and models that once took a check more than a second, or a foreign error: each ends with a verdict or an error of ours."""

import time

import pytest
from sympy import Mod

from symparams import check, read, read_model
from symparams.errors import SymparamsError
from symparams.notation import same, symbols, text

LONGEST = 5  # seconds of processor time on a busy machine; a second on a quiet one
CASES = [
    (r"\sum_{l=1}^{L} 2^l l", "Given(Repeat(FeedForward(N, h), l), {l: 3})", {}),
    (r"\sum_{k=1}^{10^{12}} 2^k", "Repeat(Linear(d, d), 10**40)", {"d": 12}),
    (r"\sum_{k=1}^{10^{12}} 2^k", "ForEach(Linear(l//2 + 1, d), (l, 1, 1000))", {"h": 12}),
    ("pow((12Nd^2)², V d)", "Where(TransformerEncoderLayer(Max(L, V, N, n_ctx, d, h) % (3**(1/2))), Ne(Mod(d_ff, 12), 0))", {}),
    ("d * 2", "MultiHeadAttention(((L // 10**12) * 2 * h) % (floor(3/N) * n_ctx), n_head=h)", {}),
    ("2**L - 1", "GRU((768*Min(d, 2))**(ceiling(64/d) - d), L/12)", {"L": 12, "l": 10**9}),
    (r"12d^2 \le 85{,}000{,}000", "EncoderDecoderTransformer(ceiling(d_ff/n_ctx), floor(V/h), l, gated=True)", {}),
    ("over 100M", "FeedForward(d_ff**(1/2), floor(3*n_ctx/(L//d)))", {"L": 10**5, "l": 768, "n_ctx": 10**5}),
    ("O(d^2)", "MultiHeadAttention((d % V) % (d_ff//h))", {"h": 10**5}),
    ("sqrt(d)", "Where(Transformer(L, V, 768), Eq(Mod(Max(n_ctx, (V**V)**64, (n_ctx/7)**(1/2), (l//d)/L), N), 0))", {"d": 768}),
    (r"\sum_{l=1}^{L} (\sum_{l=1}^{L} 2^l l)", "Linear(floor(d/3)*8, ceiling(d/64))", {}),
    ("124M", "Conv2d(2 % l, V % N, h)", {"N": 1, "V": 10**5}),
    (r"\lfloor d/h \rfloor h", "EncoderDecoderTransformer(d//n_ctx, n_ctx, V)", {}),
    ("2^d K + 5", "Sequential(MultiHeadAttention(d_ff + 2**63, V), LayerNorm(n_ctx**L), Transformer(d, L, ceiling(7/d)))", {}),
    ("4 * d_mlp * emb_dim", "MultiHeadAttention(h, n_ctx**ceiling(d/10**40))", {"h": 12}),
    (r"(\sqrt{d+5})^{d}", "EncoderDecoderTransformer(Max(V, n_ctx, 3, d_ff, d, L, N), V, V)", {}),
    (r"pow(\sum_{k=1}^{10^{12}} 2^k, embedding)", "Linear(floor(d/h), h)", {}),
    ("pow(αN + βD, -d^2 + 2^3^2)", "Linear(Min(d, 1024), Mod(d, 7) + 1)", {}),
    ("(5257 + L)", "MultiHeadAttention(V, 12 % (Min(N, l)**(N + n_ctx)))", {}),
    (r"(floor(\sum_{l=1}^{L} 2^l l))^{d}", "Transformer(N, d, V)", {"L": 768, "N": 768}),
    ("(50257//V - 64N)**((l + d_ff)**64)", "Embedding(1//d, L)", {}),
    ("(12Nd^2)²", "Given(RMSNorm(n_ctx/N/(V % 2**63) + h), {N: n_ctx//d})", {"d": 10**30, "V": 768, "l": 10**9}),
    (r"d\text{(note)}^{d^d}", "MultiHeadAttention((7 % h)*l, l)", {}),
    ("d^(1/62)*V", "Transformer(N, ceiling(floor((2 + V)/ceiling(V/l))/(ceiling(V)*2)), N)", {"d_ff": 768}),
    (r"\sum_{k=1}^{990^{12}} 2^k - 12Nd^2 for N=12; d=768", "Repeat(Linear(d, d), 10**40)", {}),
    ("204 > 14", "Where(Transformer(1, ceiling(768/d)*L, l), Ne(Mod((ceiling(L/n_ctx) % floor(1/d_ff)) // d_ff, 12**N), 0))", {}),
    (
        "204 > 14",
        "Where(EncoderDecoderTransformer(1, ceiling(768/d)*L, l), Ne(Mod((ceiling(L/n_ctx) % floor(1/d_ff)) // d_ff, 12**N), 0))",
        {},
    ),
]


def test_a_model_that_exists_at_no_sizes_is_said_to():
    model = read_model("Where(EncoderDecoderTransformer(1, d, l), Ne(Mod(L % floor(1/d_ff), 3), 0))")  # d_ff = 4d
    with pytest.raises(SymparamsError, match="divides by zero at the sizes that follow"):
        check("12d^2", model)


@pytest.mark.parametrize(("claim", "model", "sizes"), CASES)
def test_a_check_ends_soon_with_an_answer_of_ours(claim, model, sizes):
    start = time.process_time()
    try:
        verdict = check(claim, read_model(model), sizes)
    except SymparamsError as error:
        assert error.move
    else:
        assert verdict.report and verdict.as_json()
    assert time.process_time() - start < LONGEST


def test_a_remainder_is_written_as_papers_write_it():
    d, h = symbols("d h")
    assert text(Mod(d, h)) == "d - h*floor(d/h)" and same(read(text(Mod(d, h)), "d h").rhs, Mod(d, h))


def test_a_question_names_sizes_in_one_order():
    with pytest.raises(SymparamsError, match="among the model's sizes: d, h"):
        check("Params(N,d,V) = 12Nd^2 + Vd", read_model("Linear(floor(d/h), h)"))
