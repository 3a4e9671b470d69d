"""Operations and caches: what the layers of a tree do with the data that meet them, and what they keep.

Two rules carry almost everything: a weight is applied once at each position that its layer hands on, and a table is looked up.
Attention has two products besides. Whatever else is counted, or not, is a convention that can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Integer, S, Symbol

from symparams.counting.quantities import Quantity
from symparams.errors import CostError, shown
from symparams.notation import Size, as_exact, as_size
from symparams.tree import Copies, Data, Layer, Operation, Path, Placed, Work

__all__ = ["ELEMENTWISE", "Caches", "Operations", "caches", "operations", "operations_by"]

ELEMENTWISE: tuple[Operation, ...] = ("look-up", "bias", "norm", "softmax", "activation", "scan")


@dataclass(frozen=True)
class Operations:
    """The rule that lists the operations of a layer: each product counts 2, and elements as the table says."""

    data: Data
    multiply_adds: bool = False
    table: tuple[tuple[Operation, Expr], ...] = ()
    recompute: bool = False
    per_token: bool = False

    @property
    def fields(self) -> dict[Symbol, str]:
        """The symbols of the data, by what they are sizes of."""
        return self.data.fields

    @property
    def training(self) -> bool:
        """Whether the backward pass is counted as well."""
        return self.data.training

    def __call__(self, layer: Layer) -> Iterator[Placed]:
        one: dict[Operation, Expr] = {"product": Integer(1 if self.multiply_adds else 2), **dict(self.table)}
        each = {kind: number / self.data.positions if self.per_token else number for kind, number in one.items()}
        for placed in _placed(layer, self.data, lambda one, data: one.work(data)):
            item = placed.weight
            if isinstance(item, Work) and item.role in each and item.positions != 0:
                again = self.recompute and any(isinstance(scope, Copies) for scope in placed.scopes)
                yield replace(placed, weight=item.counted(each[item.role], self.training, again))


@dataclass(frozen=True)
class Caches:
    """The rule that lists what a layer keeps for the next step of a sequence: numbers, or the bytes of so many each."""

    data: Data
    bytes_each: Expr = S.One

    @property
    def fields(self) -> dict[Symbol, str]:
        """The symbols of the data and of the bytes, by what they are sizes of."""
        return self.data.fields | dict.fromkeys(sorted(self.bytes_each.free_symbols, key=str), "bytes")

    def __call__(self, layer: Layer) -> Iterator[Placed]:
        for placed in _placed(layer, self.data, lambda one, data: () if data.passing else one.kept(data)):
            if isinstance(placed.weight, Work):
                yield replace(placed, weight=placed.weight.counted(self.bytes_each))


def _placed(layer: Layer, data: Data, of: Callable[[Layer, Data], Iterable[Work]]) -> Iterator[Placed]:
    """The work of each layer where it stands, in copies as often as they run; that of a layer after that of its parts."""
    waiting: list[tuple[Path, list[Placed]]] = []
    for node in layer.nodes(data):
        while waiting and node.path[: len(waiting[-1][0])] != waiting[-1][0]:
            yield from waiting.pop()[1]
        scopes = tuple(scope.run if isinstance(scope, Copies) else scope for scope in node.scopes)
        waiting.append((node.path, [Placed((*node.path, item.name), item, scopes) for item in of(node.layer, node.data or data)]))
    for _, placed in reversed(waiting):
        yield from placed


def operations(
    batch: Size = 1,
    seq: Size | None = None,
    *,
    extent: Size | Iterable[Size] | None = None,
    training: bool = False,
    causal: bool = False,
    past: Size = 0,
    memory: Size | None = None,
    last: bool = False,
    absorbed: bool = False,
    learned: bool = False,
    multiply_adds: bool = False,
    table: Mapping[str, Size] | None = None,
    recompute: bool = False,
    per_token: bool = False,
) -> Quantity:
    """The operations of a layer as a quantity, for every verb that takes one: `breakdown(model, of=operations(b, s))`.

    where: the options are those of `flops`.

    >>> from symparams import Transformer, breakdown, symbols
    >>> N, d, V, b, s = symbols("N d V b s")
    >>> for row in breakdown(Transformer(N, d, V), of=operations(b, s)).rows:
    ...     print(*row.label, row.expr)
    layers.attention N*(8*b*d**2*s + 4*b*d*s**2)
    layers.feed_forward 16*N*b*d**2*s
    head 2*V*b*d*s

    Raises `CostError` for sizes that cannot be, and for a table of other kinds of operations.
    """
    data = _data(batch, seq, extent, past, memory)
    if recompute and not training:
        raise CostError("recompute=True without a backward pass", "a training step", "say training=True as well")
    data = replace(data, causal=causal, last=last, absorbed=absorbed, learned=learned, training=training)
    return operations_by(Operations(data, multiply_adds, _table(table), recompute, per_token))


def operations_by(rule: Operations) -> Quantity:
    """The quantity that a rule lists, in words."""
    name = "multiply-adds" if rule.multiply_adds else "operations"
    words = f"{name}{' of a training step' if rule.training else ''}{' a token' if rule.per_token else ''}"
    each = "one" if rule.multiply_adds else "two operations"
    counted = f"each multiply-add, at each position, is {each}" + (", and twice again backward" if rule.training else "")
    return Quantity(name, words, rule, product=counted, factors=True)


def caches(
    batch: Size = 1,
    seq: Size | None = None,
    *,
    extent: Size | Iterable[Size] | None = None,
    memory: Size | None = None,
    bytes: Size | None = None,  # noqa: A002  the word that everybody uses
) -> Quantity:
    """What a layer keeps for the next step of a sequence, as a quantity; the options are those of `kv_cache`.

    >>> from symparams import Transformer, breakdown, symbols
    >>> breakdown(Transformer(*symbols("N d V")), of=caches(*symbols("b s"))).total
    2*N*b*d*s

    Raises `CostError` for sizes that cannot be.
    """
    if bytes is None:
        each, name, words = Integer(1), "cache", "numbers in the cache"
    else:
        each, name, words = as_size(bytes, "bytes"), "cache-bytes", "bytes of the cache"
    product = "each position keeps the product of its sizes"
    return Quantity(name, words, Caches(_data(batch, seq, extent, 0, memory), each), product=product)


def _data(batch: Size, seq: Size | None, extent: Any, past: Size, memory: Size | None) -> Data:
    """The data from the sizes that were given."""
    if seq is not None and extent is not None:
        raise CostError(f"seq={shown(seq)} and extent={shown(extent)}", "one of them", "take extent=(H, W) for images")
    given = (seq,) if seq is not None else () if extent is None else extent
    sizes = tuple(given) if isinstance(given, tuple | list) else (given,)
    each = tuple(as_size(size, "seq" if seq is not None else "extent") for size in sizes)
    read = None if memory is None else Data(as_size(batch, "batch"), (as_size(memory, "memory"),))
    before = Integer(0) if as_exact(past) == 0 else as_size(past, "past")
    return Data(as_size(batch, "batch"), each, before, read)


def _table(table: Mapping[str, Size] | None) -> tuple[tuple[Operation, Expr], ...]:
    """What is counted for each element, in the order of the kinds."""
    given = dict(table or {})
    if unknown := [kind for kind in given if kind not in ELEMENTWISE]:
        raise CostError(f"table={shown(table)}", f"numbers for {', '.join(ELEMENTWISE)}", f"mend {shown(unknown[0])}")
    return tuple((kind, as_size(given[kind], f"table: {kind}")) for kind in ELEMENTWISE if kind in given)
