"""Where a closed form comes from, step by step, as data: each step says which rule it follows and can be checked on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias

from sympy import Add, Expr, Mul, Symbol

from symparams.asymptotics import leading_order
from symparams.counting import PARAMETERS, Quantity, closed_form
from symparams.errors import DerivationError
from symparams.notation import Aligned, Form, Line, SumOver, Times, Value, Words, expr_of, same, substituted, text, value_of
from symparams.results import Result
from symparams.tree import Layer

__all__ = ["ONE_OF", "WHOLE", "Derivation", "Detail", "Parts", "Rule", "Shapes", "Step"]

Rule: TypeAlias = Literal["shapes", "sum", "relation", "collect", "parts", "repeat", "share", "approximate"]
Detail: TypeAlias = Literal["weights", "parts", "substitutions"]
NamedShape: TypeAlias = tuple[str, tuple[Expr, ...]]
WHOLE, ONE_OF = "total", "one of "


def _short(name: str, part: str) -> str:
    """A path as it is called within a part."""
    return name.removeprefix(f"{part.removeprefix(ONE_OF)}.")


@dataclass(frozen=True)
class Shapes:
    """What a part is made of: its weights by name with their shapes, and those tied to weights elsewhere, which count 0."""

    weights: tuple[NamedShape, ...]
    tied: tuple[tuple[str, str], ...] = ()
    of: Quantity = PARAMETERS

    @property
    def expr(self) -> Expr:
        """The sum of the sizes."""
        return Add(*(Mul(*shape) for _, shape in self.weights))

    def words(self, part: str) -> Words:
        """The weights in words, those alike together and named as in their part: "q, k: weight (d, d), bias (d)"; work as what is
        multiplied: "scores 2*b*s**2*d".
        """
        owners: dict[str, tuple[NamedShape, ...]] = {}
        for name, shape in self.weights:
            owner, _, own = _short(name, part).rpartition(".")
            owners[owner] = (*owners.get(owner, ()), (own, shape))
        alike: dict[tuple[NamedShape, ...], list[str]] = {}
        for owner, weights in owners.items():
            alike.setdefault(weights, []).append(owner)
        words: list[str | Form] = []
        for weights, names in alike.items():
            words.append(f"{'; ' if words else ''}{', '.join(names)}{': ' if any(names) else ''}")
            for number, (own, shape) in enumerate(weights):
                before = f"{', ' if number else ''}{own} "
                if self.of.factors and len(shape) > 1:
                    words += [before, Times(shape, dotted=True)]
                    continue
                words.append(f"{before}(")
                for place, size in enumerate(shape):
                    words += [", ", size] if place else [size]
                words.append(")")
        words += [f"{'; ' if words else ''}{_short(name, part)} is {kept}" for name, kept in self.tied]
        return tuple(words) or ("no weights",)


@dataclass(frozen=True)
class Parts:
    """What a whole is made of: its parts by name, with the formulas found for them."""

    parts: tuple[tuple[str, Form], ...]

    @property
    def expr(self) -> Expr:
        """The sum of the parts."""
        return Add(*(expr_of(form) for _, form in self.parts))

    def words(self, part: str) -> Words:
        """The parts' names, added up."""
        return (" + ".join(_short(name, part) for name, _ in self.parts),)


Start: TypeAlias = Form | Shapes | Parts


