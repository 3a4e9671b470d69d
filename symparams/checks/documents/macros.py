r"""Macros of a document: their definitions are collected as they come, and written out in a formula before it is checked.

    \newcommand{\dmodel}{d_{\text{model}}}       \newcommand{\sq}[2][2]{#2^{#1}}       \def\nl{n_{\text{layer}}}
    \DeclareMathOperator{\Params}{Params}        \DeclarePairedDelimiter{\ceil}{\lceil}{\rceil}

`N(12\sq{\dmodel} + 13\dmodel)` is then read as `N(12d_{\text{model}}^{2} + 13d_{\text{model}})`. Nothing is run: a macro is
replaced by its body with its arguments put in, token by token, at most `MOST_TOKENS` tokens and `DEEPEST` bodies deep. Groups are
no scopes, the last definition above a formula counts. A definition that is not understood is passed over; what it defines stays
an unknown command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symparams.checks.documents.tex import spelled, tokens
from symparams.errors import DocumentError, shown

__all__ = ["Macro", "Macros"]

LONGEST_DEFINITION, MOST_MACROS, MOST_TOKENS, DEEPEST = 4_000, 10_000, 20_000, 40
_COMMANDS = ("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand")
_DEFS = ("def", "gdef", "edef", "xdef")
_DOCUMENT_COMMANDS = ("NewDocumentCommand", "RenewDocumentCommand", "ProvideDocumentCommand", "DeclareDocumentCommand")
_DEFINERS = {
    f"\\{name}" for name in (*_COMMANDS, *_DEFS, *_DOCUMENT_COMMANDS, "let", "DeclareMathOperator", "DeclarePairedDelimiter")
}
_DEFINITION = re.compile("|".join(re.escape(name) for name in sorted(_DEFINERS, key=len, reverse=True)))


@dataclass(frozen=True)
class Macro:
    """A macro's body and its number of arguments, of which the first is optional where it has a default."""

    body: tuple[str, ...]
    arguments: int = 0
    default: tuple[str, ...] | None = None
    starred: bool = False  # \ceil*{x} is \ceil{x}
    problem: str = ""  # why it cannot be written out


_BUILT_IN = {
    "\\ensuremath": Macro(("#1",), 1),
    "\\xspace": Macro(()),
    "\\relax": Macro(()),
    "\\protect": Macro(()),
    "\\texorpdfstring": Macro(("#1",), 2),
}


class _UnfinishedError(Exception):
    """The text ends within a definition or before an argument."""


class _MalformedError(Exception):
    """No definition of the kind that its first word announces."""


