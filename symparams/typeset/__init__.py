"""Pages: LaTeX of anything, legends, summary tables."""

from symparams.typeset.legends import legend
from symparams.typeset.pages import latex, summary

__all__ = ["latex", "legend", "summary"]
