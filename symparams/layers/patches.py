"""Images as sequences: patches as tokens, and the token that stands for the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from symparams.layers.convolution import Conv2d
from symparams.notation import Size
from symparams.tree import Data, Layer, Weight, Work

__all__ = ["ClassToken", "PatchEmbedding"]


@dataclass(frozen=True, repr=False)
class PatchEmbedding(Layer):
    """An image of H x W pixels as a sequence of ⌊H/p⌋·⌊W/p⌋ patches, each made into a vector:  p²·c·d + d.

    where: c_in (c): channels; d_model (d): width of the vectors; patch (p): pixels along each side of a patch.
    Source: Dosovitskiy et al. 2020, eq. 1; a convolution whose stride is its kernel.

    >>> from symparams import closed_form, flops, symbols
    >>> c, d, p = symbols("c d p")
    >>> closed_form(PatchEmbedding(c, d, p))
    c*d*p**2 + d
    >>> flops(PatchEmbedding(3, d, 16), extent=(224, 224))
    301056*d
    """

    c_in: Size
    d_model: Size
    patch: Size
    bias: bool = True

    def parts(self) -> Mapping[str, Layer]:
        return {"": Conv2d(self.c_in, self.d_model, self.patch, bias=self.bias, stride=self.patch, padding=0)}

    def widths(self) -> tuple[Size, Size]:
        return self.c_in, self.d_model

    def gives(self, data: Data) -> Data:
        """The patches one after another."""
        patches = self.parts()[""].gives(data)
        return patches.over(patches.length)


@dataclass(frozen=True, repr=False)
class ClassToken(Layer):
    """A learned vector in front of every sequence, whose state stands for the whole of it:  d.

    where: d_model (d): its width; count: how many there are (a distillation token besides: 2).
    Source: Dosovitskiy et al. 2020, eq. 1; Touvron et al. 2020 (DeiT), section 4.

    >>> from symparams import closed_form, symbols
    >>> d = symbols("d")
    >>> closed_form(ClassToken(d)), closed_form(ClassToken(d, 2))
    (d, 2*d)
    """

    d_model: Size
    count: Size = 1

    def widths(self) -> tuple[Size, Size]:
        return self.d_model, self.d_model

    def gives(self, data: Data) -> Data:
        """One position more, or as many as there are."""
        return data.over(data.length + self.count).wide(self.d_model, learned=True)

    def own(self) -> Iterator[Weight]:
        yield Weight("weight", (self.count, self.d_model), "embedding")

    def work(self, data: Data) -> Iterable[Work]:
        """None: it is put in front as it is."""
        return ()
