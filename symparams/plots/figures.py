"""A figure that a notebook shows by itself, whatever backend it has chosen."""

from __future__ import annotations

import io

from matplotlib.figure import Figure

__all__ = ["Picture"]


class Picture(Figure):
    """matplotlib's figure, with its own picture for notebooks: pyplot, whose inline backend would draw it, need not be imported."""

    def _repr_png_(self) -> bytes:
        drawn = io.BytesIO()
        self.savefig(drawn, format="png", dpi=144, metadata={"Software": None})
        return drawn.getvalue()
