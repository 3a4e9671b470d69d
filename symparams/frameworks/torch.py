"""Our layers behind the constructors of torch.nn: the same names, parameters and defaults, sizes that may be symbols.

Each function makes a `Mirror`, whose tensors bear the names of the module's state dict. torch is not imported.

>>> from symparams import closed_form, symbols
>>> I, H = symbols("I H")
>>> closed_form(LSTM(input_size=I, hidden_size=H).layer)
4*(H*I + H**2 + 2*H)
>>> LSTM(I, H).shapes()
{'weight_ih_l0': (4*H, I), 'weight_hh_l0': (4*H, H), 'bias_ih_l0': (4*H,), 'bias_hh_l0': (4*H,)}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from symparams import layers
from symparams.frameworks.mirror import Mirror, Tensor, both, mirrored, within
from symparams.frameworks.signatures import sizeless
from symparams.layers.convolution import Kernel
from symparams.layers.normalization import Shape
from symparams.models import Stack
from symparams.notation import Size
from symparams.tree import Sequential

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Embedding",
    "GRUCell",
    "LSTMCell",
    "LayerNorm",
    "Linear",
    "MultiheadAttention",
    "RMSNorm",
    "RNNCell",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]

_DENSE = both("*", "*")
_GATES = {"weight": "g h i -> (g h) i", "bias": "g h -> (g h)"}  # all gates in one tensor, one below the other


@sizeless("device dtype")
def Linear(in_features: Size, out_features: Size, bias: bool = True) -> Mirror:
    """torch.nn.Linear."""
    return mirrored(layers.Linear(in_features, out_features, bias), *_DENSE)


@sizeless("padding_idx max_norm norm_type scale_grad_by_freq sparse device dtype")
def Embedding(num_embeddings: Size, embedding_dim: Size) -> Mirror:
    """torch.nn.Embedding."""
    return mirrored(layers.Embedding(num_embeddings, embedding_dim), *_DENSE)


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
        cell = layers.Recurrent(input_size, hidden_size, n_gate, 2 if bias else 0, None if proj_size == 0 else proj_size)
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

    return _named(module, name)


def _cell(name: str, n_gate: int) -> Callable[..., Mirror]:
    """torch.nn.RNNCell, GRUCell and LSTMCell: one step of the recurrent layer."""

    @sizeless("nonlinearity device dtype" if name == "RNNCell" else "device dtype")
    def module(input_size: Size, hidden_size: Size, bias: bool = True) -> Mirror:
        cell = layers.Recurrent(input_size, hidden_size, n_gate, 2 if bias else 0)
        weights = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return mirrored(cell, *(Tensor(weight, f"gates.{weight}", _GATES[weight.split("_")[0]]) for weight in weights))

    return _named(module, name)


def _convolution(name: str) -> Callable[..., Mirror]:
    """torch.nn.Conv1d, Conv2d and Conv3d."""

    @sizeless("padding_mode device dtype")
    def module(
        in_channels: Size,
        out_channels: Size,
        kernel_size: Kernel,
        stride: object = 1,
        padding: object = 0,
        dilation: object = 1,
        groups: Size = 1,
        bias: bool = True,
    ) -> Mirror:
        return mirrored(getattr(layers, name)(in_channels, out_channels, kernel_size, groups, bias), *_DENSE)

    return _named(module, name)


def _transposed_convolution(name: str) -> Callable[..., Mirror]:
    """torch.nn.ConvTranspose1d, ConvTranspose2d and ConvTranspose3d."""

    @sizeless("padding_mode device dtype")
    def module(
        in_channels: Size,
        out_channels: Size,
        kernel_size: Kernel,
        stride: object = 1,
        padding: object = 0,
        output_padding: object = 0,
        groups: Size = 1,
        bias: bool = True,
        dilation: object = 1,
    ) -> Mirror:
        return mirrored(getattr(layers, name)(in_channels, out_channels, kernel_size, groups, bias), *_DENSE)

    return _named(module, name)


@sizeless("device dtype")
def LayerNorm(normalized_shape: Shape, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True) -> Mirror:
    """torch.nn.LayerNorm."""
    return mirrored(layers.LayerNorm(normalized_shape, elementwise_affine, elementwise_affine and bias), *_DENSE)


@sizeless("device dtype")
def RMSNorm(normalized_shape: Shape, eps: float | None = None, elementwise_affine: bool = True) -> Mirror:
    """torch.nn.RMSNorm."""
    return mirrored(layers.RMSNorm(normalized_shape, elementwise_affine), *_DENSE)


def _batch_norm(name: str) -> Callable[..., Mirror]:
    """torch.nn.BatchNorm1d, BatchNorm2d and BatchNorm3d: the running statistics and the counter are buffers."""

    @sizeless("device dtype")
    def module(
        num_features: Size,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ) -> Mirror:
        statistics: Literal["buffers", "none"] = "buffers" if track_running_stats else "none"
        layer = layers.BatchNorm(num_features, affine, affine and bias, statistics, counter=True)
        buffers = (Tensor(buffer, buffer) for buffer in ("running_mean", "running_var", "num_batches_tracked"))
        return mirrored(layer, *_DENSE, *buffers)

    return _named(module, name)


@sizeless("device dtype")
def MultiheadAttention(
    embed_dim: Size,
    num_heads: Size,
    dropout: float = 0.0,
    bias: bool = True,
    add_bias_kv: bool = False,
    add_zero_attn: bool = False,
    kdim: Size | None = None,
    vdim: Size | None = None,
    batch_first: bool = False,
) -> Mirror:
    """torch.nn.MultiheadAttention: one tensor for q, k and v where keys and values are as wide as queries, else three.

    >>> from symparams import symbols
    >>> d, h = symbols("d h")
    >>> MultiheadAttention(d, h, bias=False).shapes()
    {'in_proj_weight': (3*d, d), 'out_proj.weight': (d, d)}
    """
    layer = layers.MultiHeadAttention(embed_dim, num_heads, d_key_in=kdim, d_value_in=vdim, bias=bias, kv_bias=add_bias_kv)
    fused = all(width is None or width == embed_dim for width in (kdim, vdim))
    apart = tuple(Tensor(f"{part}_proj_weight", f"{part}.weight") for part in "qkv")
    return mirrored(
        layer,
        *((Tensor("in_proj_weight", "q.weight k.weight v.weight"),) if fused else apart),
        Tensor("in_proj_bias", "q.bias k.bias v.bias"),
        *both("out_proj.*", "out.*"),
        Tensor("bias_k", "bias_k"),
        Tensor("bias_v", "bias_v"),
    )


def _layer_rows(*sublayers: tuple[str, str]) -> tuple[Tensor, ...]:
    """The rows of a layer of a Transformer: its attentions (our name, the module's), the dense layers, the norms in order."""
    attention = MultiheadAttention(1, 1).tensors
    rows = [row for ours, name in sublayers for row in within(f"{name}.", f"{ours}.", attention)]
    norms = [f"{ours}_norm.*" for ours, _ in sublayers] + ["feed_forward_norm.*"]
    rows += [row for number, norm in enumerate(norms, 1) for row in both(f"norm{number}.*", norm)]
    return (*rows, *both("linear1.*", "feed_forward.up.*"), *both("linear2.*", "feed_forward.down.*"))


@sizeless("device dtype")
def TransformerEncoderLayer(
    d_model: Size,
    nhead: Size,
    dim_feedforward: Size = 2048,
    dropout: float = 0.1,
    activation: object = "relu",
    layer_norm_eps: float = 1e-5,
    batch_first: bool = False,
    norm_first: bool = False,
    bias: bool = True,
) -> Mirror:
    """torch.nn.TransformerEncoderLayer: `bias` is of the norms, too.

    >>> from symparams import closed_form, symbols
    >>> d, h, f = symbols("d h f")
    >>> closed_form(TransformerEncoderLayer(d, h, f).layer)
    4*d**2 + 2*d*f + 9*d + f
    """
    norm = layers.LayerNorm(d_model, bias=bias)
    layer = layers.TransformerEncoderLayer(d_model, dim_feedforward, nhead, bias=bias, norm=norm)
    return mirrored(layer, *_layer_rows(("attention", "self_attn")))


@sizeless("device dtype")
def TransformerDecoderLayer(
    d_model: Size,
    nhead: Size,
    dim_feedforward: Size = 2048,
    dropout: float = 0.1,
    activation: object = "relu",
    layer_norm_eps: float = 1e-5,
    batch_first: bool = False,
    norm_first: bool = False,
    bias: bool = True,
) -> Mirror:
    """torch.nn.TransformerDecoderLayer: self-attention, cross-attention and a feed-forward network."""
    norm = layers.LayerNorm(d_model, bias=bias)
    layer = layers.TransformerDecoderLayer(d_model, dim_feedforward, nhead, bias=bias, norm=norm)
    return mirrored(layer, *_layer_rows(("attention", "self_attn"), ("cross_attention", "multihead_attn")))


def _stack(one: Mirror, n_layer: Size, norm: Mirror | None) -> Mirror:
    return mirrored(
        Stack(one.layer, n_layer, None if norm is None else norm.layer),  # type: ignore[arg-type]  # Stack checks its norm
        *within("layers.{0}.", "layers.", one.tensors),
        *within("norm.", "final_norm.", () if norm is None else norm.tensors),
    )


@sizeless("enable_nested_tensor mask_check")
def TransformerEncoder(encoder_layer: Mirror, num_layers: Size, norm: Mirror | None = None) -> Mirror:
    """torch.nn.TransformerEncoder: copies of a layer, and a norm if one is given.

    >>> from symparams import closed_form, symbols
    >>> N, d, h = symbols("N d h")
    >>> closed_form(TransformerEncoder(TransformerEncoderLayer(d, h, 4 * d), N, LayerNorm(d)).layer)
    N*(12*d**2 + 13*d) + 2*d
    """
    return _stack(encoder_layer, num_layers, norm)


def TransformerDecoder(decoder_layer: Mirror, num_layers: Size, norm: Mirror | None = None) -> Mirror:
    """torch.nn.TransformerDecoder: copies of a layer, and a norm if one is given."""
    return _stack(decoder_layer, num_layers, norm)


@sizeless("device dtype")
def Transformer(
    d_model: Size = 512,
    nhead: Size = 8,
    num_encoder_layers: Size = 6,
    num_decoder_layers: Size = 6,
    dim_feedforward: Size = 2048,
    dropout: float = 0.1,
    activation: object = "relu",
    custom_encoder: Mirror | None = None,
    custom_decoder: Mirror | None = None,
    layer_norm_eps: float = 1e-5,
    batch_first: bool = False,
    norm_first: bool = False,
    bias: bool = True,
) -> Mirror:
    """torch.nn.Transformer: an encoder and a decoder with a final norm each, no embeddings and no head.

    >>> from symparams import closed_form
    >>> closed_form(Transformer().layer)
    44140544
    """
    norm, sizes = LayerNorm(d_model, bias=bias), (d_model, nhead, dim_feedforward)
    encoder = custom_encoder or TransformerEncoder(TransformerEncoderLayer(*sizes, bias=bias), num_encoder_layers, norm)
    decoder = custom_decoder or TransformerDecoder(TransformerDecoderLayer(*sizes, bias=bias), num_decoder_layers, norm)
    return mirrored(
        Sequential(encoder=encoder.layer, decoder=decoder.layer),
        *within("encoder.", "encoder.", encoder.tensors),
        *within("decoder.", "decoder.", decoder.tensors),
    )


def _named(module: Callable[..., Mirror], name: str) -> Callable[..., Mirror]:
    """The mirror under the name of the class that it stands for."""
    module.__name__ = module.__qualname__ = name
    module.__doc__ = f"torch.nn.{name}."
    return module


RNN, GRU, LSTM = (_recurrent(name, n_gate) for name, n_gate in (("RNN", 1), ("GRU", 3), ("LSTM", 4)))
RNNCell, GRUCell, LSTMCell = (_cell(name, n_gate) for name, n_gate in (("RNNCell", 1), ("GRUCell", 3), ("LSTMCell", 4)))
Conv1d, Conv2d, Conv3d = (_convolution(f"Conv{n}d") for n in (1, 2, 3))
ConvTranspose1d, ConvTranspose2d, ConvTranspose3d = (_transposed_convolution(f"ConvTranspose{n}d") for n in (1, 2, 3))
BatchNorm1d, BatchNorm2d, BatchNorm3d = (_batch_norm(f"BatchNorm{n}d") for n in (1, 2, 3))
