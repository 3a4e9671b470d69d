"""A claim, taken apart: read in the names that its model allows, side by side in the model's symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Symbol

from symparams.checks.matching import Match, Vocabulary
from symparams.checks.ratios import read_ratio
from symparams.errors import FormulaTextError, MatchError, shown
from symparams.formulas import Formula, Precision, read
from symparams.notation import Form, Plus, expr_of
from symparams.tree import Layer

__all__ = ["APPROXIMATE", "Side", "label_of", "numbers_in", "read_claim", "read_in", "sides_of", "unit_of"]

APPROXIMATE = frozenset("≈∼∝O")


@dataclass(frozen=True)
class Side:
    """One side of a claim in the model's symbols."""

    form: Form
    expr: Expr
    relation: str
    terms: tuple[Expr, ...]
    precision: Precision | None
    is_numeral: bool


def read_claim(text: str, model: Layer | Expr, where: Mapping[Any, Any] | None = None, syntax: str | None = None) -> Formula:
    """A claim as `check` reads it: the names of the model, of the dialects and of `where` are declared."""
    return read_in(text, Vocabulary.of(model, where or {}), model if isinstance(model, Layer) else None, syntax)


def read_in(claim: str, vocabulary: Vocabulary, layer: Layer | None, syntax: str | None) -> Formula:
    """The claim in the vocabulary's names; where it has no names, the names of dialects are no reason to doubt its numbers."""
    if ratio := read_ratio(claim):
        if layer is not None:
            raise MatchError(f"{shown(claim)}, a ratio", "a quotient as the model", "check(…, one.params / other.params)")
        return ratio
    try:
        formula = read(claim, (*vocabulary.declared, *vocabulary.own), syntax)
        if not formula.names:
            return formula
    except FormulaTextError:
        pass
    formula = read(claim, vocabulary.names, syntax)
    if "O" in formula.names and "O" not in {**vocabulary.own, **vocabulary.declared}:
        named = {vocabulary.own[name] for name in formula.names if name in vocabulary.own}
        if named.issuperset(vocabulary.dialect["O"]):  # no size is left for the output's O to mean: it is the order
            return read(claim, [name for name in vocabulary.names if name != "O"], syntax)
    return formula


def label_of(formula: Formula) -> str | None:
    """The quantity's own name: a symbol alone on the left that no other side has."""
    first, *others = formula.sides
    alone = isinstance(first, Symbol) and others and not any(first in other.free_symbols for other in others)
    return first.name if alone else None


def sides_of(formula: Formula, label: str | None, match: Match) -> Iterator[Side]:
    """The sides that claim something of the model: all but the quantity's own name."""
    relations = list(formula.relations)
    if len(relations) < len(formula.sides):
        relations.insert(0, "=")
    for place, (side, form) in enumerate(zip(formula.sides, formula.forms, strict=True)):
        if place == 0 and label is not None:
            continue
        expr = side.xreplace(match.rule)
        terms = form.terms if isinstance(form, Plus) else (form,)
        exact = tuple(expr_of(term).xreplace(match.rule) for term in terms)
        remainder = formula.remainders[place]
        relation = "≈" if remainder is not None and relations[place] == "=" else relations[place]
        numeral = formula.precision[place] is not None or (isinstance(form, Expr) and form.is_number)  # 7 × 10⁹ is one as well
        yield Side(form, expr, relation, exact, formula.precision[place], numeral)


def numbers_in(terms: tuple[Expr, ...]) -> list[Expr]:
    """Numbers that a claim multiplies sizes with, which may be a count of positions: 1024*d."""
    return [number for term in terms if (number := term.as_coeff_Mul()[0]).is_Integer and number > 64]


def unit_of(stated: Expr, side: Side) -> Expr:
    """The unit of the last digit that a number states, 0 where it is exact; of ≈ 1,320M the first three digits are stated."""
    unit = side.precision.unit if side.precision is not None else Integer(0)
    if side.relation in APPROXIMATE and stated.is_Integer and stated != 0:
        digits = str(stated)
        zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
        unit = max(unit, Integer(10) ** zeros) if zeros > 0 else unit
    return unit
