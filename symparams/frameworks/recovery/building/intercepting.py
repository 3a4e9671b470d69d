"""torch's tensor functions watched while a constructor runs: which size of a tensor came from which expression.

Everything is made on the meta device, so no memory is taken and nothing is initialised. What is patched is put back, also
after an error: the default device and dtype, the random state, the initialisers, the parameter class, `int` in the model's module.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from sympy import Expr, Mul
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors

from symparams.frameworks.recovery.building.alone import alone
from symparams.frameworks.recovery.building.shapes import MARK, shape_after
from symparams.frameworks.recovery.exact.traced import Trace, TracedFloat, TracedInt, truncated

__all__ = ["on_meta", "watched"]


class _Watch(TorchFunctionMode):
    """Puts what has no device on the meta device, and marks each tensor with the expressions of its sizes."""

    def __init__(self, trace: Trace | None) -> None:
        super().__init__()
        self.trace = trace
        self.factories = _device_constructors()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in self.factories and kwargs.get("device") is None:
            kwargs = {**kwargs, "device": "meta"}
        if func in _MOVES and args[0].is_meta:  # to a device: it stays where it is
            dtype = next((given for given in (*args[1:], *kwargs.values()) if isinstance(given, torch.dtype)), None)
            func, args, kwargs = torch.Tensor.to, (args[0], dtype or args[0].dtype), {}
        result = func(*args, **kwargs)
        if self.trace is None:
            return result
        if func in _READERS:
            return self._read(args, result)
        if isinstance(result, torch.Tensor):
            shape = shape_after(func, args, kwargs, result)
            if shape is not None:
                setattr(result, MARK, shape)
        return result

    def _read(self, args: Any, result: Any) -> Any:
        """A size that is read off a tensor is traced again."""
        known = getattr(args[0], MARK, None)
        if known is None:
            return result
        if isinstance(result, tuple):
            sizes = [_number(self.trace, size, expr) for size, expr in zip(result, known, strict=True)]
            return torch.Size(sizes)
        if len(args) > 1 and isinstance(args[1], int):
            return _number(self.trace, result, known[args[1]])
        return result if None in known else _number(self.trace, result, Mul(*known))


_MOVES = frozenset({torch.Tensor.to, torch.Tensor.cpu, torch.Tensor.cuda})
_READERS = frozenset({torch.Tensor.shape.__get__, torch.Tensor.size, torch.Tensor.numel, torch.numel})  # type: ignore[attr-defined]


def _number(trace: Trace | None, value: int, expr: Expr | None) -> int:
    return value if trace is None or expr is None or not expr.free_symbols else trace.integer(value, expr)


class _TracedIntType(type):
    """Stands in for `int` in a model's module: traced numbers stay traced."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, int)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, int)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], TracedInt):
            return args[0]
        return truncated(args[0]) if len(args) == 1 and isinstance(args[0], TracedFloat) else int(*args, **kwargs)


class _Int(metaclass=_TracedIntType):
    from_bytes = int.from_bytes


_FLOAT_TENSOR = torch.FloatTensor


class _FloatTensorType(type):
    """Stands in for `torch.FloatTensor`, whose calls no mode sees."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _FLOAT_TENSOR)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if args and not kwargs and all(isinstance(size, int) for size in args):
            return torch.empty(*args, dtype=torch.float32)
        return _FLOAT_TENSOR(*args, **kwargs)


class _FloatTensor(metaclass=_FloatTensorType):
    pass


def _nothing(*args: Any, **kwargs: Any) -> Any:
    return args[0] if args else kwargs.get("tensor")


def _unprepared(cls: Any, model_config: Any) -> Any:
    """In place of `GenerationConfig.from_model_config`, which takes a fifth of a small model's build and shapes no tensor."""
    return cls()


def _idle() -> Iterator[tuple[Any, str, Any]]:
    """What a build does to values, or beside its tensors, and need not: the class or module, the name there, what stands in."""
    for name, initialiser in list(vars(torch.nn.init).items()):
        if name.endswith("_") and not name.startswith("_") and callable(initialiser):
            yield torch.nn.init, name, _nothing
    for cls in (torch.nn.Linear, torch.nn.Embedding):
        yield cls, "reset_parameters", _nothing
    if (modeling := sys.modules.get("transformers.modeling_utils")) is not None:
        yield modeling.PreTrainedModel, "init_weights", _nothing
    if (generation := sys.modules.get("transformers.generation.configuration_utils")) is not None:
        yield generation.GenerationConfig, "from_model_config", classmethod(_unprepared)


@contextmanager
def on_meta() -> Iterator[None]:
    """Building without memory or initial values; the state of torch and of Python's random numbers is as before afterwards.

    One thread at a time may be within it.
    """
    with alone():
        yield from _on_meta()


def _on_meta() -> Iterator[None]:
    dtype, state, python = torch.get_default_dtype(), torch.random.get_rng_state(), random.getstate()
    threads_grad = torch.is_grad_enabled()
    replaced = [*_idle(), (torch, "FloatTensor", _FloatTensor)]
    kept = [(owner, name, vars(owner)[name]) for owner, name, _ in replaced]
    try:
        for owner, name, instead in replaced:
            setattr(owner, name, instead)
        with _Watch(None), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)
        torch.set_default_dtype(dtype)
        torch.random.set_rng_state(state)
        random.setstate(python)
        torch.set_grad_enabled(threads_grad)


@contextmanager
def watched(trace: Trace, modules: Iterable[str]) -> Iterator[None]:
    """`on_meta`, with the sizes of tensors traced, and int() and parameters that keep what they are given traced."""
    with alone():
        yield from _watched(trace, modules)


def _watched(trace: Trace, modules: Iterable[str]) -> Iterator[None]:
    parameter = torch.nn.Parameter
    original = vars(parameter)["__new__"]

    def kept(cls: Any, data: Any = None, requires_grad: bool = True) -> Any:
        made = original.__func__(cls, data, requires_grad)
        if (shape := getattr(data, MARK, None)) is not None:
            setattr(made, MARK, shape)
        return made

    shadowed = [
        sys.modules[name] for name in dict.fromkeys(modules) if name in sys.modules and "int" not in vars(sys.modules[name])
    ]
    with on_meta():
        try:
            parameter.__new__ = staticmethod(kept)  # type: ignore[method-assign]
            for module in shadowed:
                vars(module)["int"] = _Int
            with _Watch(trace):
                yield
        finally:
            parameter.__new__ = original  # type: ignore[method-assign]
            for module in shadowed:
                vars(module).pop("int", None)
