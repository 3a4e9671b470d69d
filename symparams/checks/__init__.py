"""Whether a published formula is right for a model, and if not, which weights it forgot or counted twice."""

from symparams.checks.asserting import assert_formula
from symparams.checks.checking import check
from symparams.checks.explaining.search import conventions_of
from symparams.checks.verdict import Kind, Verdict

__all__ = ["Kind", "Verdict", "assert_formula", "check", "conventions_of"]
