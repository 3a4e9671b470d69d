"""What a framework's constructors take: options that change no size need not be named one by one, and no size may be None."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TypeVar

from symparams.errors import SizeError

__all__ = ["named", "sizeless"]

T = TypeVar("T")


def sizeless(names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """A mirror that also takes these keywords, separated by spaces, and does nothing with them. Others are an error as ever.

    >>> @sizeless("device dtype")
    ... def Linear(in_features, out_features):
    ...     return in_features * out_features
    >>> Linear(3, 5, device="cpu")
    15
    >>> inspect.signature(Linear)
    <Signature (in_features, out_features, *, device=None, dtype=None)>
    >>> Linear(3, 5, bais=False)
    Traceback (most recent call last):
    TypeError: Linear() got an unexpected keyword argument 'bais'

    Our layers leave some sizes open where None is given; constructors do so only where they say it. Raises `SizeError`.
    """
    extra = tuple(names.split())

    def accepting(mirror: Callable[..., T]) -> Callable[..., T]:
        own = inspect.signature(mirror)
        sizes = {name for name, parameter in own.parameters.items() if parameter.annotation == "Size"}

        @functools.wraps(mirror)
        def made(*args: object, **options: object) -> T:
            for name, value in (*zip(own.parameters, args, strict=False), *options.items()):
                if value is None and name in sizes:
                    raise SizeError(f"{mirror.__name__}: {name}=None", "a size", "give an int or a symbol")
            return mirror(*args, **{name: option for name, option in options.items() if name not in extra})

        further = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in extra]
        made.__signature__ = own.replace(parameters=[*own.parameters.values(), *further])  # type: ignore[attr-defined]
        return made

    return accepting


def named(mirror: Callable[..., T], framework: str, name: str) -> Callable[..., T]:
    """The mirror under the name of the class that it stands for, where one function makes several."""
    mirror.__name__ = mirror.__qualname__ = name
    mirror.__doc__ = f"{framework}.{name}."
    return mirror
