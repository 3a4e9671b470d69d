"""Conventions of layers that no framework at hand has, against the shapes that others document, and those that go together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Add, Mul

import symparams as sp
from symparams.frameworks.mirror import Mirror, Tensor, mirrored
from symparams.models.reading import read_model
from symparams.notation import same

N, d, V, I, H, h, k, e, L = sp.symbols("N d V I H h k e L")

# https://ml-explore.github.io/mlx, mlx.nn.GRU: Wx (3H, D), Wh (3H, H), b (3H), bhn (H)
MLX = (
    Tensor("Wx", "gates.weight_ih", "g h i -> (g h) i"),
    Tensor("Wh", "gates.weight_hh", "g h s -> (g h) s"),
    Tensor("b", "gates.bias_ih", "g h -> (g h)"),
    Tensor("bhn", "candidate_bias_hh"),
)
# https://flax.readthedocs.io, flax.linen.GRUCell: dense layers of the input ir, iz and in with biases, of the state hr and hz
# without, and hn with one
FLAX = [(I, H), (H,)] * 3 + [(H, H)] * 2 + [(H, H), (H,)]


def test_the_gru_of_mlx_has_one_more_bias_for_its_candidate():
    mirror = Mirror(sp.GRU(I, H, biases="candidate"), MLX)
    assert mirror.shapes() == {"Wx": (3 * H, I), "Wh": (3 * H, H), "b": (3 * H,), "bhn": (H,)}
    assert mirrored(sp.GRU(I, H, biases=0), *MLX).shapes() == {"Wx": (3 * H, I), "Wh": (3 * H, H)}


def test_the_gru_of_flax_has_as_many_parameters():
    assert same(sp.GRU(I, H, biases="candidate").params, Add(*(Mul(*shape) for shape in FLAX)))


def test_further_layers_and_directions_keep_the_convention():
    cell = sp.GRU(I, H, biases="candidate")
    one = 3 * (I * H + H**2 + H) + H
    assert same(sp.Bidirectional(cell).params, 2 * one)
    assert same(sp.Stacked(cell, L).params, one + (L - 1) * one.subs(I, H))
    assert read_model(repr(cell)) == cell
    assert sp.derive(cell).check()


@pytest.mark.parametrize("n_gate", [1, 4, sp.symbols("g")])
def test_only_a_gru_has_a_candidate(n_gate):
    with pytest.raises(sp.SymparamsError, match="n_gate=3"):
        sp.Recurrent(I, H, n_gate, "candidate")


def test_a_norm_of_heads_needs_heads():
    with pytest.raises(sp.SymparamsError, match="n_head=h"):
        sp.MultiHeadAttention(d, qk_norm="head")
    with pytest.raises(sp.SymparamsError, match="one of 'none', 'head', 'width'"):
        sp.MultiHeadAttention(d, qk_norm=True)


@given(st.sampled_from([True, False, "qkv", "out"]), st.sampled_from(["none", "head", "width"]))
def test_biases_and_norms_of_attention_by_hand(bias, qk_norm):
    biases = {True: h * e + 2 * k * e + d, False: 0, "qkv": h * e + 2 * k * e, "out": d}
    norms = {"none": 0, "head": 2 * e, "width": h * e + k * e}
    attention = sp.MultiHeadAttention(d, h, k, e, bias=bias, qk_norm=qk_norm)
    assert same(attention.params, 2 * d * h * e + 2 * d * k * e + biases[bias] + norms[qk_norm])
    by_role = {row.label[0]: row.expr for row in sp.breakdown(attention, "role").rows}
    assert same(by_role.get("norm", sp.symbols("x") * 0), norms[qk_norm] + 0 * d)
    assert read_model(repr(attention)) == attention


@pytest.mark.parametrize("make", [sp.Transformer, sp.EncoderDecoderTransformer])
def test_the_final_norm_is_of_the_kind_of_the_others(make):
    gain_only, with_bias = (make(N, d, V, norm=norm, final_norm=True) for norm in (sp.RMSNorm(d), sp.LayerNorm(d)))
    kinds = {node.layer.kind for node in gain_only.nodes() if node.path[-1:] and node.path[-1].endswith("norm")}
    assert kinds == {"RMSNorm"}
    without = make(N, d, V, norm=sp.RMSNorm(d))
    stacks = 1 if make is sp.Transformer else 2
    assert same(gain_only.params - without.params, stacks * d)
    assert same(with_bias.params - make(N, d, V).params, stacks * 2 * d)
