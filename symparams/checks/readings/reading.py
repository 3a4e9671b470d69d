"""A reading: one way to understand a claim, as a value that can be printed, compared and judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sympy import Expr, Integer, Pow, Symbol, cancel

from symparams.checks.readings.numbers import put_in
from symparams.checks.readings.seating import Seating
from symparams.checks.vocabulary import Vocabulary
from symparams.formulas import Formula, Precision
from symparams.notation import Form, Plus, expr_of, substituted, symbol, terms_of, text

__all__ = ["APPROXIMATE", "ORDERED", "Reading", "Side", "label_of", "names_of", "reading_of"]

APPROXIMATE = frozenset("≈∼∝O")
ORDERED = frozenset("<>≤≥")
MOST_CANCELLED = 200  # terms of a quotient that is looked at for common factors


@dataclass(frozen=True)
class Side:
    """One side of a claim in the model's symbols.

    form: as it was written; expr: in the model's symbols; relation: how it is claimed to stand to the quantity, or to the side
    before it; sign: the relation as it is written; terms: of its sum; remainder: what stands in its "+ O(…)"; precision: how
    exactly a rounded number is stated.
    """

    form: Form
    expr: Expr
    relation: str
    terms: tuple[Expr, ...]
    remainder: Expr | None = None
    precision: Precision | None = None
    sign: str = "="

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers only: a result, or the sizes put in."""
        return not self.expr.free_symbols

    @property
    def is_numeral(self) -> bool:
        """Whether it is one written number: 124M, 7 × 10⁹."""
        return self.precision is not None or (isinstance(self.form, Expr) and bool(self.form.is_number))

    @property
    def is_approximate(self) -> bool:
        """Whether it is claimed to be near only."""
        return self.relation in APPROXIMATE or self.remainder is not None


@dataclass(frozen=True)
class Reading:
    """One way to understand a claim: its formula, what each name means, and the sizes at which its numbers stand.

    meaning: each name with the size of the model that it stands for; spare: names that no size of the model is left for; sizes:
    the model's symbols whose number the claim or `where` states; price: the less, the likelier.

    >>> from symparams import LSTM, read, symbols
    >>> from symparams.checks.readings.seating import likeliest
    >>> vocabulary = Vocabulary.of(LSTM(*symbols("I H")), {"h": 512})
    >>> formula = read("4(eh + h^2 + h)", names="e h")
    >>> reading = reading_of(formula, next(likeliest(("e", "h"), vocabulary))[1], vocabulary)
    >>> reading, reading.sizes
    (e is I, h is H, ((H, 512),))
    """

    formula: Formula
    label: str | None
    meaning: tuple[tuple[str, Expr], ...]
    spare: tuple[Symbol, ...] = ()
    sizes: tuple[tuple[Symbol, Integer], ...] = ()
    price: int = 0

    @property
    def rule(self) -> dict[Symbol, Expr]:
        """The reading as a replacement of the claim's symbols."""
        return {symbol(name): size for name, size in self.meaning}

    @property
    def words(self) -> str:
        """The reading as it is shown: "embed_dim is d, ff_dim is d_ff"; names that stand for themselves are left out."""
        named = ", ".join(f"{name} is {text(size)}" for name, size in self.meaning if text(size) != name)
        branch = self.formula.branch
        return ", ".join(part for part in (named, f"where {branch}" if branch else "") if part)

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The sides that claim something of the model: all but the quantity's own name."""
        return tuple(self._sides())

    def _sides(self) -> Iterator[Side]:
        formula, rule = self.formula, self.rule
        relations = list(formula.relations)
        if len(relations) < len(formula.sides):  # 12Nd² ≈ 85M says "about" of the formula as well
            relations.insert(0, "≈" if self.label is None and relations and set(relations) <= {"≈", "∼"} else "=")
        near = False  # what is equal to an approximation is one
        for place, (side, form) in enumerate(zip(formula.sides, formula.forms, strict=True)):
            if place == 0 and self.label is not None:
                continue
            terms = form.terms if isinstance(form, Plus) else (form,)
            remainder = formula.remainders[place]
            near = near or relations[place] in ("≈", "∼")
            yield Side(
                form,
                reduced(substituted(side, rule)),
                "≈" if near and relations[place] == "=" and side.free_symbols else relations[place],
                tuple(substituted(expr_of(term), rule) for term in terms),
                None if remainder is None else substituted(remainder, rule),
                formula.precision[place],
                relations[place],
            )

    def __repr__(self) -> str:
        return self.words or str(self.formula)


@lru_cache(maxsize=256)
def reduced(expr: Expr) -> Expr:
    """A quotient without its common factors, anything else as it is: 4Ld²/(4Ld² + 2Ldf) depends on no L."""
    quotients = any(power.exp.is_Integer and power.exp < 0 and power.base.is_Add for power in expr.atoms(Pow))
    return cancel(expr) if quotients and terms_of(expr) <= MOST_CANCELLED else expr


def label_of(formula: Formula) -> str | None:
    """The quantity's own name: a symbol alone on the left that no other side has."""
    first, *others = formula.sides
    alone = isinstance(first, Symbol) and others and not any(first in other.free_symbols for other in others)
    return first.name if alone else None


def names_of(formula: Formula) -> tuple[str, ...]:
    """The names of sizes in a formula: those that its sides depend on, its label left out."""
    label = label_of(formula)
    sides = [reduced(side) for side in formula.sides] + [rest for rest in formula.remainders if rest is not None]
    free = set().union(*(side.free_symbols for side in sides))
    return tuple(sorted(one.name for one in free if one.name != label))


def reading_of(formula: Formula, seating: Seating, vocabulary: Vocabulary, price: int = 0) -> Reading:
    """The reading of a formula under a seating of its names."""
    label = label_of(formula)
    values: Mapping[str, Integer] = {**vocabulary.values, **dict(formula.sizes)}
    meaning: dict[str, Expr] = {}
    stated = put_in(formula)
    sizes: dict[Symbol, Integer] = {vocabulary.own[name]: value for name, value in values.items() if name in vocabulary.own}
    spare: list[Symbol] = []
    for name in dict.fromkeys((*names_of(formula), *seating)):
        size = seating[name] if name in seating else vocabulary.meanings.get(name)
        if isinstance(size, Symbol) and name in values:
            sizes[size] = values[name]
        if size is None and name in values:
            size = values[name]
        elif size is None and symbol(name) in stated:
            size = stated[symbol(name)]
        elif size is None:
            spare.append(symbol(name))
            size = symbol(name)
        meaning[name] = size
    return Reading(formula, label, tuple(sorted(meaning.items())), tuple(spare), tuple(sizes.items()), price)
