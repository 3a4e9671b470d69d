"""symparams: the size formulas of neural networks, derived, typeset and checked with sympy.

>>> from symparams import Transformer, closed_form, leading_order, symbols
>>> N, d, V = symbols("N d V")
>>> closed_form(Transformer(N, d, V))
N*(12*d**2 + 13*d) + V*d
>>> leading_order(Transformer(N, d, V).params, d)
12*N*d**2

Importing the package is cheap: each name below is loaded at its first use, and sympy with it. Type checkers and editors read the
same names in `__init__.pyi`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {  # by the module that a name is loaded from
    "errors": "SymparamsError",
    "notation": "symbols",
    "formulas": "Formula read",
    "tree": "Data Layer Weight outline",
    "tree.composition": "ForEach On Repeat Sequential Shared",
    "tree.relations": "Given Where",
    "layers": """
        Adapter BasicBlock BatchNorm Bidirectional Bilinear Bottleneck ChannelMix ClassToken Conv1d Conv2d Conv3d
        ConvLSTM ConvNeXtBlock ConvNorm ConvTranspose1d ConvTranspose2d ConvTranspose3d Convolution DenseBlock
        DepthwiseConv1d DepthwiseConv2d Einsum Embedding FeedForward Flatten GRU GatedDeltaNet GlobalPooling GroupNorm
        InstanceNorm InvertedResidual LSTM LatentAttention LayerNorm Linear LoRA Mamba2Mixer MambaMixer Mixture
        MultiHeadAttention PReLU PatchEmbedding Pooling RMSNorm RNN Recurrent Residual Scale SeparableConv1d
        SeparableConv2d SpectralNorm Stacked Standardization TimeMix TransformerDecoderLayer TransformerEncoderLayer
        TransformerLayer
    """,
    "models": """
        BERT DeepSeek DenseNet EncoderDecoder EncoderDecoderTransformer GPT2 LLaMA LanguageModel Mamba Mamba2 Mixtral RWKV
        ResNet Stack T5 Transformer ViT
    """,
    "models.reading": "read_model",
    "atlas": "Architecture architecture",
    "counting": "Breakdown ClosedForm breakdown caches closed_form flops kv_cache operations",
    "asymptotics": "Approximation Solution leading_order solve",
    "derivations": "Derivation Step derive",
    "checks": "Kind Verdict assert_formula check",
    "codes": "code",
    "comparing": "Comparison Ratios compare",
    "identifying": "Identification identify",
    "frameworks.describing": "describe",
    "plots": "plot",
    "typeset": "NOTATIONS Notation latex legend summary",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name in _NAMES:  # symparams.layers, without a further import
        return import_module(f"symparams.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module 'symparams' has no attribute {name!r}")
    value = getattr(import_module(f"symparams.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
