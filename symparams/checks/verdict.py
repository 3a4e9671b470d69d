"""What is said of a claim: the kind of verdict, and everything that explains it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from sympy import Expr, Integer
from sympy.logic.boolalg import Boolean

from symparams.asymptotics import Approximation
from symparams.checks.explaining.attribution import Attribution
from symparams.checks.explaining.conventions import Change
from symparams.checks.explaining.costs import CostConvention
from symparams.checks.explaining.differences import Counterexample
from symparams.counting import PARAMETERS, Quantity, closed_form
from symparams.errors import NotationError
from symparams.formulas import Formula
from symparams.notation import (
    Chain,
    Form,
    Sentence,
    Side,
    Value,
    Words,
    condition_form,
    joined,
    markdown,
    per_cent,
    plain,
    text,
    value_of,
)
from symparams.results import Result
from symparams.tree import Given, Layer, Where

__all__ = ["Counterexample", "Kind", "Point", "Verdict"]

MOST_OTHERS = 2


class Kind(Enum):
    """How a claim stands to its model."""

    EXACT = "EXACT"
    LEADING_ORDER = "LEADING_ORDER"
    EXACT_UNDER = "EXACT_UNDER"
    ARITHMETIC = "ARITHMETIC"
    DIFFERENT = "DIFFERENT"
    UNKNOWN = "UNKNOWN"

    def __repr__(self) -> str:
        return self.value

    @property
    def words(self) -> str:
        """The kind as a reader would say it: "leading order"."""
        return "exact under other conventions" if self is Kind.EXACT_UNDER else self.value.replace("_", " ").lower()


class Point(NamedTuple):
    """One thing that explains a verdict, under its heading."""

    label: str
    sentence: Words


@dataclass(frozen=True, repr=False)
class Verdict(Result):
    """The verdict on a claim about a model.

    right: whether the claim may stand as it is; difference: claim − model in the model's symbols; match: how the claim's names were
    read; conditions: what must hold of the sizes for an EXACT claim to be equal; conventions: changes under which an EXACT_UNDER
    claim is equal, annotation: the model that has them, rivals: other sets of as many changes; leading: the approximation that a
    LEADING_ORDER claim is, or what a wrong one should have been; attribution: which weights a claim left out or counted twice;
    by_part, by_term: its exact difference part by part and term by term, where no attribution was found; counterexample: sizes at
    which it fails; contradiction: where the claim contradicts itself; side: the side of a chain that is meant; links: the verdicts
    on the single sides; missing: the sizes that a number lacks; percentage: whether the claim states a share in per cent; of: the
    quantity that is claimed. `points` are all of this under headings, `reason` in one sentence, `report` in lines.
    """

    kind: Kind
    right: bool
    claim: str
    model: Layer | Expr
    difference: Expr = Integer(0)  # noqa: RUF009  # a constant
    match: str = ""
    conventions: tuple[Change | CostConvention, ...] = ()
    annotation: str = ""
    leading: Approximation | None = None
    attribution: Attribution | None = None
    by_part: tuple[tuple[str, Expr], ...] = ()
    by_term: tuple[Words, ...] = ()
    counterexample: Counterexample | None = None
    remark: str = ""
    side: Form | None = None
    conditions: tuple[Boolean, ...] = ()
    rivals: tuple[tuple[Change | CostConvention, ...], ...] = ()
    contradiction: Words = ()
    missing: str = ""
    percentage: bool = False
    of: Quantity = PARAMETERS
    formula: Formula | None = field(default=None, repr=False)
    links: tuple[Verdict, ...] = field(default=(), repr=False)

    @property
    def points(self) -> tuple[Point, ...]:
        """Everything that explains the verdict, what matters most first."""
        return tuple(self._points())

    def _points(self) -> Iterator[Point]:
        if self.contradiction:
            yield Point("itself", self.contradiction)
        if self.side is not None:
            yield Point("side", ("its side ", self.side))
        match self.kind:
            case Kind.EXACT:
                yield Point("why", (self.remark or "equal for all sizes",))
            case Kind.LEADING_ORDER if self.leading is not None:
                yield from self._leading(self.leading)
            case Kind.EXACT_UNDER:
                yield from self._under()
            case Kind.DIFFERENT:
                yield from self._different()
            case _:
                yield Point("why", (self.remark or "neither an identity nor a counterexample was found",))
        if self.missing:
            sizes = ", ".join(f'"{name}": …' for name in self.missing.split(", "))
            yield Point("sizes", (f"give {self.missing} in where={{{sizes}}}",))
        if self.conditions:
            yield Point("where", ("where ", *joined(map(condition_form, self.conditions), ", ")))
        if self.of.name != PARAMETERS.name and isinstance(self.model, Layer):
            yield Point("quantity", (f"of the {self.of.description(self.model)}",))
        if not self.right and self.difference.free_symbols:
            yield Point("write instead", ("right is ", self._right_form()))
        if self.match:
            yield Point("names", (f"read as: {self.match}",))

    def _under(self) -> Iterator[Point]:
        sentence = joined((change.sentence for change in self.conventions), ", ")
        one = len(self.conventions) == 1
        yield Point("why", ("equal ", *sentence) if one else ("possibly equal ", *sentence, ", all at once"))
        yield Point("difference", ("for the model that was named it is off by ", self.difference))
        yield Point("annotation", (f"the annotation that makes it right: {self.annotation}",))
        if self.rivals:
            sets = (joined((change.sentence for change in rival), ", ") for rival in self.rivals[:MOST_OTHERS])
            more = (f", or {len(self.rivals) - MOST_OTHERS} more",) if len(self.rivals) > MOST_OTHERS else ()
            yield Point("or as well", ("as few changes: equal ", *joined(sets, " or "), *more))

    def _leading(self, leading: Approximation) -> Iterator[Point]:
        if self.remark:
            yield Point("why", (f"{self.remark} as ", *leading.growth))
            return
        counted = (", ", *joined((change.sentence for change in self.conventions), ", ")) if self.conventions else ()
        yield Point("why", ("the leading order as ", *leading.growth, *counted))
        yield Point("difference", ("drops ", -self.difference))
        if self.attribution is not None and self.attribution.changes:
            yield Point("weights", self.attribution.sentence)
        yield Point("error", ("relative error ", leading.relative_error))
        if not self.right:
            yield Point("sign", ("so it is no equality: write ≈",))

    def _different(self) -> Iterator[Point]:
        yield Point("difference", ("claim − model = ", self._number(self.difference)))
        if self.leading is not None:
            yield Point("leading order", ("the model's leading order is ", self.leading.expr, " as ", *self.leading.growth))
        if self.remark:
            yield Point("why", (self.remark,))
        if self.attribution is not None:
            yield Point("weights", self.attribution.sentence)
        if self.by_term:
            yield Point("term by term", joined(self.by_term, ", "))
        if self.by_part:
            parts = joined(((f"{name} ", expr) for name, expr in self.by_part), ", ")
            yield Point("part by part", ("model − claim part by part: ", *parts))
        if self.counterexample is not None:
            yield Point("for instance", self.counterexample.written(self._number))
        if self.attribution is not None and self.attribution.others:
            others = self.attribution.rivals
            more = (f", or {len(others) - MOST_OTHERS} more",) if len(others) > MOST_OTHERS else ()
            yield Point("or as well", ("as few changes: ", *joined(others[:MOST_OTHERS], " or "), *more))

    def _number(self, number: Expr) -> Expr | str:
        """A share as the claim writes it: in per cent where it does."""
        return per_cent(number) if self.percentage and number.is_Rational else number

    def _right_form(self) -> Form:
        """The model's own formula, relations that the claim does not use left out."""
        if not isinstance(self.model, Layer):
            return self.model
        model = self.model.layer if isinstance(self.model, Where) else self.model
        related = isinstance(model, Given) and any(key in self.difference.free_symbols for key, _ in model.relations)
        return closed_form(model.layer if related else model, self.of).form  # type: ignore[attr-defined]

    @property
    def reason(self) -> str:
        """Why, in words."""
        return "; ".join(plain(point.sentence) for point in self.points)

    @property
    def report(self) -> str:
        """The verdict in lines: whether the claim is right, the claim, and each point under its heading.

        >>> from symparams import LSTM, check, symbols
        >>> print(check("4(e*h + h^2 + 2h)", LSTM(*symbols("I H"))).report)
        wrong (exact under other conventions): 4(e*h + h^2 + 2h)
          why            equal with two bias vectors a gate (PyTorch, cuDNN)
          difference     for the model that was named it is off by 4*H
          annotation     the annotation that makes it right: LSTM(I, H, biases=2)
          write instead  right is 4*(H*I + H**2 + H)
          names          read as: e is I, h is H
        """
        lines = [f"  {point.label:<13}  {plain(point.sentence)}" for point in self.points]
        return "\n".join([f"{self._word} ({self.kind.words}): {' '.join(self.claim.split())}", *lines])

    def as_json(self) -> dict[str, Any]:
        """The verdict in plain types."""
        keys: dict[str, Any] = {"kind": self.kind.value, "right": self.right, "claim": self.claim, "reason": self.reason}
        keys |= {"difference": text(self.difference), "match": self.match, "latex": self.latex()}
        if self.annotation:
            keys["annotation"] = self.annotation
        if self.counterexample is not None:
            sizes = {symbol.name: size for symbol, size in self.counterexample.sizes}
            claimed, real = (int(n) if n.is_Integer else text(n) for n in (self.counterexample.claimed, self.counterexample.real))
            keys["counterexample"] = {"sizes": sizes, "claimed": claimed, "model": real}
        return keys

    @property
    def _word(self) -> str:
        return "right" if self.right else "wrong" if self.kind is not Kind.UNKNOWN else "undecided"

    def __repr__(self) -> str:
        return f"{self.kind.value}, {self._word}: {self.reason}"

    def __str__(self) -> str:
        return repr(self)

    def __bool__(self) -> bool:
        """Whether the claim is right; an undecided one is not."""
        return self.right

    def latex(self) -> str:
        r"""The verdict as a sentence of TeX, its formulas in math mode; KaTeX takes it within \text{…}.

        >>> from symparams import MultiHeadAttention, check, symbols
        >>> print(check("4d^2 + 4d", MultiHeadAttention(symbols("d"))).latex())
        \textbf{right} (exact): $4 d^{2} + 4 d$: equal for all sizes.
        """
        return self.content.tex()

    @property
    def content(self) -> Sentence:
        return Sentence(self._word, self.kind.words, self._claim(), tuple(point.sentence for point in self.points))

    @property
    def origin(self) -> Layer | None:
        return self.model if isinstance(self.model, Layer) else None

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """How much more the claim gives than the model has at sizes, which may be those of all the model's symbols.

        >>> from symparams import LSTM, check, symbols
        >>> check("4(e*h + h^2 + 2h)", LSTM(*symbols("I H"))).at(I=512, H=512)
        2048
        """
        model = closed_form(self.model, self.of) if isinstance(self.model, Layer) else self.model
        return value_of(self.difference, values, sizes, model.free_symbols)

    def _claim(self) -> Chain | str:
        """The claim in the author's own order; as it was written where it holds the caller's own functions."""
        if (formula := self.formula) is None:
            return self.claim
        signs = ("", *formula.relations) if len(formula.relations) < len(formula.forms) else formula.relations
        chain = Chain(tuple(map(Side, formula.forms, signs, formula.remainders)))
        try:
            chain.tex()
        except NotationError:
            return self.claim
        return chain

    def _repr_markdown_(self) -> str:
        sign = "✓" if self.right else "✗"
        claim = " ".join(self.claim.split())
        fence = "`" * (1 + max((len(run) for run in re.findall("`+", claim)), default=0))
        code = f"{fence} {claim} {fence}" if "`" in claim else f"`{claim}`"
        lines = [f"**{sign} {self._word}: {self.kind.words}** — {code}", ""]
        return "\n".join([*lines, *(f"- {markdown(point.sentence)}" for point in self.points)])
