"""Options that a function hands on to another, in its signature: whoever asks what it takes is told."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["handing_on"]

Function = TypeVar("Function", bound=Callable[..., Any])


def handing_on(taker: Callable[..., Any], **defaults: Any) -> Callable[[Function], Function]:
    """The decorator of a function whose `**options` are those of another, `taker`: its signature has them by their names.

    where: defaults: those that the function has in place of the taker's.

    >>> def Wide(d, bias=True, width=4):
    ...     return d, bias, width
    >>> @handing_on(Wide, bias=False)
    ... def Wider(d, width=8, **options):
    ...     return Wide(d, **{"width": width, "bias": False} | options)
    >>> inspect.signature(Wider)
    <Signature (d, width=8, *, bias=False)>
    """

    def described(function: Function) -> Function:
        signature = inspect.signature(function)
        own = {name: one for name, one in signature.parameters.items() if one.kind is not one.VAR_KEYWORD}
        taken = inspect.signature(taker).parameters.values()
        handed_on = [one.replace(kind=one.KEYWORD_ONLY) for one in taken if one.name not in own and one.default is not one.empty]
        more = [one.replace(default=defaults.get(one.name, one.default)) for one in handed_on]
        function.__signature__ = signature.replace(parameters=[*own.values(), *more])  # type: ignore[attr-defined]
        return function

    return described
