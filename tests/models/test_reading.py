import inspect
import os
import string
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sympy import Eq, Mod, Ne, floor

import symparams as sp
from symparams.models.reading import read_model

N, d, V, I, H, d_ff = sp.symbols("N d V I H d_ff")


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("Transformer(N, d, V)", sp.Transformer(N, d, V)),
        (" Transformer( N,\n d, V ) ", sp.Transformer(N, d, V)),
        ("Transformer(N, d, V, positions=n_ctx)", sp.Transformer(N, d, V, positions=sp.symbols("n_ctx"))),
        (
            'Transformer(12, 768, 50_257, head="untied", final_norm=True)',
            sp.Transformer(12, 768, 50257, head="untied", final_norm=True),
        ),
        ("Linear(d_ₘ, 4)", sp.Linear(sp.symbols("d_m"), 4)),
        ("LSTM(I, 2*H, biases=2)", sp.LSTM(I, 2 * H, 2)),
        ("Conv2d(3, 64, (7, 7), bias=False)", sp.Conv2d(3, 64, (7, 7), bias=False)),
        ("Sequential(Embedding(V, d), LSTM(d, 64), head=Linear(64, 10))", None),
        ("Repeat(Linear(d, d), N - 1)", sp.Repeat(sp.Linear(d, d), N - 1)),
        ("Given(FeedForward(d, d_ff), {d_ff: 8*d/3})", sp.Given(sp.FeedForward(d, d_ff), {d_ff: 8 * d / 3})),
        ('Shared(Sequential(a=Linear(d, d), b=Linear(d, d)), {"b.weight": "a.weight"})', None),
        ("ForEach(Conv2d(2**(l - 1), 2**l, 3), (l, 1, L))", None),
        ("Transformer(N, d, V, norm=RMSNorm(d), bias=False, gated=True)", None),
        ("Where(Linear(d, d//2), d % 2 == 0, d >= 4)", sp.Where(sp.Linear(d, floor(d / 2)), Eq(Mod(d, 2), 0), d >= 4)),
        ("Where(Linear(d, H), Eq(Mod(d, H), 0), d != H)", sp.Where(sp.Linear(d, H), Eq(Mod(d, H), 0), Ne(d, H))),
    ],
)
def test_models_that_are_read(text: str, model: sp.Layer | None):
    read = read_model(text)
    assert isinstance(read, sp.Layer)
    if model is not None:
        assert read == model


@pytest.mark.parametrize(
    "text",
    [
        repr(sp.Sequential(sp.LSTM(I, H), sp.Conv2d(I, H, 3))),
        repr(sp.Given(sp.Linear(d, d_ff), {d_ff: 4 * d})),
        "Where(Linear(d, d/H), Eq(Mod(d, H), 0), Ne(d, H), d > 128)",
    ],
)
def test_what_is_printed_reads_back(text: str):
    assert repr(read_model(text)) == text


