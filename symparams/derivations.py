"""Where a closed form comes from, step by step, as data: each step says which rule it follows and can be checked on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sympy import Add, Expr, Integer, Mul, Symbol

from symparams.asymptotics import leading_order
from symparams.counting import Picture, closed_form, relations_put_in
from symparams.errors import DerivationError
from symparams.notation import Aligned, Form, Line, Plus, SumOver, Times, Words, expr_of, same, symbol, text
from symparams.tree import Binder, Copies, IndexedBy, Layer, Path, Placed, Relations

__all__ = ["Derivation", "Parts", "Rule", "Shapes", "Step", "derive"]

Rule: TypeAlias = Literal["shapes", "sum", "relation", "collect", "parts", "repeat", "share", "approximate"]
NamedShape: TypeAlias = tuple[str, tuple[Expr, ...]]
_WHOLE, _ONE_OF = "total", "one of "


def _short(name: str, part: str) -> str:
    """A path as it is called within a part."""
    return name.removeprefix(f"{part.removeprefix(_ONE_OF)}.")


@dataclass(frozen=True)
class Shapes:
    """What a part is made of: its weights by name with their shapes, and those tied to weights elsewhere, which count 0."""

    weights: tuple[NamedShape, ...]
    tied: tuple[tuple[str, str], ...] = ()

    @property
    def expr(self) -> Expr:
        """The sum of the sizes."""
        return Add(*(Mul(*shape) for _, shape in self.weights))

    def words(self, part: str) -> Words:
        """The weights in words, those alike together and named as in their part: "q, k: weight (d, d), bias (d)"."""
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
                words.append(f"{', ' if number else ''}{own} (")
                for place, size in enumerate(shape):
                    words += [", ", size] if place else [size]
                words.append(")")
        words += [f"{'; ' if words else ''}{_short(name, part)} is {kept}" for name, kept in self.tied]
        return tuple(words)


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
        >>> from symparams import LSTM, symbols
        >>> I, H = symbols("I H")
        >>> step = derive(LSTM(I, H)).steps[1]
        >>> step.holds, replace(step, after=H * I + 2 * H**2 + H).holds
        (True, False)
        """
        before = self.before.expr if isinstance(self.before, Shapes | Parts) else expr_of(self.before)
        if self.rule == "approximate":
            before = leading_order(before, dict(self.grows)).expr
        return same(before.xreplace(dict(self.relations)), expr_of(self.after))

    @property
    def remark(self) -> Words:
        """The rule in words, with what it was applied to."""
        match self.rule:
            case "shapes":
                counted = isinstance(self.before, Shapes) and self.before.weights
                return ("a weight holds the product of its shape",) if counted else ("counted there",)
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


@dataclass(frozen=True)
class Derivation:
    """All the steps from the weights of `layer` to its closed form, and on to its leading order where one was asked for."""

    layer: Layer
    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def result(self) -> Form:
        """The formula that the derivation ends with."""
        return self.steps[-1].after

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
                    linked = all(same(found.get(name, Integer(-1)), expr_of(form)) for name, form in parts)
                case SumOver(body=body):
                    linked = same(found.get(step.source, Integer(-1)), expr_of(body))
                case _:
                    linked = same(found.get(step.source, Integer(-1)), expr_of(step.before))
            if not linked:
                raise DerivationError(given, "a start that earlier steps ended with", "derive it anew: the chain is broken")
            found[step.of] = expr_of(step.after)
        if met != [(placed.name, placed.weight.shape) for placed in self.layer.weights() if placed.counted]:
            raise DerivationError("a derivation from other weights", f"those of {self.layer!r}", "derive it anew")
        exact = [step.after for step in self.steps if step.rule != "approximate"][-1]
        if not same(expr_of(exact), closed_form(self.layer).expr):
            raise DerivationError(f"a derivation that ends with {text(exact)}", repr(closed_form(self.layer)), "derive it anew")
        return self

    def block(self) -> Aligned:
        """The steps as lines aligned at their relations."""
        lines: list[Line] = []
        of = None
        for step in self.steps:
            if step.of != of:
                start = step.before.words(step.of) if isinstance(step.before, Shapes | Parts) else step.before
                lines.append(Line(step.of, "=", start))
            lines.append(Line("", "≈" if step.rule == "approximate" else "=", step.after, step.remark))
            of = step.of
        return Aligned(tuple(lines))

    def __repr__(self) -> str:
        return repr(self.block())

    def _repr_latex_(self) -> str:
        return self.block()._repr_latex_()


def derive(layer: Layer, leading: Symbol | Mapping[Symbol, Expr | int] | None = None) -> Derivation:
    """The closed form of a layer, derived step by step from the shapes of its weights.

    where: leading: what grows, as in `leading_order`, for a last step to the leading order.

    >>> from symparams import LSTM, symbols
    >>> I, H = symbols("I H")
    >>> derive(LSTM(I, H))
    one of gates = weight_ih (H, I), weight_hh (H, H), bias_ih (H)
                 = H*I + H*H + H                                     a weight holds the product of its shape
                 = H*I + H**2 + H                                    added up
    gates        = Sum(H*I + H**2 + H, (l, 1, 4))
                 = 4*(H*I + H**2 + H)                                summed over l
    >>> derive(LSTM(I, H)).check().result.expr == LSTM(I, H).params
    True
    """
    closed = closed_form(layer)
    writer = _Writer()
    end, _ = writer.part((), [placed for placed in layer.weights() if placed.weight.kind != "buffer"])
    if leading is not None:
        short = leading_order(closed, leading)
        writer.steps.append(Step(end, closed.form, short.expr, "approximate", end, grows=tuple(short.grows)))
    return Derivation(layer, tuple(writer.steps))


