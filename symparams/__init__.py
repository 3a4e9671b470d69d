"""symparams: the size formulas of neural networks, derived, typeset and checked with sympy.

>>> from symparams import Transformer, closed_form, leading_order, symbols
>>> N, d, V = symbols("N d V")
>>> closed_form(Transformer(N, d, V))
N*(12*d**2 + 13*d) + V*d
>>> leading_order(Transformer(N, d, V).params, d)
12*N*d**2
"""

from symparams.asymptotics import Approximation, leading_order
from symparams.counting import Breakdown, ClosedForm, breakdown, closed_form
from symparams.layers import *  # noqa: F403
from symparams.models import *  # noqa: F403
from symparams.notation import symbols
from symparams.tree import ForEach, Given, Layer, Repeat, Sequential, Shared, Weight
