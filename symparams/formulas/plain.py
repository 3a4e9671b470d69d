"""Formulas as people type them, in plain text and in Unicode maths: 4h(d+h) + 4h, 12·n_layer·d_model², 4 × (I × H + H²)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from sympy import Rational

from symparams.formulas.calls import FUNCTIONS
from symparams.formulas.naming import GREEK_LETTERS, Spelling, Undeclared
from symparams.formulas.numerals import MAGNITUDES, NumeralLexer, number_pattern
from symparams.formulas.tokens import BLANK, SIGN, SUPERSCRIPTS, VULGAR, Lexer, Numeral, Rule, Token

__all__ = ["PlainLexer"]

_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
_LOWERED = str.maketrans(SUPERSCRIPTS)
_LOW = "".join(_SUBSCRIPTS)
_HIGH = "".join(SUPERSCRIPTS)
_LETTER = rf"(?:(?![{_LOW}{_HIGH}{''.join(VULGAR)}])[^\W\d_])"
_GROUPED = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:'[0-9]{3})+|(?:[\u00a0\u2009\u202f][0-9]{3})+|(?: [0-9]{3}){2,})(?![0-9]| [0-9])"
_WHOLE = rf"(?P<digits>{_GROUPED}|[0-9]+)"
_LONG_LETTERS = 3  # so many letters may stand before a subscripted name: LBd_model is a product, hidden_size a word


class PlainLexer(NumeralLexer):
    """Plain text and Unicode."""

    suffix = re.compile(rf" ?(?:([{''.join(MAGNITUDES)}])(?!{_LETTER}|[0-9_(^'{_LOW}{_HIGH}])|([万亿]))")

    def word(self, match: re.Match[str]) -> Iterator[Token]:
        if end := self.next_name(match):
            self.place = end
            cut = match.re.match(self.text, match.start(), end)
            assert cut is not None
            match = cut
        letters, label, primes = match["letters"], match["label"], "_prime" * len(match["primes"])
        low = "".join(_SUBSCRIPTS.get(character, character) for character in label)
        low = re.sub(r"_?\{([\w+-]*)\}", r"_\1", low)
        if low and low[0] != "_" and label[0] in _SUBSCRIPTS:
            low = f"_{low}"
        heads = tuple(GREEK_LETTERS.get(letter, letter) for letter in letters)
        one_word = (
            not all(head.isascii() for head in heads)
            or (low and low[0] != "_")
            or (low and letters.islower() and letters.isascii() and len(letters) > _LONG_LETTERS)
        )
        if low and letters.islower() and len(letters) > 1 and not self.names.known(Spelling(heads, low + primes)):
            one_word = True  # emb_dim, where e, m and b_dim are not all declared
        spelling = Spelling(("".join(heads),) if one_word else heads, low + primes, whole=bool(one_word))
        if index := re.compile(r"\^\[\s*([A-Za-z0-9]+(?:[+-][0-9]+)?)\s*\]").match(self.text, self.place):
            spelling, self.place = replace(spelling, label=f"{spelling.label}_{index[1]}"), index.end()
        elif above := re.compile(r"\^([A-Za-z])(?![A-Za-z0-9_])").match(self.text, self.place):
            labelled = replace(spelling, label=f"{spelling.label}_{above[1]}")
            if self.is_label(labelled, above[1], above.start()):
                spelling, self.place = labelled, above.end()
        if self.crossed(spelling):
            yield Token("*", "x", match.start(), match.end())
        else:
            yield Token("name", self.text[match.start() : self.place], match.start(), self.place, spelling=spelling)

    def is_label(self, spelling: Spelling, word: str, place: int, upright: bool = False) -> bool:
        r"""Whether what stands above a name is a label of it (d_h^Q, W^{\text{out}}) and no power."""
        known = self.names.known(spelling) is not None
        power = word in self.names.declared and not (upright and len(word) == 1)
        if known and power:
            given = f"{word!r} can be a power, or a label as in {spelling.word}"
            self.fail(place, given, "one of the two", "declare only one of the names")
        return known or (upright and not power)

    def next_name(self, match: re.Match[str]) -> int:
        """Where a second name begins in what looks like one: C_inC_out, c_inc_out where both are declared."""
        run, known = match[0], self.names.declared
        if run in known or "_" not in run or len(run) > 200:
            return 0
        for place in range(1, len(run)):
            if run[:place] in known and run[place:] in known and "_" in run[:place] and "_" in run[place:]:
                return match.start() + place
        capital = re.compile(r"(?<=_[a-z0-9])[A-Z](?![a-z0-9A-Z])|(?<=[a-z0-9][a-z0-9])[A-Z](?![a-z0-9A-Z])").search(
            run, run.index("_")
        )
        return match.start() + capital.start() if capital else 0

    def crossed(self, spelling: Spelling) -> bool:
        """Whether an x is a multiplication sign, as in K x K: between blanks and behind an operand."""
        behind = self.previous is not None and self.previous.kind in ("number", "name", "}", *")]⌉⌋|%")
        known = self.names.declared if self.names.undeclared is Undeclared.REFUSED else {}
        if behind and re.fullmatch("[xX][0-9]+", spelling.word) and not {spelling.word, spelling.word[0]} & known.keys():
            self.place -= len(spelling.word) - 1  # (3 x 3) x18
            return True
        crossed = (
            spelling.word in ("x", "X")
            and behind
            and self._spaced
            and bool(re.compile(r" +[^\s+*/=)-]").match(self.text, self.place))
        )
        if crossed and spelling.word in known:
            given = f"an {spelling.word} between two sizes, the declared one or a multiplication sign"
            self.fail(self.place - 1, given, "one of them", f"write * {spelling.word} *, or ×")
        return crossed and not self.tex_arguments

    def times(self, match: re.Match[str]) -> Iterator[Token]:
        declared = "x" in self.names.declared and self.names.undeclared is Undeclared.REFUSED
        if declared or (self.previous and self.previous.text == "0"):
            self.fail(match.start(), "an x between numbers that may be a size, or hexadecimal", "one reading", "write *")
        yield Token("*", "*", match.start(), match.end())

    def times_sign(self, match: re.Match[str]) -> Iterator[Token]:
        yield Token("*", "*", match.start(), match.end())

    def raised(self, match: re.Match[str]) -> Iterator[Token]:
        """A run of raised characters, ² or ⁻³, as a bracketed power."""
        yield Token("^", "^", match.start(), match.start())
        yield Token("{", "{", match.start(), match.start())
        inside = PlainLexer(self.source, self.names, self.branches)
        inside.text = self.text.translate(_LOWERED)
        yield from inside.tokens(match.start(), match.end())[:-1]
        yield Token("}", "}", match.end(), match.end())

    def vulgar(self, match: re.Match[str]) -> Iterator[Token]:
        over, _, under = unicodedata.normalize("NFKC", match[0]).partition("⁄")
        yield Token("number", match[0], match.start(), match.end(), numeral=Numeral(Rational(int(over), int(under))))

    def sum_sign(self, match: re.Match[str]) -> Iterator[Token]:
        yield Token("sum", "sum", match.start(), match.end())

    def tight_tilde(self, match: re.Match[str]) -> Iterator[Token]:
        self.fail(
            match.start(),
            "a ~ between two signs, a relation or TeX's blank",
            "one of them",
            "put blanks around it, or leave it out",
        )

    def listed_note(self, match: re.Match[str]) -> Iterator[Token]:
        """A list of names behind a term says what was counted: 4d^2 (Q, K, V, O)."""
        before = self.previous
        called = before is not None and before.spelling is not None and before.spelling.word in {*FUNCTIONS, *self.names.functions}
        if self._spaced and before is not None and before.kind in ("number", "name", ")", "]", "}") and not called:
            yield from self.wide_blank(match)
        else:
            self.place = match.start() + 1
            yield Token("(", "(", match.start(), self.place)

    signs: ClassVar[tuple[Rule, ...]] = (
        (re.compile(r"[∑Σ](?=\s*[_^])|sum(?=_\{)"), sum_sign),
        (
            re.compile(
                rf"(?:#\s*)?(?P<letters>{_LETTER}+)(?P<label>(?:[0-9_{_LOW}]|_\{{[A-Za-z0-9_]+(?:[+-][0-9]+)?\}}|{_LETTER})*)"
                "(?P<primes>['′]*)"
            ),
            word,
        ),
        (re.compile(rf"[{_HIGH}]+"), raised),
        (re.compile(rf"[{''.join(sorted(VULGAR))}]"), vulgar),
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        (BLANK, Lexer.blank),
        (re.compile(r"\n"), Lexer.line_break),
        (NumeralLexer.WORDED, NumeralLexer.worded_relation),
        (number_pattern(_WHOLE), NumeralLexer.number),
        (re.compile(r"(?<=[0-9])[xX](?=[0-9])"), times),
        *signs,
        (re.compile(r"\((?:\s*[A-Za-z]\w*\s*,){1,20}\s*[A-Za-z]\w*\s*\)(?=\s*(?:$|[+=≈−–-]))"), listed_note),
        (re.compile(r"(?<=[\w)\]}])~(?=[\w(\[{])"), tight_tilde),
        (re.compile(r"\*\*"), Lexer.double_star),
        (re.compile(r"//"), Lexer.floor_division),
        (SIGN, Lexer.sign),
    )
