r"""How one formula is written: `text` as Python reads it, `tex` as papers print it.

Both follow the reader's order. In a sum: bracketed groups first, then falling degree, mixed products before powers, but a
minus in front only where all terms have one. In a product: the number, then symbols by rising power, then brackets: 12Nd²,
N(12d² + 13d). A `Form` keeps its own order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar, Protocol

import sympy
from sympy import Add, Expr, Integer, Max, Min, Mod, Mul, Pow, Rational, Sum, Symbol, ceiling, floor

from symparams.errors import NotationError, shown
from symparams.notation.bounds import limits_of
from symparams.notation.forms import Form, Plus, SumOver, Times
from symparams.notation.typography import TEXTBOOK, Typography

__all__ = ["degree", "ordered_terms", "rank", "tex", "text"]

_OPEN, _ADD, _MUL, _POW, _ATOM = range(5)  # an open one takes in what follows: a sum over an index
_UPRIGHT = ("\\text", "\\mathrm")
Written = tuple[str, int]  # a string and how tightly it binds


def text(form: Form, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The formula as Python reads it, its symbols under other `names` where these have them.

    >>> from symparams.notation import symbols
    >>> N, d, V = symbols("N d V")
    >>> text(V * d + N * (12 * d**2 + 13 * d))
    'N*(12*d**2 + 13*d) + V*d'
    """
    return _write(form, _Text(names))[0]


def tex(form: Form, typography: Typography = TEXTBOOK) -> str:
    r"""The formula in TeX that KaTeX, MathJax and pdflatex accept, its symbols and numbers set as `typography` says.

    >>> from symparams.notation import symbols
    >>> N, d_model = symbols("N d_model")
    >>> print(tex(N * (12 * d_model**2 + 13 * d_model)))
    N\left(12 d_{\text{model}}^{2} + 13 d_{\text{model}}\right)
    >>> print(tex(Integer(124439808)))
    124{,}439{,}808
    """
    return _write(form, _TeX(typography))[0]


def degree(expr: Expr) -> Expr:
    """The total degree of a product in its symbols, a rational number; a bracket or a rounded term counts as its highest part.

    >>> from symparams.notation import symbols
    >>> N, d, V = symbols("N d V")
    >>> degree(12 * N * d**2), degree(d / V), degree(N * (12 * d**2 + 13 * d))
    (3, 0, 3)
    """
    match expr:
        case Symbol():
            return Integer(1)
        case Mul():
            return Add(*(degree(factor) for factor in expr.args))
        case Pow(base=base, exp=exp):
            return degree(base) * exp if exp.is_Rational else degree(base)
        case Add() | Max() | Min():
            return max(degree(term) for term in expr.args)
        case floor() | ceiling() | Sum():
            return degree(expr.args[0])
        case _:
            return Integer(0)


def rank(term: Expr) -> tuple[bool, Expr]:
    """What terms are sorted by, the highest first: exponentials such as 2**L before powers, then the degree."""
    return any(power.exp.free_symbols for power in term.atoms(Pow)), degree(term)


def ordered_terms(expr: Expr) -> tuple[Expr, ...]:
    """The terms of a sum in the reader's order.

    >>> from symparams.notation import symbols
    >>> H, I = symbols("H I")
    >>> ordered_terms(H + H**2 + H * I)
    (H*I, H**2, H)
    """
    terms: tuple[Expr, ...] = Add.make_args(expr)
    if len(terms) == 1:
        return terms
    falling = sorted(terms, key=_term_key)
    first = next((term for term in falling if not _negative(term)), falling[0])  # 3 − d, not −d + 3
    return (first, *(term for term in falling if term is not first))


def _term_key(term: Expr) -> tuple[object, ...]:
    factors = Mul.make_args(term)
    bracketed = any(isinstance(factor, Add) or (isinstance(factor, Pow) and isinstance(factor.base, Add)) for factor in factors)
    powers = [_exponent(factor) for factor in factors if factor.free_symbols]
    names = sorted(symbol.name for symbol in term.free_symbols)
    exponential, power = rank(term)
    return (not bracketed, not exponential, -power, max(powers, default=0), names, term.sort_key())


