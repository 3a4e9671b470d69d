"""The classes that the atlas knows: those that it stores, those recovered on this machine, those that differ from one by a head."""

from __future__ import annotations

from dataclasses import replace

from symparams.atlas.entries import Entry, classes, nearest, stored
from symparams.atlas.heads import derived
from symparams.errors import AtlasError

__all__ = ["entry_of", "knows"]


def entry_of(cls: str) -> Entry:
    """The entry of a class: the package's variants, or those made of another class's, and those recovered on this machine.

    Raises `AtlasError` for a class that the atlas does not have, with the nearest names.
    """
    own, made = stored(cls), derived(cls)
    if own is not None and made is not None:
        return replace(own, variants=(*made.variants, *own.variants))
    found = own or made
    if found is None:
        raise AtlasError(f"the class {cls}", "a class of the atlas", nearest(cls, classes()))
    return found


def knows(cls: str) -> bool:
    """Whether there is an entry of a class."""
    return stored(cls) is not None or derived(cls) is not None
