"""How long things take beside plain sympy doing the same. Figures to read, not bounds: run with
`python -m pytest tests/benchmarks --benchmark-enable --benchmark-group-by=group`.
"""

import subprocess
import sys

import pytest
from sympy import Add, Integer, expand, limit, oo

import symparams as sp

N, d, V, d_ff = sp.symbols("N d V d_ff")

MODELS = {
    "Transformer": sp.Transformer(N, d, V),
    "LLaMA": sp.Transformer(N, d, V, d_ff, bias=False, gated=True, norm=sp.RMSNorm(d), final_norm=True, head="untied"),
    "encoder-decoder": sp.EncoderDecoderTransformer(N, d, V),
    "stacked BiLSTM": sp.Stacked(sp.Bidirectional(sp.LSTM(d, V)), N),
}


def plain_sum(model: sp.Layer):
    """The same count as a loop over weights with sympy alone: no groups, no order."""
    return expand(Add(*(placed.count for placed in model.weights() if placed.counted)))


@pytest.mark.parametrize("name", MODELS)
def test_closed_form(benchmark, name: str):
    benchmark.group = f"closed form of {name}"
    assert benchmark(sp.closed_form, MODELS[name]).expanded == plain_sum(MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_closed_form_in_plain_sympy(benchmark, name: str):
    benchmark.group = f"closed form of {name}"
    assert benchmark(plain_sum, MODELS[name]) == sp.closed_form(MODELS[name]).expanded


@pytest.mark.parametrize("name", MODELS)
def test_leading_order(benchmark, name: str):
    benchmark.group = f"leading order of {name}"
    assert benchmark(sp.leading_order, MODELS[name].params, d).expr != 0


@pytest.mark.parametrize("name", MODELS)
def test_leading_order_in_plain_sympy(benchmark, name: str):
    benchmark.group = f"leading order of {name}"
    formula = MODELS[name].params
    power = sp.leading_order(formula, d).expr.as_coeff_exponent(d)[1]
    assert benchmark(lambda: limit(formula / d**power, d, oo) * d**power) == sp.leading_order(formula, d).expr


@pytest.mark.parametrize("name", MODELS)
def test_derivation(benchmark, name: str):
    benchmark.group = f"derivation of {name}"
    assert benchmark(sp.derive, MODELS[name]).check()


def stack(layers: int) -> sp.Layer:
    return sp.Sequential(*(sp.Linear(Integer(width), width + 1) for width in range(1, layers + 1)))


@pytest.mark.parametrize("layers", [1_250, 2_500, 5_000, 10_000])
def test_a_stack_of_different_widths(benchmark, layers: int):
    benchmark.group = "stack of different widths"
    model = stack(layers)
    assert benchmark.pedantic(sp.closed_form, (model,), rounds=3).expr == sum(w * (w + 1) + w + 1 for w in range(1, layers + 1))


@pytest.mark.parametrize("module", ["sympy", "symparams"])
def test_import(benchmark, module: str):
    benchmark.group = "import in a new process"
    benchmark.pedantic(subprocess.run, ([sys.executable, "-c", f"import {module}"],), {"check": True}, rounds=5, warmup_rounds=1)
