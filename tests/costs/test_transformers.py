"""Our operations and caches are those of live transformers classes, at random sizes: prefill, decoding, training."""

import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from symparams import (
    Embedding,
    Linear,
    MultiHeadAttention,
    On,
    Repeat,
    RMSNorm,
    Sequential,
    TransformerEncoderLayer,
    flops,
    kv_cache,
)
from symparams.frameworks import transformers as mirrors
from tests.costs.counting import counted, ids, on_meta, zeros

transformers.logging.set_verbosity_error()
SOME = st.integers(1, 4)
some = settings(max_examples=12)


def sizes(data, width="hidden_size", heads="num_attention_heads", **names):
    """The sizes of a decoder: heads of an even width, as rotary embeddings want it, and the rest."""
    h, half = data.draw(SOME), data.draw(SOME)
    return {width: 2 * h * half, heads: h} | {key: data.draw(value) for key, value in names.items()}


LLAMA = {"vocab_size": st.integers(60, 90), "intermediate_size": st.integers(3, 40), "num_hidden_layers": SOME}
GPT = {"vocab_size": st.integers(60, 90), "n_layer": SOME}
NAMES = {
    "GPT2LMHeadModel": (("n_embd", "n_head"), GPT | {"n_positions": st.just(64), "n_inner": st.integers(3, 40)}),
    "GPTJForCausalLM": (("n_embd", "n_head"), GPT),
    "GPTNeoXForCausalLM": (("hidden_size", "num_attention_heads"), LLAMA),
    "LlamaForCausalLM": (("hidden_size", "num_attention_heads"), LLAMA),
    "MistralForCausalLM": (("hidden_size", "num_attention_heads"), LLAMA),
    "Qwen2ForCausalLM": (("hidden_size", "num_attention_heads"), LLAMA),
    "Qwen3ForCausalLM": (("hidden_size", "num_attention_heads"), LLAMA | {"head_dim": st.sampled_from([2, 4, 6])}),
    "Olmo2ForCausalLM": (("hidden_size", "num_attention_heads"), LLAMA),
}
BOTH = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": None, "attn_implementation": "eager"}


def built(name, given_sizes, **further):
    """The live model on the meta device, without dropout."""
    config = getattr(transformers, name).config_class(**given_sizes, **BOTH, **further)
    return on_meta(lambda: getattr(transformers, name)(config)).eval()


