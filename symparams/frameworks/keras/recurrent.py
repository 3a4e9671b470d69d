"""keras.layers.SimpleRNN, GRU and LSTM, their cells, stacks of cells, and what runs layers over a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from symparams import layers
from symparams.errors import StructureError, shown
from symparams.frameworks.keras.building import REGULARIZED, Build, InputShape, Unbuilt, keras_layer, part, width
from symparams.frameworks.mirror import Mirror, Tensor, mirrored, within
from symparams.layers import Recurrent
from symparams.notation import Size
from symparams.tree import Sequential

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Bidirectional",
    "GRUCell",
    "LSTMCell",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackedRNNCells",
    "TimeDistributed",
]

_CELL = f"recurrent_initializer recurrent_regularizer recurrent_constraint dropout recurrent_dropout seed {REGULARIZED}"
_LOOP = "return_sequences return_state go_backwards stateful unroll"
_SEQUENCE = f"activity_regularizer {_CELL} {_LOOP}"


def _cell(input_shape: InputShape, units: Size, n_gate: int, biases: Literal[0, 1, 2]) -> Mirror:
    """One step: the gates side by side in the kernels, and one below the other's where there are two bias vectors."""
    return mirrored(
        Recurrent(width(input_shape), units, n_gate, biases),
        Tensor("kernel", "gates.weight_ih", "g h i -> i (g h)"),
        Tensor("recurrent_kernel", "gates.weight_hh", "g h s -> s (g h)"),
        Tensor("bias", "gates.bias_ih gates.bias_hh", "g h -> 1 (g h)")
        if biases == 2
        else Tensor("bias", "gates.bias_ih", "g h -> (g h)"),
    )


@keras_layer(_CELL)
def SimpleRNNCell(units: Size, activation: object = "tanh", use_bias: bool = True) -> Build:
    """keras.layers.SimpleRNNCell."""
    return lambda input_shape: _cell(input_shape, units, 1, 1 if use_bias else 0)


@keras_layer(_CELL)
def GRUCell(
    units: Size,
    activation: object = "tanh",
    recurrent_activation: object = "sigmoid",
    use_bias: bool = True,
    *,
    reset_after: bool = True,
) -> Build:
    """keras.layers.GRUCell: two bias vectors a gate, one with reset_after=False."""
    return lambda input_shape: _cell(input_shape, units, 3, 0 if not use_bias else 2 if reset_after else 1)


@keras_layer(f"unit_forget_bias {_CELL}")
def LSTMCell(units: Size, activation: object = "tanh", recurrent_activation: object = "sigmoid", use_bias: bool = True) -> Build:
    """keras.layers.LSTMCell: one bias vector a gate."""
    return lambda input_shape: _cell(input_shape, units, 4, 1 if use_bias else 0)


def _over(cell: Unbuilt, input_shape: InputShape) -> Mirror:
    """The layer that takes a cell's step at each place of a sequence."""
    return part("RNN", cell, (input_shape[0], width(input_shape)))


@keras_layer(_SEQUENCE)
def SimpleRNN(units: Size, activation: object = "tanh", use_bias: bool = True) -> Build:
    """keras.layers.SimpleRNN."""
    return lambda input_shape: _over(SimpleRNNCell(units, use_bias=use_bias), input_shape)


@keras_layer(f"use_cudnn {_SEQUENCE}")
def GRU(
    units: Size,
    activation: object = "tanh",
    recurrent_activation: object = "sigmoid",
    use_bias: bool = True,
    *,
    reset_after: bool = True,
) -> Build:
    """keras.layers.GRU: two bias vectors a gate, one with reset_after=False.

    >>> from symparams import closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(GRU(H).build((None, None, I)).layer)
    3*(H*I + H**2 + 2*H)
    """
    return lambda input_shape: _over(GRUCell(units, use_bias=use_bias, reset_after=reset_after), input_shape)


