"""What the fields of a layer may hold: read off their annotations, checked when the layer is made."""

from __future__ import annotations

import types
from dataclasses import fields
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from sympy import Expr, Integer

from symparams.errors import SizeError, StructureError, shown
from symparams.notation import Size, as_exact, as_size

__all__ = ["Padding", "annotated", "checked", "divides", "pairs"]

Padding: TypeAlias = Size | Literal["same"] | tuple[Size, ...]  # zeros on both sides of data, in all dimensions or in each


def annotated(layer: Any) -> dict[str, Any]:
    """The fields of a layer with what they are annotated as."""
    of_class: Any = _annotated
    hints: dict[str, Any] = of_class(type(layer))
    return hints


@cache
def _annotated(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {item.name: hints[item.name] for item in fields(cls)}


def checked(value: Any, hint: Any, where: str) -> Any:
    """`value` as the annotation of its field wants it; sizes become sympy expressions."""
    if hint == Size:
        return as_size(value, where)
    if hint == Padding:
        return _padding(value, where)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and types.NoneType in arguments:
            return None
        if isinstance(value, tuple | list) and any(get_origin(argument) is tuple for argument in arguments):
            return tuple(as_size(item, f"{where}[{number}]") for number, item in enumerate(value))
        if Expr in arguments:
            return as_size(value, where)
        wanted = " or ".join(getattr(argument, "__name__", str(argument)) for argument in arguments)
        if not any(isinstance(argument, type) and isinstance(value, argument) for argument in arguments):
            raise SizeError(f"{where}={shown(value)}", wanted.replace("NoneType", "None"), "give one of these")
    elif origin is Literal:
        value = int(value) if isinstance(value, Integer) else value
        if not any(type(value) is type(option) and value == option for option in arguments):
            raise SizeError(f"{where}={shown(value)}", f"one of {', '.join(map(repr, arguments))}", "choose one")
    elif origin is tuple and arguments[-1] is Ellipsis:
        items = value if isinstance(value, tuple | list) else (value,)
        return tuple(checked(item, arguments[0], f"{where}[{number}]") for number, item in enumerate(items))
    elif hint is bool and not isinstance(value, bool):
        raise SizeError(f"{where}={shown(value)}", "True or False", f"write {where.rpartition(' ')[2]}=True")
    elif isinstance(hint, type) and not isinstance(value, hint):
        raise SizeError(f"{where}={shown(value)}", f"a {hint.__name__}", "see the layer's docstring for its fields")
    return value


def _padding(value: Any, where: str) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_padding(item, f"{where}[{number}]") for number, item in enumerate(value))
    if isinstance(value, str) and value == "same":
        return value
    exact = None if isinstance(value, bool | str) else as_exact(value)
    if exact == 0:
        return exact
    if exact is None or exact.is_negative:
        raise SizeError(f"{where}={shown(value)}", 'a whole number, or "same"', "write 0 for none")
    return as_size(value, where)


def divides(divisor: Size | None, size: Size | None, where: str, names: tuple[str, str]) -> None:
    """Refuse a divisor that is known not to divide: `MultiHeadAttention: n_head=7 and d_model=512`."""
    if isinstance(divisor, Integer) and isinstance(size, Integer) and size % divisor:
        raise SizeError(
            f"{where}: {names[0]}={divisor} and {names[1]}={size}",
            f"{names[0]} that divides {names[1]}",
            f"{size} = {size // divisor}·{divisor} + {size % divisor}; take a divisor of {size}",
        )


def pairs(value: Any, where: str, wanted: str) -> dict[Any, Any]:
    """`value` as a dictionary, whether it is one or a sequence of pairs."""
    try:
        return dict(value)
    except (TypeError, ValueError):
        raise StructureError(f"{where}={shown(value)}", f"a dictionary {wanted}", "write it in braces") from None
