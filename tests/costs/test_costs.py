"""Costs as closed forms: what holds of every model, what other verbs make of them, and what is refused."""

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, summation

import symparams as sp
from symparams import (
    GRU,
    LSTM,
    Conv2d,
    Data,
    DepthwiseConv2d,
    Embedding,
    EncoderDecoderTransformer,
    Flatten,
    ForEach,
    LayerNorm,
    Linear,
    MultiHeadAttention,
    On,
    Repeat,
    RMSNorm,
    SeparableConv2d,
    Sequential,
    Transformer,
    TransformerEncoderLayer,
    breakdown,
    caches,
    closed_form,
    compare,
    derive,
    flops,
    kv_cache,
    latex,
    leading_order,
    operations,
    solve,
    symbols,
)
from symparams.errors import CostError, StructureError
from symparams.notation import expr_of, same

N, d, V, b, s, p, m, h, f, k, w, H, W, E = symbols("N d V b s p m h f k w H W E")
GPT = Transformer(N, d, V)
LLAMA = Transformer(N, d, V, f, h, n_kv_head=k, bias=False, gated=True, norm=RMSNorm(d), final_norm=True, head="untied")
WINDOWED = TransformerEncoderLayer(d, f, attention=MultiHeadAttention(d, h, window=4))
MODELS = {
    "gpt": (GPT, {}),
    "llama": (LLAMA, {}),
    "lstm": (LSTM(f, h), {}),
    "shared": (Repeat(TransformerEncoderLayer(d, f), N, shared=True), {}),
    "mixture": (Sequential(router=Linear(d, E), experts=Repeat(Linear(d, d), E, active=k)), {}),
    "both": (EncoderDecoderTransformer(N, d, V), {"memory": m}),
    "windows": (WINDOWED, {}),
}
every_model = pytest.mark.parametrize(("model", "data"), MODELS.values(), ids=MODELS)


@every_model
def test_costs_are_linear_in_the_batch_and_their_parts_add_up(model, data):
    whole = flops(model, b, s, **data)
    assert same(whole.expr, b * flops(model, 1, s, **data).expr)
    rows = breakdown(model, of=operations(b, s, **data))
    assert same(sum(row.expr for row in rows.rows), whole.expr)


@every_model
def test_a_derivation_of_costs_holds_step_by_step(model, data):
    derivation = derive(model, of=operations(b, s, **data))
    assert derivation.check() is derivation
    assert same(expr_of(derivation.result), flops(model, b, s, **data))


@pytest.mark.parametrize(("model", "data"), [pair for name, pair in MODELS.items() if name != "lstm"])  # see the next test
def test_what_starts_with_a_table_costs_three_times_as_much_in_training(model, data):
    learned = {} if model in (GPT, LLAMA, MODELS["both"][0]) else {"learned": True}
    training = flops(model, b, s, training=True, **learned, **data)
    assert same(training.expr, 3 * flops(model, b, s, **data).expr)


def test_the_first_state_has_no_gradient_and_raw_data_neither():
    forward, training = flops(GRU(f, h), b, s), flops(GRU(f, h), b, s, training=True)
    assert same(training.expr, 3 * forward.expr - 3 * 2 * b * s * h * f - 3 * 2 * b * h**2)


def test_full_recomputation_runs_the_layers_four_times_and_the_head_three_times():
    head = 2 * V * b * d * s
    layers = flops(GPT, b, s).expr - head
    assert same(flops(GPT, b, s, training=True, recompute=True).expr, 4 * layers + 3 * head)


@pytest.mark.parametrize("model", [GPT, LLAMA])
def test_the_steps_of_decoding_add_up_to_the_causal_prefill(model):
    step = flops(model, b, 1, past=p).expr
    rest = summation(step.expand(), (p, 1, s - 1)) + flops(model, b, 1).expr
    assert same(rest.expand(), flops(model, b, s, causal=True).expr.expand())


@settings(max_examples=60)
@given(st.integers(1, 9), st.integers(0, 9), st.integers(1, 9), st.integers(2, 9))
def test_a_causal_prefill_in_chunks_adds_up_with_windows_too(first, second, third, window):
    attention = MultiHeadAttention(8, 2, window=window)
    lengths = [length for length in (first, second, third) if length]
    chunks, past = [], 0
    for length in lengths:
        chunks.append(flops(attention, 1, length, past=past, causal=True).at())
        past += length
    assert sum(chunks) == flops(attention, 1, past, causal=True).at()
    pairs = sum(min(window, query + 1) for query in range(past))
    assert flops(attention, 1, past, causal=True).at() == 2 * past * 4 * 64 + 4 * 8 * pairs


def test_causal_scores_are_half_and_a_half_position_more():
    scores = flops(GPT, b, s).expr - flops(Transformer(N, d, V), b, s, causal=True).expr
    assert same(scores, 2 * N * b * d * s**2 - 2 * N * b * d * s)


def test_as_many_groups_as_heads_are_no_groups():
    assert same(flops(MultiHeadAttention(d, h, n_kv_head=h), b, s), flops(MultiHeadAttention(d, h), b, s))
    assert same(kv_cache(MultiHeadAttention(d, h, n_kv_head=h), b, s), 2 * b * s * d)


def test_caches_of_a_window_stop_growing():
    attention = MultiHeadAttention(64, 4, window=8)
    assert [kv_cache(attention, 1, length).at() for length in (3, 7, 8, 100)] == [2 * 64 * n for n in (3, 7, 7, 7)]


def test_only_the_active_experts_run_and_all_are_stored():
    mixture = Repeat(Linear(d, d, bias=False), E, active=k)
    assert same(flops(mixture, b, s), 2 * b * s * k * d**2)
    assert same(mixture.params, E * d**2)


