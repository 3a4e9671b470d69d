import pickle
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from sympy import Float, Integer, Rational, Symbol, floor

import symparams as sp
from symparams.errors import StructureError
from symparams.notation import Size
from symparams.tree import divides

N, d, V, H, d_ff = sp.symbols("N d V H d_ff")


@dataclass(frozen=True, repr=False)
class Bilinear(sp.Layer):
    n_left: Size
    n_right: Size
    n_out: Size

    def own(self):
        yield sp.Weight("weight", (self.n_out, self.n_left, self.n_right))


class Index:
    """Counts as an integer, as numpy's do."""

    def __index__(self) -> int:
        return 512


@pytest.mark.parametrize("size", [512, Integer(512), d, 4 * d, d / H, 8 * d / 3, d - 1, Index()])
def test_what_may_be_a_size(size):
    assert sp.Linear(size, 3).params == 3 * (Integer(512) if isinstance(size, Index) else size) + 3


@pytest.mark.parametrize(
    ("size", "wanted", "move"),
    [
        (0, "a positive integer", "at least 1"),
        (-3, "a positive integer", "at least 1"),
        (-d, "a positive integer", "at least 1"),
        (Rational(5, 2), "a positive integer", "floor or ceiling"),
        (Fraction(5, 2), "a positive integer", "floor or ceiling"),
        (2.5, "a positive integer", "floor or ceiling"),
        (512.0, "an int or a sympy expression", "write 512"),  # as torch and Keras do
        (float("nan"), "an int or a sympy expression", "no exact size"),
        (Float(512), "not a float", "sympy.Rational"),
        (d * Float("0.5"), "not a float", "sympy.Rational"),
        (Float("inf"), "a positive integer", "floor or ceiling"),
        (True, "not a truth value", "at least 1"),
        (None, "an int or a sympy expression", "no exact size"),
        ("d", "not text", r"symbols\(\"d\"\)"),
        (Symbol("d"), "would print alike and never cancel", r"symbols\(\"d\"\)"),
        (4 * Symbol("d", positive=True) + 1, "would print alike", r"symbols\(\"d\"\)"),
        (10**10_000, "at most 100 digits", "no network"),
        (d**2 - d**2, "a positive integer", "at least 1"),
        ([3], "an int or a sympy expression", "no exact size"),
    ],
    ids=lambda value: str(type(value)),
)
def test_what_may_not_be_a_size(size, wanted: str, move: str):
    with pytest.raises(sp.SymparamsError, match=wanted) as caught:
        sp.Linear(size, 3)
    assert "n_in" in caught.value.given
    with pytest.raises(sp.SymparamsError, match=move):
        sp.Linear(size, 3)


