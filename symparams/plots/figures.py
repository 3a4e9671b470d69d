"""A figure that a notebook shows by itself, whatever backend it has chosen, and that pdflatex can input."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

from symparams.errors import ValuesError, shown

__all__ = ["Picture", "can_set"]

_WORDS = re.compile(r"(\\def%\{\\%\})(.*)")  # behind what matplotlib sets before each text
_PGF: dict[Any, Any] = {"pgf.texsystem": "pdflatex", "pgf.rcfonts": False, "pgf.preamble": "\\usepackage{amsmath}"}


class Picture(Figure):
    """matplotlib's figure, with its own picture for notebooks: pyplot, whose inline backend would draw it, need not be imported."""

    def _repr_png_(self) -> bytes:
        drawn = io.BytesIO()
        self.savefig(drawn, format="png", dpi=144, metadata={"Software": None})
        return drawn.getvalue()

    def savefig(self, fname: Any, **options: Any) -> None:
        """Writes the figure; as PGF by pdflatex, in the type of the document that inputs it.

        Raises `ValuesError` for PGF where there is no pdflatex.
        """
        if options.get("format") != "pgf" and not str(fname).endswith(".pgf"):
            super().savefig(fname, **options)
            return
        if shutil.which("pdflatex") is None:
            raise ValuesError(f"savefig({shown(fname)})", "pdflatex, which measures the words of PGF", "install it, or write PDF")
        drawn = io.StringIO()
        with mpl.rc_context(_PGF):
            super().savefig(drawn, **{**options, "format": "pgf"})
        written = _WORDS.sub(_escaped, drawn.getvalue()).replace("\\mathdefault{", "{")
        if hasattr(fname, "write"):
            fname.write(written)
        else:
            Path(fname).write_text(written, encoding="utf-8")


def _escaped(found: re.Match[str]) -> str:
    """Words in PGF with their underscores as pdflatex takes them, which matplotlib leaves to a package."""
    return found[1] + "$".join(
        part if place % 2 else re.sub(r"(?<!\\)_", r"\\_", part) for place, part in enumerate(found[2].split("$"))
    )


def can_set(written: str) -> bool:
    """Whether matplotlib's own TeX knows all of it."""
    try:
        MathTextParser("path").parse(f"${written}$")
    except ValueError:
        return False
    return bool(written)
