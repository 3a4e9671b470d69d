import inspect

import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st

from symparams import check, closed_form
from symparams.frameworks import transformers as mirrors
from tests.frameworks.cases import SIZE, SOME, Case, combinations, compare, drawn, few, symbolic

transformers.logging.set_verbosity_error()  # it logs that special tokens lie outside these small vocabularies

BOOL = (True, False)
TIED = {"tie_word_embeddings": BOOL}


def heads(width, number, **further):
    """A width of an even number for each head, as rotary embeddings want it, and what else is drawn."""
    return st.builds(lambda h, k, more: {width: 2 * h * k, number: h} | more, SOME, SOME, st.fixed_dictionaries(further))


PADDED = st.integers(2, 12)  # a vocabulary whose padding token is number 1


@st.composite
def grouped(draw, free_head=False, vocabulary=SIZE):
    """The sizes of the LLaMA family: groups of heads, and the width of a head where it is free."""
    kv, times, half = draw(SOME), draw(SOME), draw(SOME)
    sizes = {"num_attention_heads": kv * times, "num_key_value_heads": kv, "hidden_size": 2 * kv * times * half}
    sizes |= {"vocab_size": draw(vocabulary), "intermediate_size": draw(SIZE), "num_hidden_layers": draw(SOME)}
    return sizes | ({"head_dim": 2 * draw(SOME)} if free_head else {})


gpt = {"vocab_size": SIZE, "n_layer": SOME}
neox = {"vocab_size": SIZE, "num_hidden_layers": SOME, "intermediate_size": SIZE}
bert = neox | {"max_position_embeddings": SIZE, "type_vocab_size": SOME}
vit = {"num_hidden_layers": SOME, "intermediate_size": SIZE, "image_size": st.integers(12, 40)}
vit |= {"patch_size": SIZE, "num_channels": SOME}
t5 = {"vocab_size": SIZE, "d_model": SIZE, "d_kv": SIZE, "d_ff": SIZE, "num_heads": SOME, "num_layers": SOME}


@st.composite
def bart(draw):
    e, d = draw(SOME), draw(SOME)
    sizes = {"d_model": e * d * draw(SOME), "encoder_attention_heads": e, "decoder_attention_heads": d}
    sizes |= {name: draw(SIZE) for name in ("max_position_embeddings", "encoder_ffn_dim", "decoder_ffn_dim")}
    sizes["vocab_size"] = draw(PADDED)
    return sizes | {name: draw(SOME) for name in ("encoder_layers", "decoder_layers")}


experts = st.integers(4, 8)  # the router picks two or four of them
shared = {"n_shared_experts": SOME, "n_routed_experts": st.sampled_from([8, 16]), "kv_lora_rank": SIZE, "num_attention_heads": SOME}
shared |= {"qk_rope_head_dim": SOME.map(lambda half: 2 * half), "v_head_dim": SIZE, "qk_nope_head_dim": SIZE}
shared |= dict.fromkeys(("vocab_size", "hidden_size", "intermediate_size", "moe_intermediate_size"), SIZE)
shared |= {"num_hidden_layers": st.integers(3, 5)}


@st.composite
def mixed(draw, **further):
    """The sizes of the LLaMA family, and of a mixture."""
    return draw(grouped()) | {name: draw(size) for name, size in further.items()}


@st.composite
def qwen_moe(draw, shared=True):
    sizes = {name: size for name, size in draw(grouped()).items() if name != "intermediate_size"}
    further = ("moe_intermediate_size", *(["shared_expert_intermediate_size"] if shared else []))
    return sizes | {name: draw(SIZE) for name in further} | {"num_experts": draw(experts)}


scan = {"state_size": SIZE, "conv_kernel": SIZE, "vocab_size": SIZE, "hidden_size": SIZE, "num_hidden_layers": SOME}


@st.composite
def by_heads(draw):
    """The sizes of Mamba-2, whose heads are twice as wide as the model together."""
    groups, times, half = draw(SOME), draw(SOME), draw(SOME)
    sizes = {name: draw(size) for name, size in scan.items()}
    sizes |= {"n_groups": groups, "num_heads": 2 * groups * times, "head_dim": half}
    return sizes | {"hidden_size": groups * times * half}


@st.composite
def stages(draw):
    """Channels that grow from stage to stage, so that each has a shortcut."""
    count = draw(SOME)
    widths = [4 * width for width in draw(st.lists(SIZE, min_size=count, max_size=count, unique=True).map(sorted))]
    sizes = {"hidden_sizes": widths, "depths": draw(st.lists(st.integers(2, 4), min_size=count, max_size=count))}
    return sizes | {"num_channels": draw(SOME), "embedding_size": 4 * draw(SIZE) - 1, "num_labels": draw(st.integers(2, 9))}


