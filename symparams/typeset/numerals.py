r"""How numbers are written on a page: 124{,}439{,}808, \num{124439808}, 124.4M, 1.24 × 10⁸."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symparams.errors import LayoutError, shown
from symparams.notation import tex_integer

__all__ = ["Numerals", "numerals"]

_LARGE = 10**6  # smaller numbers are coefficients, and are written out
_SUFFIXES = ((10**12, "T"), (10**9, "B"), (10**6, "M"))
_STYLES = '"grouped", "siunitx", ("short", digits) or ("scientific", digits)'


@dataclass(frozen=True)
class Numerals:
    """How integers are written, and what the snippet needs for it; `rounds` says whether a large number loses digits."""

    integer: Callable[[int], str]
    package: str = ""
    rounds: Callable[[int], bool] = lambda _: False


def numerals(style: object) -> Numerals:
    r"""The numerals of a style.

    >>> numerals(("short", 4)).integer(124_439_808), numerals(("scientific", 3)).integer(124_439_808)
    ('124.4\\,\\text{M}', '1.24 \\cdot 10^{8}')
    >>> numerals("siunitx").integer(124_439_808), numerals(("short", 4)).integer(50_257)
    ('\\num{124439808}', '50{,}257')

    Raises `LayoutError` for another style.
    """
    match style:
        case None | "grouped":
            return Numerals(tex_integer)
        case "siunitx":
            return Numerals(lambda number: f"\\num{{{number}}}", "siunitx")
        case ("short" | "scientific" as kind, int() as digits) if not isinstance(digits, bool) and 1 <= digits <= 15:
            written = _short if kind == "short" else _scientific
            return Numerals(
                lambda number: written(number, digits), "", lambda number: number >= _LARGE and _rounded(number, digits) != number
            )
    raise LayoutError(f"numbers={shown(style)}", _STYLES, "give one of these, the digits from 1 to 15")


def _rounded(number: int, digits: int) -> int:
    unit: int = 10 ** max(len(str(number)) - digits, 0)
    return (number + unit // 2) // unit * unit


def _short(number: int, digits: int) -> str:
    if number < _LARGE:
        return tex_integer(number)
    near = _rounded(number, digits)
    unit, suffix = next((unit, suffix) for unit, suffix in _SUFFIXES if near >= unit)
    whole, rest = divmod(near, unit)
    decimals = max(digits - len(str(whole)), 0)
    fraction = f".{rest * 10**decimals // unit:0{decimals}}" if decimals else ""
    return f"{tex_integer(whole)}{fraction}\\,\\text{{{suffix}}}"


def _scientific(number: int, digits: int) -> str:
    if number < _LARGE:
        return tex_integer(number)
    near = str(_rounded(number, digits))
    fraction = f".{near[1:digits]}" if digits > 1 else ""
    return f"{near[0]}{fraction} \\cdot 10^{{{len(near) - 1}}}"