def test_a_symbol_with_our_assumptions_is_ours_whoever_made_it():
    assert sp.Linear(Symbol("d", integer=True, positive=True), 3) == sp.Linear(d, 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sp.Linear(3, 4, bias="yes"), "True or False\n  next:   write bias=True"),
        (lambda: sp.Recurrent(3, 4, 1, biases=3), "one of 0, 1, 2"),
        (lambda: sp.MultiHeadAttention(512, 7), "512 = 73·7 \\+ 1"),
        (lambda: sp.MultiHeadAttention(512, 8, n_kv_head=3), "n_kv_head=3 and n_head=8"),
        (lambda: sp.MultiHeadAttention(512, n_kv_head=2), "give the number of heads"),
        (lambda: sp.MultiHeadAttention(512, bias="most"), "one of True, False, 'qkv'"),
        (lambda: sp.Conv2d(6, 4, 3, groups=4), "groups=4 and c_in=6"),
        (lambda: sp.Conv2d(4, 6, 3, groups=4), "groups=4 and c_out=6"),
        (lambda: sp.Conv2d(4, 6, (3, 3, 3)), "one size or 2 of them"),
        (lambda: sp.BatchNorm(3, statistics="kept"), "'buffers', 'frozen', 'none'"),
        (lambda: sp.Repeat(3, N), "a Layer"),
        (lambda: sp.Repeat(sp.Linear(3, 4), 0), "count=0"),
        (lambda: sp.Sequential(sp.Linear(3, 4), 5), "Sequential: 2 is 5"),
        (lambda: sp.Sequential(sp.Linear(3, 4), linear=sp.Linear(3, 4)), "two parts named linear"),
        (lambda: sp.Bidirectional(sp.Linear(3, 4)), "a Recurrent"),
        (lambda: sp.Given(sp.Linear(d, 3), {V: 4}), "a symbol of the layer: d"),
        (lambda: sp.Given(sp.Linear(d, H), {d: H, H: 3}), "nest them"),
        (lambda: sp.Given(sp.Linear(d, H), {d: 2 * d}), "nest them"),
        (lambda: sp.Given(sp.Linear(d, H), {Symbol("d"): 3}), "a symbol made by symbols"),
        (lambda: sp.Given(sp.ForEach(sp.Linear(N, H), (N, 1, V)), {H: N}), "no index that the layer itself runs over"),
        (lambda: sp.ForEach(sp.Linear(N, H), (N, 1, N)), "limits without the index"),
        (lambda: sp.ForEach(sp.Linear(N, H), (N, 5, 1)), "a start that is not beyond the stop"),
        (lambda: sp.ForEach(sp.Linear(N, H), N), "the index a symbol"),
        (lambda: sp.Shared(sp.Linear(3, 4), {"weight": "wait"}), "mend 'wait'"),
        (lambda: sp.Shared(sp.Linear(3, 4), {"bias": "weight"}), "one shape"),
        (lambda: sp.TransformerEncoderLayer(2 * d_ff), "give d_ff=4\\*d_model"),
        (lambda: sp.TransformerEncoderLayer("d"), "not text"),
        (lambda: sp.Stacked(sp.RNN(3, 4), "two"), "not text"),
        (lambda: sp.symbols(""), "one or more names"),
        (lambda: sp.symbols("d-model"), "an identifier"),
        (lambda: sp.symbols("x" * 65), "at most 64 characters"),
        (lambda: sp.symbols("λ"), "ASCII"),
        (lambda: sp.symbols(3), "one or more names"),
        (lambda: sp.latex("d"), "an expression or a result"),
        (lambda: sp.latex(True), "an expression or a result"),
    ],
)
def test_refusals_say_what_was_given_and_wanted(make, message: str):
    with pytest.raises(sp.SymparamsError, match=message) as caught:
        make()
    assert caught.value.given and caught.value.wanted and caught.value.move


def test_undecided_divisors_are_allowed():
    assert divides(N, d, "x", ("N", "d")) is None
    assert sp.MultiHeadAttention(d, H).params == 4 * d**2 + 4 * d


def test_equal_layers_in_one_sequence_are_two_layers():
    layer = sp.Linear(d, d, bias=False)
    assert sp.Sequential(layer, layer).params == 2 * d**2
    assert list(sp.Sequential(layer, layer).parts()) == ["linear_1", "linear_2"]
    tied = sp.Shared(sp.Sequential(layer, layer), {"linear_2.weight": "linear_1.weight"})
    assert tied.params == d**2
    assert [placed.tied_to for placed in tied.weights()] == [None, ("linear_1", "weight")]


def test_sharing_within_a_repeated_layer_ties_within_each_copy():
    layer = sp.Linear(d, d, bias=False)
    pair = sp.Shared(sp.Sequential(layer, layer), {"linear_2.weight": "linear_1.weight"})
    assert sp.Repeat(pair, N).params == N * d**2
    assert sp.Repeat(pair, N, shared=True).params == d**2


def test_relations_reach_sizes_counts_and_shapes():
    model = sp.Given(sp.Repeat(sp.Linear(d, d_ff, bias=False), N), {d_ff: 4 * d, N: 2 * H})
    assert model.params == 8 * H * d**2
    assert model.weights()[0].shape == (4 * d, d)
    nested = sp.Given(sp.Given(sp.Linear(d, d_ff, bias=False), {d_ff: 4 * d}), {d: 3})
    assert nested.params == 36


def test_layers_are_values():
    model = sp.Transformer(N, d, V, final_norm=True)
    assert model == sp.Transformer(N, d, V, final_norm=True)
    assert hash(model) == hash(sp.Transformer(N, d, V, final_norm=True))
    assert model != sp.Transformer(N, d, V)
    assert pickle.loads(pickle.dumps(model)) == model
    assert pickle.loads(pickle.dumps(sp.closed_form(model))) == sp.closed_form(model)
    assert replace(sp.Linear(3, 4), bias=False).params == 12


