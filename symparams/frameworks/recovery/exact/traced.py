"""Integers that remember where they come from: an `int` that carries its sympy expression through a constructor's arithmetic.

A comparison or a truth test is answered at the number that stands there, and recorded: the result holds under these conditions.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from sympy import Abs, Eq, Expr, Ge, Gt, Integer, Le, Lt, Mod, Ne, Rational, ceiling, floor
from sympy.logic.boolalg import Boolean

__all__ = ["Trace", "TracedFloat", "TracedInt", "expression", "truncated"]

_RELATIONS = {"lt": Lt, "le": Le, "gt": Gt, "ge": Ge, "eq": Eq, "ne": Ne}
_OPPOSITE = {"lt": Ge, "le": Gt, "gt": Le, "ge": Lt, "eq": Ne, "ne": Eq}
Number: TypeAlias = int | float
_INFRASTRUCTURE = (  # the first is ourselves
    *("symparams", "torch", "transformers", "keras", "numpy", "collections", "dataclasses", "enum", "functools", "logging", "copy"),
    *("huggingface_hub", "typing", "json", "inspect", "reprlib", "importlib", "contextlib", "abc", "warnings", "re", "string"),
)


class Trace:
    """What one run of a constructor has asked about its sizes.

    >>> from symparams.notation import symbols
    >>> trace, d = Trace(), symbols("d")
    >>> width = trace.integer(12, d)
    >>> half = width // 2 if width > 8 else width
    >>> half, half.expr, trace.conditions
    (6, floor(d/2), (d > 8,))
    """

    def __init__(self) -> None:
        self._asked: dict[tuple[str, Expr, Expr, bool], None] = {}
        self.escapes: dict[Expr, tuple[str, str]] = {}

    def integer(self, value: int, expr: Expr) -> TracedInt:
        """`value`, remembered as `expr`."""
        made = TracedInt(value)
        made.expr, made.trace = expr, self
        return made

    def real(self, value: float, expr: Expr | None = None) -> TracedFloat:
        """A float as the decimal fraction that it is written as: 2.6667 is 26667/10000."""
        made = TracedFloat(value)
        made.expr, made.trace = Rational(repr(float(value))) if expr is None else expr, self
        made.inexact = expr is None and not (float(value) * 4096).is_integer()
        return made

    def made(self, value: Number, expr: Expr) -> Number:
        """The result of an operation: traced where it still depends on a symbol, or is a fraction."""
        if isinstance(value, float):
            return self.real(value, expr)
        return self.integer(value, expr) if expr.free_symbols else value

    def ask(self, relation: str, left: Expr, right: Expr, answer: bool) -> bool:
        """Records how a comparison came out."""
        if left.free_symbols or right.free_symbols:
            self._asked[(relation, left, right, answer)] = None
        return answer

    def escaped(self, expr: Expr, how: str) -> None:
        """Records where a size became something that carries no expression: a text, the key of a table, a rounded float.

        What a framework does with it, in its messages and caches, is no matter.
        """
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _INFRASTRUCTURE[:1]:
            frame = frame.f_back
        module = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] not in _INFRASTRUCTURE and expr not in self.escapes:
            self.escapes[expr] = (how, f"{module}, line {frame.f_lineno}")

    @property
    def conditions(self) -> tuple[Boolean, ...]:
        """What held, in the order in which it was asked; what holds for all positive sizes is left out."""
        found: dict[Boolean, None] = {}
        for relation, left, right, answer in self._asked:
            condition = (_RELATIONS if answer else _OPPOSITE)[relation](left, right)
            if condition not in (True, False):
                found[condition] = None
        return tuple(found)


def expression(value: Any) -> Expr | None:
    """The expression of a number: its own, or the number itself; None for what is no finite number."""
    if isinstance(value, TracedInt | TracedFloat):
        return value.expr
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Integer(value) if isinstance(value, int) else Rational(repr(value)) if math.isfinite(value) else None


def truncated(value: TracedFloat) -> Number:
    """int(value) of a traced float: the floor of what is positive, the ceiling of what is not."""
    value.trace.ask("ge" if value >= 0 else "lt", value.expr, Integer(0), True)
    _rounded(value)
    return value.trace.made(math.trunc(_plain(value)), floor(value.expr) if value >= 0 else ceiling(value.expr))


def _rounded(value: Any) -> None:
    """Notes that a float is rounded whose factors are no binary fractions: 0.7·d is not exactly what the expression says."""
    if getattr(value, "inexact", False):
        value.trace.escaped(value.expr, "is rounded as a float")


Operation: TypeAlias = Callable[[Any, Any], Any]


def _is_inexact(value: Any) -> bool:
    if isinstance(value, TracedFloat):
        return value.inexact
    return isinstance(value, float) and math.isfinite(value) and not (value * 4096).is_integer()


def _power(left: Expr, right: Expr) -> Expr:
    return left**right


_OPERATIONS: dict[str, tuple[Operation, Operation]] = {
    "add": (operator.add, operator.add),
    "sub": (operator.sub, operator.sub),
    "mul": (operator.mul, operator.mul),
    "truediv": (operator.truediv, operator.truediv),
    "floordiv": (operator.floordiv, lambda left, right: floor(left / right)),
    "mod": (operator.mod, Mod),
    "pow": (operator.pow, _power),
    "lshift": (operator.lshift, lambda left, right: left * 2**right),
    "rshift": (operator.rshift, lambda left, right: floor(left / 2**right)),
}


def _plain(value: Number) -> Number:
    """The number without its past."""
    return float.__float__(value) if isinstance(value, float) else int.__int__(value)


class _Traced:
    """What traced integers and floats have in common."""

    expr: Expr
    trace: Trace

    def __bool__(self: Any) -> bool:
        return bool(self.trace.ask("ne", self.expr, Integer(0), bool(_plain(self))))

    def __hash__(self: Any) -> int:
        self.trace.escaped(self.expr, "is the key of a table")
        return hash(_plain(self))

    def __str__(self: Any) -> str:
        self.trace.escaped(self.expr, "is written as a text")
        return str(_plain(self))

    def __format__(self: Any, layout: str) -> str:
        self.trace.escaped(self.expr, "is written as a text")
        return format(_plain(self), layout)

    def __neg__(self: Any) -> Any:
        return self.trace.made(-_plain(self), -self.expr)

    def __pos__(self: Any) -> Any:
        return self

    def __abs__(self: Any) -> Any:
        return self.trace.made(abs(_plain(self)), Abs(self.expr))

    def __floor__(self: Any) -> int:
        _rounded(self)
        return self.trace.made(math.floor(_plain(self)), floor(self.expr))  # type: ignore[no-any-return]

    def __ceil__(self: Any) -> int:
        _rounded(self)
        return self.trace.made(math.ceil(_plain(self)), ceiling(self.expr))  # type: ignore[no-any-return]

    def __divmod__(self: Any, other: Any) -> Any:
        return self // other, self % other

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __copy__(self) -> Any:
        return self

    def __reduce__(self: Any) -> Any:
        return type(_plain(self)), (_plain(self),)


class TracedInt(_Traced, int):
    """An int that carries its expression; its operations give traced numbers."""

    def __float__(self) -> float:
        self.trace.escaped(self.expr, "becomes a float")
        return float(int.__int__(self))

    def __round__(self, digits: Any = None) -> int:
        return self if digits is None or digits >= 0 else round(int.__int__(self), digits)


class TracedFloat(_Traced, float):
    """A float that carries its exact expression; inexact where a factor is no binary fraction: it may be off by a rounding."""

    inexact: bool = False

    def __trunc__(self) -> int:
        return truncated(self)  # type: ignore[return-value]

    def __round__(self, digits: Any = None) -> Any:
        if digits is not None:
            return round(float.__float__(self), digits)
        value = round(float.__float__(self))
        _rounded(self)
        if self.expr.as_numer_denom()[1].is_odd:  # there are no halves
            return self.trace.made(value, floor(self.expr + Rational(1, 2)))
        to_even = floor(self.expr / 2 + Rational(1, 4)) + ceiling(self.expr / 2 - Rational(1, 4))
        return self.trace.made(value, to_even)


def _binary(name: str) -> tuple[Operation, Operation]:
    on_numbers, on_expressions = _OPERATIONS[name]

    def apply(trace: Trace, left: Any, right: Any) -> Any:
        value = on_numbers(_plain(left), _plain(right))
        if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
            return value
        a, b = expression(left), expression(right)
        if a is None or b is None:
            return value
        made = trace.made(value, on_expressions(a, b))
        if isinstance(made, TracedFloat):
            made.inexact = _is_inexact(left) or _is_inexact(right)
        return made

    def forward(self: Any, other: Any, modulus: Any = None) -> Any:
        if modulus is not None:  # pow(d, 2, 7)
            self.trace.escaped(self.expr, "is taken to a power modulo a number")
            return pow(int(_plain(self)), int(other), int(modulus))
        return apply(self.trace, self, other) if expression(other) is not None else NotImplemented

    def backward(self: Any, other: Any) -> Any:
        return apply(self.trace, other, self) if expression(other) is not None else NotImplemented

    return forward, backward


def _comparison(name: str) -> Operation:
    on_numbers: Operation = getattr(operator, name)

    def compare(self: Any, other: Any) -> Any:
        right = expression(other)
        if right is None:
            return getattr(int if isinstance(self, int) else float, f"__{name}__")(self, other)
        return self.trace.ask(name, self.expr, right, on_numbers(_plain(self), _plain(other)))

    return compare


for _name in _OPERATIONS:
    _forward, _backward = _binary(_name)
    for _class in (TracedInt, TracedFloat):
        setattr(_class, f"__{_name}__", _forward)
        setattr(_class, f"__r{_name}__", _backward)
for _name in _RELATIONS:
    for _class in (TracedInt, TracedFloat):
        setattr(_class, f"__{_name}__", _comparison(_name))
