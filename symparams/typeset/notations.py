r"""Notations: what a paper, a library or an author calls the sizes of a model, and how it sets them.

A notation is data, TeX by the fields of our layers. Which fields a symbol fills is read off its places in the tree, so that the d
of a model is `d_{\text{model}}` in one paper and `h` in another; what a notation has no name for keeps the author's own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from sympy import Symbol

from symparams.errors import LayoutError, did_you_mean, shown
from symparams.formulas import Formula
from symparams.formulas import read as read_formula
from symparams.notation import DATA, MEANINGS, alike, fault_of_name, tex_name
from symparams.results import Result
from symparams.typeset.places import About, filled, indices_in

__all__ = ["NOTATIONS", "Notation", "notation_of"]

_INDICES = ("l", "i", "j", "k", "m", "n", "p", "q", "r", "t", "u", "v")
_LOOKED_AT = re.compile(r"\\left|\\right|\\[A-Za-z]+|\\.|\S", re.DOTALL)


@dataclass(frozen=True)
class Notation:
    r"""What sizes are called: `names` holds TeX by field (d_model, n_layer …) or by a symbol's own name; with its title and source.

    >>> from symparams import Transformer, closed_form, latex, symbols
    >>> model = Transformer(*symbols("N d V"))
    >>> print(latex(closed_form(model), notation=NOTATIONS["megatron"]))
    % needs amsmath
    \begin{equation*}
      l\left(12 h^{2} + 13 h\right) + V h
    \end{equation*}
    """

    names: Mapping[str, str]
    title: str = "an author's own"
    url: str = ""
    _checked: bool = field(default=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.names, Mapping):
            raise LayoutError(f"notation={shown(self.names)}", 'a dictionary, {"d_model": r"\\dmodel"}, or a name', _move())
        for name, tex in self.names.items():
            if not isinstance(name, str | Symbol) or not isinstance(tex, str):
                raise LayoutError(
                    f"the name {shown(tex)} for {shown(name)}", "a text of TeX for a symbol's or a field's name", _move()
                )
            if fault := fault_of_name(tex):
                given = f"the name {shown(tex)} for {getattr(name, 'name', name)}: {fault}"
                raise LayoutError(given, "TeX that sets one symbol, without its dollars", _move())
        plain = {getattr(name, "name", name): tex.strip() for name, tex in self.names.items()}
        object.__setattr__(self, "names", MappingProxyType(plain))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self.names), self.title, self.url)

    def names_in(self, model: About) -> dict[str, str]:
        r"""TeX by the names of a model's symbols.

        >>> from symparams import LSTM, symbols
        >>> NOTATIONS["pytorch"].names_in(LSTM(*symbols("I H")))
        {'I': '\\mathrm{input\\_size}', 'H': '\\mathrm{hidden\\_size}'}

        Raises `LayoutError` where two sizes would be written alike.
        """
        found = {one.name: self._name(one, fields) for one, fields in filled(model).items()}
        taken: dict[str, str] = {}
        for name, tex in found.items():
            written = tex or tex_name(name)
            if (other := taken.setdefault(alike(written), name)) != name:
                given = f"{written} for {other} and for {name}, in the notation of {self.title}"
                raise LayoutError(
                    given,
                    "a name of its own for each",
                    f'call one otherwise: notation={{**names, "{name}": "x"}} (--name {name}=x)',
                )
        indices = indices_in(model.content) if isinstance(model, Result) else ()
        for name in indices:  # an index is nobody's size: it gives way
            if taken.get(alike(tex_name(name)), name) != name:
                found[name] = next(letter for letter in _INDICES if letter not in taken)
                taken[found[name]] = name
        return {name: tex for name, tex in found.items() if tex}

    def _name(self, symbol: Symbol, fields: Iterable[str]) -> str:
        """The name of a symbol: its own, else that of the first field that it fills and the notation knows; "" for none."""
        return next((self.names[key] for key in (symbol.name, *fields) if key in self.names), "")

    def legend(self, model: About) -> dict[str, str]:
        """What each name of the notation means in a model, by TeX."""
        names, words = self.names_in(model), MEANINGS | DATA
        return {
            tex: next((words[one] for one in fields if one in words), "a part of sizes")
            for symbol, fields in filled(model).items()
            if (tex := names.get(symbol.name, tex_name(symbol.name)))
        }

    def read(self, text: str, model: About) -> Formula:
        r"""A formula written in the notation, in the symbols of a model.

        >>> from symparams import Transformer, symbols
        >>> NOTATIONS["megatron"].read("12 l h^2 + V h", Transformer(*symbols("N d V"))).rhs
        12*N*d**2 + V*d

        Raises `FormulaTextError` where the rest cannot be read.
        """
        names = self.names_in(model)
        own = {symbol.name: tex_name(symbol.name) for symbol in filled(model)}
        written = "".join(_translated(text, {names.get(name, tex): tex for name, tex in own.items()}))
        return read_formula(written, names=list(own), syntax="latex")


def _translated(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """The text with other names, the longest first; commands are passed over whole."""
    longest = sorted(names, key=len, reverse=True)
    place = 0
    while place < len(text):
        name = next((one for one in longest if text.startswith(one, place) and _ends(text, place, one)), None)
        if name is not None:
            yield f" {names[name]} "
            place += len(name)
            continue
        match = _LOOKED_AT.match(text, place)
        yield match[0] if match else text[place]
        place = match.end() if match else place + 1


def _ends(text: str, place: int, name: str) -> bool:
    """Whether a name ends there: a command is not cut short, and no index follows that the name does not have."""
    after = text[place + len(name) : place + len(name) + 1]
    return not (after.isalpha() and name.startswith("\\") and name[-1].isalpha()) and after != "_"


def notation_of(given: object) -> Notation | None:
    """The notation that an option asks for: one by name, a dictionary of an author's own, or a notation itself.

    Raises `LayoutError` for an unknown name.
    """
    match given:
        case None | Notation():
            return given
        case str():
            if given not in NOTATIONS:
                wanted = f"one of {', '.join(NOTATIONS)}, or a dictionary"
                raise LayoutError(f"notation={shown(given)}", wanted, did_you_mean(given, NOTATIONS, _move()))
            return NOTATIONS[given]
    return Notation(given)  # type: ignore[arg-type]  # which refuses what is no dictionary


def _move() -> str:
    return 'write notation="kaplan", or notation={"d_model": r"\\dmodel"} (--name d_model=\\\\dmodel)'


@cache
def _given() -> dict[str, Notation]:
    data = tomllib.loads(resources.files("symparams.typeset").joinpath("notations.toml").read_text(encoding="utf-8"))
    return {
        key: Notation({name: tex for name, tex in rows.items() if name not in ("title", "url")}, rows["title"], rows.get("url", ""))
        for key, rows in data.items()
    }


NOTATIONS: Mapping[str, Notation] = MappingProxyType(_given())
