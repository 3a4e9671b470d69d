"""A residual branch: what a layer makes is added to what it met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symparams.errors import StructureError
from symparams.notation import Size
from symparams.tree import Data, Layer, differ, named

__all__ = ["Residual"]


@dataclass(frozen=True, repr=False)
class Residual(Layer):
    """A layer and the way around it, x + f(x), or s(x) + f(x):  the weights of both.

    where: layer: f; shortcut: s, a projection where f changes width or extent, the data themselves if not given.
    Source: He et al. 2015 (Deep Residual Learning), eq. 1 and 2.

    >>> from symparams import Linear, closed_form, symbols
    >>> d, e = symbols("d e")
    >>> closed_form(Residual(Linear(d, d)))
    d**2 + d
    >>> closed_form(Residual(Linear(d, e), Linear(d, e, bias=False)))
    2*d*e + e

    Raises `StructureError`, when data pass through, where the two ways hand on different widths or positions.
    """

    layer: Layer
    shortcut: Layer | None = None

    def parts(self) -> Mapping[str, Layer]:
        return {"": self.layer} | ({} if self.shortcut is None else {"shortcut": self.shortcut})

    def widths(self) -> tuple[Size | None, Size | None]:
        return self.layer.widths()

    def gives(self, data: Data) -> Data:
        """The sum of both ways."""
        made = self.layer.gives(data)
        around = data if self.shortcut is None else self.shortcut.gives(data.at("shortcut"))
        if (
            differ(made.width, around.width)
            or len(made.extent) != len(around.extent)
            or any(map(differ, made.extent, around.extent))
        ):
            around_words = "what it met" if self.shortcut is None else "its shortcut"
            raise StructureError(
                f"the residual branch {named(data.place)}: {made.width} features at {made.extent} added to "
                f"{around.width} at {around.extent}, {around_words}",
                "two ways that hand on the same",
                "give a shortcut with the width and the stride of the branch",
            )
        return replace(made, width=around.width if made.width is None else made.width)
