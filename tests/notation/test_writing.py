"""Formulas as text and TeX: a table to read, and text read back."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from sympy import Integer, Product, Rational, cos

from symparams.errors import NotationError
from symparams.notation import Plus, SumOver, Times, expr_of, same, symbol, symbols, tex, tex_name, text
from tests.expressions import expressions, names
from tests.reading_back import read

GOLDEN = tomllib.loads(Path(__file__).with_name("golden.toml").read_text(encoding="utf-8"))["form"]
d, h, N, V, l, L = symbols("d h N V l L")

FORMS = [  # ordered sums and products keep their author's picture
    (Times((Integer(4), Plus((d**2, d)))), "4*(d**2 + d)", r"4\left(d^{2} + d\right)"),
    (Plus((d, d**2)), "d + d**2", "d + d^{2}"),
    (Plus((-d, V)), "-d + V", "-d + V"),
    (Plus((d, Plus((-h, V)))), "d - h + V", "d - h + V"),
    (Plus((d, Integer(-3))), "d - 3", "d - 3"),
    (Plus(()), "0", "0"),
    (Times(()), "1", "1"),
    (Times((d, d), dotted=True), "d*d", r"d \cdot d"),
    (Times((2 * d, 4 * d), dotted=True), "2*d*4*d", r"2 d \cdot 4 d"),
    (Times((2 * d, 4 * d)), "2*d*4*d", r"2 d \cdot 4 d"),
    (Times((Integer(2), Integer(3))), "2*3", r"2 \cdot 3"),
    (Times((d, Integer(-3))), "d*(-3)", r"d\left(-3\right)"),
    (Times((Rational(1, 2), d + 1)), "1/2*(d + 1)", r"\frac{1}{2}\left(d + 1\right)"),
    (Times((d, 1 / h)), "d*1/h", r"d \cdot \frac{1}{h}"),
    (Times((N, Times((d, h)))), "N*d*h", "N d h"),
    (Times((N, Plus((d, Times((Integer(-2), h)))))), "N*(d - 2*h)", r"N\left(d - 2 h\right)"),
    (Times((Integer(-1), Plus((d, h)))), "-(d + h)", r"-\left(d + h\right)"),
    (Times((Integer(-2), Times((d, Plus((d, h)))))), "-2*d*(d + h)", r"-2 d\left(d + h\right)"),
    (Times((Rational(-1, 2), d)), "-1/2*d", r"-\frac{1}{2} d"),
    (SumOver(d * l, l, Integer(1), L), "Sum(d*l, (l, 1, L))", r"\sum_{l=1}^{L} d l"),
    (SumOver(Plus((d, l)), l, Integer(1), L), "Sum(d + l, (l, 1, L))", r"\sum_{l=1}^{L} \left(d + l\right)"),
    (Times((SumOver(d, l, Integer(1), L), h)), "Sum(d, (l, 1, L))*h", r"\left(\sum_{l=1}^{L} d\right) h"),
    (Plus((SumOver(d, l, Integer(1), L), h)), "Sum(d, (l, 1, L)) + h", r"\left(\sum_{l=1}^{L} d\right) + h"),
]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["given"])
def test_written_as_in_the_table(row):
    expr = read(row["given"])
    assert (text(expr), tex(expr)) == (row["text"], row["tex"])


def test_the_table_has_each_form_once():
    assert len({row["given"] for row in GOLDEN}) == len(GOLDEN) >= 80


@pytest.mark.parametrize(("form", "as_text", "as_tex"), FORMS, ids=[row[1] for row in FORMS])
def test_forms_are_written_in_their_own_order(form, as_text, as_tex):
    assert (text(form), tex(form)) == (as_text, as_tex)
    assert same(read(as_text).doit(), expr_of(form))


@given(expressions)
def test_text_reads_back_as_the_same_expression(expr):
    back = read(text(expr))
    assert back == expr or same(back, expr) or all(same(at(back, sizes), at(expr, sizes)) for sizes in (2, 3, 5)), text(expr)


def at(expr, least):
    """An expression at sizes that differ; sympy simplifies a rounded term on reading, so that only its values are the same."""
    names = sorted(symbol.name for symbol in expr.free_symbols)
    return expr.xreplace({symbol(name): Integer(least + number) for number, name in enumerate(names)}).doit()


@given(expressions)
def test_text_and_tex_hold_the_same_names_and_numbers(expr):
    in_tex = {tex_name(name): name for name in (*(symbol.name for symbol in expr.free_symbols), "l")}
    longest_first = sorted(map(re.escape, in_tex), key=len, reverse=True)
    pieces = re.findall("|".join([*longest_first, r"\\[a-z]+", r"\d+(?:\{,\}\d{3})*"]), tex(expr))
    read_off = [in_tex.get(piece, piece.replace("{,}", "")) for piece in pieces if piece in in_tex or piece[0].isdigit()]
    functions = {"sqrt", "floor", "ceiling", "Max", "Min", "Sum"}
    assert Counter(read_off) == Counter(piece for piece in re.findall(r"\w+", text(expr)) if piece not in functions)


@given(names, names)
def test_different_names_never_look_the_same(one, other):
    assert (tex_name(one) == tex_name(other)) == (one == other)


@given(names, names)
def test_a_product_of_names_never_looks_like_a_name(one, other):
    assert tex(symbol(one) * symbol(other)) not in {tex_name(one + other), tex_name(one), tex_name(other)}


@pytest.mark.parametrize("foreign", [cos(d), Product(d, (l, 1, L))], ids=str)
def test_what_no_formula_holds_is_refused(foreign):
    for write in (text, tex):
        with pytest.raises(NotationError, match="wanted: integers, fractions, symbols"):
            write(foreign)
