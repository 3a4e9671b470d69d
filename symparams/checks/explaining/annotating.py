"""How a model is written for a reader to copy: by the shortest call that `read_model` understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Expr

from symparams.errors import SymparamsError
from symparams.layers import FeedForward, LayerNorm, MultiHeadAttention, Recurrent, TransformerLayer
from symparams.models.reading import read_model
from symparams.models.transformer import LanguageModel
from symparams.notation import text
from symparams.tree import Given, Layer, Where

__all__ = ["annotation_of"]

_RECURRENT = {1: "RNN", 3: "GRU", 4: "LSTM"}


def annotation_of(model: Layer) -> str:
    """The model as an annotation names it; what it says is read back to the same model.

    >>> from symparams import GRU, Transformer, symbols
    >>> N, d, V, H = symbols("N d V H")
    >>> annotation_of(Transformer(N, d, V, positions=1024, bias=False))
    'Transformer(N, d, V, positions=1024, bias=False)'
    >>> annotation_of(GRU(d, H, biases=2))
    'GRU(d, H, biases=2)'
    """
    for written in _short(model):
        try:
            if read_model(written) == model:
                return written
        except SymparamsError:
            continue
    return repr(model)


def _short(model: Layer) -> Iterator[str]:
    """Calls that may stand for the model; the first one that does is taken."""
    model = model.layer if isinstance(model, Where) else model
    inner, given = (model.layer, True) if isinstance(model, Given) else (model, False)
    match inner:
        case Recurrent(n_gate=gates) if gates in _RECURRENT:
            yield _call(_RECURRENT[int(gates)], inner.n_in, inner.n_hid, biases=(inner.biases, 1), n_proj=(inner.n_proj, None))
        case TransformerLayer():
            yield from _layer(inner, given, "TransformerEncoderLayer", [], {})
        case LanguageModel(stack=stack) if isinstance(stack.layer, TransformerLayer):
            options = {
                "positions": (inner.positions, None),
                "final_norm": (stack.final_norm is not None, False),
                "head": (inner.head, "tied"),
                "head_bias": (inner.head_bias, False),
            }
            yield from _layer(stack.layer, given, "Transformer", [stack.n_layer, inner.n_vocab], options)


def _layer(layer: TransformerLayer, given: bool, name: str, around: list[Any], options: dict[str, Any]) -> Iterator[str]:
    attention, feed_forward, d = layer.attention, layer.feed_forward, layer.attention.d_model
    norms = {"norm": (layer.norm, LayerNorm(d)), "norms": (layer.norms, "one")}
    if not isinstance(attention, MultiHeadAttention) or not isinstance(feed_forward, FeedForward):
        parts = {"attention": (attention, None), "feed_forward": (feed_forward, None)}
        yield _call(name, *around[:1], d, *around[1:], **options, **parts, **norms)
        return
    sizes = [*around[:1], d, *around[1:], *([] if given else [feed_forward.d_ff])]
    heads = {name: (getattr(attention, name), None) for name in ("n_head", "n_kv_head", "d_head")}
    gated = {"gated": (feed_forward.gated, False)}
    if name == "TransformerEncoderLayer":
        options = {"cross_attention": (layer.cross_attention, None)}
        if layer.cross_attention is not None:
            yield _call("TransformerDecoderLayer", *sizes, **heads, bias=(feed_forward.bias, True), **gated, **norms)
    yield _call(name, *sizes, **heads, **options, bias=(feed_forward.bias, True), **gated, **norms)
    attention_only = {"attention": (attention, None)}
    yield _call(name, *sizes, **options, bias=(feed_forward.bias, True), **attention_only, **gated, **norms)


def _call(name: str, *sizes: Any, **options: tuple[Any, Any]) -> str:
    """The call with the options that are not what they are by default."""
    given = [f"{option}={_value(value)}" for option, (value, default) in options.items() if value != default]
    return f"{name}({', '.join([*map(_value, sizes), *given])})"


def _value(value: Any) -> str:
    return text(value) if isinstance(value, Expr) else repr(value)
