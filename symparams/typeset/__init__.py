"""Pages: LaTeX of anything, legends, summary tables."""

from symparams.typeset.legends import legend
from symparams.typeset.notations import NOTATIONS, Notation
from symparams.typeset.pages import latex, summary

__all__ = ["NOTATIONS", "Notation", "latex", "legend", "summary"]