CASES = [
    Case("GPT2LMHeadModel", heads("n_embd", "n_head", n_positions=SIZE, **gpt), TIED | {"n_inner": (None, SIZE)}),
    Case("GPTJForCausalLM", heads("n_embd", "n_head", **gpt), TIED | {"n_inner": (None, SIZE)}),
    Case("GPTNeoXForCausalLM", heads("hidden_size", "num_attention_heads", **neox), TIED | {"attention_bias": BOOL}),
    Case("LlamaForCausalLM", grouped(), TIED | {"attention_bias": BOOL, "mlp_bias": BOOL}),
    Case("MistralForCausalLM", grouped(), TIED | {"head_dim": (None, SOME.map(lambda half: 2 * half))}),
    Case("Qwen2ForCausalLM", grouped(), TIED),
    Case("Qwen3ForCausalLM", grouped(free_head=True), TIED | {"attention_bias": BOOL}),
    Case("Olmo2ForCausalLM", grouped(vocabulary=PADDED), TIED | {"attention_bias": BOOL}),
    Case("Gemma2ForCausalLM", grouped(free_head=True), TIED | {"attention_bias": BOOL}),
    Case("MixtralForCausalLM", mixed(num_local_experts=experts), TIED | {"head_dim": (None, SOME.map(lambda half: 2 * half))}),
    Case(
        "Qwen3MoeForCausalLM",
        qwen_moe(shared=False),
        TIED | {"attention_bias": BOOL, "head_dim": (SOME.map(lambda half: 2 * half),), "num_experts_per_tok": (2,)},
    ),
    Case("Qwen2MoeForCausalLM", qwen_moe(), TIED | {"qkv_bias": BOOL}),
    Case(
        "DeepseekV3ForCausalLM",
        st.fixed_dictionaries(shared),
        TIED | {"q_lora_rank": (None, SIZE), "attention_bias": BOOL, "first_k_dense_replace": (0, 2)},
    ),
    Case(
        "MambaForCausalLM",
        st.fixed_dictionaries(scan | {"expand": SOME}),
        TIED | {"use_bias": BOOL, "use_conv_bias": BOOL, "time_step_rank": ("auto", SIZE)},
    ),
    Case("Mamba2ForCausalLM", by_heads(), TIED | {"use_bias": BOOL, "use_conv_bias": BOOL}),
    Case(
        "RwkvForCausalLM",
        st.fixed_dictionaries({"vocab_size": SIZE, "hidden_size": SIZE, "num_hidden_layers": SOME}),
        TIED | {"attention_hidden_size": (None, SIZE), "intermediate_size": (None, SIZE)},
    ),
    Case("ResNetForImageClassification", stages(), {"layer_type": ("basic", "bottleneck")}),
    Case("BertModel", heads("hidden_size", "num_attention_heads", **bert)),
    Case("BertForMaskedLM", heads("hidden_size", "num_attention_heads", **bert)),
    Case(
        "T5ForConditionalGeneration",
        st.fixed_dictionaries(t5 | {"relative_attention_num_buckets": SIZE}),
        {"feed_forward_proj": ("relu", "gated-gelu"), "num_decoder_layers": (None, SOME)},
    ),
    Case("BartForConditionalGeneration", bart()),
    Case("ViTModel", heads("hidden_size", "num_attention_heads", **vit), {"qkv_bias": BOOL, "pooler_output_size": (None, SIZE)}),
]
ALL = combinations(CASES)


def live(name, **sizes):
    cls = getattr(transformers, name)
    with torch.device("meta"):
        model = cls(cls.config_class(**sizes))
    model.tie_weights()
    return model


def tensors(model):
    real = {name: tuple(weight.shape) for name, weight in model.named_parameters(remove_duplicate=False)}
    return {"trainable": real, "frozen": {}}


def count(model):
    return sum(weight.numel() for weight in model.parameters())  # a tied weight is met once


@pytest.mark.live
@pytest.mark.parametrize("name", ALL, ids=list(ALL))
@few
@given(data=st.data())
def test_live_model(name, data):
    case, options = ALL[name]
    sizes, others = drawn(data, case, options)
    general, values = symbolic(sizes)
    model = live(case.name, **sizes, **others)
    mirror, over_symbols = (case.build(mirrors, case.name, **arguments, **others) for arguments in (sizes, general))
    compare(mirror, over_symbols, values, tensors(model), count(model))
    buffers = {name: tuple(buffer.shape) for name, buffer in model.named_buffers()}
    assert mirror.tensors_at(kind="buffer").items() <= buffers.items()  # those that a mirror names


GPT3 = {"vocab_size": 50257, "n_positions": 2048, "n_embd": 12288, "n_layer": 96, "n_head": 96}


def llama(hidden_size, intermediate_size, num_hidden_layers, num_attention_heads):
    return {
        "hidden_size": hidden_size,
        "intermediate_size": intermediate_size,
        "num_hidden_layers": num_hidden_layers,
        "num_attention_heads": num_attention_heads,
    }


QWEN3 = llama(1024, 3072, 28, 16) | {"num_key_value_heads": 8, "tie_word_embeddings": True}  # Qwen3-0.6B


