"""What the five articles state, as data: one row a claim, held against layers of symparams.

`stated` is the article's formula or number, as it writes it; `real` what it is about: a layer, or what follows from layers; `off`
is stated − real, 0 where the article is right. Where `at` gives sizes, both are numbers. `under` names the convention of `real`
where the statement depends on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr, Integer, Rational, Symbol, cancel, expand, floor

from symparams import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Conv2d,
    Embedding,
    FeedForward,
    Given,
    Layer,
    LayerNorm,
    Linear,
    MultiHeadAttention,
    Recurrent,
    Repeat,
    RMSNorm,
    Sequential,
    Stacked,
    Transformer,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
    breakdown,
    leading_order,
    symbols,
)
from symparams.notation import Form, Plus, Times, expr_of

e, f, h, i, o, g, d, T = symbols("e f h i o g d T")
N, V, I, H, O, L = symbols("N V I H O L")
b, s = symbols("b s")
d_ff, n_ctx, n_head, d_head = symbols("d_ff n_ctx n_head d_head")


@dataclass(frozen=True)
class Claim:
    """One statement; `id` is the article's number and the statement's."""

    id: str
    about: str
    stated: Form | int
    real: Layer | Expr | int
    off: Expr | int = 0
    at: Mapping[Symbol, int] = field(default_factory=dict)
    under: str = ""

    @cached_property
    def claimed(self) -> Expr:
        """`stated` as an expression."""
        return Integer(self.stated) if isinstance(self.stated, int) else expr_of(self.stated)

    @cached_property
    def truth(self) -> Expr:
        """What `real` comes to."""
        expr = self.real.params if isinstance(self.real, Layer) else Integer(self.real) if isinstance(self.real, int) else self.real
        return expr.xreplace({symbol: Integer(size) for symbol, size in self.at.items()})

    @cached_property
    def difference(self) -> Expr:
        """Stated − real, multiplied out."""
        return expand(cancel(self.claimed - self.truth))

    @property
    def numeric(self) -> bool:
        """Whether it is about a number at sizes, not about all sizes."""
        return not self.claimed.free_symbols and not self.truth.free_symbols


def times(*factors: Form | int) -> Times:
    """A product as the article writes it, not multiplied out."""
    return Times(tuple(Integer(factor) if isinstance(factor, int) else factor for factor in factors))


def plus(*terms: Form) -> Plus:
    """A sum in the article's order."""
    return Plus(terms)


def tenths(value: Expr) -> Expr:
    """Rounded to one decimal."""
    return Rational(floor(10 * value + Rational(1, 2)), 10)


GATE = plus(e * h, h**2, h)
ONE, TWO = "one bias vector", "two bias vectors"
E512 = {e: 512, h: 512}
BASE = {e: 512, f: 2048, N: 6, V: 50_000}

ENCODER, DECODER = TransformerEncoderLayer(e, f), TransformerDecoderLayer(e, f)
DECODERS = Sequential(embedding=Embedding(V, e), layers=Repeat(DECODER, N))
TABLE_ENCODER, TEXT_ENCODER = plus(12 * e**2, 9 * e * f, 14 * e), plus(4 * e**2, 4 * e * f, f, e, 4 * e)
TABLE_DECODER = plus(14 * e**2, 9 * e * f, 15 * e)
CODE_ENCODER = plus(times(N, plus(4 * e**2, 4 * e * f, f, 5 * e)), V * e)
CODE_DECODER = plus(times(N, plus(8 * e**2, 4 * e * f, f, 6 * e)), V * e)
TWICE = plus(times(2, plus(e * f, times(f, e))), plus(f, e))
SHARE, RATIO = Rational(75, 100), Rational(272, 10)

