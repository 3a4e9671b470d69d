"""Further arguments of a constructor. A text in the place of a truth value would be taken for true, whatever it says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

from symparams.errors import RecoveryError, shown

__all__ = ["refuse_texts"]


def refuse_texts(name: str, arguments: Mapping[str, Any], parameters: Iterable[inspect.Parameter]) -> None:
    """Refuses a text where the constructor's own default is a truth value or a number and it declares no text there.

    >>> refuse_texts("build", {"bias": "False"}, inspect.signature(lambda width, bias=True: None).parameters.values())
    Traceback (most recent call last):
    symparams.errors.RecoveryError: build: bias='False', a text
      wanted: True or False, as its default True
      next:   write bias=False without quotes (--with bias=False)
    """
    for parameter in parameters:
        value, default = arguments.get(parameter.name), parameter.default
        if not isinstance(value, str) or not isinstance(default, bool | int | float) or _declares_text(parameter):
            continue
        kind, example = ("True or False", not default) if isinstance(default, bool) else ("a number", default)
        argument = f"{parameter.name}={example}"
        raise RecoveryError(
            f"{name}: {parameter.name}={shown(value)}, a text",
            f"{kind}, as its default {default}",
            f"write {argument} without quotes (--with {argument})",
        )


def _declares_text(parameter: inspect.Parameter) -> bool:
    """Whether a text is among what the parameter is declared to take, as padding="same" of a convolution is."""
    declared = parameter.annotation if isinstance(parameter.annotation, str) else repr(parameter.annotation)
    return re.search(r"\bstr\b", declared) is not None
