"""The look-up table of tokens or positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symparams.notation import Size
from symparams.tree import Layer, Weight

__all__ = ["Embedding"]


@dataclass(frozen=True, repr=False)
class Embedding(Layer):
    """A table with a row for each token or position:  V·d.

    where: n_vocab (V): rows; d_model (d): the width of a row. The table is (V, d).
    Source: torch.nn.Embedding; keras.layers.Embedding.

    >>> from symparams import closed_form, symbols
    >>> V, d = symbols("V d")
    >>> closed_form(Embedding(V, d))
    V*d
    """

    n_vocab: Size
    d_model: Size

    def widths(self) -> tuple[None, Size]:
        return None, self.d_model

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", (self.n_vocab, self.d_model), "embedding")
