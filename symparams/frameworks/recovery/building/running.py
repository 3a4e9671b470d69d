"""What a torch module does with data of given sizes: each product that it computes, or the cache that it leaves, as tensors.

A product of matrices is the box of its indices: (m, k) by (k, n) are m·k·n multiply-adds, as many as a tensor of these sizes has
numbers. So operations are recovered as parameters are: named by the module that computes them, with a size for each index.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from symparams.counting.named import COSTS
from symparams.errors import RecoveryError, shown
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.tensors import Tensor
from symparams.frameworks.recovery.exact.traced import Trace

__all__ = ["running"]

_EXTENTS = {"b": 3, "s": 11, "t": 7}  # where a recovery starts: batch, length, the decoder's length
_NEXT = "give inputs=, a function of sizes that returns them: inputs=lambda b, s, d: torch.zeros(b, s, d)"


@dataclass(frozen=True)
class Feed:
    """The data that a module is run on.

    where: names: the sizes that it depends on; made: module, sizes → arguments by position and by keyword, and others in their
    place where it does not run on these.
    """

    names: tuple[str, ...]
    made: Callable[[Any, Mapping[str, int]], list[Arguments]]


Arguments: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]


def _feed(target: Any, inputs: Callable[..., Any] | None) -> Feed:
    """The data for a target: what `inputs` makes, or for a class of transformers token ids (b, s), with a decoder's (b, t), or
    images (b, channels, height, width) as its configuration has them.

    Raises `RecoveryError` where no data is known.
    """
    if inputs is not None:
        if not callable(inputs):
            raise RecoveryError(f"inputs={shown(inputs)}", "a function of sizes that returns the data", _NEXT)
        return Feed(tuple(inspect.signature(inputs).parameters), lambda module, sizes: _arguments(inputs(**sizes)))
    cls = target[1] if isinstance(target, tuple) else target
    name = getattr(cls, "main_input_name", None)
    if name == "input_ids":
        config = target[0] if isinstance(target, tuple) else cls.config_class
        both = bool(getattr(config(), "is_encoder_decoder", False)) and "decoder_input_ids" in _parameters(cls)
        return Feed(("b", "s", "t") if both else ("b", "s"), _ids)
    if name == "pixel_values":
        return Feed(("b",), _images)
    raise RecoveryError(f"{getattr(cls, '__name__', shown(cls))} without data to run it on", "its inputs", _NEXT)


def _parameters(cls: Any) -> Mapping[str, Any]:
    return inspect.signature(cls.forward).parameters


def _arguments(given: Any) -> list[Arguments]:
    if isinstance(given, dict):
        return [((), given)]
    return [(given if isinstance(given, tuple) else (given,), {})]


def _ids(module: Any, sizes: Mapping[str, int]) -> list[Arguments]:
    """Token ids; with a mask where a model asks without one what ids it was given, which nobody can know on the meta device."""
    import torch

    b, s = sizes["b"], sizes["s"]
    given = {"input_ids": torch.zeros(b, s, dtype=torch.long)}
    if "t" in sizes:
        given["decoder_input_ids"] = torch.zeros(b, sizes["t"], dtype=torch.long)
    return [((), given), ((), {**given, "attention_mask": torch.ones(b, s, dtype=torch.long)})]


def _images(module: Any, sizes: Mapping[str, int]) -> list[Arguments]:
    import torch

    side = module.config.image_size
    height, width = side if isinstance(side, list | tuple) else (side, side)
    return [((), {"pixel_values": torch.zeros(sizes["b"], module.config.num_channels, height, width)})]


def running(subject: Subject, of: str, target: Any, inputs: Callable[..., Any] | None = None) -> Subject:
    """The subject whose builds are run: its sizes are those of the model and of the data, its tensors the products or the cache.

    where: of: flops, multiply_adds, training_flops or kv_cache; target: what the subject stands for; inputs: sizes → the data, as
    `recover` takes it.

    Raises `RecoveryError` for another quantity, and where no data is known.
    """
    if of not in COSTS:
        *names, last = ("parameters", *COSTS)
        raise RecoveryError(f"of={shown(of)}", f"{', '.join(names)} or {last}", "choose one of them")
    if not subject.torch:
        raise RecoveryError(f"of={shown(of)} without torch", "torch, which runs the model", 'pip install "symparams[frameworks]"')
    feed = _feed(target, inputs)
    known = {name: size for name, size in subject.defaults.items() if size is not None}
    extents = {name: _EXTENTS.get(name, 13 + place) for place, name in enumerate(feed.names) if name not in subject.defaults}

    def make(values: Mapping[str, int], trace: Trace | None) -> Any:
        module = subject.make({name: value for name, value in values.items() if name not in extents}, trace)
        if not hasattr(module, "named_modules"):
            raise TypeError(f"a {type(module).__name__} cannot be run: a torch module is wanted")
        sizes = {**known, **extents, **values}
        if missing := [name for name in feed.names if name not in sizes]:
            raise TypeError(f"inputs wants {missing[0]}, which has no value")
        *others, last = feed.made(module, {name: int(sizes[name]) for name in feed.names})
        for given in others:
            with suppress(RuntimeError):
                return _run(module, of, *given)
        return _run(module, of, *last)

    computed = "what PyTorch computes on the meta device, products of matrices and convolutions only"
    note = f"of {of}: {'the numbers in what the model hands on as its cache' if of == 'kv_cache' else computed}"
    return replace(subject, make=make, defaults={**subject.defaults, **extents}, notes=(*subject.notes, note))


def _run(module: Any, of: str, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Tensor, ...]:
    import torch

    from symparams.frameworks.recovery.building.products import Products

    for switch, way in (("set_attn_implementation", "eager"), ("set_experts_implementation", "batched_mm")):
        if hasattr(module, switch):  # the fused ways are not counted by PyTorch
            getattr(module, switch)(way)
    if hasattr(module, "config") and "use_cache" in _parameters(type(module)):
        named = {**named, "use_cache": of == "kv_cache"}
    training = of == "training_flops"
    module.train(training)
    with torch.set_grad_enabled(training), Products(module) as products:
        result = module(*given, **named)
        if training:
            _sum(result).backward()
    return _cache(result) if of == "kv_cache" else products.tensors(1 if of == "multiply_adds" else 2)


def _sum(result: Any) -> Any:
    """The sum of what a module hands on: its output, the first of several."""
    while not hasattr(result, "backward"):
        result = next(iter(result.values())) if isinstance(result, dict) else result[0]
    return result.sum()


def _cache(result: Any) -> tuple[Tensor, ...]:
    for name in ("past_key_values", "cache_params"):
        found = tuple(_within(getattr(result, name, None), "", set()))
        if found:
            return found
    raise TypeError("no cache: what the model hands on has no past_key_values and no cache_params")


def _within(held: Any, place: str, met: set[int]) -> Iterator[Tensor]:
    """The tensors of numbers in a cache, in its lists, tables and attributes, by their places: layers.0.keys."""
    import torch

    if id(held) in met:
        return
    met.add(id(held))
    if isinstance(held, torch.Tensor):
        if held.is_floating_point():
            yield Tensor(place, tuple(held.shape), "trainable", shape=(None,) * held.dim(), owner="Cache")
        return
    if isinstance(held, dict):
        parts = held.items()
    elif isinstance(held, list | tuple):
        parts = enumerate(held)  # type: ignore[assignment]
    else:
        parts = vars(held).items() if type(held).__module__.startswith("transformers") else ()  # type: ignore[assignment]
    for name, part in parts:
        yield from _within(part, f"{place}.{name}" if place else str(name), met)