MIXTRAL_8X22B = llama(6144, 16384, 56, 48) | {"num_key_value_heads": 8}


PUBLISHED = [
    ("GPT2LMHeadModel", {}, 124_439_808),
    ("GPT2LMHeadModel", {"tie_word_embeddings": False}, 163_037_184),
    ("GPT2LMHeadModel", GPT3, 174_604_259_328),
    ("GPTJForCausalLM", {}, 6_050_882_784),
    ("GPTNeoXForCausalLM", {}, 20_554_567_680),
    ("LlamaForCausalLM", {}, 6_738_415_616),
    ("LlamaForCausalLM", llama(5120, 13824, 40, 40), 13_015_864_320),
    ("LlamaForCausalLM", llama(6656, 17920, 60, 52), 32_528_943_616),
    ("LlamaForCausalLM", llama(8192, 22016, 80, 64), 65_285_660_672),
    ("MistralForCausalLM", {}, 7_241_732_096),
    ("Gemma2ForCausalLM", {}, 2_614_341_888),
    ("Olmo2ForCausalLM", {}, 6_888_624_128),
    ("Qwen3ForCausalLM", QWEN3, 596_049_920),
    ("ViTModel", {}, 86_389_248),
    ("ViTModel", {"qkv_bias": False}, 86_389_248 - 12 * 3 * 768),
    ("MixtralForCausalLM", {}, 46_702_792_704),
    ("MixtralForCausalLM", MIXTRAL_8X22B, 140_620_634_112),
    ("Qwen2MoeForCausalLM", {}, 14_315_784_192),
    ("DeepseekV3ForCausalLM", {}, 671_026_404_352),
    ("MambaForCausalLM", {"num_hidden_layers": 24}, 129_135_360),  # mamba-130m
    ("Mamba2ForCausalLM", {}, 7_285_403_648),  # Mamba-Codestral-7B
    ("RwkvForCausalLM", {"hidden_size": 768, "num_hidden_layers": 12}, 169_342_464),
    ("ResNetForImageClassification", {"num_labels": 1000}, 25_557_032),
    ("BertModel", {}, 109_482_240),
    ("BertForMaskedLM", {}, 109_514_298),
    ("T5ForConditionalGeneration", {}, 60_506_624),
    ("BartForConditionalGeneration", {}, 406_291_456),
]


@pytest.mark.parametrize(("name", "sizes", "published"), PUBLISHED)
def test_published_size(name, sizes, published):
    model = live(name, **sizes)
    mirror = getattr(mirrors, name)(**sizes)
    assert count(model) == closed_form(mirror.layer).expr == published
    assert mirror.tensors_at(kind="trainable") == tensors(model)["trainable"]


ACTIVE = [
    ("Qwen3MoeForCausalLM", {"num_hidden_layers": 48, "head_dim": 128}, 0, "3.35B"),
    ("MixtralForCausalLM", {}, 0, "12.9B"),
    ("MixtralForCausalLM", MIXTRAL_8X22B, 0, "39B"),
    ("Qwen2MoeForCausalLM", {}, 0, "2.7B"),
    ("DeepseekV3ForCausalLM", {}, 129280 * 7168, "37B"),  # its authors leave out the embedding
]


@pytest.mark.live
@pytest.mark.parametrize(("name", "sizes", "left_out", "published"), ACTIVE)
def test_active_parameters_are_those_of_as_many_experts_as_the_router_picks(name, sizes, left_out, published):
    model, form = live(name, **sizes), closed_form(getattr(mirrors, name)(**sizes).layer, of="active")
    experts = sum(weight.numel() for name, weight in model.named_parameters() if ".experts." in name)
    total = next(weight.shape[0] for name, weight in model.named_parameters() if ".experts." in name)
    assert form.at() == count(model) - experts + experts * model.config.num_experts_per_tok // total
    assert check(published, form.expr - left_out).right


def test_every_mirror_is_compared():
    assert {case.name for case in CASES} == set(mirrors.__all__)


@pytest.mark.parametrize("name", mirrors.__all__)
def test_sizes_and_defaults_are_the_configurations(name):
    config = getattr(transformers, name).config_class()
    ours = {parameter.name: parameter.default for parameter in inspect.signature(getattr(mirrors, name)).parameters.values()}
    derived = {option for option, default in ours.items() if default is None}  # what a configuration works out from the others
    real = {option: getattr(config, option) for option in ours.keys() - derived}
    assert {option: tuple(value) if isinstance(value, list) else value for option, value in real.items()} == {
        option: value for option, value in ours.items() if option not in derived
    }
    # Qwen3-MoE's configuration has a width of the heads only where one is given
    assert all(hasattr(config, option) or option == "head_dim" for option in derived)


def test_keys_queries_and_values_of_gpt2_are_one_tensor():
    assert mirrors.GPT2LMHeadModel().tensors_at()["transformer.h.11.attn.c_attn.weight"] == (768, 2304)
