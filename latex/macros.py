# ruff: noqa: F403, F405  # the claims' symbols and models, by their short names
"""The formulas and numbers that the paper's text names, each a TeX command."""

from __future__ import annotations

from claims import *
from sympy import Poly

from symparams import closed_form, latex
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
    return percent(1 - at(GAP["rounding of d_ff"], LLAMAS[name]) / at(gap, LLAMAS[name])).replace(" %", "\\,\\%")


def claim(key: str, under: str = "", numeric: bool = False) -> Claim:
    """The first claim of that id under that convention."""
    return next(row for row in CLAIMS if row.id == key and row.under == under and row.numeric == numeric)


GPT_GAP = expand(GPT.params - SHORT.expr)
LSTM_512, LSTM_512_TWO = claim("0.11", ONE, numeric=True), claim("0.11", TWO, numeric=True)
ENCODER_BASE, ENCODER_TIMES = claim("0.13", numeric=True), claim("0.13", ONE, numeric=True)

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
    "gapRounding": GAP["rounding of d_ff"],
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
    # numbers
    "rowsHeld": Integer(len(CLAIMS)),
    "rowsExact": Integer(sum(row.difference == 0 for row in CLAIMS)),
    "rowsOff": Integer(sum(row.difference != 0 for row in CLAIMS)),
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
