"""A count told apart: by part, by role, by training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

from sympy import Expr, Integer, Rational, cancel

from symparams.counting.closed_forms import closed_form
from symparams.counting.named import quantity
from symparams.counting.pictures import Leaf, picture, relations_put_in
from symparams.counting.quantities import PARAMETERS, Quantity
from symparams.errors import SizeError, shown
from symparams.notation import Form, Percent, Table, as_exact, as_values, at_values, expr_of
from symparams.results import Result
from symparams.tree import Copies, Layer, Path, Placed, Treelike

__all__ = ["Breakdown", "Row", "breakdown"]

MOST_SYMBOLS = 24  # of a total whose shares are cancelled; the time grows with their third power


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


@dataclass(frozen=True, repr=False)
class Breakdown(Result):
    """A quantity told apart by part, by role, or by both; the rows always sum to the total."""

    by: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Form
    of: Quantity = PARAMETERS
    origin: Layer | None = field(default=None, compare=False)

    def at(self, values: Mapping[Any, Any] | None = None, /, **sizes: Any) -> Breakdown:
        """The same rows at sizes given by symbol, by name or by keyword; symbols without a size stay.

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
        taken = as_values(values, frozenset(total.free_symbols), sizes)
        rows = tuple(Row(row.label, at_values(row.expr, taken), at_values(row.share, taken)) for row in self.rows)
        return Breakdown(self.by, rows, at_values(total, taken), self.of, self.origin)

    def table(self) -> Table:
        """The rows as a table with a total."""
        header = (*(name.capitalize() for name in self.by), self.of.words.capitalize(), "Share")
        rows = tuple((*row.label, row.form, Percent(row.share) if row.share.is_Rational else row.share) for row in self.rows)
        blank = ("",) * (len(self.by) - 1)
        return Table(header, rows, (("total", *blank, self.total, Percent(Rational(1))),), len(self.by))

    @property
    def content(self) -> Table:
        return self.table()

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table().html()


By = Literal["part", "role", "training"]


def breakdown(
    layer: Layer | Treelike, by: By | tuple[By, ...] = "part", depth: int | None = None, of: str | Quantity = "parameters"
) -> Breakdown:
    """The parameters of a layer by part, by role (weight, bias, norm, embedding), by training (trainable, frozen), or by several.

    where: depth: how many names of a part's path tell parts apart; if not given, one more than lead to the repeated stacks, and yet
    one more within a stack: model.norm, model.layers.self_attn; of: the quantity, as in `closed_form`.

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

    Raises `SizeError` for another `by` or depth, and for an unknown quantity.
    """
    names = (by,) if isinstance(by, str) else by
    if not isinstance(names, list | tuple) or not set(_LABELS).issuperset(names) or not 0 < len(names) == len(set(names)):
        wanted = f"one or several of {', '.join(map(repr, _LABELS))}, each once"
        raise SizeError(f"breakdown: by={shown(by)}", wanted, "choose by='part', or by=('part', 'role')")
    if depth is not None:
        number = as_exact(depth)
        if not isinstance(number, Integer) or number < 1:
            raise SizeError(f"breakdown: depth={shown(depth)}", "a whole number of at least 1, or None", "take depth=1")
        depth = int(number)
    below: dict[tuple[str, ...], list[Leaf]] = {}
    whole = quantity(of, layer)
    listed = list(whole.listed(layer))
    trunk = _trunk(listed) if depth is None else ()
    for placed in listed:
        if placed.tied_to and "part" not in names:
            continue
        part = _part(placed, _depth(placed, trunk) if depth is None else depth)
        leaves = below.setdefault(tuple(_LABELS[name](placed, part) for name in names), [])
        if placed.tied_to is None:
            leaves.append(relations_put_in(placed))
    forms = {label: picture(leaves).form for label, leaves in below.items()}
    total = closed_form(layer, whole)
    rows = (Row(label, form, _share(expr_of(form), total.expr)) for label, form in forms.items())
    return Breakdown(tuple(names), tuple(rows), total.form, whole, total.origin)


def _share(part: Expr, total: Expr) -> Expr:
    """A part of the total, without common factors where these are few enough symbols to be found in."""
    if total == 0:
        return Integer(0)
    return cancel(part / total) if len(total.free_symbols) <= MOST_SYMBOLS else part / total


def _stack(placed: Placed) -> Path:
    """The path of the outermost repeated stack that a weight is in; () where it is in none."""
    around = (scope.path for scope in placed.scopes if isinstance(scope, Copies) and scope.path)
    return next((path for path in around if path == placed.path[: len(path)]), ())


def _trunk(listed: list[Placed]) -> Path:
    """The names that lead to a model's stacks, as far as they are the same for all; none where they lead to one part alone.

    In model.norm and model.layers.mlp they are model.layers; the gates of an LSTM among other layers are one part.
    """
    stacks = [stack for placed in listed if (stack := _stack(placed))]
    if not stacks:
        return ()
    trunk = tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(min(stacks), max(stacks), strict=False)))
    parts = {_part(placed, _depth(placed, trunk)) for placed in listed if placed.path[:1] == trunk[:1]}
    return trunk if len(parts) > 1 else ()


def _depth(placed: Placed, trunk: Path) -> int:
    """How many names of a weight's path tell its part: those of the trunk, one more, and one within a stack."""
    along = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(placed.path[:-1], trunk, strict=False)))
    return along + (2 if len(_stack(placed)) == along + 1 else 1)


def _part(placed: Placed, depth: int) -> str:
    return ".".join(placed.path[:-1][:depth]) or placed.path[-1]


_LABELS: Mapping[str, Callable[[Placed, str], str]] = {
    "part": lambda _, part: part,
    "role": lambda placed, _: placed.weight.role,
    "training": lambda placed, _: placed.weight.kind,
}
