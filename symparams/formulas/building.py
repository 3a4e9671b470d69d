"""From parts to an expression and to the author's own picture of it, with every number bounded before it is computed.

A `Piece` is what the grammar works with: the form as written, its sympy expression, and an upper bound of the bits
that the numbers in it can have. A step that would pass a bound raises `Refusal`, before sympy is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb, prod

from sympy import Add, Expr, Function, I, Integer, Max, Min, Mul, Pow, Rational, Sum, Symbol, ceiling, floor, nan, oo, zoo

from symparams.errors import ValuesError
from symparams.formulas.tokens import Numeral
from symparams.notation import Form, Plus, SumOver, Times, checked_choice, checked_height, value_at

__all__ = ["Piece", "Refusal"]

_MOST_BITS = 8192  # of any number in an expression: under 2,500 digits
_LARGEST_EXPONENT = 1000
_HIGHEST_DEGREE = 9  # in the index of a sum that is brought to closed form, which has (L + 1)**10 in it
_MOST_TERMS = 200  # of such a sum, multiplied out


class Refusal(Exception):  # noqa: N818 - it becomes an error where the place in the text is known
    """A step that cannot or should not be done: given, wanted, move."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula: `form` as written, `expr` for sympy."""

    form: Form
    expr: Expr
    bits: int
    numeral: Numeral | None = None  # where the part is one written number

    @classmethod
    def number(cls, numeral: Numeral) -> Piece:
        value = numeral.value
        return cls(value, value, int(value.p).bit_length() + int(value.q).bit_length(), numeral)

    @classmethod
    def symbol(cls, symbol: Symbol) -> Piece:
        return cls(symbol, symbol, 1)

    @classmethod
    def total(cls, pieces: Sequence[Piece]) -> Piece:
        if len(pieces) == 1:
            return pieces[0]
        bits = _bounded(sum(piece.bits for piece in pieces) + len(pieces))
        return cls(Plus(tuple(piece.form for piece in pieces)), Add(*(piece.expr for piece in pieces)), bits)

    @classmethod
    def product(cls, pieces: Sequence[Piece], dotted: bool = False) -> Piece:
        if len(pieces) == 1:
            return pieces[0]
        bits = _bounded(sum(piece.bits for piece in pieces))
        factors: list[Form] = []
        for piece in pieces:  # brackets around a product say nothing
            inner = piece.form
            factors.extend(inner.factors if isinstance(inner, Times) else (inner,))
        return cls(Times(tuple(factors), dotted), Mul(*(piece.expr for piece in pieces)), bits, _scaled(pieces))

    def negated(self) -> Piece:
        expr = -self.expr
        match self.form:
            case Times((Expr() as first, *rest), dotted) if first.is_Number:
                return Piece(Times((-first, *rest), dotted), expr, self.bits)
            case Expr():
                return Piece(expr, expr, self.bits)
            case Times(factors, dotted):
                return Piece(Times((Integer(-1), *factors), dotted), expr, self.bits)
            case form:
                return Piece(Times((Integer(-1), form)), expr, self.bits)

    def over(self, divisor: Piece) -> Piece:
        """The quotient; where both are plain expressions, it is written as one fraction."""
        if divisor.expr == 0:
            raise Refusal("a division by zero", "a divisor that is not zero", "check the divisor")
        bits = _bounded(self.bits + divisor.bits)
        expr = self.expr / divisor.expr
        form: Form = expr
        if isinstance(expr, Add) or (isinstance(self.form, Times) and any(isinstance(part, Plus) for part in self.form.factors)):
            factors = self.form.factors if isinstance(self.form, Times) else (self.form,)
            form = Times((*factors, 1 / divisor.expr))  # sympy would multiply the number into the sum
        return Piece(form, expr, bits)

    def power(self, exponent: Piece) -> Piece:
        numbers = exponent.expr.atoms(Rational)
        if any(abs(number.p) > _LARGEST_EXPONENT or number.q > _LARGEST_EXPONENT for number in numbers):
            raise Refusal("an exponent that is too large", f"numbers up to {_LARGEST_EXPONENT}", "check the exponent")
        if self.expr == 0 and not (exponent.expr.is_Rational and exponent.expr > 0):
            raise Refusal("a power of zero", "a base that is not zero", "check the base")
        if not exponent.expr.is_Rational and not exponent.expr.free_symbols:
            raise Refusal("an irrational number as an exponent", "a fraction or a size", "check the exponent")
        if not exponent.expr.is_Integer:
            self.tame()
        grown = abs(exponent.expr) if exponent.expr.is_Rational else Integer(1)
        bits = _bounded(int(self.bits * max(1, grown)) + exponent.bits)
        expr = Pow(self.expr, exponent.expr)
        if _unreal(expr):
            raise Refusal("a root of a negative number", "a real size", "check the signs")
        ten = self.numeral is not None and self.expr == 10 and exponent.expr.is_Integer
        return Piece(expr, expr, bits, Numeral(expr, ten=True) if ten else None)

    def percent(self) -> Piece:
        assert self.numeral is not None
        value, unit = self.expr / 100, (self.numeral.unit or Integer(1)) / 100
        return Piece(value, value, self.bits + 7, Numeral(value, unit, self.numeral.suffixed))

    def root(self, degree: int = 2) -> Piece:
        return self.power(Piece.number(Numeral(Rational(1, degree))))

    def tame(self) -> Piece:
        """The piece, if sympy can tell its sign soon: it looks for the roots of a polynomial, however high its degree."""
        try:
            checked_height(self.expr)
        except ValuesError as error:
            raise Refusal(error.given, error.wanted, error.move) from None
        return self

    def rounded(self, function: type[floor] | type[ceiling]) -> Piece:
        expr = function(self.added_up().tame().expr)
        return Piece(expr, expr, self.bits)

    def added_up(self) -> Piece:
        """The piece with a sum that is a number added up: sympy would go by its approximate value to round or to compare it."""
        if self.expr.free_symbols or not self.expr.has(Sum):
            return self
        try:
            value = value_at(self.expr, {})
        except ValuesError as error:
            raise Refusal(error.given, error.wanted, error.move) from None
        except ZeroDivisionError:
            raise Refusal("a sum over a division by zero", "terms that have values", "check the limits") from None
        return Piece(self.form, Rational(value.numerator, value.denominator), self.bits)

    def floor_over(self, divisor: Piece) -> Piece:
        """A // b, with -a // b as -ceiling(a/b): -(-V // 128) is the ceiling that its author meant."""
        quotient = self.over(divisor)
        if quotient.expr.could_extract_minus_sign():
            expr = -ceiling(-quotient.tame().expr)
            return Piece(expr, expr, quotient.bits)
        return quotient.rounded(floor)

    def truncated(self) -> Piece:
        if not self.tame().expr.is_nonnegative:
            raise Refusal("int(…) of what may be negative", "a size that is never negative", "write floor(…) or ceil(…)")
        return self.rounded(floor)

    @classmethod
    def choice(cls, function: type[Max] | type[Min], pieces: Sequence[Piece]) -> Piece:
        sizes = [piece.added_up().expr for piece in pieces]
        try:
            checked_choice(sizes)
        except ValuesError as error:
            raise Refusal(error.given, error.wanted, error.move) from None
        expr = function(*sizes)
        return cls(expr, expr, _bounded(sum(piece.bits for piece in pieces)))

    @classmethod
    def applied(cls, function: str, pieces: Sequence[Piece]) -> Piece:
        expr = Function(function, integer=True, positive=True)(*(piece.expr for piece in pieces))
        return cls(expr, expr, _bounded(sum(piece.bits for piece in pieces)))

    @classmethod
    def over_index(cls, body: Piece, index: Symbol, start: Piece, stop: Piece) -> Piece:
        """A sum over an index: in closed form where its body is a polynomial in the index, else as sympy's Sum."""
        ends = start.expr.free_symbols | stop.expr.free_symbols
        if index in ends:
            raise Refusal(f"bounds with the sum's own index {index}", "bounds without it", "rename the index")
        if start.expr.is_integer is False or stop.expr.is_integer is False:
            raise Refusal("a sum whose limits are no whole numbers", "whole limits", "check the bounds")
        count = stop.expr - start.expr + 1
        if count.is_Number and count < 0:
            raise Refusal("a sum over nothing", "a last value that is not below the first", "check the bounds")
        names = sorted(
            name.name for name in body.tame().expr.free_symbols | start.tame().expr.free_symbols | stop.tame().expr.free_symbols
        )
        if clash := next((name for name in names if index.name in name.split("_")[1:]), None):
            raise Refusal(f"{clash}, which changes with the index {index}", "sizes that do not", "write the sum out")
        form = SumOver(body.form, index, start.expr, stop.expr)
        degree, terms = _extent(body.expr, index)
        if degree is not None:
            if degree > _HIGHEST_DEGREE or terms > _MOST_TERMS:
                wanted = f"a degree up to {_HIGHEST_DEGREE} and up to {_MOST_TERMS} terms"
                raise Refusal(f"a sum of degree {degree} in {index} with {terms} terms", wanted, "check the exponents")
            bits = _bounded(body.bits + (degree + 1) * (start.bits + stop.bits + 8))
            return cls(form, form.expr, bits)
        expr = Sum(body.expr, (index, start.expr, stop.expr))
        return cls(expr, expr, _bounded(body.bits + start.bits + stop.bits))

    def checked(self) -> Piece:
        """The piece, if it is a number for all sizes."""
        if self.expr.has(zoo, nan, oo, -oo) or _unreal(self.expr):
            raise Refusal("a formula with no finite, real value", "a size", "check its roots and divisors")
        return self


