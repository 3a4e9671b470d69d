"""What a shell offers for a MODEL: the layers, the models, and the ways to compose them."""

from __future__ import annotations

import re

import click

import symparams

__all__ = ["MODEL_NAMES", "model_names"]

_MODULES = ("layers", "models", "tree.composition", "tree.relations")  # those whose names a model's text may call
MODEL_NAMES = sorted(" ".join(symparams._NAMES[module] for module in _MODULES).split())


def model_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The model's text as far as it was typed, with each name that its last word may become."""
    word = re.search(r"\w*\Z", incomplete)
    start = word.start() if word else 0
    return [incomplete[:start] + name for name in MODEL_NAMES if name.startswith(incomplete[start:])]
