"""What a formula comes to when some of its symbols grow: the leading terms, the regime they need, and their exact error."""

from symparams.asymptotics.approximation import Approximation, leading_order
from symparams.asymptotics.orders import order

__all__ = ["Approximation", "leading_order", "order"]
