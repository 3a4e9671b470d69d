# ruff: noqa: F403, F405  # the claims' symbols and models, by their short names
"""The formulas and numbers that the paper's text names, each a TeX command."""

from __future__ import annotations

from claims import *
from sympy import Eq, Poly, solve

from symparams import closed_form, flops, kv_cache, latex
from symparams.atlas import classes, entry_of, names
from symparams.notation import evaluate, percent

FIVE = Rational(5, 100)
SMALLEST, *_, LARGEST = LLAMAS


def at(what: Layer | Expr, sizes: dict) -> Expr:
    """A size in numbers."""
    expr = what.params if isinstance(what, Layer) else what
    return evaluate(expr, {symbol: size for symbol, size in sizes.items() if symbol in expr.free_symbols})


def decimal(value: Expr) -> str:
    """A fraction of hundredths as people write it: 27.2."""
    whole, hundredths = divmod(abs(value) * 100, 100)
    return f"{'-' if value < 0 else ''}{whole}.{int(hundredths):02}".rstrip("0").rstrip(".")


def linear_share(name: str) -> str:
    """The share of a LLaMA's gap that is linear in d."""
    gap = expand(LLAMA.params - SHORT.expr)
    return percent(1 - at(GAP["rounding of the inner width"], LLAMAS[name]) / at(gap, LLAMAS[name])).replace(" %", "\\,\\%")


def claim(key: str, under: str = "", numeric: bool = False) -> Claim:
    """The first claim of that id under that convention."""
    return next(row for row in CLAIMS if row.id == key and row.under == under and row.numeric == numeric)


GPT_GAP = expand(GPT.params - SHORT.expr)
LSTM_512, LSTM_512_TWO = claim("0.11", ONE, numeric=True), claim("0.11", TWO, numeric=True)
ENCODER_BASE, ENCODER_TIMES = claim("0.13", numeric=True), claim("0.13", ONE, numeric=True)

HELD = [[one.difference == 0 for one in same] for same in statements()]
GPT_SIZES = {N: GPT3[N], d: GPT3[d], V: GPT3[V]}
FORWARD, TRAINING = flops(MODEL, batch=b, seq=s), flops(MODEL, seq=s, training=True, per_token=True)
CACHE = kv_cache(MODEL, batch=b, seq=s)
SCORES = Poly(expand(FORWARD.expr), s).coeff_monomial(s**2) * s**2
SQUARES = expand(FORWARD.expr - SCORES - 2 * V * b * d * s)  # without the head

MACROS: dict[str, object] = {
    # symbols
    "symWidth": d,
    "symInner": d_ff,
    "symLayers": N,
    "symVocabulary": V,
    "symGates": g,
    "symDepth": L,
    # closed forms
    "formRecurrent": closed_form(Recurrent(I, H, g)),
    "formRecurrentTwo": closed_form(Recurrent(I, H, g, 2)),
    "formRnn": closed_form(RNN(I, H)).factored,
    "formFurther": closed_form(RNN(H, H)).factored,
    "formFeedForward": closed_form(FeedForward(e, f)),
    "formEncoder": closed_form(ENCODER),
    "formDecoder": closed_form(DECODER),
    "formLayer": closed_form(LAYER),
    "formModel": closed_form(MODEL),
    "formModelExpanded": closed_form(MODEL).expanded,
    "formGpt": closed_form(GPT),
    "formLlama": closed_form(LLAMA),
    # leading orders
    "formShort": SHORT,
    "formShortBoth": BOTH,
    "formShortError": SHORT.relative_error,
    "formShortFrom": SHORT.within(FIVE),
    "formDropped": SHORT.dropped,
    "gptFrom": SHORT.within(FIVE, at={N: GPT3[N], V: GPT3[V]}),
    # where LLaMA's gap comes from
    "gapEmbedding": GAP["embedding and head"],
    "gapRounding": GAP["rounding of the inner width"],
    "gapNorms": GAP["norms"],
    "plainInner": 4 * d,
    "gatedInner": 8 * d / 3,
    "plainMatrices": 8 * d**2,
    # what the articles state
    "statedFeedForward": TWICE,
    "statedTable": TABLE_ENCODER,
    "statedTableDecoder": TABLE_DECODER,
    "offText": claim("0.8").difference,
    "tableProduct": Poly(TABLE_ENCODER.expr, e, f).coeff_monomial(e * f) * e * f,
    "mostProduct": 2 * Poly(ENCODER.params, e, f).coeff_monomial(e * f) * e * f,
    "oneProduct": e * f,
    # costs
    "symBatch": b,
    "symLength": s,
    "costForward": FORWARD,
    "costToken": flops(MODEL, seq=s, per_token=True),
    "costTraining": TRAINING,
    "costTrainingShort": leading_order(TRAINING.expr, d),
    "costCache": CACHE,
    "costSquares": SQUARES,
    "costScores": SCORES,
    "costScoresFrom": solve(Eq(SQUARES, SCORES), s)[0],
    "gptForward": FORWARD.at({**GPT_SIZES, b: 1, s: GPT3[n_ctx]}),
    "gptScores": percent(at(SCORES, {**GPT3, b: 1, s: GPT3[n_ctx]}) / FORWARD.at({**GPT_SIZES, b: 1, s: GPT3[n_ctx]})).replace(
        " %", "\\,\\%"
    ),
    "gptCache": kv_cache(MODEL, batch=b, seq=s, bytes=2).at({N: GPT3[N], d: GPT3[d], b: 1, s: GPT3[n_ctx]}),
    # numbers
    "rowsHeld": Integer(len(CLAIMS)),
    "statementsHeld": Integer(len(HELD)),
    "statementsRight": Integer(sum(all(one) for one in HELD)),
    "statementsSome": Integer(sum(any(one) and not all(one) for one in HELD)),
    "statementsWrong": Integer(sum(not any(one) for one in HELD)),
    "atlasClasses": Integer(sum(1 for name in classes() if entry_of(name).variants)),
    "atlasModels": Integer(len(names())),
    "lstmStated": LSTM_512.claimed,
    "lstmReal": LSTM_512.truth,
    "lstmTorch": LSTM_512_TWO.truth,
    "encoderStated": ENCODER_BASE.claimed,
    "encoderReal": ENCODER_BASE.truth,
    "encoderOff": ENCODER_BASE.difference,
    "ratioStated": decimal(ENCODER_TIMES.claimed),
    "ratioReal": decimal(ENCODER_TIMES.truth),
    "gptGap": at(GPT_GAP, GPT3),
    "gptGapEmbedding": at(V * d, GPT3),
    "gptGapShare": percent(at(V * d, GPT3) / at(GPT_GAP, GPT3)).replace(" %", "\\,\\%"),
    "llamaReal": at(LLAMA, LLAMAS[SMALLEST]),
    "llamaGap": at(LLAMA.params - SHORT.expr, LLAMAS[SMALLEST]),
    "llamaLinearLow": linear_share(LARGEST),
    "llamaLinearHigh": linear_share(SMALLEST),
}


def macros() -> str:
    """The commands, one a line."""
    written = {name: value if isinstance(value, str) else latex(value) for name, value in MACROS.items()}
    return "\n".join(f"\\newcommand{{\\{name}}}{{{value}}}" for name, value in written.items())
