"""Judging a side that holds sizes: equal, equal under other conventions, the leading order, or different."""

from __future__ import annotations

from dataclasses import replace

from sympy import Eq, Expr, S, expand
from sympy.logic.boolalg import Boolean

from symparams.checks.bounds import fits, terms_of
from symparams.checks.explaining.attribution import attribute
from symparams.checks.explaining.differences import by_part
from symparams.checks.explaining.search import conventions_of
from symparams.checks.explaining.terms import by_term, excess
from symparams.checks.judging.approximating import leading, leads, remainder_holds
from symparams.checks.judging.ground import Ground
from symparams.checks.readings.reading import Side
from symparams.checks.verdict import Kind, Verdict
from symparams.errors import MatchError, shown
from symparams.notation import Sameness, compare, substituted, text

__all__ = ["FormulaJudge"]

MOST_TERMS = 2_000


class FormulaJudge(Ground):
    """Judges formulas."""

    def formula(self, side: Side) -> Verdict:
        """The verdict on a side that holds sizes."""
        if terms_of(side.expr) > MOST_TERMS:
            raise MatchError(
                f"{shown(self.reading.formula.source)}, multiplied out", f"at most {MOST_TERMS:,} terms", "a simpler formula"
            )
        if not fits(side.expr, {}):
            given = f"{shown(self.reading.formula.source)}, multiplied out"
            raise MatchError(given, "at most some thousand digits", "a simpler formula")
        if (exact := self.equality(side)) is not None:
            return exact
        difference = expand(side.expr - self.real)
        if side.remainder is not None:
            return self.remainder(side, difference)
        judges = (self.leading, self.under) if side.is_approximate else (self.under, self.leading)
        for judge in judges:
            if (verdict := judge(side, difference)) is not None:
                return verdict
        return self.different(side, difference)

    def equality(self, side: Side) -> Verdict | None:
        """EXACT, where the side equals the model: for all sizes, under its relations or conditions, or at the sizes stated."""
        settled = self.subject.count()
        relations = self.subject.related
        pairs = [(side.expr, self.real)]
        if relations:
            pairs.append((substituted(side.expr, relations), settled))
        for claimed, real in pairs:
            comparison = compare(claimed, real, self.admissible)
            if comparison.sameness is Sameness.EQUAL:
                return self.made(Kind.EXACT, True, conditions=(*self.relations_used(claimed, side), *comparison.conditions))
        missing = settled.free_symbols - side.expr.free_symbols
        if missing and missing <= self.sizes.keys():
            claimed, real = (substituted(substituted(expr, relations), self.sizes) for expr in (side.expr, settled))
            if compare(claimed, real, self.admissible).sameness is Sameness.EQUAL:
                at = ", ".join(f"{size} = {self.sizes[size]}" for size in sorted(missing, key=str))
                return self.made(Kind.EXACT, True, remark=f"equal at {at}")
        return None

    def relations_used(self, claimed: Expr, side: Side) -> tuple[Boolean, ...]:
        """The model's relations that had to be put in for equality."""
        if claimed == side.expr:
            return ()
        return tuple(Eq(size, value, evaluate=False) for size, value in self.subject.related.items() if side.expr.has(size))

    def remainder(self, side: Side, difference: Expr) -> Verdict:
        """The verdict on a side with a remainder O(…)."""
        truth = remainder_holds(side, self.real, self.subject.widths)
        short = next((real for _, real in leads(side, self.real, self.subject.widths)), None)
        grows = ", ".join(size.name for size in self.subject.widths if size in self.real.free_symbols)
        dropped, rest = text(-difference), side.remainder or S.One
        if truth is None:
            return self.made(Kind.UNKNOWN, False, difference, remark=f"{dropped} has no order as {grows} → ∞")
        if truth:
            remark = f"what it drops, {dropped}, is O({text(rest)})"
            return self.made(Kind.LEADING_ORDER, True, difference, leading=short, remark=remark)
        remark = f"what it drops, {dropped}, grows faster than O({text(rest)}) as {grows} → ∞"
        return self.made(Kind.DIFFERENT, False, difference, remark=remark, counterexample=self.counterexample(side.expr, self.real))

    def leading(self, side: Side, difference: Expr) -> Verdict | None:
        """LEADING_ORDER, where the leading terms agree and no other term is stated that the model does not have."""
        short = leading(side, self.real, self.subject.widths)
        if short is None and self.subject.related:  # under the model's relations, where d_ff is 4d
            settled = replace(side, expr=substituted(side.expr, self.subject.related))
            short = leading(settled, self.subject.count(), self.subject.widths)
            difference = expand(settled.expr - self.subject.count())
        if short is None:
            return None
        if side.relation in ("O", "∝"):
            remark = f"grows as the model's leading order {text(short.expr)} does"
            return self.made(Kind.LEADING_ORDER, True, difference, leading=short, remark=remark)
        attribution = None
        if self.explain and self.subject.layer is not None:
            found = attribute(self.subject.layer, difference, side.terms, self.free, self.subject.of)
            attribution = found if len(found.changes) == 1 else None
        return self.made(Kind.LEADING_ORDER, side.is_approximate, difference, leading=short, attribution=attribution)

    def under(self, side: Side, difference: Expr) -> Verdict | None:
        """EXACT_UNDER, where the fewest changes of conventions make the model equal to the claim."""
        layer = self.subject.layer
        if layer is None or not self.search or self.subject.of.name != "parameters":
            return None
        spare = [one for one in self.reading.spare if one in side.expr.free_symbols] or [
            number for number in numbers_in(side.terms) if not side.expr.is_number
        ]
        return self.conventions(conventions_of(layer, side.expr, self.free, spare), difference)

    def different(self, side: Side, difference: Expr) -> Verdict:
        """DIFFERENT with a counterexample, UNKNOWN where none is found, or nobody asks for one."""
        if not self.explain:
            return self.made(Kind.UNKNOWN, False, difference)
        counterexample = self.counterexample(side.expr, self.real)
        if counterexample is None:
            reason = compare(side.expr, self.real, self.admissible).reason
            return self.made(Kind.UNKNOWN, False, difference, remark=reason)
        layer = self.subject.layer
        if side.is_approximate:
            short = next((real for _, real in leads(side, self.real, self.subject.widths)), None)
            more = excess(side.expr, self.real)
            remark = f"its terms have {text(more)} beyond the model's" if short is not None and more != 0 else ""
            found = attribute(layer, more, side.terms, self.free, self.subject.of) if layer is not None and more != 0 else None
            attribution = found if found is not None and found.changes else None
            return self.made(
                Kind.DIFFERENT,
                False,
                difference,
                counterexample=counterexample,
                leading=short,
                remark=remark,
                attribution=attribution,
            )
        attribution = None if layer is None else attribute(layer, difference, side.terms, self.free, self.subject.of)
        if attribution is not None and attribution.changes:
            return self.made(Kind.DIFFERENT, False, difference, counterexample=counterexample, attribution=attribution)
        parts = () if layer is None else by_part(layer, side.expr, self.free, self.subject.of)
        terms = by_term(side.expr, self.real)
        return self.made(
            Kind.DIFFERENT, False, difference, counterexample=counterexample, attribution=attribution, by_part=parts, by_term=terms
        )


def numbers_in(terms: tuple[Expr, ...]) -> list[Expr]:
    """Numbers that a claim multiplies sizes with, which may be a count of positions: 1024*d."""
    return [number for term in terms if (number := term.as_coeff_Mul()[0]).is_Integer and number > 64]
