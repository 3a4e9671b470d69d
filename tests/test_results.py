"""Results are one family: laws that hold of all of them, whatever they are results of."""

import copy
import operator
import pickle
import subprocess
import sys
from fractions import Fraction

import numpy
import pytest
import sympy
from hypothesis import given
from sympy import Integer, Rational, Symbol, sympify

import symparams as sp
from symparams.errors import MatchError, NotationError, NotRecoveredError, RecoveryError, SizeError, ValuesError
from symparams.frameworks.recovery import recover
from symparams.results import Expression, Result
from tests.strategies import SYMBOLS, Recipe, recipes, values

N, d, V, I, H, d_ff = sp.symbols("N d V I H d_ff")
MODEL = sp.Transformer(N, d, V)
GPT2 = {N: 12, d: 768, V: 50257}


def quadratic(d, N):
    assert d % 2 == 0
    return N * (12 * d * d + 13 * d)


RECOVERED = recover(quadratic)
EXPRESSIONS = {
    "closed form": sp.closed_form(MODEL),
    "approximation": sp.leading_order(MODEL.params, d),
    "recovered": RECOVERED,
}
RESULTS = EXPRESSIONS | {
    "derivation": sp.derive(MODEL, leading=d),
    "breakdown": sp.breakdown(MODEL, ("part", "role")),
    "verdict": sp.check("4 e^2 + (4 e f + f + e) + 4 e", sp.TransformerEncoderLayer(d, d_ff)),
    "solution": sp.solve(MODEL, 124_000_000, d, N=12, V=50257),
}
LAYERS = {
    "layer": MODEL,
    "composed": sp.Sequential(tokens=sp.Embedding(V, d), layers=sp.Repeat(sp.TransformerEncoderLayer(d), N), norm=sp.LayerNorm(d)),
    "pyramid": sp.ForEach(sp.Conv2d(N * d, N, 3), (d, 1, H)),
}
SHOWN = RESULTS | LAYERS


@pytest.mark.parametrize("kind", SHOWN)
def test_a_copy_and_a_pickle_are_equal(kind):
    result = SHOWN[kind]
    for other in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert other == result and hash(other) == hash(result) and repr(other) == repr(result)


def test_a_fresh_process_reads_them_and_gives_them_back():
    program = (
        "import pickle, sys; shown = pickle.load(sys.stdin.buffer); "
        "pickle.dump(({kind: repr(one) for kind, one in shown.items()}, shown), sys.stdout.buffer)"
    )
    done = subprocess.run([sys.executable, "-c", program], input=pickle.dumps(SHOWN), capture_output=True, check=True)
    printed, back = pickle.loads(done.stdout)
    assert printed == {kind: repr(one) for kind, one in SHOWN.items()}
    assert back == SHOWN


@pytest.mark.parametrize("kind", SHOWN)
def test_a_notebook_shows_one_rich_form_and_latex_takes_all(kind):
    result = SHOWN[kind]
    rich = [name for name in ("_repr_latex_", "_repr_markdown_", "_repr_html_") if hasattr(result, name)]
    assert len(rich) == 1 and getattr(result, rich[0])().strip()
    assert sp.latex(result)
    if kind in RESULTS:
        assert isinstance(result, Result)
        assert sympy.latex(result) == sp.latex(result)


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_sympy_takes_an_expression_as_what_it_is(kind):
    result, expr = EXPRESSIONS[kind], EXPRESSIONS[kind].expr
    assert isinstance(result, Expression) and isinstance(expr, sympy.Expr)
    assert sympify(result) == expr and result == expr and expr == result and hash(result) == hash(expr)
    assert sympy.expand(result) == sympy.expand(expr) and sympy.factor(result) == sympy.factor(expr)
    for printed in (sympy.pretty, sympy.srepr, sympy.mathml, sympy.ccode, sympy.python):
        assert printed(result) == printed(expr)
    assert sympy.mathml(result, printer="presentation") == sympy.mathml(expr, printer="presentation")
    assert sympify(sympy.sstr(result), locals={"N": N, "d": d, "V": V}).expand() == expr.expand()
    assert result.free_symbols == expr.free_symbols
    assert sympy.Matrix([result, 1])[0] == expr and result in {expr}


COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]
ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.floordiv, operator.mod]


