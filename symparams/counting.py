"""From the tree to formulas: the closed form, with the architecture's picture kept, and the breakdown by part and by role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Literal, TypeAlias

from sympy import Add, Expr, Integer, Mul, Rational, cancel, expand, factor

from symparams.errors import SizeError, shown
from symparams.notation import Form, Percent, Plus, Table, Times, as_values, at_values, evaluate, expr_of, rank, tex, text
from symparams.tree import Binder, Copies, IndexedBy, Layer, Placed, Relations

__all__ = ["Breakdown", "ClosedForm", "Picture", "Row", "breakdown", "closed_form", "relations_put_in"]


@dataclass(frozen=True)
class ClosedForm:
    """The number of parameters as a formula that keeps the architecture's groups: N*(12*d**2 + 13*d) + V*d.

    `form` is the ordered picture, `expr` the sympy expression that it stands for.
    """

    form: Form

    @property
    def terms(self) -> tuple[Form, ...]:
        """The terms in order: bracketed groups, then falling degree, then tree order."""
        return self.form.terms if isinstance(self.form, Plus) else (self.form,)

    @cached_property
    def expr(self) -> Expr:
        """The formula as a sympy expression."""
        return expr_of(self.form)

    @cached_property
    def expanded(self) -> Expr:
        """The formula multiplied out.

        >>> from symparams import Transformer, closed_form, symbols
        >>> closed_form(Transformer(*symbols("N d V"))).expanded
        12*N*d**2 + 13*N*d + V*d
        """
        return expand(self.expr)

    @cached_property
    def factored(self) -> Expr:
        """The formula as a product.

        >>> from symparams import RNN, closed_form, symbols
        >>> closed_form(RNN(*symbols("I H"))).factored
        H*(H + I + 1)
        """
        return factor(self.expr)

    def at(self, values: Mapping[Any, Any]) -> Expr:
        """The formula at given sizes, {N: 96} or {"N": 96}: an integer once every symbol has one.

        >>> from symparams import LSTM, closed_form, symbols
        >>> I, H = symbols("I H")
        >>> closed_form(LSTM(I, H)).at({I: 512, H: 512})
        2099200

        Raises `ValuesError` for a symbol that the formula does not have, `SizeError` for a value that is no positive integer.
        """
        return evaluate(self.expr, values)

    def __repr__(self) -> str:
        return text(self.form)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {tex(self.form)}$"


def closed_form(layer: Layer) -> ClosedForm:
    """The number of parameters of a layer as a closed form.

    >>> from symparams import LSTM, Transformer, symbols
    >>> N, d, V, I, H = symbols("N d V I H")
    >>> closed_form(LSTM(I, H))
    4*(H*I + H**2 + H)
    >>> closed_form(Transformer(6, d, V))
    6*(12*d**2 + 13*d) + V*d
    """
    return ClosedForm(_picture(relations_put_in(placed) for placed in _layer(layer).weights() if placed.counted).form)


Leaf: TypeAlias = tuple[Expr, tuple[Binder, ...]]  # a size and the binders around it


def relations_put_in(placed: Placed) -> Leaf:
    """The weight's size and the binders around it, each with the relations above it put in."""
    size = placed.weight.size
    binders: list[Binder] = []
    for scope in reversed(placed.scopes):
        match scope:
            case Relations(rule=rule):
                size, binders = scope.total(size), [binder.xreplace(dict(rule)) for binder in binders]
            case _:
                binders.insert(0, scope)
    return size, tuple(binders)


@dataclass(frozen=True)
class Picture:
    """A sum that keeps its bracketed groups apart from its loose terms."""

    groups: tuple[Form, ...] = ()
    loose: tuple[Expr, ...] = ()

    def __add__(self, other: Picture) -> Picture:
        return Picture(self.groups + other.groups, self.loose + other.loose)

    @property
    def form(self) -> Form:
        """The groups, then the loose terms multiplied out and collected: by falling degree, equal degrees in the order met.

        >>> from symparams import symbols
        >>> d, f = symbols("d f")
        >>> text(Picture(loose=((f + d) * d, 4 * d**2)).form)
        '5*d**2 + d*f'
        """
        coefficients: dict[Expr, list[Expr]] = {}
        for size in self.loose:
            for term in Add.make_args(expand(size)):
                number, monomial = term.as_coeff_Mul()
                coefficients.setdefault(monomial, []).append(number)
        sums = ((Add(*numbers), monomial) for monomial, numbers in coefficients.items())
        terms = sorted((number * monomial for number, monomial in sums if number != 0), key=rank, reverse=True)
        if len(self.groups) + len(terms) == 1:
            return self.groups[0] if self.groups else terms[0]
        return Plus((*self.groups, *terms)) if self.groups or terms else Integer(0)

    def under(self, binder: Binder) -> Picture:
        """The picture of everything below a binder: a group N*(…), or loose terms where there is nothing to bracket."""
        inside = self.form
        match binder:
            case Copies(count=count, shared=shared):
                if shared or count == 1:
                    return self
            case IndexedBy(index=index, start=start, stop=stop):
                if index in expr_of(inside).free_symbols:
                    return Picture(loose=(binder.total(expr_of(inside)),))
                count = stop - start + 1
        if isinstance(inside, Expr) and not isinstance(count, Add):
            return Picture(loose=(count * inside,))
        factors: list[Form] = [count]
        match inside:
            case Times(factors=inner):
                factors += inner
            case Expr():
                factors += inside.as_coeff_Mul()
            case _:
                factors.append(inside)
        number = Mul(*(factor for factor in factors if isinstance(factor, Expr) and factor.is_Rational))
        others = [factor for factor in factors if not (isinstance(factor, Expr) and factor.is_Rational)]
        return Picture(groups=(Times(tuple([number] * (number != 1) + others)),))