@keras_layer(f"unit_forget_bias use_cudnn {_SEQUENCE}")
def LSTM(units: Size, activation: object = "tanh", recurrent_activation: object = "sigmoid", use_bias: bool = True) -> Build:
    """keras.layers.LSTM: one bias vector a gate.

    >>> from symparams import symbols
    >>> I, H = symbols("I H")
    >>> LSTM(H).build((None, None, I)).shapes()
    {'lstm_cell/kernel': (I, 4*H), 'lstm_cell/recurrent_kernel': (H, 4*H), 'lstm_cell/bias': (4*H,)}
    """
    return lambda input_shape: _over(LSTMCell(units, use_bias=use_bias), input_shape)


@keras_layer()
def StackedRNNCells(cells: Sequence[Unbuilt]) -> Build:
    """keras.layers.StackedRNNCells: each cell is as wide as it likes, and fed by the one below.

    >>> StackedRNNCells([LSTMCell(3, name="low"), GRUCell(5, name="high")]).build((None, 4)).layer.params
    246
    """

    def build(input_shape: InputShape) -> Mirror:
        built: dict[str, Mirror] = {}
        for cell in cells:
            built[cell.name] = cell.build(input_shape)
            input_shape = (input_shape[0], _recurrent(built[cell.name]).n_out)
        if len(built) < len(cells):
            raise StructureError(
                f"cells named {', '.join(cell.name for cell in cells)}", "a name for each", "give name=... to each"
            )
        rows = (row for name, one in built.items() for row in within(f"{name}/", f"{name}.", one.tensors))
        return mirrored(Sequential(**{name: one.layer for name, one in built.items()}), *rows)

    return build


@keras_layer(f"zero_output_for_mask {_LOOP}")
def RNN(cell: Unbuilt | Sequence[Unbuilt]) -> Build:
    """keras.layers.RNN: a cell, or a stack of cells, at each place of a sequence."""
    return lambda input_shape: _over(cell if isinstance(cell, Unbuilt) else StackedRNNCells(cell), input_shape)


@keras_layer()
def Bidirectional(
    layer: Unbuilt, merge_mode: str | None = "concat", weights: object = None, backward_layer: Unbuilt | None = None
) -> Build:
    """keras.layers.Bidirectional: a layer and its twin, or another layer, that reads backwards.

    >>> from symparams import closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(Bidirectional(LSTM(H)).build((None, None, I)).layer)
    8*(H*I + H**2 + H)
    """

    def build(input_shape: InputShape) -> Mirror:
        forward = layer.build(input_shape)
        if backward_layer is None:
            names = f"{{forward_{layer.name}|backward_{layer.name}}}/"
            return mirrored(layers.Bidirectional(_recurrent(forward)), *within(names, "directions.", forward.tensors))
        backward = backward_layer.build(input_shape)
        return mirrored(
            Sequential(forward=forward.layer, backward=backward.layer),
            *within(f"forward_{layer.name}/", "forward.", forward.tensors),
            *within(f"{backward_layer.name}/", "backward.", backward.tensors),
        )

    return build


@keras_layer()
def TimeDistributed(layer: Unbuilt) -> Build:
    """keras.layers.TimeDistributed: one layer at each place of a sequence.

    >>> from symparams.frameworks.keras import Dense
    >>> TimeDistributed(Dense(3)).build((None, 10, 5)).shapes()
    {'dense/kernel': (5, 3), 'dense/bias': (3,)}
    """

    def build(input_shape: InputShape) -> Mirror:
        if len(input_shape) < 3:
            raise StructureError(f"TimeDistributed: the input shape {tuple(input_shape)}", "(batch, time, …)", "give the time, too")
        return part("TimeDistributed", layer, (input_shape[0], *input_shape[2:]))

    return build


def _recurrent(mirror: Mirror) -> Recurrent:
    if not isinstance(mirror.layer, Recurrent):
        raise StructureError(shown(mirror.layer), "a recurrent layer", "give an LSTM, a GRU, a SimpleRNN or one of their cells")
    return mirror.layer
