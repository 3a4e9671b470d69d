"""Claims as strangers write them, by the kind of fault that they are to guard against; the counts behind them are live modules'."""

import re
from fractions import Fraction

import pytest
from sympy import Eq, Mod, Rational, floor

import symparams as sp
from symparams import Kind, SymparamsError, check
from symparams.errors import FormulaTextError, MatchError

N, d, V, I, H, O, f, h = sp.symbols("N d V I H O d_ff h")
C, C_in, C_out, k, L, D, F, K, n, n_h = sp.symbols("C C_in C_out k L D F K n n_h")
n_0, n_1, E, M = sp.symbols("n_0 n_1 E M")

T = sp.Transformer(N, d, V)
AT = {N: 12, d: 768, V: 50257}
LAYER = sp.TransformerEncoderLayer(d)
GPT2 = sp.Transformer(12, 768, 50257, positions=1024, final_norm=True)
LLAMA_3_70B = sp.Transformer(
    80, 8192, 128256, 28672, n_head=64, n_kv_head=8, bias=False, gated=True, norm=sp.RMSNorm(8192), final_norm=True, head="untied"
)


def grouped(layers, width, entries, inner, heads, kv_heads, head):
    """A tied LLaMA whose heads have a width of their own."""
    return sp.Transformer(
        layers, width, entries, inner, n_head=heads, n_kv_head=kv_heads, d_head=head,
        bias=False, gated=True, norm=sp.RMSNorm(width), final_norm=True,
    )  # fmt: skip


def vit(bias):
    """ViT-Base/16 with its head of 1,000 classes."""
    return sp.Sequential(
        patches=sp.Conv2d(3, 768, 16),
        class_token=sp.Embedding(1, 768),
        positions=sp.Embedding(197, 768),
        encoder=sp.Repeat(sp.TransformerEncoderLayer(768, 3072, attention=sp.MultiHeadAttention(768, bias=bias)), 12),
        norm=sp.LayerNorm(768),
        head=sp.Linear(768, 1000),
    )


# a reading before a verdict: a name's usual meaning orders the trials and never forces one

SEATED = [
    ("4*(n+m+1)*m", sp.LSTM(I, H), "m is H, n is I"),
    ("(f*f*C_in+1)*K", sp.Conv2d(C_in, C_out, k), "K is C_out, f is k"),
    ("12*hidden_dim^2+13*hidden_dim", LAYER, "hidden_dim is d"),
    ("n*m+m", sp.Linear(I, O), "m is O, n is I"),
    ("3*[dh*(dh+dx)+dh]", sp.GRU(I, H), "dh is H, dx is I"),
    ("4 * (width*inp + width*width + width)", sp.LSTM(I, H), "inp is I, width is H"),
    ("n^{[1]} n^{[0]} + n^{[1]}", sp.Linear(n_0, n_1), ""),
    ("n^{[1]} n^{[0]} + n^{[1]}", sp.Linear(I, O), "n_0 is I, n_1 is O"),
    ("(self.k * self.k * self.cin + 1) * self.cout", sp.Conv2d(C_in, C_out, k), "cin is C_in"),
    ("2 × C_out", sp.BatchNorm(C), "C_out is C"),
    ("4·dModel² + 4·dModel", sp.MultiHeadAttention(d), "dModel is d"),
    ("N_layers*(12*emb_dim**2 + 13*emb_dim) + vocab*emb_dim", T, "emb_dim is d"),
    ("L(12D^2 + 13D) + VD", T, "D is d, L is N"),
    ("h*(x + h + 1)", sp.RNN(I, H), "h is H, x is I"),
    ("g(nm + n^2 + n)", sp.Recurrent(I, H, sp.symbols("q")), "g is q"),
    ("lambda d: 12*d**2 + 13*d", LAYER, ""),
    ("def params(d):\n    return 12*d**2 + 13*d", LAYER, ""),
    ("sp.Integer(12)*d**2 + 13*d", LAYER, ""),
    ("d*d + (d if bias else 0)", sp.Linear(d, d), "where bias"),
    ("d*d + (d if bias else 0)", sp.Linear(d, d, bias=False), "where not bias"),
]


@pytest.mark.parametrize(("claim", "model", "words"), SEATED, ids=[f"{row[0]} on {row[1]}" for row in SEATED])
def test_a_true_formula_is_right_whatever_its_names_mean_elsewhere(claim, model, words):
    verdict = check(claim, model)
    assert (verdict.kind, verdict.right) == (Kind.EXACT, True), verdict.reason
    assert words in verdict.match


