"""Built models described: torch, Keras, and classes of transformers in the symbols of the atlas."""

import pytest
import torch

from symparams import describe, latex
from symparams.errors import RecoveryError
from symparams.frameworks.recovery.building.intercepting import on_meta


@pytest.mark.live
def test_a_torch_module():
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4))
    module[0].weight.requires_grad_(False)
    found = describe(module)
    assert found.count == sum(one.numel() for one in module.parameters()) == 44
    rows = {(one.name, one.owner, one.shape): one for one in found.kin}
    assert rows["*.bias", "Linear", (4,)].copies == 2  # of both linear layers
    assert rows["*.weight", "Linear", (4, 3)].kind == "frozen"
    assert rows["*.running_mean", "BatchNorm1d", (4,)].kind == "buffer"
    assert "total, frozen" in repr(found)
    assert "running" in latex(found)


@pytest.mark.live
def test_symbols_where_the_atlas_recognises_them():
    import transformers

    config = transformers.GPT2Config(n_layer=3, n_embd=64, n_head=4, vocab_size=101, bos_token_id=0, eos_token_id=0)
    with on_meta():
        model = transformers.GPT2LMHeadModel(config)
        model.tie_weights()
    found = describe(model)
    assert found.form.startswith("n_layer*(12*n_embd**2")
    symbols = {one.name: one.symbols for one in found.kin}
    assert symbols["transformer.h.*.attn.c_attn.weight"] == "n_embd × 3*n_embd"
    assert next(one for one in found.kin if one.name == "lm_head.weight").tied_to == "transformer.wte.weight"
    model.extra = torch.nn.Linear(2, 2)  # somebody's own addition: no longer the class's own tensors
    assert describe(model).form == ""


@pytest.mark.live
def test_a_keras_model():
    import keras

    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(4), keras.layers.BatchNormalization()])
    assert describe(model).count == model.count_params() == 32


def test_what_is_no_model():
    import keras

    for thing in (3, "gpt2", torch.nn.Linear, torch.nn.LazyLinear(3), keras.Sequential([keras.layers.Dense(4)])):
        with pytest.raises(RecoveryError):
            describe(thing)
