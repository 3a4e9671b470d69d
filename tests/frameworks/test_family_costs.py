"""Operations and caches of the families against live classes on the meta device, at random sizes: prefill, decoding, training."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from symparams import flops, kv_cache, symbols
from symparams.frameworks import transformers as mirrors
from tests.frameworks.cases import few
from tests.frameworks.test_transformers import by_heads, grouped, live, qwen_moe, scan, shared, stages

BATCH, SEQ = st.integers(1, 3), st.integers(1, 6)


def model_of(name, **sizes):
    model = live(name, **sizes).eval()
    if "Moe" in name or "Mix" in name or "Deepseek" in name:
        model.set_attn_implementation("eager")  # the other asks what the mask holds, which meta tensors do not know
        model.set_experts_implementation("batched_mm")  # the default is not seen by the counter
    return model


def operations(run, training=False):
    with FlopCounterMode(display=False) as counter, torch.set_grad_enabled(training):
        result = run()
        if training:
            result.logits.sum().backward()
    return counter.get_total_flops()


def tokens(batch, seq, past=0):
    mask = torch.ones(batch, past + seq, dtype=torch.long, device="meta")
    return {"input_ids": torch.zeros(batch, seq, dtype=torch.long, device="meta"), "attention_mask": mask}


@st.composite
def latent(draw):
    sizes = {name: draw(size) for name, size in shared.items()}
    return sizes | {
        "num_key_value_heads": sizes["num_attention_heads"],
        "n_routed_experts": 16,
        "first_k_dense_replace": draw(st.integers(0, 2)),
    }


@st.composite
def mixtral(draw):
    return draw(grouped()) | {"num_local_experts": draw(st.integers(2, 4))}


def mirror(name, sizes):
    return getattr(mirrors, name)(**{key: size for key, size in sizes.items() if "Deepseek" not in name or "key_value" not in key})


MODELS = {
    "MixtralForCausalLM": mixtral(),
    "Qwen2MoeForCausalLM": qwen_moe(),
    "DeepseekV3ForCausalLM": latent(),
    "RwkvForCausalLM": st.fixed_dictionaries({name: scan[name] for name in ("vocab_size", "hidden_size", "num_hidden_layers")}),
}


@pytest.mark.live
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", MODELS)
@few
@given(data=st.data(), batch=BATCH, seq=SEQ)
def test_operations_of_a_prefill_and_of_a_training_step(name, training, data, batch, seq):
    sizes = data.draw(MODELS[name])
    model = model_of(name, **sizes)
    real = operations(lambda: model(**tokens(batch, seq), use_cache=False), training)
    assert flops(mirror(name, sizes).layer, batch, seq, training=training).at() == real


@pytest.mark.live
@pytest.mark.parametrize("name", ["MixtralForCausalLM", "Qwen2MoeForCausalLM", "DeepseekV3ForCausalLM"])
@few
@given(data=st.data(), batch=BATCH, past=SEQ)
def test_a_cache_and_a_step_of_decoding(name, data, batch, past):
    sizes = data.draw(MODELS[name])
    model, layer = model_of(name, **sizes), mirror(name, sizes).layer
    cache = model(**tokens(batch, past), use_cache=True).past_key_values
    assert kv_cache(layer, batch, past).at() == sum(one.keys.numel() + one.values.numel() for one in cache.layers)
    real = operations(lambda: model(**tokens(batch, 1, past), past_key_values=cache, use_cache=True))
    assert flops(layer, batch, 1, past=past).at() == real


@pytest.mark.live
@few
@given(sizes=st.fixed_dictionaries(scan), batch=BATCH, seq=SEQ)
def test_mamba_but_for_the_positions_that_its_convolution_cuts_off(sizes, batch, seq):
    model, layer = model_of("MambaForCausalLM", **sizes), mirrors.MambaForCausalLM(**sizes).layer
    inputs = tokens(batch, seq)["input_ids"]
    # the convolution runs on over its padding, k - 1 positions more
    kernels = sum(one.count for one in layer.weights() if one.name == "layers.mixer.conv.weight")
    real = operations(lambda: model(inputs, use_cache=False))
    assert flops(layer, batch, seq).at() == real - 2 * batch * kernels * (sizes["conv_kernel"] - 1)


@pytest.mark.live
@few
@given(sizes=st.fixed_dictionaries(scan), batch=BATCH, seq=SEQ)
def test_the_state_that_mamba_keeps(sizes, batch, seq):
    cache = model_of("MambaForCausalLM", **sizes)(tokens(batch, seq)["input_ids"], use_cache=True).cache_params
    states = [state for one in cache.layers for kept in (one.conv_states, one.recurrent_states) for state in kept.values()]
    assert kv_cache(mirrors.MambaForCausalLM(**sizes).layer, batch, seq).at() == sum(state.numel() for state in states)


@pytest.mark.live
@few
@given(sizes=by_heads(), batch=BATCH, seq=SEQ)
def test_the_state_that_mamba_2_keeps(sizes, batch, seq):
    cache = model_of("Mamba2ForCausalLM", **sizes)(tokens(batch, seq)["input_ids"], use_cache=True).cache_params
    states = [state for one in cache.layers for kept in (one.conv_states, one.recurrent_states) for state in kept.values()]
    assert kv_cache(mirrors.Mamba2ForCausalLM(**sizes).layer, batch, seq).at() == sum(state.numel() for state in states)


@pytest.mark.live
@few
@given(sizes=by_heads(), batch=BATCH, past=SEQ)
def test_a_step_of_decoding_of_mamba_2(sizes, batch, past):
    model = model_of("Mamba2ForCausalLM", **sizes)
    cache = model(tokens(batch, past)["input_ids"], use_cache=True).cache_params
    real = operations(lambda: model(tokens(batch, 1)["input_ids"], cache_params=cache, use_cache=True))
    layer = mirrors.Mamba2ForCausalLM(**sizes).layer
    # the convolution of a step makes two positions and cuts off the first
    kernels = sum(one.count for one in layer.weights() if one.name == "layers.mixer.conv.weight")
    assert flops(layer, batch, 1, past=past).at() == real - 2 * batch * kernels


@pytest.mark.live
@few
@given(sizes=MODELS["RwkvForCausalLM"], batch=BATCH, seq=SEQ)
def test_the_state_that_rwkv_keeps(sizes, batch, seq):
    state = model_of("RwkvForCausalLM", **sizes)(tokens(batch, seq)["input_ids"], use_cache=True).state
    assert kv_cache(mirrors.RwkvForCausalLM(**sizes).layer, batch, seq).at() == sum(kept.numel() for kept in state)


@pytest.mark.live
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("kind", ["basic", "bottleneck"])
@few
@given(sizes=stages(), batch=BATCH, height=st.integers(20, 70), width=st.integers(20, 70))
def test_operations_of_a_residual_network(kind, training, sizes, batch, height, width):
    model = live("ResNetForImageClassification", **sizes, layer_type=kind).eval()
    image = torch.zeros(batch, sizes["num_channels"], height, width, device="meta")
    layer = mirrors.ResNetForImageClassification(**sizes, layer_type=kind).layer
    assert flops(layer, batch, extent=(height, width), training=training).at() == operations(lambda: model(image), training)


@pytest.mark.live
@few
@given(batch=BATCH, side=st.integers(8, 30), patch=st.integers(2, 8), heads=st.integers(1, 3))
def test_operations_of_a_vision_transformer(batch, side, patch, heads):
    sizes = {"hidden_size": 2 * heads, "num_hidden_layers": 2, "num_attention_heads": heads, "intermediate_size": 5}
    sizes |= {"image_size": side, "patch_size": patch}
    model = live("ViTModel", **sizes).eval()
    image = torch.zeros(batch, 3, side, side, device="meta")
    assert flops(mirrors.ViTModel(**sizes).layer, batch, extent=(side, side)).at() == operations(lambda: model(image))


def test_absorbed_a_step_of_decoding_makes_no_keys_of_the_past():
    h, b, p = symbols("h b p")
    layer = mirrors.DeepseekV3ForCausalLM(num_attention_heads=h).layer
    assert kv_cache(layer, b, p).expr.free_symbols == {b, p}  # whatever the heads
    made, absorbed = (flops(layer, b, 1, past=p, absorbed=way).expr.expand() for way in (False, True))
    per_latent = 2 * 61 * 128 * ((128 + 128) * 512 + (128 + 64) + 128 - 2 * 512 - 64)  # keys and values made, and both ways' scores
    assert (made - absorbed).coeff(p).subs(h, 128) == b * per_latent
