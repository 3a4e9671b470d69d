"""The hand-built layers and models against the forms recovered from the real classes, symbolically."""

import pytest
import transformers
from sympy import Eq, Mod
from torch import nn

from symparams.frameworks import torch as torch_mirrors
from symparams.frameworks import transformers as model_mirrors
from symparams.frameworks.recovery import recover
from symparams.frameworks.recovery.sizes.conditions import simplified
from symparams.notation import same, symbol

transformers.logging.set_verbosity_error()
pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]

STACKS = {"TransformerEncoder": "num_layers", "TransformerDecoder": "num_layers"}
LLAMA = "vocab_size hidden_size num_hidden_layers num_attention_heads num_key_value_heads"
BERT = "vocab_size hidden_size num_hidden_layers intermediate_size max_position_embeddings type_vocab_size"
SIDES = "encoder_layers encoder_ffn_dim decoder_layers decoder_ffn_dim"
LAYERS = [  # class, what varies, what is given
    ("Linear", "in_features out_features", {}),
    ("Linear", "in_features out_features", {"bias": False}),
    ("Bilinear", "in1_features in2_features out_features", {}),
    ("Bilinear", "in1_features in2_features out_features", {"bias": False}),
    ("Embedding", "num_embeddings embedding_dim", {}),
    ("EmbeddingBag", "num_embeddings embedding_dim", {}),
    # its code takes int() of the clusters' widths, so that they are fitted as numbers: a half is found exactly, a third is not
    ("AdaptiveLogSoftmaxWithLoss", "in_features n_classes", {"cutoffs": [10, 20], "div_value": 2}),
    ("AdaptiveLogSoftmaxWithLoss", "in_features n_classes", {"cutoffs": [10, 20], "div_value": 2, "head_bias": True}),
    ("LinearCrossEntropyLoss", "in_features num_classes", {}),
    ("LinearCrossEntropyLoss", "in_features num_classes", {"bias": True}),
    ("RNN", "input_size hidden_size", {}),
    ("RNN", "input_size hidden_size num_layers", {"bidirectional": True}),
    ("GRU", "input_size hidden_size num_layers", {}),
    ("LSTM", "input_size hidden_size num_layers", {}),
    ("LSTM", "input_size hidden_size num_layers", {"bias": False, "bidirectional": True}),
    ("LSTM", "input_size hidden_size proj_size", {"num_layers": 2}),
    ("RNNCell", "input_size hidden_size", {}),
    ("GRUCell", "input_size hidden_size", {}),
    ("LSTMCell", "input_size hidden_size", {}),
    *((f"Conv{n}d", "in_channels out_channels kernel_size", {}) for n in (1, 2, 3)),
    *((f"ConvTranspose{n}d", "in_channels out_channels kernel_size", {"bias": False}) for n in (1, 2, 3)),
    ("Conv2d", "in_channels out_channels kernel_size groups", {}),
    ("LayerNorm", "normalized_shape", {}),
    ("RMSNorm", "normalized_shape", {}),
    *((f"BatchNorm{n}d", "num_features", {}) for n in (1, 2, 3)),
    ("SyncBatchNorm", "num_features", {}),
    *((f"InstanceNorm{n}d", "num_features", {"affine": True}) for n in (1, 2, 3)),
    ("InstanceNorm2d", "num_features", {"affine": True, "bias": False, "track_running_stats": True}),
    ("GroupNorm", "num_groups num_channels", {}),
    ("GroupNorm", "num_channels", {"num_groups": 2, "bias": False}),
    ("PReLU", "num_parameters", {}),
    ("MultiheadAttention", "embed_dim num_heads", {}),
    ("MultiheadAttention", "embed_dim num_heads kdim vdim", {"add_bias_kv": True}),
    ("TransformerEncoderLayer", "d_model nhead dim_feedforward", {}),
    ("TransformerEncoderLayer", "d_model nhead dim_feedforward", {"bias": False}),
    ("TransformerDecoderLayer", "d_model nhead dim_feedforward", {}),
    ("Transformer", "d_model nhead num_encoder_layers num_decoder_layers dim_feedforward", {}),
]
MODELS = {
    "GPT2LMHeadModel": "vocab_size n_positions n_embd n_layer n_head n_inner",
    "GPTJForCausalLM": "vocab_size n_embd n_layer n_inner",
    "GPTNeoXForCausalLM": "vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size",
    "LlamaForCausalLM": f"{LLAMA} intermediate_size",
    "MistralForCausalLM": f"{LLAMA} head_dim",
    "Qwen2ForCausalLM": f"{LLAMA} intermediate_size",
    "Qwen3ForCausalLM": f"{LLAMA} head_dim intermediate_size",
    "Olmo2ForCausalLM": f"{LLAMA} intermediate_size",
    "Gemma2ForCausalLM": f"{LLAMA} head_dim intermediate_size",
    "BertModel": BERT,
    "BertForMaskedLM": BERT,
    "T5ForConditionalGeneration": "vocab_size d_model d_kv d_ff num_layers num_decoder_layers num_heads",
    "BartForConditionalGeneration": f"vocab_size max_position_embeddings d_model {SIDES}",
    "ViTModel": "hidden_size num_hidden_layers num_attention_heads intermediate_size image_size patch_size num_channels",
    "MixtralForCausalLM": f"{LLAMA} intermediate_size num_local_experts",
    "Qwen2MoeForCausalLM": f"{LLAMA} moe_intermediate_size shared_expert_intermediate_size num_experts",
    "Qwen3MoeForCausalLM": f"{LLAMA} moe_intermediate_size num_experts",
    "DeepseekV3ForCausalLM": "vocab_size hidden_size moe_intermediate_size intermediate_size kv_lora_rank q_lora_rank v_head_dim",
    "MambaForCausalLM": "vocab_size hidden_size state_size num_hidden_layers conv_kernel",
    "Mamba2ForCausalLM": "vocab_size state_size num_hidden_layers conv_kernel",
    "RwkvForCausalLM": "vocab_size hidden_size num_hidden_layers intermediate_size",
    "ResNetForImageClassification": "num_channels embedding_size",
}
# ours want heads that divide the width; the code of these rounds the head's width down where they do not
ROUNDED = ("Qwen2ForCausalLM", "Olmo2ForCausalLM", "ViTModel", "MixtralForCausalLM", "Qwen2MoeForCausalLM", "Qwen3MoeForCausalLM")


