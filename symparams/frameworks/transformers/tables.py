"""Rows of a model's mirror as a table: the class's names on the left, ours on the right."""

from __future__ import annotations

from collections.abc import Mapping

from symparams.frameworks.mirror import Tensor, both
from symparams.models.transformer import Head

__all__ = ["headed", "table"]


def table(rows: Mapping[str, str], name: str = "", of: str = "") -> tuple[Tensor, ...]:
    """The rows, `name` and `of` in front of either side; a star is the weight, then the bias.

    >>> [row.name for row in table({"q_proj.*": "q.*", "norm.weight": "norm.weight"}, "h.{0}.", "layers.")]
    ['h.{0}.q_proj.weight', 'h.{0}.q_proj.bias', 'h.{0}.norm.weight']
    """
    made: list[Tensor] = []
    for left, right in rows.items():
        real, ours = (" ".join(prefix + word for word in words.split()) for prefix, words in ((name, left), (of, right)))
        made += both(real, ours) if "*" in left else (Tensor(real, ours),)
    return tuple(made)


def headed(tie_word_embeddings: bool) -> Head:
    """The head of a language model by the option of its configuration."""
    return "tied" if tie_word_embeddings else "untied"
