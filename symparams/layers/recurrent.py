"""Recurrent layers: a number of gates, each a dense layer of the input and of the state.

h_t = tanh(W_xh x_t + W_hh h_{t−1} + b) has one gate, the GRU three, the LSTM four. The weights are reused at each step of
the sequence, so its length is no symbol of any result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sympy import Integer

from symparams.errors import SizeError, shown
from symparams.notation import Size, as_size
from symparams.tree import Data, Layer, Repeat, Sequential, Weight, Work

__all__ = ["GRU", "LSTM", "RNN", "Bidirectional", "Gate", "Recurrent", "Stacked"]

Biases = Literal[0, 1, 2, "candidate"]


@dataclass(frozen=True, repr=False)
class Gate(Layer):
    """One gate of a recurrent layer:  HI + HS + b·H.

    where: n_in (I): features of the input; n_hid (H): width of the gate; n_state (S): width of the state that is fed back;
    biases (b): bias vectors. weight_ih is (H, I), weight_hh is (H, S).

    >>> from symparams import closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(Gate(I, H, H))
    H*I + H**2 + H
    """

    n_in: Size
    n_hid: Size
    n_state: Size
    biases: Literal[0, 1, 2] = 1

    def widths(self) -> tuple[Size, None]:
        return self.n_in, None

    def work(self, data: Data) -> Iterator[Work]:
        """Both products at each step; the state before the first step is zero and has no gradient."""
        steps = data.positions
        for item in super().work(data):
            if item.name == "weight_hh":
                item = replace(item, backward=steps + data.batch * (data.length - 1))
            yield item
        yield Work("activation", steps, (as_size(self.n_hid, "n_hid"),), "activation", steps)

    def own(self) -> Iterator[Weight]:
        yield Weight("weight_ih", (self.n_hid, self.n_in))
        yield Weight("weight_hh", (self.n_hid, self.n_state))
        if self.biases:
            yield Weight("bias_ih", (self.n_hid,), "bias")
        if self.biases == 2:
            yield Weight("bias_hh", (self.n_hid,), "bias")


@dataclass(frozen=True, repr=False)
class Recurrent(Layer):
    """A recurrent layer of g gates:  g(HI + H² + H).

    where: n_in (I): features of the input; n_hid (H): width of the state; n_gate (g): 1 for the simple RNN, 3 for the GRU,
    4 for the LSTM, or a symbol; biases: bias vectors a gate (below); n_proj (P): the width to which the state is projected before
    it is fed back, PyTorch's proj_size:  g(HI + HP + H) + PH.

    | biases | who |
    |---|---|
    | 0 | without biases |
    | 1 | papers; keras.layers.SimpleRNN and LSTM; keras.layers.GRU with reset_after=False |
    | 2 | torch.nn.RNN, GRU and LSTM (as cuDNN); keras.layers.GRU as it comes (reset_after=True) |
    | "candidate" | one, and one more for the GRU's candidate: mlx.nn.GRU (b of 3H, bhn of H), flax.linen.GRUCell (ir, iz, in, hn) |

    >>> from symparams import closed_form, symbols
    >>> I, H, g, P = symbols("I H g P")
    >>> closed_form(Recurrent(I, H, g))
    g*(H*I + H**2 + H)
    >>> closed_form(Recurrent(I, H, 4, biases=2, n_proj=P))
    4*(H*I + H*P + 2*H) + H*P
    >>> closed_form(Recurrent(I, H, 3, biases="candidate"))
    3*(H*I + H**2 + H) + H

    Raises `SizeError` for the bias of a candidate in a layer that is no GRU.
    """

    n_in: Size
    n_hid: Size
    n_gate: Size
    biases: Biases = 1
    n_proj: Size | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.biases == "candidate" and self.n_gate != 3:
            raise SizeError(f"{self!r}", "a GRU, which has a candidate: n_gate=3", "choose 0, 1 or 2 biases a gate")

    @property
    def kind(self) -> str:
        names = {Integer(1): "RNN", Integer(3): "GRU", Integer(4): "LSTM"}
        return names.get(self.n_gate, "Recurrent")

    @property
    def n_out(self) -> Size:
        """The width of what the layer hands on."""
        return self.n_hid if self.n_proj is None else self.n_proj

    def widths(self) -> tuple[Size, Size]:
        return self.n_in, self.n_out

    def work(self, data: Data) -> Iterable[Work]:
        return super().work(replace(data, learned=True))

    def kept(self, data: Data) -> Iterator[Work]:
        """The state, and the LSTM's cell."""
        yield Work("state", data.batch, (as_size(self.n_out, "n_out"),), "kept")
        if self.kind == "LSTM":
            yield Work("cell", data.batch, (as_size(self.n_hid, "n_hid"),), "kept")

    def parts(self) -> Mapping[str, Layer]:
        biases = 1 if self.biases == "candidate" else self.biases
        return {"gates": Repeat(Gate(self.n_in, self.n_hid, self.n_out, biases), self.n_gate)}

    def own(self) -> Iterator[Weight]:
        if self.biases == "candidate":
            yield Weight("candidate_bias_hh", (self.n_hid,), "bias")
        if self.n_proj is not None:
            yield Weight("projection", (self.n_proj, self.n_hid))


