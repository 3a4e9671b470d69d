"""The sizes that a recovery is verified at."""

from itertools import islice

import pytest
import torch

from symparams.frameworks.recovery import recover
from symparams.frameworks.recovery.sizes.points import proposals


@pytest.mark.parametrize("start", range(1, 42))
def test_a_single_size_has_enough_points(start):
    """As many as a recovery wants, 12, among those that it looks at, 25 times as many."""
    drawn = {point["c"] for point in islice(proposals({"c": start}, ["c"], (), ()), 25 * 12)}
    assert len(drawn - {start}) >= 12


@pytest.mark.parametrize("n", [1, 2, 3, 12])
def test_a_single_small_size_is_recovered_symbolically(n):
    found = recover(lambda n=n: torch.nn.LayerNorm(n), method="symbolic")
    assert str(found.expr) == "2*n"
