"""The feed-forward network of a Transformer layer, plain or gated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symparams.layers.linear import Linear
from symparams.notation import Size, as_size
from symparams.tree import Data, Flow, Layer, Work

__all__ = ["FeedForward"]


@dataclass(frozen=True, repr=False)
class FeedForward(Layer):
    """Two dense layers, up and down:  2·d·d_ff + d_ff + d; gated three, up, gate and down:  3·d·d_ff + 2·d_ff + d.

    where: d_model (d): width outside; d_ff: width inside; gated: a gate beside the way up (GLU, SwiGLU, GEGLU).
    Source: Vaswani et al. 2017, eq. 2; Shazeer 2020, eq. 6 (without biases).

    >>> from symparams import closed_form, symbols
    >>> d, d_ff = symbols("d d_ff")
    >>> closed_form(FeedForward(d, d_ff))
    2*d*d_ff + d_ff + d
    >>> closed_form(FeedForward(d, d_ff, gated=True, bias=False))
    3*d*d_ff
    """

    d_model: Size
    d_ff: Size
    gated: bool = False
    bias: bool = True

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def flow(self, data: Data) -> Iterator[Flow]:
        """The way down meets what the way up made."""
        for name, part in self.parts().items():
            yield name, part, data.wide(None, learned=True) if name == "down" else data

    def work(self, data: Data) -> Iterator[Work]:
        yield Work("activation", data.positions, (as_size(self.d_ff, "d_ff"),), "activation", data.positions)

    def parts(self) -> Mapping[str, Layer]:
        up = Linear(self.d_model, self.d_ff, self.bias)
        return {"up": up, **({"gate": up} if self.gated else {}), "down": Linear(self.d_ff, self.d_model, self.bias)}