@pytest.mark.parametrize(
    "model",
    [
        grouped(n, D, V, F, H, K, h),
        grouped(n, D, V, F, n_h, K, H),
        grouped(N, d, V, f, n, K, H),
        grouped(L, D, V, F, N, K, H),
    ],
    ids=repr,
)
def test_letters_that_the_model_uses_for_other_sizes(model):
    """The scaling book's letters: N query heads, K key/value heads, H their width."""
    verdict = check("L*D*(3F+2H*(N+K))+D*V", model)
    assert verdict.kind is Kind.LEADING_ORDER, verdict.reason
    assert "leaves out all norms" in verdict.reason
    assert check("≈ L*D*(3F+2H*(N+K))+D*V", model).right


def test_a_name_left_over_is_a_question_and_no_fault():
    with pytest.raises(MatchError, match="what is q"):
        check("4d^2 + 4d + q", sp.MultiHeadAttention(d))
    with pytest.raises(MatchError, match=re.escape('where={"q"')):
        check("4d^2 + 4d + q", sp.MultiHeadAttention(d))


def test_the_models_own_names_exchanged_are_a_question():
    with pytest.raises(MatchError, match="its names as the model's own, then it is wrong; or H is I, I is H"):
        check("4(HI + I^2 + I)", sp.LSTM(I, H))
    assert not check("4(HI + I^2 + I)", sp.LSTM(I, H), {"I": I, "H": H}).right
    assert check("4(HI + I^2 + I)", sp.LSTM(I, H), {"I": H, "H": I}).right


@pytest.mark.parametrize(
    "text",
    [
        "the model has 12 layers",
        "attention and feed forward",
        "twelve d squared",
        "12 heads",
        "GPT-2 small",
        "see section 3.2",
        "d is the width",
        r"\sum_{i=1}^{N} 12d^2 + 13d",
    ],
)
def test_sentences_and_ambiguous_texts_are_no_formulas(text):
    with pytest.raises(FormulaTextError):
        check(text, T)


# everything that is claimed is checked


@pytest.mark.parametrize(
    ("remainder", "right"),
    [("d", True), ("Nd", True), ("Vd", True), ("d \\log d", None), ("1", False), ("N", False), ("V", False), ("NV", False)],
)
def test_a_remainder_is_a_claim(remainder, right):
    if right is None:
        with pytest.raises(FormulaTextError):
            check(f"P = 12Nd^2 + O({remainder})", T)
        return
    for written in (f"P = 12Nd^2 + O({remainder})", rf"12 N d^2 + \mathcal{{O}}({remainder})"):
        verdict = check(written, T)
        assert verdict.right is right, verdict.reason
        assert verdict.kind is (Kind.LEADING_ORDER if right else Kind.DIFFERENT)


def test_a_remainder_as_a_factor():
    assert check(r"12Nd^2(1+\mathcal{O}(1/d))", T).right
    assert not check(r"12Nd^2(1+\mathcal{O}(1/d^2))", T).right


@pytest.mark.parametrize(
    ("claim", "right", "words"),
    [
        ("P ≈ 12Nd^2 + 1000 V d = 124M", False, "999*V*d beyond"),
        ("≈ 12Nd^2 + 2Vd ≈ 162M", False, "V*d beyond"),
        ("≈ 12Nd^2 + N^5", False, "N**5 beyond"),
        ("≈ 12Nd^2 + 12Nd", False, "beyond"),
        ("≈ 12Nd^2 ≈ 85M", True, ""),
        ("≈ 12Nd^2 = 124M", False, "the formula gives 84,934,656"),
        ("N(12d^2+13d)+Vd ≈ 124M", True, ""),
        ("12Nd^2+13Nd+Vd = 123651840 ≈ 124M", True, ""),
        ("12Nd^2+13Nd+Vd = 123651840 ≈ 142M", False, "142"),
    ],
)
def test_every_link_of_a_chain_is_checked_at_the_sizes_stated(claim, right, words):
    verdict = check(claim, T, AT)
    assert verdict.right is right, verdict.reason
    assert words in verdict.reason


