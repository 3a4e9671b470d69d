"""The field names of transformers' configuration classes: each class's base model is built once with traced sizes.

The roles, and what shows them in a model:

    n_vocab     rows of the table that looks the tokens up            d_model   that table's width, and what most norms normalise
    positions   rows of another table, called a position's            shape     what a norm normalises
    d_ff        f of two matrices, (f, d) or (2f, d) and (d, f), outside attention; within attention that is d_attn
    n_head      h where d is divided by h, or what the class calls num_attention_heads
    d_head      e in rows h·e of attention; with another count in place of h, that is n_kv_head; with another width than e in the
                columns of the way out, that is d_value
    n_layer     what, one larger, makes a list of blocks one longer   n_expert  the same of a list within a block, the first axis
                                                                                of matrices that are stacked
    c_in, c_out, kernel, groups, n_channel: the axes of convolutions, and of batch norms
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sympy import Expr, Mod, Mul, Symbol, floor

from symparams.frameworks.recovery.building.aside import quiet
from symparams.frameworks.recovery.building.configs import configured
from symparams.frameworks.recovery.building.intercepting import on_meta, watched
from symparams.frameworks.recovery.building.offline import offline
from symparams.frameworks.recovery.building.shapes import shape_of
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.exact.traced import Trace, expression
from symparams.notation import symbol

__all__ = ["configuration_names", "model_types", "names_of"]

Roles = set[tuple[str, Symbol]]
Shapes = Mapping[str, tuple[Expr | None, ...]]

_ATTENTION = re.compile("att", re.IGNORECASE)  # in the names that the library gives to its modules
_FEED_FORWARD = re.compile("mlp|ffn|feed|dense|expert", re.IGNORECASE)
_UNSET = 2  # a value for fields that have none: it divides most counts of heads


def model_types() -> tuple[str, ...]:
    """The model types of transformers that have a base model, one for each configuration class."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES  # type: ignore[attr-defined]
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    first: dict[str, str] = {}
    for kind in sorted(MODEL_MAPPING_NAMES.keys() & CONFIG_MAPPING_NAMES.keys()):
        first.setdefault(CONFIG_MAPPING_NAMES[kind], kind)
    return tuple(first.values())


def configuration_names(kinds: tuple[str, ...]) -> dict[str, Counter[str]]:
    """For each of our fields, the configurations' names for it, and in how many of these model types; types that cannot be built
    from their defaults have none.
    """
    found: dict[str, Counter[str]] = {}
    for kind in kinds:
        for field, name in sorted(names_of(kind)):
            found.setdefault(field, Counter())[name] += 1
    return found


def names_of(kind: str) -> set[tuple[str, str]]:
    """Pairs of our field and a configuration's name for it, aliases of its attribute_map included.

    >>> sorted(name for field, name in names_of("gpt2") if field == "d_model")
    ['hidden_size', 'n_embd']
    """
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_MAPPING

    try:
        with quiet():
            config_class = CONFIG_MAPPING[kind]
            model_class = MODEL_MAPPING[config_class]
            subject = configured(config_class, model_class[0] if isinstance(model_class, tuple) else model_class, {})
    except Exception:  # the class needs arguments, or a library that is not there
        return set()
    second: dict[str, str] = getattr(config_class, "attribute_map", {})
    names = {symbol(name.replace(".", "_")): name for name in subject.defaults if _own(name, subject)}
    heads = second.get("num_attention_heads", "num_attention_heads")
    roles = _all_roles(subject, {name: subject.defaults[name] for name in names.values()}, heads)
    found = {(field, re.sub(r"\.\d+$", "", names[size])) for field, size in roles if size in names}
    return found | {(field, alias) for field, name in found for alias, other in second.items() if other == name}


def _own(name: str, subject: Subject) -> bool:
    """Whether a name is the class's own: not that of a configuration within it, no second name, not the number of a token."""
    first, _, rest = name.partition(".")
    return name not in subject.aliases and (not rest or rest.isdigit()) and not first.endswith("_token_id")