@pytest.mark.parametrize("operation", ARITHMETIC)
@pytest.mark.parametrize("other", [3, Fraction(2, 3), Rational(1, 2), d, d**2 + N, EXPRESSIONS["approximation"]], ids=str)
@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_arithmetic_gives_plain_sympy(kind, operation, other):
    result, plain = EXPRESSIONS[kind], sympify(getattr(other, "expr", other))
    assert operation(result, other) == operation(result.expr, plain)
    # Python itself makes a float of a Fraction that is raised to an expression
    assert operation(other, result) == operation(other if isinstance(other, Fraction) else plain, result.expr)
    assert isinstance(operation(result, other), sympy.Expr) and isinstance(operation(other, result), sympy.Expr)
    assert -result == -result.expr and +result == result.expr and abs(result) == abs(result.expr)


@pytest.mark.parametrize("operation", COMPARISONS)
@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_comparisons_give_sympys(kind, operation):
    result, expr = EXPRESSIONS[kind], EXPRESSIONS[kind].expr
    for other in (3, Rational(1, 2), d, EXPRESSIONS["approximation"] + 1):
        assert operation(result, other) == operation(expr, other) and operation(other, result) == operation(other, expr)
    assert operation(result, EXPRESSIONS["approximation"]) == operation(expr, EXPRESSIONS["approximation"].expr)


NUMBER = sp.closed_form(sp.Linear(300, 400))


def test_a_result_that_is_a_number_is_used_as_one():
    assert NUMBER == 120_400 == NUMBER and NUMBER in {120_400} and NUMBER != 120_401 and NUMBER != "120400"
    assert (int(NUMBER), float(NUMBER), f"{NUMBER:,}", f"{NUMBER:>9}") == (120_400, 120_400.0, "120,400", "   120400")
    assert sorted([NUMBER, 3, sp.closed_form(sp.Linear(3, 4))]) == [3, 16, 120_400]
    with pytest.raises(TypeError, match="truth value"):
        sorted([EXPRESSIONS["closed form"], NUMBER])
    with pytest.raises(TypeError):
        int(EXPRESSIONS["closed form"])


@pytest.mark.parametrize("kind", [kind for kind in SHOWN if kind not in LAYERS])
def test_a_result_stands_in_a_column_of_text(kind):
    result = RESULTS[kind]
    assert f"{result}" == str(result) and f"{result:.3}" == str(result)[:3] and f"{result:<3000}|" == str(result).ljust(3000) + "|"


@pytest.mark.parametrize("name", ["diff", "expand", "as_poly", "args"])
@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_what_only_sympys_expressions_have_is_told(kind, name):
    result = EXPRESSIONS[kind]
    with pytest.raises(AttributeError, match=f"write .expr.{name}"):
        getattr(result, name)
    with pytest.raises(AttributeError, match=r"no attribute 'parms'$"):
        result.parms  # noqa: B018
    assert not hasattr(result, "_eval_subs")


def test_what_is_shown_beside_results_is_typeset_too():
    table, condition = sp.legend(MODEL), sp.MultiHeadAttention(d, H).conditions[0]
    for block in (table, sp.summary(MODEL), RESULTS["derivation"].block()):
        assert sympy.latex(block) == sp.latex(block) == block.tex()
    assert sp.latex(condition) == r"H \text{ divides } d"
    assert (sp.latex(numpy.int64(1234)), sp.latex(Fraction(-2, 3)), sp.latex(12)) == ("1{,}234", r"-\frac{2}{3}", "12")
    for nothing in (True, 4.5, "d", None, [d], sp.outline(MODEL)):
        with pytest.raises(NotationError):
            sp.latex(nothing)


@pytest.mark.parametrize("operation", [operator.add, operator.mul, operator.pow, operator.lt, operator.mod])
@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_arithmetic_evaluates_no_text(kind, operation):
    with pytest.raises(TypeError):
        operation(EXPRESSIONS[kind], "d")
    with pytest.raises(TypeError):
        operation("d", EXPRESSIONS[kind])


