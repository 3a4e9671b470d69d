"""What a comparison answers with: two things and their difference, or several and their ratios to the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Expr, Integer, Poly, PolynomialError, Symbol, cancel, expand, fraction, oo, roots, together

from symparams.errors import ValuesError
from symparams.notation import Percent, Table, Value, as_values, at_values, symbol_among, text, value_of
from symparams.results import Result

__all__ = ["Comparison", "Ratios"]

_MOST_DEGREE = 4  # of an equation that is solved in radicals


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """Two counts: their difference part by part, their ratio, its limits, and the sizes at which they are equal.

    where: names: of the two; first, second: their counts; parts: the difference first − second, which the rows sum to.
    """

    names: tuple[str, str]
    first: Expr
    second: Expr
    parts: tuple[tuple[str, Expr], ...]
    layer: Any = field(default=None, repr=False, compare=False)

    @property
    def difference(self) -> Expr:
        """The first minus the second, multiplied out."""
        return expand(self.first - self.second)

    @cached_property
    def ratio(self) -> Expr:
        """The first over the second, without common factors."""
        return cancel(self.first / self.second) if self.second != 0 else oo

    @property
    def free_symbols(self) -> frozenset[Symbol]:
        """The sizes of both."""
        return frozenset(self.first.free_symbols | self.second.free_symbols)

    @cached_property
    def limits(self) -> dict[Symbol, Expr]:
        """What the ratio tends to as each size alone grows; only where it is a quotient of polynomials in that size."""
        found = {}
        for symbol in sorted(self.ratio.free_symbols, key=lambda one: one.name):
            above, below = fraction(together(self.ratio))
            if above.is_polynomial(symbol) and below.is_polynomial(symbol):
                high, low = Poly(above, symbol), Poly(below, symbol)
                gap = high.degree() - low.degree()
                found[symbol] = oo if gap > 0 else Integer(0) if gap < 0 else cancel(high.LC() / low.LC())
        return found

    def crossings(self, symbol: Symbol | str, at: Mapping[Any, Any] | None = None, **sizes: Any) -> tuple[Expr, ...]:
        """The positive sizes of one symbol at which both are equal, exactly; other sizes may be given.

        >>> from symparams import LSTM, Linear, symbols
        >>> from symparams.comparing import compare
        >>> I, H = symbols("I H")
        >>> compare(LSTM(H, H), Linear(I, H)).crossings(I)
        (8*H + 3,)

        Raises `ValuesError` where the equation is none that is solved in radicals.
        """
        symbol = symbol_among(self.free_symbols, symbol, "crossing")
        taken = as_values(at or {}, self.free_symbols - {symbol}, sizes)
        gap = fraction(together(at_values(self.difference, taken)))[0]
        try:
            poly = Poly(gap, symbol)
        except PolynomialError:
            poly = None
        if poly is None or poly.degree() > _MOST_DEGREE + min((monomial[0] for monomial in poly.monoms()), default=0):
            raise ValuesError(
                f"{text(gap)} = 0 for {symbol.name}", f"a polynomial of degree up to {_MOST_DEGREE}", "give other sizes"
            )
        if poly.is_zero or poly.degree() == 0:
            return ()
        found = (root for root in roots(poly) if root.is_positive is not False and root.is_real is not False)
        shown = tuple(cancel(root) if not root.is_number else root for root in found if root != 0)
        return tuple(root for root in shown if not _is_negative(root))

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """The difference at sizes."""
        return value_of(self.difference, values, sizes, self.free_symbols)

    @property
    def origin(self) -> Any:
        return self.layer

    @property
    def content(self) -> Table:
        rows: list[tuple[Any, ...]] = [(name, part) for name, part in self.parts]
        share = Percent(self.ratio) if self.ratio.is_Rational else self.ratio
        foot = [(f"{self.names[0]} − {self.names[1]}", self.difference), (f"{self.names[0]} / {self.names[1]}", share)]
        return Table(("Part", "Difference"), tuple(rows), tuple(foot))

    def __repr__(self) -> str:
        return repr(self.content)

    def _repr_html_(self) -> str:
        return self.content.html()


@dataclass(frozen=True, repr=False)
class Ratios(Result):
    """Several counts, each with its ratio to the first."""

    names: tuple[str, ...]
    counts: tuple[Expr, ...]

    @property
    def ratios(self) -> dict[str, Expr]:
        """Each count over the first, without common factors."""
        first = self.counts[0]
        return {name: cancel(count / first) if first != 0 else oo for name, count in zip(self.names, self.counts, strict=True)}

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Ratios:
        """The same at sizes."""
        free = frozenset().union(*(count.free_symbols for count in self.counts))
        taken = as_values(values or {}, free, sizes)
        return Ratios(self.names, tuple(at_values(count, taken) for count in self.counts))

    @property
    def content(self) -> Table:
        ratios = self.ratios
        rows = tuple(
            (name, count, Percent(ratios[name]) if ratios[name].is_Rational else ratios[name])
            for name, count in zip(self.names, self.counts, strict=True)
        )
        return Table(("Model", "Parameters", f"Of {self.names[0]}"), rows)

    def __repr__(self) -> str:
        return repr(self.content)

    def _repr_html_(self) -> str:
        return self.content.html()


def _is_negative(root: Expr) -> bool:
    return bool(root.is_negative or (-root).is_positive or (root.is_number and root < 0))