CALCULATOR = [
    Claim("0.1", "LSTM", times(4, GATE), LSTM(e, h), under=ONE),
    Claim("0.1", "LSTM, second form", times(4, h, e + h + 1), LSTM(e, h), under=ONE),
    Claim("0.1", "LSTM", times(4, GATE), LSTM(e, h, 2), -4 * h, under=TWO),
    Claim("0.2", "GRU", times(3, GATE), GRU(e, h), under=ONE),
    Claim("0.2", "GRU", times(3, GATE), GRU(e, h, 2), -3 * h, under=TWO),
    Claim("0.3", "encoder layer, table", TABLE_ENCODER, ENCODER, 8 * e**2 + 7 * e * f + 5 * e - f),
    Claim(
        "0.3", "encoder layer, table", TABLE_ENCODER, expr_of(TEXT_ENCODER), 8 * e**2 + 5 * e * f + 9 * e - f, under="its own 0.8"
    ),
    Claim("0.4", "decoder layer, table", TABLE_DECODER, DECODER, 6 * e**2 + 7 * e * f - f),
    Claim("0.5", "attention", plus(3 * e**2, e**2), MultiHeadAttention(e, bias=False), under="without biases"),
    Claim("0.5", "attention", plus(3 * e**2, e**2), MultiHeadAttention(e), -4 * e, under="with biases"),
    Claim("0.6", "feed-forward network", TWICE, FeedForward(e, f), 2 * e * f),
    Claim("0.6", "feed-forward network", plus(4 * e * f, f, e), FeedForward(e, f), 2 * e * f, under="second form"),
    Claim("0.7", "two layer norms", times(2, 2, e), Repeat(LayerNorm(e), 2)),
    Claim("0.8", "encoder layer, text", TEXT_ENCODER, ENCODER, 2 * e * f - 4 * e),
    Claim("0.9", "encoder, code", CODE_ENCODER, Transformer(N, e, V, f), 2 * N * e * f - 4 * N * e),
    Claim("0.10", "decoder, code", CODE_DECODER, DECODERS, 2 * N * e * f - 9 * N * e),
    Claim("0.11", "LSTM", 2_100_352, LSTM(e, h), 1_152, E512, ONE),
    Claim("0.11", "LSTM", 2_100_352, LSTM(e, h, 2), -896, E512, TWO),
    Claim("0.12", "GRU", 1_574_400, GRU(e, h), 0, E512, ONE),
    Claim("0.12", "GRU", 1_574_400, GRU(e, h, 2), -1_536, E512, TWO),
    Claim("0.12", "GRU : LSTM", SHARE, cancel(GRU(e, h).params / LSTM(e, h).params), under=ONE),
    Claim("0.12", "GRU : LSTM", SHARE, cancel(GRU(e, h, 2).params / LSTM(e, h, 2).params), under=TWO),
    Claim("0.12", "GRU : LSTM", SHARE, GRU(e, h, 2).params / LSTM(e, h).params, Rational(-3, 4100), E512, "Keras' defaults"),
    Claim("0.13", "encoder", 57_084_928, expr_of(CODE_ENCODER), 0, BASE, "its own 0.9"),
    Claim("0.13", "encoder", 57_084_928, Transformer(N, e, V, f), 12_570_624, BASE),
    Claim("0.13", "encoder : LSTM", RATIO, tenths(Rational(57_084_928, 2_100_352)), under="its own numbers"),
    Claim("0.13", "encoder : LSTM", RATIO, tenths(Transformer(6, 512, 50_000, 2048).params / LSTM(512, 512).params), 6, under=ONE),
    Claim("0.14", "embedding", 25_600_000, Embedding(V, e), 0, BASE),
]

CELL = {I: 100, H: 64, O: 10}
WITH_OUTPUT = Sequential(RNN(I, H), Linear(H, O))
SHAPE = {placed.path[-1]: placed.shape for placed in RNN(I, H).weights()}
WORDS = {I: 2000, H: 128}

