"""What live code does: operations by PyTorch's counter, at numbers on the meta device or over its own symbolic shapes."""

from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from typing import Any

import sympy
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv, StatelessSymbolicContext
from torch.utils.flop_counter import FlopCounterMode

from symparams import symbols


def counted(run: Callable[[], Any], training: bool = False) -> Any:
    """Operations of a forward pass, or of that and the backward pass; nothing is decided by data, so meta tensors do."""
    with FlopCounterMode(display=False) as counter, nullcontext() if training else torch.no_grad():
        result = run()
        if training:
            scalar(result).backward()
    return counter.get_total_flops()


def scalar(result: Any) -> torch.Tensor:
    """The sum of what a module hands on: its output, the first of several."""
    while not isinstance(result, torch.Tensor):
        result = result[0]
    return result.sum()


def on_meta(build: Callable[[], nn.Module]) -> nn.Module:
    with torch.device("meta"):
        return build()


def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.zeros(*shape, dtype=dtype, device="meta")


def ids(*shape: int) -> torch.Tensor:
    return zeros(*shape, dtype=torch.long)


class Shapes:
    """Fake tensors whose sizes are PyTorch's own symbols, and back from these to ours."""

    def __init__(self, **sizes: int) -> None:
        self.environment = ShapeEnv()
        self.fake = FakeTensorMode(shape_env=self.environment, allow_non_fake_inputs=True)
        context = StatelessSymbolicContext(dynamic_sizes=[DimDynamic.DYNAMIC] * len(sizes), constraint_sizes=[None] * len(sizes))
        made = self.fake.from_tensor(torch.empty(*sizes.values(), device="meta"), symbolic_context=context).shape
        self.sizes = dict(zip(sizes, made, strict=True))
        self.ours = {size.node.expr: symbols(name) for name, size in self.sizes.items()}

    def expression(self, count: Any) -> sympy.Expr:
        """The count over our symbols. A size that the code fixed would be missing, so nothing may have been guarded to a number."""
        fixed = [guard.expr for guard in self.environment.guards if isinstance(guard.expr, sympy.Eq) and guard.expr.rhs.is_number]
        assert not fixed, fixed
        return sympy.sympify(count.node.expr if hasattr(count, "node") else count).xreplace(self.ours)

    @contextmanager
    def building(self):
        """Modules are built without initial values, which would take the square root of a size and so fix it."""
        kinds = [nn.Linear, nn.LayerNorm, nn.RMSNorm, nn.modules.conv._ConvNd, nn.Embedding, nn.MultiheadAttention]
        names = [(kind, name) for kind in kinds for name in ("reset_parameters", "_reset_parameters") if name in vars(kind)]
        kept = [(kind, name, vars(kind)[name]) for kind, name in names]
        for kind, name, _ in kept:
            setattr(kind, name, lambda self: None)
        try:
            with self.fake:
                yield
        finally:
            for kind, name, method in kept:
                setattr(kind, name, method)
