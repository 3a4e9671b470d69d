"""From the tree to its closed form, with the architecture's picture kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Expr, expand, factor

from symparams.counting.costs import caches, operations
from symparams.counting.named import quantity
from symparams.counting.pictures import picture, relations_put_in
from symparams.counting.quantities import PARAMETERS, Quantity
from symparams.errors import CostError, shown
from symparams.notation import Form, Plus, Size, checked_terms, expr_of
from symparams.results import Expression
from symparams.tree import Layer, Treelike, tree_of

__all__ = ["ClosedForm", "closed_form", "flops", "kv_cache"]


@dataclass(frozen=True, repr=False)
class ClosedForm(Expression):
    """A count as a formula that keeps the architecture's groups: N*(12*d**2 + 13*d) + V*d.

    `form` is the ordered picture, `expr` the sympy expression that it stands for, and what sympy takes it as.

    >>> from symparams import LSTM, closed_form, symbols
    >>> I, H = symbols("I H")
    >>> closed_form(LSTM(I, H)).at(I=512, H=512)
    2099200
    >>> closed_form(LSTM(I, H)).at({I: 512})
    4*H**2 + 2052*H
    """

    form: Form
    origin: Layer | None = field(default=None, compare=False)
    of: Quantity = field(default=PARAMETERS, compare=False)

    @property
    def terms(self) -> tuple[Form, ...]:
        """The terms in order: bracketed groups, then falling degree, then tree order."""
        return self.form.terms if isinstance(self.form, Plus) else (self.form,)

    @property
    def picture(self) -> Form:
        return self.form

    @cached_property
    def expr(self) -> Expr:
        """The formula as a sympy expression."""
        return expr_of(self.form)

    @cached_property
    def expanded(self) -> Expr:
        """The formula multiplied out.

        >>> from symparams import Transformer, closed_form, symbols
        >>> closed_form(Transformer(*symbols("N d V"))).expanded
        12*N*d**2 + 13*N*d + V*d
        """
        checked_terms(self.expr)
        return expand(self.expr)

    @cached_property
    def factored(self) -> Expr:
        """The formula as a product.

        >>> from symparams import RNN, closed_form, symbols
        >>> closed_form(RNN(*symbols("I H"))).factored
        H*(H + I + 1)
        """
        checked_terms(self.expr)
        return factor(self.expr)


def closed_form(layer: Layer | Treelike, of: str | Quantity = "parameters") -> ClosedForm:
    """The number of parameters of a layer as a closed form, or another quantity of it.

    where: layer: a layer, or what holds one as its `.layer`, as recovered forms do; of: a quantity or its name, "trainable" or
    "flops", as `quantity` reads it.

    >>> from symparams import LSTM, Transformer, symbols
    >>> N, d, V, I, H = symbols("N d V I H")
    >>> closed_form(LSTM(I, H))
    4*(H*I + H**2 + H)
    >>> closed_form(Transformer(6, d, V))
    6*(12*d**2 + 13*d) + V*d
    >>> closed_form(Transformer(6, d, V), of="non_embedding")
    6*(12*d**2 + 13*d)

    Raises `SizeError` for what is no layer, and for an unknown quantity.
    """
    counted = quantity(of, layer)
    return ClosedForm(picture(map(relations_put_in, counted.counted(layer))).form, tree_of(layer), counted)


def flops(layer: Layer | Treelike, batch: Size = 1, seq: Size | None = None, **options: Any) -> ClosedForm:
    """The operations of a layer's forward pass, two for each multiply-add; or of a training step:  N(24bsd² + 4bds²) + 2Vbds.

    where: batch (b): samples; seq (s): tokens in each, or `extent=(H, W)` for images, nothing for one vector a sample;
    training: the backward pass as well: two products more for each, one where its input depends on no trained weight (raw data;
    `learned=True` says that the input does); recompute: what is repeated runs forward once more for it (full recomputation);
    causal: products that the mask hides are not counted, s(s + 1)/2 pairs for s²; past (p): positions in the cache before these,
    `seq=1, past=p` being a step of decoding; memory (m): length of what cross-attention reads; last: heads on the last position
    only; absorbed: latent attention on the latents themselves; per_token: of one position, those of all divided by their number;
    multiply_adds: count these, not operations; table: what else counts, in operations an element: {"softmax": 5, "norm": 7,
    "bias": 1, "activation": 1, "scan": 9}, and {"look-up": 2} for a table multiplied by one-hot vectors.
    Units: operations (FLOPs). Source: Kaplan et al. 2020, table 1; Narayanan et al. 2021, eq. 3; torch's FlopCounterMode.

    >>> from symparams import LSTM, Transformer, leading_order, symbols
    >>> N, d, V, I, H, b, s, p = symbols("N d V I H b s p")
    >>> model = Transformer(N, d, V)
    >>> flops(model, batch=b, seq=s)
    N*(24*b*s*d**2 + 4*b*d*s**2) + 2*V*b*d*s
    >>> leading_order(flops(model, batch=b, seq=s), d)
    24*N*b*s*d**2
    >>> flops(model, seq=1, past=p)
    N*(24*d**2 + 4*d*p + 4*d) + 2*V*d
    >>> flops(model, batch=b, seq=s, training=True, per_token=True)
    N*(72*d**2 + 12*d*s) + 6*V*d
    >>> flops(LSTM(I, H), batch=b, seq=s)
    4*(2*H*I*b*s + 2*b*s*H**2)

    Raises `CostError` for data that do not fit, and for a layer that cannot tell its operations; `StructureError` for widths that
    do not fit.
    """
    return closed_form(layer, operations(batch, seq, **options))


def kv_cache(layer: Layer | Treelike, batch: Size = 1, seq: Size | None = None, **options: Any) -> ClosedForm:
    """What a layer keeps after so many positions, keys and values or states:  2Nbds numbers, or the bytes of so many each.

    where: batch (b): samples; seq (s): positions in each; memory (m): length of what cross-attention reads; bytes: of each number,
    2 for float16 and bfloat16. A window keeps one key less than it sees, since the next step brings its own.
    Units: numbers, or bytes. Source: Pope et al. 2022, section 3.3; transformers' DynamicCache.

    >>> from symparams import LSTM, MultiHeadAttention, symbols
    >>> d, h, h_kv, d_h, b, s, H = symbols("d h h_kv d_h b s H")
    >>> kv_cache(MultiHeadAttention(d, h, h_kv, d_h), batch=b, seq=s)
    2*b*d_h*h_kv*s
    >>> kv_cache(LSTM(d, H), batch=b, bytes=2)
    4*H*b

    Raises `CostError` for a layer that keeps nothing, and as `flops` does.
    """
    form = closed_form(layer, caches(batch, seq, **options))
    if form.expr == 0:
        wanted = "a layer with attention or a state"
        raise CostError(f"the cache of {shown(layer)}, which keeps nothing between steps", wanted, "ask for flops instead")
    return form
