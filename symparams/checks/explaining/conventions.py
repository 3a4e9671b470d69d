"""The conventions of an architecture: read off the typed fields of its layers, varied together first and then one by one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from sympy import Expr, Integer, Symbol

from symparams.errors import SymparamsError
from symparams.layers import LayerNorm, MultiHeadAttention, RMSNorm
from symparams.notation import Words, plain
from symparams.tree import Address, Layer, annotated, located

__all__ = ["Change", "changed", "changes"]

# fields that say what a thing is, not how it is counted: changing one makes another architecture
_NO_CONVENTION = {
    ("Repeat", "shared"),
    ("Convolution", "transposed"),
    ("LayerNorm", "gain"),
    ("RMSNorm", "gain"),
    ("BatchNorm", "gain"),
    ("BatchNorm", "bias"),
    ("BatchNorm", "counter"),
    ("GroupNorm", "gain"),
    ("InstanceNorm", "gain"),
    ("InstanceNorm", "bias"),
    ("InstanceNorm", "statistics"),
    ("InstanceNorm", "counter"),
    ("MultiHeadAttention", "kv_bias"),
    ("MultiHeadAttention", "gate"),
    ("On", "place"),
}
_NO_OPTION = {("TransformerLayer", "norms", "none"), ("LanguageModel", "head", "none"), ("EncoderDecoder", "head", "none")}

_DENSE = ("Convolution", "FeedForward", "Linear", "MultiHeadAttention")
_TOGETHER = {"dense": _DENSE, "any": (*_DENSE, "LayerNorm")}  # classes whose field `bias` is one decision

_WORDS: Mapping[tuple[str, str, Any], str] = {
    ("dense", "bias", False): "without biases in dense layers",
    ("dense", "bias", True): "with biases in all dense layers",
    ("any", "bias", False): "without any biases",
    ("any", "bias", True): "with biases everywhere",
    ("Recurrent", "biases", 0): "without biases",
    ("Recurrent", "biases", 1): "with one bias vector a gate (papers; Keras, but for its GRU)",
    ("Recurrent", "biases", 2): "with two bias vectors a gate (PyTorch, cuDNN)",
    ("Linear", "bias", False): "without the dense layer's bias",
    ("Linear", "bias", True): "with the dense layer's bias",
    ("Convolution", "bias", False): "without the convolution's bias",
    ("Convolution", "bias", True): "with the convolution's bias",
    ("MultiHeadAttention", "bias", False): "without attention biases",
    ("MultiHeadAttention", "bias", True): "with attention biases",
    ("MultiHeadAttention", "bias", "qkv"): "with biases on queries, keys and values only",
    ("FeedForward", "bias", False): "without feed-forward biases",
    ("FeedForward", "bias", True): "with feed-forward biases",
    ("FeedForward", "gated", True): "with a gated feed-forward network",
    ("FeedForward", "gated", False): "with a plain feed-forward network",
    ("LayerNorm", "bias", False): "with norms that have no bias",
    ("LayerNorm", "bias", True): "with norms that have a bias",
    ("GroupNorm", "bias", False): "with group norms that have no bias",
    ("GroupNorm", "bias", True): "with group norms that have a bias",
    ("Bilinear", "bias", False): "without the bilinear layer's bias",
    ("Bilinear", "bias", True): "with the bilinear layer's bias",
    ("ConvLSTM", "bias", False): "without biases",
    ("ConvLSTM", "bias", True): "with one bias vector a gate",
    ("BatchNorm", "statistics", "frozen"): "with the running statistics counted (Keras)",
    ("BatchNorm", "statistics", "buffers"): "with the running statistics not counted (PyTorch)",
    ("BatchNorm", "statistics", "none"): "without running statistics",
    ("TransformerLayer", "norms", "one"): "with one norm a sublayer",
    ("TransformerLayer", "norms", "two"): "with two norms a sublayer",
    ("TransformerLayer", "norms", "shared"): "with one norm for all sublayers",
    ("Stack", "final_norm", None): "without a final norm",
    ("LanguageModel", "head", "tied"): "with the head tied",
    ("LanguageModel", "head", "untied"): "with the head untied",
    ("LanguageModel", "head_bias", True): "with a bias on the head",
    ("LanguageModel", "head_bias", False): "without a bias on the head",
    ("LanguageModel", "positions", None): "without learned positions",
    ("EncoderDecoder", "head", "tied"): "with the head tied",
    ("EncoderDecoder", "head", "untied"): "with the head untied",
    ("EncoderDecoder", "embeddings", "shared"): "with one table for encoder and decoder",
    ("EncoderDecoder", "embeddings", "separate"): "with a table each for encoder and decoder",
    ("EncoderDecoder", "positions", None): "without learned positions",
    ("EncoderDecoder", "head_bias", True): "with a bias on the head",
    ("EncoderDecoder", "head_bias", False): "without a bias on the head",
    ("MultiHeadAttention", "bias", "out"): "with a bias on the output projection only",
    ("MultiHeadAttention", "qk_norm", "none"): "without query/key norms",
    ("MultiHeadAttention", "qk_norm", "head"): "with query/key norms of a head's width (Qwen3)",
    ("MultiHeadAttention", "qk_norm", "width"): "with query/key norms over all heads (OLMo 2)",
    ("Recurrent", "biases", "candidate"): "with one bias vector a gate and one more for the candidate (MLX, Flax)",
    ("Convolution", "groups", 1): "ungrouped",
    ("RMSNorm", "", "LayerNorm"): "with LayerNorm in place of RMSNorm",
    ("LayerNorm", "", "RMSNorm"): "with RMSNorm in place of LayerNorm",
}
_SWAPPED: Mapping[str, Callable[[Any], Layer]] = {
    "LayerNorm": lambda norm: LayerNorm(norm.shape),
    "RMSNorm": lambda norm: RMSNorm(norm.shape),
}
PADDINGS = (8, 64, 128, 256, 512, 1024)  # multiples that vocabularies are padded to


@dataclass(frozen=True)
class Change:
    """One convention set otherwise: `field` of the layers at `addresses`, all of the class `kind`, becomes `value`.

    Where `field` is "" the layers themselves are replaced, by layers of the class `value` or with an attention as wide as it says.
    """

    kind: str
    field: str
    value: Any
    addresses: tuple[Address, ...]
    everywhere: bool = True

    @property
    def words(self) -> str:
        """The change as a reader would say it.

        >>> from symparams import Linear, symbols
        >>> [change.words for change in changes(Linear(*symbols("I O")))]
        ["without the dense layer's bias"]
        """
        return plain(self.sentence)

    @property
    def sentence(self) -> Words:
        """The change as a sentence whose formulas are formulas."""
        value = int(self.value) if isinstance(self.value, Integer) else self.value
        known = _WORDS.get((self.kind, self.field, value if isinstance(value, bool | str | int) else None))
        words: Words = (known or f"with {self.kind}.{self.field}={self.value!r}",)
        if isinstance(self.value, Layer):
            words = ("with a final norm",)
        elif self.field == "positions" and isinstance(self.value, Expr):
            words = ("with ", self.value, " learned positions")
        elif self.field == "n_vocab":
            words = ("with the vocabulary padded to ", self.value)
        elif isinstance(self.value, Expr) and not known:
            words = ("with an attention of the width ", self.value)
        return words if self.everywhere else (*words, f" (in {'.'.join(map(str, self.addresses[0]))})")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The classes whose field is changed: one, or those that share the decision."""
        return _TOGETHER.get(self.kind, (self.kind,))

    def on(self, model: Layer) -> Change:
        """The same change in another model, where it stands everywhere."""
        if not self.everywhere:
            return self
        return replace(self, addresses=tuple(at for at, layer in located(model) if type(layer).__name__ in self.kinds))


