"""Judging: a claim, side by side, against the model that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, Integer, Symbol, cancel, expand

from symparams.asymptotics import Approximation, leading_order
from symparams.checks.annotations import annotation_of
from symparams.checks.attribution import attribute
from symparams.checks.bounds import evaluated, terms_of
from symparams.checks.counts import params_of
from symparams.checks.differences import by_part, smallest_counterexample
from symparams.checks.matching import Match, Vocabulary, fields_of, matches, related_of
from symparams.checks.ratios import read_ratio
from symparams.checks.search import conventions_of
from symparams.checks.verdict import Kind, Verdict
from symparams.counting import ClosedForm
from symparams.errors import FormulaTextError, MatchError, RegimeError, shown
from symparams.formulas import Formula, Precision, read
from symparams.notation import Form, Plus, expr_of, same, text
from symparams.notation import symbol as symbol_of
from symparams.tree import Given, Layer

__all__ = ["check", "read_claim"]

MOST_TERMS = 2_000
USUAL_POSITIONS = tuple(Integer(2**power) for power in range(8, 16))
_APPROXIMATE = frozenset("≈∼∝O")
_WIDTHS = frozenset(
    [
        "d_model",
        "d_ff",
        "d_head",
        "d_value",
        "d_key_in",
        "d_value_in",
        "d_out",
        "n_hid",
        "n_in",
        "n_out",
        "n_proj",
        "n_state",
        "c_in",
        "c_out",
        "n_channel",
        "shape",
    ]
)
_ORDER = {kind: place for place, kind in enumerate((Kind.EXACT, Kind.EXACT_UNDER, Kind.LEADING_ORDER, Kind.ARITHMETIC))}


def check(
    claim: str | Formula,
    model: Layer | ClosedForm | Expr,
    where: Mapping[Any, Any] | None = None,
    syntax: str | None = None,
) -> Verdict:
    """Whether a published formula or number is right for a model, and if not, why.

    `where` says what the claim's names are in the model, {"e": d} or {"e": "d"}, or their sizes, {"e": 512}; names that it leaves
    out are matched by the model's own symbols, by the names of the dialects, and by trial. For a ratio give the ratio of two
    `.params` as the model.

    >>> from symparams import LSTM, Transformer, TransformerEncoderLayer, symbols
    >>> N, d, V, I, H, f = symbols("N d V I H f")
    >>> check("4 × (I × H + H² + H)", LSTM(I, H)).kind
    EXACT
    >>> print(check("4(e*h + h^2 + 2h)", LSTM(I, H)))
    EXACT_UNDER, wrong: equal with two bias vectors a gate (PyTorch, cuDNN); for the model that was named it is off by 4*H; the
    annotation that makes it right: LSTM(I, H, biases=2); right is 4*(H*I + H**2 + H); read as: e is I, h is H
    >>> print(check("4 e^2 + (4 e f + f + e) + 4 e", TransformerEncoderLayer(d, f)))
    DIFFERENT, wrong: claim − model = 2*d*f - 4*d; counts the feed-forward weights twice (+2*d*f), leaves out the attention biases
    (−4*d); at d=1, f=1: the claim gives 14, the model has 16; as few changes: counts the feed-forward weights twice (+2*d*f),
    leaves out all norms (−4*d); right is 4*d**2 + 2*d*f + 9*d + f; read as: e is d

    Raises `FormulaTextError` where the text cannot be read, `MatchError` where its names could mean several things.
    """
    layer, named = _named(model)
    vocabulary = Vocabulary.of(named, where or {})
    formula = _read(claim, vocabulary, layer, syntax) if isinstance(claim, str) else claim
    if not isinstance(formula, Formula):
        raise MatchError(f"check({shown(claim)}, …)", "a text or a Formula", 'write check("12Nd^2", model)')
    label = _label(formula)
    names = tuple(name for name in formula.names if name != label)
    judged: list[tuple[Match, Verdict]] = []
    candidates = list(matches(names, vocabulary))
    for match in candidates:
        verdict = _Judge(formula, label, layer, named, match, vocabulary).verdict(explain=len(candidates) == 1)
        judged.append((match, verdict))
        if verdict.kind is Kind.EXACT:
            break
    best = min(_ORDER.get(verdict.kind, len(_ORDER)) for _, verdict in judged)
    chosen = [(match, verdict) for match, verdict in judged if _ORDER.get(verdict.kind, len(_ORDER)) == best]
    if len({verdict.difference for _, verdict in chosen}) > 1 or (len(chosen) > 1 and best == len(_ORDER)):
        options = "; or ".join(match.words for match, _ in chosen[:4])
        raise MatchError(f"{formula.source}: names that could be read in {len(chosen)} ways", options, "say which in where={…}")
    match, verdict = chosen[0]
    return verdict if len(candidates) == 1 else _Judge(formula, label, layer, named, match, vocabulary).verdict(explain=True)


def read_claim(text: str, model: Layer | Expr, where: Mapping[Any, Any] | None = None, syntax: str | None = None) -> Formula:
    """A claim as `check` reads it: the names of the model, of the dialects and of `where` are declared."""
    return _read(text, Vocabulary.of(model, where or {}), model if isinstance(model, Layer) else None, syntax)


def _read(claim: str, vocabulary: Vocabulary, layer: Layer | None, syntax: str | None) -> Formula:
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


def _named(model: Layer | ClosedForm | Expr) -> tuple[Layer | None, Any]:
    if isinstance(model, Layer):
        return model, model
    if isinstance(model, ClosedForm):
        return None, model.expr
    if isinstance(model, Expr):
        return None, cancel(model)
    raise MatchError(f"a model {shown(model)}", "a layer, a closed form or an expression", "pass Transformer(N, d, V), say")


@dataclass(frozen=True)
class _Side:
    """One side of a claim in the model's symbols."""

    form: Form
    expr: Expr
    relation: str
    terms: tuple[Expr, ...]
    precision: Precision | None
    is_numeral: bool