def _bounded(bits: int) -> int:
    if bits > _MOST_BITS:
        raise Refusal("a number that is too large to compute", f"numbers of at most {_MOST_BITS} bits", "check the powers")
    return bits


def _unreal(expr: Expr) -> bool:
    """Whether it shows the root of a negative number."""
    roots = (power.base for power in expr.atoms(Pow) if power.exp.is_Rational and not power.exp.is_Integer)
    return expr.has(I) or any(base.is_Number and base < 0 for base in roots)


def _extent(expr: Expr, index: Symbol) -> tuple[int | None, int]:
    """An upper bound of the degree in `index` and of the number of terms if multiplied out; None where it is no polynomial."""
    if not expr.has(index):
        return 0, 1
    if expr == index:
        return 1, 1
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
        degree, terms = _extent(expr.base, index)
        count = len(Add.make_args(expr.base)) + terms - 1
        return degree and degree * int(expr.exp), comb(count + int(expr.exp) - 1, int(expr.exp))
    if isinstance(expr, Add | Mul):
        parts = [_extent(part, index) for part in expr.args]
        degrees = [degree for degree, _ in parts if degree is not None]
        together: Callable[[list[int]], int] = max if isinstance(expr, Add) else sum
        terms = (sum if isinstance(expr, Add) else prod)(terms for _, terms in parts)
        return together(degrees) if len(degrees) == len(parts) else None, terms
    return None, 1


def _scaled(pieces: Sequence[Piece]) -> Numeral | None:
    """3.14 × 10²³ as one written number."""
    if len(pieces) != 2 or not (left := pieces[0].numeral) or not (right := pieces[1].numeral) or not right.ten:
        return None
    return Numeral(left.value * right.value, (left.unit or Integer(1)) * right.value, left.suffixed)
