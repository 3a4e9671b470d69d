"""Conditions on sizes: how a reader is told of them, which ones a formula's roundings suggest, what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

from sympy import Eq, Expr, Ge, Gt, Integer, Le, Lt, Max, Min, Mod, Poly, Symbol, ceiling, floor, ordered
from sympy.logic.boolalg import Boolean, Not
from sympy.polys.polyerrors import PolynomialError

from symparams.notation.substitution import substituted
from symparams.notation.words import Words
from symparams.notation.writing import text

__all__ = ["Consequences", "condition_form", "condition_words", "floor_conditions", "is_division", "solved"]

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}


def is_division(condition: Boolean) -> bool:
    """Whether a condition says that one size divides another: a remainder of 0."""
    return isinstance(condition, Eq) and isinstance(condition.args[0], Mod) and condition.args[1] == 0


def condition_words(condition: Boolean) -> str:
    """A condition for readers.

    >>> from sympy import Ne
    >>> from symparams.notation import symbols
    >>> d, h, d_ff = symbols("d h d_ff")
    >>> condition_words(Eq(Mod(d, h), 0)), condition_words(Eq(Mod(d, 32), 0)), condition_words(Eq(d_ff, 4 * d))
    ('h divides d', '32 divides d', 'd_ff = 4*d')
    >>> condition_words(Ne(Mod(d, h), 0)), condition_words(Eq(Mod(d, 32), 5)), condition_words(d > 128)
    ('h does not divide d', 'd mod 32 = 5', 'd > 128')
    """
    return "".join(part if isinstance(part, str) else text(part) for part in condition_form(condition))


def condition_form(condition: Boolean) -> Words:
    """A condition as words and formulas mixed, which each printer sets in its own way."""
    if condition in (True, False):
        return ("always" if condition else "never",)
    if isinstance(condition, Not):
        return ("not: ", *condition_form(condition.args[0]))
    if not hasattr(condition, "rel_op"):
        joint = f" {type(condition).__name__.lower()} "
        parts = [condition_form(part) for part in ordered(condition.args)]
        return (*parts[0], *(word for part in parts[1:] for word in (joint, *part)))
    left, right = condition.args
    if isinstance(left, Mod) and right == 0 and condition.rel_op in ("==", "!="):
        above, below = left.args
        return (below, " divides " if condition.rel_op == "==" else " does not divide ", above)
    return (*_side(left), f" {_SIGNS.get(condition.rel_op, condition.rel_op)} ", *_side(right))


def _side(expr: Expr) -> Words:
    if isinstance(expr, Mod):
        return (*_side(expr.args[0]), " mod ", *_side(expr.args[1]))
    return (str(expr),) if expr.has(Mod) else (expr,)


def floor_conditions(expr: Expr) -> tuple[Boolean, ...]:
    """The divisions without remainder that the denominators of an expression's roundings suggest.

    >>> from symparams.notation import symbols
    >>> d, h = symbols("d h")
    >>> floor_conditions(h * floor(d / h) + floor(d / 32) + floor((3 * d + 5) / 7) + Mod(h, 4))
    (Eq(Mod(d, 32), 0), Eq(Mod(d, h), 0), Eq(Mod(h, 4), 0), Eq(Mod(3*d + 5, 7), 0))
    """
    found: set[Boolean] = set()
    for rounded in expr.atoms(floor, ceiling, Mod):
        above, below = rounded.args if isinstance(rounded, Mod) else rounded.args[0].as_numer_denom()
        for term in [above] if isinstance(rounded, Mod) else _terms_over(rounded.args[0]):
            numerator, below = (above, rounded.args[1]) if isinstance(rounded, Mod) else term
            if below != 1:
                found.add(Eq(Mod(numerator, below), 0))
    free = expr.free_symbols if found else set()  # a condition on the index of a sum is about each index for itself
    return tuple(ordered(one for one in found if one not in (True, False) and one.free_symbols <= free))


def _terms_over(quotient: Expr) -> list[tuple[Expr, Expr]]:
    """A quotient as (numerator, denominator); whole terms of a sum say nothing: d/h + n is d over h."""
    above, below = quotient.as_numer_denom()
    rest = [term for term in above.expand().as_ordered_terms() if (term / below).as_numer_denom()[1] != 1]
    numerator = sum(rest, Integer(0))
    number, numerator = numerator.primitive() if len(rest) == 1 else (Integer(1), numerator)
    common = gcd(int(number), int(below)) if below.is_Integer else 1
    return [(numerator if below.free_symbols or len(rest) == 1 else sum(rest, Integer(0)), below / common)]


def solved(condition: Boolean) -> tuple[Symbol, Expr, Boolean] | None:
    """An equality solved for a symbol: the symbol, what it is equal to, and the condition that this is whole.

    >>> from symparams.notation import symbols
    >>> d, h, d_ff = symbols("d h d_ff")
    >>> solved(Eq(d_ff, 4 * d)), solved(Eq(d_ff, d / h)), solved(Eq(2 * d, 3 * h))
    ((d_ff, 4*d, True), (d, d_ff*h, True), (d, 3*h/2, Eq(Mod(h, 2), 0)))
    >>> solved(Eq(d**2, h**3)) is None
    True
    """
    if not isinstance(condition, Eq):
        return None
    left, right = condition.args
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Symbol) and one not in other.free_symbols and other.as_numer_denom()[1] == 1:
            return one, other, Eq(0, 0)
    found: list[tuple[Symbol, Expr, Boolean]] = []
    for symbol in sorted(condition.free_symbols, key=lambda symbol: symbol.name):
        try:
            linear = Poly((left - right).as_numer_denom()[0], symbol)
        except PolynomialError:  # the symbol stands inside a rounding
            continue
        if linear.degree() == 1 and linear.LC().is_Integer:
            factor, rest = abs(linear.LC()), linear.coeff_monomial(1) * (-1 if linear.LC() > 0 else 1)
            found.append((symbol, (rest / factor).expand(), _divided(rest, factor)))
    return min(found, key=lambda solution: solution[2] != True, default=None)  # noqa: E712


def _divided(above: Expr, below: Expr) -> Boolean:
    """That `below` divides `above`, without the factors that it need not look at: 2 divides 3h where it divides h."""
    number, rest = above.as_coeff_Mul()
    if number.is_Integer and below.is_Integer:
        below /= gcd(int(number), int(below))
        return Eq(Mod(rest, below), 0)
    return Eq(Mod(above, below), 0)


@dataclass
class Consequences:
    """What conditions say about expressions: symbols to put in, divisions to use, remainders that have to come out.

    Every symbol stays a positive integer: d becomes 96·d where 96 divides it, and d + 128 where it is larger than 128.
    """

    rule: dict[Symbol, Expr]
    divisions: list[tuple[Expr, Expr]]
    remainders: list[tuple[Expr, Expr, Expr]]
    contradictory: bool = False

    @classmethod
    def of(cls, conditions: Iterable[Boolean]) -> Consequences:
        found = cls({}, [], [])
        pending = list(conditions)
        for kind in (cls._equality, cls._remainder, cls._bound):
            waiting, pending = pending, []
            while waiting:
                condition = found.put(waiting.pop(0))
                if condition in (True, False):
                    found.contradictory |= condition == False  # noqa: E712
                    continue
                more = kind(found, condition)
                if more is None:
                    pending.append(condition)
                else:
                    waiting += more
        return found

    def put(self, expr: Expr) -> Expr:
        """The expression with these symbols put in."""
        return substituted(expr, self.rule)

    def _take(self, symbol: Symbol, value: Expr) -> None:
        rule = {symbol: value}
        self.rule = rule | {other: substituted(known, rule) for other, known in self.rule.items()}
        self.divisions = [(substituted(above, rule), substituted(below, rule)) for above, below in self.divisions]
        self.remainders = [tuple(substituted(part, rule) for part in row) for row in self.remainders]

    def _equality(self, condition: Boolean) -> list[Boolean] | None:
        solution = solved(condition) if not condition.has(Mod) else None
        if solution is None or not _is_size(solution[0]):
            return None
        symbol, value, whole = solution
        self._take(symbol, value)
        return [whole]

    def _remainder(self, condition: Boolean) -> list[Boolean] | None:
        if not isinstance(condition, Eq):
            return None
        left, right = condition.args
        if isinstance(right, Mod):
            left, right = right, left
        if not isinstance(left, Mod) or right.has(Mod):
            return None
        above, below = left.args
        if below.free_symbols:
            self.divisions.append((above - right, below))
        elif not (below.is_Integer and right.is_Integer and self._stepped(above, int(below), int(right))):
            self.remainders.append((above, below, right))
        return []

    def _stepped(self, above: Expr, modulus: int, residue: int) -> bool:
        """Whether a·d + b with one symbol d was put in steps: the d that have this remainder are step·(d − 1) + first."""
        symbols = above.free_symbols
        if len(symbols) != 1 or not above.is_polynomial(*symbols):
            return False
        (symbol,) = symbols
        linear = Poly(above, symbol)
        factor, constant = linear.coeff_monomial(symbol), linear.coeff_monomial(1)
        if linear.degree() != 1 or not (factor.is_Integer and constant.is_Integer and _is_size(symbol)):
            return False
        common = gcd(int(factor), modulus)
        if (residue - int(constant)) % common or not 0 <= residue < modulus:
            return False
        step = modulus // common
        first = (residue - int(constant)) // common * pow(int(factor) // common, -1, step) % step or step
        self._take(symbol, step * symbol - step + first)
        return True

    def _bound(self, condition: Boolean) -> list[Boolean] | None:
        """A lower bound: the symbol is put in as what it is more than that bound."""
        if not isinstance(condition, Gt | Ge | Lt | Le):
            return None
        low, high = condition.args if isinstance(condition, Lt | Le) else reversed(condition.args)
        low = low if isinstance(condition, Gt | Lt) else low - 1
        rising = bool(low.is_integer and low.is_nonnegative) and not low.has(floor, ceiling, Mod, Max, Min)
        if not (isinstance(high, Symbol) and _is_size(high) and rising) or high in low.free_symbols:
            return None
        self._take(high, low + high)
        return []


def _is_size(symbol: Symbol) -> bool:
    return bool(symbol.is_integer and symbol.is_positive)
