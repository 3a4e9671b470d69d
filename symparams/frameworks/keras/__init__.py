"""Our layers behind the constructors of keras.layers: the same names, parameters and defaults, sizes that may be symbols.

As in Keras, a function takes the options, and `build` of what it returns the shape of the input, the batch in front. That makes
a `Mirror`, whose tensors bear their paths below the layer. Keras is not imported. What stays out: LoRA and quantization, which
change a layer's weights after it was built, and batch renormalization's further statistics.

>>> from symparams import closed_form, symbols
>>> I, H = symbols("I H")
>>> closed_form(LSTM(H).build((None, None, I)).layer)
4*(H*I + H**2 + H)
"""

from symparams.frameworks.keras.attention import (
    AdditiveAttention,
    Attention,
    GroupQueryAttention,
    MultiHeadAttention,
)
from symparams.frameworks.keras.convolution import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    ConvLSTM1D,
    ConvLSTM2D,
    ConvLSTM3D,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from symparams.frameworks.keras.dense import (
    Dense,
    EinsumDense,
    Embedding,
    PReLU,
    ReversibleEmbedding,
)
from symparams.frameworks.keras.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    RMSNormalization,
    SpectralNormalization,
)
from symparams.frameworks.keras.recurrent import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    GRUCell,
    LSTMCell,
    SimpleRNN,
    SimpleRNNCell,
    StackedRNNCells,
    TimeDistributed,
)
from symparams.frameworks.keras.spectrogram import (
    STFTSpectrogram,
)

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "AdditiveAttention",
    "Attention",
    "BatchNormalization",
    "Bidirectional",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "EinsumDense",
    "Embedding",
    "GRUCell",
    "GroupNormalization",
    "GroupQueryAttention",
    "LSTMCell",
    "LayerNormalization",
    "MultiHeadAttention",
    "Normalization",
    "PReLU",
    "RMSNormalization",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "SpectralNormalization",
    "StackedRNNCells",
    "TimeDistributed",
]