class _Judge:
    """Judges a claim under one reading of its names."""

    def __init__(
        self, formula: Formula, label: str | None, layer: Layer | None, named: Any, match: Match, vocabulary: Vocabulary
    ) -> None:
        self.formula, self.layer, self.match = formula, layer, match
        self.sizes = {
            symbol: value
            for name, value in vocabulary.declared.items()
            if isinstance(value, Integer)
            and isinstance(symbol := match.rule.get(symbol_of(name), vocabulary.own.get(name)), Symbol)
        }
        self.sides = list(_sides(formula, label, match))
        met = set().union(*(side.expr.free_symbols for side in self.sides))
        self.free = frozenset(key for key in related_of(layer) if key in met) if layer is not None else frozenset()
        self.real: Expr = params_of(layer, self.free) if layer is not None else named
        self.named = named

    def verdict(self, explain: bool) -> Verdict:
        """The verdict on all sides: the first one that is wrong, else the weakest that is right."""
        links: list[Verdict] = []
        formula: tuple[_Side, Verdict] | None = None
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

    def formula_side(self, side: _Side, explain: bool) -> Verdict:
        if terms_of(side.expr) > MOST_TERMS:
            raise MatchError(f"{shown(self.formula.source)}, multiplied out", f"at most {MOST_TERMS:,} terms", "a simpler formula")
        difference = expand(side.expr - self.real)
        if same(side.expr, self.real):
            return self.said(Kind.EXACT, True, Integer(0))
        approximate = side.relation in _APPROXIMATE
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

    def leads(self, side: _Side) -> Iterator[tuple[Expr, Approximation]]:
        """The leading terms of claim and model as all of the model's widths grow, and as all of the claim's symbols do.

        A claim that leaves a width out cannot choose a regime in which that width stands still.
        """
        filled = fields_of(self.layer) if self.layer is not None else {}
        widths = [met for met, names in filled.items() if _WIDTHS & set(names) and met in self.real.free_symbols]
        common = sorted(side.expr.free_symbols & self.real.free_symbols, key=lambda met: met.name)
        for grows in (widths, common if set(widths) <= set(common) else []):
            growing = dict.fromkeys(grows, 1)
            stated = {met: 1 for met in grows if met in common}
            if stated:
                with suppress(RegimeError):
                    yield leading_order(side.expr, stated).expr, leading_order(self.real, growing)

    def leading(self, side: _Side, difference: Expr) -> Verdict | None:
        """LEADING_ORDER, where the leading terms agree as the model's widths grow, or as all of the claim's symbols do."""
        approximate = side.relation in _APPROXIMATE
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

    def under(self, side: _Side, difference: Expr) -> Verdict | None:
        """EXACT_UNDER, where the fewest changes of conventions make the model equal to the claim."""
        if self.layer is None:
            return None
        spare = [met for met in self.match.spare if met in side.expr.free_symbols] or [
            value for value in _numbers_in(side.terms) if not side.expr.is_number
        ]
        found = next(conventions_of(self.layer, side.expr, self.free, spare), None)
        if found is None:
            return None
        taken, model = found
        return self.said(Kind.EXACT_UNDER, False, difference, conventions=taken, annotation=annotation_of(model))

    def number(self, side: _Side, formula: tuple[_Side, Verdict] | None, explain: bool) -> Verdict:
        real, stated = evaluated(self.real, self.sizes), side.expr
        value = evaluated(formula[0].expr, self.sizes) if formula is not None else real
        if not real.free_symbols and _agrees(stated, real, side):
            remark = f"the model has {_spaced(real)}" if stated == real else f"right to its stated digits: {_spaced(real)}"
            return self.said(Kind.EXACT, True, Integer(0), remark=remark)
        if formula is not None and not value.free_symbols:
            if _agrees(stated, value, side):
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
        unit = _unit(stated, side)
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


def _label(formula: Formula) -> str | None:
    """The quantity's own name: a symbol alone on the left that no other side has."""
    first, *others = formula.sides
    alone = isinstance(first, Symbol) and others and not any(first in other.free_symbols for other in others)
    return first.name if alone else None


def _sides(formula: Formula, label: str | None, match: Match) -> Iterator[_Side]:
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
        yield _Side(form, expr, relation, exact, formula.precision[place], numeral)


def _kinds(expr: Expr) -> set[Expr]:
    """The terms of a sum without their coefficients."""
    return {term.as_coeff_Mul()[1] for term in Add.make_args(expand(expr))}


def _numbers_in(terms: tuple[Expr, ...]) -> list[Expr]:
    """Numbers that a claim multiplies sizes with, which may be a count of positions: 1024*d."""
    return [number for term in terms if (number := term.as_coeff_Mul()[0]).is_Integer and number > 64]


def _agrees(stated: Expr, real: Expr, side: _Side) -> bool:
    """Whether a number is right to the digits that it states."""
    return stated == real or bool(real.is_Rational and abs(real - stated) * 2 <= _unit(stated, side))


def _unit(stated: Expr, side: _Side) -> Expr:
    """The unit of the last digit that a number states, 0 where it is exact; of ≈ 1,320M the first three digits are stated."""
    unit = side.precision.unit if side.precision is not None else Integer(0)
    if side.relation in _APPROXIMATE and stated.is_Integer and stated != 0:
        digits = str(stated)
        zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
        unit = max(unit, Integer(10) ** zeros) if zeros > 0 else unit
    return unit


def _spaced(number: Expr) -> str:
    return f"{int(number):,}" if number.is_Integer else text(number)
