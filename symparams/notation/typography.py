"""How symbols and numbers are set in TeX, where an author wants them otherwise than the textbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from symparams.notation.names import tex_name

__all__ = ["TEXTBOOK", "Typography", "alike", "fault_of_name", "fault_of_words", "is_tex", "plain_name", "tex_integer"]


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
        """The TeX of the symbol of that name; one with an exponent in braces, so that it can have another."""
        written = self.names.get(name) or tex_name(name)
        return f"{{{written}}}" if "^" in written else written


TEXTBOOK = Typography()


def plain_name(tex: str) -> str:
    r"""A name in TeX as a terminal shows it.

    >>> plain_name(r"d_{\text{model}}"), plain_name(r"\mathrm{hidden\_size}"), plain_name(r"\dmodel")
    ('d_model', 'hidden_size', '\\dmodel')
    """
    return re.sub(r"[{}]", "", re.sub(r"\\(?:text|mathrm|mathit)(?![A-Za-z])", "", tex)).replace("\\_", "_")


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_OF_WORDS = "text textbf textit textrm textsc textsf texttt"
_ACCENTS = """acute bar boldsymbol breve check ddot dot grave hat mathbb mathbf mathcal mathfrak mathit mathrm mathscr mathsf mathtt
    operatorname overline overrightarrow sqrt tilde underline vec widehat widetilde"""
_SETS_NO_SYMBOL = """begin end left right middle over label tag notag ref cite input include def let newcommand renewcommand par
    hline cr limits displaystyle scriptstyle textstyle \\ ( ) [ ]"""
_SIGNS = "cdot times div pm mp le ge leq geq neq ne approx sim to"


def _commands(names: str) -> frozenset[str]:
    return frozenset(f"\\{name}" for name in names.split())


_WORDED, _OF_NO_NAME = _commands(_OF_WORDS), _commands(_SETS_NO_SYMBOL)
_OPERATIONS = frozenset("+-*/=<>,;:") | _commands(_SIGNS)
_ARGUMENTS = {  # how many groups or tokens follow a command
    **dict.fromkeys(_WORDED | _commands(_ACCENTS), 1),
    **dict.fromkeys(_commands("frac dfrac tfrac binom"), 2),
}


def is_tex(text: str) -> bool:
    r"""Whether a text can stand for a symbol within a formula.

    >>> is_tex(r"d_{\text{model}}"), is_tex(r"\lvert V \rvert"), is_tex("d_{"), is_tex("a & b")
    (True, True, False, False)
    """
    return not fault_of_name(text)


def fault_of_name(text: str) -> str:
    r"""Why a text cannot stand for a symbol within a formula; "" where it can.

    >>> fault_of_name(r"\mathcal{L}'"), fault_of_name("d_{"), fault_of_name("x + y"), fault_of_name(r"\hat")
    ('', 'a brace is not closed', '+ is an operation', '\\hat stands on nothing')
    """
    tokens = [token for token in _TOKEN.findall(text) if not token.isspace() or "\n" in token]
    reader = _Reader(tokens)
    try:
        reader.row(0)
        if reader.place < len(tokens):
            return "a brace is closed that was not opened"
    except _FaultError as fault:
        return str(fault)
    return "" if set(tokens) - {"{", "}"} else "it shows nothing"


def fault_of_words(text: str) -> str:
    r"""Why a text cannot stand as words of TeX, such as a caption; "" where it can. Formulas stand between dollars.

    >>> fault_of_words(r"The $d_k$ of \emph{BERT}, 12\,\%"), fault_of_words("50% of d_model"), fault_of_words("a {")
    ('', '% has another meaning in TeX: write \\%', 'a brace is not closed')
    """
    depth, formula = 0, False
    for token in _TOKEN.findall(_KEYS.sub("", text)):
        formula ^= token == "$"
        depth += (token == "{") - (token == "}")
        if token in ("%", "#", "&") or (token in ("_", "^") and not formula):
            return f"{token} has another meaning in TeX: write \\{token}"
        if depth < 0:
            return "a brace is closed that was not opened"
        if not token.isspace() and not token.isprintable():
            return f"{token!r} is no sign"
    return "a brace is not closed" if depth else "a formula is not closed" if formula else ""


_KEYS = re.compile(r"\\[A-Za-z]*(?:ref|cite)[A-Za-z]*\{[^{}]*\}")  # of bibliographies and labels


class _FaultError(Exception):
    """What is wrong with a name."""


class _Reader:
    """Reads the tokens of a name as TeX would, as far as groups, scripts and what commands are set on."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.place = tokens, 0

    def row(self, depth: int, words: bool = False) -> None:
        """Reads up to a brace that closes, or the end."""
        scripts: str | None = None  # those of the letter before; None where there is no letter
        while self.place < len(self.tokens) and self.tokens[self.place] != "}":
            token = self.tokens[self.place]
            self.place += 1
            if token in "^_" and words:
                raise _FaultError(f"{token} among words: write \\{token}")
            if token in "^_":
                if scripts is None or token in scripts:
                    raise _FaultError(f"{token} stands on nothing" if scripts is None else f"two {token} on one letter")
                scripts += token
                self.argument(token, depth)
                continue
            scripts = ""
            self.after(token, depth, words)

    def after(self, token: str, depth: int, words: bool = False) -> None:
        """Reads what belongs to a token that was read."""
        if token == "{":
            self.row(depth + 1, words)
            if self.place == len(self.tokens):
                raise _FaultError("a brace is not closed")
            self.place += 1
        elif fault := _fault_of(token, depth, words):
            raise _FaultError(fault)
        for _ in range(_ARGUMENTS.get(token, 0)):
            self.argument(token, depth)

    def argument(self, command: str, depth: int) -> None:
        """Reads a group or a token, which a command or a script is set on."""
        if self.place == len(self.tokens) or self.tokens[self.place] in ("}", "^", "_"):
            raise _FaultError(f"{command} stands on nothing")
        self.place += 1
        self.after(self.tokens[self.place - 1], depth, command in _WORDED)


def _fault_of(token: str, depth: int, words: bool) -> str:
    """Why a token can stand in no name."""
    if token in "$&#%":
        return f"{token} has another meaning in TeX: write \\{token}"
    if token == "\\":
        return "a backslash without a command"
    if "\n" in token:
        return "it has two lines"
    if not token.isprintable():
        return f"{token!r} is no sign"
    if token in _OF_NO_NAME:
        return f"{token} sets no symbol"
    return f"{token} is an operation" if depth == 0 and not words and token in _OPERATIONS else ""


def alike(tex: str) -> str:
    r"""What names that look the same have in common: braces around one sign and spaces show nothing.

    >>> alike("d_{k}") == alike("d_k"), alike("{V}") == alike("V"), alike("d_{kv}") == alike("d_k v")
    (True, True, False)
    """
    before = ""
    while before != tex:
        before, tex = tex, _SINGLE.sub(r" \1 ", tex)
    return " ".join(token for token in _TOKEN.findall(tex) if not token.isspace())


_SINGLE = re.compile(r"\{\s*(\\[A-Za-z]+|\\.|[^\\{}\s])\s*\}")