@dataclass(frozen=True)
class Step:
    """One step about the part `of`: `before` becomes `after` by `rule`.

    `source` names the part whose formula `before` takes up, `relations` are what the rule "relation" puts in, `grows` is the
    regime of "approximate".
    """

    of: str
    before: Start
    after: Form
    rule: Rule
    source: str = ""
    relations: tuple[tuple[Symbol, Expr], ...] = ()
    grows: tuple[tuple[Symbol, Expr], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the step is right by itself: an exact rule keeps the value, "approximate" the leading order.

        >>> from dataclasses import replace
        >>> from symparams import LSTM, derive, symbols
        >>> I, H = symbols("I H")
        >>> step = derive(LSTM(I, H)).steps[1]
        >>> step.holds, replace(step, after=H * I + 2 * H**2 + H).holds
        (True, False)
        """
        before = self.before.expr if isinstance(self.before, Shapes | Parts) else expr_of(self.before)
        if self.rule == "approximate":
            before = leading_order(before, dict(self.grows)).expr
        return same(substituted(before, dict(self.relations)), expr_of(self.after))

    @property
    def remark(self) -> Words:
        """The rule in words, with what it was applied to."""
        match self.rule:
            case "shapes":
                if isinstance(self.before, Shapes) and not self.before.weights:
                    return ("counted there",) if self.before.tied else ()
                return (self.before.of.product if isinstance(self.before, Shapes) else PARAMETERS.product,)
            case "sum":
                return ("added up",)
            case "relation":
                return ("put in ", *[piece for key, value in self.relations for piece in (", ", key, " = ", value)][1:])
            case "collect":
                return ("collected",)
            case "parts":
                return ("the parts' formulas",)
            case "repeat":
                return ("summed over ", self.before.index) if isinstance(self.before, SumOver) else ()
            case "share":
                return ("one and the same each time",)
            case "approximate":
                return ("leading order, growing: ", *[piece for key, _ in self.grows for piece in (", ", key)][1:])


@dataclass(frozen=True, repr=False)
class Derivation(Result):
    """All the steps from the weights of `layer`, or its work, to the closed form, and on to a leading order that was asked for."""

    layer: Layer
    steps: tuple[Step, ...]
    of: Quantity = PARAMETERS

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def result(self) -> Form:
        """The formula that the derivation ends with."""
        return self.steps[-1].after

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Value:
        """What the derivation ends with at sizes, which may be those of all symbols of the closed form, as `ClosedForm.at`."""
        return value_of(expr_of(self.result), values, sizes, closed_form(self.layer, self.of).free_symbols)

    def check(self) -> Derivation:
        """The derivation itself, after each step and each link between steps was worked out anew.

        Raises `DerivationError` naming the step that does not hold or does not follow from those before it, and where the
        derivation leaves out weights of its layer or ends elsewhere than at the closed form.
        """
        found: dict[str, Expr] = {}
        met: list[NamedShape] = []
        for number, step in enumerate(self.steps, 1):
            given = f"step {number}, {step.rule!r} of {step.of}, ends with {text(step.after)}"
            if not step.holds:
                raise DerivationError(given, "both sides equal under its rule", "derive it anew: this step was changed")
            match step.before:
                case Shapes(weights=weights):
                    met += weights
                    linked = True
                case Parts(parts=parts):
                    linked = all(name in found and same(found[name], expr_of(form)) for name, form in parts)
                case SumOver(body=body):
                    linked = step.source in found and same(found[step.source], expr_of(body))
                case _:
                    linked = step.source in found and same(found[step.source], expr_of(step.before))
            if not linked:
                raise DerivationError(given, "a start that earlier steps ended with", "derive it anew: the chain is broken")
            found[step.of] = expr_of(step.after)
        if met != [(placed.name, placed.weight.factors) for placed in self.of.counted(self.layer)]:
            raise DerivationError("a derivation from other weights", f"those of {self.layer!r}", "derive it anew")
        exact = [step.after for step in self.steps if step.rule != "approximate"][-1]
        closed = closed_form(self.layer, self.of)
        if not same(expr_of(exact), closed.expr):
            raise DerivationError(f"a derivation that ends with {text(exact)}", repr(closed), "derive it anew")
        return self

    def block(self, detail: Detail = "weights") -> Aligned:
        """The steps as lines aligned at their relations.

        where: detail: "weights", every step from the single weights on; "parts", what each part comes to; "substitutions", that
        and the relations between sizes that are put in.
        """
        if detail != "weights":
            return Aligned(tuple(self._results(("relation",) if detail == "substitutions" else ())))
        lines: list[Line] = []
        of = None
        for step in self.steps:
            if step.of != of:
                start = step.before.words(step.of) if isinstance(step.before, Shapes | Parts) else step.before
                lines.append(Line(step.of, "=", start))
            lines.append(Line("", "≈" if step.rule == "approximate" else "=", step.after, step.remark))
            of = step.of
        return Aligned(tuple(lines))

    def _results(self, told: tuple[str, ...]) -> Iterator[Line]:
        """A line for what each part comes to, with the steps of these rules on the way, and the leading order."""
        for of, group in groupby(self.steps, key=lambda step: step.of):
            steps = list(group)
            exact = [step for step in steps if step.rule != "approximate"]
            left = of
            for step in exact:
                if step.rule in told and not isinstance(step.before, Shapes | Parts):
                    yield Line(left, "=", step.before)
                    yield Line("", "=", step.after, step.remark)
                    left = ""
            if exact and not (exact[-1].rule in told and not left):
                yield Line(left, "=", exact[-1].after)
            yield from (Line("" if exact else of, "≈", step.after, step.remark) for step in steps if step.rule == "approximate")

    @property
    def content(self) -> Aligned:
        return self.block()

    @property
    def origin(self) -> Layer:
        return self.layer

    def __repr__(self) -> str:
        return repr(self.block())

    def _repr_latex_(self) -> str:
        return self.block()._repr_latex_()
