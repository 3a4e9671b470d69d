"""Where a closed form comes from, step by step, as data: each step says which rule it follows and can be checked on its own."""

from symparams.derivations.deriving import derive
from symparams.derivations.steps import Derivation, Detail, Parts, Shapes, Step

__all__ = ["Derivation", "Detail", "Parts", "Shapes", "Step", "derive"]
