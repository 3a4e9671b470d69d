import contextlib
import random
import time

import pytest
from sympy import Integer, Rational, expand

from symparams.errors import FormulaTextError, NotationError
from symparams.formulas import Precision, read, readings
from symparams.notation import expr_of, symbol, symbols, tex
from symparams.notation.dialects import DIALECTS
from tests.formulas.cases import READABLE
from tests.formulas.strangers import NEAR_FORMULAS, NUMBERS, SENTENCES, STRANGERS

# a run of two or three letters that is a name of some dialect (dh, hs) would be no product any more
NAMES_OF_DIALECTS = sorted({name for names in DIALECTS.values() for name in names if not (name.isalpha() and 1 < len(name) <= 3)})


@pytest.mark.parametrize(("text", "names", "values"), STRANGERS)
def test_reads_as_its_author_meant(text, names, values):
    formulas = readings(text, names)
    assert len(formulas) == len(values), [str(formula) for formula in formulas]
    for formula, value in zip(formulas, values, strict=True):
        assert value is None or expand(formula.rhs.doit() - value) == 0, str(formula)
        assert formula.source == text
        assert all(expr_of(form) == side for form, side in zip(formula.forms, formula.sides, strict=True))


@pytest.mark.parametrize(("text", "names", "values"), STRANGERS)
def test_the_names_of_dialects_take_no_reading_away(text, names, values):
    found = [formula.rhs.doit() for formula in readings(text, [*NAMES_OF_DIALECTS, *names.split()])]
    assert any(expand(rhs - values[0]) == 0 for rhs in found)


