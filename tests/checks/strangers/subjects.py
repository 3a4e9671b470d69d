"""What the claims are about: every layer and model of the package with its options, and the table of recovered forms.

A template names the kind of each size: `Linear({n_in}, {n_out})`. A further size of the same kind has a digit behind it.
"""

import ast
import csv
import operator
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sympy import Expr, Integer, Symbol, floor

from symparams import Layer, symbols
from symparams.errors import SymparamsError
from symparams.frameworks.recovery.sweeping import TABLES
from symparams.models.reading import read_model
from symparams.tree import Given
from tests.checks.strangers.names import draw_names, role_of
from tests.checks.strangers.trees import UnwrittenError, terms_of

TABLE = TABLES / "transformers-5.23.csv"

TEMPLATES = """
Linear({n_in}, {n_out})
Linear({n_in}, {n_out}, bias=False)
Linear({n_in}*{kernel}, {n_out})
Embedding({vocab}, {embed})
Sequential(Embedding({vocab}, {d_model}), Linear({d_model}, {classes}))
Sequential(Linear({n_in}, {n_hid}), Linear({n_hid}, {n_out}))
Sequential(Linear({n_in}, {n_hid}), Linear({n_hid}, {n_hid2}), Linear({n_hid2}, {classes}))
Sequential(first=Linear({n_in}, {n_hid}), rest=Repeat(Linear({n_hid}, {n_hid}), {layers}), last=Linear({n_hid}, {n_out}))
LayerNorm({d_model})
LayerNorm(({n_hid}, {channels}), bias=False)
RMSNorm({d_model})
BatchNorm({channels})
BatchNorm({channels}, statistics='frozen')
RNN({n_in}, {n_hid})
RNN({n_in}, {n_hid}, biases=2)
RNN({n_in}, {n_hid}, biases=0)
GRU({n_in}, {n_hid})
GRU({n_in}, {n_hid}, biases=2)
LSTM({n_in}, {n_hid})
LSTM({n_in}, {n_hid}, biases=2)
LSTM({n_in}, {n_hid}, biases=0)
LSTM({n_in}, {n_hid}, n_proj={n_proj})
Bidirectional(LSTM({n_in}, {n_hid}))
Bidirectional(GRU({n_in}, {n_hid}, biases=2))
Stacked(LSTM({n_in}, {n_hid}), {layers})
Stacked(Bidirectional(LSTM({n_in}, {n_hid}, biases=2)), {layers})
Stacked(GRU({n_in}, {n_hid}), {layers})
Sequential(Embedding({vocab}, {embed}), LSTM({embed}, {n_hid}), Linear({n_hid}, {classes}))
Sequential(Embedding({vocab}, {embed}), Bidirectional(GRU({embed}, {n_hid})), Linear(2*{n_hid}, {classes}))
Sequential(encoder=LSTM({embed}, {n_hid}), decoder=LSTM({embed}, {n_hid}), head=Linear({n_hid}, {vocab}))
Conv1d({c_in}, {c_out}, {kernel})
Conv2d({c_in}, {c_out}, {kernel})
Conv2d({c_in}, {c_out}, 3, bias=False)
Conv2d({c_in}, {c_out}, ({kernel}, {kernel2}))
Conv2d({c_in}, {c_out}, {kernel}, groups={groups})
Conv3d({c_in}, {c_out}, {kernel})
ConvTranspose2d({c_in}, {c_out}, {kernel})
DepthwiseConv2d({channels}, {kernel})
DepthwiseConv2d({c_in}, {kernel}, bias=False)
SeparableConv2d({c_in}, {c_out}, {kernel})
SeparableConv1d({c_in}, {c_out}, {kernel}, depthwise_bias=True)
Sequential(Conv2d({c_in}, {c_out}, 3, bias=False), BatchNorm({c_out}), Linear({c_out}, {classes}))
Sequential(Conv2d({c_in}, {c_out}, {kernel}), Conv2d({c_out}, {c_out}, {kernel}))
MultiHeadAttention({d_model})
MultiHeadAttention({d_model}, bias=False)
MultiHeadAttention({d_model}, bias='qkv')
MultiHeadAttention({d_model}, {heads}, d_head={d_head})
MultiHeadAttention({d_model}, {heads}, d_head={d_head}, bias=False)
MultiHeadAttention({d_model}, {heads}, n_kv_head={kv_heads}, d_head={d_head}, bias=False)
MultiHeadAttention({d_model}, {heads}, n_kv_head={kv_heads}, bias=False)
MultiHeadAttention({d_model}, {heads}, d_head={d_model}//{heads})
MultiHeadAttention({d_model}, {heads}, n_kv_head={kv_heads}, d_head={d_model}//{heads}, bias=False)
MultiHeadAttention({d_model}, d_key_in={d_encoder}, d_value_in={d_encoder})
FeedForward({d_model}, {d_ff})
FeedForward({d_model}, {d_ff}, bias=False)
FeedForward({d_model}, {d_ff}, gated=True, bias=False)
FeedForward({d_model}, {d_ff}, gated=True)
Given(FeedForward({d_model}, {d_ff}), {{{d_ff}: 4*{d_model}}})
Given(FeedForward({d_model}, {d_ff}, gated=True, bias=False), {{{d_ff}: 8*{d_model}/3}})
Given(LSTM({n_in}, {n_hid}), {{{n_in}: {n_hid}}})
Repeat(FeedForward({d_model}, {d_ff}, gated=True, bias=False), {experts})
Sequential(router=Linear({d_model}, {experts}, bias=False), experts=Repeat(FeedForward({d_model}, {d_ff}, bias=False), {experts}))
TransformerEncoderLayer({d_model})
TransformerEncoderLayer({d_model}, {d_ff})
TransformerEncoderLayer({d_model}, {d_ff}, bias=False)
TransformerEncoderLayer({d_model}, {d_ff}, bias=False, gated=True, norm=RMSNorm({d_model}))
TransformerEncoderLayer({d_model}, {d_ff}, norms='two')
TransformerDecoderLayer({d_model})
TransformerDecoderLayer({d_model}, {d_ff})
TransformerDecoderLayer({d_model}, {d_ff}, d_encoder={d_encoder})
Repeat(TransformerEncoderLayer({d_model}), {layers})
Repeat(TransformerEncoderLayer({d_model}, {d_ff}), {layers}, shared=True)
Transformer({layers}, {d_model}, {vocab})
Transformer({layers}, {d_model}, {vocab}, {d_ff})
Transformer({layers}, {d_model}, {vocab}, positions={positions}, final_norm=True)
Transformer({layers}, {d_model}, {vocab}, {d_ff}, positions={positions}, final_norm=True)
Transformer({layers}, {d_model}, {vocab}, head='untied')
Transformer({layers}, {d_model}, {vocab}, head='untied', head_bias=True)
Transformer({layers}, {d_model}, {vocab}, bias=False)
Transformer({layers}, {d_model}, {vocab}, head='none', final_norm=True)
Transformer({layers}, {d_model}, {vocab}, {d_ff}, bias=False, gated=True, norm=RMSNorm({d_model}), final_norm=True, head='untied')
Transformer({layers}, {d_model}, {vocab}, {d_ff}, {heads}, n_kv_head={kv_heads}, d_head={d_head}, bias=False, gated=True)
EncoderDecoderTransformer({layers}, {d_model}, {vocab})
EncoderDecoderTransformer({layers}, {d_model}, {vocab}, {d_ff}, n_decoder_layer={layers2})
EncoderDecoderTransformer({layers}, {d_model}, {vocab}, embeddings='separate', head='untied')
EncoderDecoderTransformer({layers}, {d_model}, {vocab}, {d_ff}, bias=False, norm=RMSNorm({d_model}), final_norm=True)
ForEach(Conv2d({channels}*i_block, {channels}*(i_block + 1), 3, bias=False), (i_block, 1, {layers}))
""".strip().splitlines()

