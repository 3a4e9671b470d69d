"""Our layers behind the constructors of torch.nn: the same names, parameters and defaults, sizes that may be symbols.

Each function makes a `Mirror`, whose tensors bear the names of the module's state dict. torch is not imported.

>>> from symparams import closed_form, symbols
>>> I, H = symbols("I H")
>>> closed_form(LSTM(input_size=I, hidden_size=H).layer)
4*(H*I + H**2 + 2*H)
>>> LSTM(I, H).shapes()
{'weight_ih_l0': (4*H, I), 'weight_hh_l0': (4*H, H), 'bias_ih_l0': (4*H,), 'bias_hh_l0': (4*H,)}
"""

from symparams.frameworks.torch.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from symparams.frameworks.torch.dense import Embedding, Linear
from symparams.frameworks.torch.normalization import BatchNorm1d, BatchNorm2d, BatchNorm3d, LayerNorm, RMSNorm
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
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Embedding",
    "GRUCell",
    "LSTMCell",
    "LayerNorm",
    "Linear",
    "MultiheadAttention",
    "RMSNorm",
    "RNNCell",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]