def changes(model: Layer, spare: Iterable[Expr] = (), at: Mapping[Symbol, Expr] | None = None) -> Iterator[Change]:
    """Every single change of a convention: one field of one class everywhere first, then of several classes, then layer by layer.

    `spare` are sizes that a convention which needs one (learned positions) may take; `at` are the sizes at which numbers are
    compared, from which a vocabulary is padded.
    """
    options: dict[tuple[str, str, Any], list[Address]] = {}
    spare = tuple(spare)
    layers = list(located(model))
    norms = [layer for _, layer in layers if isinstance(layer, LayerNorm | RMSNorm)]
    for address, layer in layers:
        kind = type(layer).__name__
        for name, hint in annotated(layer).items():
            for value in _others(kind, name, hint, getattr(layer, name), norms[:1], spare, at or {}):
                options.setdefault((kind, name, value), []).append(address)
        for value in _replacements(layer, spare):
            options.setdefault((kind, "", value), []).append(address)
    for (kind, name, value), addresses in options.items():
        yield Change(kind, name, value, tuple(addresses))
    for together, kinds in _TOGETHER.items():
        for value in (False, True):
            shared = {kind: options[kind, "bias", value] for kind in kinds if (kind, "bias", value) in options}
            if len(shared) > 1 and shared.keys() - _TOGETHER.get("dense" if together == "any" else "", ()):
                yield Change(together, "bias", value, tuple(address for addresses in shared.values() for address in addresses))
    for (kind, name, value), addresses in options.items():
        if len(addresses) > 1:
            for address in addresses:
                yield Change(kind, name, value, (address,), everywhere=False)


