"""Which fields to leave as they are where no form over all of them is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["LAYERS", "to_hold"]

LAYERS = re.compile(r"layer|depth|block|stage|^n$|repeat", re.I)
_SCHEDULE = re.compile(r"period|offset|interval|freq|every|step|stride|pattern|start|end|index|shared_layers|stage|sparse", re.I)
MOST = 8


def to_hold(names: Sequence[str], held: Sequence[str], along: Iterable[str]) -> tuple[str, ...]:
    """The fields to hold next: all that say which layers are of which kind, then one that the failure names, layers last.

    >>> to_hold(["width", "num_layers", "expert_layer_period"], [], ["num_layers"])
    ('expert_layer_period',)
    >>> to_hold(["width", "num_layers", "expert_layer_period"], ["expert_layer_period"], ["num_layers", "width"])
    ('width',)
    """
    left = [name for name in names if name not in held]
    more = tuple(name for name in left if _SCHEDULE.search(name)) if not held else ()
    if not more:
        named = [name for name in along if name in left]
        more = tuple(sorted(named, key=lambda name: bool(LAYERS.search(name)))[:1])
    return more if len(held) < MOST and len(more) < len(left) else ()
