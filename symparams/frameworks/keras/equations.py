"""What an EinsumDense's equation says about its weights: "abc,cd->abd" has a kernel (c, d)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symparams.errors import StructureError, shown
from symparams.frameworks.keras.building import InputShape
from symparams.notation import Size

__all__ = ["einsum_shapes"]

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


def einsum_shapes(
    equation: str, input_shape: InputShape, output_shape: Sequence[Size | None], bias_axes: str | None = None
) -> tuple[tuple[Size, ...], tuple[Size, ...] | None]:
    """The shapes of the kernel and of the bias, where there is one.

    `output_shape` leaves out the batch, which stands in front, and all axes that "..." stands for. The bias has an axis for each
    of `bias_axes` and axes of 1 between and behind them.

    >>> einsum_shapes("abc,cde->abde", (None, None, 8), (None, 2, 4), "de")
    ((8, 2, 4), (2, 4))
    >>> einsum_shapes("ab...,bc->ac...", (None, 3, 28, 28), (5,), "c")
    ((3, 5), (5, 1, 1))

    Raises `StructureError` for an equation that has another form, and for shapes that do not fit it.
    """
    given = f"EinsumDense: the equation {shown(equation)}"
    found = _EQUATION.fullmatch(equation) if isinstance(equation, str) else None
    left, inputs, right, kernel, left_after, outputs, right_after = found.groups() if found else (None,) * 7
    if (
        not (inputs and kernel and outputs)
        or (left, right) != (left_after, right_after)
        or (left and right)
        or (right and len(inputs) < 2)
    ):
        raise StructureError(given, "[X],[Y]->[Z], ...[X],[Y]->...[Z] or [X]...,[Y]->[Z]...", "write one letter an axis")
    elided = len(input_shape) - len(inputs)
    if elided < 0:
        raise StructureError(f"{given} and the input shape {tuple(input_shape)}", "an axis for each letter", "give a longer shape")
    if left:
        seen, full = dict(zip(inputs, input_shape[elided:], strict=True)), [*input_shape[: max(elided, 1)], *output_shape]
        made = dict(zip(outputs, full[elided:], strict=False))
    else:
        seen, full = dict(zip(inputs, input_shape, strict=False)), [input_shape[0], *output_shape, *input_shape[len(inputs) :]]
        made = dict(zip(outputs, full, strict=False))
    for axis in outputs:
        if axis not in made:
            raise StructureError(
                f"{given} and output_shape={tuple(output_shape)}", f"a size for {axis}", "give output_shape one more"
            )
        if axis not in inputs and axis not in kernel:
            raise StructureError(f"{given}, whose output has an axis {axis}", "axes of the input or of the kernel", "drop it")
        if axis in seen and made[axis] is not None and made[axis] != seen[axis]:
            raise StructureError(f"{given}: {axis} is {seen[axis]} and {made[axis]}", "one size for one axis", "mend output_shape")
    return _sized(given, kernel, seen | made), _bias(given, bias_axes, outputs, made, 0 if left else elided)


def _bias(given: str, axes: str | None, outputs: str, made: dict[str, Size | None], behind: int) -> tuple[Size, ...] | None:
    if axes is None:
        return None
    if not axes or set(axes) - set(outputs):
        raise StructureError(f"{given} and bias_axes={shown(axes)}", "axes of the output", f"choose among {outputs}")
    spanned = outputs[min(map(outputs.index, axes)) :]
    return (*_sized(given, spanned, made | {axis: 1 for axis in spanned if axis not in axes}), *(1,) * behind)


def _sized(given: str, axes: str, sizes: dict[str, Size | None]) -> tuple[Size, ...]:
    found = []
    for axis in axes:
        size = sizes.get(axis)
        if size is None:
            raise StructureError(f"{given}, where {axis} has no size", "a size for each axis of a weight", "give it in a shape")
        found.append(size)
    return tuple(found)
