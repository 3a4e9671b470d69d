"""What is more likely a sentence than a formula, where names that nobody declared are taken as names.

- a word beside another factor without an operator: embedding layer, attention (see below); 4 bs and 12lh^2 are products;
- a number and a word, and nothing else: 12 heads;
- a word alone;
- a word joined to another word or to a number by a sign without blanks: GPT-2, feed-forward, and/or.
"""

from __future__ import annotations

from symparams.formulas.naming import Names
from symparams.formulas.tokens import Token

__all__ = ["sentence_like"]

_ENDS_FACTOR = frozenset(("number", "name", ")", "]", "⌉", "⌋", "%"))
_BEGINS_FACTOR = frozenset(("number", "name", "(", "[", "⌈", "⌊", "frac", "root", "sum"))
_BOUNDS = frozenset(("end", "relation", ","))
_SHORT = 3  # letters of a name that may stand right beside a number: 4dh
_EDGE = Token("end", "the end", 0, 0)


def sentence_like(tokens: list[Token], names: Names) -> tuple[Token, str] | None:
    """The first token of a text that reads like a word of a sentence, and why; None where there is none."""
    written_out = any(token.kind == "*" for token in tokens)
    around = zip([_EDGE, _EDGE, *tokens], [_EDGE, *tokens], tokens, [*tokens[1:], _EDGE], [*tokens[2:], _EDGE, _EDGE], strict=False)
    for earlier, before, token, after, beyond in around:
        if token.spelling is None or not token.spelling.wordlike:
            continue
        declared = names.known(token.spelling) is not None
        if not declared and (neighbour := _neighbour(before, token, after, names)):
            return token, f"{token.text!r} beside {neighbour.text!r}, which reads like words"
        counted = before.kind == "number" and token.spaced and earlier.kind in _BOUNDS and after.kind in _BOUNDS
        alone = not declared and len(token.spelling.word) > 2 and before is _EDGE and after.kind == "end"
        if counted or alone:
            return token, f"{token.text!r}, which reads like a word"
        tight = after.kind in ("-", "/") and not after.spaced and not beyond.spaced and not written_out
        word = beyond.spelling is not None and beyond.spelling.wordlike and names.known(beyond.spelling) is None
        if tight and not declared and (word or beyond.numeral):
            return token, f"{token.text + after.text + beyond.text!r}, which reads like a word"
    return None


def _neighbour(before: Token, token: Token, after: Token, names: Names) -> Token | None:
    """The factor right beside an undeclared word, unless the word is short and stands so close that it must be a product."""
    assert token.spelling is not None
    letters = len(names.factors(token.spelling) or ())
    if letters == 2 or (before.kind == "number" and after.kind == "^"):
        return None
    close = letters > 1 or len(token.spelling.word) <= _SHORT
    if before.kind in _ENDS_FACTOR and not (close and not token.spaced):
        return before
    if after.kind in _BEGINS_FACTOR and not (close and not after.spaced):
        return after
    return None
