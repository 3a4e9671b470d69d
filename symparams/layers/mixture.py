"""Mixtures of experts: many feed-forward networks, of which a router picks a few at each position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symparams.errors import SizeError, shown
from symparams.layers.linear import Linear
from symparams.notation import Size
from symparams.tree import Layer, Repeat, Weight, differ

__all__ = ["Mixture"]


@dataclass(frozen=True, repr=False)
class Mixture(Layer):
    """A router and E experts, k of them active at each position:  dE + E·expert, of which dE + k·expert are used.

    where: d_model (d): width outside; expert: one of them; n_expert (E): how many; active (k): how many the router picks;
    shared: what every position passes besides (DeepSeek's shared experts, as one network of their widths together);
    shared_gate: d weights more, a gate on what is shared (Qwen2-MoE); router_bias: E more (gpt-oss); correction: E numbers that
    balance the router and are not trained by gradients, a buffer (DeepSeek-V3).
    Source: Shazeer et al. 2017, eq. 1; Jiang et al. 2024 (Mixtral), section 2.1; DeepSeek-V3 2024, eq. 12.

    >>> from symparams import FeedForward, closed_form, symbols
    >>> d, d_ff, E, k = symbols("d d_ff E k")
    >>> mixture = Mixture(d, FeedForward(d, d_ff, gated=True, bias=False), E, k)
    >>> closed_form(mixture), closed_form(mixture, of="active")
    (3*E*d*d_ff + E*d, 3*d*d_ff*k + E*d)

    Raises `SizeError` for an expert of another width, and for more active experts than there are.
    """

    d_model: Size
    expert: Layer
    n_expert: Size
    active: Size
    shared: Layer | None = None
    shared_gate: bool = False
    router_bias: bool = False
    correction: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if differ(self.expert.widths()[0], self.d_model):
            given = f"Mixture: d_model={self.d_model} and the expert {shown(self.expert)}"
            raise SizeError(given, "experts of the model's width", "mend one of them")
        if self.shared_gate and self.shared is None:
            raise SizeError("Mixture: shared_gate=True and nothing shared", "a shared network", "give shared=FeedForward(d, d_ff)")
        Repeat(self.expert, self.n_expert, active=self.active)  # refuses what it cannot hold

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def parts(self) -> Mapping[str, Layer]:
        parts: dict[str, Layer] = {
            "router": Linear(self.d_model, self.n_expert, self.router_bias),
            "experts": Repeat(self.expert, self.n_expert, active=self.active),
        }
        if self.shared is not None:
            parts["shared"] = self.shared
        return parts | ({"shared_gate": Linear(self.d_model, 1, bias=False)} if self.shared_gate else {})

    def own(self) -> Iterator[Weight]:
        if self.correction:
            yield Weight("correction", (self.n_expert,), "bias", "buffer")
