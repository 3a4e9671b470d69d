"""How a symbol is made, and how its name is typeset."""

from __future__ import annotations

import re
from typing import Any

from sympy import Symbol

from symparams.errors import NotationError, shown

__all__ = ["GREEK", "LONGEST_NAME", "is_own", "made_by_symparams", "symbol", "symbols", "tex_name"]

LONGEST_NAME = 64

_GREEK = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
            Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"""
GREEK = frozenset(_GREEK.split())

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SUBSCRIPTED = re.compile(r"([A-Za-z]+)_([A-Za-z0-9][A-Za-z0-9_]*)\Z")


def symbol(name: str) -> Symbol:
    """The symbol of that name: a size, so always a positive integer.

    >>> symbol("d_ff").is_positive, symbol("d_ff").is_integer
    (True, True)

    Raises `NotationError` where `name` is no identifier of ASCII letters, digits and underscores, or is over 64 characters.
    """
    if not isinstance(name, str) or not _IDENTIFIER.match(name) or len(name) > LONGEST_NAME:
        raise NotationError(
            f"{shown(name)} as the name of a symbol",
            f"an identifier of ASCII letters, digits and underscores, at most {LONGEST_NAME} characters",
            'write it like "d", "d_model" or "alpha"',
        )
    return Symbol(name, integer=True, positive=True)


def symbols(names: str) -> Any:
    """Symbols from their names, separated by spaces or commas: a tuple, or one symbol where there is one name.

    >>> symbols("N d V")
    (N, d, V)
    >>> symbols("d_model")
    d_model
    """
    parts = names.replace(",", " ").split() if isinstance(names, str) else []
    if not parts:
        raise NotationError(f"symbols({shown(names)})", "a text of one or more names", 'write symbols("N d V")')
    made = tuple(symbol(part) for part in parts)
    return made if len(made) > 1 else made[0]


def is_own(candidate: Symbol) -> bool:
    """Whether `candidate` is what `symbol` makes of its name, and so cancels with it.

    >>> from sympy import Symbol
    >>> is_own(symbol("d")), is_own(Symbol("d"))
    (True, False)
    """
    return bool(candidate == Symbol(candidate.name, integer=True, positive=True))


def made_by_symparams(name: str) -> str:
    """The next move where a symbol is one of sympy's, whose `symbols` has the same name as ours.

    >>> made_by_symparams("d")
    'make it with symparams: from symparams import symbols; d = symbols("d")'
    """
    return f'make it with symparams: from symparams import symbols; {name} = symbols("{name}")'


def tex_name(name: str) -> str:
    r"""The TeX of a symbol's name; different names never look the same.

    >>> print(tex_name("d"), tex_name("d_k"), tex_name("d_model"), tex_name("alpha"), tex_name("hidden_size"))
    d d_{k} d_{\text{model}} \alpha \mathrm{hidden\_size}
    """

    def letter(head: str) -> str | None:
        return head if len(head) == 1 and head.isalpha() else f"\\{head}" if head in GREEK else None

    if plain := letter(name):
        return plain
    split = _SUBSCRIPTED.match(name)
    if split and (head := letter(split[1])):
        below = split[2]
        return f"{head}_{{{below}}}" if len(below) == 1 or below.isdigit() else f"{head}_{{{_upright(below)}}}"
    return _upright(name)


def _upright(words: str) -> str:
    if "_" in words:  # MathJax would show the backslash of \text{a\_b}
        return "\\mathrm{" + words.replace("_", "\\_") + "}"
    return "\\text{" + words + "}"
