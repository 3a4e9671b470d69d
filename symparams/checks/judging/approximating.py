"""Approximations: whether a side agrees with the model where its widths grow.

Where a claim states no regime, the widths of the model grow together and everything else (layers, vocabulary, positions) stands
still. A remainder O(…) is then a claim with a truth of its own, and a term beyond the leading order that the model does not have
makes an approximation wrong, since nothing that was stated dominates it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from sympy import Add, Expr, Integer, Symbol, expand

from symparams.asymptotics import Approximation, leading_order, order
from symparams.checks.explaining.terms import excess
from symparams.checks.readings.reading import Side
from symparams.errors import RegimeError
from symparams.notation import same

__all__ = ["leading", "leads", "remainder_holds"]


def leads(side: Side, real: Expr, widths: tuple[Symbol, ...]) -> Iterator[tuple[Expr, Approximation]]:
    """The leading terms of claim and model as all of the model's widths grow, and as all of the claim's symbols do.

    A claim that leaves a width out cannot choose a regime in which that width stands still.
    """
    growing = [size for size in widths if size in real.free_symbols]
    common = sorted(side.expr.free_symbols & real.free_symbols, key=lambda size: size.name)
    for grows in (growing, common if set(growing) <= set(common) else []):
        stated: Mapping[Symbol, Expr | int] = {size: 1 for size in grows if size in common}
        if stated:
            with suppress(RegimeError):
                yield leading_order(side.expr, stated).expr, leading_order(real, dict.fromkeys(grows, 1))


def leading(side: Side, real: Expr, widths: tuple[Symbol, ...]) -> Approximation | None:
    """The model's leading order with the claim's terms, where the claim is that and nothing else; None where it is not."""
    if side.relation not in ("O", "∝") and excess(side.expr, real) != 0:
        return None
    for claimed, short in leads(side, real, widths):
        if side.relation in ("O", "∝"):
            growing = dict(short.grows)
            quotient = (claimed / short.expr).expand()
            alike = _kinds(claimed) == _kinds(short.expr) or _order(claimed, growing) == _order(short.expr, growing)
            if not quotient.free_symbols & growing.keys() if side.relation == "∝" else alike:
                return short
        elif same(claimed, short.expr):
            return replace(short, expr=side.expr)
    return None


def remainder_holds(side: Side, real: Expr, widths: tuple[Symbol, ...]) -> bool | None:
    """Whether model − claim grows no faster than the claim's O(…) as the widths do; None where that has no order."""
    assert side.remainder is not None
    gap = expand(real - side.expr)
    if gap == 0:
        return True
    rates = {size: Integer(1) for size in widths}
    try:
        return bool(max(order(term, rates) for term in Add.make_args(gap)) <= order(expand(side.remainder), rates))
    except RegimeError:
        return None


def _order(expr: Expr, growing: Mapping[Symbol, Expr]) -> object:
    return max(order(term, growing) for term in Add.make_args(expand(expr)))


def _term(term: Expr) -> tuple[Expr, Expr]:
    number, kind = term.as_coeff_Mul()
    return kind, number


def _kinds(expr: Expr) -> set[Expr]:
    """The terms of a sum without their coefficients."""
    return {_term(term)[0] for term in Add.make_args(expand(expr))}