PUT_IN = [
    ("4*((3+50)*50+50) = 10800", sp.LSTM(I, H), {I: 3, H: 50}, True, ""),
    ("4*((3+50)*50+50) = 10800", sp.LSTM(3, 50), {}, True, ""),
    (r"P=|V|\cdot d = 32128 \times 768 \approx 24.7\text{M}", sp.Embedding(V, d), {}, True, ""),
    (r"P=|V|\cdot d = 32128 \times 768 \approx 24.7\text{M}", sp.Embedding(V, d), {V: 32128, d: 768}, True, ""),
    ("(64*3^2+1)*128 = 73,856", sp.Conv2d(C_in, C_out, k), {C_in: 64, C_out: 128, k: 3}, True, ""),
    ("n*m + m = 784*100 + 100 = 78,500", sp.Linear(I, O), {}, True, ""),
    ("n*m + m = 784*100 + 100 = 78,600", sp.Linear(I, O), {}, False, "78,600"),
    ("n*m + m = 748*100 + 100 = 78,500", sp.Linear(I, O), {I: 784, O: 100}, False, "748*100"),
    ("n*m + 2m = 784*100 + 2*100 = 78,600", sp.Linear(I, O), {I: 784, O: 100}, False, "n*m + 2*m"),
    ("(3 x 3 x 18) x18 + 18", sp.Conv2d(18, 18, 3), {}, True, ""),
    ("K²C_inC_out + C_out", sp.Conv2d(C_in, C_out, k), {}, True, ""),
]


@pytest.mark.parametrize(("claim", "model", "where", "right", "side"), PUT_IN, ids=[row[0] for row in PUT_IN])
def test_a_side_of_numbers_stands_for_the_sizes(claim, model, where, right, side):
    verdict = check(claim, model, where)
    assert verdict.right is right, verdict.reason
    wrong = [link for link in verdict.links if not link.right]
    if side:
        assert f"its side {side}" in verdict.reason, verdict.reason
    assert bool(wrong) is not right or not verdict.links


@pytest.mark.parametrize(
    ("claim", "model"),
    [
        ("38597376 + 124365328 = 124M", T),
        ("4096*(32*32000 + 4096) = 6,738,149,376", LLAMA_3_70B),
        ("12Nd^2 + 13Nd + Vd = 12Nd^2 + 14Nd + Vd", T),
    ],
)
def test_a_claim_that_contradicts_itself_is_told_so_first(claim, model):
    verdict = check(claim, model, AT if model is T else None)
    assert not verdict.right
    assert verdict.reason.startswith("the claim contradicts itself")


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("2048^2·12·24 + 2048·100000 > 1{,}400{,}000{,}000", True),
        ("2048^2·12·24 + 2048·100000 > 1{,}500{,}000{,}000", False),
        ("P > 1.4e9", True),
        (r"P \le 1.4 \times 10^9", False),
        ("> 1 billion", True),
    ],
)
def test_inequalities_have_a_truth(claim, right):
    verdict = check(claim, sp.Transformer(24, 2048, 100000))
    assert verdict.right is right, verdict.reason


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("124 million", True), ("about 124 million parameters", True), ("roughly 124M", True), ("124 439 808", True),
        ("124'439'808", True), (r"\num{124439808}", True), ("**124,439,808 parameters**", True), ("124_439_808", True),
        ("125 million", False), ("about 130 million parameters", False), ("124 439 809", False), ("0.12 billion", True),
        ("参数 = 124439808", True), (r"\boxed{N = 124{,}439{,}808}", True), ("Число параметров: 124 439 808", True),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(claim, right):
    verdict = check(claim, GPT2)
    assert verdict.right is right, verdict.reason


