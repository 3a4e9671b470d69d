"""One file a family of layers. A new layer: a frozen dataclass that says what it owns, and a line here."""

from symparams.layers.attention import MultiHeadAttention
from symparams.layers.convlstm import ConvLSTM
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
from symparams.layers.einsum import Einsum
from symparams.layers.elementwise import PReLU, Scale
from symparams.layers.embedding import Embedding
from symparams.layers.feedforward import FeedForward
from symparams.layers.flatten import Flatten
from symparams.layers.latent import LatentAttention
from symparams.layers.linear import Bilinear, Linear
from symparams.layers.mixture import Mixture
from symparams.layers.normalization import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, RMSNorm, SpectralNorm, Standardization
from symparams.layers.pooling import GlobalPooling, Pooling
from symparams.layers.recurrent import GRU, LSTM, RNN, Bidirectional, Recurrent, Stacked
from symparams.layers.residual import Residual
from symparams.layers.transformer import TransformerDecoderLayer, TransformerEncoderLayer, TransformerLayer

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "BatchNorm",
    "Bidirectional",
    "Bilinear",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvLSTM",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Convolution",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "Einsum",
    "Embedding",
    "FeedForward",
    "Flatten",
    "GlobalPooling",
    "GroupNorm",
    "InstanceNorm",
    "LatentAttention",
    "LayerNorm",
    "Linear",
    "Mixture",
    "MultiHeadAttention",
    "PReLU",
    "Pooling",
    "RMSNorm",
    "Recurrent",
    "Residual",
    "Scale",
    "SeparableConv1d",
    "SeparableConv2d",
    "SpectralNorm",
    "Stacked",
    "Standardization",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
    "TransformerLayer",
]
