"""What a written name stands for: a declared symbol, a product of letters, a name that nobody declared, or nothing.

`read` knows declared names alone. `readings` takes undeclared ones as well, in one of two ways: a run of letters is a product
of its letters (4(eh + h^2 + h)), or each run is one name (4*(inp*width + width)). Words of a sentence are never names.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from sympy import Symbol

from symparams.errors import NotationError, shown
from symparams.notation import symbol

__all__ = ["GREEK_LETTERS", "Names", "Spelling", "Undeclared"]

_GREEK_LETTERS = "αβγδεζηθικλμνξπρσςτυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϕϑ"
_GREEK_NAMES = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma sigma tau upsilon phi
    chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega epsilon phi theta"""
GREEK_LETTERS = dict(zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True))

# Words that are never meant as a product of their letters, whatever letters are declared.
_NO_PRODUCTS = """and are bias dim dims each for has have head heads hid if in is it its layer layers of on or out per rank size
    than that the this time times to with abs ceil cos exp floor int len ln log max min mod pow prod round sin sqrt sum tanh"""
_WORDS = frozenset(_NO_PRODUCTS.split())
_LONGEST_RUN = 5  # of letters that may be a product with one letter missing
_SHORT_RUN = 3  # letters that nobody declared and that may be a product

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_GREEK_WORDS = frozenset(_GREEK_NAMES.split())


class Undeclared(Enum):
    """What becomes of a name that nobody declared."""

    REFUSED = "refused"
    LETTERS = "a product of its letters where they are few, else one name"
    WHOLE = "one name, and so is every run of letters"


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

    @property
    def wordlike(self) -> bool:
        """Whether it looks like a word of a sentence: letters alone, more than one, and no Greek letter spelt out."""
        return self.word.isalpha() and len(self.word) > 1 and self.word not in _GREEK_WORDS


class Names:
    """The declared names, and how a spelling is looked up among them.

    >>> Names(("V", "d", "d_ff")).factors(Spelling(("V", "d"), "_ff"))
    (V, d_ff)
    """

    undeclared = Undeclared.REFUSED

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
        return self._with({**self.declared, index.name: index}, self.undeclared)

    def without(self, name: str) -> Names:
        return self._with({known: meant for known, meant in self.declared.items() if known != name}, self.undeclared)

    def taking(self, undeclared: Undeclared) -> Names:
        return self._with(self.declared, undeclared)

    def _with(self, declared: dict[str, Symbol], undeclared: Undeclared) -> Names:
        inner = Names(())
        inner.declared, inner.functions, inner.undeclared = declared, self.functions, undeclared
        return inner

    def factors(self, spelling: Spelling) -> tuple[Symbol, ...] | None:
        """The symbols whose product a spelling is, or None.

        >>> [names.factors(Spelling(("e", "h"))) for names in map(Names("h").taking, Undeclared)]
        [None, (e, h), (eh,)]
        """
        known = self.known(spelling)
        if self.undeclared is Undeclared.REFUSED or (known and (len(known) == 1 or self.undeclared is Undeclared.LETTERS)):
            return known
        word = spelling.word
        if not _IDENTIFIER.fullmatch(word):
            return None
        if self.undeclared is Undeclared.LETTERS and self._splits(spelling):
            *front, last = spelling.letters
            return tuple(self.declared.get(part) or symbol(part) for part in (*front, last + spelling.label))
        return (symbol(word),)

    def _splits(self, spelling: Spelling) -> bool:
        """Whether a run of letters of which some are undeclared is a product: eh, Vd_model, bLhs, and no word."""
        run = "".join(spelling.letters)
        mixed = len(run) <= _LONGEST_RUN and re.search("[a-z][A-Z]", run) is not None
        short = 1 < len(spelling.letters) <= _SHORT_RUN or (mixed and len(spelling.letters) > 1)
        return short and not spelling.whole and spelling.word not in _WORDS and not self.inside(spelling)

    def known(self, spelling: Spelling) -> tuple[Symbol, ...] | None:
        """The declared symbols whose product a spelling is, or None. A declared name wins over a product of letters."""
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
