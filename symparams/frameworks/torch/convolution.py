"""torch.nn's convolutions, plain and transposed."""

from __future__ import annotations

from collections.abc import Callable

from symparams import layers
from symparams.frameworks.mirror import Mirror, both, mirrored
from symparams.frameworks.signatures import named, sizeless
from symparams.layers.convolution import Kernel
from symparams.notation import Size

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


def _convolution(name: str) -> Callable[..., Mirror]:
    """torch.nn.Conv1d, Conv2d and Conv3d."""

    @sizeless("padding_mode device dtype")
    def module(
        in_channels: Size,
        out_channels: Size,
        kernel_size: Kernel,
        stride: object = 1,
        padding: object = 0,
        dilation: object = 1,
        groups: Size = 1,
        bias: bool = True,
    ) -> Mirror:
        return mirrored(getattr(layers, name)(in_channels, out_channels, kernel_size, groups, bias), *both("*", "*"))

    return named(module, "torch.nn", name)


def _transposed_convolution(name: str) -> Callable[..., Mirror]:
    """torch.nn.ConvTranspose1d, ConvTranspose2d and ConvTranspose3d."""

    @sizeless("padding_mode device dtype")
    def module(
        in_channels: Size,
        out_channels: Size,
        kernel_size: Kernel,
        stride: object = 1,
        padding: object = 0,
        output_padding: object = 0,
        groups: Size = 1,
        bias: bool = True,
        dilation: object = 1,
    ) -> Mirror:
        return mirrored(getattr(layers, name)(in_channels, out_channels, kernel_size, groups, bias), *both("*", "*"))

    return named(module, "torch.nn", name)


Conv1d, Conv2d, Conv3d = (_convolution(f"Conv{n}d") for n in (1, 2, 3))
ConvTranspose1d, ConvTranspose2d, ConvTranspose3d = (_transposed_convolution(f"ConvTranspose{n}d") for n in (1, 2, 3))
