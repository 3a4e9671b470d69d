"""Families of models as functions of their sizes: the architectures that papers write about, each put together from layers.

Rotary positions have no weights and do not appear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import floor

from symparams.errors import SizeError, shown
from symparams.layers import (
    BasicBlock,
    BatchNorm,
    Bottleneck,
    ChannelMix,
    ClassToken,
    Conv2d,
    ConvNorm,
    DenseBlock,
    Embedding,
    FeedForward,
    GlobalPooling,
    LatentAttention,
    LayerNorm,
    Linear,
    Mamba2Mixer,
    MambaMixer,
    Mixture,
    MultiHeadAttention,
    PatchEmbedding,
    Pooling,
    Residual,
    RMSNorm,
    TimeMix,
    TransformerEncoderLayer,
    TransformerLayer,
)
from symparams.models.signatures import handing_on
from symparams.models.transformer import Head, LanguageModel, Stack, Transformer
from symparams.notation import Size, as_size
from symparams.tree import Layer, On, Repeat, Sequential, Shared

__all__ = [
    "BERT",
    "GPT2",
    "RWKV",
    "T5",
    "DeepSeek",
    "DenseNet",
    "LLaMA",
    "Mamba",
    "Mamba2",
    "Mixtral",
    "ResNet",
    "ViT",
]


def GPT2(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    positions: Size,
    n_head: Size | None = None,
    d_ff: Size | None = None,
    head: Head = "tied",
) -> Layer:
    """GPT-2, and GPT-3 by its sizes:  N(12d² + 13d) + Vd + n_ctx·d + 2d.

    where: n_layer (N), d_model (d), n_vocab (V); positions (n_ctx): learned; d_ff: 4d if not given; head: "tied", "untied", "none".
    Source: Radford et al. 2019, section 2.3; transformers' GPT2LMHeadModel.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, n_ctx = symbols("N d V n_ctx")
    >>> closed_form(GPT2(N, d, V, n_ctx))
    N*(12*d**2 + 13*d) + V*d + d*n_ctx + 2*d
    >>> GPT2(12, 768, 50257, 1024).params
    124439808
    """
    return Transformer(n_layer, d_model, n_vocab, d_ff, n_head, positions=positions, final_norm=True, head=head)


@handing_on(Transformer, final_norm=True, bias=False, gated=True)
def LLaMA(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_ff: Size,
    n_head: Size | None = None,
    n_kv_head: Size | None = None,
    d_head: Size | None = None,
    head: Head = "untied",
    **options: Any,
) -> Layer:
    """LLaMA and its like (Mistral, Qwen, Gemma, OLMo):  N(4d² + 3·d·d_ff + 2d) + 2Vd + d.

    where: n_layer (N), d_model (d), n_vocab (V), d_ff; n_head, n_kv_head, d_head: as in `MultiHeadAttention`; head: "untied",
    "tied" (the small ones) or "none"; options: of `Transformer`, such as attention=MultiHeadAttention(d, h, bias="qkv") for Qwen2.
    Source: Touvron et al. 2023, section 2.2; transformers' LlamaForCausalLM.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, d_ff, h, h_kv = symbols("N d V d_ff h h_kv")
    >>> closed_form(LLaMA(N, d, V, d_ff))
    N*(4*d**2 + 3*d*d_ff + 2*d) + 2*V*d + d
    >>> LLaMA(80, 8192, 128256, 28672, 64, 8).params  # Llama-3-70B
    70553706496
    """
    kept: dict[str, Any] = {"n_kv_head": n_kv_head, "d_head": d_head, "norm": RMSNorm(d_model), "final_norm": True, "head": head}
    return Transformer(n_layer, d_model, n_vocab, d_ff, n_head, **kept | {"bias": False, "gated": True} | options)


def BERT(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    positions: Size,
    n_head: Size | None = None,
    d_ff: Size | None = None,
    n_segment: Size = 2,
    head: str = "pooler",
) -> Layer:
    """BERT:  N(12d² + 13d) + (V + n_ctx + 2)d + 2d, and d² + d of the pooler.

    where: n_layer (N), d_model (d), n_vocab (V); positions (n_ctx): learned; d_ff: 4d if not given; n_segment: segments, 2; head:
    "pooler", "masked" (a dense layer, a norm and the tied embedding with a bias:  d² + 3d + V) or "none".
    Source: Devlin et al. 2018, section 3; transformers' BertModel and BertForMaskedLM.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, n_ctx, d_ff = symbols("N d V n_ctx d_ff")
    >>> closed_form(BERT(N, d, V, n_ctx, d_ff=d_ff))
    N*(4*d**2 + 2*d*d_ff + 9*d + d_ff) + V*d + d*n_ctx + d**2 + 5*d
    >>> BERT(12, 768, 30522, 512).params, BERT(12, 768, 30522, 512, head="masked").params
    (109482240, 109514298)

    Raises `SizeError` for another head.
    """
    parts: dict[str, Layer] = {
        "embedding": Embedding(n_vocab, d_model),
        "positions": On(Embedding(positions, d_model), "beside"),
        "segments": On(Embedding(n_segment, d_model), "beside"),
        "embedding_norm": LayerNorm(d_model),
        **Stack(TransformerEncoderLayer(d_model, d_ff, n_head), n_layer).parts(),
    }
    match head:
        case "none":
            return Sequential(**parts)
        case "pooler":
            return Sequential(**parts, pooler=On(Linear(d_model, d_model), "sample"))
        case "masked":
            top = Sequential(dense=Linear(d_model, d_model), norm=LayerNorm(d_model), decoder=Linear(d_model, n_vocab))
            return Shared(Sequential(**parts, head=On(top, "head")), {"head.decoder.weight": "embedding.weight"})
    raise SizeError(f"BERT: head={shown(head)}", "'pooler', 'masked' or 'none'", "choose one")


def T5(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_ff: Size,
    n_head: Size,
    d_head: Size,
    n_bucket: Size = 32,
    n_decoder_layer: Size | None = None,
    gated: bool = False,
    head: Head = "tied",
) -> Layer:
    """T5:  N(4a + 2·d·d_ff + 2d) + N(8a + 2·d·d_ff + 3d) + Vd + 2d + 64h  with a = d·h·d_h, gains without biases.

    where: n_layer (N): layers of the encoder, and of the decoder if n_decoder_layer is not given; d_model (d), n_vocab (V), d_ff,
    n_head (h), d_head (d_h); n_bucket: relative positions that attention tells apart, a bias for each head, in the first layer of
    each side; gated: a gate beside the way up (T5 1.1, whose head is "untied"); head: as in `LanguageModel`.
    Source: Raffel et al. 2020, section 2.1; transformers' T5ForConditionalGeneration.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, d_ff, h, d_h = symbols("N d V d_ff h d_h")
    >>> closed_form(T5(N, d, V, d_ff, h, d_h))
    N*(4*d*d_h*h + 2*d*d_ff + 2*d) + N*(8*d*d_h*h + 2*d*d_ff + 3*d) + V*d + 64*h + 2*d
    >>> T5(6, 512, 32128, 2048, 8, 64).params  # T5-small
    60506624
    """
    norm, attention = RMSNorm(d_model), MultiHeadAttention(d_model, n_head, d_head=d_head, bias=False)
    feed_forward = FeedForward(d_model, d_ff, gated, bias=False)
    begun: dict[str, Layer] = {
        "embedding": Embedding(n_vocab, d_model),
        "relative_positions": On(Embedding(n_bucket, n_head), "beside"),
    }
    sides = {}
    for side, cross, count in (("encoder", None, n_layer), ("decoder", attention, n_decoder_layer or n_layer)):
        stack = Stack(TransformerLayer(attention, feed_forward, norm, cross), count, norm)
        sides[side] = Sequential(**begun, **stack.parts())
    parts: dict[str, Layer] = {"encoder": On(sides["encoder"], "memory"), "decoder": sides["decoder"]}
    ties = {"decoder.embedding.weight": "encoder.embedding.weight"}
    if head != "none":
        parts["head"] = On(Linear(d_model, n_vocab, bias=False), "head")
    if head == "tied":
        ties["head.weight"] = "encoder.embedding.weight"
    return Shared(Sequential(**parts), ties)


def Mixtral(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_ff: Size,
    n_head: Size,
    n_expert: Size,
    active: Size,
    n_kv_head: Size | None = None,
    d_head: Size | None = None,
    head: Head = "untied",
) -> Layer:
    """Mixtral, LLaMA with a mixture in each layer:  N(4d² + 3E·d·d_ff + Ed + 2d) + 2Vd + d, of which k for E are active.

    where: n_expert (E), active (k): experts, and how many of them a position meets; the rest as in `LLaMA`.
    Source: Jiang et al. 2024, section 2; transformers' MixtralForCausalLM.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, d_ff, h, E, k = symbols("N d V d_ff h E k")
    >>> closed_form(Mixtral(N, d, V, d_ff, h, E, k), of="active")
    N*(3*d*d_ff*k + 4*d**2 + E*d + 2*d) + 2*V*d + d
    >>> Mixtral(32, 4096, 32000, 14336, 32, 8, 2, 8).params  # Mixtral-8x7B
    46702792704
    """
    attention = MultiHeadAttention(d_model, n_head, n_kv_head, d_head, bias=False)
    mixture = Mixture(d_model, FeedForward(d_model, d_ff, gated=True, bias=False), n_expert, active)
    norm = RMSNorm(d_model)
    return LanguageModel(n_vocab, d_model, Stack(TransformerLayer(attention, mixture, norm), n_layer, norm), head=head)


def DeepSeek(
    n_layer: Size,
    n_vocab: Size,
    attention: LatentAttention | MultiHeadAttention,
    d_ff: Size,
    d_expert: Size,
    n_expert: Size,
    active: Size,
    n_shared: Size = 1,
    n_first: int = 3,
    head: Head = "untied",
) -> Layer:
    """DeepSeek-V2 and V3: latent attention; a few dense layers, then mixtures with shared experts.

    where: n_layer: of both kinds; n_vocab; attention: the latent attention; d_ff: width inside the dense layers; d_expert: inside
    an expert; n_expert, active: experts, and how many of them a position meets; n_shared: experts that all positions meet; n_first:
    dense layers in front, a number, 0 for none; head: as in `LanguageModel`. The balance of the router is a buffer.
    Source: DeepSeek-V3 2024, section 2.1; transformers' DeepseekV3ForCausalLM.

    >>> from symparams import LatentAttention, closed_form
    >>> model = DeepSeek(61, 129280, LatentAttention(7168, 128, 512, 128, 64, 128, 1536), 18432, 2048, 256, 8)
    >>> model.params, closed_form(model, of="active").expr  # DeepSeek-V3
    (671026404352, 37552282624)
    """
    d = attention.d_model
    shared = FeedForward(d, as_size(n_shared, "n_shared") * d_expert, gated=True, bias=False)
    expert, norm = FeedForward(d, d_expert, gated=True, bias=False), RMSNorm(d)
    layer = TransformerLayer(attention, Mixture(d, expert, n_expert, active, shared, correction=True), norm)
    dense = TransformerLayer(attention, FeedForward(d, d_ff, gated=True, bias=False), norm)
    first, count = (dense, n_first) if n_first else (None, None)
    return LanguageModel(n_vocab, d, Stack(layer, as_size(n_layer, "n_layer") - n_first, norm, first, count), head=head)


def ViT(
    n_layer: Size,
    d_model: Size,
    image: Size,
    patch: Size,
    n_head: Size | None = None,
    d_ff: Size | None = None,
    c_in: Size = 3,
    n_class: Size | None = None,
    attention: MultiHeadAttention | None = None,
) -> Layer:
    """ViT:  N(12d² + 13d) + p²·c·d + d + d + (⌊H/p⌋² + 1)d + 2d, and a head of n_class·d + n_class.

    where: n_layer (N), d_model (d); image (H), patch (p): pixels along a side; c_in (c): channels; d_ff: 4d if not given; n_class:
    classes, None without a head; attention: in place of that with all biases.
    Source: Dosovitskiy et al. 2020, section 3.1; transformers' ViTForImageClassification.

    >>> from symparams import closed_form, symbols
    >>> N, d = symbols("N d")
    >>> closed_form(ViT(N, d, 224, 16))
    N*(12*d**2 + 13*d) + 969*d
    >>> ViT(12, 768, 224, 16, n_class=1000).params  # ViT-B/16
    86567656
    """
    side = floor(as_size(image, "image") / as_size(patch, "patch"))
    head: dict[str, Layer] = {} if n_class is None else {"head": On(Linear(d_model, n_class), "sample")}
    return Sequential(
        patches=PatchEmbedding(c_in, d_model, patch),
        class_token=ClassToken(d_model),
        positions=On(Embedding(side**2 + 1, d_model), "beside"),
        **Stack(TransformerEncoderLayer(d_model, d_ff, n_head, attention=attention), n_layer, LayerNorm(d_model)).parts(),
        **head,
    )


def ResNet(
    depths: Sequence[Size],
    widths: Sequence[Size],
    bottleneck: bool = True,
    n_class: Size | None = 1000,
    c_in: Size = 3,
    c_stem: Size = 64,
) -> Layer:
    """ResNet: a convolution of 7x7, stages of residual blocks, and a dense layer.

    where: depths: blocks of each stage; widths: channels that each stage hands on; bottleneck: blocks of 1x1, 3x3 and 1x1 with a
    quarter of the channels inside, or of two 3x3; n_class: classes, None without a head; c_in: channels of the image; c_stem: of
    the first convolution. The first block of every stage but the first halves the extent.
    Source: He et al. 2015, table 1; torchvision's resnet50; transformers' ResNetForImageClassification.

    >>> ResNet((3, 4, 6, 3), (256, 512, 1024, 2048)).params  # ResNet-50
    25557032
    >>> ResNet((2, 2, 2, 2), (64, 128, 256, 512), bottleneck=False).params  # ResNet-18
    11689512

    Raises `SizeError` for as many depths as there are no widths.
    """
    if len(depths) != len(widths) or not depths:
        raise SizeError(f"ResNet: depths={shown(depths)} and widths={shown(widths)}", "a width for each depth", "mend them")
    parts: dict[str, Layer] = {"stem": ConvNorm(c_in, c_stem, 7, 2), "pool": Pooling((3, 3), 2, 1)}
    met = c_stem
    for number, (depth, width) in enumerate(zip(depths, widths, strict=True), 1):
        stride, inner = 1 if number == 1 else 2, as_size(width, "widths") / 4

        def block(met: Size, stride: Size, width: Size = width, inner: Size = inner) -> Layer:
            return Bottleneck(met, inner, width, stride) if bottleneck else BasicBlock(met, width, stride)

        further = as_size(depth, "depths") - 1
        rest: dict[str, Layer] = {} if further == 0 else {"rest": Repeat(block(width, 1), further)}
        parts[f"stage_{number}"] = Sequential(first=block(met, stride), **rest)
        met = width
    head: dict[str, Layer] = {} if n_class is None else {"head": Linear(met, n_class)}
    return Sequential(**parts, global_pool=GlobalPooling(), **head)


def DenseNet(
    depths: Sequence[Size], growth: Size = 32, n_class: Size | None = 1000, c_in: Size = 3, c_stem: Size | None = None
) -> Layer:
    """DenseNet-BC: dense blocks, and between them a convolution of 1x1 that halves the channels.

    where: depths: layers of each block; growth (g): channels that a layer adds; c_stem: channels of the first convolution, 2g if
    not given; n_class: classes, None without a head; c_in: channels of the image.
    Source: Huang et al. 2016, table 1; torchvision's densenet121; keras.applications.DenseNet121.

    >>> DenseNet((6, 12, 24, 16)).params  # DenseNet-121
    7978856

    Raises `SizeError` without depths.
    """
    if not depths:
        raise SizeError("DenseNet: no depths", "layers of each block", "give depths=(6, 12, 24, 16)")
    met = 2 * as_size(growth, "growth") if c_stem is None else as_size(c_stem, "c_stem")
    parts: dict[str, Layer] = {"stem": ConvNorm(c_in, met, 7, 2), "pool": Pooling((3, 3), 2, 1)}
    for number, depth in enumerate(depths, 1):
        parts[f"block_{number}"] = DenseBlock(met, growth, depth)
        met = met + as_size(depth, "depths") * growth
        if number < len(depths):
            half = floor(met / 2)
            convolution = Conv2d(met, half, 1, bias=False)
            parts[f"transition_{number}"] = Sequential(norm=BatchNorm(met), conv=convolution, pool=Pooling((2, 2)))
            met = half
    head: dict[str, Layer] = {} if n_class is None else {"head": Linear(met, n_class)}
    return Sequential(**parts, norm=BatchNorm(met), global_pool=GlobalPooling(), **head)


def _mixing(mixer: MambaMixer | Mamba2Mixer, n_layer: Size, n_vocab: Size, head: Head) -> Layer:
    norm = RMSNorm(mixer.d_model)
    stack = Stack(Residual(Sequential(norm=norm, mixer=mixer)), n_layer, norm)
    return LanguageModel(n_vocab, mixer.d_model, stack, head=head)


@handing_on(MambaMixer)
def Mamba(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_inner: Size | None = None,
    d_state: Size = 16,
    dt_rank: Size | None = None,
    kernel: Size = 4,
    head: Head = "tied",
    **options: bool,
) -> Layer:
    """Mamba, a selective scan in each layer:  N(6d² + 6dn + 4dr + 15d) + Vd + d  with 2d channels inside and k = 4.

    where: n_layer (N), d_model (d), n_vocab (V); head: as in `LanguageModel`; the rest as in `MambaMixer`.
    Source: Gu and Dao 2023, section 3.4; transformers' MambaForCausalLM.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, n, r = symbols("N d V n r")
    >>> closed_form(Mamba(N, d, V, 2 * d, n, r))
    N*(6*d*n + 6*d**2 + 4*d*r + 15*d) + V*d + d
    >>> Mamba(24, 768, 50280).params  # Mamba-130m
    129135360
    """
    return _mixing(MambaMixer(d_model, d_inner, d_state, dt_rank, kernel, **options), n_layer, n_vocab, head)


@handing_on(Mamba2Mixer)
def Mamba2(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    n_head: Size,
    d_head: Size = 64,
    d_state: Size = 128,
    groups: Size = 1,
    kernel: Size = 4,
    head: Head = "tied",
    **options: bool,
) -> Layer:
    """Mamba-2, a selective scan by heads in each layer.

    where: n_layer (N), d_model (d), n_vocab (V); head: as in `LanguageModel`; the rest as in `Mamba2Mixer`.
    Source: Dao and Gu 2024, section 7; transformers' Mamba2ForCausalLM.

    >>> from symparams import closed_form, symbols
    >>> N, d, V, h = symbols("N d V h")
    >>> closed_form(Mamba2(N, d, V, h))
    N*(193*d*h + 257*d + 387*h + 1280) + V*d + d
    """
    return _mixing(Mamba2Mixer(d_model, n_head, d_head, d_state, groups, kernel, **options), n_layer, n_vocab, head)


def RWKV(
    n_layer: Size,
    d_model: Size,
    n_vocab: Size,
    d_ff: Size | None = None,
    d_attn: Size | None = None,
    head: Head = "untied",
) -> Layer:
    """RWKV-4, time mixing and channel mixing in each layer:  N(13d² + 11d) + 2Vd + 4d.

    where: n_layer (N), d_model (d), n_vocab (V); d_ff: width inside channel mixing, 4d if not given; d_attn: inside time mixing, d
    if not given; head: as in `LanguageModel`. A norm follows the embedding and another the last layer.
    Source: Peng et al. 2023, section 3; transformers' RwkvForCausalLM.

    >>> from symparams import closed_form, symbols
    >>> N, d, V = symbols("N d V")
    >>> closed_form(RWKV(N, d, V))
    N*(13*d**2 + 11*d) + 2*V*d + 4*d
    """
    norm, inner = LayerNorm(d_model), 4 * as_size(d_model, "d_model") if d_ff is None else d_ff
    time = Residual(Sequential(norm=norm, mix=TimeMix(d_model, d_attn)))
    channel = Residual(Sequential(norm=norm, mix=ChannelMix(d_model, inner)))
    parts = {"embedding": Embedding(n_vocab, d_model), "embedding_norm": norm}
    parts |= Stack(Sequential(time=time, channel=channel), n_layer, norm).parts()
    if head != "none":
        parts["head"] = On(Linear(d_model, n_vocab, bias=False), "head")
    body = Sequential(**parts)
    return Shared(body, {"head.weight": "embedding.weight"}) if head == "tied" else body
