import pickle

import pytest
from sympy import Integer, Rational, Symbol, expand
from sympy import symbols as foreign_symbols

from symparams.errors import FormulaTextError, NotationError
from symparams.formulas import Formula, Precision, read
from symparams.notation import Plus, Times, expr_of, symbol, symbols, tex
from tests.formulas.cases import READABLE, REFUSED

NAMES = "d h V N H I s b B l L a k n t x d_model d_ff n_layer hidden_size d_h d_h_Q O e K W"


@pytest.mark.parametrize("guessing", [True, False], ids=["guessed", "given"])
@pytest.mark.parametrize(("syntax", "text", "value", "names"), [(*row, None)[:4] for row in READABLE])
def test_reads_as_its_author_meant(syntax, text, value, names, guessing):
    names = names or [symbol.name for symbol in value.free_symbols]
    formula = read(text, names, None if guessing else syntax)
    assert formula.syntax == syntax
    assert expand(formula.rhs - value) == 0
    assert formula.source == text
    assert all(expr_of(form) == side for form, side in zip(formula.forms, formula.sides, strict=True))


@pytest.mark.parametrize(("text", "column", "message", "names"), [(*row, NAMES)[:4] for row in REFUSED])
def test_refuses_at_the_column(text, column, message, names):
    with pytest.raises(FormulaTextError) as caught:
        read(text, names)
    error = caught.value
    assert (error.column, error.line, error.text) == (column, 1, text)
    assert message in error.given or message in error.move
    assert error.wanted
    assert error.move


@pytest.mark.parametrize(
    "text",
    [
        "d_model", r"d_{\text{model}}", r"d_\text{model}", r"d_{\mathrm{model}}", r"d_\mathrm{model}", r"d_{\rm model}",
        r"d_{\mathit{model}}", r"d_{\textrm{model}}", r"d_{ model }", r"\mathrm{d}_{model}",
        r"\text{d\_model}", r"\text{d_model}", r"d\_model", "cfg.d_model", "self.config.d_model", 'config["d_model"]', "d_{model}",
        "ｄ_model", "𝑑_model", "( d_model )", r"\texttt{d\_model}", "$d_{model}$", "`d_model`",
    ],
)  # fmt: skip
def test_one_name_in_all_its_spellings(text):
    assert read(text, ["d_model", "d", "m", "o", "e", "l"]).lhs == symbol("d_model")


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ("Vd", "V d", "V*d"),
        ("Vd", "V d Vd", "Vd"),
        ("dk", "d k dk", "dk"),
        ("Nd^2", "N d", "N*d**2"),
        ("Vd_model", "V d_model", "V*d_model"),
        ("N(d)", "N d", "N*d"),
        ("12lh^2", "l h", "12*h**2*l"),
        ("sbhL", "s b h L", "L*b*h*s"),
        (r"Vd_{k}h", "V d_k h", "V*d_k*h"),
        (r"d_kh", "d_k h", "d_k*h"),
    ],
)
def test_runs_of_letters(text, names, value):
    syntax = "latex" if "_k" in text else None
    assert str(read(text, names, syntax).lhs) == value


def test_chains_relations_and_labels():
    formula = read("FFN_params = 2(dh + hd) + (h + d) ≈ 4dh", "d h")
    assert formula.relations == ("=", "≈")
    assert formula.label == "FFN_params"
    assert formula.names == ("d", "h")
    assert formula.lhs == symbol("FFN_params")
    d, h = symbols("d h")
    assert formula.sides[1:] == (4 * d * h + h + d, 4 * d * h)


def test_a_quantity_without_a_symbol_leaves_its_relation_first():
    assert read("参数量 = 4d", "d").relations == ("=",)
    assert read("参数量 = 4d", "d").label == "参数量"
    assert read("≈ 4d", "d").relations == ("≈",)
    assert read("LSTM params = 4d", "d").label == "LSTM params"
    assert str(read("LSTM params = 4d", "d")) == "= 4*d"


def test_a_side_without_relation_claims_equality():
    assert read("12Nd^2", "N d").relations == ()


def test_orders_and_remainders():
    d, n = symbols("d n")
    formula = read("T = O(n^2 d)", "d n")
    assert (formula.relations, formula.rhs, formula.label) == (("O",), n**2 * d, "T")
    formula = read(r"12 n d^2 + \mathcal{O}\left(nd\right)", "d n")
    assert (formula.relations, formula.rhs, formula.remainder) == ((), 12 * n * d**2, n * d)
    assert str(formula) == "12*n*d**2 + O(d*n)" or str(formula) == "12*n*d**2 + O(n*d)"
    assert read("O(d + 1)", "O d").relations == ()


