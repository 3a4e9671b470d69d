"""Code is a notation: formulas as functions in programming languages, in integer arithmetic."""

from symparams.codes.languages import LANGUAGES, code

__all__ = ["LANGUAGES", "code"]
