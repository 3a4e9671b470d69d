"""How two formulas differ: the smallest sizes at which they do, and the difference part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from sympy import Add, Expr, Integer, Rational, Sum, Symbol, expand
from sympy.logic.boolalg import Boolean

from symparams.checks.counts import count_of
from symparams.counting import Quantity, quantity
from symparams.errors import ValuesError
from symparams.notation import Evaluator, Words, at_values, evaluator, plain, probed, smallest_points
from symparams.tree import Layer

__all__ = ["Counterexample", "by_part", "smallest_counterexample"]

MOST_POINTS, MOST_SHARES, MOST_BLIND = 2_000, 200, 40

MOST_SLOW = 100  # points where a side holds sums or roots
MOST_ROWS = 100  # of sums, at each of the points


@dataclass(frozen=True)
class Counterexample:
    """Sizes at which claim and model are different numbers: integers, or fractions where they are shares."""

    sizes: tuple[tuple[Symbol, int], ...]
    claimed: Expr
    real: Expr

    @property
    def sentence(self) -> Words:
        """The sizes and both numbers as a sentence whose formulas are formulas."""
        return self.written(lambda number: number)

    def written(self, number: Callable[[Expr], Expr | str]) -> Words:
        """The sentence, its two numbers written by `number`."""
        at: Words = ("at ",) if self.sizes else ()
        for place, (symbol, size) in enumerate(self.sizes):
            at += (", " if place else "", symbol, f"={size}")
        return (*at, ": " if at else "", "the claim gives ", number(self.claimed), ", the model has ", number(self.real))

    @property
    def words(self) -> str:
        """The sizes and both numbers: "at d=1: the claim gives 16, the model has 25"."""
        return plain(self.sentence)


def smallest_counterexample(
    claim: Expr,
    real: Expr,
    conditions: Sequence[Boolean] = (),
    relations: Mapping[Symbol, Expr] | None = None,
) -> Counterexample | None:
    """The smallest sizes, by their sum, at which claim and model are different integers and the model exists, if any are found.

    where: conditions: what must hold of the sizes; relations: sizes that are defined by others (d_ff = 4d). Shares are compared as
    fractions where they are integers at none of the first sizes.

    >>> from symparams import symbols
    >>> d, f = symbols("d d_ff")
    >>> smallest_counterexample(d**2 + 2, 3 * d)
    Counterexample(sizes=((d, 3),), claimed=11, real=9)
    >>> smallest_counterexample(2 * d + f, 3 * d, relations={f: 4 * d})
    Counterexample(sizes=((d, 1), (d_ff, 4)), claimed=6, real=3)
    """
    rules = relations or {}
    used = claim.free_symbols | real.free_symbols | set().union(*(condition.free_symbols for condition in conditions))
    symbols = sorted(used | set().union(*(rules[one].free_symbols for one in used & rules.keys())), key=lambda symbol: symbol.name)
    functions = [evaluator(expr, symbols) for expr in (claim, real)]
    shares: Counterexample | None = None
    blind = 0  # points at which one of the two has no value; where it has none at the first of them, it has hardly one at others
    points = smallest_points(symbols, conditions, {one: rules[one] for one in symbols if one in rules})
    for number, values in enumerate(islice(points, MOST_POINTS if all(functions) else MOST_SLOW)):
        point = [int(values[one]) for one in symbols]
        claimed, counted = (_value(expr, function, point, values) for expr, function in zip((claim, real), functions, strict=True))
        if claimed is None or counted is None:
            blind += 1
            if blind == number + 1 > MOST_BLIND:
                break
            continue
        if claimed == counted:
            continue
        found = Counterexample(tuple(zip(symbols, point, strict=True)), claimed, counted)
        if claimed.is_Integer and counted.is_Integer:
            return found
        shares = shares or found
        if number > MOST_SHARES:
            break
    return shares


def _value(expr: Expr, function: Evaluator | None, point: Sequence[int], values: Mapping[Symbol, Integer]) -> Expr | None:
    """An expression's rational value at a point, None where it has none or one of too many digits."""
    try:
        if function is not None:
            value = Fraction(function(point))
            return Rational(value.numerator, value.denominator)
    except (ZeroDivisionError, OverflowError):
        pass
    if expr.has(Sum):
        total = probed(expr, {size.name: int(number) for size, number in values.items()}, MOST_ROWS)
        return None if total is None else Rational(total.numerator, total.denominator)
    try:
        found = at_values(expr, values)
    except ValuesError:
        return None
    return found if found.is_Rational else None


def by_part(model: Layer, claim: Expr, free: frozenset[Symbol], of: Quantity | str = "parameters") -> tuple[tuple[str, Expr], ...]:
    """The difference model − claim told part by part, where the claim's terms can be given to the parts they stand for.

    A part whose terms all occur in the claim is taken to be counted; what then is left of the claim is set against the largest part
    that is not. The rows sum to model − claim. None where no part's terms occur in the claim: then nothing tells the parts apart.
    """
    counts: dict[str, list[Expr]] = {}
    for placed in quantity(of).counted(model):
        owner = ".".join(placed.path[:-2] if len(placed.path) > 2 else placed.path[:-1]) or "the weights"
        role = {"norm": "norms", "embedding": "embedding and head"}.get(placed.weight.role)
        label = "embedding and head" if placed.path[0] == "head" else role or owner
        counts.setdefault(label, []).append(count_of(placed, free))
    parts = {name: expand(Add(*sizes)) for name, sizes in counts.items()}
    left = _terms(expand(claim))
    claimed = set(left)
    missing: dict[str, Expr] = {}
    for name, count in parts.items():
        terms = _terms(count)
        if all(left.get(monomial, 0) >= number for monomial, number in terms.items()):
            left = {monomial: number - terms.get(monomial, 0) for monomial, number in left.items()}
        else:
            missing[name] = count
    if len(missing) == len(parts) and not any(claimed & set(_terms(count)) for count in parts.values()):
        return ()
    rest = Add(*(number * monomial for monomial, number in left.items()))
    if rest != 0 and missing:
        symbols = rest.free_symbols
        largest = max(missing, key=lambda name: (len(missing[name].free_symbols & symbols), len(missing[name].free_symbols)))
        missing[largest] = missing[largest] - rest
    elif rest != 0:
        missing["what no part has"] = -rest
    return tuple(missing.items())


def _terms(expr: Expr) -> dict[Expr, Expr]:
    terms: dict[Expr, Expr] = {}
    for term in Add.make_args(expr):
        number, monomial = term.as_coeff_Mul()
        terms[monomial] = terms.get(monomial, Integer(0)) + number
    return terms
