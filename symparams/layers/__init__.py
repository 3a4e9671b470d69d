"""One file a family of layers. A new layer: a frozen dataclass that says what it owns, and a line here."""

from symparams.layers.attention import MultiHeadAttention
from symparams.layers.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    Convolution,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    DepthwiseConv1d,
    DepthwiseConv2d,
    SeparableConv1d,
    SeparableConv2d,
)
from symparams.layers.embedding import Embedding
from symparams.layers.feedforward import FeedForward
from symparams.layers.linear import Linear
from symparams.layers.normalization import BatchNorm, LayerNorm, RMSNorm
from symparams.layers.recurrent import GRU, LSTM, RNN, Bidirectional, Recurrent, Stacked
from symparams.layers.transformer import TransformerDecoderLayer, TransformerEncoderLayer, TransformerLayer

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "BatchNorm",
    "Bidirectional",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Convolution",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "Embedding",
    "FeedForward",
    "LayerNorm",
    "Linear",
    "MultiHeadAttention",
    "RMSNorm",
    "Recurrent",
    "SeparableConv1d",
    "SeparableConv2d",
    "Stacked",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
    "TransformerLayer",
]