def _factor_key(factor: Expr) -> tuple[object, ...]:
    base = factor.as_base_exp()[0]
    kind = 0 if base.is_Rational else 1 if isinstance(base, Symbol) else 2
    return (kind, _exponent(factor), str(base), factor.sort_key())


def _exponent(factor: Expr) -> Expr:
    exp = factor.as_base_exp()[1]
    return exp if exp.is_Rational else sympy.oo


class _Style(Protocol):
    """What the two ways of writing differ in."""

    def integer(self, value: int) -> str: ...
    def name(self, name: str) -> str: ...
    def product(self, parts: Sequence[Written], dotted: bool) -> str: ...
    def fraction(self, above: Written, below: Written) -> Written: ...
    def power(self, base: Written, exp: Written) -> Written: ...
    def bracket(self, inside: str) -> str: ...
    def call(self, function: str, arguments: Sequence[str]) -> str: ...
    def total(self, body: Written, index: str, start: str, stop: str) -> Written: ...


class _Text:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def integer(self, value: int) -> str:
        return str(value)

    def name(self, name: str) -> str:
        return self._names.get(name, name)

    def product(self, parts: Sequence[Written], dotted: bool) -> str:
        return "*".join(_bracketed(part, _MUL, self) for part in parts)

    def fraction(self, above: Written, below: Written) -> Written:
        return f"{_bracketed(above, _MUL, self)}/{_bracketed(below, _POW, self)}", _MUL

    def power(self, base: Written, exp: Written) -> Written:
        return f"{_bracketed(base, _ATOM, self)}**{_bracketed(exp, _POW, self)}", _POW

    def bracket(self, inside: str) -> str:
        return f"({inside})"

    def call(self, function: str, arguments: Sequence[str]) -> str:
        return f"{function}({', '.join(arguments)})"

    def total(self, body: Written, index: str, start: str, stop: str) -> Written:
        return f"Sum({body[0]}, ({index}, {start}, {stop}))", _ATOM


class _TeX:
    _around: ClassVar = {
        "floor": ("\\left\\lfloor ", " \\right\\rfloor"),
        "ceiling": ("\\left\\lceil ", " \\right\\rceil"),
        "Max": ("\\max\\left(", "\\right)"),
        "Min": ("\\min\\left(", "\\right)"),
    }

    def __init__(self, typography: Typography) -> None:
        self._typography = typography

    def integer(self, value: int) -> str:
        return self._typography.integer(value)

    def name(self, name: str) -> str:
        return self._typography.name(name)

    def product(self, parts: Sequence[Written], dotted: bool) -> str:
        written = [_bracketed(part, _MUL, self) for part in parts]
        out = written[0]
        for before, piece in pairwise(written):
            words = before.startswith(_UPRIGHT) or piece.startswith(_UPRIGHT)  # TeX would set them as one word
            if dotted or words or piece[0].isdigit() or piece.startswith("\\frac"):
                out += f" \\cdot {piece}"
            else:  # no space before a bracket: N\left(…\right)
                out += piece if piece.startswith("\\left(") else f" {piece}"
        return out

    def fraction(self, above: Written, below: Written) -> Written:
        return f"\\frac{{{above[0]}}}{{{below[0]}}}", _MUL

    def power(self, base: Written, exp: Written) -> Written:
        return f"{_bracketed(base, _ATOM, self)}^{{{exp[0]}}}", _POW

    def bracket(self, inside: str) -> str:
        return f"\\left({inside}\\right)"

    def call(self, function: str, arguments: Sequence[str]) -> str:
        if function == "sqrt":
            return f"\\sqrt{{{arguments[0]}}}"
        before, after = self._around[function]
        return before + ", ".join(arguments) + after

    def total(self, body: Written, index: str, start: str, stop: str) -> Written:
        return f"\\sum_{{{index}={start}}}^{{{stop}}} {_bracketed(body, _MUL, self)}", _OPEN


def _bracketed(part: Written, least: int, style: _Style) -> str:
    return part[0] if part[1] >= least else style.bracket(part[0])


