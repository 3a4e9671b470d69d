"""A check of one claim, and what it rests on beside `sympy.simplify(a - b) == 0`. Figures to read, not bounds: run with
`python -m pytest tests/benchmarks/test_checks.py --benchmark-enable --benchmark-group-by=group`.
"""

import pytest
from sympy import simplify

import symparams as sp
from symparams.checks.catalogue import judge_record
from symparams.formulas.records import records
from symparams.notation import same

N, d, V, d_ff = sp.symbols("N d V d_ff")
LLAMA = sp.Transformer(N, d, V, d_ff, bias=False, gated=True, norm=sp.RMSNorm(d), final_norm=True, head="untied")
CLAIMS = {
    "exact": ("N(12d^2+13d)+Vd", sp.Transformer(N, d, V), sp.Kind.EXACT),
    "leading order": ("12Nd^2", sp.Transformer(N, d, V), sp.Kind.LEADING_ORDER),
    "exact under": ("N(12d^2+13d)+Vd", sp.Transformer(N, d, V, positions=1024, final_norm=True), sp.Kind.EXACT_UNDER),
    "attributed": ("8e^2+4e f+f+6e", sp.TransformerDecoderLayer(d, d_ff), sp.Kind.DIFFERENT),
    "no combination": ("12Nd^2", LLAMA, sp.Kind.DIFFERENT),
}
PAIRS = [
    (side, judged.claim.sides[-1] + side.free_symbols.pop())
    for record in records()
    if record.judged and (judged := judge_record(record)).claim and (side := judged.claim.sides[0]).free_symbols
][:60]


@pytest.mark.parametrize("name", CLAIMS)
def test_one_claim(benchmark, name: str):
    benchmark.group = "one claim"
    text, model, kind = CLAIMS[name]
    assert benchmark(sp.check, text, model).kind is kind


def test_sameness(benchmark):
    benchmark.group = "are two formulas of the catalogue the same?"
    benchmark(lambda: [same(one, other) for one, other in PAIRS])


def test_sameness_in_plain_sympy(benchmark):
    benchmark.group = "are two formulas of the catalogue the same?"
    benchmark.pedantic(lambda: [simplify(one - other) == 0 for one, other in PAIRS], rounds=3)
