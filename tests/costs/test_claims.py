"""Claims about costs as people write them: what is right, under which convention, and which work was counted wrongly."""

import pytest

from symparams import Transformer, architecture, caches, check, operations, read_model, symbols
from symparams.checks import Kind
from symparams.errors import CostError, MatchError

N, d, V, b, s, f, h, g, d_h, beta = symbols("N d V b s f h g d_h beta")
GPT, GROUPS = Transformer(N, d, V), Transformer(N, d, V, f, h, n_kv_head=g, d_head=d_h, bias=False)
FORWARD, TRAINING, CACHE = operations(b, s), operations(b, s, training=True), caches(b, s)
CLAIMS = {
    r"72BLsh^2\left(1+\frac{s}{6h}+\frac{V}{12hL}\right)": (GPT, TRAINING, Kind.EXACT, ""),
    r"96Bslh^{2}\left(1+\frac{s}{6h}+\frac{V}{16lh}\right)": (GPT, TRAINING, Kind.EXACT_UNDER, "run forward once more"),
    r"72BLsh^2\left(1+\frac{s}{3h}+\frac{V}{12hL}\right)": (
        GPT,
        TRAINING,
        Kind.DIFFERENT,
        "scores 6 times instead of 3",
    ),
    "12 N d**2 b s + 2 N b s**2 d + V b d s": (GPT, FORWARD, Kind.EXACT_UNDER, "multiply-adds, called operations"),
    "N*(24*b*s*d**2 + 2*b*d*s*(s + 1)) + 2*V*b*d*s": (GPT, FORWARD, Kind.EXACT_UNDER, "under the causal mask only"),
    "N*(24*b*s*d**2 + 4*b*d*s**2) + 4*V*b*d*s": (GPT, FORWARD, Kind.EXACT_UNDER, "look-up of the embedding counted as a product"),
    "N*(24*b*s*d**2 + 4*b*d*s**2) + 2*V*b*d": (GPT, FORWARD, Kind.EXACT_UNDER, "last position"),
    "24*layers*batch*seqlen*hidden**2 + 4*layers*batch*seqlen**2*hidden + 2*batch*seqlen*hidden*vocab": (
        GPT,
        FORWARD,
        Kind.EXACT,
        "",
    ),
    "≈ 24 N b s d^2": (GPT, FORWARD, Kind.LEADING_ORDER, ""),
    "N*(24*b*s*d**2 + 2*b*d*s**2) + 2*V*b*d*s": (GPT, FORWARD, Kind.LEADING_ORDER, "under the causal mask only"),
    "N*(8*b*s*d**2 + 4*b*d*s**2) + 2*V*b*d*s": (GPT, FORWARD, Kind.DIFFERENT, "leaves out the feed-forward"),
    "2 * batch_size * seq_len * n_layers * n_kv_heads * head_dim": (GROUPS, CACHE, Kind.EXACT, ""),
    "4 * batch_size * seq_len * n_layers * n_kv_heads * head_dim": (GROUPS, CACHE, Kind.EXACT_UNDER, "in bytes, 2 for each"),
    "batch_size * seq_len * n_layers * n_kv_heads * head_dim": (GROUPS, CACHE, Kind.DIFFERENT, "leaves out the keys; or"),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_claims(claim):
    model, of, kind, words = CLAIMS[claim]
    verdict = check(claim, model, of=of)
    assert verdict.kind is kind, verdict
    assert words in verdict.reason
    assert verdict.right is (kind is Kind.EXACT or (kind is Kind.LEADING_ORDER and claim.startswith("≈")))
    assert verdict.latex() and verdict.as_json() and repr(verdict)


WITHIN = {  # a layer as it stands in a model: its input has a gradient
    "18BTDF": ("FeedForward(D, F, gated=True)", Kind.EXACT_UNDER, "input's gradient as well, as within a model"),
    "24BTDNH + 12BT^2NH": ("MultiHeadAttention(D, n_head=N, d_head=H)", Kind.EXACT_UNDER, "learned=True"),
    "14BTDF": ("FeedForward(D, F, gated=True)", Kind.EXACT, ""),
}


@pytest.mark.parametrize("claim", WITHIN)
def test_a_training_step_of_a_layer_within_a_model(claim):
    model, kind, words = WITHIN[claim]
    verdict = check(claim, read_model(model), of="flops(B, T, training=True)")
    assert verdict.kind is kind and words in verdict.reason, verdict
    forward = check(claim, read_model(model), of="flops(B, T)")
    assert forward.kind is Kind.EXACT_UNDER and "the backward pass" in forward.reason, forward


def test_a_bias_as_a_multiply_add():
    verdict = check("2HW(C_{in}K^2+1)C_{out}", read_model("Conv2d(C_in, C_out, K)"), of="flops(1, extent=(H, W))")
    assert verdict.kind is Kind.EXACT_UNDER and "a multiply-add for each bias" in verdict.reason


@pytest.mark.parametrize(
    ("claim", "of", "kind"),
    [
        ("24*n_layer*d_model^2 FLOPs per token", "flops(1, s, per_token=True)", Kind.LEADING_ORDER),
        ("N(24bsd^2 + 4bds^2) + 2Vbds operations", "flops(b, s)", Kind.EXACT),
        ("12 N b s d² + 2 N b d s² + V b d s MACs", "multiply_adds(b, s)", Kind.EXACT),
        ("2 * n_layers * hidden_size * seq_len * batch * 2 bytes", "kv_cache(b, s, bytes=2)", Kind.EXACT),
        ("4 n_layer d_model (2 d_attn + d_ff) per token", "flops(1, s, per_token=True)", Kind.LEADING_ORDER),
    ],
)
def test_the_unit_may_stand_behind(claim, of, kind):
    names = ("n_layer", "d_model", "V") if "d_attn" in claim else ("N", "d", "V")
    assert check(claim, Transformer(*symbols(" ".join(names))), of=of).kind is kind


@pytest.mark.parametrize(
    ("claim", "of"),
    [
        ("2 L s n_kv d_h bytes", FORWARD),
        ("24 N b s d^2 FLOPs", CACHE),
        ("12 N b s d^2 MACs", FORWARD),
        ("24 N d^2 FLOPs per token", FORWARD),
    ],
)
def test_another_unit_is_asked_about(claim, of):
    with pytest.raises(MatchError, match="speaks of"):
        check(claim, GROUPS, of=of)


def test_the_difference_is_against_the_convention_that_was_asked_for():
    verdict = check("N*(24*b*s*d**2 + 4*b*d*s**2) + 4*V*b*d*s", GPT, of=FORWARD)
    assert verdict.difference == 2 * V * b * d * s and verdict.at(V=2, b=1, d=1, s=1) == 4


L, h, a = symbols("L h a")


@pytest.mark.parametrize(
    ("claim", "model", "of", "kind"),
    [
        (
            "24Lbsh^2",
            Transformer(L, h, V),
            "flops",
            Kind.LEADING_ORDER,
        ),  # h: the hidden size of Megatron's letters, not the heads
        ("12Lbsh^2", Transformer(L, h, V), "multiply_adds", Kind.LEADING_ORDER),
        (
            "8*n_layer*b*s*d_model^2 + 4*n_layer*b*s^2*d_model + 4*n_layer*b*s*d_model*d_ff + 2*b*s*d_model*n_vocab",
            Transformer(L, h, V),
            "flops",
            Kind.EXACT,
        ),
        (
            "2*n_layers*n_heads*d_head*seq_len*batch_size*2",
            Transformer(L, h, V, n_head=a),
            "kv_cache(b, s, bytes=2)",
            Kind.EXACT,
        ),
        ("72BLsh^2(1 + s/(6h) + V/(12hL))", Transformer(L, h, V), "flops(b, s, training=True)", Kind.EXACT),
    ],
)
def test_the_letters_of_others_mean_what_they_do_in_the_tree(claim, model, of, kind):
    assert check(claim, model, of=of).kind is kind


def test_glued_letters_are_a_product_also_beside_a_name_that_nobody_knows():
    with pytest.raises(MatchError, match="what is n"):
        check("4blh(s+n)", Transformer(*symbols("l h V")), of="kv_cache(b, s, bytes=2)")


def test_a_name_for_what_the_model_does_not_tell_apart_is_asked_for():
    with pytest.raises(MatchError, match="what is d_head"):
        check("2*n_layers*n_heads*d_head*seq_len*batch_size*2", Transformer(L, h, V), of="kv_cache(b, s, bytes=2)")


@pytest.mark.parametrize("claim", ["6ND", "C ≈ 6ND", "C = 6 N D", r"C \approx 6 \cdot N \cdot D", "$6ND$", "2N"])
def test_what_parameters_and_tokens_are_is_asked(claim):
    with pytest.raises(MatchError, match="by its place a number of parameters"):
        check(claim, GPT, of=TRAINING)


def test_with_both_said_it_is_the_leading_order():
    L = symbols("L")
    model = Transformer(L, d, V)
    verdict = check("C ≈ 6ND", model, {"N": 12 * L * d**2 + V * d, "D": b * s}, of=TRAINING)
    assert verdict.kind is Kind.LEADING_ORDER and verdict.right


@pytest.mark.parametrize(("factor", "of", "option"), [(4, caches(b, s), "bytes=2"), (2, caches(b, s, bytes=2), "bytes=None")])
def test_the_option_of_a_cache_that_makes_a_claim_right(factor, of, option):
    verdict = check(f"{factor}*N*b*d*s", GPT, of=of)
    assert verdict.kind is Kind.EXACT_UNDER and verdict.annotation == option


@pytest.mark.parametrize(
    ("claim", "of"),
    [
        ("(24d^2 + 4ds)N + 2Vd", "flops(per_token=True)"),
        ("N(24d^2 + 8 d s) + 2Vd", "flops(per_token=True)"),
        ("24Nd^2 + 4NdT + 2Vd", "flops(per_token=True)"),
        ("2bsdN", "kv_cache()"),
        ("2 N d \\cdot n_{ctx}", "kv_cache()"),
    ],
)
def test_a_length_that_nobody_said_is_asked_for(claim: str, of: str):
    model = read_model("Transformer(N, d, V)")
    with pytest.raises(MatchError, match=r"where no length is said|could|what"):
        check(claim, model, of=of)


def test_a_letter_of_the_model_is_no_length():
    s, d, V, N = symbols("s d V N")
    assert not check("(24s^2 + 5s)N + 2Vs", Transformer(N, s, V), of="flops(per_token=True)").right
    assert check("(24d^2 + 4d)N + 2Vd", Transformer(N, d, V), of="flops(per_token=True)").right
    assert check("(24d^2 + 4ds)N + 2Vd", Transformer(N, d, V), of="flops(1, s, per_token=True)").right
    assert check("(24d^2 + 4ds)N + 2Vd", Transformer(N, d, V), {"s": 1}, of="flops(per_token=True)").right


def test_the_tree_of_the_atlas_names_its_counterpart():
    with pytest.raises(CostError, match=r"counterpart\(architecture\(name\)\)"):
        check("36,864", architecture("gpt2").layer, of="kv_cache(1, 1, bytes=2)")
