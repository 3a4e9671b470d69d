"""Names of sizes: strangers' spellings and what they mean, and the two files that hold them."""

import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symparams import layers, models
from symparams.notation import DERIVED, DIALECTS, MEANINGS, canonical, dialects, fields_named, symbol
from symparams.notation.dialects.spelling import candidates
from symparams.tree import Layer

WRITTEN = tomllib.loads(Path(dialects.__file__).with_name("written.toml").read_text(encoding="utf-8"))["source"]
HARVESTED = tomllib.loads(Path(dialects.__file__).with_name("harvested.toml").read_text(encoding="utf-8"))

ONE_NAME = [  # a line for each size that people spell in all these ways
    "d_model dModel dmodel d-model D_MODEL DModel self.d_model cfg.d_model config.dModel",
    "n_layers n_layer nLayers N_layers num_layers numLayers number_of_layers num_of_layers layer_num layers_count nlayers",
    "n_heads nHeads num_heads nhead n_head number_of_heads head_num numHeads NUM_HEADS",
    "embedding_dim embed_dim embd_dim emb_dim embeddingDim EmbeddingDim embedding_dimension EMBEDDING_DIM embed-dim",
    "n_embd n_embed n_emb nEmbd n_embedding N_EMBED",
    "vocab_size vocabSize vocabulary_size VOCAB_SIZE VocabSize",
    "d_attn d_attention dAttn d_Attn",
    "feed_forward_dim feedforward_dim ff_dim ffDim FF_DIM feedForwardDim",
    "num_classes n_classes numClasses num_class nClasses",
    "max_seq_len maxSeqLen max_sequence_length maximum_sequence_length",
    "kernel_size kernelSize KERNEL_SIZE",
    "c_in C_in Cin cIn C_IN",
]
TWO_NAMES = (
    "h H|n N|d D|k K|l L|d_k d_v|n_head n_hid|c_in c_out|n_h n_kv|d_ff d_model|h1 H1|units unit_size|hidden_size hidden_layers"
)

MEANT = {  # what the author of a formula means by a name, as the text around it says; wherever the layer has that field
    "d_model": "n_embd d_model hidden_size embed_dim dim d_embed E H D h dmodel modelDim emb_dim n_embed width embeddingSize",
    "d_ff": "d_ff f F I ff_dim d_mlp ffn_dim dim_feedforward intermediate_size n_inner d_ffn dff hidden_dim mlp_dim",
    "n_head": "h a A N n_heads num_attention_heads nhead heads headCount num_head",
    "n_kv_head": "n_kv_heads num_key_value_heads K G n_kv numKvHeads num_query_groups",
    "d_head": "d_k head_dim d_head d_h H Q dim_head size_per_head key_dim",
    "n_layer": "N L l n_layer num_hidden_layers depth n_blocks numLayers encoder_layers",
    "n_vocab": "V v vocab_size n_vocab d_vocab vocab src_vocab_size ntoken num_embeddings",
    "positions": "n_ctx s T block_size max_position_embeddings n_positions context_length seq_len maxlen",
    "n_in": "I i m n n_in input_size input_dim in_features fan_in inp x d_x n_x input_1",
    "n_hid": "H h n hidden_size units num_units n_a hidden_dim lstm_units output",
    "n_out": "O o k n_out out_features num_classes units fan_out n_y",
    "n_proj": "P proj_size d_proj",
    "c_in": "C_in in_channels n_c_prev C c_i cin input_channels in_chans",
    "c_out": "C_out out_channels filters K N n_c c_o cout num_filters",
    "kernel": "k K f F kernel_size k_h D_K filter_size kernel_h kh",
    "groups": "g G groups",
    "n_gate": "g n_gates",
    "d_attn": "d_attn inner_dim qkv_features all_head_size qkv_dim",
    "ff_ratio": "mlp_ratio expansion_factor ff_mult".replace("expansion_factor", "ffn_expansion_factor"),
}
PLAIN = {  # names that nobody takes for anything else
    "d_model": "d_model n_embd dModel model_dim",
    "d_ff": "d_ff ff_dim intermediate_size ffn_dim d_mlp",
    "n_head": "n_heads num_attention_heads nhead",
    "n_kv_head": "num_key_value_heads n_kv_heads",
    "n_layer": "n_layer num_hidden_layers numLayers",
    "n_vocab": "vocab_size n_vocab V",
    "positions": "n_ctx max_position_embeddings block_size",
    "n_in": "in_features input_size",
    "c_in": "in_channels C_in",
    "c_out": "out_channels filters",
    "kernel": "kernel_size",
    "d_head": "head_dim d_head",
}


