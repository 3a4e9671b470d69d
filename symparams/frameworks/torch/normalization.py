"""torch.nn.LayerNorm, RMSNorm, and BatchNorm1d, 2d and 3d."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from symparams import layers
from symparams.frameworks.mirror import Mirror, Tensor, both, mirrored
from symparams.frameworks.signatures import named, sizeless
from symparams.layers.normalization import Shape
from symparams.notation import Size

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LayerNorm", "RMSNorm"]


@sizeless("device dtype")
def LayerNorm(normalized_shape: Shape, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True) -> Mirror:
    """torch.nn.LayerNorm."""
    return mirrored(layers.LayerNorm(normalized_shape, elementwise_affine, elementwise_affine and bias), *both("*", "*"))


@sizeless("device dtype")
def RMSNorm(normalized_shape: Shape, eps: float | None = None, elementwise_affine: bool = True) -> Mirror:
    """torch.nn.RMSNorm."""
    return mirrored(layers.RMSNorm(normalized_shape, elementwise_affine), *both("*", "*"))


def _batch_norm(name: str) -> Callable[..., Mirror]:
    """torch.nn.BatchNorm1d, BatchNorm2d and BatchNorm3d: the running statistics and the counter are buffers."""

    @sizeless("device dtype")
    def module(
        num_features: Size,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ) -> Mirror:
        statistics: Literal["buffers", "none"] = "buffers" if track_running_stats else "none"
        layer = layers.BatchNorm(num_features, affine, affine and bias, statistics, counter=True)
        buffers = (Tensor(buffer, buffer) for buffer in ("running_mean", "running_var", "num_batches_tracked"))
        return mirrored(layer, *both("*", "*"), *buffers)

    return named(module, "torch.nn", name)


BatchNorm1d, BatchNorm2d, BatchNorm3d = (_batch_norm(f"BatchNorm{n}d") for n in (1, 2, 3))
