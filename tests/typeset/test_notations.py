"""One model in the letters of many: printed, with a legend, and read back."""

import pickle

import pytest

from symparams import NOTATIONS, Notation, breakdown, closed_form, derive, flops, latex, legend, symbols
from symparams.errors import LayoutError
from symparams.models.reading import read_model
from symparams.notation import DATA, MEANINGS, is_tex, same

MODELS = (
    "Transformer(N, d, V, d_ff, n_head=h, n_kv_head=h_kv, d_head=d_h)",
    "Transformer(n_layer, d_model, n_vocab, positions=n_ctx)",
    "LSTM(I, H)",
    "Conv2d(c_in, c_out, k)",
    "Sequential(Embedding(V, e), LSTM(e, H), Linear(H, O))",
)


def clashes(notation, model):
    try:
        notation.names_in(model)
    except LayoutError:
        return True
    return False


@pytest.mark.parametrize("key", NOTATIONS)
@pytest.mark.parametrize("text", MODELS)
def test_it_prints_and_reads_back(katex, key, text):
    model, notation = read_model(text), NOTATIONS[key]
    if clashes(notation, model):  # Keras calls the entries of a table and the features of an input input_dim
        with pytest.raises(LayoutError, match=r"for .* and for"):
            latex(closed_form(model), notation=key)
        return
    written = latex(closed_form(model), "inline", notation=key).splitlines()[-1]
    assert katex.accept_dollars(written) == 1
    assert same(notation.read(written.strip("$"), model).rhs, closed_form(model).expr), written
    for tex in notation.names_in(model).values():
        assert tex in written
    for thing in (breakdown(model), derive(model)):
        assert latex(thing, notation=key)
    assert len(notation.legend(model)) == len(closed_form(model).free_symbols)


def test_every_given_notation_is_data_of_known_fields():
    for notation in NOTATIONS.values():
        assert notation.title and set(notation.names) <= MEANINGS.keys() | DATA.keys() | {"positions"}
        assert all(map(is_tex, notation.names.values()))
        assert pickle.loads(pickle.dumps(notation)) == notation


def test_the_same_model_in_the_letters_of_three_papers():
    model = read_model("Transformer(N, d, V)")
    written = [latex(closed_form(model), "inline", notation=key).splitlines()[-1] for key in ("megatron", "kaplan", "palm")]
    assert written == [
        r"$l\left(12 h^{2} + 13 h\right) + V h$",
        r"$n_{\text{layer}}\left(12 d_{\text{model}}^{2} + 13 d_{\text{model}}\right) + n_{\text{vocab}} d_{\text{model}}$",
        r"$L\left(12 d_{\text{model}}^{2} + 13 d_{\text{model}}\right) + V d_{\text{model}}$",
    ]


def test_an_authors_own_names_are_macros_primes_and_letters():
    model = read_model("Transformer(N, d, V)")
    own = {"d_model": r"\dmodel", "n_vocab": r"\lvert V \rvert", "N": r"\mathcal{L}'"}
    written = latex(closed_form(model), "inline", notation=own).splitlines()[-1]
    assert written == r"$\mathcal{L}'\left(12 \dmodel^{2} + 13 \dmodel\right) + \lvert V \rvert \dmodel$"
    assert same(Notation(own).read(written.strip("$"), model).rhs, closed_form(model).expr)
    assert Notation(own).legend(model)[r"\dmodel"] == "model width"


def test_two_sizes_called_alike_are_refused_by_name():
    N, d, V = symbols("N d V")
    with pytest.raises(LayoutError, match=r"N for V and for N"):
        latex(closed_form(read_model("Transformer(N, d, V)")), notation={"n_vocab": "N"})
    with pytest.raises(LayoutError, match="vaswani, kaplan"):
        latex(12 * N * d**2, notation="gpt")
    assert "x^{2}" in latex(12 * N * d**2, notation={"d": "x"})
    assert V


def test_the_index_of_a_sum_gives_way_to_a_size():
    written = latex(derive(read_model("Transformer(N, d, V)")), "align*", notation="megatron")
    assert r"\sum_{i=1}^{l}" in written and r"summed over } i" in written


@pytest.mark.parametrize(
    ("key", "names"),
    [("megatron", ["l", "V", "B", "h", "s"]), ("palm", ["L", "V", "b", "d_model", "T"]), ("pytorch", None)],
)
def test_legends_of_costs_are_right_in_every_notation(key, names):
    costs = flops(read_model("Transformer(N, d, V)"), *symbols("b s"))
    meanings = ["layers", "vocabulary size", "samples", "model width", "positions in a sample"]
    table = legend(costs, notation=key)
    assert [row[1] for row in table.rows] == meanings
    if names:
        assert [line.split()[0] for line in table.text().splitlines()[2:]] == names
    for (symbol, _), line in zip(table.rows, table.markdown().splitlines()[2:], strict=True):
        assert f"${NOTATIONS[key].names_in(costs).get(symbol.name, symbol.name)}$" in line
    assert set(legend(derive(read_model("Transformer(N, d, V)"), of=costs.of), notation=key).rows) > set(table.rows)
    assert table.tex() in latex(table, "inline") or "booktabs" in latex(table, "table", notation=key)


def test_a_size_of_the_data_that_is_called_as_another_is_refused():
    n, b, s = symbols("n b s")
    learned = flops(read_model("Transformer(N, d, V, positions=n)"), b, s)
    with pytest.raises(LayoutError, match=r"x for s and for d|x for d and for s"):
        latex(learned, notation={"seq": "x", "d_model": "x"})
    with pytest.raises(LayoutError, match=r"b for d and for b"):
        legend(learned, notation={"d_model": "b"})
    assert n
