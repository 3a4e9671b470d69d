"""What the lines of Python need that replay a claim: `from tests.checks.strangers.replaying import *`."""

from symparams import check
from symparams.models.reading import read_model
from tests.checks.strangers.subjects import recovered

__all__ = ["check", "read_model", "recovered"]