def changed(model: Layer, changes: Sequence[Change]) -> Layer | None:
    """The model with conventions changed; None where the result would be no model, or two changes set one field.

    >>> from symparams import GRU, symbols
    >>> model = GRU(*symbols("I H"))
    >>> [changed(model, [change]) for change in changes(model)]
    [Recurrent(I, H, 3, 0), Recurrent(I, H, 3, 2), Recurrent(I, H, 3, 'candidate')]
    """
    added = [change for change in changes if isinstance(change.value, Layer)]
    if added and len(added) < len(changes):  # what holds everywhere holds for the added layers too
        larger = changed(model, added)
        return None if larger is None else changed(larger, [change.on(larger) for change in changes if change not in added])
    values: dict[Address, dict[str, Any]] = {}
    for change in changes:
        for address in change.addresses:
            if change.field in values.setdefault(address, {}):
                return None
            values[address][change.field] = change.value
    for address, layer in located(model):
        if "" in values.get(address, {}) and len(values[address]) > 1:
            return None
        if "" in values.get(address, {}):
            values[address][""] = _replaced(layer, values[address][""])
    try:
        rebuilt: Layer = _rebuilt(model, values, ())
        return rebuilt
    except SymparamsError:
        return None


def _rebuilt(value: Any, values: Mapping[Address, Mapping[str, Any]], address: Address) -> Any:
    if isinstance(value, tuple):
        return tuple(_rebuilt(item, values, (*address, number)) for number, item in enumerate(value))
    if not isinstance(value, Layer) or not any(other[: len(address)] == address for other in values):
        return value
    if "" in values.get(address, {}):
        return values[address][""]
    new = copy.copy(value)
    for name in annotated(value):
        held = values.get(address, {}).get(name, getattr(value, name))
        object.__setattr__(new, name, _rebuilt(held, values, (*address, name)))
    new.__post_init__()
    return new


def _replacements(layer: Layer, spare: Iterable[Expr]) -> Iterator[Any]:
    """What may stand in place of a layer: the other norm, an attention whose heads together are not as wide as the model."""
    match layer:
        case LayerNorm(gain=True, bias=True):
            yield "RMSNorm"
        case RMSNorm(gain=True):
            yield "LayerNorm"
        case MultiHeadAttention(n_head=None):
            yield from (size for size in spare if isinstance(size, Symbol))


def _replaced(layer: Any, value: Any) -> Layer:
    """The layer that stands in place of another."""
    if isinstance(value, str):
        return _SWAPPED[value](layer)
    wide: Layer = replace(layer, n_head=Integer(1), d_head=value)
    return wide


def _others(
    kind: str, name: str, hint: Any, value: Any, norms: list[Any], spare: Iterable[Expr], at: Mapping[Symbol, Expr]
) -> Iterator[Any]:
    """What else a field may hold, where it is a convention."""
    if (kind, name) in _NO_CONVENTION:
        return
    arguments = get_args(hint)
    if hint is bool:
        yield not value
    elif get_origin(hint) is Literal:
        yield from (
            option
            for option in arguments
            if not (type(option) is type(value) and option == value) and (kind, name, option) not in _NO_OPTION
        )
    elif type(None) in arguments and LayerNorm in arguments:
        yield from norms if value is None else [None]
    elif name == "positions":
        yield from spare if value is None else [None]
    elif (kind, name) == ("Convolution", "groups") and value != 1:
        yield Integer(1)
    elif name == "n_vocab" and kind != "Embedding" and (entries := value.xreplace(at)).is_Integer:
        padded = dict.fromkeys(-(-int(entries) // multiple) * multiple for multiple in PADDINGS)
        yield from (value + (size - entries) for size in padded if size != entries)
