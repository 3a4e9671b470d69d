"""Pictures of breakdowns, approximations, comparisons and closed forms, by matplotlib, which is an extra."""

from symparams.plots.drawing import plot

__all__ = ["plot"]
