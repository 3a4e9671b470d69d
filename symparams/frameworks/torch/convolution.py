"""torch.nn's convolutions, plain and transposed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from symparams import layers
from symparams.frameworks.mirror import Mirror, both, mirrored
from symparams.frameworks.signatures import named, sizeless
from symparams.layers.convolution import Kernel
from symparams.notation import Size
from symparams.tree import Padding

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


def _convolution(name: str) -> Callable[..., Mirror]:
    """torch.nn.Conv1d, Conv2d and Conv3d."""

    @sizeless("padding_mode device dtype")
    def module(
        in_channels: Size,
        out_channels: Size,
        kernel_size: Kernel,
        stride: Kernel = 1,
        padding: Padding | Literal["valid"] = 0,
        dilation: Kernel = 1,
        groups: Size = 1,
        bias: bool = True,
    ) -> Mirror:
        zeros = 0 if padding == "valid" else padding
        moves = {"stride": stride, "padding": zeros, "dilation": dilation}
        return mirrored(getattr(layers, name)(in_channels, out_channels, kernel_size, groups, bias, **moves), *both("*", "*"))

    return named(module, "torch.nn", name)


def _transposed_convolution(name: str) -> Callable[..., Mirror]:
    """torch.nn.ConvTranspose1d, ConvTranspose2d and ConvTranspose3d."""

    @sizeless("padding_mode device dtype")
    def module(
        in_channels: Size,
        out_channels: Size,
        kernel_size: Kernel,
        stride: Kernel = 1,
        padding: Padding = 0,
        output_padding: Padding = 0,
        groups: Size = 1,
        bias: bool = True,
        dilation: Kernel = 1,
    ) -> Mirror:
        moves = {"stride": stride, "padding": padding, "dilation": dilation, "output_padding": output_padding}
        return mirrored(getattr(layers, name)(in_channels, out_channels, kernel_size, groups, bias, **moves), *both("*", "*"))

    return named(module, "torch.nn", name)


Conv1d, Conv2d, Conv3d = (_convolution(f"Conv{n}d") for n in (1, 2, 3))
ConvTranspose1d, ConvTranspose2d, ConvTranspose3d = (_transposed_convolution(f"ConvTranspose{n}d") for n in (1, 2, 3))
