"""A formula as operations on integers alone: what is divided is divided without remainder, or rounded where the formula rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sympy import Add, Expr, Integer, Max, Min, Mod, Mul, Pow, Rational, Sum, Symbol, ceiling, floor, fraction, together

from symparams.errors import NotationError, shown
from symparams.notation.forms import Form, Plus, SumOver, Times, expr_of
from symparams.notation.writing import ordered_terms

__all__ = ["Operation", "Part", "operations"]

Part: TypeAlias = "Operation | int | str"


@dataclass(frozen=True)
class Operation:
    """An operation on parts: sum, product, power, floor and ceiling (of the first by the second), exact (a division without
    remainder), modulo, max, min, or total (body, index, first, last). A part is an integer or the name of a size.
    """

    kind: str
    parts: tuple[Part, ...]


def operations(form: Form) -> Part:
    """The formula in operations on integers.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> operations(h * floor(d / h))
    Operation(kind='product', parts=('h', Operation(kind='floor', parts=('d', 'h'))))
    >>> operations(d * (d + 1) / 2).kind
    'exact'

    Raises `NotationError` for roots, and for a maximum or a remainder of fractions.
    """
    if isinstance(form, Plus | Times | SumOver):
        if all(not _is_quotient(part) for part in _leaves(form)):
            return _whole(form)
        form = expr_of(form)
    return _divided(form, "exact")


def _leaves(form: Form) -> list[Expr]:
    match form:
        case Plus(terms):
            return [leaf for term in terms for leaf in _leaves(term)]
        case Times(factors, _):
            return [leaf for factor in factors for leaf in _leaves(factor)]
        case SumOver(body, index, start, stop):
            return [leaf for part in (body, index, start, stop) for leaf in _leaves(part)]
    return [form]


def _is_quotient(expr: Expr) -> bool:
    return bool(fraction(together(expr))[1] != 1)


def _divided(expr: Expr, kind: str) -> Part:
    above, below = fraction(together(expr)) if _is_quotient(expr) else (expr, Integer(1))
    if below == 1:
        return _whole(expr)
    return Operation(kind, (_whole(above), _whole(below)))


def _whole(form: Form) -> Part:
    match form:
        case Plus(terms):
            return Operation("sum", tuple(map(_whole, terms)))
        case Times(factors, _):
            return Operation("product", tuple(map(_whole, factors)))
        case SumOver(body, index, start, stop):
            return Operation("total", (_whole(body), str(index.name), _whole(start), _whole(stop)))
        case Integer():
            return int(form)
        case Symbol():
            return str(form.name)
        case Add():
            return Operation("sum", tuple(map(_whole, ordered_terms(form))))
        case Mul():
            ordered = sorted(form.args, key=lambda factor: (not factor.is_number, isinstance(factor, Add), factor.sort_key()))
            return Operation("product", tuple(map(_whole, ordered)))
        case Pow(base=base, exp=exp) if not (exp.is_Rational and (exp.q != 1 or exp < 0)):
            return Operation("power", (_whole(base), _whole(exp)))
        case floor() if isinstance(form, floor):
            return _divided(form.args[0], "floor")
        case ceiling():
            return _divided(form.args[0], "ceiling")
        case Max() | Min():
            return Operation(type(form).__name__.lower(), tuple(_integer(part, form) for part in form.args))
        case Mod():
            return Operation("modulo", tuple(_integer(part, form) for part in form.args))
        case Sum():
            *inner, (index, start, stop) = form.limits
            return _whole(SumOver(Sum(form.function, *inner) if inner else form.function, index, start, stop))
    raise NotationError(f"{shown(form)} in code", "integers, sums, products, powers, roundings, Max, Min and sums", "rewrite it")


def _integer(expr: Expr, around: Expr) -> Part:
    if _is_quotient(expr) or (isinstance(expr, Rational) and expr.q != 1):
        raise NotationError(f"{shown(around)} in code", "integers to choose from", "multiply by the denominators")
    return _whole(expr)
