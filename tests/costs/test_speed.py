"""How long operations take: as ratios within one run, since machines differ and are noisy."""

import subprocess
import sys
import time

import pytest

from symparams import Linear, ResNet, Sequential, flops, read_model, symbols

b, s, d = symbols("b s d")
MODELS = (
    "Transformer(N, d, V)",
    "EncoderDecoderTransformer(N, d, V)",
    "LLaMA(N, d, V, f, h, g)",
    "T5(N, d, V, f, h, k)",
    "Mixtral(N, d, V, f, h, E, k)",
    "Mamba(N, d, V)",
    "RWKV(N, d, V)",
)


def best(run, times: int = 5) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return min(found)


@pytest.fixture(scope="module")
def importing() -> float:
    """The time that a process takes to import sympy."""
    return best(lambda: subprocess.run([sys.executable, "-c", "import sympy"], check=True), 3)


@pytest.mark.parametrize("text", MODELS)
def test_a_warm_answer_is_a_small_part_of_an_import(text: str, importing: float):
    model = read_model(text)
    assert best(lambda: flops(model, batch=b, seq=s, memory=s)) < importing / 8


def test_an_image_model_too(importing: float):
    model = ResNet((3, 4, 6, 3), (256, 512, 1024, 2048))
    assert best(lambda: flops(model, extent=(224, 224))) < importing / 4


def test_growth_is_linear():
    few, many = (Sequential(*(Linear(d, d) for _ in range(count))) for count in (150, 1500))
    assert best(lambda: flops(many, batch=b, seq=s), 3) < 20 * best(lambda: flops(few, batch=b, seq=s), 5)


def test_the_cold_command(importing: float):
    command = [sys.executable, "-m", "symparams", "count", "Transformer(N, d, V)", "--of", "flops"]
    assert best(lambda: subprocess.run(command, check=True, capture_output=True), 3) < 2 * importing  # 1.5 where nothing else runs
