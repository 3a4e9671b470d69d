"""What is more likely a sentence than a formula, where names that nobody declared are taken as names.

- a word that is no noun: about, the, per; but 5as/h is a product;
- a word beside another factor without an operator: embedding layer, attention (see below); 4 bs and 12lh^2 are products;
- a number and a word, and nothing else: 12 heads;
- a word alone;
- a word joined to another word or to a number by a sign without blanks: GPT-2, feed-forward, and/or.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sympy import Symbol

from symparams.formulas.calls import FUNCTIONS
from symparams.formulas.cursor import CLOSERS
from symparams.formulas.naming import Names
from symparams.formulas.tokens import Token

__all__ = ["sentence_like"]

# Words that are never the name of a size that nobody declared.
_NO_NAMES = """about all also an and any are as at be been but by can do each else every for from has have how if in into is it
    its more most much my no not of on only or our over per same see so some such than that the their them then there these they
    this those to under up us use used uses using via was we were what when where which while who will with without would you
    bytes gb gib kb kib mb mib tb tib flops gflops tflops"""
_NOT_NAMES = frozenset(_NO_NAMES.split())

_ENDS_FACTOR = frozenset(("number", "name", ")", "]", "⌉", "⌋", "%"))
_BEGINS_FACTOR = frozenset(("number", "name", "(", "[", "⌈", "⌊", "frac", "root", "sum"))
_BOUNDS = frozenset(("end", "relation", ","))
_SHORT = 3  # letters of a run that may be a product, or stand right beside a number: 4dh
_EDGE = Token("end", "the end", 0, 0)


def sentence_like(tokens: list[Token], names: Names) -> tuple[Token, str] | None:
    """The first token of a text that reads like a word of a sentence, and why; None where there is none."""
    written_out = any(token.text == "*" for token in tokens)
    raised = {token.text for token, after in pairwise(tokens) if token.kind == "name" and after.kind == "^"}
    around = zip([_EDGE, _EDGE, *tokens], [_EDGE, *tokens], tokens, [*tokens[1:], _EDGE], [*tokens[2:], _EDGE, _EDGE], strict=False)
    for earlier, before, token, after, beyond in around:
        if token.spelling is None:
            continue
        tight = after.kind in ("-", "/") and not after.spaced and not beyond.spaced and beyond.kind in ("name", "number")
        if tight and not written_out and _joined(before, token, beyond, after, names):
            return token, f"{token.text + after.text + beyond.text!r}, which reads like a word"
        called = after.kind in CLOSERS and (token.spelling.word in FUNCTIONS or token.spelling.word in names.functions)
        if called or not token.spelling.wordlike:
            continue
        word, known = token.spelling.word, names.known(token.spelling) or ()
        glued = before.kind == "number" and not token.spaced
        counted = before.kind == "number" and token.spaced and earlier.kind in _BOUNDS and after.kind in _BOUNDS
        alone = len(known) != 1 and len(word) > 2 and before is _EDGE and after.kind == "end"
        if counted or alone or (len(known) != 1 and _is_no_noun(before, token, after) and not glued):
            return token, f"{token.text!r}, which reads like a word"
        if len(known) > _SHORT and len(names.factors(token.spelling) or ()) > 1 and not glued and _one_case(word):
            return token, f"{token.text!r}, which reads like a word"
        beside = (_before(before, token, known, names), _after(token, after, known, names))
        if token.text not in raised and (neighbour := beside[0] or beside[1]):
            return token, f"{token.text!r} beside {neighbour.text!r}, which reads like words"
    return None


def _is_no_noun(before: Token, token: Token, after: Token) -> bool:
    """Whether it is a word such as "the"; one of two letters only where it stands between blanks, for a·s is written as."""
    assert token.spelling is not None
    spaced = (before.kind in _ENDS_FACTOR and token.spaced) or (after.kind in _BEGINS_FACTOR and after.spaced)
    return token.spelling.word.lower() in _NOT_NAMES and (len(token.spelling.word) > 2 or spaced)


def _one_case(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle()


def _joined(before: Token, token: Token, beyond: Token, sign: Token, names: Names) -> bool:
    """GPT-2, feed-forward, k-means, input/output; but 12sbh-3d is a difference."""
    assert token.spelling is not None
    glued = before.kind == "number" and not token.spaced
    second = beyond.spelling is not None and beyond.spelling.wordlike and len(names.known(beyond.spelling) or ()) != 1
    if token.spelling.wordlike and not glued and len(names.known(token.spelling) or ()) not in (1, 2):
        return True
    words = token.spelling.wordlike and beyond.spelling is not None and beyond.spelling.wordlike
    if words and sign.kind == "/" and before is _EDGE:
        return True
    return second and len(beyond.text) > _SHORT


def _close(token: Token, known: Sequence[Symbol], names: Names) -> bool:
    """Whether a run of letters is so short that it must be a product where it stands right beside a factor."""
    assert token.spelling is not None
    return len(names.factors(token.spelling) or ()) > 1 or len(token.spelling.word) <= _SHORT


def _before(before: Token, token: Token, known: Sequence[Symbol], names: Names) -> Token | None:
    """The factor before a word, unless the two are a product."""
    assert token.spelling is not None
    if before.kind == "*" and before.text == "x" and not known:  # 3 x larger
        return before
    if before.kind not in _ENDS_FACTOR or len(names.factors(token.spelling) or ()) == 2:
        return None
    if known and (before.kind != "name" or (len(token.spelling.word) <= _SHORT and not token.spelling.word.islower())):
        return None
    return None if not token.spaced and _close(token, known, names) else before


def _after(token: Token, after: Token, known: Sequence[Symbol], names: Names) -> Token | None:
    """The factor behind a word, unless the two are a product."""
    assert token.spelling is not None
    if after.kind not in _BEGINS_FACTOR or len(names.factors(token.spelling) or ()) == 2:
        return None
    if known and (after.kind != "name" or (len(token.spelling.word) <= _SHORT and not token.spelling.word.islower())):
        return None
    return None if not after.spaced and _close(token, known, names) else after
