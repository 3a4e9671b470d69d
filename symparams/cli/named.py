"""A MODEL that is no constructor: the name of a published model, or the file of a configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from symparams.cli.completion import MODEL_NAMES
from symparams.errors import UncoveredError, UnfollowedError

if TYPE_CHECKING:
    from symparams import Layer
    from symparams.atlas import Architecture

__all__ = ["ASSUMED", "config_and_class", "is_named", "model_named", "tree_and_sizes"]

ASSUMED = "assumed: the configuration names no architecture, and this is the usual one of its model_type"

_NAME = re.compile(r"[\w~./:+@ -]*[\w/]", re.ASCII)


def is_named(text: str) -> bool:
    """Whether a MODEL is a name or a path: it calls nothing, and is no layer's name.

    >>> is_named("llama-3-70b"), is_named("../config.json"), is_named("LSTM(I, H)"), is_named("LSTM")
    (True, True, False, False)
    """
    if "(" in text or text in MODEL_NAMES:
        return False
    return _NAME.fullmatch(text) is not None and (re.search(r"[-./]", text) is not None or _known(text))


def _known(text: str) -> bool:
    from symparams.atlas import is_name

    return is_name(text)


def tree_and_sizes(text: str, cls: str | None, at: Mapping[str, int], of: Any = None) -> tuple[Layer, dict[str, int]]:
    """The tree of a model of the atlas, and the sizes of those symbols that its formula has."""
    from symparams.counting import closed_form

    if of is None or isinstance(of, str):
        model = model_named(text, cls, at)
        forms = [closed_form(model.layer), *([closed_form(model.layer, of)] if of in _WEIGHTS else [])]
        layer, data = model.layer, {}
    else:  # a cost, whose formula has sizes of the data as well
        from symparams.frameworks.counterparts import counterpart

        fields = model_named(text, cls, {}).variant.fields
        model = model_named(text, cls, {name: size for name, size in at.items() if name in fields})
        layer, data = counterpart(model), {name: size for name, size in at.items() if name not in fields}
        forms = [closed_form(layer, of)]
    if model.assumed:
        click.echo(f"{model.entry.cls}, {ASSUMED}", err=True)
    names = {one.name for form in forms for one in form.expr.free_symbols}
    return layer, {**{name: size for name, size in model.sizes.items() if name in names}, **data}


def model_named(text: str, cls: str | None, at: Mapping[str, int]) -> Architecture:
    """A model of the atlas; where no entry covers it, the class is recovered on the spot if transformers is installed."""
    from symparams.atlas import architecture

    try:
        return architecture(text, cls, at)
    except UnfollowedError:
        raise
    except UncoveredError:
        if (buildable := config_and_class(text, cls)) is None:
            raise
    from symparams.frameworks.harvesting.spot import recovered_on_the_spot

    config, found = buildable
    click.echo(f"{found}: no form of the atlas covers this; it is recovered from transformers' code, within 150 s", err=True)
    recovered_on_the_spot(config, found)
    return architecture(text, cls, at)


def config_and_class(text: str, cls: str | None) -> tuple[Mapping[str, Any], str] | None:
    """The configuration that a text stands for and the class that is to be built, where transformers is installed; else None."""
    from importlib.util import find_spec

    from symparams.atlas.architectures import configuration
    from symparams.atlas.configurations import class_of

    if find_spec("transformers") is None or find_spec("torch") is None:
        return None
    _, config, wanted, _ = configuration(text, cls)
    named = config.get("architectures")
    return config, wanted or (named[0] if isinstance(named, list) and named else class_of(config))


_WEIGHTS = ("trainable", "frozen", "active", "non_embedding")