HOSTILE = [
    "__import__('os').system('touch hacked')",
    "Linear(__import__('os').system('touch hacked'), 3)",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "Linear(3, 4).__class__",
    "Linear.__init__(3)",
    "exec('1')",
    "eval('1')",
    "Linear(open('x'), 3)",
    "Linear(3 if 1 else 4, 3)",
    "Linear(d == 3, 4)",
    "Where(Linear(d, d), 1 < d < 3)",
    "Where(Linear(d, d), d in (1, 2))",
    "Where(Linear(d, d), Mod(d, 0) == 0)",
    "Where(Linear(d, d), d % 0 == 0)",
    "Where(Linear(d, d), 3 == 4)",
    "Where(Linear(d, d), True)",
    "Where(Linear(d, d), (d == 3) + 1)",
    "f'{Linear(3, 4)}'",
    "Linear(x := 3, 4)",
    "Linear(*x)",
    "Linear(**x)",
    "Linear(n_in=3, n_in=4)",
    "Linear(9**9**9, 3)",
    "Linear(9**99, 3)",
    "Linear((d + 1)**64 * (V + 1)**64 * (N + 1)**64, 3)",
    "Linear(" + "7" * 10_000 + ", 3)",
    "Linear(" + "7" * 200 + ", 3)",
    "Linear(0x" + "f" * 3000 + ", 3)",
    "(" * 3000 + ")" * 3000,
    "-" * 3500 + "d",
    "Linear(d" + "+d" * 1900 + ", 3)",
    "Linear(" + "-" * 1900 + "d, 3)",
    "Max(" + ",".join(f"x{i}" for i in range(300)) + ")",
    "",
    " ",
    "3",
    "d",
    "Linear",
    "Linear()",
    "Linear(3)",
    "Linear(3, 4, 5, 6)",
    "Linear(3, 4, bais=True)",
    "Linaer(3, 4)",
    "Linear(3.5, 4)",
    "Linear(1e3, 4)",
    "Linear(3j, 4)",
    "Linear('3', 4)",
    "Linear(b'3', 4)",
    "Linear(..., 4)",
    "Linear(3, 4) + Linear(3, 4)",
    "Linear(d @ 3, 4)",
    "Linear(d @ 3, 4)",
    "Linear(d / 0, 4)",
    "Linear(d // 0, 4)",
    "Linear(d < 3, 4)",
    "Linear(not d, 4)",
    "Linear(0, 4)",
    "Linear(-3, 4)",
    "Linear(d - d, 4)",
    "MultiHeadAttention(512, 7)",
    "Sequential(3)",
    "Given(Linear(d, 3), {V: 4})",
    "Given(Linear(d, 3), 4)",
    "Given(Linear(d, 3), {d})",
    "Shared(Linear(d, 3), {1: 2})",
    "ForEach(Linear(l, 3), l)",
    "Linear(3, 4);",
    "Linear(3, 4)\nLinear(3, 4)",
    "Linear(3,\0 4)",
    "Linear(λ, 4)",
    "Linear(3, 4) # comment\n",
    "import os",
    "Transformer(N, d, V, head='sideways')",
    "Transformer(N, d, V, final_norm='yes')",
    "floor(d)",
    "Linear(floor(d, 3), 4)",
    "Linear(floor, 4)",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_what_cannot_be_read_says_so_and_runs_nothing(text: str, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    if text == "Linear(3, 4) # comment\n":
        assert read_model(text) == sp.Linear(3, 4)
        return
    started = time.perf_counter()
    with pytest.raises(sp.SymparamsError) as caught:
        read_model(text)
    assert time.perf_counter() - started < 2
    assert caught.value.given and caught.value.wanted and caught.value.move
    assert len(str(caught.value)) < 2000
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Linear(3, 4, bais=True)", "did you mean bias"),
        ("Linaer(3, 4)", "did you mean Linear"),
        ("Linear(3, d @ 3)", "column 11"),
        ("Linear(1.5, 3)", "column 8: 1.5, a float"),
        ("Linear(0, 3)", "n_in=0"),
        ("Linear(9**9**9, 3)", "numbers of at most 64 in a power"),
        ("Linear(" + "7" * 200 + ", 3)", "a number of 200 digits"),
        ("MultiHeadAttention(512, 7)", "n_head that divides d_model"),
        ("Mamba(2, d, V, conv_biases=2)", "did you mean conv_bias"),
        ("Mamba2(2, d, V, h, positions=7)", "head, bias, conv_bias\\)"),
        ("LLaMA(N, d, V, d_ff, final_norms=True)", "did you mean final_norm"),
    ],
)
def test_messages_name_the_place_and_the_next_move(text: str, message: str):
    with pytest.raises(sp.SymparamsError, match=message):
        read_model(text)


def test_options_that_a_family_hands_on_are_read():
    bare, plain = read_model("Mamba(N, d, V, conv_bias=False)"), read_model("Mamba(N, d, V)")
    N, d = sp.symbols("N d")
    assert (plain.params - bare.params).expand() == 2 * N * d  # a bias for each of the 2d channels
    assert read_model("LLaMA(N, d, V, d_ff, bias=False, gated=True, final_norm=True)") == read_model("LLaMA(N, d, V, d_ff)")


@pytest.mark.parametrize("family", [sp.LLaMA, sp.Mamba, sp.Mamba2])
def test_defaults_in_a_signature_are_those_that_are_taken(family):
    signature = inspect.signature(family)
    sizes = {name: 64 for name, one in signature.parameters.items() if one.default is one.empty}
    options = {name: one.default for name, one in signature.parameters.items() if one.kind is one.KEYWORD_ONLY}
    stated = {name: default for name, default in options.items() if default is not None}
    assert len(stated) >= 2 and family(**sizes, **stated) == family(**sizes)


words = st.sampled_from(
    [*"NdVIH()[]{},=+-*/.:'\"", "Linear", "LSTM", "Transformer", "Repeat", "Given", "bias", "True", "None", "3", "**", " "]
)


@given(st.one_of(st.text(max_size=60), st.lists(words, max_size=30).map("".join), st.text(string.printable, max_size=60)))
@example("Linear(d,d)")
def test_any_text_is_a_layer_or_a_symparams_error(text: str):
    try:
        assert isinstance(read_model(text), sp.Layer)
    except sp.SymparamsError as error:
        assert str(error)
