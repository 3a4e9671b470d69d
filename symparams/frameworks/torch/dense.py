"""torch.nn.Linear and Embedding."""

from __future__ import annotations

from symparams import layers
from symparams.frameworks.mirror import Mirror, both, mirrored
from symparams.frameworks.signatures import sizeless
from symparams.notation import Size

__all__ = ["Embedding", "Linear"]


@sizeless("device dtype")
def Linear(in_features: Size, out_features: Size, bias: bool = True) -> Mirror:
    """torch.nn.Linear."""
    return mirrored(layers.Linear(in_features, out_features, bias), *both("*", "*"))


@sizeless("padding_idx max_norm norm_type scale_grad_by_freq sparse device dtype")
def Embedding(num_embeddings: Size, embedding_dim: Size) -> Mirror:
    """torch.nn.Embedding."""
    return mirrored(layers.Embedding(num_embeddings, embedding_dim), *both("*", "*"))
