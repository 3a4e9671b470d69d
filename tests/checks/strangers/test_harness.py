"""The harness itself: the same claim from the same seed, and texts that say what was meant, as other readers find."""

import ast
import random
from fractions import Fraction

import pytest
from sympy import Integer, floor

from symparams import read, symbols
from symparams.models.reading import read_model
from tests.checks.strangers.lost import true_in_another_reading
from tests.checks.strangers.names import POOL, draw_names, identity
from tests.checks.strangers.numbers import one_digit_wrong, rounded
from tests.checks.strangers.renamed import verify
from tests.checks.strangers.spelling import SYNTAXES, draw_style, spelled
from tests.checks.strangers.subjects import TEMPLATES, Subject, draw_subject, recovered_classes
from tests.checks.strangers.tally import KINDS, Row, failures, summary
from tests.checks.strangers.trees import Name, Number, Product, Sum, arrange, renamed, sizes_in, terms_of, value_of

OPERATORS = {ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.Div: "__truediv__", ast.Pow: "__pow__"}


def number(node: ast.expr, sizes: dict[str, int]) -> Fraction:
    """What Python would make of an expression, in fractions, without running it."""
    match node:
        case ast.Constant(int(value)):
            return Fraction(value)
        case ast.Name(name) | ast.Attribute(attr=name):
            return Fraction(sizes[name])
        case ast.BinOp(left, sign, right):
            return getattr(number(left, sizes), OPERATORS[type(sign)])(number(right, sizes))
        case ast.Call(ast.Name("floor"), [inner]):
            return Fraction(number(inner, sizes).__floor__())
    raise ValueError(ast.dump(node))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_text_says_what_the_tree_says(syntax: str) -> None:
    draw = random.Random(syntax)
    for _ in range(60):
        subject = draw_subject(draw)
        tree = arrange(terms_of(subject.expr), draw)
        names = draw_names({size: subject.roles[size] for size in sizes_in(tree)}, draw, fields=subject.recovered)
        tree = renamed(tree, names)
        style = draw_style(tree, draw, syntax)
        text = spelled(tree, style)
        sizes = {name: draw.randrange(2, 1000) for name in names.values()}
        if syntax == "python":
            value = number(ast.parse(text, mode="eval").body, sizes)
        else:  # read with every name declared, which is another road than `check`, where they are guessed
            expr = read(text, names=" ".join(names.values()), syntax=syntax).rhs
            found = expr.xreplace({symbols(name): Integer(size) for name, size in sizes.items()}).doit()
            value = Fraction(int(found.p), int(found.q))
        assert value == value_of(tree, sizes), text


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_the_same_claims(kind: str) -> None:
    first = [KINDS[kind](7, index).replay() for index in range(12)]
    assert first == [KINDS[kind](7, index).replay() for index in range(12)]
    assert len(set(first)) == 12
    assert first != [KINDS[kind](8, index).replay() for index in range(12)]


def test_there_are_many_models_and_many_names() -> None:
    assert len(set(TEMPLATES)) >= 60 and len(recovered_classes()) >= 150
    assert all(len({identity(name) for name in names}) > 6 for names in POOL.values())


def test_names_of_one_claim_are_all_distinct_for_a_reader() -> None:
    for seed in range(100):
        names = draw_names({"a": "d_model", "b": "n_hid", "c": "n_in", "e": "embed"}, random.Random(seed)).values()
        assert len({identity(name) for name in names}) == 4
    assert identity("dModel") == identity("d_model") and identity("n") != identity("N")


def linear() -> Subject:
    return Subject("", read_model("Linear(a, b)"), {"a": "n_in", "b": "n_out"})


def test_a_formula_that_is_none_of_the_model_is_never_handed_out() -> None:
    tree = Sum(((1, Product((Name("a"), Name("b")))), (1, Name("b"))))
    verify(tree, linear().expr, linear(), random.Random(1))
    with pytest.raises(AssertionError, match="none of the model"):
        verify(Sum((*tree.terms, (1, Number(1)))), linear().expr, linear(), random.Random(1))


@pytest.mark.parametrize(
    ("model", "formula", "reason"),
    [
        ("Linear(a, b)", "a*b + a", "true under another naming"),
        ("Linear(a, b)", "a*b", ""),
        ("Given(FeedForward(d, f, bias=False), {f: 4*d})", "d*d/2", "true under another naming"),
        ("Given(FeedForward(d, f, bias=False), {f: 4*d})", "2*d*f", "true under a relation"),
        ("Given(FeedForward(d, f, bias=False), {f: 4*d})", "7*d*d", ""),
    ],
)
def test_a_changed_formula_that_is_true_in_another_reading_is_no_false_claim(model: str, formula: str, reason: str) -> None:
    a, b, d, f = symbols("a b d f")
    expr = {"a*b + a": a * b + a, "a*b": a * b, "d*d/2": d * d / 2, "2*d*f": 2 * d * f, "7*d*d": 7 * d * d}[formula]
    subject = Subject("", read_model(model), {})
    tree = arrange(terms_of(expr), None)
    assert true_in_another_reading(tree, expr, subject, random.Random(1)) == reason


def test_rounded_numbers_are_right_to_their_digits_and_wrong_ones_are_not() -> None:
    draw = random.Random(3)
    units = {"K": 3, "M": 6, "B": 9}
    for _ in range(300):
        value, wrong = draw.randrange(10**4, 10**11), draw.choice((0, 2, -3))
        text = rounded(value, "text", draw, wrong, words=False)
        if text is None:
            continue
        digits, power = (text[:-1], units[text[-1]]) if text[-1] in units else text.split("e")
        last = Fraction(10) ** (int(power) - len(digits.partition(".")[2]))
        off = abs(Fraction(digits) * 10 ** int(power) - value)
        assert (off * 2 <= last) == (wrong == 0), (value, text)
    assert all(one_digit_wrong(value, draw) != value for value in range(1, 2000))


def test_floors_are_kept_as_they_are() -> None:
    d, h = symbols("d h")
    tree = arrange(terms_of(4 * d * h * floor(d / h) + d), random.Random(2))
    assert value_of(tree, {"d": 7, "h": 2}) == 4 * 7 * 2 * 3 + 7


def test_faults_are_found_and_counted() -> None:
    def row(true: bool, word: str, **more: bool) -> Row:
        return Row("chains", 1, 0, "all", true, 2, word, 0.1, "", "check(…)", "", **more)

    rows = [row(True, "right"), row(True, "wrong"), row(False, "right"), row(True, "question"), row(False, "wrong", placed=False)]
    assert [each.fault[2:] for each in failures(rows)] == [
        "false and called right",
        "true and called wrong",
        "the place of the error is not named",
        "true and refused (question)",
    ]
    assert "true claims called wrong                       1 of 3 (33.3 %)" in summary(rows)