@given(recipes, values)
def test_sizes_go_in_by_symbol_by_name_and_by_keyword(recipe: Recipe, sizes: dict[str, int]):
    closed = sp.closed_form(recipe(SYMBOLS))
    concrete = int(recipe({name: Integer(size) for name, size in sizes.items()}).params)
    free = {symbol.name: sizes[symbol.name] for symbol in closed.free_symbols}
    by_symbol = {SYMBOLS[name]: size for name, size in free.items()}
    for value in (closed.at(by_symbol), closed.at(free), closed.at(**free), sp.derive(recipe(SYMBOLS)).at(free)):
        assert type(value) is int and value == concrete and f"{value:,}" == f"{concrete:,}"
    first = dict(list(free.items())[:1])
    rest = {SYMBOLS[name]: size for name, size in free.items() if name not in first}
    partial = closed.at(first)
    assert (partial if isinstance(partial, int) else partial.xreplace({one: Integer(n) for one, n in rest.items()})) == concrete


FOUR = [4, 4.0, Fraction(4), Fraction(8, 2), Integer(4), numpy.int64(4), numpy.uint8(4), numpy.float64(4), numpy.float16(4)]
NO_SIZE = [4.5, Fraction(9, 2), float("nan"), float("inf"), 1e30, numpy.float32(1e30), True, numpy.True_, "4", None, [4], 0, -4.0]
NO_SIZE += [4j, sympy.Float(4), sympy.oo]


@pytest.mark.parametrize("four", FOUR)
def test_what_is_exactly_an_integer_is_a_size(four):
    assert sp.closed_form(sp.Linear(d, d)).at(d=four) == 20
    assert sp.breakdown(sp.Linear(d, d)).at({d: four}).rows[0].expr == 16
    assert sp.solve(sp.Linear(d, d), 20, d, multiple=four).largest == (4, 20)
    assert sp.check("20", sp.Linear(d, d), where={"d": four}).right
    assert sp.check("e^2 + e = 20", sp.Linear(d, d), where={"e": four}).right


def test_a_result_is_a_size():
    inner = sp.closed_form(sp.Linear(d, 4, bias=False))
    assert sp.Linear(inner, 3) == sp.Linear(4 * d, 3)
    assert sp.Given(sp.FeedForward(d, d_ff), {d_ff: inner}) == sp.Given(sp.FeedForward(d, d_ff), {d_ff: 4 * d})


def test_a_fraction_or_a_number_of_numpys_is_one_wherever_one_is_wanted():
    short = sp.leading_order(MODEL.params, {d: numpy.int64(1), V: Fraction(1, 2)}, numpy.int64(1))
    assert short == sp.leading_order(MODEL.params, {d: 1, V: Rational(1, 2)}) and short.grows == ((V, Rational(1, 2)), (d, 1))
    approximation = EXPRESSIONS["approximation"]
    assert (
        approximation.within(Fraction(1, 20)) == approximation.within(Rational(1, 20)) == approximation.within(Rational(1, 20), "d")
    )
    assert sp.breakdown(MODEL, depth=numpy.int64(3)) == sp.breakdown(MODEL, depth=3)


@pytest.mark.parametrize("size", NO_SIZE)
def test_what_is_not_is_refused(size):
    with pytest.raises(SizeError, match="d="):
        sp.closed_form(sp.Linear(d, d)).at(d=size)


def test_large_values_do_not_overflow():
    wide = sp.closed_form(sp.Linear(d, d, bias=False))
    assert wide.at(d=numpy.int64(9_000_000_000)) == 81_000_000_000_000_000_000


def test_a_value_that_is_not_whole_is_an_exact_fraction():
    short = EXPRESSIONS["approximation"]
    assert short.at(GPT2) == 12 * 12 * 768**2 and type(short.at(GPT2)) is int
    exact = 12 * (12 * 768**2 + 13 * 768) + 768 * 50257
    assert short.error_at(GPT2) == Rational(12 * 12 * 768**2 - exact, exact)


def test_sizes_of_all_the_symbols_of_what_it_is_about_may_be_given():
    """Whatever is left in the expression itself: the approximation and the last step have no V, the verdict's difference no H."""
    assert EXPRESSIONS["approximation"].at(GPT2) == RESULTS["derivation"].at(GPT2) == 12 * 12 * 768**2
    assert sp.check("12Nd^2 + 13Nd + Vd", MODEL).at(GPT2) == 0
    assert sp.check("4(e h + h^2 + 2h)", sp.LSTM(I, H)).at(I=3, H=5) == 20
    for result in (EXPRESSIONS["approximation"], RESULTS["derivation"], sp.check("12Nd^2", MODEL)):
        with pytest.raises(ValuesError, match="symbols: N, V, d"):
            result.at(n_layer=2)