def _all_roles(subject: Subject, defaults: dict[str, Any], heads: str) -> Roles:
    """The roles at the defaults, and those of the fields without one, which are set together, or where that is refused, singly."""
    sizes = {name: value for name, value in defaults.items() if type(value) is int and value > 1}
    unset = [name for name, value in defaults.items() if value is None]
    found = _roles(subject, sizes, heads, sizes) or set()
    if not unset:
        return found
    together = _roles(subject, {**sizes, **dict.fromkeys(unset, _UNSET)}, heads, unset)
    if together is not None:
        return found | together
    for name in unset:
        found |= _roles(subject, {**sizes, name: _UNSET}, heads, [name]) or set()
    return found


def _roles(subject: Subject, values: dict[str, int], heads: str, varied: Collection[str]) -> Roles | None:
    """The roles that the fields play in one build, None where it is refused; `varied` may be numbers of layers."""
    trace = Trace()
    try:
        with offline(), quiet(), watched(trace, subject.modules):
            traced = {name: trace.integer(value, symbol(name.replace(".", "_"))) for name, value in values.items()}
            model = subject.make(traced, trace)
    except Exception:
        return None
    matrices = dict(_matrices(model))
    roles = {*_tables(model), *_normalised(model), *_convolutions(model)}
    widths = {size for field, size in roles if field == "d_model"}
    grouped = {size for field, size in roles if field == "groups"}
    known = {symbol(heads)} & {*map(symbol, (name for name in values if "." not in name))}
    roles |= {("n_head", size) for size in known | (set(_divisors(trace, widths)) - grouped)}
    roles |= {*_inner_widths(matrices, widths), *_heads(matrices, {size for field, size in roles if field == "n_head"})}
    in_shapes = {size for shape in matrices.values() for size in _symbols(shape)}
    counts = [name for name in varied if symbol(name.replace(".", "_")) not in in_shapes]
    return roles | set(_repeated(subject, values, model, counts))


def _matrices(model: Any) -> Iterator[tuple[str, tuple[Expr | None, ...]]]:
    """The shapes of all weights of two axes or more but the kernels of convolutions."""
    from torch.nn.modules.conv import _ConvNd

    kernels = {id(weight) for module in model.modules() if isinstance(module, _ConvNd) for weight in module.parameters()}
    for name, weight in model.named_parameters():
        if weight.dim() > 1 and id(weight) not in kernels:
            yield name, shape_of(weight)


def _symbols(shape: tuple[Expr | None, ...]) -> set[Any]:
    return {size for expr in shape if expr is not None for size in expr.free_symbols}


def _single(expr: Expr | None) -> Iterator[Symbol]:
    """The symbol of a size that is one but for a number added or multiplied."""
    if expr is not None and len(expr.free_symbols) == 1:
        (size,) = expr.free_symbols
        if (expr / size).is_Rational or (expr - size).is_Integer:
            yield size


def _tables(model: Any) -> Iterator[tuple[str, Symbol]]:
    from torch import nn

    try:
        tokens = model.get_input_embeddings()
    except (AttributeError, NotImplementedError):
        tokens = None
    for name, module in model.named_modules():
        if isinstance(module, nn.Embedding):
            rows, width = shape_of(module.weight)
            if module is tokens:
                yield from (("n_vocab", size) for size in _single(rows))
                yield from (("d_model", size) for size in _single(width))
            elif "pos" in name.lower() or name.endswith("wpe"):
                yield from (("positions", size) for size in _single(rows))


def _normalised(model: Any) -> Iterator[tuple[str, Symbol]]:
    found: Counter[Symbol] = Counter()
    for module in model.modules():
        weight, kind = getattr(module, "weight", None), type(module).__name__
        if "Norm" in kind and weight is not None and weight.dim() == 1:
            field = "n_channel" if "BatchNorm" in kind else "shape"
            for size in {shape_of(weight)[0]} & _symbols(shape_of(weight)):
                yield field, size
                found[size] += field == "shape"
    if found:
        yield "d_model", max(sorted(found, key=str), key=found.__getitem__)