class _Writer:
    """Writes the steps of a tree from the leaves up; each part ends with its label and its picture."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def part(self, path: Path, placed: Sequence[Placed]) -> tuple[str, Picture]:
        """The part at `path`: one copy of it, then all."""
        binders = _binders_at(path, placed)
        label = ".".join(path) or _WHOLE
        end, picture = self.one(_ONE_OF + label if binders else label, path, placed)
        for number, binder in enumerate(reversed(binders), 1):
            bound = picture.under(binder)
            of = label if number == len(binders) else f"{number} levels of {label}"
            if isinstance(binder, Copies) and binder.shared:
                self.steps.append(Step(of, picture.form, bound.form, "share", end))
            else:
                self.steps.append(Step(of, _spelled_out(binder, picture.form), bound.form, "repeat", end))
            end, picture = of, bound
        return end, picture

    def one(self, label: str, path: Path, placed: Sequence[Placed]) -> tuple[str, Picture]:
        """One copy of the part at `path`: its weights at once if they are few and flat, else part by part."""
        below: dict[Path, list[Placed]] = {}
        for item in placed:
            below.setdefault(item.path[: len(path) + 1], []).append(item)
        flat = all(
            len(item.path) <= len(path) + 2 and not _binders_at(child, items) for child, items in below.items() for item in items
        )
        if flat:
            return self.weights(label, placed)
        if len(below) == 1:
            return self.part(*next(iter(below.items())))
        ends = [
            self.part(child, items) if len(items[0].path) > len(child) else self.weights(".".join(child), items)
            for child, items in below.items()
        ]
        apart = Parts(tuple((end, picture.form) for end, picture in ends))
        whole = sum((picture for _, picture in ends), Picture())
        self.steps.append(Step(label, apart, Plus(tuple(form for _, form in apart.parts if form != 0)), "parts"))
        self.then(label, whole.form, "collect")
        return label, whole

    def weights(self, label: str, placed: Sequence[Placed]) -> tuple[str, Picture]:
        """Weights that stand side by side: their shapes, their sum, and the relations between their sizes."""
        counted = [item for item in placed if item.counted]
        shapes = Shapes(
            tuple((item.name, tuple(item.weight.shape)) for item in counted),
            tuple((item.name, ".".join(item.tied_to)) for item in placed if item.tied_to),
        )
        products = [Times(shape, dotted=True) if len(shape) > 1 else Mul(*shape) for _, shape in shapes.weights]
        self.steps.append(Step(label, shapes, Plus(tuple(products)), "shapes"))
        picture = Picture(loose=tuple(item.weight.size for item in counted))
        self.then(label, picture.form, "sum")
        for relations in _relations_around(counted):
            rule = tuple((key, value) for key, value in relations.rule if key in expr_of(picture.form).free_symbols)
            if rule:
                self.then(label, _put_in(picture.form, dict(rule)), "relation", rule)
                picture = Picture(loose=tuple(relations.total(size) for size in picture.loose))
                self.then(label, picture.form, "collect")
        return label, picture

    def then(self, label: str, after: Form, rule: Rule, relations: tuple[tuple[Symbol, Expr], ...] = ()) -> None:
        """A further step about the same part, where it changes anything."""
        before = self.steps[-1].after
        if text(before) != text(after):
            self.steps.append(Step(label, before, after, rule, label, relations))


def _binders_at(path: Path, placed: Sequence[Placed]) -> list[Binder]:
    """The binders that stand right at `path`, with the relations above them put in."""
    binders = relations_put_in(placed[0])[1]
    return [binder for binder in binders if binder.path == path and not (isinstance(binder, Copies) and binder.count == 1)]


def _relations_around(placed: Sequence[Placed]) -> list[Relations]:
    return [scope for scope in reversed(placed[0].scopes) if isinstance(scope, Relations)] if placed else []


def _put_in(form: Form, rule: Mapping[Symbol, Expr]) -> Form:
    """The form with relations put in and nothing multiplied out: 2*d*d_ff becomes 2*d*(4*d)."""
    terms = form.terms if isinstance(form, Plus) else (form,)
    put_in = []
    for term in map(expr_of, terms):
        kept, replaced = term.as_independent(*rule, as_Add=False)
        factors = [value.xreplace(rule) for value in Mul.make_args(replaced)]
        put_in.append(Times((kept, *factors), dotted=True) if kept != 1 and replaced != 1 else Mul(kept, *factors))
    return Plus(tuple(put_in))


def _spelled_out(binder: Binder, one: Form) -> SumOver:
    """The sum that a binder stands for, over an index of its own or over one that does not occur."""
    if isinstance(binder, IndexedBy):
        return SumOver(one, binder.index, binder.start, binder.stop)
    taken = expr_of(one).free_symbols | binder.count.free_symbols
    index = next(index for name in ("l", "i", "j", "k", "index") if (index := symbol(name)) not in taken)
    return SumOver(one, index, Integer(1), binder.count)
