"""Formulas in Python's notation read by walking their syntax tree: the inverse of `text`, for tests."""

import ast
import operator

from sympy import Expr, Integer, Max, Min, Sum, ceiling, floor, sqrt

from symparams.notation import symbol

_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}
_FUNCTIONS = {"floor": floor, "ceiling": ceiling, "Max": Max, "Min": Min, "sqrt": sqrt, "Sum": Sum}


def read(text: str) -> Expr:
    """The expression that a text means, built by sympy's own operators."""
    return _value(ast.parse(text, mode="eval").body)


def _value(node):
    match node:
        case ast.Constant(value=int() as number):
            return Integer(number)
        case ast.Name(id=name):
            return symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left), _value(right))
        case ast.Tuple(elts=items):
            return tuple(map(_value, items))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _FUNCTIONS[name](*map(_value, arguments))
    raise AssertionError(f"{ast.dump(node)} is nothing that `text` writes")
