"""How many places a kernel has in data: a convolution's and a pooling's positions, in each dimension."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sympy import Expr, Min, ceiling, floor

from symparams.errors import CostError
from symparams.notation import Size, as_size, text
from symparams.tree import Data, Padding, extent_in_words, named

__all__ = ["Windows"]


@dataclass(frozen=True)
class Windows:
    """Where a kernel stands in data: its size, stride, padding and dilation in each dimension.

    n positions become ⌊(n + 2·padding - dilation·(kernel - 1) - 1)/stride⌋ + 1, with "same" ⌈n/stride⌉.

    >>> from sympy import Integer
    >>> from symparams import symbols
    >>> Windows((3, 3), 2, 1).slid(Data(extent=(Integer(224), Integer(224))))
    (112, 112)
    >>> H, W = symbols("H W")
    >>> Windows((3, 3), 2).slid(Data(extent=(2 * H, W)))
    (H, ceiling(W/2))
    """

    kernel: tuple[Size, ...]
    stride: Size | tuple[Size, ...] = 1
    padding: Padding = "same"
    dilation: Size | tuple[Size, ...] = 1
    output_padding: Padding = 0
    rounding: Literal["down", "up"] = "down"

    def slid(self, data: Data) -> tuple[Expr, ...]:
        """The positions that remain after a convolution or a pooling.

        Raises `CostError` for data of another number of dimensions, and for a kernel larger than its data.
        """
        return tuple(self._slid(*along, data) for along in self._along(data))

    def spread(self, data: Data) -> tuple[Expr, ...]:
        """The positions that a transposed convolution makes: (n - 1)·stride - 2·padding + dilation·(kernel - 1) + 1, with what it
        adds; with "same" n·stride.
        """
        return tuple(_spread(*along) for along in self._along(data))

    def _along(self, data: Data) -> Iterator[tuple[Expr, Expr, Expr, Padding, Expr, Padding]]:
        if len(data.extent) != len(self.kernel):
            wanted = f"positions in {len(self.kernel)} dimensions"
            move = {1: "seq=s", 2: "extent=(H, W)", 3: "extent=(D, H, W)"}.get(len(self.kernel), "an extent of as many")
            raise CostError(f"{named(data.place)} meets {extent_in_words(data.extent)}", wanted, f"give {move}")
        for place, (size, kernel) in enumerate(zip(data.extent, self.kernel, strict=True)):
            stride, padding, dilation, further = (
                value[place if len(value) > 1 else 0] if isinstance(value, tuple) else value
                for value in (self.stride, self.padding, self.dilation, self.output_padding)
            )
            yield size, as_size(kernel, "kernel"), as_size(stride, "stride"), padding, as_size(dilation, "dilation"), further

    def _slid(self, size: Expr, kernel: Expr, stride: Expr, padding: Padding, dilation: Expr, _: Padding, data: Data) -> Expr:
        if padding == "same":
            return ceiling(size / stride)
        room = size + 2 * padding - dilation * (kernel - 1) - 1
        if room.is_negative:
            raise CostError(
                f"{named(data.place)}: a kernel of {text(dilation * (kernel - 1) + 1)} positions on "
                f"{text(size)} and {text(2 * padding)} of padding",
                "a kernel that is no larger than what it slides over",
                "enlarge the extent or the padding, or take a smaller kernel",
            )
        if self.rounding == "down":
            return floor(room / stride) + 1
        # the last window may reach beyond the data and does not begin there
        return Min(ceiling(room / stride), ceiling((size + padding) / stride) - 1) + 1


def _spread(size: Expr, kernel: Expr, stride: Expr, padding: Padding, dilation: Expr, further: Padding) -> Expr:
    if padding == "same":
        return size * stride
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + further
