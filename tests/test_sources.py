"""Every statement of the five articles, with its exact difference from the real formula, and the real numbers on live modules."""

from dataclasses import replace
from fractions import Fraction

import keras
import pytest
import torch
import transformers
from sympy import Integer, Poly, Rational, expand

import symparams as sp
from latex import claims
from latex.claims import CLAIMS, DECODER, ENCODER, GAP, GPT, GPT3, LLAMA, LLAMAS, SHORT, N, V, d, e, f
from symparams.notation import percent

ARTICLES = (14, 8, 2, 7, 6)  # how many statements each makes
IDS = {f"{article}.{number}" for article, last in enumerate(ARTICLES) for number in range(1, last + 1)}
LAYER = {e: 512, f: 2048}


def at(formula, sizes):
    expr = formula.params if isinstance(formula, sp.Layer) else formula
    return expr.xreplace({symbol: Integer(size) for symbol, size in sizes.items()})


@pytest.mark.parametrize("claim", CLAIMS, ids=[f"{c.id} {c.about} {c.under}".strip() for c in CLAIMS])
def test_a_statement_is_off_by_exactly_this(claim):
    assert expand(claim.difference - claim.off) == 0
    assert (claim.difference == 0) == (claim.off == 0)


def test_another_statement_would_be_off_by_something_else():
    for claim in CLAIMS:
        assert expand(replace(claim, stated=claims.plus(claim.claimed, Integer(1))).difference - claim.off) == 1


FIGURES = [  # id, what the truth comes to, the number
    ("0.10", at(DECODER, LAYER), 4_204_032),
    ("0.10", sum(placed.shape == (e,) for placed in DECODER.weights()), 15),
    ("0.10", sum(placed.shape == (e,) and "norm" not in placed.name for placed in DECODER.weights()), 9),
    ("0.11", sp.LSTM(512, 512).params, 2_099_200),
    ("0.11", sp.LSTM(512, 512, 2).params, 2_101_248),
    ("0.12", sp.GRU(512, 512, 2).params, 1_575_936),
    ("0.12", round(Fraction(1_575_936, 2_099_200), 4), Fraction("0.7507")),
    ("0.13", sp.Transformer(6, 512, 50_000, 2048).params, 44_514_304),
    ("0.13", round(Fraction(44_514_304, 2_099_200), 1), Fraction("21.2")),
    ("0.13", round(Fraction(57_084_928, 2_100_352), 1), Fraction("27.2")),
    ("1.4", sp.RNN(100, 64, 2).params, 10_624),
    ("3.6", at(expand(GPT.params - SHORT.expr), GPT3), 658_083_840),
    ("3.6", at(V * d, GPT3), 617_558_016),
    ("3.6", at(13 * N * d, GPT3), 15_335_424),
    ("3.6", expand(sum(GAP.values()) - (LLAMA.params - SHORT.expr)), 0),
    ("3.7", at(GPT, GPT3), 174_604_259_328),
    ("4.5", sp.Bidirectional(sp.GRU(3, 2)).params, 72),
    ("4.5", sp.Bidirectional(sp.GRU(3, 2, 2)).params, 84),
]
DECOMPOSED = {  # real size, and its gap to 12Nd²: embedding and head, rounding of d_ff, norms; what share is linear in d
    "LLaMA 6.7B": (6_738_415_616, [262_144_000, 33_554_432, 266_240], "88.7 %"),
    "LLaMA 13.0B": (13_015_864_320, [327_680_000, 104_857_600, 414_720], "75.8 %"),
    "LLaMA 32.5B": (32_528_943_616, [425_984_000, 204_472_320, 805_376], "67.6 %"),
    "LLaMA 65.2B": (65_285_660_672, [524_288_000, 335_544_320, 1_318_912], "61.0 %"),
}


@pytest.mark.parametrize(("key", "found", "number"), FIGURES, ids=[f"{row[0]} {row[2]}" for row in FIGURES])
def test_the_truth_comes_to_this_number(key, found, number):
    assert found == number


@pytest.mark.parametrize("name", LLAMAS)
def test_the_gap_of_llama_is_decomposed(name):
    real, parts, linear = DECOMPOSED[name]
    assert [at(part, LLAMAS[name]) for part in GAP.values()] == parts
    assert real == at(LLAMA, LLAMAS[name]) == at(SHORT.expr, LLAMAS[name]) + sum(parts)
    assert percent(Rational(parts[0] + parts[2], sum(parts))) == linear