def grouped(name, drawn, data):
    if name in ("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "Olmo2ForCausalLM"):
        h = drawn["num_attention_heads"]
        drawn["num_key_value_heads"] = data.draw(st.sampled_from([k for k in range(1, h + 1) if h % k == 0]))
    return drawn


@pytest.mark.parametrize("name", NAMES)
@some
@given(st.data())
def test_decoders(name, data):
    (width, heads), names = NAMES[name]
    drawn = grouped(name, sizes(data, width, heads, **names), data)
    further = {"rotary_dim": 2} if name == "GPTJForCausalLM" else {}
    further |= {"sliding_window": None} if name == "MistralForCausalLM" else {}
    module, layer = built(name, drawn, **further), getattr(mirrors, name)(**drawn).layer
    b, s, n = data.draw(SOME), data.draw(st.integers(2, 12)), data.draw(st.integers(1, 3))
    assert flops(layer, b, s).at() == counted(lambda: module(ids(b, s)))
    assert flops(layer, b, s, training=True).at() == counted(lambda: module(ids(b, s)).logits, training=True)
    assert flops(layer, b, s, last=True).at() == counted(lambda: module(ids(b, s), logits_to_keep=1))
    with torch.no_grad():
        cache = module(ids(b, s), use_cache=True).past_key_values
    assert kv_cache(layer, b, s).at() == sum(one.keys.numel() + one.values.numel() for one in cache.layers)
    step = counted(lambda: module(ids(b, n), past_key_values=cache, use_cache=True))
    assert flops(layer, b, n, past=s).at() == step


GEMMA = ("hidden_size", "num_attention_heads", "head_dim", "intermediate_size", "num_hidden_layers", "vocab_size")


def alternating(window, d, h, d_h, f, n, vocabulary):
    """Gemma 2: every other layer sees a window."""
    heads, norm = {"n_kv_head": h, "d_head": d_h, "bias": False}, RMSNorm(d)

    def layer(window):
        attention = MultiHeadAttention(d, h, **heads, window=window)
        return TransformerEncoderLayer(d, f, attention=attention, gated=True, bias=False, norm=norm, norms="two")

    pair = Sequential(local=layer(window), whole=layer(None))
    return Sequential(Embedding(vocabulary, d), Repeat(pair, n // 2), norm, head=On(Linear(d, vocabulary, bias=False), "head"))


@pytest.mark.parametrize("window", [True, False], ids=["windows", "whole"])
@some
@given(st.data())
def test_gemma2_alternates_windows(window, data):
    drawn = sizes(data, **LLAMA, head_dim=st.sampled_from([2, 4, 6]))
    drawn["num_key_value_heads"] = drawn["num_attention_heads"]
    drawn["num_hidden_layers"] *= 2
    width = data.draw(st.integers(2, 9)) if window else 64
    module = built("Gemma2ForCausalLM", drawn, sliding_window=width)
    layer = alternating(width, *(drawn[name] for name in GEMMA)) if window else mirrors.Gemma2ForCausalLM(**drawn).layer
    b, s, n = data.draw(SOME), data.draw(st.integers(2, 12)), data.draw(st.integers(1, 3))
    assert flops(layer, b, s).at() == counted(lambda: module(ids(b, s)))
    with torch.no_grad():
        cache = module(ids(b, s), use_cache=True).past_key_values
    assert kv_cache(layer, b, s).at() == sum(one.keys.numel() + one.values.numel() for one in cache.layers)
    assert flops(layer, b, n, past=s).at() == counted(lambda: module(ids(b, n), past_key_values=cache, use_cache=True))


@pytest.mark.parametrize("name", ["BertModel", "BertForMaskedLM"])
@some
@given(st.data())
def test_bert(name, data):
    drawn = sizes(data, **LLAMA, max_position_embeddings=st.just(64), type_vocab_size=SOME)
    module, layer = built(name, drawn), getattr(mirrors, name)(**drawn).layer
    b, s = data.draw(SOME), data.draw(st.integers(2, 12))
    assert flops(layer, b, s).at() == counted(lambda: module(ids(b, s)))


@some
@given(st.data())
def test_t5(data):
    drawn = {"vocab_size": 70, "d_model": data.draw(st.integers(2, 12)), "d_kv": data.draw(SOME), "d_ff": data.draw(SOME)}
    drawn |= {name: data.draw(SOME) for name in ("num_heads", "num_layers", "num_decoder_layers")}
    drawn["feed_forward_proj"] = data.draw(st.sampled_from(["relu", "gated-gelu"]))
    config = transformers.T5Config(**drawn, attn_implementation="eager")
    module = on_meta(lambda: transformers.T5ForConditionalGeneration(config)).eval()
    layer = mirrors.T5ForConditionalGeneration(**drawn).layer
    b, s, t = data.draw(SOME), data.draw(st.integers(2, 12)), data.draw(st.integers(2, 12))
    live = counted(lambda: module(input_ids=ids(b, s), decoder_input_ids=ids(b, t), use_cache=False))
    assert flops(layer, b, t, memory=s).at() == live
    with torch.no_grad():
        cache = module(input_ids=ids(b, s), decoder_input_ids=ids(b, t), use_cache=True).past_key_values
    both = (cache.self_attention_cache, cache.cross_attention_cache)
    assert kv_cache(layer, b, t, memory=s).at() == sum(
        one.keys.numel() + one.values.numel() for half in both for one in half.layers
    )


@some
@given(st.data())
def test_bart(data):
    e, d = data.draw(SOME), data.draw(SOME)
    drawn = {"d_model": 2 * e * d, "encoder_attention_heads": e, "decoder_attention_heads": d, "vocab_size": 70}
    drawn |= {name: data.draw(SOME) for name in ("encoder_layers", "decoder_layers", "encoder_ffn_dim", "decoder_ffn_dim")}
    config = transformers.BartConfig(**drawn, attn_implementation="eager")
    module = on_meta(lambda: transformers.BartForConditionalGeneration(config)).eval()
    layer = mirrors.BartForConditionalGeneration(**drawn).layer
    b, s, t = data.draw(SOME), data.draw(st.integers(2, 12)), data.draw(st.integers(2, 12))
    live = counted(lambda: module(input_ids=ids(b, s), decoder_input_ids=ids(b, t), use_cache=False))
    assert flops(layer, b, t, memory=s).at() == live


@some
@given(st.data())
def test_vit(data):
    p, g = data.draw(st.integers(2, 5)), data.draw(SOME)
    drawn = sizes(data, num_hidden_layers=SOME, intermediate_size=SOME) | {"image_size": p * g, "patch_size": p}
    config = transformers.ViTConfig(**drawn, attn_implementation="eager")
    module, layer = on_meta(lambda: transformers.ViTModel(config)).eval(), mirrors.ViTModel(**drawn).layer
    b = data.draw(SOME)
    image = zeros(b, 3, p * g, p * g)
    assert flops(layer, b, extent=(p * g, p * g)).at() == counted(lambda: module(image))
    live = counted(lambda: module(image).pooler_output, training=True)
    assert flops(layer, b, extent=(p * g, p * g), training=True).at() == live
