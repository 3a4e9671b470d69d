"""Our layers behind the constructors of torch.nn: the same names, parameters and defaults, sizes that may be symbols.

Each function makes a `Mirror`, whose tensors bear the names of the module's state dict. torch is not imported. What stays out:
modules whose sizes are known only after their first call (LazyLinear and its like), containers, and parametrizations, which change
a module's weights after it was made.

>>> from symparams import closed_form, symbols
>>> I, H = symbols("I H")
>>> closed_form(LSTM(input_size=I, hidden_size=H).layer)
4*(H*I + H**2 + 2*H)
>>> LSTM(I, H).shapes()
{'weight_ih_l0': (4*H, I), 'weight_hh_l0': (4*H, H), 'bias_ih_l0': (4*H,), 'bias_hh_l0': (4*H,)}
"""

from symparams.frameworks.torch.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from symparams.frameworks.torch.dense import (
    AdaptiveLogSoftmaxWithLoss,
    Bilinear,
    Embedding,
    EmbeddingBag,
    Linear,
    LinearCrossEntropyLoss,
    PReLU,
)
from symparams.frameworks.torch.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    RMSNorm,
    SyncBatchNorm,
)
from symparams.frameworks.torch.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from symparams.frameworks.torch.transformer import (
    MultiheadAttention,
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "AdaptiveLogSoftmaxWithLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Bilinear",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Embedding",
    "EmbeddingBag",
    "GRUCell",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LSTMCell",
    "LayerNorm",
    "Linear",
    "LinearCrossEntropyLoss",
    "MultiheadAttention",
    "PReLU",
    "RMSNorm",
    "RNNCell",
    "SyncBatchNorm",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]
