"""Closed forms recovered from code: what a model's constructor builds, as a formula with its conditions and its evidence.

It executes the constructors that it is given. torch, Keras and transformers are imported only where a target needs them.
"""

from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.proving.evidence import Counterexample, Evidence
from symparams.frameworks.recovery.recovered import Recovered
from symparams.frameworks.recovery.recovering import recover
from symparams.frameworks.recovery.sizes.points import Point

__all__ = ["Counterexample", "Evidence", "Point", "Recovered", "Subject", "recover"]
