import subprocess
import sys

import pytest

from symparams import BatchNorm, ForEach, Given, Linear, Repeat, symbols
from symparams.errors import StructureError
from symparams.frameworks.mirror import Mirror, Tensor, both, mirrored, within
from symparams.frameworks.patterns import rearranged

d, d_ff, h, i, k, N, M = symbols("d d_ff h i k N M")
WEIGHT, BIAS = Tensor("weight", "weight"), Tensor("bias", "bias")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ((WEIGHT,), "bias in no row"),
        ((WEIGHT, BIAS, Tensor("gain", "gain")), "gain in a row and not in the layer"),
        ((WEIGHT, BIAS, Tensor("twin", "bias")), "bias in more than one row"),
        ((WEIGHT, Tensor("bias", "bias bias")), "bias in more than one row"),
        ((Tensor("all", "weight bias"),), "all of the shapes"),
        ((Tensor("weight", "weight", "o -> o"), BIAS), "and the pattern o -> o"),
    ],
)
def test_every_weight_is_accounted_for_exactly_once(rows, fault):
    with pytest.raises(StructureError, match=fault):
        Mirror(Linear(3, 5), rows)


def test_trainable_and_not_do_not_make_up_one_tensor():
    with pytest.raises(StructureError, match="statistics of weights that are buffer and trainable"):
        mirrored(BatchNorm(3), WEIGHT, Tensor("statistics", "bias running_mean running_var"))


@pytest.mark.parametrize(
    ("shape", "pattern", "sizes", "result"),
    [
        ((2, 3), "o i -> i o", {}, (3, 2)),
        ((4, d, h), "g o i -> (g o) i", {}, (4 * d, h)),
        ((4, d), "g o -> 1 (g o)", {}, (1, 4 * d)),
        ((2, 3, 5, 7), "o i ... -> ... i o", {}, (5, 7, 3, 2)),
        ((2, 3), "o i ... -> ... i o", {}, (3, 2)),
        ((d * 3, 1, 5, 5), "(c m) 1 ... -> ... c m", {"m": 3}, (5, 5, d, 3)),
        ((h * k, d), "(h k) d -> d h k", {"k": k}, (d, h, k)),
        ((12, d), "(a b c) d -> d b a c", {"a": 2, "c": 3}, (d, 2, 2, 3)),
    ],
)
def test_patterns(shape, pattern, sizes, result):
    assert rearranged(shape, pattern, sizes) == result


@pytest.mark.parametrize(
    ("shape", "pattern", "sizes", "fault"),
    [
        ((2, 3), "o -> o", {}, "an axis of the pattern for each of the shape"),
        ((6, 3), "(h k) d -> d h k", {}, "all but one of h, k"),
        ((6, 3), "(h k) d -> d h k", {"h": 2, "k": 2}, "where h k is 4"),
        ((2, 3), "o i -> o", {}, "the same axes on both sides"),
        ((2, 3), "o 1 -> o", {}, "where 1 is 1"),
    ],
)
def test_patterns_that_do_not_fit(shape, pattern, sizes, fault):
    with pytest.raises(StructureError, match=fault):
        rearranged(shape, pattern, sizes)


def test_copies_are_named_or_folded():
    nested = Repeat(Repeat(Linear(d, d, bias=False), M), N)
    assert mirrored(nested, Tensor("block.{0}.sub.{1}.w", "weight")).tensors_at({N: 2, M: 2, d: 3}) == {
        f"block.{block}.sub.{sub}.w": (3, 3) for block in (0, 1) for sub in (1, 2)
    }
    assert mirrored(nested, Tensor("block.{0}.w", "weight", "m o i -> (m o) i")).shapes() == {"block.{0}.w": (M * d, d)}
    assert mirrored(nested, Tensor("w", "weight")).shapes() == {"w": (N, M, d, d)}


def test_one_layer_applied_many_times_is_one_tensor():
    assert mirrored(Repeat(Linear(d, d, bias=False), N, shared=True), WEIGHT).tensors_at({d: 2}) == {"weight": (2, 2)}


def test_relations_hold_for_shapes_and_copies():
    body = Given(Repeat(Linear(d, d_ff, bias=False), d_ff), {d_ff: 2 * d})
    assert mirrored(body, Tensor("{0}", "weight")).tensors_at({d: 1}) == {"0": (2, 1), "1": (2, 1)}


def test_one_tensor_of_several_names():
    assert mirrored(Linear(2, 3, bias=False), Tensor("a b", "weight")).tensors_at() == {"a": (3, 2), "b": (3, 2)}


def test_rows_of_a_part_become_rows_of_the_whole():
    rows = within("layers.{0}.", "layers.", both("fc.*", "up.*", "o i -> i o"))
    assert rows == (
        Tensor("layers.{0}.fc.weight", "layers.up.weight", "o i -> i o"),
        Tensor("layers.{0}.fc.bias", "layers.up.bias"),
    )


def test_copies_that_differ_have_no_mirror():
    with pytest.raises(StructureError, match="weight once for each i"):
        mirrored(ForEach(Linear(i, i, bias=False), (i, 1, N)), Tensor("{0}", "weight"))


def test_as_many_names_as_copies():
    with pytest.raises(StructureError, match="for 3 copies"):
        mirrored(Repeat(Linear(d, d, bias=False), 3), Tensor("w{|_reverse}", "weight")).tensors_at({d: 1})


@pytest.mark.parametrize("name", ["torch", "keras", "transformers"])
def test_mirrors_import_no_framework(name):
    program = f"import sys, symparams.frameworks.{name}; print({{'torch', 'keras', 'transformers', 'numpy'}} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
