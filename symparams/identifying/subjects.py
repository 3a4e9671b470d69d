"""What a number or a formula may be of: the layers and models of the package, in the letters of a textbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from sympy import Expr, Symbol

from symparams.checks.counts import params_of
from symparams.checks.explaining.conventions import changed, changes
from symparams.models.reading import read_model
from symparams.tree import Layer

__all__ = ["LAYERS", "MODELS", "Form", "forms_of"]

LAYERS = (
    "Linear(I, O)",
    "Embedding(V, d)",
    "LSTM(I, H)",
    "GRU(I, H)",
    "RNN(I, H)",
    "Bidirectional(LSTM(I, H))",
    "Bidirectional(GRU(I, H))",
    "Stacked(LSTM(I, H), L)",
    "Stacked(GRU(I, H), L)",
    "Conv1d(C, F, k)",
    "Conv2d(C, F, k)",
    "Conv3d(C, F, k)",
    "DepthwiseConv2d(C, k)",
    "SeparableConv2d(C, F, k)",
    "ConvLSTM(C, F, (k, k))",
    "Bilinear(I, J, O)",
    "LayerNorm(d)",
    "RMSNorm(d)",
    "BatchNorm(C)",
    "FeedForward(d, d_ff)",
    "FeedForward(d, 4*d)",
    "FeedForward(d, d_ff, gated=True)",
    "MultiHeadAttention(d)",
    "MultiHeadAttention(d, h, d_head=d_head)",
    "MultiHeadAttention(d, h, g, d_head)",
    "TransformerEncoderLayer(d)",
    "TransformerEncoderLayer(d, d_ff)",
    "TransformerDecoderLayer(d)",
    "TransformerDecoderLayer(d, d_ff)",
    "LatentAttention(d, h, r, n, p, v)",
    "MambaMixer(d)",
    "LoRA(Linear(I, O), r)",
    "Adapter(d, r)",
    "PatchEmbedding(C, d, p)",
    "BasicBlock(C)",
    "Bottleneck(C, M)",
    "InvertedResidual(C)",
    "ConvNeXtBlock(d)",
)
MODELS = (
    "Transformer(N, d, V)",
    "Transformer(N, d, V, d_ff)",
    "Transformer(N, d, V, positions=n)",
    "EncoderDecoderTransformer(N, d, V)",
    "EncoderDecoderTransformer(N, d, V, d_ff)",
    "GPT2(N, d, V, n)",
    "LLaMA(N, d, V, d_ff)",
    "LLaMA(N, d, V, d_ff, h, g)",
    "BERT(N, d, V, n)",
    "T5(N, d, V, d_ff, h, d_head)",
    "Mixtral(N, d, V, d_ff, h, E, k)",
    "Mamba(N, d, V)",
    "RWKV(N, d, V)",
)


@dataclass(frozen=True)
class Form:
    """A count of a subject: under which quantity and changes of conventions, as an expression in the subject's symbols."""

    subject: str
    conventions: tuple[str, ...]
    expr: Expr

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The symbols of the expression, by name."""
        return tuple(sorted(self.expr.free_symbols, key=lambda one: one.name))


@cache
def forms_of(subject: str, most: int = 2) -> tuple[Form, ...]:
    """The counts of a subject: as it is, without look-up tables, and under up to `most` changes of conventions."""
    layer = read_model(subject)
    found: dict[Expr, tuple[str, ...]] = {params_of(layer): ()}
    for words, other in _changed(layer, most):
        found.setdefault(params_of(other), words)
    found.setdefault(params_of(layer, of="non_embedding"), ("without look-up tables",))
    return tuple(Form(subject, words, expr.expand()) for expr, words in found.items() if expr.free_symbols)


def _changed(layer: Layer, most: int) -> Iterator[tuple[tuple[str, ...], Layer]]:
    everywhere = [change for change in changes(layer) if change.everywhere]
    for number in range(1, most + 1):
        for taken in combinations(everywhere, number):
            if (other := changed(layer, taken)) is not None:
                yield tuple(change.words for change in taken), other
