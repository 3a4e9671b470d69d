"""What else may be counted as operations or as a cache, and which work a wrong claim left out or counted too often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from sympy import Add, Expr, Integer, Poly, PolynomialError, Rational, cancel, linsolve, symbols

from symparams.counting import Caches, Operations, Quantity, caches, operations_by
from symparams.notation import Words
from symparams.tree import Layer, Operation

__all__ = ["CostConvention", "miscounted", "neighbours", "with_conventions"]

MOST_PARTS = 8
MOST_READINGS = 3
_COMBINED = frozenset(("look-up", "causal"))  # with which other conventions are met
_INSIDE = frozenset(
    (
        "q",
        "k",
        "v",
        "out",
        "up",
        "down",
        "gate",
        "gates",
        "first",
        "rest",
        "directions",
        "layers",
        "weight",
        "weight_ih",
        "weight_hh",
    )
)


@dataclass(frozen=True)
class CostConvention:
    """One way in which operations or a cache can be counted otherwise: an option of `flops` or `kv_cache`, and its words."""

    option: str
    words: str
    field: str

    @property
    def sentence(self) -> Words:
        """The convention in words."""
        return (self.words,)


def neighbours(of: Quantity) -> Iterator[tuple[CostConvention, Quantity]]:
    """Each single convention that differs from those of a quantity, with the quantity that has it."""
    rule = of.rule
    if isinstance(rule, Caches):
        for each in (1, 2, 4):
            if each != rule.bytes_each:
                words = "counted in numbers" if each == 1 else f"in bytes, {each} for each number"
                data = {"batch": rule.data.batch, "extent": rule.data.extent}
                memory = None if rule.data.memory is None else rule.data.memory.length
                changed = caches(**data, memory=memory, bytes=None if each == 1 else each)
                yield CostConvention(f"bytes={None if each == 1 else each}", words, "bytes"), changed
        return
    if not isinstance(rule, Operations):
        return
    causal, last, table = not rule.data.causal, not rule.data.last, dict(rule.table)
    masked = "with the products under the causal mask only" if causal else "with the products that the mask hides as well"
    yield CostConvention(f"causal={causal}", masked, "causal"), operations_by(_with(rule, causal=causal))
    adds = not rule.multiply_adds
    unit = "with multiply-adds, called operations" if adds else "with two operations a multiply-add"
    yield CostConvention(f"multiply_adds={adds}", unit, "unit"), operations_by(replace(rule, multiply_adds=adds))
    step = "with the backward pass" if not rule.training else "of the forward pass alone"
    otherwise = replace(_with(rule, training=not rule.training), recompute=False)
    yield CostConvention(f"training={not rule.training}", step, "training"), operations_by(otherwise)
    if not rule.data.learned:  # the first layer of a model meets raw data, any other what a layer before it hands on
        inside, option = "the input's gradient as well, as within a model", "learned=True"
        if not rule.training:
            inside, option = f"the backward pass, and {inside}", f"training=True, {option}"
        within = replace(_with(rule, training=True, learned=True), recompute=rule.recompute and rule.training)
        yield CostConvention(option, f"with {inside}", "learned"), operations_by(within)
    if rule.training:
        again = "with the layers run forward once more" if not rule.recompute else "without running the layers once more"
        otherwise = replace(rule, recompute=not rule.recompute)
        yield CostConvention(f"recompute={not rule.recompute}", again, "recompute"), operations_by(otherwise)
    where = "with the head on the last position only" if last else "with the head on every position"
    yield CostConvention(f"last={last}", where, "last"), operations_by(_with(rule, last=last))
    each = Integer(1 if rule.multiply_adds else 2)
    further: tuple[tuple[Operation, Expr, str], ...] = (
        ("look-up", _threefold(rule, each, 2), "with the look-up of the embedding counted as a product"),
        ("softmax", Integer(3), "with 3 operations for each element of a softmax"),
        ("softmax", Integer(5), "with 5 operations for each element of a softmax"),
        ("bias", Integer(1), "with one operation for each bias added"),
        *(() if rule.multiply_adds else (("bias", each, "with a multiply-add for each bias added"),)),
    )
    for kind, number, words in further:
        if kind not in table:
            otherwise = replace(rule, table=(*rule.table, (kind, number)))
            yield CostConvention(f"table={{{kind!r}: {number}}}", words, kind), operations_by(otherwise)
    yield from _vectors(rule, each)


def _threefold(rule: Operations, each: Integer, passes: int) -> Expr:
    """What to count for each element that is worked at in so many passes of a training step, so that three come of it, as of the
    weights of a product; as it is where that is no whole number.
    """
    number = Rational(3 * each, passes)
    return number if rule.training and not rule.recompute and number.is_Integer else each


def _vectors(rule: Operations, each: Integer) -> Iterator[tuple[CostConvention, Quantity]]:
    """Each bias, and each gain of a norm, counted as if it were a matrix: 6N where N is all parameters."""
    if rule.recompute or {"bias", "norm"} & {kind for kind, _ in rule.table}:
        return
    bias, gain = _threefold(rule, each, 1), _threefold(rule, each, 2)
    for number, one in ((gain, "each gain"), (2 * gain, "each gain and bias")):
        table: tuple[tuple[Operation, Expr], ...] = (*rule.table, ("bias", bias), ("norm", number))
        words = f"with {one} of a norm, and each other bias, counted as the weights of a product are"
        option = f"table={{'bias': {bias}, 'norm': {number}}}"
        yield CostConvention(option, words, "vectors"), operations_by(replace(rule, table=table))


def with_conventions(of: Quantity) -> Iterator[tuple[tuple[CostConvention, ...], Quantity]]:
    """The quantity with one convention otherwise, then with two."""
    singles = list(neighbours(of))
    for convention, changed in singles:
        yield (convention,), changed
    met: set[frozenset[str]] = set()
    for first, changed in singles:
        for second, further in neighbours(changed):
            both = frozenset((first.option, second.option))
            if first.field in _COMBINED and second.field != first.field and both not in met:
                met.add(both)
                yield (first, second), further


def miscounted(difference: Expr, model: Layer, of: Quantity) -> str:
    """What a claim that is off by `difference` left out or counted too often, in words; nothing where no few parts explain it.

    >>> from symparams import Transformer, operations, symbols
    >>> N, d, V, b, s = symbols("N d V b s")
    >>> miscounted(8 * N * b * d * s**2, Transformer(N, d, V), operations(b, s, training=True))
    'counts the scores 5 times instead of 3 times'
    >>> miscounted(-2 * V * b * d * s, Transformer(N, d, V), operations(b, s))
    'leaves out the head'
    """
    parts = _parts(model, of)
    if not 0 < len(parts) <= MOST_PARTS:
        return ""
    passes = _passes(parts, model, of)
    for number in (1, 2, 3):
        found = []
        for names in combinations(parts, number):
            shares = _shares(difference, [parts[name] for name in names])
            if shares is not None and all(shares):
                found.append(", ".join(_words(name, share, passes[name]) for name, share in zip(names, shares, strict=True)))
        if found:
            return "; or ".join(found[:MOST_READINGS])
    return ""


def _with(rule: Operations, **options: Any) -> Operations:
    return replace(rule, data=replace(rule.data, **options))


def _parts(model: Layer, of: Quantity) -> dict[str, Expr]:
    """The quantity by the parts that people speak of: the scores, the attention, the feed-forward network, the head."""
    below: dict[str, list[Expr]] = {}
    for placed in of.counted(model):
        *above, name = placed.path
        if isinstance(of.rule, Caches):
            label = name
        elif name in ("scores", "values"):
            label = "scores"
        else:
            named = [part for part in above if part not in _INSIDE]
            label = named[-1] if named else "products with the weights" if name.startswith("weight") else name
        below.setdefault(f"the {label.replace('_', '-')}", []).append(placed.count)
    return {label: Add(*counts).expand() for label, counts in below.items()}


def _passes(parts: Mapping[str, Expr], model: Layer, of: Quantity) -> dict[str, int]:
    """How often each part is worked at: in training 3 times for a forward pass and two backward, 4 if it is run once more.

    Once, where that is no whole number: a mixture of parts that meet raw data with others.
    """
    if not isinstance(of.rule, Operations) or not of.rule.training:
        return dict.fromkeys(parts, 1)
    forward = _parts(model, operations_by(replace(_with(of.rule, training=False), recompute=False)))
    times = {name: cancel(part / forward.get(name, part)) for name, part in parts.items()}
    return {name: int(number) if number.is_Integer else 1 for name, number in times.items()}


def _shares(difference: Expr, parts: list[Expr]) -> tuple[Rational, ...] | None:
    """How much of each part makes up the difference, nothing of it less than all left out, if there is one such set; else None."""
    unknown = symbols(f"share:{len(parts)}")
    rest = Add(difference, *(-share * part for share, part in zip(unknown, parts, strict=True))).expand()
    sizes = sorted(rest.free_symbols - set(unknown), key=str)
    try:
        equations = Poly(rest, *sizes).coeffs() if sizes else [rest]
    except PolynomialError:
        return None
    found = list(linsolve(equations, *unknown))
    if len(found) != 1 or not all(share.is_Rational and share >= -1 for share in found[0]):
        return None
    return tuple(found[0])


def _words(part: str, share: Rational, passes: int) -> str:
    times = (share + 1) * passes
    if share == -1:
        return f"leaves out {part}"
    if passes == 1 and share == 1:
        return f"counts {part} twice"
    if passes == 1 and share == Rational(-1, 2):
        return f"counts half of {part}"
    return f"counts {part} {times} times instead of {'once' if passes == 1 else f'{passes} times'}"
