"""What people write: reading published formulas, in LaTeX, Unicode maths, plain text and Python, without evaluating them."""

from symparams.formulas.reading import Formula, Precision, read

__all__ = ["Formula", "Precision", "read"]
