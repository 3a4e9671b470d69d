"""What a formula comes to when some of its symbols grow: the leading terms, the regime they need, and their exact error.

And from which size on: where an error is small enough, where a budget is used up.
"""

from symparams.asymptotics.approximation import Approximation, leading_order
from symparams.asymptotics.budgets import Achieved, Solution, solve
from symparams.asymptotics.orders import order

__all__ = ["Achieved", "Approximation", "Solution", "leading_order", "order", "solve"]
