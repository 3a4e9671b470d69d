"""Judgement: the sides of a claim against its subject, under one reading. Nothing here knows of text or of names."""

from __future__ import annotations

from dataclasses import replace

from symparams.checks.judging.contradictions import contradiction
from symparams.checks.judging.figures import NumberJudge
from symparams.checks.judging.formulas import FormulaJudge
from symparams.checks.readings.reading import ORDERED, Side
from symparams.checks.verdict import Kind, Verdict

__all__ = ["Judge"]


class Judge(FormulaJudge, NumberJudge):
    """Judges a claim under one reading, link by link."""

    def verdict(self) -> Verdict:
        """The verdict on all sides: the first one that is wrong, else the weakest that is right."""
        links: list[Verdict] = []
        formula: tuple[Side, Verdict] | None = None
        before: Side | None = None
        for place, side in enumerate(self.sides):
            if side.relation in ORDERED:
                middle = place + 1 < len(self.sides) and self.sides[place + 1].relation in ORDERED
                link = self.inequality(before, side, middle)
            elif side.is_number:
                link = self.number(side, formula, before)
                if link.right and not side.is_numeral and formula is None:
                    formula = (side, link)
            else:
                link = self.formula(side)
                formula = (side, link)
            links.append(replace(link, side=side.form) if len(self.sides) > 1 else link)
            before = side
        unnamed = self.reading.label is None and self.reading.formula.label is None
        if unnamed and len(self.sides) > 1 and self.sides[1].relation in ORDERED:  # it is only compared
            links[0] = links[1]
        wrong = [link for link, side in zip(links, self.sides, strict=True) if not link.right and not side.is_number]
        wrong += [link for link in links if not link.right]
        weakest = next((link for link in links if link.kind is Kind.LEADING_ORDER), links[-1])
        chosen = wrong[0] if wrong else replace(weakest, side=None)
        itself = contradiction(self.sides, self.subject.related)
        if itself and chosen.right:
            chosen = replace(chosen, kind=Kind.ARITHMETIC, right=False, remark="its sides are not equal", side=None)
        return replace(chosen, contradiction=itself, links=tuple(links) if len(links) > 1 else ())
