"""From the tree to formulas: closed forms and breakdowns of parameters, and of other quantities that the same walk yields."""

from symparams.counting.breakdowns import Breakdown, Row, breakdown
from symparams.counting.closed_forms import ClosedForm, closed_form, flops, kv_cache
from symparams.counting.costs import (
    ELEMENTWISE,
    Caches,
    Operations,
    caches,
    operations,
    operations_by,
)
from symparams.counting.named import COSTS, quantity
from symparams.counting.pictures import Picture, relations_put_in
from symparams.counting.quantities import PARAMETERS, QUANTITIES, Quantity

__all__ = [
    "COSTS",
    "ELEMENTWISE",
    "PARAMETERS",
    "QUANTITIES",
    "Breakdown",
    "Caches",
    "ClosedForm",
    "Operations",
    "Picture",
    "Quantity",
    "Row",
    "breakdown",
    "caches",
    "closed_form",
    "flops",
    "kv_cache",
    "operations",
    "operations_by",
    "quantity",
    "relations_put_in",
]
