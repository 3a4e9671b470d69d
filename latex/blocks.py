# ruff: noqa: F403, F405  # the claims' symbols and models, by their short names
"""The paper's derivations and tables."""

from __future__ import annotations

from collections.abc import Iterator

from claims import *
from macros import FIVE, at, decimal

from symparams import breakdown, closed_form, derive, flops, legend, operations, summary
from symparams.notation import Aligned, Percent, Table, text

DERIVATIONS = {
    "derivation_lstm": derive(LSTM(I, H)),
    "derivation_stacked": derive(Stacked(RNN(I, H), L)),
    "derivation_perceptron": derive(PERCEPTRON),
    "derivation_convolution": derive(Conv2d(i, o, f)),
    "derivation_transformer": derive(MODEL, d),
}

DETAIL = {"derivation_transformer": "substitutions"}  # the weights of each norm would fill a page


def symbols_used() -> Table:
    """What each symbol stands for, read off the layers that the paper is about."""
    meanings: dict[Expr, list[str]] = {}
    for layer in (
        Recurrent(I, H, g),
        WITH_OUTPUT,
        CLASSIFIER,
        Conv2d(i, o, f),
        MODEL,
        GPT,
        LLAMA,
        ENCODER,
        PERCEPTRON,
        flops(MODEL, b, s),
    ):
        for symbol, meaning in legend(layer).rows:
            if meaning not in meanings.setdefault(symbol, []):
                meanings[symbol].append(meaning)
    rows = sorted(meanings.items(), key=lambda row: (row[0].name.lower(), row[0].name))
    cells = [(symbol, ", ".join(words)) for symbol, words in rows]
    half = -(-len(cells) // 2)
    left, right = cells[:half], cells[half:] + [("", "")] * (2 * half - len(cells))
    return Table(("Symbol", "Meaning") * 2, tuple((*one, *other) for one, other in zip(left, right, strict=True)), words=4)


def conventions() -> Table:
    """The switches that decide a formula, each with what it does to the closed form."""
    rows = [
        ("gate", "one bias vector", Recurrent(I, H, g), "Keras; its GRU with reset_after=False"),
        ("gate", "two bias vectors", Recurrent(I, H, g, 2), "PyTorch, cuDNN; Keras' GRU as it comes"),
        ("feed-forward", "plain, biases", FeedForward(d, d_ff), "GPT, BERT"),
        ("feed-forward", "gated, no biases", FeedForward(d, d_ff, gated=True, bias=False), "LLaMA"),
        ("norm", "gain and bias", LayerNorm(d), "GPT, BERT"),
        ("norm", "gain", RMSNorm(d), "LLaMA"),
        ("head", "tied to the embedding", MODEL, "GPT-2, the original Transformer"),
        ("head", "its own matrix", Transformer(N, d, V, head="untied"), "LLaMA"),
        ("positions", "learned", Transformer(N, d, V, positions=n_ctx), "GPT, BERT"),
        ("final norm", "one more", Transformer(N, d, V, final_norm=True), "GPT-2"),
    ]
    return Table(
        ("Part", "Convention", "Closed form", "Found in"),
        tuple((*row[:2], closed_form(row[2]).form, row[3]) for row in rows),
        words=4,
    )


def leading_orders() -> Table:
    """Leading orders with what grows, their exact errors, and from where on they hold within 5 %."""
    rows = []
    for name, layer, grows in (
        ("simple RNN", RNN(I, H), {H: 1}),
        ("LSTM", LSTM(I, H), {I: 1, H: 1}),
        ("convolution", Conv2d(i, o, f), {i: 1, o: 1}),
        ("encoder layer", ENCODER, {e: 1, f: 1}),
        ("Transformer", MODEL, {d: 1}),
        ("Transformer", MODEL, {d: 1, V: 1}),
        ("GPT-2", GPT, {d: 1}),
        ("LLaMA", LLAMA, {d: 1, d_ff: 1}),
    ):
        short = leading_order(layer.params, grows)
        start = short.within(FIVE) if len(grows) == 1 else ""
        rows.append((name, ", ".join(symbol.name for symbol, _ in short.grows), short.expr, short.relative_error, start))
    return Table(("Network", "Growing", "Leading order", "Relative error", "Within 5 % from"), tuple(rows), words=2)


def estimates() -> Table:
    """The leading order of the published models beside their exact sizes."""
    rows = []
    for name, sizes in PUBLISHED.items():
        estimate, real = at(SHORT.expr, sizes), at(LLAMA if name in LLAMAS else GPT, sizes)
        rows.append((name, sizes[N], sizes[d], estimate, real, real - estimate, Percent((real - estimate) / real)))
    return Table(("Model", "Layers", "Width", "Leading order", "Exact", "Gap", "Short by"), tuple(rows))


def gap() -> Table:
    """Where the difference between LLaMA's sizes and their leading order comes from."""
    rows = []
    for name, sizes in LLAMAS.items():
        parts = [at(part, sizes) for part in GAP.values()]
        rows.append((name, *parts, sum(parts), Percent((parts[0] + parts[2]) / sum(parts))))
    return Table(("Model", *(name.capitalize() for name in GAP), "Gap", "Linear in d"), tuple(rows))


def closed_forms() -> Table:
    """The formula of each layer or model that an article is about."""
    forms: dict[tuple[str, Layer], tuple[object, ...]] = {}
    for claim in CLAIMS:
        if isinstance(claim.real, Layer) and not claim.numeric:
            about = ", ".join(filter(None, (claim.about.partition(",")[0], claim.under)))
            article = claim.id.partition(".")[0]
            forms.setdefault((article, claim.real), (article, about, closed_form(claim.real).form))
    return Table(("Article", "Network", "Closed form"), tuple(forms.values()), words=3)


def formulas() -> Table:
    """The claims that hold for all sizes or for none."""
    return Table(("Id", "Statement", "Stated", "Difference"), tuple(_rows(numeric=False)), words=4)


def numbers() -> Table:
    """The claims about numbers."""
    return Table(("Id", "Statement", "At", "Stated", "Derived", "Difference"), tuple(_rows(numeric=True)), words=3)


def _rows(numeric: bool) -> Iterator[tuple[object, ...]]:
    for claim in CLAIMS:
        if claim.numeric != numeric:
            continue
        about = ", ".join(filter(None, (claim.about, claim.under)))
        if numeric:
            sizes = ", ".join(f"{symbol.name}={size:,}" for symbol, size in claim.at.items() if symbol in _symbols(claim))
            yield claim.id, about, sizes, *map(_number, (claim.claimed, claim.truth, claim.difference))
        else:
            yield claim.id, about, claim.stated, claim.difference


def _symbols(claim: Claim) -> set[Symbol]:
    return (claim.real.params if isinstance(claim.real, Layer) else claim.real).free_symbols


def _number(value: Expr) -> Form | str:
    """Hundredths as decimals, other fractions on one line."""
    if value.q == 1:
        return value
    return decimal(value) if 100 % value.q == 0 else text(value)


TABLES = {
    "symbols": symbols_used(),
    "conventions": conventions(),
    "summary": summary(CLASSIFIER, SUMMARY),
    "breakdown_encoder": breakdown(ENCODER, by=("part", "role")).table(),
    "breakdown_transformer": breakdown(MODEL).table(),
    "costs": breakdown(MODEL, of=operations(b, s)).table(),
    "leading_orders": leading_orders(),
    "estimates": estimates(),
    "gap": gap(),
    "closed_forms": closed_forms(),
    "statements": formulas(),
    "numbers": numbers(),
}


def blocks() -> dict[str, Table | Aligned]:
    """Everything but the macros, by the name of its file."""
    return {name: derivation.block(DETAIL.get(name, "weights")) for name, derivation in DERIVATIONS.items()} | TABLES
