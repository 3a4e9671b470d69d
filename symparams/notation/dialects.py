"""What the sizes are called: the meaning of each standard name, and the names that papers and frameworks use for it."""

from __future__ import annotations

__all__ = ["DIALECTS", "MEANINGS", "fields_named"]

_TABLE = {
    # field: (meaning, names in papers, PyTorch, Keras, transformers, Megatron, blogs)
    "c_in": ("input channels", "C_in c_in C_i i in_channels input_channels Cin c n_in"),
    "c_out": ("output channels", "C_out c_out C_o o out_channels output_channels Cout filters n_out"),
    "count": ("copies", "N L l n n_layer n_layers num_layers"),
    "d_ff": (
        "feed-forward width",
        "d_ff f F I ff_dim d_ffn d_FFN d_hidden ffn_dim dim_feedforward intermediate_size n_inner ffn_hidden_size hidden_dim m",
    ),
    "d_head": ("head width", "d_head d_h d_k head_dim key_dim D_h"),
    "d_key_in": ("width that keys are made from", "kdim d_key"),
    "d_model": (
        "model width",
        "d d_model d_m D H h E e C embed_dim n_embd hidden_size embedding_dim embedding_size d_embed model_dim dim d_emb",
    ),
    "d_out": ("output width", "d_out"),
    "d_value": ("value head width", "d_v value_dim"),
    "d_value_in": ("width that values are made from", "vdim"),
    "groups": ("groups", "G g groups"),
    "kernel": ("kernel size", "k K f F kernel_size k_h k_w"),
    "n_channel": ("channels", "C c num_features channels"),
    "n_gate": ("gates", "g G n_gate n_gates"),
    "n_head": ("heads", "h a A n_h n_head n_heads num_heads heads num_attention_heads H"),
    "n_hid": ("hidden units", "H h n n_hid hidden_size units num_units n_h output hidden_dim size_of_output d_h"),
    "n_in": (
        "input features",
        "I i m e n n_in input_size input_dim in_features embed_dim embedding_size d x size_of_input d_in n_x",
    ),
    "n_kv_head": ("key/value heads", "kv n_kv n_kv_head n_kv_heads num_kv_heads num_key_value_heads g h_kv"),
    "n_layer": ("layers", "N L l n n_layer n_layers num_layers num_hidden_layers depth n_blocks layers"),
    "n_out": ("output features", "O o k n_out out_features output_size output_dim units classes num_classes"),
    "n_proj": ("projected state", "P p proj_size d_proj"),
    "n_vocab": ("vocabulary size", "V v vocab vocab_size n_vocab Vocab vocabulary_size"),
    "positions": (
        "learned positions",
        "n_ctx s S T block block_size n_positions max_position_embeddings seq_len context_length n_pos",
    ),
    "shape": ("normalized width", "d D h H C dim normalized_shape"),
}

MEANINGS = {field: meaning for field, (meaning, _) in _TABLE.items()}
DIALECTS = {field: tuple(names.split()) for field, (_, names) in _TABLE.items()}


def fields_named(name: str) -> tuple[str, ...]:
    return tuple(field for field, names in DIALECTS.items() if name in names)
