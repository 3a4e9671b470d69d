"""Writing the derivation of a tree, from the leaves up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Expr, Integer, Mul, Symbol

from symparams.asymptotics import leading_order
from symparams.counting import Picture, Quantity, closed_form, quantity, relations_put_in
from symparams.derivations.steps import ONE_OF, WHOLE, Derivation, Parts, Rule, Shapes, Step
from symparams.notation import Form, Plus, SumOver, Times, expr_of, symbol, text
from symparams.tree import Binder, Copies, IndexedBy, Layer, Path, Placed, Relations, Treelike, tree_of

__all__ = ["derive"]


def derive(
    layer: Layer | Treelike,
    leading: Symbol | Mapping[Symbol, Expr | int] | None = None,
    of: str | Quantity = "parameters",
) -> Derivation:
    """The closed form of a layer, derived step by step from the shapes of its weights, or from its operations.

    where: leading: what grows, as in `leading_order`, for a last step to the leading order; of: the quantity, as in `closed_form`.

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

    Raises `SizeError` for what is no layer, `RegimeError` as `leading_order` does.
    """
    tree = tree_of(layer)
    counted = quantity(of, layer)
    closed = closed_form(tree, counted)
    writer = _Writer(counted)
    end, _ = writer.part((), counted.listed(tree))
    if leading is not None:
        short = leading_order(closed, leading)
        writer.steps.append(Step(end, closed.form, short.expr, "approximate", end, grows=tuple(short.grows)))
    return Derivation(tree, tuple(writer.steps), counted)


class _Writer:
    """Writes the steps of a tree from the leaves up; each part ends with its label and its picture."""

    def __init__(self, of: Quantity) -> None:
        self.steps: list[Step] = []
        self.of = of

    def part(self, path: Path, placed: Sequence[Placed]) -> tuple[str, Picture]:
        """The part at `path`: one copy of it, then all."""
        binders = _binders_at(path, placed)
        label = ".".join(path) or WHOLE
        end, picture = self.one(ONE_OF + label if binders else label, path, placed)
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
        counted = [item for item in placed if item.tied_to is None]
        shapes = Shapes(
            tuple((item.name, item.weight.factors) for item in counted),
            tuple((item.name, ".".join(item.tied_to)) for item in placed if item.tied_to),
            self.of,
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
    binders = relations_put_in(placed[0])[1] if placed else ()
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
