"""torch.nn's dense layers and tables: Linear, Bilinear, Embedding, EmbeddingBag, PReLU and the losses that own a dense layer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import inf

from sympy import Mul, Rational, floor

from symparams import layers
from symparams.errors import SizeError, shown
from symparams.frameworks.mirror import Mirror, both, mirrored
from symparams.frameworks.signatures import sizeless
from symparams.notation import Size, as_size
from symparams.tree import Layer, Sequential

__all__ = ["AdaptiveLogSoftmaxWithLoss", "Bilinear", "Embedding", "EmbeddingBag", "Linear", "LinearCrossEntropyLoss", "PReLU"]


@sizeless("device dtype")
def Linear(in_features: Size, out_features: Size, bias: bool = True) -> Mirror:
    """torch.nn.Linear."""
    return mirrored(layers.Linear(in_features, out_features, bias), *both("*", "*"))


@sizeless("device dtype")
def Bilinear(in1_features: Size, in2_features: Size, out_features: Size, bias: bool = True) -> Mirror:
    """torch.nn.Bilinear."""
    return mirrored(layers.Bilinear(in1_features, in2_features, out_features, bias), *both("*", "*"))


@sizeless("max_norm norm_type scale_grad_by_freq sparse device dtype")
def Embedding(num_embeddings: Size, embedding_dim: Size, padding_idx: int | None = None) -> Mirror:
    """torch.nn.Embedding."""
    return _table(num_embeddings, embedding_dim, padding_idx)


@sizeless("max_norm norm_type scale_grad_by_freq mode sparse include_last_offset device dtype")
def EmbeddingBag(num_embeddings: Size, embedding_dim: Size, *, padding_idx: int | None = None) -> Mirror:
    """torch.nn.EmbeddingBag: the table of an Embedding, whose rows are added up."""
    return _table(num_embeddings, embedding_dim, padding_idx)


def _table(rows: Size, columns: Size, padding_idx: int | None) -> Mirror:
    """A table whose padding, counted from either end, is one of its rows."""
    rows = as_size(rows, "num_embeddings")
    beyond = padding_idx is not None and (rows - padding_idx if padding_idx > 0 else rows + padding_idx + 1).is_nonpositive
    if beyond:
        raise SizeError(f"padding_idx={padding_idx} of num_embeddings={rows}", "one of the table's rows", "give a smaller one")
    return mirrored(layers.Embedding(rows, columns), *both("*", "*"))


@sizeless("init device dtype")
def PReLU(num_parameters: Size = 1) -> Mirror:
    """torch.nn.PReLU: one slope, or one for each channel."""
    return mirrored(layers.PReLU(as_size(num_parameters, "num_parameters")), *both("*", "*"))


@sizeless("device dtype")
def AdaptiveLogSoftmaxWithLoss(
    in_features: Size, n_classes: Size, cutoffs: Sequence[Size], div_value: Size | float = 4.0, head_bias: bool = False
) -> Mirror:
    """torch.nn.AdaptiveLogSoftmaxWithLoss: a head for the frequent classes, two narrower layers for each cluster of the others.

    >>> from symparams import closed_form, symbols
    >>> d, V = symbols("d V")
    >>> closed_form(AdaptiveLogSoftmaxWithLoss(d, V, [1000]).layer)
    d*floor(d/4) + V*floor(d/4) + 1001*d - 1000*floor(d/4)
    """
    ends = [as_size(end, "cutoffs") for end in cutoffs] + [as_size(n_classes, "n_classes")]
    if len(ends) < 2 or any((after - before).is_nonpositive for before, after in itertools.pairwise(ends)):
        raise SizeError(f"cutoffs={shown(cutoffs)} of n_classes={n_classes}", "growing numbers below it", "sort them")
    in_features = as_size(in_features, "in_features")
    divisor = Rational(str(div_value)) if isinstance(div_value, float) and 0 < div_value < inf else as_size(div_value, "div_value")
    parts: dict[str, Layer] = {"head": layers.Linear(in_features, ends[0] + len(ends) - 1, head_bias)}
    for number, (before, after) in enumerate(itertools.pairwise(ends)):
        width = floor(in_features / divisor ** (number + 1))
        parts[f"down_{number}"] = layers.Linear(in_features, width, bias=False)
        parts[f"up_{number}"] = layers.Linear(width, after - before, bias=False)
    clusters = range(len(ends) - 1)
    return mirrored(
        Sequential(**parts),
        *both("head.*", "head.*"),
        *(row for number in clusters for row in both(f"tail.{number}.0.*", f"down_{number}.*")),
        *(row for number in clusters for row in both(f"tail.{number}.1.*", f"up_{number}.*")),
    )


@sizeless("reduction weight ignore_index label_smoothing options device dtype")
def LinearCrossEntropyLoss(
    in_features: Size, num_classes: Size, *, out_features: Sequence[Size] = (), bias: bool = False
) -> Mirror:
    """torch.nn.LinearCrossEntropyLoss (from PyTorch 2.13 on): the dense layer in front of the loss."""
    outputs = [as_size(size, "out_features") for size in out_features]
    layer = layers.Linear(in_features, Mul(as_size(num_classes, "num_classes"), *outputs), bias)
    return mirrored(Sequential(linear=layer), *both("linear.*", "linear.*"))
