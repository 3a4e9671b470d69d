"""What people write: reading published formulas, in LaTeX, Unicode maths, plain text and Python, without evaluating them."""

from symparams.formulas.formula import Formula, Precision
from symparams.formulas.reading import read, readings

__all__ = ["Formula", "Precision", "read", "readings"]
