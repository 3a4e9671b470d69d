"""Pages: LaTeX of anything, legends, summary tables."""

from symparams.typeset.pages import latex, legend, summary

__all__ = ["latex", "legend", "summary"]
