"""The other way round: from a number or a formula to the layers, models and conventions that have it."""

from symparams.identifying.identification import Identification, Match
from symparams.identifying.identify import identify

__all__ = ["Identification", "Match", "identify"]
