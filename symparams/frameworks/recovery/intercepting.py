"""torch's tensor functions watched while a constructor runs: which size of a tensor came from which expression.

Everything is made on the meta device, so no memory is taken and nothing is initialised. What is patched is put back, also
after an error: the default device and dtype, the random state, the initialisers, the parameter class, `int` in the model's module.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from sympy import Expr, Integer, Mul, ceiling
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors

from symparams.frameworks.recovery.traced import Trace, TracedFloat, TracedInt, expression, truncated

__all__ = ["on_meta", "shape_of", "watched"]

Shape = tuple[Expr | None, ...]
_MARK = "_symparams_shape"
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
    known: Shape | None = getattr(tensor, _MARK, None)
    return known if known is not None and len(known) == tensor.dim() else (None,) * tensor.dim()


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
        result = func(*args, **kwargs)
        if self.trace is None:
            return result
        if func in _READERS:
            return self._read(args, result)
        if isinstance(result, torch.Tensor):
            shape = self._shape(func, args, kwargs, result)
            if shape is not None:
                setattr(result, _MARK, shape)
        return result

    def _read(self, args: Any, result: Any) -> Any:
        """A size that is read off a tensor is traced again."""
        known = getattr(args[0], _MARK, None)
        if known is None:
            return result
        if isinstance(result, tuple):
            sizes = [_number(self.trace, size, expr) for size, expr in zip(result, known, strict=True)]
            return torch.Size(sizes)
        if len(args) > 1 and isinstance(args[1], int):
            return _number(self.trace, result, known[args[1]])
        return result if None in known else _number(self.trace, result, Mul(*known))

    def _shape(self, func: Any, args: Any, kwargs: Any, result: Any) -> Shape | None:
        sizes = tuple(result.shape)
        name = getattr(func, "__name__", "")
        first = args[0] if args else None
        known: Any = getattr(first, _MARK, None) if isinstance(first, torch.Tensor) else None
        rule = _RULES.get(name)
        if rule is not None and (found := rule(known, args, kwargs, sizes)) is not None:
            return found
        if name in _AS_THEY_ARE:
            marked = [other for other in args if isinstance(other, torch.Tensor) and tuple(other.shape) == sizes]
            return next((getattr(other, _MARK) for other in marked if hasattr(other, _MARK)), None)
        return _as_written(args, kwargs, sizes)


_READERS = frozenset({torch.Tensor.shape.__get__, torch.Tensor.size, torch.Tensor.numel, torch.numel})  # type: ignore[attr-defined]


def _number(trace: Trace | None, value: int, expr: Expr | None) -> int:
    return value if trace is None or expr is None or not expr.free_symbols else trace.integer(value, expr)


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
    shapes: list[Any] = [getattr(tensor, _MARK, None) for tensor in tensors]
    if None in shapes or len({len(shape) for shape in shapes}) > 1 or any(shape[axis] is None for shape in shapes):
        return None
    joined = list(shapes[0])
    joined[axis] = sum((shape[axis] for shape in shapes[1:]), shapes[0][axis])
    return tuple(joined)


_RULES: dict[str, Callable[[Any, Any, Any, Any], Shape | None]] = {
    "arange": _counted,
    "permute": _permuted,
    "t": _transposed,
    "transpose": _transposed,
    "unsqueeze": _unsqueezed,
    "cat": _joined,
    "concat": _joined,
}


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


@contextmanager
def on_meta() -> Iterator[None]:
    """Building without memory or initial values; the state of torch and of Python's random numbers is as before afterwards."""
    dtype, state, python = torch.get_default_dtype(), torch.random.get_rng_state(), random.getstate()
    threads_grad = torch.is_grad_enabled()
    kept = {name: value for name, value in vars(torch.nn.init).items() if name.endswith("_") and not name.startswith("_")}
    kept = {name: value for name, value in kept.items() if callable(value)}
    loaded = sys.modules.get("transformers.modeling_utils")
    model = loaded.PreTrainedModel if loaded is not None else None
    initialiser = model.init_weights if model is not None else None
    try:
        for name in kept:
            setattr(torch.nn.init, name, _nothing)
        torch.FloatTensor = _FloatTensor  # type: ignore[misc, assignment]
        if model is not None:
            model.init_weights = _nothing
        with _Watch(None), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, value in kept.items():
            setattr(torch.nn.init, name, value)
        if model is not None:
            model.init_weights = initialiser
        torch.FloatTensor = _FLOAT_TENSOR  # type: ignore[misc]
        torch.set_default_dtype(dtype)
        torch.random.set_rng_state(state)
        random.setstate(python)
        torch.set_grad_enabled(threads_grad)


@contextmanager
def watched(trace: Trace, modules: Iterable[str]) -> Iterator[None]:
    """`on_meta`, with the sizes of tensors traced, and int() and parameters that keep what they are given traced."""
    parameter = torch.nn.Parameter
    original = vars(parameter)["__new__"]

    def kept(cls: Any, data: Any = None, requires_grad: bool = True) -> Any:
        made = original.__func__(cls, data, requires_grad)
        if (shape := getattr(data, _MARK, None)) is not None:
            setattr(made, _MARK, shape)
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