def test_a_verdict_at_sizes_is_what_the_claim_gives_too_much():
    verdict, (width, inner) = RESULTS["verdict"], (512, 2048)
    claimed = 4 * width**2 + (4 * width * inner + inner + width) + 4 * width
    real = 4 * width**2 + 4 * width + 2 * width * inner + inner + width + 4 * width
    assert verdict.at({d: width}, d_ff=inner) == claimed - real


def test_a_recovered_form_takes_symbols_and_keeps_its_conditions():
    assert RECOVERED.at({d: 768}, N=12) == RECOVERED.at({"d": 768, "N": 12}) == RECOVERED.at(d=768, N=12) == quadratic(768, 12)
    assert RECOVERED.at(N=12) == 144 * d**2 + 156 * d
    for sizes in ({"d": 3, "N": 2}, {"d": 3}):
        with pytest.raises(NotRecoveredError, match="d mod 2 = 0"):
            RECOVERED.at(sizes)
    assert RECOVERED.counterexample(d=4, N=1) is None
    with pytest.raises(RecoveryError, match="recover it anew"):
        pickle.loads(pickle.dumps(RECOVERED)).counterexample(d=4, N=1)


def test_a_recovered_form_with_frozen_parts_is_asked_for_what_is_trained():
    from torch import nn

    def adapted(width, rank):
        base = nn.Linear(width, width, bias=False)
        base.requires_grad_(False)
        return nn.ModuleDict({"base": base, "down": nn.Linear(width, rank, bias=False), "up": nn.Linear(rank, width, bias=False)})

    found = recover(adapted)
    assert sp.closed_form(found, of="trainable").at(width=512, rank=8) == 2 * 512 * 8
    assert sp.breakdown(found, by="training").at(width=512, rank=8).rows[0].expr == 512**2
    assert sp.check("2 r d", found, where={"r": "rank", "d": "width"}, of="trainable").right
    assert sp.solve(found, 10_000, "rank", of="trainable", width=512).largest == (9, 9216)


def test_whatever_has_a_tree_is_taken_for_it():
    for holder in (MODEL, RESULTS["derivation"]):
        assert sp.outline(holder) == sp.outline(MODEL) and sp.summary(holder, GPT2) == sp.summary(MODEL, GPT2)
        assert sp.legend(holder) == sp.legend(MODEL) and sp.derive(holder) == sp.derive(MODEL)
        assert sp.closed_form(holder) == sp.closed_form(MODEL) and sp.breakdown(holder) == sp.breakdown(MODEL)
        assert sp.check("12Nd^2 + 13Nd + Vd", holder).right


@pytest.mark.parametrize("take", [sp.outline, sp.summary, sp.legend, sp.derive, sp.closed_form, sp.breakdown])
def test_what_has_no_tree_is_refused(take):
    for nothing in (5, None, RECOVERED, EXPRESSIONS["closed form"], sp.LSTM):
        with pytest.raises(SizeError, match="a layer: Linear"):
            take(nothing)
    with pytest.raises(SizeError, match=r"read_model\('LSTM\(I, H\)'\)"):
        take("LSTM(I, H)")


@pytest.mark.parametrize(
    "number", [1024, Integer(1024), sp.closed_form(sp.Linear(31, 32)).at(), sp.breakdown(sp.Linear(31, 32)).total]
)
def test_a_number_is_an_expression_to_check(number):
    assert sp.check("1024", number).right and not sp.check("1023", number).right
    with pytest.raises(MatchError, match="a layer, a closed form"):
        sp.check("1", True)


FOREIGN = Symbol("d")


