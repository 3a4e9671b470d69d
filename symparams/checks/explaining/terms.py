"""A difference told term by term: what the claim has of each term, and what the model."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Integer, expand

from symparams.notation import Words

__all__ = ["by_term", "excess"]

MOST_TERMS = 3


def by_term(claimed: Expr, real: Expr) -> tuple[Words, ...]:
    """The terms that differ, as sentences; none where there are more than three, or where a side is no sum of terms.

    >>> from symparams.notation import plain
    >>> from symparams.notation import symbols
    >>> V, d = symbols("V d")
    >>> [plain(words) for words in by_term(2 * V * d + d**2, V * d + d**2 + 4 * d)]
    ['its term 2*V*d is V*d in the model (+V*d)', 'leaves out the term 4*d']
    """
    mine, its = (_terms(expr) for expr in (claimed, real))
    changed = [kind for kind in dict.fromkeys((*mine, *its)) if mine.get(kind, 0) != its.get(kind, 0)]
    return tuple(_sentences(mine, its, changed)) if len(changed) <= MOST_TERMS else ()


def excess(claimed: Expr, real: Expr) -> Expr:
    """What a claim's terms have beyond the model's: each term whose coefficient is not the model's, less what the model has of it.

    >>> from symparams.notation import symbols
    >>> N, d, V = symbols("N d V")
    >>> excess(12 * N * d**2 + 2 * V * d, 12 * N * d**2 + 13 * N * d + V * d)
    V*d
    """
    mine, its = (_terms(expr) for expr in (claimed, real))
    return Add(*((number - its.get(kind, Integer(0))) * kind for kind, number in mine.items()))


def _sentences(mine: dict[Expr, Expr], its: dict[Expr, Expr], changed: list[Expr]) -> Iterator[Words]:
    for kind in changed:
        if kind not in mine:
            yield ("leaves out the term ", its[kind] * kind)
        elif kind not in its:
            yield ("its term ", mine[kind] * kind, " is not in the model")
        else:
            gap = mine[kind] - its[kind]
            sign = "+" if gap > 0 else "−"
            yield ("its term ", mine[kind] * kind, " is ", its[kind] * kind, f" in the model ({sign}", abs(gap) * kind, ")")


def _terms(expr: Expr) -> dict[Expr, Expr]:
    found: dict[Expr, Expr] = {}
    for term in Add.make_args(expand(expr)):
        number, kind = term.as_coeff_Mul()
        found[kind] = found.get(kind, Integer(0)) + number
    return found
