"""One layer of a Transformer: attention, feed-forward network and the norms between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from symparams.errors import SizeError
from symparams.layers.attention import MultiHeadAttention
from symparams.layers.feedforward import FeedForward
from symparams.layers.latent import LatentAttention
from symparams.layers.mixture import Mixture
from symparams.layers.normalization import LayerNorm, RMSNorm
from symparams.notation import Size, as_size, symbol
from symparams.tree import Data, Flow, Given, Layer

__all__ = ["TransformerDecoderLayer", "TransformerEncoderLayer", "TransformerLayer"]


@dataclass(frozen=True, repr=False)
class TransformerLayer(Layer):
    """A residual layer of sublayers, each with its norms:  attention, cross-attention if there is one, feed-forward network.

    where: norm: what normalizes; norms: how many a sublayer has: one (before or after it), two (before and after: Gemma 2),
    "shared" (one for all: GPT-J's parallel layer) or none.

    >>> from symparams import closed_form, symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> closed_form(TransformerLayer(MultiHeadAttention(d), FeedForward(d, d_ff), LayerNorm(d)))
    4*d**2 + 2*d*d_ff + 9*d + d_ff
    """

    attention: MultiHeadAttention | LatentAttention
    feed_forward: FeedForward | Mixture
    norm: LayerNorm | RMSNorm
    cross_attention: MultiHeadAttention | None = None
    norms: Literal["one", "two", "shared", "none"] = "one"

    def widths(self) -> tuple[Size, Size]:
        return self.attention.widths()

    def flow(self, data: Data) -> Iterator[Flow]:
        """The attention meets the data, what comes after it what it made of them; cross-attention reads the memory as well."""
        for name, part in self.parts().items():
            yield name, part, replace(data, learned=data.learned or name != "attention", crossing=name == "cross_attention")

    def parts(self) -> Mapping[str, Layer]:
        sublayers = {"attention": self.attention, "cross_attention": self.cross_attention, "feed_forward": self.feed_forward}
        parts: dict[str, Layer] = {}
        for name, sublayer in sublayers.items():
            if sublayer is None:
                continue
            parts[name] = sublayer
            if self.norms in ("one", "two"):
                parts[f"{name}_norm"] = self.norm
            if self.norms == "two":
                parts[f"{name}_post_norm"] = self.norm
        return parts | ({"norm": self.norm} if self.norms == "shared" else {})


def TransformerEncoderLayer(
    d_model: Size,
    d_ff: Size | None = None,
    n_head: Size | None = None,
    *,
    n_kv_head: Size | None = None,
    d_head: Size | None = None,
    bias: bool = True,
    gated: bool = False,
    norm: LayerNorm | RMSNorm | None = None,
    norms: Literal["one", "two", "shared", "none"] = "one",
    attention: MultiHeadAttention | LatentAttention | None = None,
    feed_forward: FeedForward | Mixture | None = None,
    cross_attention: MultiHeadAttention | None = None,
) -> Layer:
    """Self-attention and a feed-forward network, a norm each:  4d² + 2·d·d_ff + d_ff + 9d; with d_ff = 4d  12d² + 13d.

    where: d_model (d): width of the model; d_ff: width inside the feed-forward network, 4d if not given; n_head, n_kv_head, d_head:
    as in `MultiHeadAttention`; bias: of the dense layers; gated: SwiGLU; norm: LayerNorm(d) if not given, or RMSNorm(d).
    `attention`, `feed_forward` and `cross_attention` replace a part whole. A decoder-only model is a stack of these.
    Source: Vaswani et al. 2017, figure 1; torch.nn.TransformerEncoderLayer.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(TransformerEncoderLayer(d))
    12*d**2 + 13*d
    """
    d_model = as_size(d_model, "d_model")
    inner = symbol("d_ff") if d_ff is None else d_ff
    layer = TransformerLayer(
        attention or MultiHeadAttention(d_model, n_head, n_kv_head, d_head, bias=bias),
        feed_forward or FeedForward(d_model, inner, gated, bias),
        norm or LayerNorm(d_model),
        cross_attention,
        norms,
    )
    if d_ff is not None or feed_forward is not None:
        return layer
    if inner in d_model.free_symbols:
        raise SizeError(f"d_model={d_model} and no d_ff", "a d_ff, since d_model is made of one", "give d_ff=4*d_model")
    return Given(layer, {inner: 4 * d_model})


def TransformerDecoderLayer(
    d_model: Size,
    d_ff: Size | None = None,
    n_head: Size | None = None,
    *,
    d_encoder: Size | None = None,
    bias: bool = True,
    gated: bool = False,
    norm: LayerNorm | RMSNorm | None = None,
) -> Layer:
    """Self-attention, cross-attention and a feed-forward network, a norm each:  8d² + 2·d·d_ff + d_ff + 15d (16d² + 19d).

    where: d_encoder: width of the encoder that the cross-attention reads, d if not given; the rest as in `TransformerEncoderLayer`.
    Source: Vaswani et al. 2017, figure 1; torch.nn.TransformerDecoderLayer.

    >>> from symparams import closed_form, symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> closed_form(TransformerDecoderLayer(d, d_ff))
    8*d**2 + 2*d*d_ff + 15*d + d_ff
    """
    cross = MultiHeadAttention(d_model, n_head, d_key_in=d_encoder, d_value_in=d_encoder, bias=bias)
    return TransformerEncoderLayer(d_model, d_ff, n_head, bias=bias, gated=gated, norm=norm, cross_attention=cross)
