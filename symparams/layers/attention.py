"""Multi-head attention: self- and cross-attention, separate key and value widths, fewer key/value heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sympy import Expr, Integer
from sympy.logic.boolalg import Boolean

from symparams.errors import SizeError
from symparams.layers.attending import cached_length, pairs_seen
from symparams.layers.linear import Linear
from symparams.layers.normalization import RMSNorm
from symparams.notation import Size, as_size
from symparams.tree import Data, Flow, Layer, Weight, Work, divides, whole

__all__ = ["MultiHeadAttention"]


@dataclass(frozen=True, repr=False)
class MultiHeadAttention(Layer):
    """Multi-head attention, the projections q, k, v and out:  4d² + 4d.

    where: d_model (d): width of the queries' sequence and of the output; n_head (h): heads; n_kv_head: heads of keys and values
    (fewer: grouped-query, one: multi-query attention), h if not given; d_head: width of a head, d/h if not given, so that h drops
    out; d_value: width of a value head, d_head if not given; d_key_in, d_value_in: width of the sequences that keys and values
    are made from, d_model if not given (torch's kdim, vdim; cross-attention of an encoder of another width); d_out: width of
    the output; bias: of all four projections, of none, of q, k and v only ("qkv", Qwen2), or of the output only
    ("out", ViT without qkv_bias); qk_norm: RMS norms of queries and keys, of a head's width and shared by the heads ("head",
    Qwen3), or of the width of all heads together ("width", OLMo 2); kv_bias: torch's add_bias_kv, one
    learned key and one learned value added to the sequence; gate: a gate on the values, made from the queries (Keras' use_gate);
    window (w): how many keys a query sees, its own included, which changes costs and no count.
    Source: Vaswani et al. 2017, section 3.2.2; torch.nn.MultiheadAttention; keras.layers.MultiHeadAttention, GroupQueryAttention.

    >>> from symparams import closed_form, symbols
    >>> d, h, h_kv, d_h = symbols("d h h_kv d_h")
    >>> closed_form(MultiHeadAttention(d))
    4*d**2 + 4*d
    >>> closed_form(MultiHeadAttention(d, h, n_kv_head=h_kv, d_head=d_h, bias=False))
    2*d*d_h*h + 2*d*d_h*h_kv
    >>> closed_form(MultiHeadAttention(d, h, n_kv_head=h_kv, bias=False))
    2*d**2 + 2*h_kv*d**2/h
    >>> closed_form(MultiHeadAttention(d, gate=True, bias=False))
    5*d**2
    >>> closed_form(MultiHeadAttention(d, h, d_head=d_h, bias=False, qk_norm="head"))
    4*d*d_h*h + 2*d_h

    Raises `SizeError` for numbers that do not divide, and for options that need n_head without it.
    """

    d_model: Size
    n_head: Size | None = None
    n_kv_head: Size | None = None
    d_head: Size | None = None
    d_value: Size | None = None
    d_key_in: Size | None = None
    d_value_in: Size | None = None
    d_out: Size | None = None
    bias: Literal[True, False, "qkv", "out"] = True
    kv_bias: bool = False
    gate: bool = False
    qk_norm: Literal["none", "head", "width"] = "none"
    window: Size | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_head is None and not (self.n_kv_head is None and self.d_head is None and self.d_value is None):
            raise SizeError(f"{self!r}", "n_head beside n_kv_head, d_head or d_value", "give the number of heads: n_head=h")
        if self.n_head is None and self.qk_norm == "head":
            raise SizeError(f"{self!r}", "n_head beside qk_norm='head'", "give the number of heads: n_head=h")
        if self.d_head is None:
            divides(self.n_head, self.d_model, "MultiHeadAttention", ("n_head", "d_model"))
        divides(self.n_kv_head, self.n_head, "MultiHeadAttention", ("n_kv_head", "n_head"))

    def own_conditions(self) -> Iterator[Boolean]:
        heads = self.n_head or Integer(1)
        yield from whole(self.d_model / heads if self.d_head is None else self.d_head)
        yield from whole(heads / (self.n_kv_head or heads))

    def parts(self) -> Mapping[str, Layer]:
        d = self.d_model
        heads, kv_heads, key, value = self.heads
        inside = self.bias in (True, "qkv")
        of_all = self.qk_norm == "width"
        norms = {"q_norm": RMSNorm(heads * key if of_all else key), "k_norm": RMSNorm(kv_heads * key if of_all else key)}
        return {
            "q": Linear(d, heads * key, inside),
            "k": Linear(self.d_key_in or d, kv_heads * key, inside),
            "v": Linear(self.d_value_in or d, kv_heads * value, inside),
            **({"gate": Linear(d, heads * value, inside)} if self.gate else {}),
            **(norms if self.qk_norm != "none" else {}),
            "out": Linear(heads * value, self.d_out or d, self.bias in (True, "out")),
        }

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_out or self.d_model

    @property
    def heads(self) -> tuple[Expr, Expr, Expr, Expr]:
        """Heads of queries, heads of keys and values, width of a key, width of a value."""
        heads = as_size(self.n_head or 1, "n_head")
        key = as_size(self.d_model / heads if self.d_head is None else self.d_head, "d_head")
        return heads, as_size(self.n_kv_head or heads, "n_kv_head"), key, as_size(self.d_value or key, "d_value")

    def flow(self, data: Data) -> Iterator[Flow]:
        """Queries, keys and values meet the data, or keys and values the memory; the norms meet heads, the output their values."""
        heads, kv_heads, _, value = self.heads
        source = data
        if data.crossing:
            # keys and values of a memory are made once, with the first positions, and kept
            extent = data.recalled.extent if data.past == 0 else (Integer(0),)
            source = replace(data, extent=extent, learned=True)
        source = source.wide(None) if data.crossing or self.d_key_in is not None or self.d_value_in is not None else source
        for name, part in self.parts().items():
            match name:
                case "k" | "v":
                    yield name, part, source
                case "q_norm" | "k_norm":
                    each = heads if name == "q_norm" else kv_heads
                    met = (data if name == "q_norm" else source).wide(None, learned=True)
                    yield name, part, met.over(*met.extent, each) if self.qk_norm == "head" else met
                case "out":
                    yield name, part, data.wide(heads * value, learned=True)
                case _:
                    yield name, part, data

    def work(self, data: Data) -> Iterator[Work]:
        """Scores and values: two products for each pair of a query and a key, in each head."""
        heads, _, key, value = self.heads
        pairs = data.batch * heads * pairs_seen(data, self.window, 1 if self.kv_bias else 0)
        yield Work("scores", pairs, (key,), "product", 2 * pairs)
        yield Work("softmax", pairs, (), "softmax", pairs)
        yield Work("values", pairs, (value,), "product", 2 * pairs)

    def kept(self, data: Data) -> Iterator[Work]:
        """The keys and values of all positions so far."""
        _, heads, key, value = self.heads
        numbers = data.batch * cached_length(data, self.window)
        yield Work("keys", numbers, (heads, key), "kept")
        yield Work("values", numbers, (heads, value), "kept")

    def own(self) -> Iterator[Weight]:
        if self.kv_bias:
            yield Weight("bias_k", (1, 1, self.d_model), "bias")
            yield Weight("bias_v", (1, 1, self.d_model), "bias")
