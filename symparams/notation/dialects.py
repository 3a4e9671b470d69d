"""What the sizes are called: the meaning of each standard name, as a legend prints it."""

from __future__ import annotations

__all__ = ["MEANINGS"]

MEANINGS = {
    "c_in": "input channels",
    "c_out": "output channels",
    "count": "copies",
    "d_ff": "feed-forward width",
    "d_head": "head width",
    "d_key_in": "width that keys are made from",
    "d_model": "model width",
    "d_out": "output width",
    "d_value": "value head width",
    "d_value_in": "width that values are made from",
    "groups": "groups",
    "kernel": "kernel size",
    "n_channel": "channels",
    "n_gate": "gates",
    "n_head": "heads",
    "n_hid": "hidden units",
    "n_in": "input features",
    "n_kv_head": "key/value heads",
    "n_layer": "layers",
    "n_out": "output features",
    "n_proj": "projected state",
    "n_vocab": "vocabulary size",
    "positions": "learned positions",
    "shape": "normalized width",
}
