"""Layers that carry a state along a sequence and choose what to keep: Mamba, Mamba-2, gated delta nets.

Their products are those of the recurrence, step by step; an implementation that works on chunks does others, and more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr, ceiling

from symparams.layers.convolution import DepthwiseConv1d
from symparams.layers.linear import Linear
from symparams.layers.normalization import RMSNorm
from symparams.notation import Size, as_size
from symparams.tree import Data, Flow, Layer, Weight, Work, divides

__all__ = ["GatedDeltaNet", "Mamba2Mixer", "MambaMixer"]


def _flow(layer: Layer, into: str, data: Data) -> Iterator[Flow]:
    """The ways in meet the data, the other parts what these made."""
    for name, part in layer.parts().items():
        yield name, part, data if name in into.split() else data.wide(None, learned=True)


@dataclass(frozen=True, repr=False)
class MambaMixer(Layer):
    """A selective scan, n numbers of state a channel:  3·d·e + e(k + 1) + e(r + 2n) + re + e + en + e.

    where: d_model (d); d_inner (e): channels inside, 2d if not given; d_state (n): state of a channel; dt_rank (r): width that the
    step sizes are made from, ⌈d/16⌉ if not given; kernel (k): of the convolution along the sequence; bias: of the ways in and out;
    conv_bias: of the convolution. A is (e, n), D is (e).
    Source: Gu and Dao 2023, section 3.4 and algorithm 2; transformers' MambaMixer.

    >>> from symparams import closed_form, kv_cache, symbols
    >>> d, e, n, r, b, s = symbols("d e n r b s")
    >>> closed_form(MambaMixer(d, e, n, r))
    3*e*n + 3*d*e + 2*e*r + 7*e
    >>> kv_cache(MambaMixer(d, e, n, r), b, s)
    b*e*n + 4*b*e
    """

    d_model: Size
    d_inner: Size | None = None
    d_state: Size = 16
    dt_rank: Size | None = None
    kernel: Size = 4
    bias: bool = False
    conv_bias: bool = True

    @property
    def channels(self) -> Expr:
        """How many channels there are inside."""
        return as_size(2 * as_size(self.d_model, "d_model") if self.d_inner is None else self.d_inner, "d_inner")

    def parts(self) -> Mapping[str, Layer]:
        d, inner = self.d_model, self.channels
        rank = ceiling(as_size(d, "d_model") / 16) if self.dt_rank is None else self.dt_rank
        return {
            "x": Linear(d, inner, self.bias),
            "gate": Linear(d, inner, self.bias),
            "conv": DepthwiseConv1d(inner, self.kernel, bias=self.conv_bias),
            "dt_down": Linear(inner, rank, bias=False),
            "B": Linear(inner, self.d_state, bias=False),
            "C": Linear(inner, self.d_state, bias=False),
            "dt_up": Linear(rank, inner),
            "out": Linear(inner, d, self.bias),
        }

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        yield from _flow(self, "x gate", data)

    def work(self, data: Data) -> Iterator[Work]:
        """At each position the state is renewed, number by number, and read by C."""
        state = (self.channels, as_size(self.d_state, "d_state"))
        yield Work("scan", data.positions, state, "scan", data.positions)
        yield Work("readout", data.positions, state, "product", 2 * data.positions)

    def kept(self, data: Data) -> Iterator[Work]:
        """The last inputs of the convolution, and the state."""
        yield Work("conv_state", data.batch, (self.channels, as_size(self.kernel, "kernel")), "kept")
        yield Work("state", data.batch, (self.channels, as_size(self.d_state, "d_state")), "kept")

    def own(self) -> Iterator[Weight]:
        yield Weight("A_log", (self.channels, self.d_state))
        yield Weight("D", (self.channels,))


@dataclass(frozen=True, repr=False)
class Mamba2Mixer(Layer):
    """A selective scan by heads of one decay each:  d(2e + 2gn + h) + (e + 2gn)(k + 1) + 3h + e + ed  with e = h·d_h.

    where: d_model (d); n_head (h), d_head (d_h): heads and their width; d_state (n): state of a channel; groups (g): groups of
    heads that share B and C; kernel (k): of the convolution; bias: of the ways in and out; conv_bias: of the convolution.
    Source: Dao and Gu 2024, section 7; transformers' Mamba2Mixer.

    >>> from symparams import closed_form, symbols
    >>> d, h, d_h, n = symbols("d h d_h n")
    >>> closed_form(Mamba2Mixer(d, h, d_h, n))
    3*d*d_h*h + 2*d*n + d*h + 6*d_h*h + 3*h + 10*n

    Raises `SizeError` for groups that do not divide the heads.
    """

    d_model: Size
    n_head: Size
    d_head: Size
    d_state: Size = 128
    groups: Size = 1
    kernel: Size = 4
    bias: bool = False
    conv_bias: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        divides(self.groups, self.n_head, "Mamba2Mixer", ("groups", "n_head"))

    @property
    def state(self) -> tuple[Expr, Expr, Expr]:
        """Heads, their width, and the numbers of state a channel."""
        return as_size(self.n_head, "n_head"), as_size(self.d_head, "d_head"), as_size(self.d_state, "d_state")

    @property
    def convolved(self) -> Expr:
        """Channels of the convolution: of x, B and C."""
        heads, head, state = self.state
        return heads * head + 2 * as_size(self.groups, "groups") * state

    def parts(self) -> Mapping[str, Layer]:
        d, (heads, head, state) = self.d_model, self.state
        inner, shared = heads * head, as_size(self.groups, "groups") * state
        return {
            "gate": Linear(d, inner, self.bias),
            "x": Linear(d, inner, self.bias),
            "B": Linear(d, shared, self.bias),
            "C": Linear(d, shared, self.bias),
            "dt": Linear(d, heads, self.bias),
            "conv": DepthwiseConv1d(self.convolved, self.kernel, bias=self.conv_bias),
            "norm": RMSNorm(inner),
            "out": Linear(inner, d, self.bias),
        }

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        yield from _flow(self, "gate x B C dt", data)

    def work(self, data: Data) -> Iterator[Work]:
        """At each position the state is renewed, number by number, and read by C."""
        yield Work("scan", data.positions, self.state, "scan", data.positions)
        yield Work("readout", data.positions, self.state, "product", 2 * data.positions)

    def kept(self, data: Data) -> Iterator[Work]:
        """The last inputs of the convolution, and the state."""
        yield Work("conv_state", data.batch, (self.convolved, as_size(self.kernel, "kernel")), "kept")
        yield Work("state", data.batch, self.state, "kept")

    def own(self) -> Iterator[Weight]:
        yield Weight("dt_bias", (self.n_head,), "bias")
        yield Weight("A_log", (self.n_head,))
        yield Weight("D", (self.n_head,))


@dataclass(frozen=True, repr=False)
class GatedDeltaNet(Layer):
    """A memory that is corrected and decays:  d(2c + 2e + 2h) + k(2c + e) + 2h + d_v + ed  with c = h_k·d_k, e = h·d_v.

    where: d_model (d); n_head (h): heads of values; d_head (d_k): width of a query and a key; d_value (d_v): of a value, d_k if
    not given; n_key_head (h_k): heads of queries and keys, h if not given; kernel (k): of the convolution of all three.
    Source: Yang et al. 2024 (Gated Delta Networks), section 3.4; transformers' Qwen3NextGatedDeltaNet.

    >>> from symparams import closed_form, kv_cache, symbols
    >>> d, h, d_k, b, s = symbols("d h d_k b s")
    >>> closed_form(GatedDeltaNet(d, h, d_k))
    5*d*d_k*h + 2*d*h + 12*d_k*h + 2*h + d_k
    >>> kv_cache(GatedDeltaNet(d, h, d_k), b, s)
    b*h*d_k**2 + 12*b*d_k*h

    Raises `SizeError` for heads of keys that do not divide those of values.
    """

    d_model: Size
    n_head: Size
    d_head: Size
    d_value: Size | None = None
    n_key_head: Size | None = None
    kernel: Size = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        divides(self.n_key_head, self.n_head, "GatedDeltaNet", ("n_key_head", "n_head"))

    @property
    def state(self) -> tuple[Expr, Expr, Expr]:
        """Heads, the width of a key, the width of a value."""
        key = as_size(self.d_head, "d_head")
        return as_size(self.n_head, "n_head"), key, key if self.d_value is None else as_size(self.d_value, "d_value")

    @property
    def convolved(self) -> tuple[Expr, Expr]:
        """Channels of all keys, and of all values."""
        heads, key, value = self.state
        return as_size(self.n_key_head or heads, "n_key_head") * key, heads * value

    def parts(self) -> Mapping[str, Layer]:
        d, heads, (keys, values) = self.d_model, self.n_head, self.convolved
        return {
            "q": Linear(d, keys, bias=False),
            "k": Linear(d, keys, bias=False),
            "v": Linear(d, values, bias=False),
            "gate": Linear(d, values, bias=False),
            "beta": Linear(d, heads, bias=False),
            "decay": Linear(d, heads, bias=False),
            "conv": DepthwiseConv1d(2 * keys + values, self.kernel, bias=False),
            "norm": RMSNorm(self.state[2]),
            "out": Linear(values, d, bias=False),
        }

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        for name, part, met in _flow(self, "q k v gate beta decay", data):
            yield name, part, met.over(*met.extent, self.state[0]) if name == "norm" else met

    def work(self, data: Data) -> Iterator[Work]:
        """At each position the memory is read by the key, corrected, and read by the query."""
        yield Work("recall", data.positions, self.state, "product", 2 * data.positions)
        yield Work("scan", data.positions, self.state, "scan", data.positions)
        yield Work("readout", data.positions, self.state, "product", 2 * data.positions)

    def kept(self, data: Data) -> Iterator[Work]:
        """The last inputs of the convolution, and the memory."""
        keys, values = self.convolved
        yield Work("conv_state", data.batch, (2 * keys + values, as_size(self.kernel, "kernel")), "kept")
        yield Work("state", data.batch, self.state, "kept")

    def own(self) -> Iterator[Weight]:
        yield Weight("dt_bias", (self.n_head,), "bias")
        yield Weight("A_log", (self.n_head,))
