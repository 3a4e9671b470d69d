"""Operations, caches and claims about them: of families as well, with options that they may not take."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from symparams import breakdown, caches, check, flops, kv_cache, operations, symbols
from symparams.models.reading import read_model
from tests.formulas.fuzz import mutated
from tests.fuzz.models import model_text, size_text
from tests.fuzz.running import Target

__all__ = ["COSTS"]

_FAMILIES = (
    ("GPT2", 4), ("LLaMA", 4), ("Mamba", 3), ("Mamba2", 4), ("RWKV", 3), ("ViT", 4), ("Mixtral", 7), ("T5", 6), ("BERT", 4),
    ("Transformer", 3), ("EncoderDecoderTransformer", 3), ("MultiHeadAttention", 3), ("LatentAttention", 6), ("MambaMixer", 1),
)  # fmt: skip
_OPTIONS = (
    "bias=False", "gated=True", "head='tied'", "positions=1024", "biases=2", "window=3", "n_head=h", "norms='two'", "d_ff=4*d",
    "kernel=k", "conv_bias=False", "final_norm=2", "n_class=10",
)  # fmt: skip
_CLAIMS = (
    "24bsd^2", "N(24bsd^2 + 4bds^2) + 2Vbds", "6Nbs", "2bsd GFLOPs", "2Nbds", "4bdh", r"\sum_{l=1}^{N} 2bsd", r"\approx 2bdh",
    "312 TFLOPs", "72bsd^2(1 + s/(6d))", "2 * 3 * d * h", "512 MB",
)  # fmt: skip
_DATA: tuple[dict[str, Any], ...] = (
    {}, {"seq": 1}, {"seq": 512, "causal": True}, {"seq": 10**30, "training": True}, {"extent": (224, 224)}, {"extent": (1, 1, 1)},
    {"seq": 1, "past": 4096}, {"seq": 8, "memory": 9, "last": True}, {"seq": 3, "table": {"softmax": 5, "norm": 7}},
    {"seq": 7, "training": True, "recompute": True, "per_token": True}, {"seq": 2, "absorbed": True}, {"extent": (3,)},
)  # fmt: skip


def _inputs(chance: random.Random) -> Iterator[tuple[str, str, dict[str, Any], int]]:
    while True:
        text = model_text(chance, 2)
        if chance.random() < 0.7:
            name, count = chance.choice(_FAMILIES)
            sizes = [size_text(chance, chance.choice((0, 0, 0, 0, 0, 1, 2))) for _ in range(count)]
            text = f"{name}({', '.join([*sizes, *chance.choices(_OPTIONS, k=chance.choice((0, 0, 0, 0, 1, 2)))])})"
        for _ in range(chance.choice((0, 0, 0, 0, 0, 0, 0, 2))):
            text = mutated(text, chance)
        yield text, chance.choice(_CLAIMS), chance.choice(_DATA), chance.randint(0, 5)


def _answer(given: tuple[str, str, dict[str, Any], int]) -> str:
    text, claim, options, question = given
    model, (b, s) = read_model(text), symbols("b s")
    data = {"seq": s} | options if "extent" not in options else options
    match question:
        case 0:
            return f"{type(flops(model, b, **data).at(b=2)).__name__}"
        case 1:
            repr(breakdown(model, of=operations(b, **data)))
        case 2:
            repr(kv_cache(model, b, s, bytes=2))
        case 3:
            return check(claim, model, of=caches(b, s)).kind.value
        case _:
            return check(claim, model, of=operations(b, **data)).kind.value
    return "answered"


COSTS = Target(_inputs, _answer)
