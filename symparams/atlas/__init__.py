"""The architectures that people write about, as data: classes of transformers with their tensors' symbolic shapes, published models
with their sizes. Read and counted without torch, transformers, sympy or a network.
"""

from symparams.atlas.architectures import Architecture, Sized, architecture
from symparams.atlas.entries import Entry, Tensor, Variant, classes
from symparams.atlas.known import entry_of
from symparams.atlas.models import Row, is_name, names, near, row_of

__all__ = [
    "Architecture",
    "Entry",
    "Row",
    "Sized",
    "Tensor",
    "Variant",
    "architecture",
    "classes",
    "entry_of",
    "is_name",
    "names",
    "near",
    "row_of",
]
