"""Which expressions the sizes of a tensor have after a tensor function, from its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from sympy import Expr, Integer, ceiling

from symparams.frameworks.recovery.exact.traced import expression

__all__ = ["MARK", "Shape", "shape_after", "shape_of"]

Shape = tuple[Expr | None, ...]
MARK = "_symparams_shape"
_AS_THEY_ARE = frozenset(
    [
        "clone",
        "detach",
        "detach_",
        "contiguous",
        "to",
        "requires_grad_",
        "zeros_like",
        "ones_like",
        "empty_like",
        "rand_like",
        "randn_like",
        "full_like",
        "float",
        "half",
        "bfloat16",
        "double",
        "type",
        "type_as",
        "neg",
        "abs",
        "exp",
        "log",
        "sqrt",
        "rsqrt",
        "sin",
        "cos",
        "tanh",
        "sigmoid",
        "add",
        "sub",
        "mul",
        "div",
        "pow",
        "true_divide",
        "reciprocal",
        "__rpow__",
        "__rsub__",
        "__rdiv__",
        "__rtruediv__",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "bitwise_not",
        "alias",
        "cpu",
        "cuda",
        "normal_",
        "uniform_",
        "zero_",
        "fill_",
        "ones_",
        "trunc_normal_",
        "add_",
        "mul_",
        "div_",
        "sub_",
        "clamp",
        "clamp_",
        "copy_",
        "triu",
        "tril",
        "bool",
        "int",
        "long",
        "__get__",
    ]
)


def shape_of(tensor: Any) -> Shape:
    """The symbolic shape of a tensor; None where a size's origin is not known."""
    known: Shape | None = getattr(tensor, MARK, None)
    return known if known is not None and len(known) == tensor.dim() else (None,) * tensor.dim()


def shape_after(func: Any, args: Any, kwargs: Any, result: Any) -> Shape | None:
    """The symbolic shape of what a tensor function returned, None where it is not known."""
    sizes = tuple(result.shape)
    name = getattr(func, "__name__", "")
    first = args[0] if args else None
    known: Any = getattr(first, MARK, None) if isinstance(first, torch.Tensor) else None
    rule = _RULES.get(name)
    if rule is not None and (found := rule(known, args, kwargs, sizes)) is not None:
        return found
    if name in _AS_THEY_ARE:
        marked = [other for other in args if isinstance(other, torch.Tensor) and tuple(other.shape) == sizes]
        return next((getattr(other, MARK) for other in marked if hasattr(other, MARK)), None)
    return _as_written(args, kwargs, sizes)


def _as_written(args: Any, kwargs: Any, sizes: tuple[int, ...]) -> Shape | None:
    """The sizes as they stand among the arguments: empty((a, b)), empty(a, b), tensor.view(a, b), empty(size=(a, b))."""
    rest = args[1:] if args and isinstance(args[0], torch.Tensor) else args
    written = rest[0] if rest and isinstance(rest[0], tuple | list) else rest
    for candidate in (written, kwargs.get("size"), kwargs.get("shape")):
        if isinstance(candidate, tuple | list) and len(candidate) == len(sizes):
            numbers = [expression(size) for size in candidate]
            if all(n is not None and int(s) in (size, -1) for n, s, size in zip(numbers, candidate, sizes, strict=True)):
                return tuple(None if int(s) == -1 else n for n, s in zip(numbers, candidate, strict=True))
    return None


def _counted(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    """torch.arange(start, stop, step)."""
    bounds = [expression(value) for value in args if not isinstance(value, torch.dtype)]
    if not bounds or None in bounds or len(bounds) > 3 or "end" in kwargs:
        return None
    start, stop = (Integer(0), bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) == 3 else Integer(1)
    return (ceiling((stop - start) / step),)  # type: ignore[operator]


def _permuted(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    if known is None:
        return None
    order = args[1] if len(args) == 2 and isinstance(args[1], tuple | list) else args[1:]
    return tuple(known[place] for place in order) if len(order) == len(known) else None


def _transposed(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    if known is None or len(args) not in (1, 3):
        return None
    moved, (i, j) = list(known), args[1:] if len(args) == 3 else (0, -1)
    moved[i], moved[j] = moved[j], moved[i]
    return tuple(moved)


def _unsqueezed(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    if known is None:
        return None
    place = args[1] if len(args) > 1 else kwargs.get("dim", 0)
    place = place if place >= 0 else len(known) + 1 + place
    return (*known[:place], Integer(1), *known[place:])


def _joined(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    tensors, axis = args[0], (args[1] if len(args) > 1 else kwargs.get("dim", 0))
    shapes: list[Any] = [getattr(tensor, MARK, None) for tensor in tensors]
    if None in shapes or len({len(shape) for shape in shapes}) > 1 or any(shape[axis] is None for shape in shapes):
        return None
    joined = list(shapes[0])
    joined[axis] = sum((shape[axis] for shape in shapes[1:]), shapes[0][axis])
    return tuple(joined)


def _expanded(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    """tensor.expand(a, -1): new sizes come first, -1 keeps the size that was there."""
    written = args[1] if len(args) == 2 and isinstance(args[1], tuple | list) else args[1:]
    if known is None or len(written) != len(sizes):
        return None
    before = (None,) * (len(sizes) - len(known)) + known
    return tuple(old if int(size) == -1 else expression(size) for old, size in zip(before, written, strict=True))


def _picked(known: Any, args: Any, kwargs: Any, sizes: Any) -> Shape | None:
    """tensor[place]."""
    return known[1:] if known is not None and isinstance(args[1], int) and not isinstance(args[1], bool) else None


_RULES: dict[str, Callable[[Any, Any, Any, Any], Shape | None]] = {
    "arange": _counted,
    "permute": _permuted,
    "t": _transposed,
    "transpose": _transposed,
    "unsqueeze": _unsqueezed,
    "cat": _joined,
    "concat": _joined,
    "expand": _expanded,
    "__getitem__": _picked,
}
