"""Multi-head latent attention: keys and values made from one narrow vector a position, which is all that a cache keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr

from symparams.layers.attending import cached_length, pairs_seen
from symparams.layers.linear import Linear
from symparams.layers.normalization import RMSNorm
from symparams.notation import Size, as_size
from symparams.tree import Data, Flow, Layer, Work

__all__ = ["LatentAttention"]


@dataclass(frozen=True, repr=False)
class LatentAttention(Layer):
    """Latent attention:  d·r_q + r_q + r_q·h(d_n + d_r) + d(r_kv + d_r) + r_kv + r_kv·h(d_n + d_v) + h·d_v·d.

    where: d_model (d); n_head (h); kv_rank (r_kv): width of the latent that keys and values are made from; d_nope (d_n), d_rope
    (d_r): width of a key without and with rotary positions, the latter shared by all heads; d_value (d_v): width of a value head;
    q_rank (r_q): width of the queries' latent, None where queries are made from the data, d·h(d_n + d_r)
    for the first three terms; bias: of the ways into the latents and of the output; window: how many keys a query sees.
    Costs: keys and values are made from the latents of all positions at each step, or the products are done on the latents
    themselves (`absorbed=True`). The cache keeps r_kv + d_r numbers a position, whatever the heads.
    Source: DeepSeek-V2 2024, section 2.1 and appendix C; transformers' DeepseekV3Attention.

    >>> from symparams import closed_form, kv_cache, symbols
    >>> d, h, r_q, r_kv, d_n, d_r, d_v, b, s = symbols("d h r_q r_kv d_n d_r d_v b s")
    >>> closed_form(LatentAttention(d, h, r_kv, d_n, d_r, d_v))
    d*d_n*h + d*d_r*h + d_n*h*r_kv + d_v*h*r_kv + d*d_v*h + d*d_r + d*r_kv + r_kv
    >>> kv_cache(LatentAttention(d, h, r_kv, d_n, d_r, d_v, r_q), b, s)
    b*r_kv*s + b*d_r*s
    """

    d_model: Size
    n_head: Size
    kv_rank: Size
    d_nope: Size
    d_rope: Size
    d_value: Size
    q_rank: Size | None = None
    bias: bool = False
    window: Size | None = None

    @property
    def heads(self) -> tuple[Expr, Expr, Expr]:
        """Heads, the width of a key, the width of a value."""
        key = as_size(self.d_nope, "d_nope") + as_size(self.d_rope, "d_rope")
        return as_size(self.n_head, "n_head"), key, as_size(self.d_value, "d_value")

    def parts(self) -> Mapping[str, Layer]:
        d, latent, (heads, key, value) = self.d_model, self.kv_rank, self.heads
        if self.q_rank is None:
            queries: dict[str, Layer] = {"q": Linear(d, heads * key, bias=False)}
        else:
            up = Linear(self.q_rank, heads * key, bias=False)
            queries = {"q_down": Linear(d, self.q_rank, self.bias), "q_norm": RMSNorm(self.q_rank), "q_up": up}
        return {
            **queries,
            "kv_down": Linear(d, latent + self.d_rope, self.bias),
            "kv_norm": RMSNorm(latent),
            "kv_up": Linear(latent, heads * (self.d_nope + value), bias=False),
            "out": Linear(heads * value, d, self.bias),
        }

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        """The ways down meet the data, the ways up what the ways down made; keys and values are made of all latents so far."""
        made = data.wide(None, learned=True)
        for name, part in self.parts().items():
            match name:
                case "q" | "q_down" | "kv_down":
                    yield name, part, data
                case "kv_up" if not data.absorbed:
                    yield name, part, made.over(data.past + data.length)
                case _:
                    yield name, part, made

    def work(self, data: Data) -> Iterator[Work]:
        """Scores and values: two products for each pair of a query and a key, in each head."""
        heads, key, value = self.heads
        if data.absorbed:
            latent = as_size(self.kv_rank, "kv_rank")
            key, value = latent + self.d_rope, latent
        pairs = data.batch * heads * pairs_seen(data, self.window)
        yield Work("scores", pairs, (key,), "product", 2 * pairs)
        yield Work("softmax", pairs, (), "softmax", pairs)
        yield Work("values", pairs, (value,), "product", 2 * pairs)

    def kept(self, data: Data) -> Iterator[Work]:
        """The latents of all positions so far, and the keys that carry their positions."""
        numbers = data.batch * cached_length(data, self.window)
        yield Work("latents", numbers, (as_size(self.kv_rank, "kv_rank"),), "kept")
        yield Work("rotary_keys", numbers, (as_size(self.d_rope, "d_rope"),), "kept")