SIMPLE_RNN = [
    Claim("1.1", "simple RNN", plus(H * I, H**2, H), RNN(I, H), under=ONE),
    Claim("1.1", "RNN, second form", times(H, I + H + 1), RNN(I, H), under=ONE),
    Claim("1.1", "simple RNN", plus(H * I, H**2, H), RNN(I, H, 2), -H, under=TWO),
    Claim("1.2", "output layer", times(O, H + 1), Linear(H, O)),
    Claim("1.3", "RNN with output layer", plus(times(H, I + H + 1), times(O, H + 1)), WITH_OUTPUT, under=ONE),
    Claim("1.4", "simple RNN", 10_560, RNN(I, H), 0, CELL, ONE),
    Claim("1.4", "simple RNN", 10_560, RNN(I, H, 2), -64, CELL, TWO),
    Claim("1.4", "output layer", 650, Linear(H, O), 0, CELL),
    Claim("1.4", "RNN with output layer", 11_210, WITH_OUTPUT, 0, CELL, ONE),
    Claim("1.5", "rows of the input's matrix", 128, SHAPE["weight_ih"][0], 0, WORDS),
    Claim("1.5", "columns of the input's matrix", 2000, SHAPE["weight_ih"][1], 0, WORDS),
    Claim("1.5", "rows of the state's matrix", 128, SHAPE["weight_hh"][0], 0, WORDS),
    Claim("1.5", "columns of the state's matrix", 128, SHAPE["weight_hh"][1], 0, WORDS),
    Claim("1.6", "stacked layers", plus(times(H, I + H + 1), times(L - 1, H, 2 * H + 1)), Stacked(RNN(I, H), L), under=ONE),
    Claim("1.6", "stacked layers", plus(times(H, I + H + 2), times(L - 1, H, 2 * H + 2)), Stacked(RNN(I, H, 2), L), under=TWO),
    Claim("1.7", "LSTM : simple RNN", 4, cancel(LSTM(I, H).params / RNN(I, H).params)),
    Claim("1.7", "GRU : simple RNN", 3, cancel(GRU(I, H).params / RNN(I, H).params)),
    Claim("1.8", "change with the sequence length", 0, RNN(I, H).params.diff(T)),
]

CLASSIFIER = Sequential(Embedding(V, e), LSTM(e, h), Linear(h, o))
SUMMARY = {V: 1000, e: 128, h: 64, o: 10}
TRAINED = {row.label[0]: row.expr for row in breakdown(CLASSIFIER, by="training").rows}

KERAS_LSTM = [
    Claim("2.1", "LSTM", times(plus(times(e + h, h), h), 4), LSTM(e, h), under=ONE),
    Claim("2.2", "embedding", 128_000, Embedding(V, e), 0, SUMMARY),
    Claim("2.2", "LSTM", 49_408, LSTM(e, h), 0, SUMMARY, ONE),
    Claim("2.2", "dense", 650, Linear(h, o), 0, SUMMARY),
    Claim("2.2", "total", 178_058, CLASSIFIER, 0, SUMMARY, ONE),
    Claim("2.2", "trainable", 178_058, TRAINED["trainable"], 0, SUMMARY, ONE),
    Claim("2.2", "non-trainable", 0, TRAINED.get("frozen", 0)),
]

LAYER = TransformerEncoderLayer(d)
MODEL = Transformer(N, d, V)
GPT = Transformer(N, d, V, positions=n_ctx, final_norm=True)
LLAMA = Transformer(N, d, V, d_ff, bias=False, gated=True, norm=RMSNorm(d), final_norm=True, head="untied")
SHORT = leading_order(MODEL.params, d)
BOTH = leading_order(MODEL.params, {d: 1, V: 1})
LINEAR = plus(13 * N * d, V * d)  # what 12Nd² drops of the article's own formula
GAP = {  # LLaMA's size − 12Nd², where it comes from
    "embedding and head": 2 * V * d,
    "rounding of the inner width": 3 * N * d * d_ff - 8 * N * d**2,
    "norms": (2 * N + 1) * d,
}
GPT3 = {N: 96, d: 12288, n_head: 96, d_head: 128, V: 50257, n_ctx: 2048}
LLAMAS = {
    "LLaMA 6.7B": {N: 32, d: 4096, n_head: 32, d_head: 128, V: 32000, d_ff: 11008},
    "LLaMA 13.0B": {N: 40, d: 5120, n_head: 40, d_head: 128, V: 32000, d_ff: 13824},
    "LLaMA 32.5B": {N: 60, d: 6656, n_head: 52, d_head: 128, V: 32000, d_ff: 17920},
    "LLaMA 65.2B": {N: 80, d: 8192, n_head: 64, d_head: 128, V: 32000, d_ff: 22016},
}
PUBLISHED = {"GPT-3": GPT3} | LLAMAS
ESTIMATES = [173_946_175_488, 6_442_450_944, 12_582_912_000, 31_897_681_920, 64_424_509_440]

