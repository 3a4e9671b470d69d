"""symparams: the size formulas of neural networks, derived, typeset and checked with sympy.

>>> from symparams import Transformer, closed_form, leading_order, symbols
>>> N, d, V = symbols("N d V")
>>> closed_form(Transformer(N, d, V))
N*(12*d**2 + 13*d) + V*d
>>> leading_order(Transformer(N, d, V).params, d)
12*N*d**2
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symparams import layers, models
from symparams.counting import Breakdown, ClosedForm, breakdown, closed_form
from symparams.errors import SymparamsError
from symparams.layers import *  # noqa: F403  # what a family exports is listed in its __all__
from symparams.models import *  # noqa: F403
from symparams.notation import symbols
from symparams.tree import ForEach, Given, Layer, Repeat, Sequential, Shared, Weight, Where

if TYPE_CHECKING:
    from symparams.asymptotics import Approximation, leading_order
    from symparams.checks import Kind, Verdict, assert_formula, check
    from symparams.derivations import Derivation, Step, derive
    from symparams.formulas import Formula, read
    from symparams.models.reading import read_model
    from symparams.typeset import latex, legend, summary

__version__ = "0.1.0"

_ON_FIRST_USE = {  # where the names live that are not needed to write down a model
    "Approximation": "asymptotics",
    "Derivation": "derivations",
    "Formula": "formulas",
    "Kind": "checks",
    "Step": "derivations",
    "Verdict": "checks",
    "assert_formula": "checks",
    "check": "checks",
    "derive": "derivations",
    "latex": "typeset",
    "leading_order": "asymptotics",
    "legend": "typeset",
    "read": "formulas",
    "read_model": "models.reading",
    "summary": "typeset",
}

__all__ = [
    "Approximation",
    "Breakdown",
    "ClosedForm",
    "Derivation",
    "ForEach",
    "Formula",
    "Given",
    "Kind",
    "Layer",
    "Repeat",
    "Sequential",
    "Shared",
    "Step",
    "SymparamsError",
    "Verdict",
    "Weight",
    "Where",
    "assert_formula",
    "breakdown",
    "check",
    "closed_form",
    "derive",
    "latex",
    "leading_order",
    "legend",
    "read",
    "read_model",
    "summary",
    "symbols",
    *layers.__all__,
    *models.__all__,
]


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module 'symparams' has no attribute {name!r}")
    value = getattr(import_module(f"symparams.{_ON_FIRST_USE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_FIRST_USE})
