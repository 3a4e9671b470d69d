"""Convolutions: plain, grouped, depthwise, separable and transposed, in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr
from sympy.logic.boolalg import Boolean

from symparams.errors import SizeError
from symparams.layers.windows import Windows
from symparams.notation import Size, as_size
from symparams.tree import Data, Layer, Padding, Sequential, Weight, divides, whole

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Convolution",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "SeparableConv1d",
    "SeparableConv2d",
]

Kernel: TypeAlias = Size | tuple[Size, ...]


@dataclass(frozen=True, repr=False)
class Convolution(Layer):
    """A convolution:  c_in/groups·k₁k₂…·c_out + c_out.

    where: c_in, c_out: channels; kernel: its size in each dimension; groups: each group of output channels sees c_in/groups
    input channels (groups = c_in: depthwise). The weight is (c_out, c_in/groups, k₁, …), where `transposed`
    (c_in, c_out/groups, k₁, …). Source: torch.nn.Conv2d, ConvTranspose2d; keras.layers.Conv2D (its kernel is (k₁, …, in, out)).

    What changes costs and no count: stride, dilation: of the kernel, in all dimensions or in each; padding: zeros on both sides, or
    "same", as many as leave ⌈n/stride⌉ of n positions; output_padding: positions that a transposed convolution adds.

    >>> from symparams import closed_form, symbols
    >>> i, f, o, G = symbols("i f o G")
    >>> closed_form(Convolution(i, o, (f, f)))
    i*o*f**2 + o
    >>> closed_form(Convolution(i, o, (3,), groups=G, bias=False))
    3*i*o/G
    """

    c_in: Size
    c_out: Size
    kernel: tuple[Size, ...]
    groups: Size = 1
    bias: bool = True
    transposed: bool = False
    stride: Size | tuple[Size, ...] = 1
    padding: Padding = "same"
    dilation: Size | tuple[Size, ...] = 1
    output_padding: Padding = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("stride", "padding", "dilation", "output_padding"):
            value = getattr(self, name)
            if isinstance(value, tuple) and len(value) != len(self.kernel):
                wanted = f"one number, or {len(self.kernel)} of them"
                raise SizeError(f"{self.kind}: {name}={value}", wanted, "give one for each dimension of the kernel")
        divides(self.groups, self.c_in, "Convolution", ("groups", "c_in"))
        divides(self.groups, self.c_out, "Convolution", ("groups", "c_out"))

    @property
    def kind(self) -> str:
        return f"Conv{'Transpose' if self.transposed else ''}{len(self.kernel)}d"

    def own_conditions(self) -> Iterator[Boolean]:
        yield from whole(self.c_in / self.groups)
        yield from whole(self.c_out / self.groups)

    def widths(self) -> tuple[Size, Size]:
        return self.c_in, self.c_out

    def gives(self, data: Data) -> Data:
        """As many positions as the kernel has places, in each dimension."""
        windows = Windows(self.kernel, self.stride, self.padding, self.dilation, self.output_padding)
        extent = windows.spread(data) if self.transposed else windows.slid(data)
        return super().gives(data).over(*extent)

    def applied(self, data: Data) -> Expr:
        """The kernel is applied at each position that is handed on; transposed, at each that is met."""
        return data.positions if self.transposed else super().applied(data)

    def own(self) -> Iterator[Weight]:
        first, second = (self.c_in, self.c_out) if self.transposed else (self.c_out, self.c_in)
        yield Weight("weight", (first, second / self.groups, *self.kernel))
        if self.bias:
            yield Weight("bias", (self.c_out,), "bias")


def _kernel(kernel: Kernel, dimensions: int) -> tuple[Size, ...]:
    if not isinstance(kernel, tuple | list):
        return (kernel,) * dimensions
    if len(kernel) != dimensions:
        raise SizeError(f"kernel={kernel}", f"one size or {dimensions} of them", "give a size for each dimension")
    return tuple(kernel)


def Conv1d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    groups: Size = 1,
    bias: bool = True,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
    dilation: Kernel = 1,
) -> Convolution:
    """A convolution along one dimension:  k·c_in/groups·c_out + c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o, k = symbols("i o k")
    >>> closed_form(Conv1d(i, o, k))
    i*k*o + o
    """
    return Convolution(c_in, c_out, _kernel(kernel, 1), groups, bias, stride=stride, padding=padding, dilation=dilation)


def Conv2d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    groups: Size = 1,
    bias: bool = True,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
    dilation: Kernel = 1,
) -> Convolution:
    """A convolution of images:  k²·c_in/groups·c_out + c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o = symbols("i o")
    >>> closed_form(Conv2d(i, o, 3)), closed_form(Conv2d(1, 3, (2, 2)))
    (9*i*o + o, 15)
    """
    return Convolution(c_in, c_out, _kernel(kernel, 2), groups, bias, stride=stride, padding=padding, dilation=dilation)


def Conv3d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    groups: Size = 1,
    bias: bool = True,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
    dilation: Kernel = 1,
) -> Convolution:
    """A convolution of volumes:  k³·c_in/groups·c_out + c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o = symbols("i o")
    >>> closed_form(Conv3d(i, o, 3))
    27*i*o + o
    """
    return Convolution(c_in, c_out, _kernel(kernel, 3), groups, bias, stride=stride, padding=padding, dilation=dilation)


def ConvTranspose1d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    groups: Size = 1,
    bias: bool = True,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
    dilation: Kernel = 1,
    output_padding: Padding = 0,
) -> Convolution:
    """A transposed convolution along one dimension:  k·c_in·c_out/groups + c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o, k = symbols("i o k")
    >>> closed_form(ConvTranspose1d(i, o, k))
    i*k*o + o
    """
    return Convolution(
        c_in,
        c_out,
        _kernel(kernel, 1),
        groups,
        bias,
        transposed=True,
        stride=stride,
        padding=padding,
        dilation=dilation,
        output_padding=output_padding,
    )


def ConvTranspose2d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    groups: Size = 1,
    bias: bool = True,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
    dilation: Kernel = 1,
    output_padding: Padding = 0,
) -> Convolution:
    """A transposed convolution of images:  k²·c_in·c_out/groups + c_out; only the bias tells it from the plain one.

    >>> from symparams import closed_form, symbols
    >>> i, o = symbols("i o")
    >>> closed_form(ConvTranspose2d(i, o, 3))
    9*i*o + o
    """
    return Convolution(
        c_in,
        c_out,
        _kernel(kernel, 2),
        groups,
        bias,
        transposed=True,
        stride=stride,
        padding=padding,
        dilation=dilation,
        output_padding=output_padding,
    )


def ConvTranspose3d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    groups: Size = 1,
    bias: bool = True,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
    dilation: Kernel = 1,
    output_padding: Padding = 0,
) -> Convolution:
    """A transposed convolution of volumes:  k³·c_in·c_out/groups + c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o = symbols("i o")
    >>> closed_form(ConvTranspose3d(i, o, 2))
    8*i*o + o
    """
    return Convolution(
        c_in,
        c_out,
        _kernel(kernel, 3),
        groups,
        bias,
        transposed=True,
        stride=stride,
        padding=padding,
        dilation=dilation,
        output_padding=output_padding,
    )


def _depthwise(c_in: Size, kernel: tuple[Size, ...], multiplier: Size, bias: bool, stride: Kernel, padding: Padding) -> Convolution:
    c_in, multiplier = as_size(c_in, "c_in"), as_size(multiplier, "multiplier")
    return Convolution(c_in, c_in * multiplier, kernel, c_in, bias, stride=stride, padding=padding)


def DepthwiseConv1d(
    c_in: Size, kernel: Kernel, multiplier: Size = 1, bias: bool = True, *, stride: Kernel = 1, padding: Padding = "same"
) -> Convolution:
    """Each channel on its own, along one dimension:  k·c·m + c·m.

    >>> from symparams import closed_form, symbols
    >>> c, k, m = symbols("c k m")
    >>> closed_form(DepthwiseConv1d(c, k, m))
    c*k*m + c*m
    """
    return _depthwise(c_in, _kernel(kernel, 1), multiplier, bias, stride, padding)


def DepthwiseConv2d(
    c_in: Size, kernel: Kernel, multiplier: Size = 1, bias: bool = True, *, stride: Kernel = 1, padding: Padding = "same"
) -> Convolution:
    """Each channel on its own, in images:  k²·c·m + c·m.  Source: keras.layers.DepthwiseConv2D; groups=c in PyTorch.

    >>> from symparams import closed_form, symbols
    >>> c = symbols("c")
    >>> closed_form(DepthwiseConv2d(c, 3))
    10*c
    """
    return _depthwise(c_in, _kernel(kernel, 2), multiplier, bias, stride, padding)


def SeparableConv1d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    multiplier: Size = 1,
    bias: bool = True,
    depthwise_bias: bool = False,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
) -> Sequential:
    """Depthwise, then pointwise, along one dimension:  k·c_in·m + c_in·m·c_out + c_out.

    >>> from symparams import closed_form, symbols
    >>> i, o, k = symbols("i o k")
    >>> closed_form(SeparableConv1d(i, o, k))
    i*k + i*o + o
    """
    depthwise = DepthwiseConv1d(c_in, kernel, multiplier, depthwise_bias, stride=stride, padding=padding)
    return Sequential(depthwise=depthwise, pointwise=Conv1d(depthwise.c_out, c_out, 1, bias=bias))


def SeparableConv2d(
    c_in: Size,
    c_out: Size,
    kernel: Kernel,
    multiplier: Size = 1,
    bias: bool = True,
    depthwise_bias: bool = False,
    *,
    stride: Kernel = 1,
    padding: Padding = "same",
) -> Sequential:
    """Depthwise, then pointwise, in images:  k²·c_in·m + c_in·m·c_out + c_out.

    keras.layers.SeparableConv2D has one bias, after both; two layers one after the other have `depthwise_bias=True`.

    >>> from symparams import closed_form, symbols
    >>> i, o = symbols("i o")
    >>> closed_form(SeparableConv2d(i, o, 3))
    i*o + 9*i + o
    """
    depthwise = DepthwiseConv2d(c_in, kernel, multiplier, depthwise_bias, stride=stride, padding=padding)
    return Sequential(depthwise=depthwise, pointwise=Conv2d(depthwise.c_out, c_out, 1, bias=bias))