@pytest.mark.parametrize(
    "call",
    [
        lambda: sp.closed_form(MODEL).at({FOREIGN: 3}),
        lambda: sp.closed_form(MODEL).subs(FOREIGN, 3),
        lambda: sp.closed_form(MODEL).subs({FOREIGN**2: 3}),
        lambda: sp.closed_form(MODEL).xreplace({FOREIGN: Integer(3)}),
        lambda: sp.breakdown(MODEL).at({FOREIGN: 3}),
        lambda: RECOVERED.at({FOREIGN: 4}),
        lambda: sp.leading_order(MODEL.params, FOREIGN),
        lambda: sp.leading_order(MODEL.params, d).at({FOREIGN: 3}),
        lambda: sp.leading_order(MODEL.params, d).within(Rational(1, 20), at={Symbol("N"): 3}),
        lambda: sp.leading_order(MODEL.params, d).within(Rational(1, 20), FOREIGN),
        lambda: sp.solve(MODEL, 10**9, FOREIGN, N=12, V=50257),
        lambda: sp.solve(MODEL, 10**9, V, {FOREIGN: 3}, N=12),
        lambda: sp.solve(12 * FOREIGN**2, 10**9, FOREIGN),
        lambda: sp.legend(MODEL, {FOREIGN: "width"}),
        lambda: sp.summary(MODEL, {FOREIGN: 3}),
        lambda: sp.Linear(FOREIGN, 3),
        lambda: sp.Given(sp.FeedForward(d, d_ff), {Symbol("d_ff"): 4 * d}),
        lambda: sp.Where(sp.Linear(d, d), FOREIGN > 3),
        lambda: sp.check("12 N e^2", MODEL, where={"e": FOREIGN}),
    ],
)
def test_symbols_of_sympy_are_refused_by_a_move_that_helps_after_a_star_import(call):
    with pytest.raises(sp.SymparamsError) as caught:
        call()
    assert "from symparams import symbols" in caught.value.move


@pytest.mark.parametrize(
    "call",
    [
        lambda: sp.closed_form(MODEL).subs("d", 768),
        lambda: sp.closed_form(MODEL).subs({"d": 768}),
        lambda: sp.closed_form(MODEL).subs([("d", 768)]),
        lambda: sp.closed_form(MODEL).subs(d, "__import__('os').getcwd()"),
        lambda: sp.closed_form(MODEL).subs("d"),
        lambda: sp.closed_form(MODEL).subs(d, 1, 2),
        lambda: sp.closed_form(MODEL).xreplace({"d": 768}),
        lambda: sp.closed_form(MODEL).at({d: 1}, d=2),
        lambda: sp.closed_form(MODEL).at({d: 1, "d": 2}),
        lambda: sp.closed_form(MODEL).at(n_layer=2),
        lambda: sp.closed_form(MODEL).at([(d, 1)]),
        lambda: sp.closed_form(MODEL).at({1: 2}),
        lambda: sp.legend(MODEL, {"n_layer": "layers"}),
        lambda: sp.legend(MODEL, [(d, "width")]),
        lambda: sp.legend(MODEL, {d: 5}),
    ],
)
def test_what_would_silently_do_nothing_is_refused(call):
    with pytest.raises(ValuesError):
        call()


def test_replacing_is_sympys_replacing():
    closed = EXPRESSIONS["closed form"]
    for rule in ({d: 768}, {d: numpy.int64(768)}, {d: N, N: d}, {d: closed}, {d: Fraction(1, 2)}, [(d, N), (N, 3)]):
        assert closed.subs(rule) == closed.expr.subs(rule)
    assert closed.subs({d: N, N: d}, simultaneous=True) == closed.expr.subs({d: N, N: d}, simultaneous=True)
    assert closed.xreplace({d: 4, N: d}) == closed.expr.xreplace({d: Integer(4), N: d})


@pytest.mark.parametrize(
    "call",
    [
        lambda: sp.solve(MODEL.params, 10**9, d, N=12, V=50257, of="trainable"),  # an expression has no weights to tell apart
        lambda: sp.solve(sp.closed_form(MODEL), 10**9, d, N=12, V=50257, of="non_embedding"),
        lambda: sp.breakdown(MODEL, ("part", "part")),
        lambda: sp.breakdown(MODEL, {"part", "role"}),  # in which order?
        lambda: sp.breakdown(MODEL, 5),
        lambda: sp.breakdown(MODEL, depth=True),
        lambda: sp.breakdown(MODEL, depth=1.5),
    ],
)
def test_an_option_without_an_effect_or_a_meaning_is_refused(call):
    with pytest.raises(SizeError):
        call()


def test_numbers_in_a_substitution_are_exact():
    for number in (4.0, True):
        with pytest.raises(ValuesError, match="write an integer"):
            EXPRESSIONS["closed form"].subs(d, number)
