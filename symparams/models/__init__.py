"""Architectures put together from layers; `reading` reads them from text."""

from symparams.models.families import (
    BERT,
    GPT2,
    RWKV,
    T5,
    DeepSeek,
    DenseNet,
    LLaMA,
    Mamba,
    Mamba2,
    Mixtral,
    ResNet,
    ViT,
)
from symparams.models.transformer import EncoderDecoder, EncoderDecoderTransformer, LanguageModel, Stack, Transformer

__all__ = [
    "BERT",
    "GPT2",
    "RWKV",
    "T5",
    "DeepSeek",
    "DenseNet",
    "EncoderDecoder",
    "EncoderDecoderTransformer",
    "LLaMA",
    "LanguageModel",
    "Mamba",
    "Mamba2",
    "Mixtral",
    "ResNet",
    "Stack",
    "Transformer",
    "ViT",
]
