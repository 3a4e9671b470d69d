"""The two sublayers of RWKV: time mixing in place of attention, channel mixing in place of the feed-forward network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symparams.layers.linear import Linear
from symparams.notation import Size, as_size
from symparams.tree import Data, Flow, Layer, Weight, Work

__all__ = ["ChannelMix", "TimeMix"]


@dataclass(frozen=True, repr=False)
class TimeMix(Layer):
    """Keys, values and a receptance, averaged over time with a decay a channel:  4·d·a + 2a + 3d.

    where: d_model (d): width outside; d_attn (a): width inside, d if not given. The decay and the bonus of the present are (a), the
    shares of the position before, for key, value and receptance, (d).
    Source: Peng et al. 2023 (RWKV-4), eq. 11 to 16; transformers' RwkvSelfAttention.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(TimeMix(d))
    4*d**2 + 5*d
    """

    d_model: Size
    d_attn: Size | None = None

    def parts(self) -> Mapping[str, Layer]:
        into = Linear(self.d_model, self.d_attn or self.d_model, bias=False)
        return {"k": into, "v": into, "receptance": into, "out": Linear(into.n_out, self.d_model, bias=False)}

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        """The data are mixed with those of the position before, by shares that are learned."""
        for name, part in self.parts().items():
            yield name, part, data.wide(None if name == "out" else self.d_model, learned=True)

    def work(self, data: Data) -> Iterator[Work]:
        yield Work("scan", data.positions, (as_size(self.d_attn or self.d_model, "d_attn"),), "scan", data.positions)

    def kept(self, data: Data) -> Iterator[Work]:
        """The input before, and numerator, denominator and greatest exponent of each channel's average."""
        yield Work("input", data.batch, (as_size(self.d_model, "d_model"),), "kept")
        yield Work("state", 3 * data.batch, (as_size(self.d_attn or self.d_model, "d_attn"),), "kept")

    def own(self) -> Iterator[Weight]:
        for name in ("decay", "first"):
            yield Weight(name, (self.d_attn or self.d_model,))
        for name in ("mix_k", "mix_v", "mix_receptance"):
            yield Weight(name, (self.d_model,))


@dataclass(frozen=True, repr=False)
class ChannelMix(Layer):
    """A feed-forward network with a receptance:  2·d·d_ff + d² + 2d.

    where: d_model (d): width outside; d_ff: width inside. The shares of the position before, for key and receptance, are (d).
    Source: Peng et al. 2023 (RWKV-4), eq. 17 to 19; transformers' RwkvFeedForward.

    >>> from symparams import closed_form, symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> closed_form(ChannelMix(d, d_ff))
    2*d*d_ff + d**2 + 2*d
    """

    d_model: Size
    d_ff: Size

    def parts(self) -> Mapping[str, Layer]:
        d, d_ff = self.d_model, self.d_ff
        return {"k": Linear(d, d_ff, bias=False), "receptance": Linear(d, d, bias=False), "v": Linear(d_ff, d, bias=False)}

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        """The data are mixed with those of the position before, by shares that are learned."""
        for name, part in self.parts().items():
            yield name, part, data.wide(None if name == "v" else self.d_model, learned=True)

    def work(self, data: Data) -> Iterator[Work]:
        yield Work("activation", data.positions, (as_size(self.d_ff, "d_ff"),), "activation", data.positions)

    def kept(self, data: Data) -> Iterator[Work]:
        """The input before."""
        yield Work("input", data.batch, (as_size(self.d_model, "d_model"),), "kept")

    def own(self) -> Iterator[Weight]:
        for name in ("mix_k", "mix_receptance"):
            yield Weight(name, (self.d_model,))
