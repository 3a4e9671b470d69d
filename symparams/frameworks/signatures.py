"""Options of a framework's constructors that change no size: a mirror accepts them, and needs not name them one by one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TypeVar

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
    """
    extra = tuple(names.split())

    def accepting(mirror: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(mirror)
        def made(*args: object, **options: object) -> T:
            return mirror(*args, **{name: option for name, option in options.items() if name not in extra})

        own = inspect.signature(mirror)
        further = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in extra]
        made.__signature__ = own.replace(parameters=[*own.parameters.values(), *further])  # type: ignore[attr-defined]
        return made

    return accepting


def named(mirror: Callable[..., T], framework: str, name: str) -> Callable[..., T]:
    """The mirror under the name of the class that it stands for, where one function makes several."""
    mirror.__name__ = mirror.__qualname__ = name
    mirror.__doc__ = f"{framework}.{name}."
    return mirror
