"""Keras' convolutions: our mirrors' operations beside those that PyTorch counts while Keras runs on it, at random options."""

import random

import keras
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from symparams import flops, kv_cache
from symparams.frameworks import keras as mirrors

DIMENSIONS = {"Conv1D": 1, "Conv2D": 2, "Conv3D": 3, "DepthwiseConv1D": 1, "DepthwiseConv2D": 2, "SeparableConv1D": 1}
DIMENSIONS |= {"SeparableConv2D": 2, "Conv1DTranspose": 1, "Conv2DTranspose": 2, "Conv3DTranspose": 3}
DIMENSIONS |= {"ConvLSTM1D": 1, "ConvLSTM2D": 2}


def options_of(name: str, chance: random.Random) -> dict:
    options = {"kernel_size": chance.choice([1, 2, 3]), "padding": chance.choice(["valid", "same"])}
    if "Depthwise" not in name:
        options["filters"] = 4 * chance.randint(1, 3)
    if "Depthwise" in name or "Separable" in name:
        options["depth_multiplier"] = chance.randint(1, 3)
    if chance.random() < 0.5:
        options["strides"] = 2
    elif "Transpose" not in name and "Depthwise" not in name and "Separable" not in name:
        options["dilation_rate"] = chance.choice([1, 2])
    if name in ("Conv1D", "Conv2D", "Conv3D"):
        options["groups"] = chance.choice([1, 2, 4])
    return options


@pytest.mark.live
@pytest.mark.parametrize("name", DIMENSIONS)
def test_operations_of_keras_convolutions(name: str):
    chance = random.Random(f"costs of {name}")
    for _ in range(6):
        options = options_of(name, chance)
        extent = tuple(chance.randint(7, 10) for _ in range(DIMENSIONS[name]))
        extent = (chance.randint(2, 3), *extent) if "LSTM" in name else extent
        batch, channels = chance.randint(1, 3), 4 * chance.randint(1, 2)
        live = getattr(keras.layers, name)(**options)
        shape = (batch, *extent, channels)
        live.build(shape)
        mirror = getattr(mirrors, name)(**options).build(shape)
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            live(torch.zeros(shape))
        steps, run = (extent[0], extent[0] + 1) if "LSTM" in name else (1, 1)  # Keras runs one step more, to learn what it makes
        ours = flops(mirror.layer, batch=batch, extent=extent).at()
        assert ours * run == counter.get_total_flops() * steps, (options, shape)


def test_a_convolutional_state_is_kept():
    mirror = mirrors.ConvLSTM2D(5, 3).build((2, 7, 10, 12, 4))
    assert kv_cache(mirror.layer, batch=2, extent=(7, 10, 12)).at() == 2 * 2 * 8 * 10 * 5
