"""Models whose layers are of several kinds, Keras builders, and builders of one's own."""

import keras
import pytest
import transformers
from torch import nn

from symparams import closed_form
from symparams.frameworks.recovery import recover
from symparams.notation import same, symbols

transformers.logging.set_verbosity_error()
pytestmark = pytest.mark.filterwarnings("ignore")


def test_experts_are_counted_in_their_layers():
    over = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_local_experts", "vocab_size"]
    found = recover(transformers.MixtralForCausalLM, over, fixed={"head_dim": 128})
    d, f, N, E, V = symbols(" ".join(over))
    attention = 2 * 128 * (32 + 8) * d
    assert same(found.expr, N * (attention + E * (3 * d * f + d) + 2 * d) + 2 * V * d + d)


def test_both_sides_of_t5_and_its_one_table():
    over = ["vocab_size", "d_model", "d_ff", "num_layers", "num_decoder_layers"]
    found = recover(transformers.T5ForConditionalGeneration, over, method="symbolic")
    V, d, f, N, M = symbols(" ".join(over))
    attention = 4 * 512 * d
    assert same(
        found.expr, N * (attention + 2 * d * f + 2 * d) + M * (2 * attention + 2 * d * f + 3 * d) + V * d + 2 * 32 * 8 + 2 * d
    )
    tied = [placed.name for placed in found.layer.weights() if placed.tied_to]
    assert {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"} <= set(tied)


class Mixed(nn.Module):
    """Every third layer is wide from the second on, the first `dense` are plain, one table is shared."""

    def __init__(self, width, depth, dense):
        super().__init__()
        self.table = nn.Embedding(100, width)
        self.layers = nn.ModuleList(self.layer(width, place, dense) for place in range(depth))
        self.head = nn.Linear(width, 100, bias=False)
        self.head.weight = self.table.weight
        self.register_buffer("mask", self.table.weight.new_zeros(width))

    def layer(self, width, place, dense):
        if place % 3 == 1:
            return nn.Linear(width, 8 * width, bias=False)
        return nn.LayerNorm(width) if place < dense else nn.Linear(width, width // 2)


def test_schedules_ties_and_floors():
    found = recover(Mixed, ["width", "depth"], fixed={"dense": 0}, method="symbolic")
    for values in ({"width": 33, "depth": 8}, {"width": 7, "depth": 29}, {"width": 2, "depth": 1}):
        real = Mixed(dense=0, **values)
        assert found.at(values) == sum(weight.numel() for weight in real.parameters())
        assert found.counterexample(values) is None
    assert "depth: 30 values from 1 to 30 one by one" in found.evidence.notes


def test_a_schedule_that_agrees_at_many_points_is_told_apart():
    # every eighth from the fifth on, and floor((N + 2)/7), are the same for 1 … 11, 13, 17, 23, 29 and 30
    found = recover(lambda N, d: d * len(range(4, N, 8)) + N, ["N", "d"])
    for N in range(1, 60):
        assert found.at({"N": N, "d": 5}) == 5 * len(range(4, N, 8)) + N


def test_equal_widths_may_take_another_branch():
    class Projected(nn.Module):
        def __init__(self, inner, outer):
            super().__init__()
            self.body = nn.Linear(inner, inner)
            self.out = nn.Linear(inner, outer) if inner != outer else nn.Identity()

    found = recover(Projected)
    i, o = symbols("inner outer")
    assert same(found.expr, i**2 + i + i * o + o)
    assert [str(condition) for condition in found.conditions] == ["Ne(inner, outer)"]
    both = found.counterexample({"inner": 4, "outer": 4})
    assert str(both) == "at inner=4, outer=4 the formula gives 40, the code 20"


def test_a_size_that_became_a_plain_number_is_no_constant():
    class Lost(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.weight = nn.Parameter(nn.Linear(width, len([0] * width)).weight.new_zeros(len([0] * width), 3))

    found = recover(Lost)
    assert same(found.expr, 3 * symbols("width"))
    assert any("became plain numbers" in note for note in found.evidence.notes)


def test_a_keras_layer():
    def build(units, width):
        layer = keras.layers.LSTM(units)
        layer.build((None, 5, width))
        return layer

    found = recover(build)
    H, I = symbols("units width")
    assert same(found.expr, 4 * (H * I + H**2 + H))
    assert found.evidence.methods == ("symbolic", "black box")
    assert same(closed_form(found.layer).expr, found.expr)
