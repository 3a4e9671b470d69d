"""How symbols and numbers are set in TeX, where an author wants them otherwise than the textbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from symparams.notation.names import tex_name

__all__ = ["TEXTBOOK", "Typography", "is_tex", "plain_name", "tex_integer"]


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


def plain_name(tex: str) -> str:
    r"""A name in TeX as a terminal shows it.

    >>> plain_name(r"d_{\text{model}}"), plain_name(r"\mathrm{hidden\_size}"), plain_name(r"\dmodel")
    ('d_model', 'hidden_size', '\\dmodel')
    """
    return re.sub(r"[{}]", "", re.sub(r"\\(?:text|mathrm|mathit)(?![A-Za-z])", "", tex)).replace("\\_", "_")


def is_tex(text: str) -> bool:
    r"""Whether a text can stand for a symbol within a formula: balanced braces, and no sign that ends the formula or its cell.

    >>> is_tex(r"d_{\text{model}}"), is_tex(r"\lvert V \rvert"), is_tex("d_{"), is_tex("a & b")
    (True, True, False, False)
    """
    bare = re.sub(r"\\.", "", text, flags=re.DOTALL)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and bool(text.strip()) and not set(bare) & set("$&#%~\n") and not text.endswith("\\") and "\\\\" not in text