TESTED = [  # found by a tester who searched them out
    ("3 × (n² + nm + n)", sp.GRU(I, H), {}, True),
    ("4 × (mn + n² + n)", sp.LSTM(I, H), {}, True),
    ("L*(12d^2+13d) + Vd", T, {}, True),
    ("nm + m = 10×20 + 20 = 220", sp.Linear(I, O), {I: 10, O: 20}, True),
    ("≈ 4d² + 2d·d_ff = 12d²", LAYER, {}, True),
    ("P ≈ 12·12·768² ≈ 85M", T, AT, True),
    ("12Nd² ≈ 85M", T, AT, True),
    ("85M < 123,651,840 < 200M", T, AT, True),
    ("O(d²)", T, {}, True),
    ("O(d^3)", T, {}, False),
    ("P ∝ d²", T, {}, True),
    ("(10+1)*20 = 230 < 1000", sp.Linear(10, 20), {}, False),
    ("P = 13nm < 10^9", sp.Linear(I, O), {I: 10, O: 20}, False),
    ("12Nd^2 + 13Nd + Vd = 130M < 200M", T, AT, False),
    ("7 < 8", sp.Linear(I, O), {}, False),
    ("0B", GPT2, {}, False),
    ("1B", sp.Linear(596_000_000, 1, bias=False), {}, False),
    (r"1.75\times 10^{11} \text{ parameters}", sp.Transformer(96, 12288, 50257, positions=2048, final_norm=True), {}, True),
    ("P >= 4n(m+n+1)", sp.LSTM(I, H), {}, True),
    ("√n·m + m", sp.Linear(I, O), {}, False),
    ("4d^2+2d f+9d+f", LAYER, {"f": 4 * d}, True),
    (r"P=|V|\cdot d = 32128 \times 768 ≈ 24.7M", sp.Embedding(32128, 768), {}, True),
    ("h2×out", sp.Linear(I, O, bias=False), {}, True),
    ("4 m(x + m)", sp.LSTM(I, H, biases=0), {}, True),
    ("e(4e+2(f+2))", sp.TransformerEncoderLayer(d, F, bias=False), {}, True),
]


@pytest.mark.parametrize(("claim", "model", "where", "right"), TESTED, ids=[row[0] for row in TESTED])
def test_what_a_tester_found(claim, model, where, right):
    verdict = check(claim, model, where)
    assert verdict.right is right, verdict.reason


@pytest.mark.parametrize(
    ("claim", "quantity"),
    [("Trainable params: 128", "trainable"), ("128 trainable parameters", "trainable"), ("Non-trainable params: 128", "frozen")],
)
def test_a_quantity_that_the_text_names(claim, quantity):
    norm = sp.BatchNorm(64, statistics="frozen")
    verdict = check(claim, norm)
    assert verdict.right and verdict.of.name == quantity
    with pytest.raises(MatchError, match="one quantity"):
        check(claim, norm, of="non_embedding")


@pytest.mark.parametrize(
    ("claim", "model", "where", "words"),
    [
        ("d_ff = 4d", LAYER, {}, "a claim about the size d_ff"),
        ("12Nd^2 <= P <= 12Nd^2+13Nd+Vd", T, {}, "is P the quantity, or a size"),
        ("4*(input_size*hidden_size + input_size^2 + input_size)", sp.LSTM(I, H), {}, "right only where hidden_size is I"),
        ("4d^2+4d", sp.MultiHeadAttention(d, h), {d: 10, h: 3}, "h divides d"),
        ("d", sp.Linear(d, d), [("d", d)], "a dictionary"),
        ("n*m+m", sp.Linear(I, O), {"I": 100, I: 200}, "two meanings"),
        ("3076 q", sp.MultiHeadAttention(768), {}, "what is q"),
    ],
)
def test_what_is_asked(claim, model, where, words):
    with pytest.raises(MatchError, match=words):
        check(claim, model, where)


# a formula holds where the architecture exists


def test_relations_of_the_model_are_put_in():
    verdict = check("12*d^2+9*d+d_ff", LAYER)
    assert (verdict.kind, verdict.conditions) == (Kind.EXACT, (Eq(f, 4 * d, evaluate=False),))
    assert "where d_ff = 4*d" in verdict.reason
    wrong = check("12*d^2+9*d+2*d_ff", LAYER)
    sizes = dict(wrong.counterexample.sizes)
    assert sizes[f] == 4 * sizes[d]


@pytest.mark.parametrize("value", [4 * d, "4*d", "4d"])
def test_where_takes_relations(value):
    layer = sp.TransformerEncoderLayer(d, f)
    assert check("12d^2+13d", layer, {"d_ff": value}).kind is Kind.EXACT
    assert check("12d^2+13d", layer, {f: value}).kind is Kind.EXACT
    assert not check("12d^2+14d", layer, {"d_ff": value}).right
    assert not check("12d^2+13d", layer).right


def test_nothing_in_where_is_ignored():
    with pytest.raises(MatchError, match="where q=…, a name that neither"):
        check("4d^2+4d", sp.MultiHeadAttention(d), {"q": d})
    with pytest.raises(MatchError, match="where q=…, a name that neither"):
        check("4d^2+4d", sp.MultiHeadAttention(d), {"q": 512})


