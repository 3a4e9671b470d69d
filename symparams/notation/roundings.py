"""Roundings of quotients of polynomials: whole parts go out of a floor, the rest of it is an atom."""

from __future__ import annotations

from math import gcd, lcm
from typing import Any

from sympy import QQ, Expr
from sympy.polys.rings import PolyElement

from symparams.notation.domains import STEP, Domain, Quotient, SplitRequest, UndecidedError

__all__ = ["Roundings"]


class Roundings(Domain):
    """Sizes on which quotients can be rounded down, and on which some divisions are known to leave nothing."""

    def floor(self, quotient: Quotient, node: Expr) -> Quotient:
        above, below = quotient
        if not below.is_ground:
            above, below = self._cancelled(above, below)
        if below.is_ground:
            return self._floor_of_polynomial(above.quo_ground(below.LC), node), self.one
        if self._divides(above, below):
            return above, below
        return self._floor_of_quotient(above, below, node), self.one

    def _floor_of_polynomial(self, poly: PolyElement, node: Expr) -> PolyElement:
        constant = QQ(0)
        stays: dict[tuple[int, ...], Any] = {}
        for monomial, coefficient in poly.items():
            places = [place for place, exp in enumerate(monomial) if exp]
            if not places:
                constant = coefficient
            elif coefficient.denominator != 1 or not self.whole.issuperset(places):
                if coefficient.denominator != 1 and (split := self.splits.intersection(places)):
                    raise SplitRequest(min(split), int(coefficient.denominator))
                stays[monomial] = coefficient
        if not stays:
            return poly - constant + constant.numerator // constant.denominator
        scale = lcm(*(int(coefficient.denominator) for coefficient in poly.values()))
        return self._floor_of_quotient(poly * scale, self.ring.ground_new(QQ(scale)), node)

    def _floor_of_quotient(self, above: PolyElement, below: PolyElement, node: Expr) -> PolyElement:
        """floor(above/below) as a polynomial and one atom: whole parts go out of it, and of ±x the one form is kept."""
        self.work.spend(STEP * len(above) * len(below))
        scale = lcm(*(int(coefficient.denominator) for poly in (above, below) for coefficient in poly.values()))
        above, below = above * scale, below * scale
        quotient, remainder = above.div(below)
        whole = self.ring.from_dict(
            {monomial: QQ(coefficient.numerator // coefficient.denominator) for monomial, coefficient in quotient.items()}
        )
        if not self.is_whole(whole):
            whole = self.zero
        above = self.times(quotient - whole, below) + remainder
        if not above:
            return whole
        common = QQ(gcd(*(int(coefficient) for poly in (above, below) for coefficient in poly.values())))
        above, below = above.quo_ground(common), below.quo_ground(common)
        if above.LC < 0 and self.is_whole(above) and self.is_whole(below) and self.sign(below) == 1:
            # floor(-a/b) = -floor((a + b - 1)/b)
            return whole - self._floor_of_quotient(below - above - 1, below, node)
        least = 0 if self.sign(above) in (0, 1) and self.sign(below) == 1 else None
        return whole + self.atom(("floor", above, below), node, True, least)

    def _cancelled(self, above: PolyElement, below: PolyElement) -> Quotient:
        if len(above) * len(below) > 400 or max(above.degrees() + below.degrees()) > 40:
            raise UndecidedError("a quotient of many terms inside a rounding")
        self.work.spend(20 * STEP * len(above) * len(below))
        above, below = above.cancel(below)
        return above, below

    def _divides(self, above: PolyElement, below: PolyElement) -> bool:
        """Whether a quotient is whole because of a division that is known to leave nothing: n·a/b + m where b divides a."""
        if not above:
            return True
        for multiple, divisor in self.divisions:
            factor, rest = divisor.div(below)
            if rest or not factor or not multiple:
                continue
            (many, more), rest = self.times(above, factor).div([multiple, divisor])
            if not rest and self.is_whole(many) and self.is_whole(more):
                return True
        return False
