"""From many positions to one vector."""

from __future__ import annotations

from dataclasses import dataclass

from symparams.tree import Data, Layer

__all__ = ["Flatten"]


@dataclass(frozen=True, repr=False)
class Flatten(Layer):
    """All positions of a sample as one vector, c channels of H x W pixels as c·H·W features:  no weights.

    Source: torch.nn.Flatten; keras.layers.Flatten.

    >>> from symparams import Conv2d, Linear, Sequential, flops
    >>> flops(Sequential(Conv2d(1, 8, 3), Flatten(), Linear(8 * 28 * 28, 10)), extent=(28, 28)).at()
    238336
    """

    def gives(self, data: Data) -> Data:
        width = None if data.width is None else data.width * data.length
        return data.over().wide(width)