NUMBERS = {
    "vocab": (30522, 32000, 50257, 32768, 10000, 128256),
    "layers": (2, 4, 6, 12, 24, 32),
    "heads": (4, 8, 12, 16),
    "kv_heads": (2, 4, 8),
    "d_head": (32, 64, 80, 128),
    "d_model": (256, 512, 768, 1024, 4096),
    "d_ff": (2048, 3072, 11008, 14336),
    "kernel": (3, 5, 7),
    "kernel2": (3, 5, 7),
    "groups": (2, 4),
    "positions": (512, 1024, 2048),
    "classes": (2, 10, 100, 1000),
    "experts": (8, 16, 64),
    "c_in": (3, 16, 64),
    "c_out": (32, 64, 128, 256),
    "channels": (16, 32, 64, 256),
    "n_proj": (32, 64, 100),
}
OTHERS = (3, 10, 20, 28, 50, 64, 100, 128, 200, 256, 300, 784)
_PLACE = re.compile(r"(?<!\{)\{(\w+)\}")


@dataclass(frozen=True)
class Subject:
    """A model, how to write it in Python, and the kind of each of its sizes by the name of its symbol."""

    written: str
    model: Layer | Expr
    roles: Mapping[str, str]
    recovered: bool = False

    @cached_property
    def expr(self) -> Expr:
        return self.model.params if isinstance(self.model, Layer) else self.model

    @property
    def relations(self) -> Mapping[Symbol, Expr]:
        """The relations that the whole model stands under."""
        return dict(self.model.relations) if isinstance(self.model, Given) else {}

    @cached_property
    def unrelated(self) -> Expr:
        """The formula with its relations left out: 2·d·d_ff for 8d²."""
        return self.model.layer.params if isinstance(self.model, Given) else self.expr

    @cached_property
    def has_floors(self) -> bool:
        return self.expr.has(floor)


