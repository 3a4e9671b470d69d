r"""Names that an author gives to symbols, {"d_model": r"\dmodel"}, checked before they stand on a page."""

from __future__ import annotations

from collections.abc import Mapping

from symparams.errors import LayoutError, shown
from symparams.notation import is_tex

__all__ = ["named"]


def named(names: object) -> Mapping[str, str]:
    """The names, each balanced TeX and no two alike; raises `LayoutError` otherwise."""
    if names is None:
        return {}
    if not isinstance(names, Mapping):
        raise LayoutError(f"notation={shown(names)}", 'a dictionary, {"d_model": r"\\dmodel"}', "give one")
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, tex in names.items():
        key = getattr(name, "name", name)
        if not isinstance(key, str) or not isinstance(tex, str) or not is_tex(tex):
            raise LayoutError(f"the name {shown(tex)} for {shown(key)}", "TeX with balanced braces and no $ or &", "mend it")
        if (other := taken.setdefault(tex.strip(), key)) != key:
            raise LayoutError(f"{tex} for {other} and for {key}", "a name of its own for each", "rename one of them")
        found[key] = tex.strip()
    return found
