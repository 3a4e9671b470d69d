"""A call with the options of a framework, written with ours: LSTM(I, H, num_layers=2) is Stacked(LSTM(I, H), 2) here."""

from __future__ import annotations

import ast
from collections.abc import Collection

from symparams.notation import fields_named

__all__ = ["in_our_words"]

_RECURRENT = frozenset({"GRU", "LSTM", "RNN", "Recurrent"})
_WEIGHTLESS = """
    activation attn_dropout batch_first cell_activation device dilation dropout dropout_rate dtype eps epsilon inplace is_causal
    layer_norm_eps max_norm momentum nonlinearity norm_first padding padding_idx padding_mode recurrent_activation
    recurrent_dropout return_sequences return_state scale_grad_by_freq sparse stride strides
"""  # options that change no count


def in_our_words(call: ast.Call, parameters: Collection[str]) -> str | None:
    """The call with each unknown option renamed, left out, or turned into the layer around it; None where one has no likeness.

    where: parameters: what the layer that is called takes.

    >>> def words(text, *parameters):
    ...     return in_our_words(ast.parse(text, mode="eval").body, parameters)
    >>> words("LSTM(input_size=I, hidden_size=H, num_layers=2, bidirectional=True, dropout=0.1)", "n_in", "n_hid", "biases")
    'Stacked(Bidirectional(LSTM(n_in=I, n_hid=H)), 2)'
    >>> words("Linear(in_features=8, colour=3)", "n_in", "n_out") is None
    True
    """
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    taken = {option.arg for option in call.keywords} | set(list(parameters)[: len(call.args)])
    keywords: list[ast.keyword] = []
    both_ways, count = False, None
    for option in call.keywords:
        fields = fields_named(option.arg or "")
        renamed = [field for field in fields if field in parameters and field not in taken]
        if option.arg in parameters:
            keywords.append(option)
        elif option.arg == "bidirectional" and name in _RECURRENT and isinstance(option.value, ast.Constant):
            both_ways = bool(option.value.value)
        elif fields[:1] == ("n_layer",) and "n_layer" not in parameters:
            count = option.value
        elif renamed:
            keywords.append(ast.keyword(renamed[0], option.value))
            taken.add(renamed[0])
        elif option.arg not in _WEIGHTLESS.split():
            return None
    text = ast.unparse(ast.Call(call.func, call.args, keywords))
    if both_ways:
        text = f"Bidirectional({text})"
    if count is not None:
        text = f"{'Stacked' if name in _RECURRENT else 'Repeat'}({text}, {ast.unparse(count)})"
    return text
