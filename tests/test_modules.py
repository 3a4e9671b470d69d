"""Trees of modules put together from tensors; what they should hold is written down by hand."""

import pytest

import symparams as sp
from symparams.errors import CostError
from symparams.tree import Copies, Weight
from symparams.tree.modules import Module, Tensors, assembled

N, M, V, d, k = sp.symbols("N M V d k")


def held(layer):
    """Each weight: name, shape, role, kind, how often its modules are repeated, which weight it is."""
    return [
        (
            placed.name,
            placed.shape,
            placed.weight.role,
            placed.weight.kind,
            tuple(scope.count for scope in placed.scopes if isinstance(scope, Copies)),
            placed.tied_to and ".".join(placed.tied_to),
        )
        for placed in layer.weights()
    ]


@pytest.mark.parametrize(
    ("tensors", "weights", "params"),
    [
        (  # a decoder with a tied head; the mask is a buffer
            [
                Tensors("wte.weight", (V, d), owner="Embedding"),
                Tensors("h.{}.attn.weight", (3 * d, d), (N,), owner="Conv1D"),
                Tensors("h.{}.attn.bias", (3 * d,), (N,), owner="Conv1D"),
                Tensors("h.{}.ln.weight", (d,), (N,), owner="LayerNorm"),
                Tensors("h.{}.ln.bias", (d,), (N,), owner="LayerNorm"),
                Tensors("h.{}.attn.mask", (d,), (N,), kind="buffer", owner="Conv1D"),
                Tensors("lm_head.weight", (V, d), owner="Linear", tied_to="wte.weight"),
            ],
            [
                ("wte.weight", (V, d), "embedding", "trainable", (), None),
                ("h.attn.weight", (3 * d, d), "weight", "trainable", (N,), None),
                ("h.attn.bias", (3 * d,), "bias", "trainable", (N,), None),
                ("h.attn.mask", (d,), "weight", "buffer", (N,), None),
                ("h.ln.weight", (d,), "norm", "trainable", (N,), None),
                ("h.ln.bias", (d,), "norm", "trainable", (N,), None),
                ("lm_head.weight", (V, d), "weight", "trainable", (), "wte.weight"),
            ],
            V * d + N * (3 * d**2 + 3 * d + 2 * d),
        ),
        (  # one list with two kinds of members: k plain ones, the others with experts
            [
                Tensors("layers.{}.mlp.weight", (d, d), (k,), owner="Linear"),
                Tensors("layers.{}.experts.{}.weight", (d, d), (N - k, M), owner="Linear"),
                Tensors("layers.{}.norm.weight", (d,), (k,), owner="RMSNorm"),
                Tensors("layers.{}.norm.weight", (d,), (N - k,), owner="RMSNorm"),
            ],
            [
                ("layers.mlp.weight", (d, d), "weight", "trainable", (k,), None),
                ("layers.norm.weight", (d,), "norm", "trainable", (k,), None),
                ("layers_2.experts.weight", (d, d), "weight", "trainable", (N - k, M), None),
                ("layers_2.norm.weight", (d,), "norm", "trainable", (N - k,), None),
            ],
            k * (d**2 + d) + (N - k) * (M * d**2 + d),
        ),
        (  # a tied weight in a list that has kinds: the path names the second
            [
                Tensors("layers.{}.w", (d,), (k,)),
                Tensors("layers.{}.w", (V,), (N,)),
                Tensors("last.w", (V,), tied_to="other.w"),
                Tensors("other.w", (V,)),
                Tensors("layers.{}.v", (V,), (N,), tied_to="layers.{}.w"),
            ],
            [
                ("layers.w", (d,), "weight", "trainable", (k,), None),
                ("layers_2.w", (V,), "weight", "trainable", (N,), None),
                ("layers_2.v", (V,), "weight", "trainable", (N,), "layers_2.w"),
                ("last.w", (V,), "weight", "trainable", (), "other.w"),
                ("other.w", (V,), "weight", "trainable", (), None),
            ],
            k * d + N * V + V,
        ),
        (  # there for some structures only
            [Tensors("weight", (d,), (N,)), Tensors("bias", (d,))],
            [("bias", (d,), "bias", "trainable", (), None), ("weight_if_any.weight", (d,), "weight", "trainable", (N,), None)],
            N * d + d,
        ),
        (  # numbers inside of names, as in torch's LSTM, and lists without a name
            [Tensors("weight_ih_l{}", (4 * d, d), (N,), owner="LSTM"), Tensors("{}.x", (V,), (N,)), Tensors("{}", (k,), (N,))],
            [
                ("weight_ih_l.weight_ih_l", (4 * d, d), "weight", "trainable", (N,), None),
                ("layers.x", (V,), "weight", "trainable", (N,), None),
                ("layers.weight", (k,), "weight", "trainable", (N,), None),
            ],
            N * (4 * d**2 + V + k),
        ),
        (  # lists of lists
            [Tensors("net.{}.{}.w", (d, d), (N, M)), Tensors("net.{}.b", (d,), (N,)), Tensors("net.{}.g.{}.w", (d,), (N, M))],
            [
                ("net.w", (d, d), "weight", "trainable", (N * M,), None),
                ("net_2.b", (d,), "weight", "trainable", (N,), None),
                ("net_2.g.w", (d,), "weight", "trainable", (N, M), None),
            ],
            N * M * d**2 + N * d + N * M * d,
        ),
        (  # equal neighbours with numbers are one repetition, in each other as well
            [Tensors(f"block{i}.conv_{j}.weight", (d, d), owner="Conv2d") for i in (1, 2, 3) for j in (1, 2)],
            [("block1_to_3.conv_1_to_2.weight", (d, d), "weight", "trainable", (3, 2), None)],
            6 * d**2,
        ),
        (  # others are not: of other shapes, without a number, or plain places in a list
            [
                Tensors("block1.conv.weight", (d, d)),
                Tensors("block2.conv.weight", (d, 2 * d)),
                Tensors("dense.weight", (d, d)),
                Tensors("dense_1.weight", (d, d)),
                Tensors("dense_2.weight", (d, d)),
                Tensors("0.weight", (k,)),
                Tensors("1.weight", (k,)),
            ],
            [
                ("block1.conv.weight", (d, d), "weight", "trainable", (), None),
                ("block2.conv.weight", (d, 2 * d), "weight", "trainable", (), None),
                ("dense.weight", (d, d), "weight", "trainable", (), None),
                ("dense_1_to_2.weight", (d, d), "weight", "trainable", (2,), None),
                ("0.weight", (k,), "weight", "trainable", (), None),
                ("1.weight", (k,), "weight", "trainable", (), None),
            ],
            6 * d**2 + 2 * k,
        ),
    ],
)
def test_tensors_by_their_names_make_a_tree(tensors, weights, params):
    layer = assembled(tensors, "Net")
    assert held(layer) == weights
    assert (layer.params - params).expand() == 0


