"""The products that a module computes while it runs, each by the module that computes it and by its indices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import torch
from sympy import Integer
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry
from torch.utils.module_tracker import ModuleTracker

from symparams.frameworks.recovery.building.tensors import Tensor

__all__ = ["Products"]

Sizes = tuple[int, ...]


def _matrices(a: Any, b: Any) -> Sizes:
    """(…, m, k) by (…, k, n): …, m, k, n."""
    return (*a.shape, b.shape[-1])


def _convolution(x: Any, weight: Any, transposed: bool, out: Any) -> Sizes:
    """Each position times each entry of the kernel: of the output's, or, of a transposed convolution, of the input's."""
    return (x.shape[0], *(x if transposed else out).shape[2:], *weight.shape)


def _storage(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage()._cdata  # type: ignore[no-any-return]


_BOXES: dict[str, Callable[..., Sizes]] = {
    "mm": lambda a, b, out: _matrices(a, b),
    "bmm": lambda a, b, out: _matrices(a, b),
    "addmm": lambda added, a, b, out: _matrices(a, b),
    "baddbmm": lambda added, a, b, out: _matrices(a, b),
    "mv": lambda a, x, out: tuple(a.shape),
    "addmv": lambda added, a, x, out: tuple(a.shape),
    "dot": lambda x, y, out: tuple(x.shape),
    "vdot": lambda x, y, out: tuple(x.shape),
    "convolution": lambda x, weight, *rest, out: _convolution(x, weight, rest[4], out),
    "_convolution": lambda x, weight, *rest, out: _convolution(x, weight, rest[4], out),
}
_FUSED = ("grouped_mm", "trilinear", "multi_head_attention", "encoder_layer_fwd", "rnn", "linalg", "fft", "scaled_mm", "int_mm")


class Products(TorchDispatchMode):
    """A context in which the products of a module's forward pass are gathered: `tensors` has them afterwards.

    A product with a parameter bears the parameter's name, so that the steps of a recurrence are told from its input's projection.

    where: module: the one that is run.

    Raises `TypeError` for an operation that computes products inside and does not say how many.
    """

    def __init__(self, module: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._modules = ModuleTracker()
        self._parameters = {_storage(one): name.rpartition(".")[2] for name, one in module.named_parameters()}
        self._found: list[tuple[str, Sizes]] = []

    def __enter__(self) -> Products:
        self._modules.__enter__()  # type: ignore[no-untyped-call]
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)  # type: ignore[no-untyped-call]
        self._modules.__exit__(*error)  # type: ignore[no-untyped-call]

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        name = func._overloadpacket.__name__
        if name in _BOXES:
            matrices = [one for one in args if isinstance(one, torch.Tensor) and (one.dim() > 1 or name in ("dot", "vdot"))]
            held = [self._parameters[_storage(one)] for one in matrices if _storage(one) in self._parameters]
            self._add("_".join([name, *held[:1]]), _BOXES[name](*args, out=out))
        elif name == "convolution_backward":  # of what came in, and of the weight: each as large as the convolution
            arrived, x, weight, *_ = args
            box = _convolution(x, weight, args[7], arrived)
            for _ in filter(None, args[10][:2]):
                self._add(name, box)
        elif func._overloadpacket in flop_registry:  # a fused attention, whose indices it keeps to itself
            self._add(name, (flop_registry[func._overloadpacket](*args, **(kwargs or {}), out_val=out) // 2,))
        elif any(part in name for part in _FUSED):
            raise TypeError(f"{name} computes products that PyTorch does not count: have them computed one by one")
        return out

    def _add(self, name: str, sizes: Sizes) -> None:
        module = max(self._modules.parents - {"Global"}, key=len, default="")
        self._found.append((f"{module.partition('.')[2]}.{name}".lstrip("."), tuple(int(size) for size in sizes)))

    def tensors(self, each: int) -> tuple[Tensor, ...]:
        """The products in order, numbered within their module; each: what a multiply-add counts, 1 or 2."""
        met: Counter[str] = Counter()
        found = []
        for name, sizes in self._found:
            unknown = (None,) * len(sizes)
            box, shape = ((each, *sizes), (Integer(each), *unknown)) if each > 1 else (sizes, unknown)
            found.append(Tensor(f"{name}_{met[name]}", box, "trainable", shape=shape, owner="Product"))
            met[name] += 1
        return tuple(found)
