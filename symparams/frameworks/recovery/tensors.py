"""What a build owns: its tensors with name, sizes and kind, and which of them are one and the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symparams.tree.weights import Kind

__all__ = ["Tensor", "tensors_of", "total"]


@dataclass(frozen=True)
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
    if hasattr(built, "named_parameters"):
        return _of_torch(built)
    if hasattr(built, "trainable_weights") and hasattr(built, "non_trainable_weights"):
        return _of_keras(built)
    raise TypeError(f"a {type(built).__name__}")


def _of_torch(module: Any) -> tuple[Tensor, ...]:
    from symparams.frameworks.recovery.intercepting import shape_of

    first: dict[int, str] = {}
    found = []
    for prefix, part in module.named_modules(remove_duplicate=False):
        before, owner = f"{prefix}." if prefix else "", type(part).__name__
        held: Mapping[str, Any] = part._parameters
        listed = [
            (name, tensor, "trainable" if tensor.requires_grad else "frozen") for name, tensor in held.items() if tensor is not None
        ]
        listed += [(name, tensor, "buffer") for name, tensor in part._buffers.items() if tensor is not None]
        for name, tensor, kind in listed:
            full = before + name
            tied = first.setdefault(id(tensor), full)
            sizes = tuple(int(size) for size in tensor.shape)
            kind_: Kind = kind  # type: ignore[assignment]
            found.append(Tensor(full, sizes, kind_, tied if tied != full else None, shape_of(tensor), owner))
    return tuple(found)


def _of_keras(model: Any) -> tuple[Tensor, ...]:
    """Keras counts non-trainable weights as parameters, too; its weights' paths name them."""
    seen: set[str] = set()
    found = []
    trainable = {id(weight) for weight in model.trainable_weights}
    for weight in model.weights:
        if "seed_generator" in weight.path:
            continue  # the state of a random generator, which Keras' count_params leaves out
        name = weight.path.replace(".", "_").replace("/", ".")
        while name in seen:
            name += "_"
        seen.add(name)
        found.append(Tensor(name, tuple(int(size) for size in weight.shape), "trainable" if id(weight) in trainable else "frozen"))
    return tuple(found)
