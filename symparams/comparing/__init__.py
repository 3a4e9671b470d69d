"""Models and formulas beside one another: differences part by part, ratios with their limits, and where two are equal."""

from symparams.comparing.comparing import compare
from symparams.comparing.comparison import Comparison, Ratios

__all__ = ["Comparison", "Ratios", "compare"]
