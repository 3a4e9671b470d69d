"""torch.nn.MultiheadAttention, the Transformer's layers and stacks, and Transformer."""

from __future__ import annotations

from symparams import layers
from symparams.frameworks.mirror import Mirror, Tensor, both, mirrored, within
from symparams.frameworks.signatures import sizeless
from symparams.frameworks.torch.normalization import LayerNorm
from symparams.models import Stack
from symparams.notation import Size
from symparams.tree import On, Sequential

__all__ = [
    "MultiheadAttention",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


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
        Sequential(encoder=On(encoder.layer, "memory"), decoder=decoder.layer),
        *within("encoder.", "encoder.", encoder.tensors),
        *within("decoder.", "decoder.", decoder.tensors),
    )