@pytest.mark.parametrize("names", ["", NAMES_OF_DIALECTS], ids=["none", "dialects"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_are_no_formulas(sentence, names):
    with pytest.raises(FormulaTextError) as caught:
        readings(sentence, names)
    assert caught.value.text == sentence


@pytest.mark.parametrize(("text", "names", "reason"), NEAR_FORMULAS)
def test_near_formulas_are_refused(text, names, reason):
    with pytest.raises(FormulaTextError) as caught:
        readings(text, names)
    assert reason in caught.value.given


@pytest.mark.parametrize(("text", "names", "values"), NUMBERS)
def test_read_takes_numbers_with_their_words(text, names, values):
    if names:  # 6.7b may be 6.7·b where b is declared
        names = "N d" if "N" in names else ""
    assert read(text, names).rhs == values[0]


@pytest.mark.parametrize(("syntax", "text", "value", "names"), [(*row, None)[:4] for row in READABLE])
def test_what_read_reads_is_among_the_readings(syntax, text, value, names):
    names = names or [symbol.name for symbol in value.free_symbols]
    assert any(expand(formula.rhs - value) == 0 for formula in readings(text, names, syntax))


ODD_NAMES = ["width", "inp", "dh", "dx", "nh", "emb_dim", "n_embed", "dmodel", "d_mlp", "N_layers", "mlp_dim", "nlayers", "dff"]
ODD_NAMES += ["nhead", "kdim", "ctx", "L_max", "alpha", "w", "h", "x", "q", "z"]


@pytest.mark.parametrize("seed", range(8))
def test_formulas_in_other_peoples_names_are_among_the_readings(seed):
    chance = random.Random(seed)
    pool = sorted({*NAMES_OF_DIALECTS, *ODD_NAMES} - {"O"})  # O(d + 1) is an order
    for _ in range(8):
        a, b, c = (symbol(name) for name in chance.sample(pool, 3))
        shapes = (4 * (a * b + b**2 + b), c * (12 * a**2 + 13 * a) + b * a, 3 * a * b**2 + 2 * a + b, (a * b + 1) * c)
        value = chance.choice(shapes)
        for written in (str(value), str(value).replace("**", "^"), str(value).replace("**2", "²").replace("*", "×"), tex(value)):
            for names in ("", NAMES_OF_DIALECTS):
                assert any(expand(formula.rhs - value) == 0 for formula in readings(written, names)), written


def test_read_knows_declared_names_alone():
    with pytest.raises(FormulaTextError) as caught:
        read("4*(width*inp + width)", "inp")
    assert caught.value.name == "width"
    with pytest.raises(FormulaTextError) as caught:
        read("d +", "d")
    assert caught.value.name == ""


def test_the_sizes_behind_a_formula():
    formula = read(r"12Nd^2, \quad d = 768, N = 12", "N d")
    assert formula.sizes == (("d", Integer(768)), ("N", Integer(12)))
    assert formula.sides == (12 * symbol("N") * symbol("d") ** 2,)
    assert read("P = 12Nd^2 where d = 1{,}024", "N d", "latex").sizes == (("d", Integer(1024)),)
    assert read("4(eh+h^2+h), V = 50277", "e h V").names == ("e", "h")
    assert read("N = 12, d = 768", "d").sizes == (("d", Integer(768)),)
    with pytest.raises(FormulaTextError, match="V"):
        read("4(eh+h^2+h), V = 50277", "e h")


def test_relations_and_remainders():
    N, d = symbols("N d")
    assert readings("12*d**2 >= 7_000_000", "d")[0].relations == ("≥",)
    assert read(r"d \le 3 < 4 \geq 2", "d").relations == ("≤", "<", "≥")
    assert read("over 100M").relations == (">",)
    assert read("12Nd^2 = about 85M", "N d").relations == ("≈",)
    assert read(r"12Nd^2(1 + \mathcal{O}(1/d)) + N", "N d").remainder is None or True
    assert read(r"12Nd^2(1 + \mathcal{O}(1/d))", "N d").remainder == 12 * N * d
    assert read("Nd + 12Nd^2 (1 + O(1/d))", "N d").remainder == 12 * N * d
    assert [formula.remainder for formula in readings("H + O(H + 1)", "H O")] == [None, symbol("H") + 1]


def test_the_branches_of_code_and_of_cases():
    formulas = readings("d*d + (d if bias else 0) + (h if not tie else 0)")
    assert [formula.branch for formula in formulas] == [
        "bias and not tie", "bias and tie", "not bias and not tie", "not bias and tie",
    ]  # fmt: skip
    assert [formula.names for formula in readings("d if a else h")] == [("d",), ("h",)]
    assert [formula.branch for formula in readings(r"\begin{cases} d & \text{if } n = 1 \\ 2d & \text{otherwise} \end{cases}")] == [
        "n = 1", "otherwise",
    ]  # fmt: skip
    with pytest.raises(FormulaTextError, match="'if'"):
        read("d if bias else 0", "d")
    with pytest.raises(FormulaTextError, match="one case at a time"):
        read(r"\begin{cases} d & n \\ 2d & m \end{cases}", "d")


def test_the_digits_of_worded_numbers():
    assert read("1.3 million").precision == (Precision(Rational(1300000), Rational(100000)),)
    assert read("138M parameters").precision == (Precision(Rational(138 * 10**6), Rational(10**6)),)
    assert read("535,818 parameters").precision == (None,)


def test_labels_in_any_script():
    for text, label in (
        ("参数 = 4d", "参数"),
        (r"\text{每层} = 4d", "每层"),
        ("Число весов: 4d", "Число весов"),
        ("|Θ| = 4d", "|Θ|"),
    ):
        assert read(text, "d").label == label
    assert read("P_{total} = 4d", "d").label == "P_total"


def test_branches_are_capped():
    text = " + ".join(f"(d if c{number} else 0)" for number in range(12))
    formulas = readings(text)
    assert 0 < len(formulas) <= 8
    with pytest.raises(FormulaTextError, match=r"too many branches|nested too deeply"):
        readings("d if a else " * 300 + "d")


def test_what_grows_is_capped():
    letters = "abcdefgh"
    indices = "".join(rf"\sum_{{{letter}=1}}^{{N}}" for letter in letters)
    texts = [indices + " n" + "".join(f" + {letter}" for letter in letters)]
    texts += [indices + " n" + "".join(f" + n_{letter}" for letter in letters)]
    texts += [
        "124M " * 700,
        "C_abC_in" * 400,
        "x = 4*d\n" * 450,
        "a = d*d\n" + "a = a*a\n" * 200,
        "(1+O(" * 700,
        "4" + " " * 3900 + "M",
    ]
    for text in texts:
        before = time.process_time()
        with contextlib.suppress(FormulaTextError):
            readings(text[:4000])
        assert time.process_time() - before < 1, text[:60]


def test_a_text_and_a_known_syntax_are_wanted():
    with pytest.raises(NotationError, match="a text"):
        readings(12)
    with pytest.raises(NotationError, match="syntax"):
        readings("d", syntax="maple")


def test_a_reading_takes_a_few_milliseconds():
    for text, names, _ in STRANGERS:
        readings(text, names)  # sympy's caches
    before = time.process_time()
    for text, names, _ in STRANGERS:
        readings(text, names)
    assert (time.process_time() - before) / len(STRANGERS) < 0.02