def test_the_table_of_article_0_fits_no_count_of_weights_once_twice_or_never():
    for layer, stated in ((ENCODER, claims.TABLE_ENCODER), (DECODER, claims.TABLE_DECODER)):
        assert Poly(stated.expr, e, f).coeff_monomial(e * f) > 2 * Poly(layer.params, e, f).coeff_monomial(e * f)
    assert Poly(claims.TABLE_ENCODER.expr, e, f).coeff_monomial(e**2) > 2 * Poly(ENCODER.params, e, f).coeff_monomial(e**2)


def of_keras(*layers, reads):
    """What Keras counts when the first layer reads data of that shape."""
    return keras.Sequential([keras.Input(reads), *layers]).count_params()


def of_torch(*modules):
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def live_gpt3():
    with torch.device("meta"):
        shape = {"vocab_size": 50257, "n_positions": 2048, "n_embd": 12288, "n_layer": 96, "n_head": 96}
        return of_torch(transformers.GPT2LMHeadModel(transformers.GPT2Config(**shape)))


def live_llama(layers, width, heads, inner):
    with torch.device("meta"):
        shape = {"num_hidden_layers": layers, "hidden_size": width, "num_attention_heads": heads, "intermediate_size": inner}
        return of_torch(transformers.LlamaForCausalLM(transformers.LlamaConfig(vocab_size=32000, **shape)))


def llama(layers, width, inner):
    return sp.Transformer(
        layers, width, 32000, inner, bias=False, gated=True, norm=sp.RMSNorm(width), final_norm=True, head="untied"
    )


