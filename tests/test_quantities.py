"""Quantities against those who count them live: transformers without embeddings, Keras with and without training."""

import pickle
from math import prod

import keras
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Add

import symparams as sp
from symparams.counting import QUANTITIES, quantity
from symparams.frameworks import keras as keras_mirrors
from symparams.frameworks import transformers as mirrors
from symparams.notation import same
from tests.strategies import SYMBOLS, Recipe, recipes

N, d, V, n_ctx, c = sp.symbols("N d V n_ctx c")
size = st.integers(1, 9)

LANGUAGE_MODELS = [
    ("GPT2LMHeadModel", {"n_embd": 8, "n_head": 2, "n_layer": 3, "vocab_size": 11, "n_positions": 7}),
    ("GPT2LMHeadModel", {"n_embd": 8, "n_head": 2, "n_layer": 3, "vocab_size": 11, "tie_word_embeddings": False}),
    ("LlamaForCausalLM", {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 5, "num_hidden_layers": 2}),
    ("LlamaForCausalLM", {"hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 2, "tie_word_embeddings": True}),
    ("BertModel", {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 5, "vocab_size": 11, "type_vocab_size": 3}),
    ("BertForMaskedLM", {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 5, "vocab_size": 11}),
    ("T5ForConditionalGeneration", {"d_model": 6, "d_kv": 3, "d_ff": 5, "num_heads": 2, "num_layers": 2, "vocab_size": 13}),
]


@pytest.mark.live
@pytest.mark.parametrize(("name", "sizes"), LANGUAGE_MODELS)
def test_without_embeddings_as_transformers_counts(name: str, sizes):
    cls = getattr(transformers, name)
    with torch.device("meta"):
        model = cls(cls.config_class(**sizes))
    model.tie_weights()
    layer = getattr(mirrors, name)(**sizes).layer
    assert sp.closed_form(layer, of="non_embedding").expr == model.num_parameters(exclude_embeddings=True)
    assert sp.closed_form(layer).expr == model.num_parameters()


@pytest.mark.live
@settings(max_examples=5)
@given(size, size)
def test_trainable_and_frozen_as_keras_counts(width: int, channels: int):
    live = keras.Sequential([keras.Input((width,)), keras.layers.Dense(channels), keras.layers.BatchNormalization()])
    norm = keras_mirrors.BatchNormalization().build((None, c)).layer
    model = sp.Sequential(sp.Linear(d, c), norm)
    for of, weights in (
        ("trainable", live.trainable_weights),
        ("frozen", live.non_trainable_weights),
        ("parameters", live.weights),
    ):
        counted = sum(prod(weight.shape) for weight in weights)
        assert sp.closed_form(model, of=of).expr.subs({d: width, c: channels}) == counted


@given(recipes)
def test_trainable_and_frozen_are_all_parameters(recipe: Recipe):
    layer = recipe(SYMBOLS)
    assert same(sp.closed_form(layer, of="trainable").expr + sp.closed_form(layer, of="frozen").expr, layer.params)
    assert sp.closed_form(layer, of="parameters") == sp.closed_form(layer)


@given(recipes, st.sampled_from(sorted(QUANTITIES)))
def test_every_breakdown_of_a_quantity_sums_to_its_closed_form(recipe: Recipe, of: str):
    layer = recipe(SYMBOLS)
    whole = sp.closed_form(layer, of=of).expr
    for by in ("part", "role", "training"):
        told_apart = sp.breakdown(layer, by, of=of)
        assert same(Add(*(row.expr for row in told_apart.rows)), whole)
        for row in told_apart.rows if whole != 0 else ():  # so the shares add up to 1
            above, below = row.share.as_numer_denom()
            assert same(above * whole, below * row.expr)


def test_the_number_that_a_reader_published_without_embedding_and_positions():
    model = sp.Transformer(12, 768, 50257, positions=1024, final_norm=True)
    assert sp.closed_form(model, of="non_embedding").expr == 85_056_000
    assert QUANTITIES["non_embedding"].description(model) == "parameters without the embedding and the positions"


def test_a_tied_head_counts_nothing_and_an_untied_one_stays():
    tied, untied = (sp.closed_form(sp.Transformer(N, d, V, head=head), of="non_embedding") for head in ("tied", "untied"))
    assert same(untied.expr - tied.expr, V * d)
    assert same(tied.expr, N * (12 * d**2 + 13 * d))


def test_a_table_is_left_out_whichever_of_the_tied_is_counted():
    body = sp.Sequential(embedding=sp.Embedding(V, d), head=sp.Linear(d, V, bias=False))
    for ties in ({"head.weight": "embedding.weight"}, {"embedding.weight": "head.weight"}):
        assert sp.closed_form(sp.Shared(body, ties), of="non_embedding").expr == 0


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (sp.Linear(d, d), "parameters"),
        (sp.Embedding(V, d), "parameters without the embedding"),
        (sp.Transformer(N, d, V), "parameters without the embedding"),
        (sp.Transformer(N, d, V, positions=n_ctx, head="untied"), "parameters without the embedding and the positions"),
        (sp.EncoderDecoderTransformer(N, d, V, embeddings="separate"), "parameters without the embedding"),
        (mirrors.BertModel().layer, "parameters without the embedding, the positions and the segments"),
    ],
)
def test_what_is_left_out_in_words(layer: sp.Layer, words: str):
    assert QUANTITIES["non_embedding"].description(layer) == words


def test_a_breakdown_says_what_it_counts():
    table = sp.breakdown(sp.BatchNorm(c, statistics="frozen"), "role", of="frozen")
    assert "Frozen parameters" in repr(table) and "Frozen parameters" in repr(table.at({c: 3}))
    assert pickle.loads(pickle.dumps(table)) == table
    assert next(row.label for row in sp.breakdown(sp.Transformer(N, d, V), of="non_embedding").rows) == ("layers.attention",)


@pytest.mark.parametrize("of", ["trainabel", "", None, 3, "non-embedding"])
def test_an_unknown_quantity_is_refused_with_those_that_are_known(of):
    with pytest.raises(sp.SymparamsError, match="parameters, trainable, frozen, active, non_embedding, flops"):
        sp.closed_form(sp.Linear(d, d), of=of)
    with pytest.raises(sp.SymparamsError, match="parameters, trainable"):
        quantity(of)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("flops", sp.operations(*sp.symbols("b s"))),
        ("training_flops", sp.operations(*sp.symbols("b s"), training=True)),
        ("flops(1, 2048, causal=True)", sp.operations(1, 2048, causal=True)),
        ("kv_cache(b, 8*s, bytes=2)", sp.caches(sp.symbols("b"), 8 * sp.symbols("s"), bytes=2)),
        ('flops(b, s, table={"softmax": 5})', sp.operations(*sp.symbols("b s"), table={"softmax": 5})),
    ],
)
def test_a_cost_is_a_text_too(text, same):
    assert sp.closed_form(sp.Transformer(N, d, V), of=text) == sp.closed_form(sp.Transformer(N, d, V), of=same)


@pytest.mark.parametrize(
    "text", ["flops(b", "flops(q=3)", "flops(b, s, extent=(3, 4))", "flops(open())", "kv_cache(b, s, past=3)", "flops()(b)"]
)
def test_a_cost_that_cannot_be_read_is_refused(text):
    with pytest.raises(sp.SymparamsError, match="wanted"):
        quantity(text)
