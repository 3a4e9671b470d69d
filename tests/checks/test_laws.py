"""Laws of judging, over random architectures: what the model itself says is exact, a weight more or less is found and named."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import Add, Integer, expand

import symparams as sp
from symparams import Kind, check, closed_form, read_model
from symparams.checks.counts import count_of
from symparams.notation import at_values, same, tex, text

I, H, O, N, d, V, f, h, k, T = sp.symbols("I H O N d V d_ff h k T")

transformers = st.builds(
    lambda own, **options: sp.Transformer(N, d, V, *([f] if own else []), **options),
    own=st.booleans(),
    positions=st.sampled_from([None, T]),
    final_norm=st.booleans(),
    head=st.sampled_from(["tied", "untied"]),
    bias=st.booleans(),
    gated=st.booleans(),
    norm=st.sampled_from([sp.LayerNorm(d), sp.RMSNorm(d), sp.LayerNorm(d, bias=False)]),
    norms=st.sampled_from(["one", "two", "shared"]),
)
models = st.one_of(
    transformers,
    st.builds(lambda biases, layer: layer(I, H, biases), st.sampled_from([0, 1, 2]), st.sampled_from([sp.RNN, sp.GRU, sp.LSTM])),
    st.builds(lambda bias: sp.Linear(I, O, bias), st.booleans()),
    st.builds(lambda bias: sp.MultiHeadAttention(d, bias=bias), st.sampled_from([True, False, "qkv"])),
    st.builds(lambda gated, bias: sp.FeedForward(d, f, gated, bias), st.booleans(), st.booleans()),
    st.builds(lambda bias: sp.TransformerEncoderLayer(d, f, bias=bias), st.booleans()),
    st.builds(lambda bias: sp.TransformerDecoderLayer(d, f, bias=bias), st.booleans()),
    st.builds(lambda bias: sp.Conv2d(I, O, k, bias=bias), st.booleans()),
    st.just(sp.Sequential(one=sp.Embedding(V, d), two=sp.LSTM(d, H), three=sp.Linear(H, O))),
)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(models)
def test_what_the_model_says_of_itself_is_exact(model):
    closed = closed_form(model)
    for claim, syntax in ((text(closed.form), "python"), (tex(closed.form), "latex"), (text(closed.expanded), None)):
        verdict = check(claim, model, syntax=syntax)
        assert (verdict.kind, verdict.right, verdict.difference) == (Kind.EXACT, True, 0)


@few
@given(models, st.sampled_from([1, -1]), st.randoms(use_true_random=False))
def test_a_weight_twice_or_not_at_all_is_named(model, times, random):
    weights = [placed for placed in model.weights() if placed.counted]
    weight = random.choice(weights)
    assume(times > 0 or len(weights) > 1)
    claim = text(expand(model.params + times * weight.count))
    verdict = check(claim, model)
    assert same(verdict.difference, times * weight.count)
    assert not verdict.right
    if verdict.kind is Kind.EXACT_UNDER:
        assert check(claim, read_model(verdict.annotation)).kind is Kind.EXACT
    elif verdict.kind is Kind.DIFFERENT:
        (group, changed), *others = verdict.attribution.changes
        assert not others and changed == times
        equal = {placed.name for placed in weights if same(placed.count, weight.count)}
        assert same(group.count.xreplace({f: 4 * d}), weight.count.xreplace({f: 4 * d}))
        assert len(group.members) > 1 or group.members <= equal
        _differs(verdict, claim)
    else:
        assert verdict.kind is Kind.LEADING_ORDER


def _differs(verdict, claim):
    """The counterexample, worked out from the two formulas themselves."""
    example = verdict.counterexample
    sizes = {symbol: Integer(size) for symbol, size in example.sizes}
    stated = sp.read(claim, names=[symbol.name for symbol in (I, H, O, N, d, V, f, h, k, T)]).lhs
    assert at_values(stated, sizes) == example.claimed
    assert at_values(expand(stated - verdict.difference), sizes) == example.real
    assert example.claimed != example.real


@few
@given(models, st.lists(st.tuples(st.integers(-9, 9), st.sampled_from([d, H, I, V, f, N])), min_size=1, max_size=3))
def test_the_difference_is_claim_less_model(model, noise):
    own = model.params.free_symbols
    added = Add(*(number * symbol for number, symbol in noise if symbol in own))
    assume(added != 0)
    claim = text(expand(model.params + added))
    verdict = check(claim, model)
    assert same(verdict.difference, added)
    assert verdict.reason
    if verdict.attribution and verdict.attribution.changes:
        assert same(Add(*(times * group.count for group, times in verdict.attribution.changes)), added)
    elif verdict.by_part:
        assert same(Add(*(gap for _, gap in verdict.by_part)), -added)
    if verdict.counterexample:
        _differs(verdict, claim)


@pytest.mark.parametrize("bias", [True, False])
def test_every_weight_of_an_encoder_layer(bias):
    model = sp.TransformerEncoderLayer(d, f, bias=bias)
    for placed in model.weights():
        for times in (1, -1):
            verdict = check(text(expand(model.params + times * count_of(placed, frozenset()))), model)
            assert verdict.kind in (Kind.DIFFERENT, Kind.LEADING_ORDER, Kind.EXACT_UNDER)
            if verdict.kind is Kind.DIFFERENT:
                assert len(verdict.attribution.changes) == 1