def RNN(n_in: Size, n_hid: Size, biases: Biases = 1) -> Recurrent:
    """The simple (Elman) RNN:  HI + H² + H.

    >>> from symparams import closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(RNN(I, H))
    H*I + H**2 + H
    """
    return Recurrent(n_in, n_hid, 1, biases)


def GRU(n_in: Size, n_hid: Size, biases: Biases = 1) -> Recurrent:
    """The gated recurrent unit:  3(HI + H² + H); with `biases=2` 3(HI + H² + 2H), as PyTorch and today's Keras have it; with
    `biases="candidate"` 3(HI + H² + H) + H, as MLX and Flax do.

    >>> from symparams import closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(GRU(I, H)), closed_form(GRU(I, H, biases=2))
    (3*(H*I + H**2 + H), 3*(H*I + H**2 + 2*H))
    >>> closed_form(GRU(I, H, biases="candidate"))
    3*(H*I + H**2 + H) + H
    """
    return Recurrent(n_in, n_hid, 3, biases)


def LSTM(n_in: Size, n_hid: Size, biases: Biases = 1, n_proj: Size | None = None) -> Recurrent:
    """The long short-term memory:  4(HI + H² + H); PyTorch keeps two bias vectors, `biases=2`.

    >>> from symparams import closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(LSTM(I, H))
    4*(H*I + H**2 + H)
    """
    return Recurrent(n_in, n_hid, 4, biases, n_proj)


@dataclass(frozen=True, repr=False)
class Bidirectional(Layer):
    """A recurrent layer and its twin that reads backwards:  2g(HI + H² + H).

    Source: keras.layers.Bidirectional; bidirectional=True in PyTorch.

    >>> from symparams import closed_form, symbols
    >>> i, h, g = symbols("i h g")
    >>> closed_form(Bidirectional(Recurrent(i, h, g)))
    2*g*(h*i + h**2 + h)
    """

    layer: Recurrent

    @property
    def n_out(self) -> Size:
        """The width of what both directions hand on together."""
        return 2 * self.layer.n_out

    def widths(self) -> tuple[Size, Size]:
        return self.layer.n_in, self.n_out

    def parts(self) -> Mapping[str, Layer]:
        return {"directions": Repeat(self.layer, 2, active=2)}  # beside each other, not one after the other


def Stacked(first: Recurrent | Bidirectional, n_layer: Size) -> Layer:
    """`n_layer` recurrent layers, each further one fed by the one below:  H(I + H + 1) + (L − 1)H(2H + 1) for the simple RNN.

    where: first: the first layer, which alone sees the input; n_layer (L): layers, the first included.

    >>> from symparams import closed_form, symbols
    >>> I, H, L = symbols("I H L")
    >>> closed_form(Stacked(RNN(I, H), L))
    (L - 1)*(2*H**2 + H) + H*I + H**2 + H
    >>> closed_form(Stacked(Bidirectional(LSTM(I, H)), L))
    8*(H*I + H**2 + H) + 8*(L - 1)*(3*H**2 + H)

    Raises `SizeError` for a layer that is not recurrent.
    """
    cell = first.layer if isinstance(first, Bidirectional) else first
    if not isinstance(cell, Recurrent):
        raise SizeError(
            f"Stacked: first={shown(first)}", "a recurrent layer: RNN, GRU, LSTM, or Bidirectional", "use Repeat for others"
        )
    further = Recurrent(first.n_out, cell.n_hid, cell.n_gate, cell.biases, cell.n_proj)
    n_layer = as_size(n_layer, "Stacked: n_layer")
    if n_layer == 1:
        return first
    return Sequential(
        first=first, rest=Repeat(Bidirectional(further) if isinstance(first, Bidirectional) else further, n_layer - 1)
    )
