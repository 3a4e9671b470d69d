"""Claims about models: formulas and numbers, broken or not, against models with sums, roundings and symbolic exponents."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from symparams import check
from symparams.errors import SymparamsError
from symparams.models.reading import read_model
from tests.formulas.fuzz import SEEDS, grown, mutated
from tests.fuzz.models import NAMES, model_text, size_text
from tests.fuzz.running import Target

__all__ = ["CLAIMS"]

_MODELS = (
    "Transformer(N, d, V)", "LSTM(I, H)", "TransformerEncoderLayer(d, d_ff)", "Linear(d, h)",
    "ForEach(Linear(l//3+1, l), (l, 1, L))",
    "ForEach(Linear(2**l, l), (l, 1, L))", "ForEach(Linear(Max(l, d), l), (l, 1, L))", "Linear(2**d, d)", "Linear(d**h, d)",
    "Linear(floor(d/h), h)", "ForEach(Conv2d(2**l, 2**(l+1), 3), (l, 0, L))", "Repeat(Linear(d, d), 10**40)",
    "Linear(floor(d/3)*8, ceiling(d/64))",
    "ForEach(ForEach(Linear(l + i, d), (i, 1, l)), (l, 1, L))", "Given(Transformer(N, d, V, d_ff), {d_ff: 256*ceiling(8*d/768)})",
    "ForEach(Linear(l**l, l), (l, 1, L))", "ForEach(Linear(l//2 + 1, d), (l, 1, 1000))", "Linear(Min(d, 1024), Mod(d, 7) + 1)",
)  # fmt: skip
_CLAIMS = (
    "12Nd^2", "N(12d^2 + 13d) + Vd", "124M", r"\sum_{l=1}^{N} \lfloor l/2 \rfloor d", r"\sum_{k=1}^{10^{12}} 2^k",
    r"\sum_{l=1}^{L} 2^l l",
    "sqrt(d)", r"\sqrt{d+5}", "d^(1/62)*V", r"2^d d + d", r"d^h", r"\lfloor d/h \rfloor h", r"\sum_{i=1/2}^{L} 1/i", "O(d^2)",
    r"\approx 12Nd^2",
    "max(d, h)^16", "1.5e9", "d/h + h/d", r"\sum_{l=1}^{L}\sum_{i=1}^{l} i", "12 d^2 = 12 * 768^2 = 7,077,888", r"d^{d^d}",
    "8/3 d", "2**L - 1",
)  # fmt: skip


def _inputs(chance: random.Random) -> Iterator[tuple[str, str, dict[str, int]]]:
    while True:
        model = chance.choice(_MODELS) if chance.random() < 0.7 else model_text(chance, 2)
        kind = chance.random()
        claim = chance.choice(_CLAIMS) if kind < 0.4 else size_text(chance, 3) if kind < 0.7 else chance.choice(SEEDS)
        for _ in range(chance.choice((0, 0, 1, 2))):
            claim = grown(claim, chance)
        for _ in range(chance.choice((0, 0, 0, 1, 3))):
            claim = mutated(claim, chance)
        sizes = {
            chance.choice(NAMES): chance.choice((1, 12, 768, 10**5, 10**9, 10**30)) for _ in range(chance.choice((0, 0, 0, 1, 3)))
        }
        yield claim, model, sizes


def _answer(given: tuple[str, str, dict[str, int]]) -> str:
    claim, text, sizes = given
    model = read_model(text)
    try:
        verdict = check(claim, model, sizes)
    except SymparamsError as error:
        assert str(error)
        return "not judged"
    assert verdict.report and json.dumps(verdict.as_json())
    return verdict.kind.value


CLAIMS = Target(_inputs, _answer)
