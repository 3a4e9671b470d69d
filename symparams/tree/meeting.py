"""Whether data fit what they meet: widths, and symbols that stand for something else."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Symbol

from symparams.errors import CostError, StructureError
from symparams.notation import Size, as_size, text
from symparams.tree.data import Data, named
from symparams.tree.weights import IndexedBy, Path, Relations, Scope

__all__ = ["collision", "differ", "extent_in_words", "meet", "unbound", "unchanged_extent"]


def extent_in_words(extent: tuple[Expr, ...]) -> str:
    """An extent as a message says it: 224 x 224 positions, one position."""
    return f"{' x '.join(map(text, extent))} positions" if extent else "one position"


def differ(one: Size | None, other: Size | None) -> bool:
    """Whether two widths are known and are never equal, whatever their symbols are."""
    if one is None or other is None:
        return False
    return (as_size(one, "a width") - as_size(other, "a width")).expand().is_zero is False


def meet(wanted: Size | None, data: Data, scopes: Iterable[Scope]) -> None:
    """Refuse data that are not as wide as the layer that they meet wants."""
    if wanted is None or data.width is None:
        return
    want, have = as_size(wanted, "a width"), data.width
    for scope in reversed(tuple(scopes)):
        if isinstance(scope, Relations):
            want, have = scope.total(want), scope.total(have)
    if differ(want, have):
        made = named(data.source) if data.source else "the input"
        raise StructureError(
            f"{named(data.place)} wants an input {text(want)} wide and meets one {text(have)} wide, made by {made}",
            "widths that fit",
            f"mend {named(data.place)} or {made}; pixels become features of one position by Flatten()",
        )


def unbound(scope: Scope | None, data: Data) -> None:
    """Refuse data whose symbols a relation or an index of the tree takes for itself."""
    match scope:
        case IndexedBy(index=index) if index in data.symbols:
            raise collision(index, data.place, "the index of a sum")
        case Relations(rule=rule):
            for key, _ in rule:
                if key in data.symbols:
                    raise collision(key, data.place, "replaced by a relation")


def unchanged_extent(what: str, data: Data, given: Data) -> None:
    """Refuse copies that do not leave the number of positions as it is, since each would meet another one."""
    if given.extent != data.extent:
        made, met = extent_in_words(given.extent), extent_in_words(data.extent)
        raise CostError(
            f"{named(data.place)}: a {what} of layers that make {made} of {met}",
            "layers that leave the number of positions as it is",
            "write them out one after another in a Sequential",
        )


def collision(symbol: Symbol, place: Path, what: str) -> CostError:
    """The message for a symbol that stands for two things."""
    return CostError(
        f"{symbol.name} among the sizes of the data, and in {named(place)} {what}",
        "a symbol that stands for one thing",
        f'call the batch, length or extent differently: symbols("{symbol.name}_0")',
    )
