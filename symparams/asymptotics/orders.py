"""How fast an expression grows when some of its symbols do, and the part of it that grows fastest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from sympy import Add, Expr, Integer, Max, Min, Mul, Pow, Symbol, ceiling, floor

from symparams.errors import RegimeError, shown

__all__ = ["Order", "lead", "order"]

Order: TypeAlias = tuple[Expr, Expr]  # how fast a term grows: b^t·t^k as (b, k), compared from left to right
_CONSTANT: Order = (Integer(1), Integer(0))


def order(expr: Expr, rates: Mapping[Symbol, Expr]) -> Order:
    """How fast an expression grows when each symbol s goes as t^rate."""
    if not expr.free_symbols & rates.keys():
        return _CONSTANT
    match expr:
        case Symbol():
            return Integer(1), rates[expr]
        case Mul():
            parts = [order(factor, rates) for factor in expr.args]
            return Mul(*(base for base, _ in parts)), Add(*(power for _, power in parts))
        case Pow(base=base, exp=exp) if exp.is_Rational:
            grown, power = order(base, rates)
            return grown**exp, power * exp
        case Pow(base=base, exp=exp) if (
            base.is_Rational and base > 0 and all(rates[s] == 1 for s in exp.free_symbols & rates.keys())
        ):
            slopes = [exp.coeff(s) for s in exp.free_symbols & rates.keys()]
            if all(slope.is_Rational for slope in slopes) and exp.is_polynomial(*rates):
                return base ** Add(*slopes), Integer(0)
        case Add() | Max():
            return max(order(term, rates) for term in expr.args)
        case Min():
            return min(order(term, rates) for term in expr.args)
        case floor() | ceiling():
            return order(expr.args[0], rates)
    raise RegimeError(
        f"{shown(expr)} in a leading order", "sums, products, powers, b**n, rounding, Max and Min", "let another symbol grow"
    )


def lead(expr: Expr, rates: Mapping[Symbol, Expr]) -> Expr:
    """The part of an expression that grows fastest."""
    if not expr.free_symbols & rates.keys():
        return expr
    match expr:
        case Mul():
            return Mul(*(lead(factor, rates) for factor in expr.args))
        case Pow(base=base, exp=exp) if exp.is_Rational:
            return lead(base, rates) ** exp
        case Add():
            fastest = order(expr, rates)
            return Add(*(lead(term, rates) for term in expr.args if order(term, rates) == fastest))
        case Max() | Min():
            fastest = order(expr, rates)
            return expr.func(*(lead(term, rates) for term in expr.args if order(term, rates) == fastest))
        case floor() | ceiling():
            return lead(expr.args[0], rates) if order(expr, rates) > _CONSTANT else expr
    return expr
