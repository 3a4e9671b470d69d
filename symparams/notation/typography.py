"""How symbols and numbers are set in TeX, where an author wants them otherwise than the textbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from symparams.notation.names import tex_name

__all__ = ["TEXTBOOK", "Typography", "tex_integer"]


def tex_integer(number: int) -> str:
    """An integer with `{,}` between its thousands.

    >>> print(tex_integer(124439808))
    124{,}439{,}808
    """
    return f"{number:,}".replace(",", "{,}")


@dataclass(frozen=True)
class Typography:
    r"""How symbols and numbers are set: `names` holds TeX by a symbol's name, `integer` writes a number that is not negative.

    >>> print(Typography({"d_model": r"\dmodel"}).name("d_model"), TEXTBOOK.name("d_model"))
    \dmodel d_{\text{model}}
    """

    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    integer: Callable[[int], str] = tex_integer

    def name(self, name: str) -> str:
        """The TeX of the symbol of that name."""
        return self.names.get(name) or tex_name(name)


TEXTBOOK = Typography()
