"""torch.nn's normalizations: of layers, of groups, of batches and of instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from symparams import layers
from symparams.frameworks.mirror import Mirror, Tensor, both, mirrored
from symparams.frameworks.signatures import named, sizeless
from symparams.layers.normalization import Shape
from symparams.notation import Size

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LayerNorm",
    "RMSNorm",
    "SyncBatchNorm",
]


@sizeless("device dtype")
def LayerNorm(normalized_shape: Shape, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True) -> Mirror:
    """torch.nn.LayerNorm."""
    return mirrored(layers.LayerNorm(normalized_shape, elementwise_affine, elementwise_affine and bias), *both("*", "*"))


@sizeless("device dtype")
def RMSNorm(normalized_shape: Shape, eps: float | None = None, elementwise_affine: bool = True) -> Mirror:
    """torch.nn.RMSNorm."""
    return mirrored(layers.RMSNorm(normalized_shape, elementwise_affine), *both("*", "*"))


@sizeless("device dtype")
def GroupNorm(num_groups: Size, num_channels: Size, eps: float = 1e-5, affine: bool = True, *, bias: bool = True) -> Mirror:
    """torch.nn.GroupNorm."""
    return mirrored(layers.GroupNorm(num_groups, num_channels, affine, affine and bias), *both("*", "*"))


_BUFFERS = tuple(Tensor(buffer, buffer) for buffer in ("running_mean", "running_var", "num_batches_tracked"))


def _statistics(kept: bool) -> Literal["buffers", "none"]:
    return "buffers" if kept else "none"


def _batch_norm(name: str, ignored: str = "device dtype") -> Callable[..., Mirror]:
    """torch.nn.BatchNorm1d, 2d, 3d and SyncBatchNorm: the running statistics and the counter are buffers."""

    @sizeless(ignored)
    def module(
        num_features: Size,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ) -> Mirror:
        statistics = _statistics(track_running_stats)
        return mirrored(
            layers.BatchNorm(num_features, affine, affine and bias, statistics, counter=True), *both("*", "*"), *_BUFFERS
        )

    return named(module, "torch.nn", name)


def _instance_norm(name: str) -> Callable[..., Mirror]:
    """torch.nn.InstanceNorm1d, 2d and 3d: neither a gain nor a bias nor statistics unless they are asked for."""

    @sizeless("device dtype")
    def module(
        num_features: Size,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
    ) -> Mirror:
        statistics = _statistics(track_running_stats)
        layer = layers.InstanceNorm(num_features, affine, affine and bias, statistics, counter=True)
        return mirrored(layer, *both("*", "*"), *_BUFFERS)

    return named(module, "torch.nn", name)


BatchNorm1d, BatchNorm2d, BatchNorm3d = (_batch_norm(f"BatchNorm{n}d") for n in (1, 2, 3))
InstanceNorm1d, InstanceNorm2d, InstanceNorm3d = (_instance_norm(f"InstanceNorm{n}d") for n in (1, 2, 3))
SyncBatchNorm = _batch_norm("SyncBatchNorm", "process_group device dtype")