def _write(form: Form, style: _Style) -> Written:
    match form:
        case Plus(terms):
            return _sum([_write(term, style) for term in terms], style)
        case Times((Rational() as number, *others), dotted) if number < 0 and others:
            positive = Times((-number, *others) if number != -1 else tuple(others), dotted)
            return f"-{_bracketed(_write(positive, style), _MUL, style)}", _ADD
        case Times(factors, dotted):
            return _times([_write(factor, style) for factor in factors], dotted, style)
        case Sum():
            body, limits = limits_of(form)
            return _write(SumOver(body, *limits), style)
        case SumOver(body, index, start, stop):
            return style.total(_write(body, style), _write(index, style)[0], _write(start, style)[0], _write(stop, style)[0])
        case Integer():
            return _signed(form, style)
        case Symbol():
            return style.name(form.name), _ATOM
        case Add():
            return _sum([_write(term, style) for term in ordered_terms(form)], style)
        case Rational() | Mul():
            return _product(form, style)
        case Pow(base=base, exp=exp):
            if exp == sympy.S.Half:
                return style.call("sqrt", [_write(base, style)[0]]), _ATOM
            if _negative(form.as_base_exp()[1]):  # as _product asks: (1/7)**(1 - n) is 7**(n - 1) there
                return _product(form, style)
            return style.power(_write(base, style), _write(exp, style))
        case floor() | ceiling() | Max() | Min():
            arguments = sorted(form.args, key=sympy.default_sort_key)
            return style.call(type(form).__name__, [_write(argument, style)[0] for argument in arguments]), _ATOM
        case Mod():  # no paper writes d % h: d - h⌊d/h⌋
            above, below = form.args
            return _write(Add(above, Mul(-1, below, floor(above / below))), style)
    raise NotationError(
        f"{shown(form)}, a {type(form).__name__}, in a formula",
        "integers, fractions, symbols, sums, products, powers, floor, ceiling, Max, Min and Sum",
        "rewrite the expression with these",
    )


def _signed(value: Expr, style: _Style) -> Written:
    number = int(value)
    return (style.integer(number), _ATOM) if number >= 0 else (f"-{style.integer(-number)}", _ADD)


def _sum(terms: Sequence[Written], style: _Style) -> Written:
    if not terms:
        return style.integer(0), _ATOM
    if len(terms) == 1:
        return terms[0]
    pieces = [*(_bracketed(term, _ADD, style) for term in terms[:-1]), terms[-1][0]]
    out = pieces[0]
    for piece in pieces[1:]:
        out += f" - {piece[1:]}" if piece.startswith("-") else f" + {piece}"
    return out, min(_ADD, terms[-1][1])


def _times(factors: Sequence[Written], dotted: bool, style: _Style) -> Written:
    if not factors:
        return style.integer(1), _ATOM
    return factors[0] if len(factors) == 1 else (style.product(factors, dotted), _MUL)


def _product(expr: Expr, style: _Style) -> Written:
    """A product with its sign in front and its negative powers below a fraction bar."""
    coefficient, factors = expr.as_coeff_mul()
    if not coefficient.is_Rational:
        coefficient, factors = Integer(1), (coefficient, *factors)
    factors = [-factor if isinstance(factor, Add) and _negative(factor) else factor for factor in factors]
    coefficient = abs(coefficient)
    above = [factor for factor in factors if not _negative(factor.as_base_exp()[1])]
    below = [1 / factor for factor in factors if _negative(factor.as_base_exp()[1])]
    numerator = _side(coefficient.p, above, style)
    written = numerator if coefficient.q == 1 and not below else style.fraction(numerator, _side(coefficient.q, below, style))
    return (f"-{written[0]}", min(_ADD, written[1])) if _negative(expr) else written


def _negative(expr: Expr) -> bool:
    """Whether an expression is minus one that is written without a minus in front: −2d, −(d + 1)/h."""
    if isinstance(expr, Add):
        return all(_negative(term) for term in expr.args)
    coefficient, factors = expr.as_coeff_mul()
    minuses = sum(isinstance(factor, Add) and _negative(factor) for factor in factors)
    return bool(coefficient < 0) != (minuses % 2 == 1)


def _side(number: int, factors: Sequence[Expr], style: _Style) -> Written:
    parts = [_write(factor, style) for factor in sorted(factors, key=_factor_key)]
    if number != 1 or not parts:
        parts.insert(0, (style.integer(number), _ATOM))
    return _times(parts, False, style)
