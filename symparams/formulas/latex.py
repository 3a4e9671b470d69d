r"""Formulas as papers write them: N(12d^2+13d)+Vd, d_{\text{model}}, \frac{1}{2} n (n+1), \sum_{l=1}^{L} 12 h^2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symparams.formulas.naming import GREEK_LETTERS, Spelling
from symparams.formulas.plain import PlainLexer
from symparams.formulas.tokens import BLANK, MAGNITUDES, MOST_DEPTH, SIGN, Lexer, Token, number_pattern

__all__ = ["LatexLexer"]

_ENDED = r"(?![A-Za-z])"
_UPRIGHT = "text|textrm|textit|texttt|textsf|textnormal|mathrm|mathit|mathtt|mathsf|mathnormal|mbox|operatorname"
_STYLED = "textbf|mathbf|boldsymbol|bm|mathcal|mathbb|mathfrak|mathscr"
_ACCENTS = "hat|bar|tilde|widehat|widetilde|overline|vec"
_SWITCH = "rm|it|tt|sf|bf|cal"  # {\rm model}
_FONT = re.compile(rf"\\(?P<font>{_UPRIGHT}|{_STYLED}|{_SWITCH}){_ENDED}\s*")
_LAYOUT = (
    r"left|right|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nolimits|quad|qquad|thinspace|medspace|thickspace|enspace|"
    rf"nonumber|notag|centering|boxed|{_SWITCH}"
)
_ENVIRONMENTS = r"aligned|align|alignat|equation|split|gather|gathered|multline|eqnarray|displaymath|math"
_COMMENT = r"(?:(?<=\n)|(?<![\s\S]))[^\S\n]*%[^\n]*|%[^\S\n]*(?=\n)"  # behind a formula, a % is more likely a percent sign
_GREEK = {
    **{name: name for name in GREEK_LETTERS.values()},
    "varphi": "phi",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "ell": "l",
}
_SIGNS = {
    **dict.fromkeys(("times", "cdot", "ast", "bullet"), "*"),
    **dict.fromkeys(("div", "slash"), "/"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "frac"),
    **dict.fromkeys(("vert", "lvert", "rvert"), "|"),
    "lceil": "⌈",
    "rceil": "⌉",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lbrack": "[",
    "rbrack": "]",
    "lbrace": "\\{",
    "rbrace": "\\}",
    "{": "\\{",
    "}": "\\}",
    "%": "%",
    "sqrt": "root",
    "sum": "sum",
}
_RELATIONS = {
    **dict.fromkeys(("equiv", "triangleq", "coloneqq", "coloneq"), "="),
    **dict.fromkeys(("approx", "simeq", "cong", "approxeq"), "≈"),
    "sim": "∼",
    "propto": "∝",
}
_REFUSED = {
    "prod": ("a product over an index", "sums, products and powers", "write the product out, or as a power"),
    **dict.fromkeys(
        ("ldots", "cdots", "dots", "dotsb", "vdots"),
        ("an ellipsis", "every term", r"write the terms out, or a sum: \sum_{l=1}^{L}"),
    ),
    **dict.fromkeys(
        ("le", "leq", "ge", "geq", "lt", "gt", "ll", "gg", "lesssim", "gtrsim", "ne", "neq"),
        ("an inequality", r"= or \approx or \sim between sizes", "give the formula alone"),
    ),
    **dict.fromkeys(
        ("to", "rightarrow", "Rightarrow", "implies", "longrightarrow", "mapsto"),
        ("an arrow", r"= or \approx or \sim between sizes", "give one formula at a time"),
    ),
}
_WHOLE = r"(?P<digits>[1-9][0-9]{0,2}(?:(?:,|\{,\}|\\,|,\\!)[0-9]{3})+(?![0-9])|[0-9]+)"
_SUFFIX = "".join(MAGNITUDES)
_FACTOR = re.compile(r"\s*(?:\\times|\\cdot|×|·|\*|/|[0-9A-Za-z]+\s*(?:\\times|×))")
_ABOVE = re.compile(rf"(?:\\(?:{_UPRIGHT}|{_STYLED}|{_SWITCH})\s*)?\{{?\s*[A-Za-z][A-Za-z0-9_\\-]*\s*\}}?")
_PRIMES = re.compile(r"\{?\s*(?:\\prime\s*)+\}?")


class LatexLexer(PlainLexer):
    """LaTeX, with the Unicode signs that people mix into it."""

    tex_arguments = True
    braces = 0
    suffix = re.compile(
        rf"(?:\s|~|\\[,;: ])?(?:\\(?:text|mathrm|textrm|mbox|operatorname)\{{\s*([{_SUFFIX}])\s*\}}|"
        rf"([{_SUFFIX}])(?![A-Za-z0-9_^({{\\']))"
    )

    def command(self, match: re.Match[str]) -> Iterator[Token]:
        name, start, end = match["command"], match.start(), match.end()
        if name in _REFUSED:
            self.fail(start, *_REFUSED[name])
        elif name in _RELATIONS:
            yield Token("relation", _RELATIONS[name], start, end)
        elif name in ("max", "min"):
            yield Token("name", name, start, end, spelling=Spelling((name,), whole=True))
        elif name in _SIGNS:
            yield Token(_SIGNS[name], _SIGNS[name], start, end)
        else:
            self.fail(start, f"the command \\{name}", "the commands of formulas", "rewrite the formula without it")

    def order(self, match: re.Match[str]) -> Iterator[Token]:
        yield Token("order", "O", match.start(), match.end())

    def bare_percent(self, match: re.Match[str]) -> Iterator[Token]:
        given, move = "a bare %, which starts a comment in LaTeX", r"write \%, or leave the comment out"
        self.fail(match.start(), given, r"\% for per cent", move)

    def braced(self, match: re.Match[str]) -> Iterator[Token]:
        """What a brace spans, without the note beside the brace."""
        opening, end = match.end() - 1, self.group_end(match.end() - 1)
        self.braces += 1
        if self.braces > MOST_DEPTH:
            self.fail(match.start(), "too many braces", f"at most {MOST_DEPTH}", "leave the braces out")
        yield Token("{", "{", opening, opening + 1)
        yield from self.scan(opening + 1, end - 1)
        yield Token("}", "}", end - 1, end)
        self.place = end
        if beside := re.compile(r"\s*([_^])\s*").match(self.text, end):
            note, place = self.argument(beside.end())
            if _FACTOR.match(note) or (beside[1] == "_") != (match["side"] == "under"):
                given = f"the note {note!r} at a brace, which may be a factor or a power"
                self.fail(place, given, "a note that is no part of the formula", "write the factor into the formula")

    def name(self, match: re.Match[str]) -> Iterator[Token]:
        """A run of letters, a Greek letter or a word in some font, with its labels below and above and its primes."""
        if match["letters"]:
            word = match["letters"].replace("\\_", "_")
            yield from self.labelled(match.start(), tuple(word) if word.isalpha() else (word,), "_" in word)
        elif match["greek"]:
            letter = "ell" if match["greek"] == "ell" and "ell" in self.names.declared else _GREEK[match["greek"]]
            yield from self.labelled(match.start(), (letter,))
        else:
            written, place = self.argument(match.end())
            colon = written.rstrip().endswith(":")
            if word := self.label(written.rstrip(": ") if colon else written):
                path = "\\" + match["font"] if re.fullmatch(_STYLED, match["font"]) else ""
                accent = f"_{match['font']}" if re.fullmatch(_ACCENTS, match["font"]) else ""
                yield from self.labelled(match.start(), (word,), len(word) > 1, path, accent)
                if colon:
                    yield Token(":", ":", self.place - 1, self.place)
            elif written.strip():
                self.fail(place, f"{written.strip()!r} in the formula", "a name, without words around it", "give the formula alone")
            else:
                self._spaced = True

    def labelled(
        self, start: int, letters: tuple[str, ...], whole: bool = False, path: str = "", label: str = ""
    ) -> Iterator[Token]:
        power = range(0)
        while found := re.compile(r"\s*(?P<mark>'+|_|\^)\s*").match(self.text, self.place):
            if found["mark"][0] == "'":
                label += "_prime" * len(found["mark"])
                self.place = found.end()
                continue
            written, place = self.argument(found.end(), Spelling(letters, label) if found["mark"] == "_" else None)
            word = self.label(written)
            if found["mark"] == "_":
                if word is None and written:
                    self.fail(place, f"the subscript {written!r}", "a label", "give the size a name of its own: d_{model}")
                label += f"_{word or ''}"  # sympy writes lambda_ as \lambda_{}
            elif _PRIMES.fullmatch(written):
                label += "_prime" * written.count("prime")
            elif (
                word
                and _ABOVE.fullmatch(written)
                and self.is_label(Spelling(letters, f"{label}_{word}", whole), word, place, "\\" in written)
            ):
                label += f"_{word}"
            elif not power and re.match(r"\s*_", self.text[self.place : self.place + 20]):  # d^2_{model} is d_{model}^2
                power = range(found.start(), self.place)
            else:
                self.place = found.start()
                break
        end = self.place
        yield Token("name", self.text[start:end], start, end, spelling=Spelling(letters, label, whole, path))
        yield from self.scan(power.start, power.stop)
        self.place = end

    def argument(self, place: int, below: Spelling | None = None) -> tuple[str, int]:
        """The text and the place of TeX's next argument, a group or one sign; the lexer goes behind it."""
        if self.text.startswith("{", place):
            self.place = self.group_end(place)
            return self.text[place + 1 : self.place - 1], place + 1
        start = place
        while font := _FONT.match(self.text, place):
            place = font.end()
        if start != place and self.text.startswith("{", place):
            self.place = self.group_end(place)
        elif command := re.compile(r"\\[A-Za-z]+").match(self.text, place):
            self.place = command.end()
        else:
            self.place = min(place + 1, len(self.text))
            run = re.compile(r"[A-Za-z][A-Za-z0-9_]+").match(self.text, place)
            if run and below and self.known_below(below, run[0]):
                if self.known_below(below, run[0][0]):
                    move = f"write _{{{run[0]}}} or _{{{run[0][0]}}}"
                    self.fail(place, f"{run[0]!r} below a name without braces", "one reading", move)
                self.place = run.end()  # n_layer, where TeX would lower the l alone
        return self.text[start : self.place], start

    def known_below(self, spelling: Spelling, label: str) -> bool:
        return self.names.factors(Spelling(spelling.letters, f"{spelling.label}_{label}")) is not None

    def group_end(self, place: int) -> int:
        """The place behind the group whose brace opens at `place`."""
        depth = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, place):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0:
                return found.end()
        return self.fail(place, "a brace that is never closed", "}", "close the brace")

    def label(self, written: str) -> str | None:
        r"""The words of a label, model of {\text{model}}, joined by underscores; None where it is no label."""
        words, fonts = _FONT.subn(" ", written)
        words = re.sub(r"\\_", "_", re.sub(r"\\[,;:! ]|\\#|~|[{}]", " ", words))
        if re.fullmatch(r"[A-Za-z]\w*", words.strip(), re.ASCII):
            return words.strip()
        words = re.sub(rf"\\({'|'.join(_GREEK)}){_ENDED}", lambda greek: f" {_GREEK[greek[1]]} ", words)
        letter = "[A-Za-z]" if fonts else "[A-Za-z]{2}"  # non-emb is a label, l-1 a difference
        words = re.sub(rf"(?<={letter})-(?={letter})", "_", words)
        parts = [part for part in re.split(r"[\s,_]+", words) if part]
        return "_".join(parts) if parts and all(re.fullmatch("[A-Za-z0-9]+", part) for part in parts) else None

    rules = (
        (BLANK, Lexer.blank),
        (re.compile(rf"{_COMMENT}|\n(?!\s*\n)|~|\\[,;:!> \n]|&|\\(?:{_LAYOUT}){_ENDED}"), Lexer.blank),
        (re.compile(rf"\\(?:begin|end)\{{(?:{_ENVIRONMENTS})\*?\}}(?:\{{[0-9]\}})?"), Lexer.blank),
        (re.compile(r"\\(?:tag|label)\*?\{[^{}]*\}"), Lexer.blank),
        (re.compile(r"\\\\\*?(?:\[-?[0-9.]+(?:pt|em|ex|mm|cm)\])?|\n"), Lexer.line_break),
        (number_pattern(_WHOLE), Lexer.number),
        (re.compile(r"\\(?:mathcal|mathrm|operatorname)\s*(?:\{\s*O\s*\}|O)(?=\s*(?:\\left|\\[bB]igg?l?|\\!)?\s*[(\[])"), order),
        (re.compile(r"\\(?P<side>under|over)brace\s*(?=\{)."), braced),
        (
            re.compile(
                rf"(?:\\\#(?:\s|\\,)*)?(?:(?P<letters>[A-Za-z]+(?:\\_[A-Za-z0-9]+)*)|\\(?P<greek>{'|'.join(_GREEK)}){_ENDED}|"
                rf"\\(?P<font>{_UPRIGHT}|{_STYLED}|{_ACCENTS}){_ENDED}\s*)"
            ),
            name,
        ),
        (re.compile(r"\\(?P<command>[A-Za-z]+|[{}%])"), command),
        (re.compile("%"), bare_percent),
        *PlainLexer.rules[4:8],
        (SIGN, Lexer.sign),
    )
