# ruff: noqa: F403, F405  # the claims' symbols and models, by their short names
"""The paper's figures, by the names of their files."""

from __future__ import annotations

import io

from claims import *

from symparams import plot


def figures() -> dict[str, bytes]:
    """Each figure as PDF, the same bytes every time."""
    drawn = {"error": plot(SHORT, notation={"d": "d"}, N=GPT3[N], V=GPT3[V])}
    return {name: _pdf(figure) for name, figure in drawn.items()}


def _pdf(figure: object) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})
    return out.getvalue()
