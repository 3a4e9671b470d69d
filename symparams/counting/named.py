"""The quantity that a text names: "trainable", "flops", "flops(b, 2048, training=True)"."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from symparams.counting.costs import caches, operations
from symparams.counting.quantities import PARAMETERS, QUANTITIES, Quantity
from symparams.errors import SizeError, shown
from symparams.models.reading import read_call
from symparams.notation import symbol

__all__ = ["COSTS", "quantity"]

COSTS: Mapping[str, Callable[..., Quantity]] = MappingProxyType(
    {
        "flops": operations,
        "training_flops": partial(operations, training=True),
        "multiply_adds": partial(operations, multiply_adds=True),
        "kv_cache": caches,
    }
)


def quantity(of: str | Quantity, target: object = None) -> Quantity:
    """The quantity of that name; that of a cost is of a batch b and a length s, unless the text says of which data.

    where: target: what it is a quantity of, where that may have its own: the leaves of a form that was recovered `of="flops"` are
    products, not parameters; of: "parameters", "trainable", "frozen", "active", "non_embedding", "flops", "training_flops",
    "multiply_adds" or "kv_cache", the costs also as calls with the options of `flops` and `kv_cache`; nothing in a text is run.

    >>> quantity("trainable").words
    'trainable parameters'
    >>> quantity("flops(b, 2048, training=True)").words
    'operations of a training step'
    >>> from symparams import Transformer, closed_form, symbols
    >>> closed_form(Transformer(*symbols("N d V")), of="kv_cache")
    2*N*b*d*s
    >>> quantity("trainabel")
    Traceback (most recent call last):
    symparams.errors.SizeError: of='trainabel'
      wanted: parameters, trainable, frozen, active, non_embedding, flops, training_flops, multiply_adds or kv_cache
      next:   did you mean 'trainable'?

    Raises `SizeError` for an unknown name, `ModelTextError` for a call that cannot be read, `CostError` for data that cannot be.
    """
    own = getattr(target, "quantity", None)
    if isinstance(own, Quantity) and of in (PARAMETERS.name, PARAMETERS):
        return own
    if isinstance(of, Quantity):
        return of
    if isinstance(of, str):
        if of in QUANTITIES:
            return QUANTITIES[of]
        if of in COSTS:
            return COSTS[of](*map(symbol, ("b", "s")))
        if of.split("(")[0].strip() in COSTS:
            found = read_call(of, COSTS, "a cost", 'a cost such as "flops(b, s, training=True)"')
            if isinstance(found, Quantity):
                return found
    known = (*QUANTITIES, *COSTS)
    near = difflib.get_close_matches(str(of), known, 1)
    move = f"did you mean {near[0]!r}?" if near else "leave it out for the parameters"
    raise SizeError(f"of={shown(of)}", f"{', '.join(known[:-1])} or {known[-1]}", move)
