"""What symparams and sympy print reads back to the same expression."""

import random

import pytest
from hypothesis import given, settings, strategies
from sympy import Add, Expr, I, Integer, Max, Min, Mul, Pow, Rational, Sum, ceiling, expand, floor, latex, nan, oo, zoo

from symparams.formulas import read
from symparams.notation import SumOver, symbol, tex, text

_NAMES = "d h V N H s b B l k n e E K W d_model d_ff n_layer hidden_size vocab alpha beta Psi theta_0 lambda_ d_k c_1 d_h_Q"
NAMES = _NAMES.split()
SYMBOLS = [symbol(name) for name in NAMES]
ATOMS = strategies.sampled_from(SYMBOLS) | strategies.integers(-3, 2000).map(Integer)
ATOMS |= strategies.builds(Rational, strategies.integers(-20, 99), strategies.integers(1, 30))
POWERS = [2, 3, -1, -2, Rational(1, 2), Rational(1, 3), Rational(-1, 2), symbol("n"), 1 - symbol("k")]


def random_expression(chance: random.Random, depth: int) -> Expr:
    kind = chance.random()
    if depth == 0 or kind < 0.2:
        if chance.random() < 0.7:
            return chance.choice(SYMBOLS)
        return Rational(chance.randint(-20, 2000), chance.choice((1, 1, 1, 2, 7, 30)))

    def part() -> Expr:
        return random_expression(chance, depth - 1)

    if kind < 0.5:
        return Add(*(part() for _ in range(chance.randint(2, 4))))
    if kind < 0.78:
        return Mul(*(part() for _ in range(chance.randint(2, 4))))
    if kind < 0.88:
        return part() ** chance.choice(POWERS)
    if kind < 0.94:
        return chance.choice((floor, ceiling))(part())
    if kind < 0.995:
        return chance.choice((Max, Min))(part(), part())
    index = symbol("i")
    return Sum(part() * index ** chance.choice((0, 1, 2)) + part(), (index, 1, chance.choice(SYMBOLS)))


def is_size(expr: Expr) -> bool:
    """Whether it is a finite real number; sympy builds others on the way."""
    roots = (power for power in expr.atoms(Pow) if power.base.is_zero or (power.base.is_negative and not power.exp.is_integer))
    return not expr.has(zoo, nan, oo, -oo, I) and not any(roots)


def assert_same(expr: Expr, written: str, syntax: str | None, chance: random.Random) -> None:
    """Equal as an expression, multiplied out, or else at random sizes to the last digit."""
    again = read(written, NAMES, syntax).lhs
    closed = expr.replace(lambda part: isinstance(part, Sum), lambda part: SumOver(part.function, *part.limits[0]).expr)
    if again in (expr, closed) or expand(again - closed) == 0:
        return
    for _ in range(3):
        values = {symbol: Integer(chance.randint(1, 9)) for symbol in SYMBOLS}
        difference = (expr - again).xreplace(values).doit()
        assert difference == 0 or abs(difference.evalf(30)) < Rational(1, 10**15), (written, again, expr)


@pytest.mark.parametrize("seed", range(10))
def test_random_expressions(seed):
    chance, done = random.Random(seed), 0
    while done < 1000:
        try:
            expr = random_expression(chance, chance.choice((1, 1, 2, 2, 2, 3)))
        except ValueError:  # sympy compares no complex numbers
            continue
        if is_size(expr):
            done += 1
            assert_same(expr, text(expr), None, chance)
            assert_same(expr, tex(expr), "latex" if done % 2 else None, chance)
            if done % 5 == 0:
                assert_same(expr, str(expr), None, chance)


@settings(max_examples=300, deadline=None)
@given(
    strategies.recursive(
        ATOMS,
        lambda parts: (
            strategies.lists(parts, min_size=2, max_size=4).map(lambda found: Add(*found))
            | strategies.lists(parts, min_size=2, max_size=4).map(lambda found: Mul(*found))
            | parts.map(lambda part: part**2)
            | parts.map(floor)
        ),
        max_leaves=12,
    )
)
def test_expressions_of_hypothesis(expr):
    chance = random.Random(0)
    for written in (text(expr), tex(expr), str(expr)):
        assert_same(expr, written, None, chance)


def test_a_formula_printed_in_its_own_order_reads_back():
    from tests.formulas.cases import READABLE

    for _, source, value, *names in READABLE:
        known = names[0] if names else [symbol.name for symbol in value.free_symbols]
        formula = read(source, known)
        for form, side in zip(formula.forms, formula.sides, strict=True):
            every = [*(known.split() if isinstance(known, str) else known), *(symbol.name for symbol in side.free_symbols)]
            assert expand(read(text(form), every).lhs - side) == 0
            assert expand(read(tex(form), every, "latex").lhs - side) == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_number_beside_any_name(name):
    for expr in (3 * symbol(name), symbol(name) / 3, 1000 * symbol(name) ** 2, 3 * symbol(name) - 4):
        for written in (text(expr), tex(expr), str(expr)):
            assert read(written, NAMES, "latex" if written == tex(expr) else None).lhs == expr


def test_the_latex_of_sympy_reads_back():
    chance, done = random.Random(1), 0
    while done < 300:
        try:
            expr = random_expression(chance, chance.choice((1, 2, 2)))
        except ValueError:
            continue
        if is_size(expr) and not expr.has(Sum):
            done += 1
            assert_same(expr, latex(expr, mul_symbol="dot"), "latex", chance)


def test_a_fraction_to_a_symbolic_power():
    k = symbol("k")
    for expr in (
        Rational(1, 7) ** k,
        Rational(1, 7) ** -k,
        Rational(1, 7) ** (1 - k),
        Rational(1, 7) ** (-k - 1),
        Rational(2, 7) ** -k,
    ):
        for written in (text(expr), tex(expr)):
            assert_same(expr, written, None, random.Random(0))
