"""Whole Transformers: stacks, language models (encoder- or decoder-only) and encoder-decoders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from symparams.errors import SizeError, shown
from symparams.layers import (
    Embedding,
    FeedForward,
    LatentAttention,
    LayerNorm,
    Linear,
    Mixture,
    MultiHeadAttention,
    RMSNorm,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from symparams.notation import Size
from symparams.tree import Given, Layer, On, Repeat, Sequential, Shared

__all__ = ["EncoderDecoder", "EncoderDecoderTransformer", "LanguageModel", "Stack", "Transformer"]

Head = Literal["tied", "untied", "none"]


@dataclass(frozen=True, repr=False)
class Stack(Layer):
    """`n_layer` layers of one kind, `n_first` of another kind before them, if there are any, and a final norm, if there is one.

    Layers that alternate are one layer: Sequential(local, global) N/2 times.

    >>> from symparams import TransformerEncoderLayer, closed_form, symbols
    >>> N, d = symbols("N d")
    >>> closed_form(Stack(TransformerEncoderLayer(d), N, LayerNorm(d)))
    N*(12*d**2 + 13*d) + 2*d

    Raises `SizeError` for first layers without their number, and for a number without layers.
    """

    layer: Layer
    n_layer: Size
    final_norm: LayerNorm | RMSNorm | None = None
    first: Layer | None = None
    n_first: Size | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.first is None) != (self.n_first is None):
            raise SizeError(f"Stack: first={shown(self.first)} and n_first={self.n_first}", "both or neither", "give the other one")

    def parts(self) -> Mapping[str, Layer]:
        layers: dict[str, Layer] = {}
        if self.first is not None and self.n_first is not None:
            layers["first_layers"] = Repeat(self.first, self.n_first)
        layers["layers"] = Repeat(self.layer, self.n_layer)
        return layers | ({} if self.final_norm is None else {"final_norm": self.final_norm})


@dataclass(frozen=True, repr=False)
class LanguageModel(Layer):
    """Token embedding, learned positions if there are any, a stack of layers, and a head over the vocabulary.

    where: n_vocab (V), d_model (d); positions: how many learned positions, None for none; head: "tied" to the embedding (listed,
    counts 0), "untied" (V·d more) or "none"; head_bias: a bias on the head (V more).

    >>> from symparams import TransformerEncoderLayer, closed_form, symbols
    >>> N, d, V = symbols("N d V")
    >>> closed_form(LanguageModel(V, d, Stack(TransformerEncoderLayer(d), N), head="untied"))
    N*(12*d**2 + 13*d) + 2*V*d
    """

    n_vocab: Size
    d_model: Size
    stack: Stack
    positions: Size | None = None
    head: Head = "tied"
    head_bias: bool = False

    def parts(self) -> Mapping[str, Layer]:
        parts: dict[str, Layer] = {"embedding": Embedding(self.n_vocab, self.d_model)}
        if self.positions is not None:
            parts["positions"] = On(Embedding(self.positions, self.d_model), "beside")
        parts[""] = self.stack
        if self.head != "none":
            parts["head"] = On(Linear(self.d_model, self.n_vocab, self.head_bias), "head")
        body = Sequential(**parts)
        return {"": Shared(body, {"head.weight": "embedding.weight"}) if self.head == "tied" else body}


@dataclass(frozen=True, repr=False)
class EncoderDecoder(Layer):
    """An encoder and a decoder over one vocabulary, with one table for both, two tables, and a head.

    where: n_vocab (V), d_model (d); embeddings: "shared" by encoder and decoder or "separate"; positions, head and head_bias as in
    `LanguageModel` (a tied head is tied to the decoder's table); learned positions are each side's own.

    >>> from symparams import closed_form, symbols
    >>> N, d, V = symbols("N d V")
    >>> closed_form(EncoderDecoderTransformer(N, d, V))
    N*(12*d**2 + 13*d) + N*(16*d**2 + 19*d) + V*d
    """

    n_vocab: Size
    d_model: Size
    encoder: Stack
    decoder: Stack
    embeddings: Literal["shared", "separate"] = "shared"
    positions: Size | None = None
    head: Head = "tied"
    head_bias: bool = False

    def parts(self) -> Mapping[str, Layer]:
        table = Embedding(self.n_vocab, self.d_model)
        learned: dict[str, Layer] = (
            {} if self.positions is None else {"positions": On(Embedding(self.positions, self.d_model), "beside")}
        )
        encoder = Sequential(embedding=table, **learned, **{"": self.encoder})
        decoder = Sequential(embedding=table, **learned, **{"": self.decoder})
        head: dict[str, Layer] = {}
        if self.head != "none":
            head["head"] = On(Linear(self.d_model, self.n_vocab, self.head_bias), "head")
        kept = "encoder.embedding.weight" if self.embeddings == "shared" else "decoder.embedding.weight"
        ties = {"decoder.embedding.weight": kept} if self.embeddings == "shared" else {}
        ties |= {"head.weight": kept} if self.head == "tied" else {}
        body = Sequential(encoder=On(encoder, "memory"), decoder=decoder, **head)
        return {"": Shared(body, ties) if ties else body}


def _lifted(layer: Layer) -> tuple[Layer, dict[Any, Any]]:
    """A layer and the relations it stands under, apart, so that they can be stated once for the whole model."""
    return (layer.layer, dict(layer.relations)) if isinstance(layer, Given) else (layer, {})


def _final(wanted: bool, norm: LayerNorm | RMSNorm | None, d_model: Size) -> LayerNorm | RMSNorm | None:
    if not isinstance(wanted, bool):
        raise SizeError(f"final_norm={shown(wanted)}", "True or False", "give the kind of norm as norm=RMSNorm(d)")
    return (norm or LayerNorm(d_model)) if wanted else None


def Transformer(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_ff: Size | None = None,
    n_head: Size | None = None,
    *,
    positions: Size | None = None,
    final_norm: bool = False,
    head: Head = "tied",
    head_bias: bool = False,
    norm: LayerNorm | RMSNorm | None = None,
    n_kv_head: Size | None = None,
    d_head: Size | None = None,
    bias: bool = True,
    gated: bool = False,
    norms: Literal["one", "two", "shared", "none"] = "one",
    attention: MultiHeadAttention | LatentAttention | None = None,
    feed_forward: FeedForward | Mixture | None = None,
) -> Layer:
    """A stack of Transformer layers over a token embedding:  N(12d² + 13d) + Vd.

    where: n_layer (N), d_model (d), n_vocab (V); d_ff: 4d if not given; positions: how many learned positions; final_norm: a norm
    after the last layer; head: "tied", "untied" or "none"; the rest as in `TransformerEncoderLayer`.
    Defaults: biases, d_ff = 4d, head tied, no learned positions, no final norm. GPT-2 is positions=1024, final_norm=True;
    LLaMA is bias=False, gated=True, norm=RMSNorm(d), final_norm=True, head="untied" with its own d_ff.

    >>> from symparams import RMSNorm, closed_form, symbols
    >>> N, d, V, d_ff, n_ctx = symbols("N d V d_ff n_ctx")
    >>> closed_form(Transformer(N, d, V))
    N*(12*d**2 + 13*d) + V*d
    >>> closed_form(Transformer(N, d, V, positions=n_ctx, final_norm=True))
    N*(12*d**2 + 13*d) + V*d + d*n_ctx + 2*d
    >>> closed_form(Transformer(N, d, V, d_ff, bias=False, gated=True, norm=RMSNorm(d), final_norm=True, head="untied"))
    N*(4*d**2 + 3*d*d_ff + 2*d) + 2*V*d + d
    """
    layer = TransformerEncoderLayer(
        d_model,
        d_ff,
        n_head,
        n_kv_head=n_kv_head,
        d_head=d_head,
        bias=bias,
        gated=gated,
        norm=norm,
        norms=norms,
        attention=attention,
        feed_forward=feed_forward,
    )
    one, relations = _lifted(layer)
    stack = Stack(one, n_layer, _final(final_norm, norm, d_model))
    model = LanguageModel(n_vocab, d_model, stack, positions, head, head_bias)
    return Given(model, relations) if relations else model


def EncoderDecoderTransformer(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_ff: Size | None = None,
    n_head: Size | None = None,
    *,
    n_decoder_layer: Size | None = None,
    embeddings: Literal["shared", "separate"] = "shared",
    positions: Size | None = None,
    final_norm: bool = False,
    head: Head = "tied",
    head_bias: bool = False,
    norm: LayerNorm | RMSNorm | None = None,
    bias: bool = True,
    gated: bool = False,
) -> Layer:
    """An encoder and a decoder of N layers each over one shared table:  N(12d² + 13d) + N(16d² + 19d) + Vd.

    where: n_layer (N): layers of the encoder, and of the decoder if n_decoder_layer is not given; the rest as in `Transformer`.
    Source: Vaswani et al. 2017, figure 1 (embeddings and head shared, section 3.4); torch.nn.Transformer (no embeddings,
    final_norm=True).

    >>> from symparams import closed_form, symbols
    >>> N, M, d, V, d_ff = symbols("N M d V d_ff")
    >>> closed_form(EncoderDecoderTransformer(N, d, V, d_ff, n_decoder_layer=M, head="none", final_norm=True))
    N*(4*d**2 + 2*d*d_ff + 9*d + d_ff) + M*(8*d**2 + 2*d*d_ff + 15*d + d_ff) + V*d + 4*d
    """
    shared = {"bias": bias, "gated": gated, "norm": norm}
    encoder, relations = _lifted(TransformerEncoderLayer(d_model, d_ff, n_head, **shared))  # type: ignore[arg-type]
    decoder, _ = _lifted(TransformerDecoderLayer(d_model, d_ff, n_head, **shared))  # type: ignore[arg-type]
    final = _final(final_norm, norm, d_model)
    further = n_layer if n_decoder_layer is None else n_decoder_layer
    model = EncoderDecoder(
        n_vocab, d_model, Stack(encoder, n_layer, final), Stack(decoder, further, final), embeddings, positions, head, head_bias
    )
    return Given(model, relations) if relations else model
