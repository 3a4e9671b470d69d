"""Sizes and rates of growth as the command line gives them: N=96,d=12288 and d:1,V:1."""

from __future__ import annotations

import re
from typing import Any

import click
from sympy import Expr, Rational

import symparams
from symparams.errors import ValuesError, shown
from symparams.notation import symbol


def sizes(_: click.Context, __: click.Parameter, given: str | None) -> dict[str, int]:
    """What --at gives, by name: a callback of click's."""
    read = {}
    for name, value in _pairs(given).items() if given else ():
        if not re.fullmatch(r"[0-9][0-9_]{0,120}", value):
            raise ValuesError(f"{name}={shown(value)}", "a positive integer of at most 100 digits", f"write {name}=512")
        read[name] = int(value)
    return read


def _pairs(given: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in given.split(","):
        name, found, value = (piece.strip() for piece in part.partition("="))
        if not found or not name or name in pairs:
            raise ValuesError(shown(part), "sizes such as N=96,d=12288", "write each symbol once, with commas between")
        pairs[name] = value
    return pairs


def growing(given: str) -> dict[Any, Expr]:
    """The symbols that grow, with their rates; a rate left out is 1."""
    rates = {}
    for part in given.split(","):
        name, _, rate = part.strip().partition(":")
        if not re.fullmatch(r"([1-9][0-9]{0,5}(/[1-9][0-9]{0,5})?)?", rate):
            raise ValuesError(f"{name} growing at the rate {shown(rate)}", "a positive integer or fraction", f"write {name}:1")
        rates[symbol(name)] = Rational(rate or "1")
    return rates


def number_at(closed: symparams.ClosedForm, at: dict[str, int]) -> int:
    """The number that a closed form comes to, with a size for each of its symbols."""
    value = closed.at(at)
    if not isinstance(value, int) and (missing := sorted(symbol.name for symbol in value.free_symbols)):
        raise ValuesError(f"no size for {', '.join(missing)}", "a size for each symbol", f"add {missing[0]}=… to --at")
    return int(value)