def _convolutions(model: Any) -> Iterator[tuple[str, Symbol]]:
    from torch.nn.modules.conv import _ConvNd

    for module in model.modules():
        if isinstance(module, _ConvNd):
            sizes = (module.in_channels, module.out_channels, module.groups, *module.kernel_size)
            for field, size in zip(("c_in", "c_out", "groups", *("kernel",) * len(module.kernel_size)), sizes, strict=True):
                yield from ((field, symbol) for symbol in _single(expression(size)))


def _divisors(trace: Trace, widths: set[Symbol]) -> Iterator[Symbol]:
    """The sizes by which a width was divided, as far as the constructor compared the result with anything."""
    for condition in trace.conditions:
        for rounded in condition.atoms(floor, Mod):
            top, bottom = rounded.args if isinstance(rounded, Mod) else rounded.args[0].as_numer_denom()
            if top in widths and isinstance(bottom, Symbol):
                yield bottom


def _inner_widths(matrices: Shapes, widths: set[Symbol]) -> Iterator[tuple[str, Symbol]]:
    """What a width is led to and back from, by its place in attention or outside."""
    up: set[tuple[bool, Symbol]] = set()
    down: set[tuple[bool, Symbol]] = set()
    for name, shape in matrices.items():
        within = bool(_ATTENTION.search(name)) and not _FEED_FORWARD.search(name)
        if shape[-1] in widths:
            up |= {(within, size) for size in _single(shape[-2])}
        if shape[-2] in widths:
            down |= {(within, size) for size in _single(shape[-1])}
        if len(shape) == 3 and {*shape[-2:]} & widths:
            yield from (("n_expert", size) for size in _single(shape[0]))
    for within, size in (up & down) - {(flag, width) for width in widths for flag in (True, False)}:
        yield "d_attn" if within else "d_ff", size


def _heads(matrices: Shapes, heads: set[Symbol]) -> Iterator[tuple[str, Symbol]]:
    """The factors of products of two sizes that the matrices of attention have in their rows and columns."""
    attention = [shape[-2:] for name, shape in matrices.items() if _ATTENTION.search(name)]
    into = [pair for rows, _ in attention for pair in _products(rows)]
    out_of = [pair for _, columns in attention for pair in _products(columns)]
    head_widths = {other for pair in into for head in heads & pair for other in pair - {head}}
    for width in head_widths:
        if isinstance(width, Symbol):
            yield "d_head", width
        yield from (("n_kv_head", other) for pair in into if width in pair for other in pair - {width} - heads)
    values = {other for pair in out_of for head in heads & pair for other in pair - {head}}
    yield from (("d_value", width) for width in values - head_widths if isinstance(width, Symbol))


def _products(expr: Expr | None) -> Iterator[frozenset[Expr]]:
    """The terms of a sum that are products of two factors, numbers left out: of (h + 2k)e both h·e and k·e."""
    for term in () if expr is None else expr.expand().as_ordered_terms():
        factors = frozenset(factor for factor in Mul.make_args(term) if factor.free_symbols)
        if len(factors) == 2 and any(isinstance(factor, Symbol) for factor in factors):
            yield factors


def _repeated(subject: Subject, values: dict[str, int], model: Any, names: Iterable[str]) -> Iterator[tuple[str, Symbol]]:
    """The sizes that, one larger, make a list of modules one longer."""
    lengths = _lengths(model)
    for name in names:
        if (value := values[name]) in lengths.values():
            try:
                with offline(), quiet(), on_meta():
                    larger = _lengths(subject.make({**values, name: value + 1}, None))
            except Exception:
                continue
            longer = {place for place, length in larger.items() if lengths.get(place) == value and length == value + 1}
            if any(not re.search(r"\d", place) for place in longer):
                yield "n_layer", symbol(name.replace(".", "_"))
            elif any("expert" in place for place in longer):
                yield "n_expert", symbol(name.replace(".", "_"))


def _lengths(model: Any) -> dict[str, int]:
    from torch.nn import ModuleList, Sequential

    return {name: len(module) for name, module in model.named_modules() if isinstance(module, ModuleList | Sequential)}
