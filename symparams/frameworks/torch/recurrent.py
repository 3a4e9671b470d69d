"""torch.nn.RNN, GRU and LSTM, and their cells: two bias vectors a gate, all gates in one tensor."""

from __future__ import annotations

from collections.abc import Callable

from symparams import layers
from symparams.errors import SizeError
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.frameworks.signatures import named, sizeless
from symparams.notation import Size, as_size

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]

_GATES = {"weight": "g h i -> (g h) i", "bias": "g h -> (g h)"}  # all gates in one tensor, one below the other


def _recurrent(name: str, n_gate: int) -> Callable[..., Mirror]:
    """torch.nn.RNN, GRU and LSTM: two bias vectors a gate."""

    @sizeless("nonlinearity device dtype" if name == "RNN" else "device dtype")
    def module(
        input_size: Size,
        hidden_size: Size,
        num_layers: Size = 1,
        *,  # torch.nn.RNN has its nonlinearity in the fourth place, where the others have bias
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: Size = 0,
    ) -> Mirror:
        if proj_size != 0 and name != "LSTM":
            raise SizeError(f"{name}: proj_size={proj_size}", "no projection: PyTorch has it for the LSTM only", "drop it")
        projection = None if proj_size == 0 else as_size(proj_size, "proj_size")
        if projection is not None and (projection - as_size(hidden_size, "hidden_size")).is_nonnegative:
            given = f"{name}: proj_size={proj_size} and hidden_size={hidden_size}"
            raise SizeError(given, "a projection narrower than the state", "give a smaller proj_size, or 0 for none")
        cell = layers.Recurrent(input_size, hidden_size, n_gate, 2 if bias else 0, projection)
        stacked = layers.Stacked(layers.Bidirectional(cell) if bidirectional else cell, num_layers)
        stages = {"l0": ""} if num_layers == 1 else {"l0": "first.", "l{1}": "rest."}
        end, inside = ("{|_reverse}", "directions.") if bidirectional else ("", "")
        rows = [
            Tensor(f"{weight}_{stage}{end}", f"{place}{inside}gates.{weight}", _GATES[weight.split("_")[0]])
            for stage, place in stages.items()
            for weight in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        projections = [Tensor(f"weight_hr_{stage}{end}", f"{place}{inside}projection") for stage, place in stages.items()]
        return mirrored(stacked, *rows, *projections)

    return named(module, "torch.nn", name)


def _cell(name: str, n_gate: int) -> Callable[..., Mirror]:
    """torch.nn.RNNCell, GRUCell and LSTMCell: one step of the recurrent layer."""

    @sizeless("nonlinearity device dtype" if name == "RNNCell" else "device dtype")
    def module(input_size: Size, hidden_size: Size, bias: bool = True) -> Mirror:
        cell = layers.Recurrent(input_size, hidden_size, n_gate, 2 if bias else 0)
        weights = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return mirrored(cell, *(Tensor(weight, f"gates.{weight}", _GATES[weight.split("_")[0]]) for weight in weights))

    return named(module, "torch.nn", name)


RNN, GRU, LSTM = (_recurrent(name, n_gate) for name, n_gate in (("RNN", 1), ("GRU", 3), ("LSTM", 4)))
RNNCell, GRUCell, LSTMCell = (_cell(name, n_gate) for name, n_gate in (("RNNCell", 1), ("GRUCell", 3), ("LSTMCell", 4)))
