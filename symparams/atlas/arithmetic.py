"""Formulas of the atlas as numbers: exact, without sympy, and without running the text.

The texts are sympy's own ("Eq(Mod(n_embd, n_head), 0)"). Python's parser takes them apart; what is not listed here is refused. The
same walk gives expressions where it is handed sympy's operations instead of Python's.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from symparams.errors import AtlasError, shown

__all__ = ["NUMBERS", "evaluated", "names_in", "whole"]

Operations = Mapping[Any, Callable[..., Any]]
MOST_POWER = 64


def _power(base: Any, exponent: Any) -> Any:
    if exponent.denominator != 1 or not 0 <= exponent <= MOST_POWER:
        raise AtlasError(f"the power {exponent}", f"whole powers up to {MOST_POWER}", "renew the entry")
    return base ** int(exponent)


NUMBERS: Operations = {
    "number": Fraction,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.BitAnd: lambda one, other: one and other,
    ast.BitOr: lambda one, other: one or other,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.USub: operator.neg,
    ast.Invert: operator.not_,
    "floor": lambda one: Fraction(math.floor(one)),
    "ceiling": lambda one: Fraction(math.ceil(one)),
    "Min": min,
    "Max": max,
    "Mod": operator.mod,
    "Eq": operator.eq,
    "Ne": operator.ne,
    "Abs": abs,
}


@cache
def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise AtlasError(f"the formula {shown(text)}", "a formula as sympy prints it", "renew the entry") from None


def evaluated(text: str, sizes: Mapping[str, Any], operations: Operations = NUMBERS) -> Any:
    """What a formula comes to at these sizes: a fraction, a truth value, or whatever the operations make.

    >>> evaluated("N*(12*d**2 + 13*d)", {"N": 12, "d": 768})
    Fraction(85054464, 1)
    >>> evaluated("Eq(Mod(d, 64), 0)", {"d": 768})
    True

    Raises `KeyError` for a name without a size, `ZeroDivisionError`, and `AtlasError` for a text that is no such formula.
    """
    return _value(_parsed(text), sizes, operations)


def _value(node: ast.AST, sizes: Mapping[str, Any], operations: Operations) -> Any:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return operations["number"](number)
        case ast.Constant(value=bool() as truth):
            return truth
        case ast.Name(id=name):
            return operations["number"](sizes[name])
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in operations:
            return operations[type(sign)](_value(operand, sizes, operations))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in operations:
            return operations[type(sign)](_value(left, sizes, operations), _value(right, sizes, operations))
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in operations:
            return operations[type(sign)](_value(left, sizes, operations), _value(right, sizes, operations))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in operations and name != "number":
            return operations[name](*(_value(one, sizes, operations) for one in arguments))
    raise AtlasError(f"{ast.unparse(node)[:60]!r} in a formula", "sums, products, powers, floors and the like", "renew the entry")


@cache
def names_in(text: str) -> frozenset[str]:
    """The symbols of a formula.

    >>> sorted(names_in("floor(hidden_size/num_attention_heads)"))
    ['hidden_size', 'num_attention_heads']
    """
    parsed = _parsed(text)
    called = {id(node.func) for node in ast.walk(parsed) if isinstance(node, ast.Call)}
    return frozenset(node.id for node in ast.walk(parsed) if isinstance(node, ast.Name) and id(node) not in called)


def whole(value: Fraction, what: str) -> int:
    """The integer that a value is.

    Raises `AtlasError` for a fraction.
    """
    if value.denominator != 1:
        raise AtlasError(f"{what} = {value}", "a whole number", "give other sizes")
    return int(value)
