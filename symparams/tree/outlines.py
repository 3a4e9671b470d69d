"""The picture of a tree: a line for each part, indented, with its name, what it is, and the shapes of its weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symparams.notation import condition_words, text
from symparams.tree.composition import ForEach, Repeat, Shared
from symparams.tree.layer import Layer, Treelike, tree_of
from symparams.tree.relations import Given, Where
from symparams.tree.weights import Path, Placed

__all__ = ["Outline", "outline"]

Row = tuple[str, str, str]


@dataclass(frozen=True)
class Outline:
    """Lines of three columns: the part's name behind the branches that lead to it, what it is, the weights that it holds itself."""

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        names, kinds = (max(len(row[column]) for row in self.rows) for column in (0, 1))
        root, *parts = (f"{name:<{names}}   {kind:<{kinds}}   {weights}" for name, kind, weights in self.rows)
        return "\n".join((root.strip(), *(part.rstrip() for part in parts)))

    def _repr_markdown_(self) -> str:
        return f"```text\n{self!r}\n```"


def outline(layer: Layer | Treelike) -> Outline:
    """The parts of a layer as an indented tree, the relations between sizes put into the shapes.

    >>> from symparams import FeedForward, Repeat, RMSNorm, Sequential, symbols
    >>> N, d, f = symbols("N d f")
    >>> outline(Sequential(blocks=Repeat(FeedForward(d, f, bias=False), N), norm=RMSNorm(d)))
    Sequential
    ├─ blocks    N × FeedForward
    │  ├─ up     Linear            weight (f, d)
    │  └─ down   Linear            weight (d, f)
    └─ norm      RMSNorm           weight (d)

    Raises `SizeError` for what is no layer.
    """
    tree = tree_of(layer)
    placed = {one.path: one for one in tree.weights()}
    return Outline(tuple(_rows("", "", "", tree, (), placed)))


def _rows(branch: str, below: str, name: str, layer: Layer, path: Path, placed: Mapping[Path, Placed]) -> Iterator[Row]:
    """The lines of a part: `branch` leads to its name, `below` to the names of its parts."""
    kind, part = _unwrapped(layer)
    yield branch + name, kind, ", ".join(_weight(placed[*path, weight.name]) for weight in part.own())
    children = list(_children(part))
    for number, (child, inner) in enumerate(children, 1):
        last = number == len(children)
        leads = (below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))
        yield from _rows(*leads, child, inner, (*path, child) if child else path, placed)


def _unwrapped(layer: Layer) -> tuple[str, Layer]:
    """What a part is, in words, and the layer that has its parts and weights: what wraps one other layer has no line of its own."""
    times, kind, remarks = "", "", list[str]()
    while True:
        match layer:
            case Repeat(count=count, shared=shared, active=active) if not kind:
                times += f"{text(count)} × {'one shared ' if shared else ''}"
                remarks += [] if active in (None, count) else [f"{text(active)} active"]
            case ForEach(limits=(index, start, stop)) if not kind:
                remarks.append(f"for {index.name} = {text(start)} … {text(stop)}")
            case Given(relations=relations):
                remarks += [f"{key.name} = {text(value)}" for key, value in relations]
            case Where(premises=premises):
                remarks += map(condition_words, premises)
            case Shared():
                pass
            case _:
                kind = kind or layer.kind
        parts = layer.parts()
        inner = parts.get("")
        if len(parts) != 1 or inner is None or tuple(layer.own()) or (kind and isinstance(inner, Repeat | ForEach)):
            return ", ".join((times + kind, *remarks)), layer
        layer = inner


def _children(part: Layer) -> Iterator[tuple[str, Layer]]:
    for name, child in part.parts().items():
        if name or isinstance(child, Repeat | ForEach) or tuple(child.own()):
            yield name, child
        else:
            yield from _children(child)


def _weight(placed: Placed) -> str:
    if placed.tied_to is not None:
        return f"{placed.path[-1]} is {'.'.join(placed.tied_to)}"
    shape = f"{placed.path[-1]} ({', '.join(map(text, placed.shape))})"
    return shape if placed.weight.kind == "trainable" else f"{placed.weight.kind} {shape}"
