"""What is said of a claim: the kind of verdict, and everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from sympy import Expr, Integer, Symbol

from symparams.asymptotics import Approximation
from symparams.checks.attribution import Attribution
from symparams.checks.conventions import Change
from symparams.notation import tex, text
from symparams.tree import Layer

__all__ = ["Counterexample", "Kind", "Verdict"]


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


@dataclass(frozen=True)
class Counterexample:
    """Sizes at which claim and model are different integers."""

    sizes: tuple[tuple[Symbol, int], ...]
    claimed: int
    real: int

    @property
    def words(self) -> str:
        """The sizes and both integers: "at d=1: the claim gives 16, the model has 25"."""
        at = f"at {', '.join(f'{symbol.name}={size}' for symbol, size in self.sizes)}: " if self.sizes else ""
        return f"{at}the claim gives {self.claimed:,}, the model has {self.real:,}"


@dataclass(frozen=True)
class Verdict:
    """The verdict on a claim about a model.

    `right` says whether the claim may stand as it is; `difference` is claim − model in the model's symbols; `conventions` are the
    changes under which an EXACT_UNDER claim is equal, `annotation` the model that has them; `leading` the approximation that a
    LEADING_ORDER claim is; `attribution` which weights a DIFFERENT claim left out or counted twice, `counterexample` sizes at which
    it fails, `by_part` its exact difference part by part where no attribution was found; `match` how the claim's names were read;
    `reason` all of this in words. `links` are the verdicts on the single sides of a chain.
    """

    kind: Kind
    right: bool
    claim: str
    model: Layer | Expr
    difference: Expr = Integer(0)  # noqa: RUF009  # a constant
    match: str = ""
    conventions: tuple[Change, ...] = ()
    annotation: str = ""
    leading: Approximation | None = None
    attribution: Attribution | None = None
    by_part: tuple[tuple[str, Expr], ...] = ()
    counterexample: Counterexample | None = None
    remark: str = ""
    links: tuple[Verdict, ...] = field(default=(), repr=False)

    @property
    def reason(self) -> str:
        """Why, in words."""
        parts: list[str] = []
        match self.kind:
            case Kind.EXACT:
                parts.append(self.remark or "equal for all sizes")
            case Kind.LEADING_ORDER if self.leading is not None:
                parts.append(f"the leading order as {self.leading.regime}")
                parts.append(f"drops {text(-self.difference)}")
                parts.append(f"relative error {text(self.leading.relative_error)}")
                if not self.right:
                    parts.append("so it is no equality: write ≈")
            case Kind.EXACT_UNDER:
                parts.append("equal " + ", ".join(change.words for change in self.conventions))
                parts.append(f"for the model that was named it is off by {_text(self.difference)}")
                parts.append(f"the annotation that makes it right: {self.annotation}")
            case Kind.ARITHMETIC:
                parts.append(self.remark)
            case Kind.DIFFERENT:
                parts.append(f"claim − model = {_text(self.difference)}")
                if self.attribution is not None:
                    parts.append(self.attribution.words)
                if self.by_part:
                    parts.append("part by part: " + ", ".join(f"{name} {text(expr)}" for name, expr in self.by_part))
                if self.counterexample is not None:
                    parts.append(self.counterexample.words)
            case _:
                parts.append(self.remark or "neither an identity nor a counterexample was found")
        if self.attribution is not None and self.attribution.others and self.kind is Kind.DIFFERENT:
            others = self.attribution.other_words
            parts.append(f"as few changes: {'; '.join(others[:2])}" + (f"; and {len(others) - 2} more" if len(others) > 2 else ""))
        if self.match:
            parts.append(f"read as: {self.match}")
        return "; ".join(parts)

    def __repr__(self) -> str:
        return f"{self.kind.value}: {self.reason}"

    def __str__(self) -> str:
        return repr(self)

    def latex(self) -> str:
        """The verdict as a sentence of TeX."""
        words = f"{self.kind.value.replace('_', ' ').lower()}: {self.reason}"
        return "".join(
            f"\\{c}" if c in "_%&#$" else {"^": "\\^{}", "−": "$-$", "→": "$\\to$", "∞": "$\\infty$", "≈": "$\\approx$"}.get(c, c)
            for c in words
        )

    def _repr_markdown_(self) -> str:
        sign = "✓" if self.right else "✗"
        lines = [f"**{sign} {self.kind.value.replace('_', ' ')}** — `{self.claim}`", ""]
        if self.difference != 0:
            lines += [f"claim − model: ${tex(self.difference)}$", ""]
        return "\n".join([*lines, *(f"- {part}" for part in self.reason.split("; "))])


def _text(expr: Expr) -> str:
    return f"{int(expr):,}" if expr.is_Integer else text(expr)
