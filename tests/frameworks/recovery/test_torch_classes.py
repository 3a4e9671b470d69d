"""Classes of torch.nn beside the common ones: recovered, against formulas worked out by hand."""

import inspect

import pytest
from torch import nn

from symparams.frameworks.recovery import recover
from symparams.notation import same, symbols

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]

A, B, C, K, G = symbols("a b c k g")
OTHERS = {
    "Bilinear": (lambda a, b, c: nn.Bilinear(a, b, c), A * B * C + C),
    "PReLU": (lambda a: nn.PReLU(a), A),
    "EmbeddingBag": (lambda a, b: nn.EmbeddingBag(a, b), A * B),
    "GroupNorm": (lambda a: nn.GroupNorm(4, 4 * a), 8 * A),
    "InstanceNorm2d": (lambda a: nn.InstanceNorm2d(a, affine=True), 2 * A),
    "AdaptiveLogSoftmaxWithLoss": (
        lambda a, b: nn.AdaptiveLogSoftmaxWithLoss(16 * a, 1000 + b, [1000]),
        16 * A * 1001 + 16 * A * 4 * A + 4 * A * B,
    ),
    "SyncBatchNorm": (lambda a: nn.SyncBatchNorm(a), 2 * A),
    "ParameterList": (lambda a, k: nn.ParameterList([nn.Parameter(nn.Linear(a, 2).weight) for _ in range(k)]), 2 * A * K),
    "Sequential": (lambda a, b: nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.LayerNorm(b)), A * B + 3 * B),
}


@pytest.mark.parametrize("name", OTHERS)
def test_class(name):
    build, expected = OTHERS[name]
    found = recover(build, list(inspect.signature(build).parameters), method="symbolic")
    assert same(found.expr, expected), found
    assert same(found.layer.params, expected)
