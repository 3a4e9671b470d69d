"""symparams: the size formulas of neural networks, derived, typeset and checked with sympy.

>>> from symparams import Transformer, closed_form, leading_order, symbols
>>> N, d, V = symbols("N d V")
>>> closed_form(Transformer(N, d, V))
N*(12*d**2 + 13*d) + V*d
>>> leading_order(Transformer(N, d, V).params, d)
12*N*d**2
"""

from symparams import layers, models
from symparams.asymptotics import Approximation, leading_order
from symparams.counting import Breakdown, ClosedForm, breakdown, closed_form
from symparams.derivations import Derivation, Step, derive
from symparams.errors import SymparamsError
from symparams.layers import *  # noqa: F403  # what a family exports is listed in its __all__
from symparams.models import *  # noqa: F403
from symparams.notation import symbols
from symparams.tree import ForEach, Given, Layer, Repeat, Sequential, Shared, Weight
from symparams.typeset import latex, legend, summary

__all__ = [
    "Approximation",
    "Breakdown",
    "ClosedForm",
    "Derivation",
    "ForEach",
    "Given",
    "Layer",
    "Repeat",
    "Sequential",
    "Shared",
    "Step",
    "SymparamsError",
    "Weight",
    "breakdown",
    "closed_form",
    "derive",
    "latex",
    "leading_order",
    "legend",
    "summary",
    "symbols",
    *layers.__all__,
    *models.__all__,
]
