"""From what stands in a command to what is built: transformers:LlamaForCausalLM, torch:nn.LSTM, mypackage.model:build."""

from __future__ import annotations

import difflib
import os
from importlib import import_module
from typing import Any

from symparams.errors import RecoveryError, shown

__all__ = ["find"]


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
    try:
        there: Any = import_module(module)
    except ImportError as error:
        keras = module.partition(".")[0] == "keras" and "KERAS_BACKEND" not in os.environ
        move = "set KERAS_BACKEND=torch, or to the backend that is installed" if keras else "install it, or mend its name"
        raise RecoveryError(f"the module {module}: {error}", "a module that can be imported", move) from error
    for part in name.split("."):
        try:
            there = getattr(there, part)
        except (AttributeError, ImportError) as error:
            near = difflib.get_close_matches(part, dir(there), 3)
            move = f"did you mean {', '.join(near)}?" if near else "mend the name"
            raise RecoveryError(f"{part} in {module}", "a class or a function that is there", move) from error
    return there
