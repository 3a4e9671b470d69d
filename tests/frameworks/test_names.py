"""The harvested names: the committed file is what the live libraries give, and the roles are what their authors say they are."""

import pytest
import torch
import transformers

from symparams.frameworks.names import __main__ as command
from symparams.frameworks.names.configured import model_types, names_of
from symparams.frameworks.names.harvest import FILE, differences, read, written
from symparams.frameworks.names.mirrored import constructor_names, roles_of
from symparams.frameworks.torch import LSTM, Transformer

# what the documentation of each configuration class says about its fields
DOCUMENTED = {
    "gpt2": "n_vocab=vocab_size positions=n_positions d_model=n_embd n_layer=n_layer n_head=n_head d_ff=n_inner",
    "llama": "n_vocab=vocab_size d_model=hidden_size d_ff=intermediate_size n_layer=num_hidden_layers n_head=num_attention_heads"
    " n_kv_head=num_key_value_heads d_head=head_dim",
    "t5": "n_vocab=vocab_size d_model=d_model d_head=d_kv d_ff=d_ff n_layer=num_layers n_layer=num_decoder_layers n_head=num_heads",
    "bart": "n_vocab=vocab_size positions=max_position_embeddings d_model=d_model d_ff=encoder_ffn_dim d_ff=decoder_ffn_dim"
    " n_layer=encoder_layers n_layer=decoder_layers n_head=encoder_attention_heads n_head=decoder_attention_heads",
    "vit": "c_in=num_channels kernel=patch_size d_model=hidden_size d_ff=intermediate_size n_layer=num_hidden_layers",
    "mixtral": "n_expert=num_local_experts n_kv_head=num_key_value_heads d_ff=intermediate_size",
    "wav2vec2": "groups=num_conv_pos_embedding_groups kernel=num_conv_pos_embeddings kernel=conv_kernel c_out=conv_dim",
    "xlnet": "d_model=d_model d_ff=d_inner n_layer=n_layer n_head=n_head",
}


@pytest.mark.live
@pytest.mark.parametrize("library", ["torch", "keras"])
def test_the_file_holds_what_the_constructors_give(library):
    (kept,) = (fields for name, fields in read().items() if name.startswith(library))
    assert {field: dict(names) for field, names in constructor_names(library).items()} == kept


@pytest.mark.live
@pytest.mark.parametrize("kind", sorted(DOCUMENTED))
def test_configurations_call_their_sizes_as_documented_and_the_file_knows_it(kind):
    found = names_of(kind)
    assert {tuple(pair.split("=")) for pair in DOCUMENTED[kind].split()} <= found
    (kept,) = (fields for name, fields in read().items() if name.startswith("transformers"))
    assert {(field, name) for field, name in found if name not in kept.get(field, {})} == set()


@pytest.mark.live
@pytest.mark.parametrize("kind", ["gpt2", "opt", "bloom"])
def test_one_more_token_is_one_more_row_as_wide_as_said(kind):
    found = names_of(kind)
    config_class = transformers.CONFIG_MAPPING[kind]
    (vocabulary,) = {name for field, name in found if field == "n_vocab"}
    sizes = {"num_hidden_layers": 1}

    def count(**more):
        with torch.device("meta"):
            return transformers.AutoModel.from_config(config_class(**sizes, **more)).num_parameters()

    before = getattr(config_class(), vocabulary)
    widths = {getattr(config_class(), name) for field, name in found if field == "d_model"}
    assert count(**{vocabulary: before + 1}) - count() in widths


def test_a_role_is_taken_where_the_name_stands_first():
    assert set(roles_of(LSTM)) >= {("n_in", "input_size"), ("n_hid", "hidden_size"), ("n_proj", "proj_size")}
    assert {field for field, name in roles_of(Transformer) if name == "dim_feedforward"} == {"d_ff"}
    assert {field for field, name in roles_of(Transformer) if name == "num_decoder_layers"} == {"n_layer"}


def test_model_types_are_one_for_each_configuration_class():
    assert len(model_types()) > 300
    assert len(set(model_types())) == len(model_types())


def test_the_file_is_as_the_command_writes_it():
    assert FILE.read_text(encoding="utf-8") == written(read())
    assert list(differences(read(), read())) == []


def test_check_says_what_a_newer_library_would_change(monkeypatch, capsys):
    newer = read()
    library = next(name for name in newer if name.startswith("torch"))
    newer[library] = {**newer[library], "n_hid": {"hidden_size": 5, "state_size": 1}}
    monkeypatch.setattr(command, "harvested", lambda: newer)
    assert command.main(["--check"]) == 1
    printed = capsys.readouterr().out
    assert "torch: n_hid is called state_size in 1 class, not in 0" in printed
    assert "torch: n_hid is called hidden_size in 5 classes, not in 6" in printed
    monkeypatch.setattr(command, "harvested", read)
    assert command.main(["--check"]) == 0
    assert command.main(["--chek"]) == 2