def test_a_kernel_of_one_is_a_dense_layer_and_a_separable_one_the_sum():
    assert same(flops(Conv2d(d, f, 1), b, extent=(H, W)), flops(Linear(d, f), b, extent=(H, W)))
    flat = Sequential(Flatten(), Linear(3 * 5 * 7, f))
    assert same(flops(Conv2d(3, f, (5, 7), padding=0), b, extent=(5, 7)), flops(flat, b, extent=(5, 7)))
    both = flops(DepthwiseConv2d(d, 3), b, extent=(H, W)).expr + flops(Conv2d(d, f, 1), b, extent=(H, W)).expr
    assert same(flops(SeparableConv2d(d, f, 3), b, extent=(H, W)), both)


def test_every_verb_takes_every_quantity():
    of = operations(b, s)
    assert leading_order(flops(GPT, b, s), d).expr == 24 * N * b * s * d**2
    assert "24" in latex(flops(GPT, b, s)) and r"\begin{align" in latex(derive(GPT, of=of), env="align")
    assert same(compare(GPT, LLAMA, of=operations(b, s)).difference, flops(GPT, b, s).expr - flops(LLAMA, b, s).expr)
    found = solve(Transformer(12, d, 50257), 300_000_000_000, d, of=operations(1, 1024))
    assert "d" in str(found)
    for quantity in (of, operations(b, s, training=True, recompute=True), caches(b, s, bytes=2)):
        assert pickle.loads(pickle.dumps(quantity)) == quantity == copy.deepcopy(quantity)
        form = closed_form(GPT, quantity)
        assert pickle.loads(pickle.dumps(form)) == form


def test_what_else_is_counted_is_a_table():
    layer = Sequential(Embedding(V, d), LayerNorm(d), Linear(d, f))
    plain = flops(layer, b, s).expr
    more = flops(layer, b, s, table={"look-up": 2, "norm": 5, "bias": 1}).expr
    assert same(more - plain, 2 * b * s * V * d + 5 * b * s * d + b * s * f)
    soft = flops(MultiHeadAttention(d, h), b, s, table={"softmax": 3}).expr
    assert same(soft - flops(MultiHeadAttention(d, h), b, s).expr, 3 * b * h * s**2)


REFUSED = {
    "kernel": (lambda: flops(Conv2d(3, 64, 7, padding=0), extent=(5, 5)), CostError, "a kernel of 7 positions on 5"),
    "dimensions": (lambda: flops(Conv2d(3, 64, 7), seq=s), CostError, r"extent=\(H, W\)"),
    "both extents": (lambda: flops(Linear(3, 4), seq=s, extent=(H, W)), CostError, "one of them"),
    "no memory": (lambda: flops(EncoderDecoderTransformer(N, d, V), b, s), CostError, "memory="),
    "no cache": (lambda: kv_cache(Linear(3, 5), b, s), CostError, "keeps nothing"),
    "widths": (
        lambda: flops(Sequential(a=Linear(3, 64), z=Linear(128, 5))),
        StructureError,
        "z wants an input 128 wide",
    ),
    "doubled width": (lambda: flops(Sequential(a=Linear(3, d), z=LayerNorm(2 * d))), StructureError, "z wants an input 2\\*d"),
    "copies": (lambda: flops(Sequential(Repeat(Linear(3, 5), 4), Linear(5, 2))), CostError, "hand on 5"),
    "strides": (lambda: flops(Sequential(Repeat(Conv2d(3, 3, 3, stride=2), 4)), extent=(8, 8)), CostError, "as it is"),
    "collision": (lambda: flops(TransformerEncoderLayer(d), seq=symbols("d_ff")), CostError, "stands for one thing"),
    "index": (lambda: flops(ForEach(Linear(d, d), (p, 1, N)), seq=p), CostError, "stands for one thing"),
    "table": (lambda: flops(GPT, b, s, table={"softmaxx": 3}), CostError, "softmaxx"),
    "recomputation": (lambda: flops(GPT, b, s, recompute=True), CostError, "training=True"),
    "raw copies": (lambda: flops(Repeat(TransformerEncoderLayer(d), N), b, s, training=True), CostError, "learned=True"),
}


@pytest.mark.parametrize(("ask", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_with_the_place(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_widths_under_relations_and_unknown_widths_are_not_refused():
    assert flops(Sequential(Linear(d, f), Linear(h, d))).expr == 2 * d * f + 2 * d * h
    assert flops(GPT, b, s).at(N=12, d=768, V=50257, b=1, s=1024) == 291_648_307_200


def test_a_part_may_meet_something_else():
    layer = Linear(d, d, bias=False)
    assert same(flops(On(layer, "sample"), b, s), 2 * b * d**2)
    assert same(flops(On(layer, "head"), b, s, last=True), 2 * b * d**2)
    assert On(layer, "beside").gives(Data(b, (s,), width=Integer(7))).width == 7


@pytest.mark.parametrize(
    "text",
    [
        "Mamba2Mixer(d, h, 64)", "MambaMixer(d)", "MultiHeadAttention(d, h)", "TransformerEncoderLayer(d)",
        "Linear(d, h)", "TimeMix(d)", "ChannelMix(d, d_ff)", "Repeat(FeedForward(d, d_ff), N)",
    ],
)  # fmt: skip
def test_a_training_step_on_what_is_learned_is_three_forward_passes(text):
    """Each product of two matrices has two gradients, each a product of the same size."""
    layer, (b, s) = sp.read_model(text), sp.symbols("b s")
    forward, step = sp.flops(layer, b, s), sp.flops(layer, b, s, training=True, learned=True)
    assert (step.expr - 3 * forward.expr).expand() == 0, text
