"""Architectures put together from layers; `reading` reads them from text."""

from symparams.models.transformer import EncoderDecoder, EncoderDecoderTransformer, LanguageModel, Stack, Transformer

__all__ = ["EncoderDecoder", "EncoderDecoderTransformer", "LanguageModel", "Stack", "Transformer"]