def test_a_pyramid_of_convolutions():
    layer, c, L = sp.symbols("l c L")
    pyramid = sp.ForEach(sp.Conv2d(c * 2 ** (layer - 1), c * 2**layer, 3), (layer, 1, L))
    assert repr(sp.closed_form(pyramid)) == "6*4**L*c**2 + 2*2**L*c - 6*c**2 - 2*c"
    by_hand = sum(9 * 64 * 2 ** (i - 1) * 64 * 2**i + 64 * 2**i for i in range(1, 6))
    assert sp.closed_form(pyramid).at({c: 64, L: 5}) == by_hand


def test_a_sum_without_a_closed_form_stays_a_sum_and_has_a_value():
    layer, c, L = sp.symbols("l c L")
    rounded = sp.ForEach(sp.Linear(floor(c * layer / 3), 1, bias=False), (layer, 1, L))
    assert repr(sp.closed_form(rounded)) == "Sum(floor(c*l/3), (l, 1, L))"
    assert sp.closed_form(rounded).at({c: 7, L: 20}) == sum(7 * i // 3 for i in range(1, 21))
    with pytest.raises(sp.SymparamsError, match="a sum of 1000000000 terms one by one"):
        sp.closed_form(rounded).at({c: 7, L: 10**9})


def test_a_layer_of_ones_own_is_a_few_lines_of_data():
    assert sp.Repeat(Bilinear(d, H, V), N).params == N * V * d * H
    with pytest.raises(sp.SymparamsError, match="Bilinear: n_left"):
        Bilinear(0, H, V)


def test_structure_errors_are_symparams_errors():
    assert issubclass(StructureError, sp.SymparamsError)
    assert issubclass(StructureError, ValueError)


@pytest.mark.parametrize(
    ("key", "move"),
    [
        ("d_ff", r'write {symbols\("d_ff"\): 4\*d}'),
        (Symbol("d_ff"), r'symbols\("d_ff"\)'),
        (sp.symbols("d_fff"), "mend the name or drop the relation"),
    ],
)
def test_relations_are_of_symbols_of_the_layer(key, move):
    d, d_ff = sp.symbols("d d_ff")
    with pytest.raises(sp.SymparamsError, match=move) as caught:
        sp.Given(sp.FeedForward(d, d_ff), {key: 4 * d})
    assert isinstance(key, str) == ("4*d}" in str(caught.value))


def test_a_residual_hands_on_the_width_that_is_known():
    d, s = sp.symbols("d s")
    assert sp.Residual(sp.Linear(d, 2 * d)).gives(sp.Data(extent=(s,))).width == 2 * d
    assert sp.Residual(sp.Linear(d, d)).gives(sp.Data(extent=(s,), width=d)).width == d


@pytest.mark.parametrize("cell", [sp.RNN, sp.LSTM, sp.GRU])
def test_stacked_layers_are_one_after_the_other(cell):
    """Each further layer meets what the one below hands on, twice as wide where there are two directions."""
    first, further = cell(3, 5), cell(5, 5)
    assert sp.Stacked(first, 1) == first
    assert sp.Stacked(first, 2).params == first.params + further.params
    assert sp.Stacked(first, 4).params == first.params + 3 * further.params
    both, wider = sp.Bidirectional(first), sp.Bidirectional(cell(10, 5))
    assert sp.Stacked(both, 1) == both
    assert sp.Stacked(both, 3).params == both.params + 2 * wider.params


def test_a_rectifier_has_one_slope_unless_told_otherwise():
    from symparams import PReLU, closed_form

    assert closed_form(PReLU()).expr == 1


def test_no_layer_is_shown_as_python_makes_it_up():
    from dataclasses import is_dataclass

    import symparams.layers as layers
    from symparams.tree import Layer

    kinds = [kind for kind in vars(layers).values() if isinstance(kind, type) and issubclass(kind, Layer) and is_dataclass(kind)]
    assert len(kinds) > 20
    assert all("__create_fn__" not in kind.__repr__.__qualname__ for kind in kinds)
    assert all(kind.__repr__.__module__.startswith("symparams.tree") for kind in kinds)


def test_the_name_of_a_part_from_its_kind():
    from symparams.tree.composition import _snake

    names = ("MyLSTM", "LSTM", "LayerNorm", "Conv2d", "LSTMCell")
    assert [_snake(name) for name in names] == ["my_lstm", "lstm", "layer_norm", "conv2d", "lstmcell"]
