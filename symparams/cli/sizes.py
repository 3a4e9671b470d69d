"""Sizes and rates of growth as the command line gives them: N=96,d=12288 and d:1,V:1."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import click

from symparams.errors import ValuesError, shown

if TYPE_CHECKING:
    from sympy import Expr

    from symparams import ClosedForm, Layer

__all__ = ["growing", "in_formula", "sizes"]

_LONGEST = 120
_EXACT_FLOATS = 2**53  # floats beyond it stand for their neighbours as well


def sizes(_: click.Context, __: click.Parameter, text: str | None) -> dict[str, int]:
    """What --at gives, by name: a callback of click's."""
    read = {}
    for name, value in _pairs(text).items() if text is not None else ():
        size = _literal(value)
        if size is None or size < 1:
            raise ValuesError(f"{name}={shown(value)}", "a positive integer of at most 100 digits", f"write {name}=512")
        read[name] = size
    return read


def _literal(text: str) -> int | None:
    """The integer that a text is in Python: 12288, 12_288, 0x3000, or exactly as a float, 4.0."""
    try:
        value = ast.literal_eval(text) if len(text) <= _LONGEST else None
    except (ValueError, SyntaxError):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT_FLOATS:
        return int(value)
    return value if type(value) is int else None


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in text.split(","):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name or name in pairs:
            raise ValuesError(
                shown(part), "sizes such as N=96,d=12288", "write each symbol once, with commas between, none in numbers"
            )
        pairs[name] = value
    return pairs


def in_formula(at: dict[str, int], model: Layer, closed: ClosedForm) -> dict[str, int]:
    """The sizes without those of symbols that the model has and this quantity lacks; a name of neither stays, to be refused."""
    from symparams import closed_form

    absent = {symbol.name for symbol in closed_form(model).expr.free_symbols - closed.expr.free_symbols}
    return {name: size for name, size in at.items() if name not in absent}


def growing(text: str) -> dict[Any, Expr]:
    """The symbols that grow, with their rates; a rate left out is 1."""
    from sympy import Rational

    from symparams.notation import symbol

    rates: dict[Any, Expr] = {}
    for part in text.split(","):
        name, _, rate = part.strip().partition(":")
        if not re.fullmatch(r"([1-9][0-9]{0,5}(/[1-9][0-9]{0,5})?)?", rate):
            raise ValuesError(f"{name} growing at the rate {shown(rate)}", "a positive integer or fraction", f"write {name}:1")
        if symbol(name) in rates:
            raise ValuesError(f"{name} growing twice", "each symbol once", "leave one out")
        rates[symbol(name)] = Rational(rate or "1")
    return rates
