"""KaTeX in strict mode reads whatever symparams writes."""

import re

import pytest
from hypothesis import given
from py_mini_racer import JSEvalException
from sympy import Integer

from symparams import closed_form, latex
from symparams.frameworks.recovery import recover
from symparams.models.reading import vocabulary
from symparams.notation import Percent, symbol, tex
from tests.expressions import expressions, names
from tests.typeset.emitted import MODELS, approximations, derivations, formulas, layer, tables


@pytest.mark.parametrize("wrong", [r"\frac{1}", "d_{model", "a % b", "x^2^3", "é", r"\text{a_b}", r"\unknown", "$d$", r"d\right)"])
def test_the_judge_refuses(katex, wrong):
    with pytest.raises(JSEvalException):
        katex.accept(wrong)


def test_every_layer_is_there():
    called = set(re.findall(r"\w+(?=\()", " ".join(MODELS)))
    general = {"Convolution", "TransformerLayer", "LanguageModel", "Stack", "EncoderDecoder"}  # what shorter names are made of
    assert vocabulary().keys() - called == general


@pytest.mark.parametrize("text", MODELS)
def test_formulas(katex, text):
    for formula in formulas(layer(text)):
        katex.accept(formula)


@pytest.mark.parametrize("text", MODELS)
def test_notebooks_output(katex, text):
    model = layer(text)
    for result in (closed_form(model), *approximations(model), *derivations(model)):
        assert katex.accept_dollars(result._repr_latex_()) == 1


def test_the_conditions_of_a_recovered_form(katex):
    def width_of_heads(hidden_size, num_heads):
        assert hidden_size % 64 == 0
        return hidden_size * hidden_size + num_heads

    found = recover(width_of_heads)
    assert found.conditions and "\\text" in found._repr_latex_()
    assert katex.accept_dollars(found._repr_latex_()) == 1
    katex.accept(found.tex())


@pytest.mark.parametrize("text", MODELS)
def test_tables(katex, text):
    for table in tables(layer(text)):
        cells = [cell for row in (*table.rows, *table.foot) for cell in row if not isinstance(cell, str | Percent)]
        formulas = [cell for cell in cells if not isinstance(cell, int | Integer)]
        assert katex.accept_dollars(table.markdown()) == katex.accept_dollars(table.html()) == len(formulas)
        sizes = sum(name.count("=") for name in table.header)
        assert katex.accept_dollars(table.tex()) == len(cells) + sizes


@given(expressions)
def test_random_expressions(katex, expr):
    katex.accept(tex(expr))


@given(names, names)
def test_random_names(katex, one, other):
    katex.accept(tex((symbol(one) + symbol(other)) ** 2 * symbol(one) ** symbol(other)))


@pytest.mark.parametrize("text", MODELS[::5])
def test_a_name_is_set_in_one_piece(text):
    """feed_forward is one word in a derivation as hidden_size is in a formula, not two with a rule between them."""
    for derivation in derivations(layer(text)):
        for written in (latex(derivation), latex(derivation, "align*", width=60)):
            assert not re.search(r"\\_ ?\\text|\} ?\\_", written), written
