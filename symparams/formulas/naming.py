"""What a written name stands for: a declared symbol, a product of declared letters, or nothing that is known."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Symbol

from symparams.errors import NotationError, shown
from symparams.notation import symbol

__all__ = ["GREEK_LETTERS", "Names", "Spelling"]

_GREEK_LETTERS = "αβγδεζηθικλμνξπρσςτυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϕϑ"
_GREEK_NAMES = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma sigma tau upsilon phi
    chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega epsilon phi theta"""
GREEK_LETTERS = dict(zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True))

# Words that are never meant as a product of their letters, whatever letters are declared.
_NO_PRODUCTS = """and are bias dim dims each for has have head heads hid if in is it its layer layers of on or out per rank size
    than that the this time times to with abs ceil cos exp floor int len ln log max min mod pow prod round sin sqrt sum tanh"""
_WORDS = frozenset(_NO_PRODUCTS.split())
_LONGEST_RUN = 5  # of letters that may be a product with one letter missing


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as written: Vd_model has the letters V, d and the label _model, `cfg.n_embd` the word n_embd on the path cfg.

    `whole` names are never products: words in upright type, names of code. The path of a styled letter is its style.
    """

    letters: tuple[str, ...]
    label: str = ""
    whole: bool = False
    path: str | None = None

    @property
    def word(self) -> str:
        return "".join(self.letters) + self.label


class Names:
    """The declared names, and how a spelling is looked up among them.

    >>> Names(("V", "d", "d_ff")).factors(Spelling(("V", "d"), "_ff"))
    (V, d_ff)
    """

    def __init__(self, names: str | Iterable[str | Symbol] | Mapping[str, str | Symbol], functions: Iterable[str] = ()) -> None:
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        if isinstance(names, Mapping):
            self.declared = {_checked(spelt): _own(meant) for spelt, meant in names.items()}
        else:
            self.declared = {made.name: made for made in map(_own, names)}
        self.functions = frozenset(functions.split() if isinstance(functions, str) else functions)

    def with_index(self, index: Symbol) -> Names:
        """The names inside a sum over `index`."""
        inner = Names(())
        inner.declared, inner.functions = {**self.declared, index.name: index}, self.functions
        return inner

    def factors(self, spelling: Spelling) -> tuple[Symbol, ...] | None:
        """The symbols whose product a spelling is, or None. A declared name wins over a product of letters."""
        word = spelling.word
        for known in (f"{spelling.path}.{word}", word) if spelling.path else (word,):
            if known in self.declared:
                return (self.declared[known],)
        if spelling.whole or len(spelling.letters) == 1 or word in _WORDS or self.inside(spelling):
            return None
        *front, last = spelling.letters
        parts = [self.declared.get(part) for part in (*front, last + spelling.label)]
        return tuple(part for part in parts if part is not None) if None not in parts else None

    def inside(self, spelling: Spelling) -> str | None:
        """A declared name of several letters within a run of letters: then a product of letters would be a guess."""
        run = "".join(spelling.letters)
        return next(
            (name for name in sorted(self.declared) if len(name) > 1 and name in run and name not in spelling.letters), None
        )

    def nearest(self, word: str) -> str | None:
        close = difflib.get_close_matches(word, self.declared, n=1, cutoff=0.7)
        same = [name for name in self.declared if name.lower() == word.lower()]
        return (same or close or [None])[0]

    def unknown(self, spelling: Spelling) -> tuple[str, str, str]:
        """What to say of a spelling that has no meaning: given, wanted, move."""
        word = spelling.word
        known = ", ".join(sorted(self.declared)[:12]) + (", …" if len(self.declared) > 12 else "")
        wanted = f"one of the declared names ({known})" if known else "a declared name, and none is declared"
        if len(spelling.letters) > 1 and not spelling.whole and (name := self.inside(spelling)):
            return f"{word!r} contains the declared name {name}, so its letters are no product", wanted, "put * between the names"
        if near := self.nearest(word):
            return f"{word!r} is not declared", wanted, f"did you mean {near}? If not, add {word!r} to names"
        some = any(letter in self.declared for letter in spelling.letters)
        if some and not spelling.whole and 1 < len(spelling.letters) <= _LONGEST_RUN:
            missing = next((letter for letter in spelling.letters if letter not in self.declared), spelling.letters[-1])
            return f"{word!r} is not declared, nor is {missing!r} in it", wanted, f"add {word!r} or its letters to names"
        return f"{word!r} is not declared", wanted, f"add {word!r} to names, and give the formula without words"


def _own(name: str | Symbol) -> Symbol:
    return symbol(name.name if isinstance(name, Symbol) else name)


def _checked(spelt: str) -> str:
    if not isinstance(spelt, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", spelt):
        raise NotationError(f"{shown(spelt)} in names", "an identifier, or a dotted one such as cfg.n_embd", "rename it")
    return spelt
