"""What a build owns: its tensors with name, sizes and kind, and which of them are one and the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symparams.frameworks.recovery.exact.traced import expression
from symparams.tree.weights import Kind

__all__ = ["Tensor", "tensors_of", "total"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a build.

    where: sizes: the numbers; shape: their expressions, None where not traced; tied_to: the name of the tensor that it is, where
    that one is listed before; owner: the class of the module that holds it.
    """

    name: str
    sizes: tuple[int, ...]
    kind: Kind
    tied_to: str | None = None
    shape: tuple[Expr | None, ...] | None = None
    owner: str = ""

    @property
    def counted(self) -> bool:
        """Whether it adds to the number of parameters."""
        return self.kind != "buffer" and self.tied_to is None

    @property
    def numel(self) -> int:
        """How many numbers it holds."""
        product = 1
        for size in self.sizes:
            product *= size
        return product


def total(tensors: tuple[Tensor, ...]) -> int:
    """The number of parameters: buffers left out, tied ones once."""
    return sum(tensor.numel for tensor in tensors if tensor.counted)


def tensors_of(built: Any) -> tuple[Tensor, ...] | int:
    """The tensors of a torch module or a Keras layer, the number itself of an integer; `TypeError` for anything else."""
    if isinstance(built, bool):
        raise TypeError("a truth value")
    if isinstance(built, int):
        return int(built)
    if isinstance(built, tuple) and all(isinstance(tensor, Tensor) for tensor in built):  # what a run computed
        return built
    if hasattr(built, "trainable_weights") and hasattr(built, "non_trainable_weights"):  # Keras on torch has both
        return _of_keras(built)
    if hasattr(built, "named_parameters"):
        return _of_torch(built)
    raise TypeError(f"no torch module, Keras layer or integer, but a {type(built).__name__}")


def _of_torch(module: Any) -> tuple[Tensor, ...]:
    found: list[Tensor] = []
    _collect(module, "", {}, found)
    return tuple(found)


def _collect(module: Any, before: str, first: dict[int, str], found: list[Tensor]) -> None:
    """The tensors of a module and of those in it, in order; torch's own walk over named modules takes three times as long."""
    from symparams.frameworks.recovery.building.shapes import shape_of

    owner = type(module).__name__
    for held, is_buffer in ((module._parameters, False), (module._buffers, True)):
        for name, tensor in held.items():
            if tensor is not None:
                full = before + name
                kind: Kind = "buffer" if is_buffer else "trainable" if tensor.requires_grad else "frozen"
                tied = first.setdefault(id(tensor), full)
                found.append(Tensor(full, tuple(tensor.shape), kind, tied if tied != full else None, shape_of(tensor), owner))
    for name, part in module._modules.items():
        if part is not None:
            _collect(part, f"{before}{name}.", first, found)


def _of_keras(layer: Any) -> tuple[Tensor, ...]:
    """The weights of a Keras layer, the non-trainable ones too, as its count_params has them; not the state of random generators.

    Layers are named as Keras names them, those that nobody named by their place, since Keras goes on counting from model to model:
    dense_0.kernel. A block that a name counts is a module: conv2_block1_1_conv is conv2.block1.1_conv.
    """
    from keras.src.utils.naming import to_snake_case  # type: ignore[import-untyped]
    from keras.src.utils.python_utils import is_default  # type: ignore[import-untyped]

    first: dict[int, str] = {}
    found = []
    trainable = {id(weight) for weight in layer.trainable_weights}
    counted = {id(weight) for weight in layer.weights}

    def walk(part: Any, before: str) -> None:
        if not part.built and (part is layer or not is_default(part.build)):  # it has no weights yet
            raise TypeError(f"a {type(part).__name__} that was not built: call its build, or give it an input")
        held = [weight for weight in (*part._trainable_variables, *part._non_trainable_variables) if id(weight) in counted]
        for weight, own in zip(held, _placed([(weight.name, "variable") for weight in held]), strict=True):
            name = before + own
            tied = first.setdefault(id(weight), name)
            kind: Kind = "trainable" if id(weight) in trainable else "frozen"
            sizes = tuple(int.__int__(size) for size in weight.shape)
            shape = tuple(map(expression, weight.shape))
            found.append(Tensor(name, sizes, kind, tied if tied != name else None, shape, type(part).__name__))
        names = [(below.name, to_snake_case(type(below).__name__)) for below in part._layers]
        for below, own in zip(part._layers, _placed(names), strict=True):
            walk(below, f"{before}{own}.")

    walk(layer, "")
    missing = counted - first.keys()
    if missing:
        raise TypeError(f"a {type(layer).__name__} with {len(missing)} weights that are in none of its layers")
    return tuple(found)


def _placed(names: list[tuple[str, str]]) -> Iterator[str]:
    """Names of siblings, each from Keras' name and the one that Keras makes up where nobody gives one; no two are equal.

    >>> list(_placed([("dense_7", "dense"), ("head", "dense"), ("dense_8", "dense"), ("block_1_expand", "conv2d")]))
    ['dense_0', 'head', 'dense_1', 'block_1.expand']
    """
    met: Counter[str] = Counter()
    for name, usual in names:
        made_up = re.fullmatch(rf"{re.escape(usual)}(_\d+)?", name)
        own = usual if made_up else _BLOCK.sub(r"\1.", name.replace(".", "_"))
        yield f"{own}_{met[own]}" if made_up or met[own] else own
        met[own] += 1


_BLOCK = re.compile(r"(?<=[A-Za-z])(_?\d+[a-z]?)_")  # block1_, block_1_ and block1a_
