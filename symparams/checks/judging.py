"""Judging: the sides of a claim against the model, under one reading of its names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sympy import Add, Expr, Integer, Symbol, expand

from symparams.asymptotics import Approximation, leading_order
from symparams.checks.annotations import annotation_of
from symparams.checks.attribution import attribute
from symparams.checks.bounds import evaluated, terms_of
from symparams.checks.claims import APPROXIMATE, Side, numbers_in, sides_of, unit_of
from symparams.checks.counts import params_of
from symparams.checks.differences import by_part, smallest_counterexample
from symparams.checks.matching import Match, Vocabulary, related_of, widths_of
from symparams.checks.search import conventions_of
from symparams.checks.verdict import Kind, Verdict
from symparams.errors import MatchError, RegimeError, shown
from symparams.formulas import Formula
from symparams.notation import same, symbol, text
from symparams.tree import Given, Layer

__all__ = ["Judge"]

MOST_TERMS = 2_000
USUAL_POSITIONS = tuple(Integer(2**power) for power in range(8, 16))


class Judge:
    """Judges a claim under one reading of its names."""

    def __init__(
        self, formula: Formula, label: str | None, layer: Layer | None, named: Any, match: Match, vocabulary: Vocabulary
    ) -> None:
        self.formula, self.layer, self.match = formula, layer, match
        self.sizes = {
            met: value
            for name, value in vocabulary.declared.items()
            if isinstance(value, Integer) and isinstance(met := match.rule.get(symbol(name), vocabulary.own.get(name)), Symbol)
        }
        self.sides = list(sides_of(formula, label, match))
        met = set().union(*(side.expr.free_symbols for side in self.sides))
        self.free = frozenset(key for key in related_of(layer) if key in met) if layer is not None else frozenset()
        self.real: Expr = params_of(layer, self.free) if layer is not None else named
        self.named = named

    def verdict(self, explain: bool) -> Verdict:
        """The verdict on all sides: the first one that is wrong, else the weakest that is right."""
        links: list[Verdict] = []
        formula: tuple[Side, Verdict] | None = None
        for side in self.sides:
            link = self.number(side, formula, explain) if side.is_numeral else self.formula_side(side, explain)
            links.append(replace(link, side=side.form) if len(self.sides) > 1 else link)
            if not side.is_numeral:
                formula = (side, link)
        wrong = [link for link, side in zip(links, self.sides, strict=True) if not link.right and not side.is_numeral]
        wrong += [link for link in links if not link.right]
        weakest = next((link for link in links if link.kind is Kind.LEADING_ORDER), links[-1])
        chosen = wrong[0] if wrong else replace(weakest, side=None)
        return replace(chosen, links=tuple(links) if len(links) > 1 else ())

    def said(self, kind: Kind, right: bool, difference: Expr, **more: Any) -> Verdict:
        return Verdict(kind, right, self.formula.source, self.named, difference, self.match.words, formula=self.formula, **more)

    def formula_side(self, side: Side, explain: bool) -> Verdict:
        if terms_of(side.expr) > MOST_TERMS:
            raise MatchError(f"{shown(self.formula.source)}, multiplied out", f"at most {MOST_TERMS:,} terms", "a simpler formula")
        difference = expand(side.expr - self.real)
        if same(side.expr, self.real):
            return self.said(Kind.EXACT, True, Integer(0))
        approximate = side.relation in APPROXIMATE
        for judge in (self.leading, self.under) if approximate else (self.under, self.leading):
            if verdict := judge(side, difference):
                return verdict
        counterexample = smallest_counterexample(side.expr, self.real, self.sizes)
        if counterexample is None:
            return self.said(Kind.UNKNOWN, False, difference)
        if approximate:
            short = next((real for _, real in self.leads(side)), None)
            return self.said(Kind.DIFFERENT, False, difference, counterexample=counterexample, leading=short)
        if not explain or self.layer is None:
            return self.said(Kind.DIFFERENT, False, difference, counterexample=counterexample)
        attribution = attribute(self.layer, difference, side.terms, self.free)
        parts = () if attribution.changes else by_part(self.layer, side.expr, self.free)
        return self.said(Kind.DIFFERENT, False, difference, counterexample=counterexample, attribution=attribution, by_part=parts)

    def leads(self, side: Side) -> Iterator[tuple[Expr, Approximation]]:
        """The leading terms of claim and model as all of the model's widths grow, and as all of the claim's symbols do.

        A claim that leaves a width out cannot choose a regime in which that width stands still.
        """
        widths = [met for met in widths_of(self.layer) if met in self.real.free_symbols] if self.layer is not None else []
        common = sorted(side.expr.free_symbols & self.real.free_symbols, key=lambda met: met.name)
        for grows in (widths, common if set(widths) <= set(common) else []):
            growing = dict.fromkeys(grows, 1)
            stated = {met: 1 for met in grows if met in common}
            if stated:
                with suppress(RegimeError):
                    yield leading_order(side.expr, stated).expr, leading_order(self.real, growing)

    def leading(self, side: Side, difference: Expr) -> Verdict | None:
        """LEADING_ORDER, where the leading terms agree as the model's widths grow, or as all of the claim's symbols do."""
        approximate = side.relation in APPROXIMATE
        for claimed, real in self.leads(side):
            if side.relation in ("O", "∝"):
                quotient = (claimed / real.expr).expand()
                if quotient.is_Rational if side.relation == "∝" else _kinds(claimed) == _kinds(real.expr):
                    remark = f"grows as the model's leading order {text(real.expr)} does"
                    return self.said(Kind.LEADING_ORDER, True, difference, leading=real, remark=remark)
                continue
            dropped = {term.as_coeff_Mul()[1] for term in Add.make_args(difference)}
            clean = all(term.as_coeff_Mul()[1] not in dropped for term in Add.make_args(expand(side.expr)))
            if same(claimed, real.expr) and (clean or approximate):
                return self.said(Kind.LEADING_ORDER, approximate, difference, leading=replace(real, expr=side.expr))
        return None

    def under(self, side: Side, difference: Expr) -> Verdict | None:
        """EXACT_UNDER, where the fewest changes of conventions make the model equal to the claim."""
        if self.layer is None:
            return None
        spare = [met for met in self.match.spare if met in side.expr.free_symbols] or [
            value for value in numbers_in(side.terms) if not side.expr.is_number
        ]
        found = next(conventions_of(self.layer, side.expr, self.free, spare), None)
        if found is None:
            return None
        taken, model = found
        return self.said(Kind.EXACT_UNDER, False, difference, conventions=taken, annotation=annotation_of(model))

    def number(self, side: Side, formula: tuple[Side, Verdict] | None, explain: bool) -> Verdict:
        real, stated = evaluated(self.real, self.sizes), side.expr
        value = evaluated(formula[0].expr, self.sizes) if formula is not None else real
        if not real.free_symbols and agrees(stated, real, side):
            remark = f"the model has {_spaced(real)}" if stated == real else f"right to its stated digits: {_spaced(real)}"
            return self.said(Kind.EXACT, True, Integer(0), remark=remark)
        if formula is not None and not value.free_symbols:
            if agrees(stated, value, side):
                return formula[1]  # a formula's own value is as right as the formula
            gap = stated - value
            remark = (
                f"the formula gives {_spaced(value)}, the number printed is {_spaced(stated)}, a difference of {_spaced(gap)}; "
                f"the formula itself is {formula[1].kind.value}"
            )
            return self.said(Kind.ARITHMETIC, False, gap, remark=remark)
        if real.free_symbols:
            missing = ", ".join(sorted(met.name for met in real.free_symbols))
            remark = f"a number needs sizes: give {missing} in where={{…}}"
            return self.said(Kind.UNKNOWN, False, stated - real, remark=remark)
        unit = unit_of(stated, side)
        if self.layer is not None and formula is None:
            # some set of changes would bring nearly any model to a rounded number: of these only one change everywhere counts
            positions, most = (USUAL_POSITIONS, 3) if unit == 0 else ((), 1)
            sets = conventions_of(self.layer, stated, self.free, positions, unit, most, self.sizes)
            found = next((found for found in sets if unit == 0 or found[0][0].everywhere), None)
            if found is not None:
                taken, model = found
                return self.said(Kind.EXACT_UNDER, False, stated - real, conventions=taken, annotation=annotation_of(model))
        counterexample = smallest_counterexample(stated, real, {})
        kind = Kind.DIFFERENT if real.is_Rational else Kind.UNKNOWN
        attribution = None
        if self.layer is not None and explain and unit == 0:
            sizes = {met: size for met, size in self.sizes.items() if met in self.real.free_symbols}
            sized = Given(self.layer, sizes) if sizes else self.layer
            attribution = attribute(sized, stated - real, side.terms, self.free)
        return self.said(kind, False, stated - real, counterexample=counterexample, attribution=attribution)


def _kinds(expr: Expr) -> set[Expr]:
    """The terms of a sum without their coefficients."""
    return {term.as_coeff_Mul()[1] for term in Add.make_args(expand(expr))}


def agrees(stated: Expr, real: Expr, side: Side) -> bool:
    """Whether a number is right to the digits that it states."""
    return stated == real or bool(real.is_Rational and abs(real - stated) * 2 <= unit_of(stated, side))


def _spaced(number: Expr) -> str:
    return f"{int(number):,}" if number.is_Integer else text(number)