def test_the_authors_order_is_kept():
    formula = read(r"4 \times (I \times H + H^2 + H) + d \cdot d", "I H d")
    H, I, d = symbols("H I d")
    four = Times((Integer(4), Plus((Times((I, H), True), H**2, H))), True)
    assert formula.forms == (Plus((four, Times((d, d), True))),)
    assert tex(formula.forms[0]) == r"4 \cdot \left(I \cdot H + H^{2} + H\right) + d \cdot d"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("124M", 124 * 10**6, 10**6),
        ("6.7B", 67 * 10**8, 10**8),
        (r"5.5\text{M}", 55 * 10**5, 10**5),
        ("1.5e9", 15 * 10**8, 10**8),
        ("3e-4", Rational(3, 10**4), Rational(1, 10**4)),
        ("0.750", Rational(3, 4), Rational(1, 1000)),
        ("75%", Rational(3, 4), Rational(1, 100)),
        ("3.14 × 10²³", 314 * 10**21, 10**21),
        (r"3.14 \times 10^{23}", 314 * 10**21, 10**21),
        ("1.1亿", 11 * 10**7, 10**7),
    ],
)
def test_stated_digits(text, value, unit):
    assert read(f"P = {text}").precision == (None, Precision(Rational(value), Rational(unit)))


def test_exact_numbers_have_no_precision():
    assert read("P = 2,100,352 = 2100352").precision == (None, None, None)


def test_names_may_be_symbols_or_a_mapping():
    d = symbol("d")
    assert read("d^2", [d]).lhs == d**2
    assert read("d^2", [Symbol("d")]).lhs == d**2
    assert read("d^2", foreign_symbols("d, h")).lhs == d**2
    assert read("enc.d * dec.d * 1", {"enc.d": "d_enc", "dec.d": symbol("d_dec")}).lhs == symbol("d_enc") * symbol("d_dec")


def test_declared_functions_are_called():
    formula = read("4 f(d, 2) + g(d)", "d g", functions=["f"])
    assert str(formula.lhs) == "d*g + 4*f(d, 2)"


def test_what_is_asked_wrongly_is_told():
    with pytest.raises(NotationError, match="latex or unicode or python or text"):
        read("d", "d", syntax="maple")
    with pytest.raises(NotationError, match="a text"):
        read(12)
    with pytest.raises(NotationError, match="identifier"):
        read("d", ["d model"])


def test_the_message_points_at_the_place():
    with pytest.raises(FormulaTextError) as caught:
        read("参数 = 4 *\n  hidden_szie + 1", ["hidden_size"])
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert str(caught.value) == (
        "line 2, column 3: 'hidden_szie' is not declared\n"
        "      hidden_szie + 1\n"
        "      ^\n"
        "  wanted: one of the declared names (hidden_size)\n"
        "  next:   did you mean hidden_size? If not, add 'hidden_szie' to names"
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_formula_can_be_pickled_and_shown():
    formula = read("4h(d+h)", "d h")
    assert pickle.loads(pickle.dumps(formula)) == formula
    assert isinstance(formula, Formula)
    assert str(formula) == "4*h*(d + h)"


def test_there_is_always_room_or_a_clear_error():
    def deep(levels):
        return read("(((d)))", "d") if levels == 0 else deep(levels - 1)

    outcomes = set()
    for levels in range(700, 1000, 7):
        try:
            outcomes.add(deep(levels).lhs)
        except FormulaTextError as error:
            outcomes.add(error.given)
        except RecursionError:
            break  # the test's own frames
    assert outcomes <= {symbol("d"), "no room left to read in"}


def test_an_index_may_be_zero():
    assert str(read(r"\sum_{i=0}^{L} \max(i, 1)", "L").lhs) == "Sum(Max(1, i), (i, 0, L))"
    assert str(read(r"\sum_{i=1}^{L} \max(i, 1)", "L").lhs) == "L**2/2 + L/2"


@pytest.mark.parametrize("text", [r"\text{Total:} 12Nd^2", r"\text{Total: } 12Nd^2", r"\text{Total}: 12Nd^2"])
def test_a_colon_within_the_label_or_behind_it(text):
    N, d = symbols("N d")
    assert read(text, names="N d").rhs == 12 * N * d**2


def test_the_highest_degree_of_a_sum():
    assert read(r"\sum_{l=1}^{L} l^{9}", names="L").rhs.has(Symbol) is True
    with pytest.raises(FormulaTextError, match="degree 10"):
        read(r"\sum_{l=1}^{L} l^{10}", names="L")


def test_empty_lines_between_statements():
    N, d = symbols("N d")
    assert read("params = 12*N*d**2\n\n\nreturn 12*N*d**2", names="N d", syntax="python").rhs == 12 * N * d**2
