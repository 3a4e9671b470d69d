r"""The quantity's own name before a formula: P =, LSTM params =, 参数量：, N(\text{model}) =, |\Theta| =, Params(N, d, V) =."""

from __future__ import annotations

import re

from symparams.formulas.naming import Names, Undeclared
from symparams.formulas.tokens import Token

__all__ = ["label_before_colon", "tokens_of_label"]

_STATEMENTS = frozenset(("if", "for", "while", "class", "else", "with"))  # of code: no label begins so


def label_before_colon(text: str, start: int, stop: int) -> tuple[str, int] | None:
    """A label of words and a colon, and the place behind it: Total (Non-Embedding): 4d²."""
    match = re.compile(r"([^\W\d_][\w \t().&/+-]*):(?![=:])\s*").match(text, start, stop)
    return (match[1].strip(), match.end()) if match and match[1].split()[0] not in _STATEMENTS else None


def tokens_of_label(tokens: list[Token], names: Names) -> int:
    """How many tokens the label before the first relation or colon takes."""
    end = next((place for place, token in enumerate(tokens) if token.kind in ("relation", ":", "end")), 0)
    before = tokens[:end]
    if tokens[end].kind == "end" or not before or before[0].text in _STATEMENTS:
        return 0
    if _is_call(before, names) or _is_model(before, names):
        return end
    words = [token for token in before if token.kind == "name"]
    if not words or any(_is_size(token, names, alone=len(words) == 1) for token in words):
        return 0
    if before[0].kind == "|":
        return end if [token.kind for token in before] == ["|", "name", "|"] else 0
    if before[0].kind != "name" or not {token.kind for token in before} <= {"name", "(", ")", "-", "/"}:
        return 0
    return 0 if len(words) > 1 and any(len(token.text) < 2 and token.text.isascii() for token in words) else end


def _is_size(token: Token, names: Names, alone: bool) -> bool:
    """Whether a name is declared; where undeclared names are read, a word whose letters are declared is still a word."""
    known = names.known(token.spelling) if token.spelling else None
    return known is not None and (alone or len(known) == 1 or names.undeclared is Undeclared.REFUSED)


def _is_call(before: list[Token], names: Names) -> bool:
    """Params(N, d, V) or N(model): what the quantity depends on, or is the size of."""
    head, *inside = before
    if head.kind != "name" or head.spelling is None or head.spelling.word in names.functions or len(inside) < 3:
        return False
    if inside[0].kind != "(" or inside[-1].kind != ")":
        return False
    arguments = inside[1:-1]
    if not {token.kind for token in arguments} <= {"name", ",", "number", "-"} or arguments[0].kind != "name":
        return False
    spellings = [token.spelling for token in (head, *arguments) if token.spelling]
    if any(token.kind == "-" for token in arguments):  # N(llama2-7b), but N(d - 1) is a product
        return names.known(spellings[1]) is None and len(spellings[1].word) > 1
    return (
        names.undeclared is not Undeclared.REFUSED
        or any(token.kind == "," for token in arguments)
        or any(names.known(spelling) is None for spelling in spellings)
    )


def _is_model(before: list[Token], names: Names) -> bool:
    """GPT-2, as the name of what is counted."""
    if [token.kind for token in before] not in (["name", "-", "number"], ["name", "-", "number", "name"]):
        return False
    spelling = before[0].spelling
    return spelling is not None and spelling.wordlike and not _is_size(before[0], names, alone=False) and not before[1].spaced
