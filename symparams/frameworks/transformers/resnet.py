"""ResNet: stages of residual blocks, basic or with a bottleneck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.frameworks.transformers.tables import table
from symparams.models import ResNet
from symparams.notation import Size

__all__ = ["ResNetForImageClassification"]


def _normed(name: str, of: str) -> Iterator[Tensor]:
    """The rows of a convolution and its norm."""
    yield Tensor(f"{name}.convolution.weight", f"{of}.conv.weight")
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield Tensor(f"{name}.normalization.{part}", f"{of}.norm.{part}")


def _block(name: str, of: str, bottleneck: bool) -> Iterator[Tensor]:
    yield from _normed(f"{name}.shortcut", f"{of}.shortcut")
    for number, ours in enumerate(("first", "second", "third") if bottleneck else ("first", "second")):
        yield from _normed(f"{name}.layer.{number}", f"{of}.{ours}")


def ResNetForImageClassification(
    num_channels: Size = 3,
    embedding_size: Size = 64,
    hidden_sizes: Sequence[Size] = (256, 512, 1024, 2048),
    depths: Sequence[Size] = (3, 4, 6, 3),
    layer_type: str = "bottleneck",
    num_labels: Size = 2,
) -> Mirror:
    """ResNet with a head for so many classes.

    >>> ResNetForImageClassification(num_labels=1000).layer.params  # ResNet-50
    25557032
    """
    bottleneck = layer_type == "bottleneck"
    model = ResNet(depths, hidden_sizes, bottleneck, num_labels, num_channels, embedding_size)
    rows = [*_normed("resnet.embedder.embedder", "stem"), *table({"classifier.1.*": "head.*"})]
    for stage in range(len(depths)):
        name, of = f"resnet.encoder.stages.{stage}.layers", f"stage_{stage + 1}"
        rows += _block(f"{name}.0", f"{of}.first", bottleneck)
        rows += _block(f"{name}.{{1}}", f"{of}.rest", bottleneck)
    return mirrored(model, *rows)
