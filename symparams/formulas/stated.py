r"""Sizes stated behind a formula: 4(eh + h^2 + h), V = 50277; … where d = 768 and N = 12; …, \quad d = 768; … (d = 768)."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer

from symparams.formulas.tokens import Token

__all__ = ["stated_sizes"]

_OPENING = frozenset(("where", "with", "for", "at", "when", "if"))
_JOINING = frozenset(("and", *_OPENING))


def stated_sizes(tokens: list[Token]) -> tuple[int, list[tuple[Token, Integer]]]:
    """Where the sizes behind a formula begin, and each size's name with its value; the end and none where there are none."""
    for place in range(1, len(tokens) - 4):
        if _separates(tokens[place]) or tokens[place].apart or tokens[place].kind == "(":
            found = list(_sizes(tokens, place))
            if found and found[-1] is not None:
                return place, [size for size in found if size is not None]
    return len(tokens) - 1, []


def _separates(token: Token) -> bool:
    return token.kind == "," or (token.spelling is not None and token.spelling.word in _JOINING)


def _sizes(tokens: list[Token], place: int) -> Iterator[tuple[Token, Integer] | None]:
    """The sizes from a place to the end; None last where something else stands there."""
    bracketed = tokens[place].kind == "("
    place += bracketed
    while True:
        while _separates(tokens[place]):
            place += 1
        if len(tokens) - place < 4:
            yield None
            return
        name, sign, number, after = tokens[place : place + 4]
        value = number.numeral.value if number.numeral else None
        if name.kind != "name" or sign.text != "=" or sign.kind != "relation" or not isinstance(value, Integer):
            yield None
            return
        yield name, value
        place += 3
        if after.kind == ")" and bracketed:
            after = tokens[place + 1]
        if after.kind == "end":
            return
        if not _separates(after) and not after.apart:
            yield None
            return
