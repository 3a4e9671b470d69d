"""Layers beside the live modules of single blocks: every tensor by name and shape, at random sizes."""

import keras
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from keras.src.applications import densenet
from sympy import Integer
from transformers.models.convnext import modeling_convnext
from transformers.models.mobilenet_v2 import modeling_mobilenet_v2
from transformers.models.qwen3_next import modeling_qwen3_next
from transformers.models.wav2vec2 import modeling_wav2vec2

import symparams as sp
from symparams.frameworks.mirror import Tensor, both, mirrored
from tests.frameworks.cases import SIZE, SOME, few


def same(mirror, module):
    assert mirror.tensors_at(kind="trainable") == {name: tuple(weight.shape) for name, weight in module.named_parameters()}
    assert mirror.layer.params == sum(weight.numel() for weight in module.parameters())


def normed(name, of):
    yield Tensor(f"{name}.convolution.weight", f"{of}.conv.weight")
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield Tensor(f"{name}.normalization.{part}", f"{of}.norm.{part}")


@pytest.mark.live
@few
@given(keys=SOME, times=SOME, d=SIZE, key=SIZE, value=SIZE, kernel=SIZE)
def test_gated_delta_net(keys, times, d, key, value, kernel):
    config = modeling_qwen3_next.Qwen3NextConfig(
        hidden_size=d,
        linear_num_value_heads=keys * times,
        linear_num_key_heads=keys,
        linear_key_head_dim=key,
        linear_value_head_dim=value,
        linear_conv_kernel_dim=kernel,
    )
    rows = (
        Tensor("dt_bias", "dt_bias"),
        Tensor("A_log", "A_log"),
        Tensor("conv1d.weight", "conv.weight"),
        Tensor("in_proj_qkvz.weight", "q.weight k.weight v.weight gate.weight"),
        Tensor("in_proj_ba.weight", "beta.weight decay.weight"),
        Tensor("norm.weight", "norm.weight"),
        Tensor("out_proj.weight", "out.weight"),
    )
    layer = sp.GatedDeltaNet(d, keys * times, key, value, keys, kernel)
    same(mirrored(layer, *rows), modeling_qwen3_next.Qwen3NextGatedDeltaNet(config, 0))


@pytest.mark.live
@few
@given(d=SIZE, scale=st.booleans())
def test_convnext_block(d, scale):
    config = modeling_convnext.ConvNextConfig(layer_scale_init_value=1e-6 if scale else 0.0)
    rows = [*both("dwconv.*", "depthwise.*"), *both("layernorm.*", "norm.*"), *both("pwconv1.*", "up.*")]
    rows += [*both("pwconv2.*", "down.*"), *([Tensor("layer_scale_parameter", "scale.weight")] if scale else [])]
    same(mirrored(sp.ConvNeXtBlock(d, scale=scale), *rows), modeling_convnext.ConvNextLayer(config, d))


@pytest.mark.live
@few
@given(c_in=SIZE, c_out=SIZE, expansion=st.integers(2, 6), stride=st.sampled_from([1, 2]))
def test_inverted_residual(c_in, c_out, expansion, stride):
    config = modeling_mobilenet_v2.MobileNetV2Config(expand_ratio=expansion, depth_divisible_by=1, min_depth=1)
    module = modeling_mobilenet_v2.MobileNetV2InvertedResidual(config, c_in, c_out, stride)
    layer = sp.InvertedResidual(c_in, c_out, expansion, stride)
    parts = {"expand_1x1": "expand", "conv_3x3": "depthwise", "reduce_1x1": "reduce"}
    same(mirrored(layer, *(row for name, ours in parts.items() for row in normed(name, ours))), module)
    assert isinstance(layer, sp.Residual) == module.use_residual


@pytest.mark.live
@few
@given(d=SIZE, width=SIZE)
def test_adapter(d, width):
    config = modeling_wav2vec2.Wav2Vec2Config(hidden_size=d, adapter_attn_dim=width, num_attention_heads=1)
    rows = (*both("norm.*", "norm.*"), *both("linear_1.*", "feed_forward.up.*"), *both("linear_2.*", "feed_forward.down.*"))
    same(mirrored(sp.Adapter(d, width, norm=True), *rows), modeling_wav2vec2.Wav2Vec2AttnAdapterLayer(config))


@pytest.mark.live
@few
@given(n_in=SIZE, n_out=SIZE, rank=SIZE, bias=st.booleans())
def test_low_rank_update(n_in, n_out, rank, bias):
    live = keras.layers.Dense(n_out, use_bias=bias)
    live.build((None, n_in))
    live.enable_lora(rank)
    layer = sp.LoRA(sp.Linear(n_in, n_out, bias), rank)
    assert sorted(placed.shape[::-1] for placed in layer.weights()) == sorted(tuple(weight.shape) for weight in live.weights)
    update = [weight for weight in live.trainable_weights if "lora" in weight.path]
    assert sp.closed_form(layer, of="trainable").expr == sum(weight.shape[0] * weight.shape[1] for weight in update)
    assert layer.params == live.count_params()


@pytest.mark.live
@pytest.mark.parametrize(("depths", "classes"), [((1, 2, 1, 3), 2), ((2, 3, 4, 1), 10), ((6, 12, 24, 16), 1000)])
def test_densely_connected_network(depths, classes):
    model = densenet.DenseNet(list(depths), weights=None, classes=classes)
    assert sp.DenseNet(depths, n_class=classes).params == sum(weight.value.numel() for weight in model.trainable_weights)


@pytest.mark.live
@few
@given(c=SOME, d=SIZE, patch=st.integers(1, 5), height=st.integers(5, 20), width=st.integers(5, 20))
def test_patches_are_as_many_as_the_live_convolution_makes(c, d, patch, height, width):
    live = torch.nn.Conv2d(c, d, patch, patch)
    patches = live(torch.zeros(1, c, height, width)).flatten(2).shape[2]
    layer = sp.Sequential(sp.PatchEmbedding(c, d, patch), sp.ClassToken(d))
    assert layer.gives(sp.Data(extent=(Integer(height), Integer(width)))).extent == (patches + 1,)
