"""What surrounds a build is as before afterwards: Keras builds without initial values and names anew, logs show no warnings."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from symparams.frameworks.recovery.building.alone import alone

__all__ = ["keras_aside", "keras_modules", "quiet"]

_FRESH = ("uninitialized_variables", "object_name_uids")
_SETTINGS = ("_FLOATX", "_EPSILON", "_IMAGE_DATA_FORMAT", "_BACKEND")
_SIZES = ("keras.src.layers.", "keras.src.models.", "keras.src.applications.")


@contextmanager
def keras_aside() -> Iterator[None]:
    """Within it Keras' variables have a shape and no value, names are counted anew. Where Keras is not imported it does nothing."""
    keras = sys.modules.get("keras")
    if keras is None:
        yield
        return
    with alone():
        yield from _aside(keras)


def _aside(keras: Any) -> Iterator[None]:
    from keras.src.backend import config  # type: ignore[import-untyped]
    from keras.src.backend.common import KerasVariable, global_state  # type: ignore[import-untyped]

    trackers = {name: getattr(global_state, name) for name in ("GLOBAL_STATE_TRACKER", "GLOBAL_SETTINGS_TRACKER")}
    states = {name: dict(vars(tracker)) for name, tracker in trackers.items()}
    made = KerasVariable.__init__
    settings = {name: getattr(config, name) for name in _SETTINGS if hasattr(config, name)}
    for name, tracker in trackers.items():  # what is changed in place is a copy
        vars(tracker).update({key: value.copy() for key, value in states[name].items() if isinstance(value, list | dict | set)})
    for key in _FRESH:
        vars(trackers["GLOBAL_STATE_TRACKER"]).pop(key, None)

    def shaped(self: Any, initializer: Any, shape: Any = None, dtype: Any = None, **options: Any) -> None:
        if hasattr(initializer, "shape"):  # a value, which a variable without one takes its shape from
            kind = dtype or keras.backend.standardize_dtype(initializer.dtype)
            made(self, "zeros", tuple(initializer.shape), kind, **options)
        else:
            made(self, initializer, shape, dtype, **options)

    try:
        KerasVariable.__init__ = shaped
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        KerasVariable.__init__ = made
        for name, tracker in trackers.items():
            setattr(global_state, name, tracker)  # clear_session makes new ones
            vars(tracker).clear()
            vars(tracker).update(states[name])
        for name, value in settings.items():
            setattr(config, name, value)


def keras_modules() -> tuple[str, ...]:
    """The modules of an imported Keras that calculate sizes with int()."""
    if "keras" not in sys.modules:
        return ()
    shapes = ("keras.src.backend.common.variables", "keras.src.ops.operation_utils", "keras.src.utils.argument_validation")
    return (*shapes, *(name for name in sys.modules if name.startswith(_SIZES)))


@contextmanager
def quiet() -> Iterator[None]:
    """Within it nothing that is no error is logged."""
    with alone():
        before = logging.root.manager.disable
        logging.disable(max(before, logging.WARNING))
        try:
            yield
        finally:
            logging.disable(before)