def _picture(leaves: Iterable[Leaf]) -> Picture:
    """Leaves that stand under the same outermost binder make a group together; the order is the tree's."""
    below: dict[object, list[Leaf]] = {}
    for position, (size, binders) in enumerate(leaves):
        below.setdefault(binders[0] if binders else position, []).append((size, binders[1:]))
    pictures = (
        Picture(loose=(inner[0][0],)) if isinstance(binder, int) else _picture(inner).under(binder)  # type: ignore[arg-type]
        for binder, inner in below.items()
    )
    groups, loose = zip(*((picture.groups, picture.loose) for picture in pictures), strict=True) if below else ((), ())
    return Picture(tuple(chain(*groups)), tuple(chain(*loose)))


@dataclass(frozen=True)
class Row:
    """One row of a breakdown: what it is about, its formula, and its share of the total."""

    label: tuple[str, ...]
    form: Form
    share: Expr

    @property
    def expr(self) -> Expr:
        """The row's formula as a sympy expression."""
        return expr_of(self.form)


@dataclass(frozen=True)
class Breakdown:
    """The parameters told apart by part, by role, or by both; the rows always sum to the total."""

    by: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Form

    def at(self, values: Mapping[Any, Any]) -> Breakdown:
        """The same rows at given sizes.

        >>> from symparams import Transformer, breakdown, symbols
        >>> N, d, V = symbols("N d V")
        >>> breakdown(Transformer(N, d, V), by="role").at({N: 96, d: 12288, V: 50257})
        Role            Parameters    Share
        ───────────────────────────────────────
        embedding      617,558,016     0.4 %
        weight     173,946,175,488    99.6 %
        bias            10,616,832     0.0 %
        norm             4,718,592     0.0 %
        ───────────────────────────────────────
        total      174,579,068,928   100.0 %
        """
        total = expr_of(self.total)
        taken = as_values(values, frozenset(total.free_symbols))
        rows = tuple(Row(row.label, at_values(row.expr, taken), at_values(row.share, taken)) for row in self.rows)
        return Breakdown(self.by, rows, at_values(total, taken))

    def table(self) -> Table:
        """The rows as a table with a total."""
        header = (*(name.capitalize() for name in self.by), "Parameters", "Share")
        rows = tuple((*row.label, row.form, Percent(row.share) if row.share.is_Rational else row.share) for row in self.rows)
        blank = ("",) * (len(self.by) - 1)
        return Table(header, rows, (("total", *blank, self.total, Percent(Rational(1))),), len(self.by))

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_markdown_(self) -> str:
        return self.table().markdown()


By = Literal["part", "role", "training"]


def breakdown(layer: Layer, by: By | tuple[By, ...] = "part", depth: int | None = None) -> Breakdown:
    """The parameters of a layer by part, by role (weight, bias, norm, embedding), by training (trainable, frozen), or by several.

    where: depth: how many names of a part's path tell parts apart; if not given one, or two where that is a repeated stack.

    >>> from symparams import Transformer, breakdown, symbols
    >>> N, d, V = symbols("N d V")
    >>> for row in breakdown(Transformer(N, d, V)).rows:
    ...     print(*row.label, row.expr)
    embedding V*d
    layers.attention N*(4*d**2 + 4*d)
    layers.attention_norm 2*N*d
    layers.feed_forward N*(8*d**2 + 5*d)
    layers.feed_forward_norm 2*N*d
    head 0

    Raises `SizeError` for another `by` or depth.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    if not names or any(name not in _LABELS for name in names):
        raise SizeError(f"breakdown: by={shown(by)}", f"one or several of {', '.join(map(repr, _LABELS))}", "choose by='part'")
    if depth is not None and (not isinstance(depth, int) or depth < 1):
        raise SizeError(f"breakdown: depth={shown(depth)}", "a whole number of at least 1, or None", "take depth=1")
    below: dict[tuple[str, ...], list[Leaf]] = {}
    for placed in _layer(layer).weights():
        if placed.weight.kind == "buffer" or (placed.tied_to and "part" not in names):
            continue
        leaves = below.setdefault(tuple(_LABELS[name](placed, depth) for name in names), [])
        if placed.counted:
            leaves.append(relations_put_in(placed))
    forms = {label: _picture(leaves).form for label, leaves in below.items()}
    total = closed_form(layer)
    rows = (
        Row(label, form, cancel(expr_of(form) / total.expr) if total.expr != 0 else Integer(0)) for label, form in forms.items()
    )
    return Breakdown(names, tuple(rows), total.form)


def _part(placed: Placed, depth: int | None) -> str:
    above = placed.path[:-1]
    if depth is None:
        repeated = any(isinstance(scope, Copies) and scope.path == above[:1] != () for scope in placed.scopes)
        depth = 2 if repeated else 1
    return ".".join(above[:depth]) or placed.path[-1]


_LABELS: Mapping[str, Callable[[Placed, int | None], str]] = {
    "part": _part,
    "role": lambda placed, _: placed.weight.role,
    "training": lambda placed, _: placed.weight.kind,
}


def _layer(value: object) -> Layer:
    if not isinstance(value, Layer):
        raise SizeError(
            shown(value), "a layer: Linear(3, 5), Transformer(N, d, V), …", "for an expression use sympy, or leading_order"
        )
    return value
