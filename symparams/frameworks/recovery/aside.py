"""Keras building without initial values, its global state as before: the names it counts, the variables that wait for values."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["keras_aside"]

_STATE = ("uninitialized_variables", "object_name_uids")


@contextmanager
def keras_aside() -> Iterator[None]:
    """Within it Keras' variables have a shape and no value; without an imported Keras it does nothing."""
    keras = sys.modules.get("keras")
    if keras is None:
        yield
        return
    from keras.src.backend.common import global_state  # type: ignore[import-untyped]

    before = {name: copy.copy(global_state.get_global_attribute(name)) for name in _STATE}
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        for name, value in before.items():
            global_state.set_global_attribute(name, value)
