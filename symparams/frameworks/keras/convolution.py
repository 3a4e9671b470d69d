"""Keras' convolutions: plain, transposed, depthwise, separable and recurrent. Their kernels are (k₁, …, in, out)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symparams import layers
from symparams.errors import SizeError, shown
from symparams.frameworks.keras.building import REGULARIZED, Build, InputShape, Unbuilt, keras_layer, width
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.layers.convolution import Kernel
from symparams.notation import Size

__all__ = [
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
]

_BIAS = "bias_initializer bias_regularizer bias_constraint"
_DEPTHWISE = "depthwise_initializer depthwise_regularizer depthwise_constraint"
_POINTWISE = "pointwise_initializer pointwise_regularizer pointwise_constraint"
_RECURRENT = (
    "recurrent_activation recurrent_initializer recurrent_regularizer recurrent_constraint unit_forget_bias dropout"
    " recurrent_dropout seed return_sequences return_state go_backwards stateful"
)
_MOVES = "activation activity_regularizer"


def _ones(dimensions: str) -> Kernel:
    """Keras' default for a stride: 1, or as many of them as there are dimensions."""
    return 1 if dimensions == "1" else (1,) * int(dimensions)


def _moves(strides: Kernel, padding: str, dilation: Kernel | None = None) -> dict[str, Any]:
    """How a kernel moves over its data, in our words."""
    moves = {"stride": tuple(strides) if isinstance(strides, list) else strides, "padding": "same" if padding == "same" else 0}
    return moves if dilation is None else moves | {"dilation": tuple(dilation) if isinstance(dilation, list) else dilation}


def _channels(input_shape: InputShape, data_format: str | None) -> Size:
    return width(input_shape, 1 if data_format == "channels_first" else -1)


def _convolution(name: str) -> Callable[..., Unbuilt]:
    one = _ones(name[4])

    @keras_layer(f"{_MOVES} {REGULARIZED}", name)
    def layer(
        filters: Size,
        kernel_size: Kernel,
        *,
        strides: Kernel = one,
        padding: str = "valid",
        dilation_rate: Kernel = one,
        data_format: str | None = None,
        groups: Size = 1,
        use_bias: bool = True,
    ) -> Build:
        def build(input_shape: InputShape) -> Mirror:
            convolution = getattr(layers, f"{name[:-1]}d")
            return mirrored(
                convolution(
                    _channels(input_shape, data_format),
                    filters,
                    kernel_size,
                    groups,
                    use_bias,
                    **_moves(strides, padding, dilation_rate),
                ),
                Tensor("kernel", "weight", "o i ... -> ... i o"),
                Tensor("bias", "bias"),
            )

        return build

    return layer


def _transposed(name: str) -> Callable[..., Unbuilt]:
    one = _ones(name[4])

    @keras_layer(f"{_MOVES} {REGULARIZED}", name)
    def layer(
        filters: Size,
        kernel_size: Kernel,
        *,
        strides: Kernel = one,
        padding: str = "valid",
        output_padding: object = None,
        dilation_rate: Kernel = one,
        data_format: str | None = None,
        use_bias: bool = True,
    ) -> Build:
        def build(input_shape: InputShape) -> Mirror:
            convolution = getattr(layers, f"ConvTranspose{name[4]}d")
            return mirrored(
                convolution(
                    _channels(input_shape, data_format),
                    filters,
                    kernel_size,
                    bias=use_bias,
                    **_moves(strides, padding, dilation_rate),
                ),
                Tensor("kernel", "weight", "i o ... -> ... o i"),
                Tensor("bias", "bias"),
            )

        return build

    return layer


