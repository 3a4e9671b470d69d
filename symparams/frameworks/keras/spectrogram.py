"""keras.layers.STFTSpectrogram: a Fourier transform written as convolutions, whose kernels are trained like any other."""

from __future__ import annotations

from sympy import Integer, floor

from symparams import layers
from symparams.errors import StructureError
from symparams.frameworks.keras.building import Build, InputShape, keras_layer
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.notation import Size, as_size
from symparams.tree import Sequential

__all__ = ["STFTSpectrogram"]


@keras_layer("frame_step window periodic scaling padding expand_dims data_format")
def STFTSpectrogram(mode: str = "log", frame_length: Size = 256, *, fft_length: Size | None = None) -> Build:
    """keras.layers.STFTSpectrogram: a kernel for the real part, one for the imaginary part, (frame, 1, fft/2 + 1) each.

    where: fft_length: the next power of two from the frame's length on, if not given.

    >>> from symparams import closed_form, symbols
    >>> f = symbols("f")
    >>> closed_form(STFTSpectrogram(frame_length=f, fft_length=512).build((None, None, 1)).layer)
    514*f
    """
    frame = as_size(frame_length, "frame_length")
    if fft_length is None and not isinstance(frame, Integer):
        raise StructureError(f"STFTSpectrogram: frame_length={frame} and no fft_length", "an fft_length", "give fft_length=512")
    points = Integer(2) ** (int(frame) - 1).bit_length() if fft_length is None else as_size(fft_length, "fft_length")
    if (points - frame).is_negative:
        raise StructureError(
            f"STFTSpectrogram: fft_length={points} and frame_length={frame}", "no shorter one", "give a longer one"
        )
    kernels = [name for name, other in (("real", "imag"), ("imag", "real")) if mode != other]

    def build(input_shape: InputShape) -> Mirror:
        kernel = layers.Conv1d(1, floor(points / 2) + 1, frame, bias=False)
        return mirrored(
            Sequential(**dict.fromkeys(kernels, kernel)),
            *(Tensor(f"{name}_kernel", f"{name}.weight", "o i k -> k i o") for name in kernels),
        )

    return build
