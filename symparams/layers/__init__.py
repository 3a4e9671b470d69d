"""One file a family of layers. A new layer: a frozen dataclass that says what it owns, and a line here."""

from symparams.layers.adapters import Adapter, LoRA
from symparams.layers.attention import MultiHeadAttention
from symparams.layers.blocks import BasicBlock, Bottleneck, ConvNeXtBlock, ConvNorm, DenseBlock, InvertedResidual
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
from symparams.layers.patches import ClassToken, PatchEmbedding
from symparams.layers.pooling import GlobalPooling, Pooling
from symparams.layers.recurrent import GRU, LSTM, RNN, Bidirectional, Recurrent, Stacked
from symparams.layers.residual import Residual
from symparams.layers.rwkv import ChannelMix, TimeMix
from symparams.layers.scan import GatedDeltaNet, Mamba2Mixer, MambaMixer
from symparams.layers.transformer import TransformerDecoderLayer, TransformerEncoderLayer, TransformerLayer

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Adapter",
    "BasicBlock",
    "BatchNorm",
    "Bidirectional",
    "Bilinear",
    "Bottleneck",
    "ChannelMix",
    "ClassToken",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvLSTM",
    "ConvNeXtBlock",
    "ConvNorm",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Convolution",
    "DenseBlock",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "Einsum",
    "Embedding",
    "FeedForward",
    "Flatten",
    "GatedDeltaNet",
    "GlobalPooling",
    "GroupNorm",
    "InstanceNorm",
    "InvertedResidual",
    "LatentAttention",
    "LayerNorm",
    "Linear",
    "LoRA",
    "Mamba2Mixer",
    "MambaMixer",
    "Mixture",
    "MultiHeadAttention",
    "PReLU",
    "PatchEmbedding",
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
    "TimeMix",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
    "TransformerLayer",
]
