"""Our layers behind the constructors of keras.layers: the same names, parameters and defaults, sizes that may be symbols.

As in Keras, a function takes the options, and `build` of what it returns the shape of the input, the batch in front. That makes
a `Mirror`, whose tensors bear their paths below the layer. Keras is not imported. What stays out: LoRA and quantization, which
change a layer's weights after it was built, and batch renormalization's further statistics.

>>> from symparams import closed_form, symbols
>>> I, H = symbols("I H")
>>> closed_form(LSTM(H).build((None, None, I)).layer)
4*(H*I + H**2 + H)
"""

from symparams.frameworks.keras.attention import GroupQueryAttention, MultiHeadAttention
from symparams.frameworks.keras.convolution import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from symparams.frameworks.keras.dense import BatchNormalization, Dense, Embedding, LayerNormalization, RMSNormalization
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
)

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "BatchNormalization",
    "Bidirectional",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Embedding",
    "GRUCell",
    "GroupQueryAttention",
    "LSTMCell",
    "LayerNormalization",
    "MultiHeadAttention",
    "RMSNormalization",
    "SeparableConv1D",
    "SeparableConv2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackedRNNCells",
]