@pytest.mark.parametrize("spellings", ONE_NAME)
def test_spellings_of_one_name_are_one(spellings):
    assert len({canonical(name) for name in spellings.split()}) == 1


@pytest.mark.parametrize("pair", TWO_NAMES.split("|"))
def test_names_of_different_sizes_stay_different(pair):
    one, other = pair.split()
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("name", "spelling"),  # by hand: n for a number of, words in lower case, common ones short, the plural's s gone
    [
        ("hidden_layer_num", "nhiddenlayer"),
        ("numHiddenLayers", "nhiddenlayer"),
        ("number_of_hidden_layers", "nhiddenlayer"),
        ("num", "num"),
        ("no_heads", "nhead"),
        ("heads_no", "headsno"),  # what is no last word keeps its s
        ("n", "n"),
        ("self.d_model", "dmodel"),
        ("C_1", "C1"),
        ("h", "h"),
        ("H", "H"),
        ("dim2", "dim2"),
        ("classes", "class"),
        ("vocabulary_size", "vocabsize"),
        ("maximum_sequence_length", "maxseqlen"),
        ("numlayers", "nlayer"),
        ("numb", "numb"),
    ],
)
def test_the_canonical_spelling(name, spelling):
    assert canonical(name) == spelling


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("lstm_units_2", ["lstmunits2", "lstmunit", "unit"]),
        ("encoder.my_dim", ["mydim", "dim"]),
        ("my_d", ["myd"]),
        ("d_2", ["d2", "d"]),
        ("a_b_3_4", ["ab34", "ab3", "ab"]),
        ("7", ["7"]),
    ],
)
def test_spellings_under_which_a_name_may_be_known(name, names):
    assert list(candidates(name)) == names


@given(st.text(max_size=40))
def test_any_text_has_a_canonical_spelling_and_perhaps_a_meaning(text):
    assert canonical(canonical(text)).isalnum() or canonical(text) == ""
    assert set(fields_named(text)) <= MEANINGS.keys()


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in MEANT.items() for name in names.split()])
def test_a_name_may_mean_what_its_author_meant(field, name):
    assert field in fields_named(name)


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in PLAIN.items() for name in names.split()])
def test_a_plain_name_means_that_first(field, name):
    assert fields_named(name)[0] == field


@pytest.mark.parametrize(
    "name", ["params", "total", "loss", "bytes", "banana", "accuracy", "model", "learning_rate", "", "_", "42"]
)
def test_what_is_no_size_has_no_meaning(name):
    assert fields_named(name) == ()


def layer_classes():
    todo, seen = [Layer], set()
    while todo:
        for cls in todo.pop().__subclasses__():
            if cls not in seen and cls.__module__.startswith((layers.__name__, models.__name__)):
                seen.add(cls)
            todo.append(cls)
    return seen


def test_every_size_of_every_layer_has_a_meaning_and_names():
    sizes = {item.name for cls in layer_classes() for item in fields(cls) if "Size" in str(item.type)}
    assert len(sizes) >= 20
    assert sizes <= MEANINGS.keys() == DIALECTS.keys()
    assert DERIVED.keys() <= MEANINGS.keys()
    assert all(DIALECTS[field][0] == field for field in MEANINGS)
    assert all(field in fields_named(name) for field in MEANINGS for name in DIALECTS[field])


def test_several_hundred_names_are_known():
    names = {name for names in DIALECTS.values() for name in names}
    assert len(names) > 500
    assert len({canonical(name) for name in names}) > 300


def test_each_source_has_an_address_and_names_for_our_fields():
    assert Counter(source["title"] for source in WRITTEN).most_common(1)[0][1] == 1
    for source in WRITTEN:
        assert source["url"].startswith("https://")
        given_fields = source.keys() - {"title", "url"}
        assert given_fields
        assert given_fields <= MEANINGS.keys()
        assert all(symbol(name).name == name for field in given_fields for name in source[field].split())
        assert all(len(set(source[field].split())) == len(source[field].split()) for field in given_fields)


def test_the_harvest_names_our_fields():
    assert {library.split()[0] for library in HARVESTED} == {"keras", "torch", "transformers"}
    for names in HARVESTED.values():
        assert names.keys() <= MEANINGS.keys()
        assert all(count > 0 for counts in names.values() for count in counts.values())


def test_importing_reads_no_names():
    code = "import symparams; from symparams.notation.dialects import fields; print(fields.voices.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"