TRANSFORMER = [
    Claim("3.1", "self-attention", plus(4 * d**2, 4 * d), MultiHeadAttention(d)),
    Claim("3.1", "feed-forward network", plus(8 * d**2, 5 * d), Given(FeedForward(d, d_ff), {d_ff: 4 * d})),
    Claim("3.1", "two layer norms", 4 * d, Repeat(LayerNorm(d), 2)),
    Claim("3.1", "layer", plus(12 * d**2, 13 * d), LAYER),
    Claim("3.2", "layers and embedding", plus(times(N, plus(12 * d**2, 13 * d)), V * d), MODEL, under="tied head"),
    Claim("3.2", "layers and embedding", plus(times(N, plus(12 * d**2, 13 * d)), V * d), GPT, -n_ctx * d - 2 * d, under="GPT-2"),
    Claim("3.3", "for large d", 12 * N * d**2, SHORT.expr, under="V fixed"),
    Claim("3.3", "for large d", 12 * N * d**2, BOTH.expr, -V * d, under="V growing with d"),
    *(Claim("3.4", f"{name}: width", sizes[d], n_head * d_head, 0, sizes) for name, sizes in PUBLISHED.items()),
    *(
        Claim("3.5", f"{name}: estimate", stated, SHORT.expr, 0, sizes)
        for stated, (name, sizes) in zip(ESTIMATES, PUBLISHED.items(), strict=True)
    ),
    Claim("3.6", "gap: the linear terms", LINEAR, expand(GPT.params - SHORT.expr), -n_ctx * d - 2 * d, under="GPT-3"),
    Claim(
        "3.6",
        "gap: the linear terms",
        LINEAR,
        expand(LLAMA.params - SHORT.expr),
        8 * N * d**2 - 3 * N * d * d_ff + 11 * N * d - V * d - d,
        under="LLaMA",
    ),
    Claim("3.7", "GPT-3 as built", plus(times(N, plus(12 * d**2, 13 * d)), V * d, n_ctx * d, 2 * d), GPT),
    Claim("3.7", "GPT-3 as built", 174_604_259_328, GPT, 0, GPT3),
]

BRACKET = plus(times(h + i, h), h)
PERCEPTRON = Sequential(Linear(i, h), Linear(h, o))
SMALL = {i: 3, h: 2}

CHECKED = [
    Claim("4.1", "feed-forward network", plus(i * h, h, h * o, o), PERCEPTRON),
    Claim("4.1", "feed-forward network", 32, PERCEPTRON, 0, {i: 3, h: 5, o: 2}),
    Claim("4.2", "recurrent layer", times(g, BRACKET), Recurrent(i, h, g), under=ONE),
    Claim("4.2", "recurrent, three gates", times(3, BRACKET), GRU(i, h, 2), -3 * h, under=TWO),
    Claim("4.3", "LSTM", 48, LSTM(i, h), 0, SMALL, ONE),
    Claim("4.4", "convolution", plus(times(i, f**2, o), o), Conv2d(i, o, f)),
    Claim("4.4", "convolution", 15, Conv2d(i, o, f), 0, {i: 1, f: 2, o: 3}),
    Claim("4.4", "convolution", 27, Conv2d(i, o, f), 0, {i: 2, f: 2, o: 3}),
    Claim("4.4", "convolution", 27, Conv2d(i, o, (32, 2)), -360, {i: 2, o: 3}, "a kernel of 32 by 2"),
    Claim("4.5", "two directions", times(2, g, BRACKET), Bidirectional(Recurrent(i, h, g)), under=ONE),
    Claim("4.5", "bidirectional GRU", 72, Bidirectional(GRU(i, h)), 0, SMALL, ONE),
    Claim("4.5", "bidirectional GRU", 72, Bidirectional(GRU(i, h, 2)), -12, SMALL, TWO),
]

ARTICLES = {
    "LSTM, GRU and Transformer calculator": CALCULATOR,
    "The simple RNN": SIMPLE_RNN,
    "The LSTM, with a Keras summary": KERAS_LSTM,
    "The Transformer in closed form": TRANSFORMER,
    "FFN, RNN and CNN, checked against Keras": CHECKED,
}
CLAIMS = [claim for claims in ARTICLES.values() for claim in claims]


def statements() -> list[list[Claim]]:
    """The claims by what the articles state, each with all that it is held against; comparisons of an article with itself apart."""
    found: dict[tuple[str, str, Expr], list[Claim]] = {}
    for claim in CLAIMS:
        found.setdefault((claim.id, claim.about, claim.claimed), []).append(claim)
    return [[one for one in same if not one.under.startswith("its own")] or same for same in found.values()]