def sizes_for(place: str) -> tuple[int, ...]:
    return NUMBERS.get(place, NUMBERS.get(place.rstrip("0123456789"), OTHERS))


def places_of(template: str) -> list[str]:
    return list(dict.fromkeys(_PLACE.findall(template.replace("{{{", "{ {").replace("}}}", "}"))))


def filled(template: str, values: Mapping[str, Any]) -> str:
    return template.format(**values)


def draw_layer(draw: random.Random, templates: list[str] = TEMPLATES, numbers: float = 0.15) -> Subject:
    """A layer or model over symbols of its own, some of its sizes numbers at times."""
    while True:
        template = draw.choice(templates)
        places = places_of(template)
        roles = {place: place.rstrip("0123456789") for place in places}
        names = draw_names(roles, draw)
        values: dict[str, Any] = dict(names)
        for place in places:
            if draw.random() < numbers and "{{" not in template:
                values[place] = draw.choice(sizes_for(place))
        if all(isinstance(value, int) for value in values.values()):
            continue
        written = filled(template, values)
        try:
            model = read_model(written)
        except SymparamsError:
            continue
        held = {names[place]: roles[place] for place in places if isinstance(values[place], str)}
        subject = Subject(f"read_model({written!r})", model, held)
        if any(symbol.name not in held for symbol in subject.unrelated.free_symbols) or not subject.expr.free_symbols:
            continue
        return subject


@cache
def recovered_classes() -> tuple[str, ...]:
    """The classes of the table whose formulas this harness can write."""
    return tuple(name for name in _rows() if _writable(name))


@cache
def _rows() -> dict[str, str]:
    with TABLE.open(newline="") as table:
        return {row["cls"]: row["formula"] for row in csv.DictReader(table) if row["outcome"] == "recovered"}


def _writable(name: str) -> bool:
    text = _rows()[name]
    return not re.search(r"\b(Max|Min|Mod|ceiling|Abs)\(", text) and len(text) < 1200


@cache
def _formula(name: str) -> Expr:
    return _expression(ast.parse(_rows()[name], mode="eval").body)


def recovered(name: str, **sizes: int) -> Expr:
    """The formula of a class in the table of recovered forms, with numbers put in for some of its sizes."""
    return _formula(name).xreplace({symbols(size): Integer(value) for size, value in sizes.items()})


def draw_recovered(draw: random.Random) -> Subject:
    while True:
        name = draw.choice(recovered_classes())
        fields = sorted(each.name for each in _formula(name).free_symbols)
        known: dict[str, int] = {}
        if draw.random() < 0.4:
            known = {each: draw.choice(sizes_for(role_of(each))) for each in draw.sample(fields, draw.randrange(1, len(fields)))}
        expr = recovered(name, **known)
        try:
            terms_of(expr)
        except UnwrittenError:
            continue
        written = ", ".join([repr(name), *(f"{each}={size}" for each, size in known.items())])
        roles = {each.name: role_of(each.name) for each in expr.free_symbols}
        if roles:
            return Subject(f"recovered({written})", expr, roles, recovered=True)


def draw_subject(draw: random.Random) -> Subject:
    return draw_recovered(draw) if draw.random() < 0.25 else draw_layer(draw)


_SIGNS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _expression(node: ast.expr) -> Expr:
    match node:
        case ast.Constant(int(value)):
            return Integer(value)
        case ast.Name(name):
            return symbols(name)
        case ast.UnaryOp(ast.USub(), inner):
            return -_expression(inner)
        case ast.BinOp(left, sign, right):
            return _SIGNS[type(sign)](_expression(left), _expression(right))
        case ast.Call(ast.Name("floor"), [inner]):
            return floor(_expression(inner))
    raise UnwrittenError(ast.dump(node))