@pytest.mark.parametrize(
    ("claim", "model", "condition"),
    [
        ("4d^2+4d", sp.MultiHeadAttention(d, h, d_head=floor(d / h)), Eq(Mod(d, h), 0)),
        ("8d^2+5d", sp.Linear(d, 32 * floor(d / 32) * 8 + 5, bias=False), Eq(Mod(d, 32), 0)),
        (r"L(2d^2+\frac{d^2}{2})", sp.Repeat(sp.Linear(d, 2 * d + floor(d / 2), bias=False), L), Eq(Mod(d, 2), 0)),
    ],
)
def test_divisibility_is_a_condition_of_an_exact_verdict(claim, model, condition):
    verdict = check(claim, model)
    assert (verdict.kind, verdict.right, verdict.conditions) == (Kind.EXACT, True, (condition,)), verdict.reason
    assert re.search(r"where \w+ divides d", verdict.reason)


def test_a_counterexample_exists_as_an_architecture():
    verdict = check("4d^2+5d", sp.MultiHeadAttention(d, h, d_head=floor(d / h)))
    sizes = dict(verdict.counterexample.sizes)
    assert verdict.kind is Kind.DIFFERENT and sizes[d] % sizes[h] == 0


# an explanation says what was searched


def test_a_number_is_searched_as_deeply_as_a_formula():
    reason = check("85056000", GPT2).reason
    assert "possibly: leaves out the embedding (−38,597,376), leaves out the positions (−786,432)" in reason
    assert "counts the feed-forward weights twice" in check("5,249,536", sp.TransformerEncoderLayer(512, 2048)).reason


def test_no_combination_says_what_was_searched():
    reason = check("14e^2 + 9ef + 15e", sp.TransformerDecoderLayer(d, f)).reason
    assert re.search(r"no combination .* \(searched: sums of up to 4 of \d+ weights and groups of weights", reason)


def test_a_bias_on_the_output_projection_only():
    claim = "91206376"
    assert check(claim, vit("out")).right is (vit("out").params == 91206376)
    verdict = check(str(vit("out").params), vit(False))
    assert verdict.kind is Kind.EXACT_UNDER
    assert [change.words for change in verdict.conventions] == ["with a bias on the output projection only"]


@pytest.mark.parametrize(
    ("claim", "model", "words"),
    [
        ("70B", LLAMA_3_70B, "truncated, not rounded"),
        ("110M", sp.Transformer(12, 768, 30522, positions=512), "1.0 % above the model"),
        ("65.2B", sp.Linear(65_285_660_672, 1, bias=False), "truncated, not rounded: the model has 65,285,660,672"),
        ("7.61B", sp.Linear(7_615_616_512, 1, bias=False), "truncated, not rounded: the model has 7,615,616,512"),
        ("2B", sp.Linear(2_506_172_416, 1, bias=False), "truncated"),
        ("3B", sp.Linear(2_406_172_416, 1, bias=False), "24.7 % above the model"),
    ],
)
def test_no_convention_is_blamed_for_a_rounded_number(claim, model, words):
    verdict = check(claim, model)
    assert (verdict.kind, verdict.conventions) == (Kind.DIFFERENT, ()), verdict.reason
    assert words in verdict.reason
    assert "part by part" not in verdict.report and "weights" not in verdict.report


CONVENTIONS = [
    ("k^2 C_in C_out + C_out", sp.Conv2d(C_in, C_out, k, groups=2), ["ungrouped"]),
    ("4d^2 + d", sp.MultiHeadAttention(d), ["with a bias on the output projection only"]),
    ("3(IH + H^2 + H) + H", sp.GRU(I, H), ["with one bias vector a gate and one more for the candidate (MLX, Flax)"]),
    (
        "4d h d_h + 2d_h",
        sp.MultiHeadAttention(d, h, d_head=sp.symbols("d_h"), bias=False),
        ["with query/key norms of a head's width (Qwen3)"],
    ),
    (
        "N(4d^2 + 3 d d_ff + 4d) + Vd + 2d",
        sp.Transformer(N, d, V, f, bias=False, gated=True, norm=sp.RMSNorm(d), final_norm=True),
        ["with LayerNorm in place of RMSNorm"],
    ),
    ("4 d d_attn", sp.MultiHeadAttention(d, bias=False), []),
    ("124,475,904", GPT2, ["with the vocabulary padded to 50,304"]),
    ("163M", GPT2, ["with the head untied"]),
]


