"""Architectures put together from layers, and reading them from text."""

from symparams.models.reading import read_model
from symparams.models.transformer import EncoderDecoder, EncoderDecoderTransformer, LanguageModel, Stack, Transformer

__all__ = ["EncoderDecoder", "EncoderDecoderTransformer", "LanguageModel", "Stack", "Transformer", "read_model"]
