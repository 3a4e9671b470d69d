"""From what stands in a command to what is built: transformers:LlamaForCausalLM, torch:nn.LSTM, mypackage.model:build."""

from __future__ import annotations

import difflib
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from symparams.errors import RecoveryError, shown

__all__ = ["find", "installed_by"]

_EXTRA = ("torch", "keras", "transformers", "pebble")  # what the extra of that name brings


def installed_by(error: ImportError) -> str:
    """The next move where a module is missing."""
    missing = (error.name or "").partition(".")[0]
    return 'pip install "symparams[frameworks]"' if missing in _EXTRA else "install it, or mend its name"


def find(place: str) -> Any:
    """The object at module:name; the name may have dots. It imports that module, and so executes it.

    >>> find("collections:OrderedDict").__name__
    'OrderedDict'
    >>> find("torch.nn")
    Traceback (most recent call last):
    symparams.errors.RecoveryError: 'torch.nn'
      wanted: a module and a name in it
      next:   write transformers:LlamaForCausalLM, torch:nn.LSTM or mypackage.model:build

    Raises `RecoveryError`.
    """
    module, sign, name = place.partition(":")
    if not sign or not module or not name or not all(part.isidentifier() for part in (*module.split("."), *name.split("."))):
        example = "write transformers:LlamaForCausalLM, torch:nn.LSTM or mypackage.model:build"
        raise RecoveryError(shown(place), "a module and a name in it", example)
    if (
        module.partition(".")[0] == "keras"
        and "keras" not in sys.modules
        and find_spec("tensorflow") is None
        and find_spec("torch")
    ):
        os.environ.setdefault("KERAS_BACKEND", "torch")  # else it takes one that is not there
    try:
        there: Any = import_module(module)
    except ImportError as error:
        raise RecoveryError(f"the module {module}: {error}", "a module that can be imported", installed_by(error)) from error
    except Exception as error:
        said = f"the module {module} raises {type(error).__name__}: {error}"
        raise RecoveryError(said, "a module that can be imported", "mend it") from error
    for part in name.split("."):
        try:
            there = getattr(there, part)
        except (AttributeError, ImportError) as error:
            near = difflib.get_close_matches(part, dir(there), 3)
            move = f"did you mean {', '.join(near)}?" if near else "mend the name"
            raise RecoveryError(f"{part} in {module}", "a class or a function that is there", move) from error
    return there