def test_a_tree_of_modules_names_its_classes():
    layer = assembled(
        [Tensors("h.{}.attn.weight", (d, d), (N,), owner="Conv1D"), Tensors("ln.weight", (d,), owner="LayerNorm")], "Net"
    )
    assert repr(layer) == "Net(h, ln)" and layer.kind == "Net"
    repeated, norm = layer.parts().values()
    assert repr(repeated) == "Repeat(Module(attn), N)" and repr(norm) == "LayerNorm(weight)"
    assert repeated.layer.kind == "Module" and repeated.layer.parts()["attn"].kind == "Conv1D"


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ([Tensors("a.w", (d,)), Tensors("b.w", (V,), tied_to="a.w")], "b.w tied to a.w, which has another shape"),
        ([Tensors("w", (d,)), Tensors("w", (V,))], "no place for w"),
    ],
)
def test_tensors_that_make_no_tree(tensors, message):
    with pytest.raises(LookupError, match=message):
        assembled(tensors, "Net")


def test_a_module_checks_none_of_its_fields():
    assert Module("", (), ()).params == 0


@pytest.mark.parametrize("cost", [sp.flops, sp.kv_cache])
def test_a_module_of_a_framework_has_no_costs(cost):
    with pytest.raises(CostError, match="a module of a framework"):
        cost(Module("Linear", (Weight("weight", (d, d)),)), batch=2, seq=3)