@pytest.mark.parametrize(("claim", "model", "words"), CONVENTIONS, ids=[row[0] for row in CONVENTIONS])
def test_conventions_that_explain_a_claim(claim, model, words):
    verdict = check(claim, model)
    assert [change.words for change in verdict.conventions] == words, verdict.reason
    assert verdict.kind is (Kind.EXACT_UNDER if words else Kind.EXACT)


def test_several_changes_are_a_possibility():
    verdict = check("163,037,184", sp.Transformer(12, 768, 50257))
    assert len(verdict.conventions) == 3
    assert "possibly equal with 1,024 learned positions" in verdict.reason and "all at once" in verdict.reason


def test_a_part_that_a_formula_leaves_out_is_named():
    expert = sp.FeedForward(d, f, bias=False)
    router = sp.Linear(d, E, bias=False)
    verdict = check("2 E d d_ff", sp.Sequential(router=router, experts=sp.Repeat(expert, E)))
    assert "leaves out router" in verdict.reason


def test_shares_are_shown_as_they_are_claimed():
    share = sp.Embedding(V, d).params / T.params
    verdict = check("26 %", share, {"V": 256_128, "d": 128, "N": 5})
    assert "the claim gives 26 %" in verdict.reason and re.search(r"the model has [0-9.]+ %", verdict.reason), verdict.reason


def test_conventions_speak_in_words():
    from symparams.checks.explaining.conventions import changes

    models = [T, GPT2, sp.EncoderDecoderTransformer(N, d, V), sp.GRU(I, H), sp.Conv2d(C_in, C_out, k, groups=2), vit(True)]
    models += [sp.BatchNorm(C), sp.GroupNorm(2, C), sp.Bilinear(I, H, O), sp.ConvLSTM(C_in, C_out, k)]
    models += [grouped(L, D, V, F, N, K, H), sp.Transformer(N, d, V, norm=sp.RMSNorm(d), positions=n)]
    for model in models:
        for change in changes(model, [n]):
            assert "=" not in change.words and "." not in change.words.partition(" (in ")[0], change.words


# values are compared exactly


@pytest.mark.parametrize(
    ("claim", "model"),
    [
        (r"3d·256·⌊(8d/3+255)/256⌋", sp.Linear(3 * d, 256 * sp.read("⌈d/96⌉", names="d").lhs, bias=False)),
        (r"6c^2(2^{2L}-1)", 6 * 4**L * sp.symbols("c") ** 2 - 6 * sp.symbols("c") ** 2),
        (
            r"\frac{4Ld^2}{4Ld^2+2L d d_{ff}}",
            sp.MultiHeadAttention(d, bias=False).params
            / (sp.MultiHeadAttention(d, bias=False).params + sp.FeedForward(d, f, bias=False).params),
        ),
        ("⌈n/2⌉ + ⌊n/2⌋", sp.RMSNorm(n)),
    ],
)
def test_values_that_are_equal_are_equal(claim, model):
    verdict = check(claim, model)
    assert verdict.kind is Kind.EXACT, verdict.reason


# quantities have names


def test_quantities():
    model = sp.Transformer(N, d, V, positions=sp.symbols("n_ctx"))
    verdict = check("N(12d^2+13d)", model, of="non_embedding")
    assert verdict.right and "without the embedding and the positions" in verdict.reason
    assert not check("N(12d^2+13d)", model).right
    norm = sp.BatchNorm(C, statistics="frozen")
    assert check("2C", norm, of="trainable").right and check("2C", norm, of="frozen").right and check("4C", norm).right
    with pytest.raises(SymparamsError, match="parameters, trainable, frozen, active, non_embedding"):
        check("2C", norm, of="flopz")
    with pytest.raises(MatchError, match="an expression"):
        check("2C", norm.params, of="trainable")


# values that are declared


@pytest.mark.parametrize("ratio", [Rational(3, 2), Fraction(3, 2), "3/2"])
def test_a_ratio_may_be_declared(ratio):
    assert check("2·ratio·d + d", sp.Sequential(a=sp.Linear(d, 3, bias=False), b=sp.RMSNorm(d)), {"ratio": ratio}).right


def test_whole_floats_and_texts_may_be_declared():
    assert check("4(eh+h^2+h) = 2,099,200", sp.LSTM(I, H), {"e": 512.0, "h": 512}).right
    experts = sp.symbols("num_experts")
    assert check("num_experts*d", sp.Linear(d, experts, bias=False), {"num_experts": "num_experts"}).right
    assert check("4(eh+h^2+h), e = 512, h = 512", sp.LSTM(I, H)).right