@dataclass
class Macros:
    r"""The macros defined so far.

    >>> macros = Macros()
    >>> macros.collect(r"\newcommand{\dmodel}{d_{\text{model}}} \newcommand{\sq}[2][2]{#2^{#1}}")
    >>> macros.expand(r"12\sq{\dmodel} + \sq[3]\dmodel V")
    '12d_{\\text{model}}^{2} + d_{\\text{model}}^{3} V'
    """

    defined: dict[str, Macro] = field(default_factory=dict)
    pending: str = ""  # a definition that goes on in the next line

    def collect(self, line: str) -> None:
        """Takes the definitions out of a document's next line."""
        if not self.pending and not _DEFINITION.search(line):
            return
        text = f"{self.pending}{line}\n"
        _, rest = self._split(tokens(text))
        self.pending = rest if len(rest) <= LONGEST_DEFINITION else ""

    def expand(self, text: str) -> str:
        """The text with its macros written out and without the definitions in it.

        Raises `DocumentError` where a macro expands to itself, to too much, or lacks an argument.
        """
        if "\\" not in text:
            return text
        kept = tokens(text)
        if _DEFINITION.search(text):
            kept, _ = self._split(kept)
        elif not any(token in self.defined or token in _BUILT_IN for token in kept):
            return text
        return spelled(self._expanded(kept))

    def _expanded(self, parts: list[str]) -> list[str]:
        reader, out, taken = _Tokens([(part, 0) for part in reversed(parts)]), list[str](), 0
        while reader.stack:
            token, depth = reader.stack.pop()
            macro = self.defined.get(token) or _BUILT_IN.get(token)
            if macro is None:
                out.append(token)
                continue
            if macro.problem or depth >= DEEPEST:
                raise DocumentError(
                    f"the macro {token}{macro.problem or ', which expands to itself, or too deep'}",
                    "macros that end in the commands of formulas",
                    "write the formula without it",
                )
            body = self._filled(token, macro, reader)
            taken += len(body) + 1
            if taken > MOST_TOKENS:
                raise DocumentError(
                    f"the macro {token}, which expands to more than {MOST_TOKENS:,} signs", "a formula", "write it without macros"
                )
            reader.stack.extend((part, depth + 1) for part in reversed(body))
        return out

    def _filled(self, token: str, macro: Macro, reader: _Tokens) -> list[str]:
        """The body of a macro with the arguments that follow it put in."""
        try:
            if macro.starred:
                reader.optional("*")
                reader.bracketed()
            given: list[list[str]] = []
            if macro.default is not None:
                given.append(reader.bracketed() or list(macro.default))
            while len(given) < macro.arguments:
                given.append(reader.argument())
        except _UnfinishedError:
            wanted = f"{macro.arguments} of them, as it was defined"
            raise DocumentError(f"the macro {token} without its arguments", wanted, "write them behind it in braces") from None
        return [part for sign in macro.body for part in (given[int(sign[1]) - 1] if len(sign) == 2 and sign[0] == "#" else [sign])]

    def _split(self, parts: list[str]) -> tuple[list[str], str]:
        """Takes the definitions in; the tokens that belong to none, and an unfinished definition at the end."""
        reader, kept = _Tokens([(part, 0) for part in reversed(parts)]), list[str]()
        while reader.stack:
            before = list(reader.stack[-LONGEST_DEFINITION:]) if reader.stack[-1][0] in _DEFINERS else []
            token = reader.take()
            if not before:
                kept.append(token)
                continue
            try:
                self._define(token, reader)
            except _MalformedError:
                continue
            except _UnfinishedError:
                return kept, "".join(part for part, _ in reversed(before))
        return kept, ""

    def _define(self, definer: str, reader: _Tokens) -> None:
        """One definition, whose first word was read."""
        kind = definer[1:]
        if kind not in _DEFS:
            reader.optional("*")
        name = reader.command()
        if kind == "let":
            reader.optional("=")
            target = reader.argument()
            macro = self.defined.get(target[0], Macro(tuple(target))) if target else Macro(())
        elif kind in _DEFS:
            macro = reader.parameters()
        elif kind == "DeclareMathOperator":
            macro = Macro(("\\operatorname", "{", *reader.argument(), "}"))
        elif kind == "DeclarePairedDelimiter":
            macro = Macro((*reader.argument(), "#1", *reader.argument()), 1, starred=True)
        elif kind in _DOCUMENT_COMMANDS:
            wanted = "".join(reader.argument()).split()
            if any(word != "m" for word in wanted):
                raise _MalformedError
            macro = Macro(tuple(reader.argument()), len(wanted))
        else:
            number = "".join(reader.bracketed() or ["0"]).strip()
            if number not in tuple("0123456789"):
                raise _MalformedError
            default = reader.bracketed() if number != "0" else None
            macro = Macro(tuple(reader.argument()), int(number), None if default is None else tuple(default))
        most = max((int(sign[1]) for sign in macro.body if len(sign) == 2 and sign[0] == "#"), default=0)
        if most > macro.arguments or (kind.lower().startswith("provide") and name in self.defined):
            return
        if len(self.defined) < MOST_MACROS or name in self.defined:
            self.defined[name] = macro


@dataclass
class _Tokens:
    """Tokens that wait to be read, the next one last, each with the depth of the macro body that it came from."""

    stack: list[tuple[str, int]]

    def take(self) -> str:
        if not self.stack:
            raise _UnfinishedError
        return self.stack.pop()[0]

    def next(self) -> str:
        """The next token that is no blank, not yet taken."""
        while self.stack and self.stack[-1][0].isspace():
            self.stack.pop()
        if not self.stack:
            raise _UnfinishedError
        return self.stack[-1][0]

    def optional(self, sign: str) -> None:
        if self.next() == sign:
            self.take()

    def argument(self) -> list[str]:
        """A group without its braces, or one token."""
        if self.next() != "{":
            return [self.take()]
        self.take()
        return self._until("}")

    def bracketed(self) -> list[str] | None:
        """What stands in square brackets, or None where the next token opens none."""
        if not self.stack or self.next() != "[":
            return None
        self.take()
        return self._until("]")

    def _until(self, closing: str) -> list[str]:
        out, depth = list[str](), 0
        while (token := self.take()) != closing or depth:
            depth += (token == "{") - (token == "}")
            out.append(token)
        return out

    def command(self) -> str:
        r"""The name that is defined: \name or {\name}."""
        name = self.argument()
        name = [part for part in name if not part.isspace()]
        if len(name) != 1 or len(name[0]) < 2 or name[0][0] != "\\":
            raise _MalformedError
        return name[0]

    def parameters(self) -> Macro:
        r"""What follows \def\name: #1#2{body}."""
        parameters: list[str] = []
        while (token := self.take()) != "{":
            parameters.append(token)
            if len(parameters) > 50:
                raise _MalformedError
        body = tuple(self._until("}"))
        plain = [sign for sign in parameters if not sign.isspace()]
        if plain == [f"#{number}" for number in range(1, len(plain) + 1)]:
            return Macro(body, len(plain))
        return Macro(body, 9, problem=f", whose arguments end at signs of their own, {shown(''.join(parameters))}")
