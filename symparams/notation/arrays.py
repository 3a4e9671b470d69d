"""A formula over arrays of sizes, exactly: in 64-bit integers where a bound shows that nothing overflows, else in Python's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from sympy import Integer, Symbol

from symparams.errors import ValuesError, shown
from symparams.notation.bounds import bits_of
from symparams.notation.forms import Form, expr_of
from symparams.notation.integers import Operation, Part, operations
from symparams.notation.sizes import symbol_among

__all__ = ["function"]

_BITS = 62
_BLOCK = 131_072  # sizes at a time: what is worked out on the way stays in the processor's cache


def function(form: Form, names: tuple[Any, ...]) -> Callable[..., Any]:
    """The formula as a function of arrays, in the order of the names, which have to be those of all its symbols.

    Raises `ValuesError` for names that are not those of the formula, and where numpy is not installed; the function raises it for
    arrays that do not hold positive integers, and where a division leaves a remainder.
    """
    expr = expr_of(form)
    free = sorted(expr.free_symbols, key=lambda one: one.name)
    order = [symbol_among(frozenset(free), name, "size") for name in names] if names else free
    if missing := [one.name for one in free if one not in order]:
        raise ValuesError(f"function({', '.join(map(str, names))})", f"also {', '.join(missing)}", "name every symbol")
    try:
        import numpy as np
    except ImportError:
        raise ValuesError("a function of arrays", "numpy", 'pip install "symparams[arrays]"') from None
    whole = operations(form)

    def evaluated(*sizes: Any) -> Any:
        if len(sizes) != len(order):
            raise ValuesError(f"{len(sizes)} sizes", f"{len(order)}: {', '.join(map(str, order))}", "give one array for each")
        checked = {one: _checked(np, one, given) for one, given in zip(order, sizes, strict=True)}
        arrays = {one.name: array for one, (array, _) in checked.items()}
        largest = {one: Integer(most) for one, (_, most) in checked.items()}
        short = bits_of(expr, largest) <= _BITS and all(array.dtype != object for array in arrays.values())
        taken = {name: array if short else array.astype(object) for name, array in arrays.items()}
        shape = np.broadcast_shapes(*(array.shape for array in taken.values()))
        if not shape:
            return int(_value(np, whole, {name: int(array) for name, array in taken.items()}))
        found = np.empty(shape, dtype=np.int64 if short else object)
        out = found.reshape(-1)
        flat = {name: np.broadcast_to(array, shape).reshape(-1) if array.ndim else array for name, array in taken.items()}
        for start in range(0, out.size, _BLOCK):
            rows = slice(start, start + _BLOCK)
            out[rows] = _value(np, whole, {name: array[rows] if array.ndim else array for name, array in flat.items()})
        return found

    evaluated.__doc__ = f"{form} at arrays of {', '.join(one.name for one in order)}."
    return evaluated


def _checked(np: Any, symbol: Symbol, given: Any) -> Any:
    """An array of positive integers, and the largest of them."""
    array = np.asarray(given)
    if array.dtype == object:
        whole = all(isinstance(one, int) and not isinstance(one, bool) for one in array.flat)
    else:
        whole = array.dtype.kind in "iu"
    least, largest = _extremes(array) if whole else (0, 0)
    if least < 1:
        raise ValuesError(f"{symbol.name}={shown(given)}", "positive integers", "give an array of integers from 1 on")
    wide = array.dtype == object or (array.dtype.kind == "u" and array.dtype.itemsize == 8)
    return array.astype(object if wide else np.int64, copy=False), largest


def _extremes(array: Any) -> tuple[int, int]:
    """The least and the largest number of an array, block by block, so that memory is read once for both; 1 where it is empty."""
    flat = array.reshape(-1)
    blocks = [flat[start : start + _BLOCK] for start in range(0, flat.size, _BLOCK)]
    ends = [(int(block.min()), int(block.max())) for block in blocks]
    return min((least for least, _ in ends), default=1), max((most for _, most in ends), default=1)


def _value(np: Any, part: Part, sizes: Mapping[str, Any]) -> Any:
    if isinstance(part, int):
        return part
    if isinstance(part, str):
        return sizes[part]
    return _operation(np, part, sizes)


def _folded(np: Any, work: Any, operation: Operation, sizes: Mapping[str, Any]) -> Any:
    """A sum or a product, worked out in the memory of its first array that is no size itself: a million numbers are not copied."""
    found: Any = None
    free = False  # whether `found` may be written over
    for part in operation.parts:
        value = _value(np, part, sizes)
        made = isinstance(part, Operation) and isinstance(value, np.ndarray)
        if found is None:
            found, free = value, made
        elif free and np.broadcast_shapes(np.shape(value), found.shape) == found.shape and found.dtype != object:
            found = work(found, value, out=found)
        elif made and np.broadcast_shapes(np.shape(found), value.shape) == value.shape and value.dtype != object:
            found, free = work(value, found, out=value), True
        else:
            found, free = work(found, value), isinstance(found, np.ndarray) or isinstance(value, np.ndarray)
    return found


def _operation(np: Any, operation: Operation, sizes: Mapping[str, Any]) -> Any:
    if operation.kind == "total":
        body, index, first, last = operation.parts
        start, stop = (_value(np, part, sizes) for part in (first, last))
        low, high = int(np.min(start)), int(np.max(stop))
        found: Any = 0
        for row in range(low, high + 1):
            inside = (np.asarray(start) <= row) & (row <= np.asarray(stop))
            found = found + np.where(inside, _value(np, body, {**sizes, str(index): row}), 0)
        return found
    if operation.kind in ("sum", "product"):
        return _folded(np, np.add if operation.kind == "sum" else np.multiply, operation, sizes)
    parts = [_value(np, part, sizes) for part in operation.parts]
    match operation.kind:
        case "power":
            return parts[0] ** parts[1]
        case "floor":
            return parts[0] // parts[1]
        case "ceiling":
            return -(-parts[0] // parts[1])
        case "modulo":
            return parts[0] % parts[1]
        case "max":
            return reduce(np.maximum, parts)
        case "min":
            return reduce(np.minimum, parts)
    if np.any(parts[0] % parts[1]):
        raise ValuesError("a division that leaves a remainder", "sizes at which the formula is whole", "give others, or use .at")
    return parts[0] // parts[1]