def _depthwise(name: str) -> Callable[..., Unbuilt]:
    one = _ones(name[-2])

    @keras_layer(f"{_MOVES} {_DEPTHWISE} {_BIAS}", name)
    def layer(
        kernel_size: Kernel,
        *,
        strides: Kernel = one,
        padding: str = "valid",
        dilation_rate: Kernel = one,
        depth_multiplier: Size = 1,
        data_format: str | None = None,
        use_bias: bool = True,
    ) -> Build:
        def build(input_shape: InputShape) -> Mirror:
            convolution = getattr(layers, f"DepthwiseConv{name[-2]}d")
            return mirrored(
                convolution(
                    _channels(input_shape, data_format), kernel_size, depth_multiplier, use_bias, **_moves(strides, padding)
                ),
                Tensor("kernel", "weight", "(c m) 1 ... -> ... c m", sizes=(("m", depth_multiplier),)),
                Tensor("bias", "bias"),
            )

        return build

    return layer


def _separable(name: str) -> Callable[..., Unbuilt]:
    one = _ones(name[-2])

    @keras_layer(f"{_MOVES} {_DEPTHWISE} {_POINTWISE} {_BIAS}", name)
    def layer(
        filters: Size,
        kernel_size: Kernel,
        *,
        strides: Kernel = one,
        padding: str = "valid",
        dilation_rate: Kernel = one,
        data_format: str | None = None,
        depth_multiplier: Size = 1,
        use_bias: bool = True,
    ) -> Build:
        def build(input_shape: InputShape) -> Mirror:
            convolution = getattr(layers, f"{name[:-1]}d")
            return mirrored(
                convolution(
                    _channels(input_shape, data_format),
                    filters,
                    kernel_size,
                    depth_multiplier,
                    use_bias,
                    **_moves(strides, padding),
                ),
                Tensor("depthwise_kernel", "depthwise.weight", "(c m) 1 ... -> ... c m", sizes=(("m", depth_multiplier),)),
                Tensor("pointwise_kernel", "pointwise.weight", "o i ... -> ... i o"),
                Tensor("bias", "pointwise.bias"),
            )

        return build

    return layer


def _recurrent(name: str) -> Callable[..., Unbuilt]:
    @keras_layer(f"{_MOVES} {_RECURRENT} {REGULARIZED}", name)
    def layer(
        filters: Size,
        kernel_size: Kernel,
        strides: Kernel = 1,
        padding: str = "valid",
        *,
        data_format: str | None = None,
        dilation_rate: Kernel = 1,
        use_bias: bool = True,
    ) -> Build:
        def build(input_shape: InputShape) -> Mirror:
            dimensions = int(name[-2])
            channels = _channels((*input_shape[:1], *input_shape[2:]), data_format)  # time is the second axis
            for axis in range(2, len(input_shape)):
                width(input_shape, axis)
            sizes = tuple(kernel_size) if isinstance(kernel_size, tuple | list) else (kernel_size,) * dimensions
            if len(sizes) != dimensions:
                raise SizeError(f"kernel_size={shown(kernel_size)}", f"one size or {dimensions} of them", "give each dimension's")
            return mirrored(
                layers.ConvLSTM(channels, filters, sizes, use_bias, **_moves(strides, padding, dilation_rate)),
                Tensor("conv_lstm_cell/kernel", "gates.weight_ih", "g o i ... -> ... i (g o)"),
                Tensor("conv_lstm_cell/recurrent_kernel", "gates.weight_hh", "g o i ... -> ... i (g o)"),
                Tensor("conv_lstm_cell/bias", "gates.bias_ih", "g o -> (g o)"),
            )

        return build

    return layer


Conv1D, Conv2D, Conv3D = (_convolution(f"Conv{n}D") for n in (1, 2, 3))
Conv1DTranspose, Conv2DTranspose, Conv3DTranspose = (_transposed(f"Conv{n}DTranspose") for n in (1, 2, 3))
DepthwiseConv1D, DepthwiseConv2D = (_depthwise(f"DepthwiseConv{n}D") for n in (1, 2))
SeparableConv1D, SeparableConv2D = (_separable(f"SeparableConv{n}D") for n in (1, 2))
ConvLSTM1D, ConvLSTM2D, ConvLSTM3D = (_recurrent(f"ConvLSTM{n}D") for n in (1, 2, 3))
