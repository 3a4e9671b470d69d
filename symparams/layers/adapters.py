"""What is trained beside weights that stay as they are: low-rank updates and adapters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from symparams.layers.feedforward import FeedForward
from symparams.layers.linear import Linear
from symparams.layers.normalization import LayerNorm
from symparams.layers.residual import Residual
from symparams.notation import Size
from symparams.tree import Data, Flow, Layer, Sequential, Weight

__all__ = ["Adapter", "LoRA"]


@dataclass(frozen=True, repr=False)
class LoRA(Layer):
    """A dense layer that is not trained, and a low-rank update of it that is, Wx + BAx:  n_in·n_out + n_out + r(n_in + n_out).

    where: linear: the layer, n_in to n_out, whose weights are frozen; rank (r). A is (r, n_in), B is (n_out, r).
    Source: Hu et al. 2021, section 4.1; keras.layers.Dense (lora_rank).

    >>> from symparams import Linear, closed_form, symbols
    >>> d, r = symbols("d r")
    >>> layer = LoRA(Linear(d, d, bias=False), r)
    >>> closed_form(layer), closed_form(layer, of="trainable")
    (d**2 + 2*d*r, 2*d*r)
    """

    linear: Linear
    rank: Size

    def parts(self) -> Mapping[str, Layer]:
        n_in, n_out = self.linear.n_in, self.linear.n_out
        return {"A": Linear(n_in, self.rank, bias=False), "B": Linear(self.rank, n_out, bias=False)}

    def widths(self) -> tuple[Size, Size]:
        return self.linear.widths()

    def flow(self, data: Data) -> Iterator[Flow]:
        """B meets what A made."""
        for name, part in self.parts().items():
            yield name, part, data if name == "A" else data.wide(self.rank, learned=True)

    def own(self) -> Iterator[Weight]:
        for weight in self.linear.own():
            yield replace(weight, kind="frozen")


def Adapter(d_model: Size, d_adapter: Size, norm: bool = False) -> Residual:
    """A narrow network that is put into a trained model and trained alone, x + f(x):  2·d·a + a + d; with a norm before it 2d more.

    where: d_model (d): width of the model; d_adapter (a): width inside; norm: a layer norm in front (wav2vec 2.0's adapters).
    Source: Houlsby et al. 2019, section 2.1; transformers' Wav2Vec2AttnAdapterLayer.

    >>> from symparams import closed_form, symbols
    >>> d, a = symbols("d a")
    >>> closed_form(Adapter(d, a))
    2*a*d + a + d
    """
    inner = FeedForward(d_model, d_adapter)
    return Residual(Sequential(norm=LayerNorm(d_model), feed_forward=inner) if norm else inner)
