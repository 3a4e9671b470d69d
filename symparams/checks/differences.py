"""How two formulas differ: the smallest sizes at which they do, and the difference part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, islice, pairwise

from sympy import Add, Expr, Integer, Symbol, expand

from symparams.checks.bounds import fits
from symparams.checks.counts import count_of
from symparams.checks.verdict import Counterexample
from symparams.notation import at_values
from symparams.tree import Layer

__all__ = ["by_part", "smallest_counterexample"]

MOST_POINTS, MOST_SHARES = 2_000, 200


def smallest_counterexample(claim: Expr, real: Expr, sizes: Mapping[Symbol, Integer]) -> Counterexample | None:
    """The smallest sizes, by their sum, at which claim and model are different integers; None where none is found.

    Shares are compared as fractions where they are integers at none of the first sizes.

    >>> from symparams import symbols
    >>> d = symbols("d")
    >>> smallest_counterexample(d**2 + 2, 3 * d, {})
    Counterexample(sizes=((d, 3),), claimed=11, real=9)
    """
    symbols = sorted(claim.free_symbols | real.free_symbols, key=lambda symbol: symbol.name)
    shares: Counterexample | None = None
    for number, point in enumerate(islice(_points(len(symbols)), MOST_POINTS)):
        values = {symbol: Integer(size) for symbol, size in zip(symbols, point, strict=True)}
        if not (fits(claim, values) and fits(real, values)):
            continue
        claimed, counted = at_values(claim, values), at_values(real, values)
        found = Counterexample(tuple(zip(symbols, point, strict=True)), claimed, counted)
        if claimed == counted or not (claimed.is_Rational and counted.is_Rational):
            continue
        if claimed.is_Integer and counted.is_Integer:
            return found
        shares = shares or found
        if number > MOST_SHARES:
            break
    return shares


def _points(dimensions: int) -> Iterator[tuple[int, ...]]:
    """All tuples of positive integers, those of the smallest sum first."""
    if dimensions == 0:
        yield ()
        return
    total = dimensions
    while True:
        for bars in combinations(range(1, total), dimensions - 1):
            cuts = (0, *bars, total)
            yield tuple(high - low for low, high in pairwise(cuts))
        total += 1


def by_part(model: Layer, claim: Expr, free: frozenset[Symbol]) -> tuple[tuple[str, Expr], ...]:
    """The difference model − claim told part by part, where the claim's terms can be given to the parts they stand for.

    A part whose terms all occur in the claim is taken to be counted; what then is left of the claim is set against the largest part
    that is not. The rows sum to model − claim.
    """
    counts: dict[str, list[Expr]] = {}
    for placed in model.weights():
        if placed.counted:
            owner = ".".join(placed.path[:-2] if len(placed.path) > 2 else placed.path[:-1]) or "the weights"
            role = {"norm": "norms", "embedding": "embedding and head"}.get(placed.weight.role)
            label = "embedding and head" if placed.path[0] == "head" else role or owner
            counts.setdefault(label, []).append(count_of(placed, free))
    parts = {name: expand(Add(*sizes)) for name, sizes in counts.items()}
    left = _terms(expand(claim))
    missing: dict[str, Expr] = {}
    for name, count in parts.items():
        terms = _terms(count)
        if all(left.get(monomial, 0) >= number for monomial, number in terms.items()):
            left = {monomial: number - terms.get(monomial, 0) for monomial, number in left.items()}
        else:
            missing[name] = count
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