K, T = keras.layers, torch.nn
LIVE = [  # ids, the live module's count, our layer, the number
    ("0.1 0.11", lambda: of_keras(K.LSTM(512), reads=(None, 512)), sp.LSTM(512, 512), 2_099_200),
    ("0.1 0.11", lambda: of_torch(T.LSTM(512, 512)), sp.LSTM(512, 512, 2), 2_101_248),
    ("0.2 0.12", lambda: of_keras(K.GRU(512, reset_after=False), reads=(None, 512)), sp.GRU(512, 512), 1_574_400),
    ("0.2 0.12", lambda: of_keras(K.GRU(512), reads=(None, 512)), sp.GRU(512, 512, 2), 1_575_936),
    ("0.2 0.12", lambda: of_torch(T.GRU(512, 512)), sp.GRU(512, 512, 2), 1_575_936),
    ("0.5", lambda: of_torch(T.MultiheadAttention(512, 8)), sp.MultiHeadAttention(512), 1_050_624),
    ("0.5", lambda: of_torch(T.MultiheadAttention(512, 8, bias=False)), sp.MultiHeadAttention(512, bias=False), 1_048_576),
    ("0.6", lambda: of_torch(T.Linear(512, 2048), T.Linear(2048, 512)), sp.FeedForward(512, 2048), 2_099_712),
    ("0.7", lambda: of_torch(T.LayerNorm(512), T.LayerNorm(512)), sp.Repeat(sp.LayerNorm(512), 2), 2_048),
    ("0.3 0.8", lambda: of_torch(T.TransformerEncoderLayer(512, 8, 2048)), sp.TransformerEncoderLayer(512, 2048), 3_152_384),
    ("0.4 0.10", lambda: of_torch(T.TransformerDecoderLayer(512, 8, 2048)), sp.TransformerDecoderLayer(512, 2048), 4_204_032),
    (
        "0.9 0.13",
        lambda: of_torch(*[T.TransformerEncoderLayer(512, 8, 2048) for _ in range(6)], T.Embedding(50_000, 512)),
        sp.Transformer(6, 512, 50_000, 2048),
        44_514_304,
    ),
    ("0.14", lambda: of_torch(T.Embedding(50_000, 512)), sp.Embedding(50_000, 512), 25_600_000),
    ("1.1 1.4", lambda: of_keras(K.SimpleRNN(64), reads=(None, 100)), sp.RNN(100, 64), 10_560),
    ("1.1 1.4", lambda: of_torch(T.RNN(100, 64)), sp.RNN(100, 64, 2), 10_624),
    ("1.2 1.4", lambda: of_keras(K.Dense(10), reads=(64,)), sp.Linear(64, 10), 650),
    (
        "1.3 1.4",
        lambda: of_keras(K.SimpleRNN(64), K.Dense(10), reads=(None, 100)),
        sp.Sequential(sp.RNN(100, 64), sp.Linear(64, 10)),
        11_210,
    ),
    ("1.6", lambda: of_torch(T.RNN(100, 64, num_layers=3)), sp.Stacked(sp.RNN(100, 64, 2), 3), 27_264),
    ("1.7", lambda: of_keras(K.LSTM(64), reads=(None, 100)), sp.LSTM(100, 64), 4 * 10_560),
    ("1.7", lambda: of_keras(K.GRU(64, reset_after=False), reads=(None, 100)), sp.GRU(100, 64), 3 * 10_560),
    ("1.8", lambda: of_keras(K.SimpleRNN(64), reads=(7, 100)), sp.RNN(100, 64), 10_560),
    ("2.1", lambda: of_keras(K.LSTM(64), reads=(None, 128)), sp.LSTM(128, 64), 49_408),
    (
        "2.2",
        lambda: of_keras(K.Embedding(1000, 128), K.LSTM(64), K.Dense(10), reads=(None,)),
        sp.Sequential(sp.Embedding(1000, 128), sp.LSTM(128, 64), sp.Linear(64, 10)),
        178_058,
    ),
    ("3.1", lambda: of_torch(T.TransformerEncoderLayer(512, 8, 2048)), sp.TransformerEncoderLayer(512), 12 * 512**2 + 13 * 512),
    ("3.2 3.7", live_gpt3, sp.Transformer(96, 12288, 50257, positions=2048, final_norm=True), 174_604_259_328),
    ("3.6", lambda: live_llama(32, 4096, 32, 11008), llama(32, 4096, 11008), 6_738_415_616),
    ("3.6", lambda: live_llama(40, 5120, 40, 13824), llama(40, 5120, 13824), 13_015_864_320),
    ("3.6", lambda: live_llama(60, 6656, 52, 17920), llama(60, 6656, 17920), 32_528_943_616),
    ("3.6", lambda: live_llama(80, 8192, 64, 22016), llama(80, 8192, 22016), 65_285_660_672),
    ("4.1 4.6", lambda: of_keras(K.Dense(5), K.Dense(2), reads=(None, 3)), sp.Sequential(sp.Linear(3, 5), sp.Linear(5, 2)), 32),
    ("4.2 4.6", lambda: of_keras(K.SimpleRNN(2), reads=(None, 3)), sp.Recurrent(3, 2, 1), 12),
    ("4.2 4.6", lambda: of_keras(K.GRU(2, reset_after=False), reads=(None, 3)), sp.Recurrent(3, 2, 3), 36),
    ("4.3 4.6", lambda: of_keras(K.LSTM(2), reads=(None, 3)), sp.Recurrent(3, 2, 4), 48),
    ("4.4 4.6", lambda: of_keras(K.Conv2D(3, 2), reads=(None, None, 1)), sp.Conv2d(1, 3, 2), 15),
    ("4.4 4.6", lambda: of_keras(K.Conv2D(3, 2), reads=(None, None, 2)), sp.Conv2d(2, 3, 2), 27),
    (
        "4.5 4.6",
        lambda: of_keras(K.Bidirectional(K.GRU(2, reset_after=False)), reads=(None, 3)),
        sp.Bidirectional(sp.GRU(3, 2)),
        72,
    ),
    ("4.5 4.6", lambda: of_keras(K.Bidirectional(K.GRU(2)), reads=(None, 3)), sp.Bidirectional(sp.GRU(3, 2, 2)), 84),
]


@pytest.mark.parametrize(("keys", "live", "layer", "number"), LIVE, ids=[f"{row[0]} {row[3]}" for row in LIVE])
def test_live_modules_have_this_number(keys, live, layer, number):
    assert live() == layer.params == number


def test_shapes_are_those_of_live_modules():
    ours = {placed.path[-1]: placed.shape for placed in sp.RNN(2000, 128).weights()}
    of_torch = T.RNN(2000, 128)
    assert ours["weight_ih"] == tuple(of_torch.weight_ih_l0.shape) == (128, 2000)
    assert ours["weight_hh"] == tuple(of_torch.weight_hh_l0.shape) == (128, 128)
    of_keras = K.SimpleRNN(128)
    of_keras.build((None, None, 2000))
    assert [tuple(weight.shape) for weight in of_keras.weights] == [(2000, 128), (128, 128), (128,)]


def test_every_statement_is_held():
    stated, live = {claim.id for claim in CLAIMS}, {key for keys, *_ in LIVE for key in keys.split()}
    assert stated == IDS - {"4.6"}  # that numbers were compared with live Keras, as below
    assert stated | live == IDS
    assert {key for key, *_ in FIGURES} <= IDS
