"""`assert_formula`: a formula kept true by a person's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from symparams.checks.checking import check
from symparams.counting import ClosedForm
from symparams.formulas import Formula
from symparams.tree import Layer

__all__ = ["assert_formula"]


def assert_formula(
    text: str | Formula, model: Layer | ClosedForm | Expr, where: Mapping[Any, Any] | None = None, syntax: str | None = None
) -> None:
    """Nothing where the formula is right for the model, as `check` judges it; otherwise an AssertionError that says why.

    >>> from symparams import LSTM, Transformer, symbols
    >>> N, d, V, I, H = symbols("N d V I H")
    >>> assert_formula("4h(i + h + 1)", LSTM(I, H))
    >>> assert_formula("12Nd^2", Transformer(N, d, V))
    Traceback (most recent call last):
    AssertionError: wrong (leading order): 12Nd^2
      why            the leading order as d → ∞
      difference     drops 13*N*d + V*d
      error          relative error -(13*N + V)/(12*N*d + 13*N + V)
      sign           so it is no equality: write ≈
      write instead  right is N*(12*d**2 + 13*d) + V*d

    Raises `FormulaTextError` and `MatchError` as `check` does, where the text cannot be read.
    """
    __tracebackhide__ = True  # pytest then shows the caller's line
    verdict = check(text, model, where, syntax)
    if not verdict.right:
        raise AssertionError(verdict.report)