def ours(mirrors, name, over, fixed):
    return getattr(mirrors, name)(**{field: symbol(field) for field in over}, **fixed).layer.params


@pytest.mark.parametrize(("name", "over", "fixed"), LAYERS, ids=[f"{n}-{o.replace(' ', ',')}-{len(f)}" for n, o, f in LAYERS])
def test_layer(name, over, fixed):
    found = recover(getattr(nn, name), over.split(), fixed=fixed, method="symbolic")
    assert same(found.expr, ours(torch_mirrors, name, over.split(), fixed)), found


def test_clusters_by_default():
    """A fourth is found where the widths are whole numbers, and the condition says so."""
    fixed = {"cutoffs": [10, 20]}
    found = recover(nn.AdaptiveLogSoftmaxWithLoss, ["in_features", "n_classes"], fixed=fixed, method="symbolic")
    whole = Eq(Mod(symbol("in_features"), 16), 0)
    assert whole in found.conditions
    expected = ours(torch_mirrors, "AdaptiveLogSoftmaxWithLoss", ["in_features", "n_classes"], fixed)
    assert same(found.expr, simplified(expected, [whole])), found


@pytest.mark.parametrize("name", STACKS)
def test_stack(name):
    def build(d_model, dim_feedforward, num_layers):
        layer = getattr(nn, f"{name}Layer")(d_model, 2, dim_feedforward)
        return getattr(nn, name)(layer, num_layers, norm=nn.LayerNorm(d_model))

    found = recover(build, method="symbolic")
    d, f, N = map(symbol, ("d_model", "dim_feedforward", "num_layers"))
    layer = getattr(torch_mirrors, f"{name}Layer")(d, 2, f)
    assert same(found.expr, getattr(torch_mirrors, name)(layer, N, norm=torch_mirrors.LayerNorm(d)).layer.params)


@pytest.mark.parametrize("name", MODELS)
def test_model(name):
    over = MODELS[name].split()
    found = recover(getattr(transformers, name), over, method="symbolic")
    whole = [Eq(Mod(symbol("hidden_size"), symbol("num_attention_heads")), 0)] if name in ROUNDED else []
    assert same(simplified(found.expr, whole), ours(model_mirrors, name, over, {})), found


def test_every_mirror_is_audited():
    assert {name for name, _, _ in LAYERS} | set(STACKS) == set(torch_mirrors.__all__)
    assert set(MODELS) == set(model_mirrors.__all__)


def test_a_wrong_formula_is_seen():
    found = recover(nn.GRU, ["input_size", "hidden_size"], method="symbolic")
    wrong = torch_mirrors.GRU(symbol("input_size"), symbol("hidden_size"), bias=False).layer.params
    assert not same(found.expr, wrong)
