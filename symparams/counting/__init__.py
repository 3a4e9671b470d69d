"""From the tree to formulas: closed forms and breakdowns of parameters, and of other quantities that the same walk yields."""

from symparams.counting.breakdowns import Breakdown, Row, breakdown
from symparams.counting.closed_forms import ClosedForm, closed_form
from symparams.counting.costs import caches, flops, kv_cache, operations
from symparams.counting.pictures import Picture, relations_put_in
from symparams.counting.quantities import PARAMETERS, QUANTITIES, Quantity, quantity

__all__ = [
    "PARAMETERS",
    "QUANTITIES",
    "Breakdown",
    "ClosedForm",
    "Picture",
    "Quantity",
    "Row",
    "breakdown",
    "caches",
    "closed_form",
    "flops",
    "kv_cache",
    "operations",
    "quantity",
    "relations_put_in",
]
