"""What the frameworks refuse, the mirrors refuse, with an error of ours; what they accept, the mirrors count alike."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from symparams import symbols
from symparams.errors import SymparamsError
from symparams.frameworks import keras as keras_mirrors
from symparams.frameworks import torch as torch_mirrors
from tests.frameworks.cases import Case, Framework, combinations, drawn
from tests.frameworks.compare import FRAMEWORKS, main
from tests.frameworks.keras_cases import KERAS
from tests.frameworks.keras_cases import built as built_layer
from tests.frameworks.spoiling import Spoiled, outcome, spoiled
from tests.frameworks.torch_cases import TORCH

ALL = {
    f"{kind}.{name}": (framework, case, options)
    for kind, framework in FRAMEWORKS.items()
    for name, (case, options) in combinations(framework.cases).items()
}


@pytest.mark.live
@settings(max_examples=400)
@given(data=st.data())
def test_one_argument_replaced(data):
    framework, case, options = ALL[data.draw(st.sampled_from(list(ALL)))]
    sizes, others = drawn(data, case, options)
    outcome(framework, case, data.draw(spoiled(sizes)), others)


TORCH_REFUSES = [
    ("LSTM", {"input_size": 3, "hidden_size": 4, "proj_size": 4}),
    ("LSTM", {"input_size": 3, "hidden_size": 4, "proj_size": 9}),
    ("LSTM", {"input_size": 3, "hidden_size": 4, "proj_size": -1}),
    ("LSTM", {"input_size": 3, "hidden_size": 4, "proj_size": None}),
    ("GRU", {"input_size": 3, "hidden_size": 4, "proj_size": 2}),
    ("RNN", {"input_size": 3, "hidden_size": 4, "num_layers": 0}),
    ("GroupNorm", {"num_groups": 3, "num_channels": 8}),
    ("GroupNorm", {"num_groups": 0, "num_channels": 8}),
    ("Conv2d", {"in_channels": 6, "out_channels": 8, "kernel_size": 3, "groups": 4}),
    ("Conv2d", {"in_channels": 8, "out_channels": 6, "kernel_size": [3, 3], "groups": 4}),
    ("ConvTranspose1d", {"in_channels": 6, "out_channels": 8, "kernel_size": 3, "groups": 4}),
    ("MultiheadAttention", {"embed_dim": 10, "num_heads": 3}),
    ("MultiheadAttention", {"embed_dim": 0, "num_heads": 1}),
    ("MultiheadAttention", {"embed_dim": 8, "num_heads": -2}),
    ("TransformerEncoderLayer", {"d_model": 10, "nhead": 4}),
    ("TransformerEncoderLayer", {"d_model": 10, "nhead": None}),
    ("TransformerDecoderLayer", {"d_model": 10, "nhead": 2, "dim_feedforward": None}),
    ("MultiheadAttention", {"embed_dim": 10, "num_heads": None}),
    ("Transformer", {"d_model": 10, "nhead": 4}),
    ("Linear", {"in_features": -3, "out_features": 2}),
    ("LayerNorm", {"normalized_shape": [2, -3]}),
    ("LayerNorm", {"normalized_shape": [[2, 3]]}),
    ("RMSNorm", {"normalized_shape": [2, 2.5]}),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 2, "padding_idx": 5}),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 2, "padding_idx": -6}),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 2, "padding_idx": 7}),
    ("AdaptiveLogSoftmaxWithLoss", {"in_features": 16, "n_classes": 10, "cutoffs": []}),
    ("AdaptiveLogSoftmaxWithLoss", {"in_features": 16, "n_classes": 10, "cutoffs": [10]}),
    ("AdaptiveLogSoftmaxWithLoss", {"in_features": 16, "n_classes": 10, "cutoffs": [5, 3]}),
    ("AdaptiveLogSoftmaxWithLoss", {"in_features": 16, "n_classes": 10, "cutoffs": [3, 3]}),
    ("LinearCrossEntropyLoss", {"in_features": 4, "num_classes": 10, "out_features": (2, -1)}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), TORCH_REFUSES)
def test_torch_refuses(name, arguments):
    with pytest.raises(Exception):  # noqa: B017, PT011  # torch raises what it likes
        TORCH.live(Case(name, st.nothing()), arguments)
    with pytest.raises(SymparamsError):
        getattr(torch_mirrors, name)(**arguments)


@pytest.mark.live
@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
@pytest.mark.parametrize("shape", [6, [2, 3], (2, 3), torch.Size([2, 3]), [], torch.Size([])], ids=repr)
def test_shapes_as_torch_takes_them(name, shape):
    real = {key: tuple(weight.shape) for key, weight in getattr(nn, name)(shape).named_parameters()}
    assert getattr(torch_mirrors, name)(shape).tensors_at() == real


@pytest.mark.parametrize("padding", [None, 0, 4, -1, -5])
def test_a_row_of_the_table_may_be_padding(padding):
    assert nn.Embedding(5, 2, padding_idx=padding).weight.numel() == 10
    assert torch_mirrors.Embedding(5, 2, padding).layer.params == 10


def test_sizes_that_nobody_knows_are_not_refused():
    d, h, p, c, g = symbols("d h p c g")
    assert torch_mirrors.LSTM(d, h, proj_size=p).layer.params.free_symbols == {d, h, p}
    assert torch_mirrors.GroupNorm(g, c).layer.params == 2 * c
    assert torch_mirrors.Embedding(d, h, padding_idx=3).layer.params == d * h
    with pytest.raises(SymparamsError, match="narrower than the state"):
        torch_mirrors.LSTM(d, h, proj_size=h)


KERAS_REFUSES = [
    ("Dense", {"units": 0}, (None, 3)),
    ("Dense", {"units": 3}, (None, None)),
    ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "groups": 3}, (None, 9, 9, 6)),
    ("Conv2D", {"filters": 6, "kernel_size": [3, 3], "groups": 3}, (None, 9, 9, 8)),
    ("Conv2D", {"filters": 6, "kernel_size": [3]}, (None, 9, 9, 8)),
    ("ConvLSTM2D", {"filters": 6, "kernel_size": [3, 3, 3]}, (None, 5, 9, 9, 8)),
    ("ConvLSTM2D", {"filters": 6, "kernel_size": 3}, (None, 5, None, 9, 8)),
    ("ConvLSTM1D", {"filters": 6, "kernel_size": 3}, (None, 5, 9, None)),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": None}, (None, 9, 9, 8)),
    ("LayerNormalization", {"axis": 3}, (None, 5, 6)),
    ("LayerNormalization", {"axis": [1, -4]}, (None, 5, 6)),
    ("RMSNormalization", {"axis": 0}, (None, 5, 6)),
    ("BatchNormalization", {"axis": -4}, (None, 5, 6)),
    ("GroupNormalization", {"groups": 4}, (None, 5, 6)),
    ("GroupNormalization", {"groups": 12}, (None, 5, 6)),
    ("GroupNormalization", {"groups": 0}, (None, 5, 6)),
    ("GroupNormalization", {"groups": -1}, (None, 5, None)),
    ("Normalization", {"axis": 7}, (None, 5, 6)),
    ("Normalization", {"axis": (1, 1)}, (None, 5, 6)),
    ("Normalization", {"mean": 0.0}, (None, 5, 6)),
    ("PReLU", {}, (None, None, 6)),
    ("PReLU", {"shared_axes": [3]}, (None, 5, 6)),
    ("TimeDistributed", {"inner": "Dense", "units": 3}, (None, 6)),
    ("SpectralNormalization", {"inner": "LSTM", "units": 3}, (None, 5, 6)),
    ("StackedRNNCells", {"cells": ("LSTMCell",), "units": (-1,), "use_bias": True}, (None, 6)),
    ("STFTSpectrogram", {"frame_length": 20, "fft_length": 16, "window": None}, (None, None, 1)),
    ("EinsumDense", {"equation": "ab,bc", "output_shape": 3}, (None, 5)),
    ("EinsumDense", {"equation": "ab,bcz->ac", "output_shape": 3}, (None, 5)),
    ("EinsumDense", {"equation": "ab,bc->acd", "output_shape": (3, 4)}, (None, 5)),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (7, 3)}, (None, 5, 6)),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": 3}, (None, 5, 6)),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 3), "bias_axes": "z"}, (None, 5, 6)),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 3), "bias_axes": "b"}, (None, 5, 6)),
    ("EinsumDense", {"equation": "a...,ac->c...", "output_shape": 3}, (None, 5, 6)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "shape"), KERAS_REFUSES)
def test_keras_refuses(name, arguments, shape):
    case = next(case for case in KERAS.cases if case.name == name)
    arguments = {**arguments, "build": {"input_shape": shape}}
    with pytest.raises(Exception):  # noqa: B017, PT011  # Keras raises what its backend raises
        KERAS.live(case, arguments)
    with pytest.raises(SymparamsError):
        built_layer(keras_mirrors, case, arguments)


@pytest.mark.live
@pytest.mark.parametrize("frame", [1, 2, 3, 4, 5, 8, 9, 1000])
def test_a_spectrogram_chooses_its_own_length(frame):
    case = next(case for case in KERAS.cases if case.name == "STFTSpectrogram")
    arguments = {"frame_length": frame, "window": None, "build": {"input_shape": (None, None, 1)}}
    real, counted = KERAS.measured(KERAS.live(case, arguments))
    mirror = KERAS.mirror(case, arguments)
    assert mirror.tensors_at(kind="trainable") == real["trainable"] and mirror.layer.params == counted


def test_the_comparison_sees_what_only_one_side_refuses():
    linear = next(case for case in TORCH.cases if case.name == "Linear")
    right = Spoiled({"in_features": 3, "out_features": 2}, ("in_features",), 3)
    assert outcome(TORCH, linear, right, {}) == "equal"

    def refusing(case, arguments):
        raise SymparamsError("in_features=3", "another", "give it")

    with pytest.raises(AssertionError, match="we alone refuse"):
        outcome(Framework([], TORCH.live, refusing, TORCH.measured), linear, right, {})
    wrong = Spoiled({"in_features": -3, "out_features": 2}, ("in_features",), -3)
    assert outcome(TORCH, linear, wrong, {}) == "refused"
    accepting = Framework([], TORCH.live, lambda case, arguments: torch_mirrors.Linear(3, 2), TORCH.measured)
    with pytest.raises(AssertionError, match="the framework alone refuses"):
        outcome(accepting, linear, wrong, {})


def test_the_command_counts_comparisons(capsys):
    assert main(["--comparisons", "40", "--seed", "3"]) == 0
    first, *counts = capsys.readouterr().out.splitlines()
    numbers = {outcome: int(number) for outcome, number in map(str.split, counts)}
    assert first == "40 comparisons" and sum(numbers.values()) == 40 and numbers["mismatch"] == 0


def test_the_command_sees_a_mismatch(capsys, monkeypatch):
    wrong = Framework(TORCH.cases, TORCH.live, lambda case, arguments: torch_mirrors.Linear(3, 2), TORCH.measured)
    monkeypatch.setitem(FRAMEWORKS, "torch", wrong)
    monkeypatch.delitem(FRAMEWORKS, "keras")
    assert main(["--comparisons", "10"]) == 1
    assert "\n    AssertionError: " in capsys.readouterr().out
