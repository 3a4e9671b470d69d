r"""What a formula or a number in a sentence says: a claim about a model's size, or only a size, a name or something else.

    GPT-2 has 124M parameters, $d=768$ and 12 layers, and was trained on 10B tokens.
              ^^^^ a claim     ^^^^^^^ a size                            ^^^ something else

Signs decide, not meanings: a name set equal to a number below a million is a size, so is one of the model's own names set equal
to anything. What a name or a number alone says depends on the words around it, see `prose`. When in doubt a text is a claim: a
further candidate leads to a question, not to a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from symparams.checks.documents.annotation import Annotation
from symparams.tree import Layer

__all__ = ["MOST_SIZE_DIGITS", "SUFFIX", "Candidate", "Context", "Says", "classify", "is_number"]

MOST_SIZE_DIGITS = 6
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_FONT = r"\\(?:text\w*|math\w+|operatorname|mbox|bm|boldsymbol|hat|bar|tilde)"
_LATEX_NAME = rf"(?:{_FONT}\s*{_GROUP}|\\[A-Za-z]+|[A-Za-z])'*(?:\s*_\s*(?:{_GROUP}|\\[A-Za-z]+|[A-Za-z0-9]))?"
_CODE_NAME = r"[^\W\d][\w.]*(?:[-/][A-Za-z][\w.]*)*"
_LAYOUT = re.compile(
    r"\\(?:left|right|displaystyle|textstyle|quad|qquad|nonumber|notag|[bB]igg?[lr]?)(?![A-Za-z])"
    r"|\\[,;:! ]|~|&|\\(?:label|tag)\{[^}]*\}"
)
_LATEX_RELATION = re.compile(
    r":?=|[<>≈∼≃≤≥∝]|\\(?:approx|sim|simeq|cong|equiv|propto|coloneqq|triangleq|leq?|geq?|lt|gt|leqslant|geqslant|lesssim|gtrsim)"
    r"(?![A-Za-z])"
)
_CODE_RELATION = re.compile(r"==?|:=|[≈∼~≤≥∝]|<=?|>=?|:(?=\s*\d)")
_NO_CLAIM = re.compile(
    r"\\(?:in|to|rightarrow|mapsto|ll|gg|forall|mathbb|mathbf\{R|infty|subset|neq?)(?![A-Za-z])|[∈→∞]|,\s*\\(?:l|c)?dots|\\colon"
)
_COMMA = re.compile(r",(?!\d{3}(?!\d))|;|\\(?:text|mbox)\s*\{\s*(?:,?\s*(?:and|with|where|for|at)\s*)\}")
_ARITHMETIC = re.compile(r"(?<=\d)[eE][+-]?\d+|\\(?:times|cdot|[dt]?frac|ast|div|left|right|approx|sim|num)(?![A-Za-z])")
_COUNT_NAME = re.compile(r"param|total|weight|count|^#|^(?:p|n_p|theta|size|w)$", re.IGNORECASE)
SUFFIX = r"(?:[KMBT]|[kmb]|mn|bn|[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion)"
_MAGNITUDE = re.compile(rf"[\d.,{{}}\s]+(?:\\(?:text|mathrm|textrm)\{{\s*{SUFFIX}\s*\}}|{SUFFIX})\s*")


class Says(Enum):
    """What a formula states, as far as its signs tell."""

    CLAIM = "claim"
    NUMBER = "number"  # a claim, or not: what stands around it decides
    NAME = "name"  # a symbol, or a size in terms of others
    SIZE = "size"
    OTHER = "other"


@dataclass(frozen=True)
class Context:
    """What is known of the model that an annotation names."""

    names: frozenset[str] = frozenset()  # of its sizes
    ratio: bool = False

    @classmethod
    def of(cls, annotation: Annotation) -> Context:
        """The context of an annotation."""
        model = annotation.model
        symbols = model.params.free_symbols if isinstance(model, Layer) else model.free_symbols
        return cls(frozenset({symbol.name for symbol in symbols} | set(annotation.where)), not isinstance(model, Layer))


@dataclass(frozen=True)
class Candidate:
    """A formula or a number that an annotation may mean: as written, as it is judged, and where it stands in its text."""

    written: str
    claim: str
    syntax: str | None
    says: Says
    start: int
    end: int


def classify(text: str, syntax: str | None, context: Context) -> Says:
    r"""What a formula states, its macros written out.

    >>> from symparams.checks.documents.candidates import Context, classify
    >>> [
    ...     classify(text, "latex", Context(frozenset({"N", "d"}))).value
    ...     for text in ("12Nd^2", "d = 768", r"d_{\text{ff}}", "P=124M", "12")
    ... ]
    ['claim', 'size', 'name', 'claim', 'number']
    """
    latex = syntax == "latex"
    text = _LAYOUT.sub(" ", text).strip(" \n\t.,;$`") if latex else text.strip(" \n\t.;`")
    if not re.search(r"\w", re.sub(r"\\[A-Za-z]+", "", text)) and not re.search(rf"{_LATEX_NAME}", text):
        return Says.OTHER
    if _NO_CLAIM.search(text) or (not latex and _is_code(text)):
        return Says.OTHER
    parts = [part for part in _outside_brackets(text) if part.strip()]
    said = {_says(part, latex, context) for part in parts}
    if len(said) == 1:
        return said.pop()
    return Says.SIZE if said <= {Says.SIZE, Says.NAME} and Says.SIZE in said else Says.CLAIM if said else Says.OTHER


def _outside_brackets(text: str) -> list[str]:
    """The text cut at the commas outside of brackets."""
    parts, start = [], 0
    for found in _COMMA.finditer(text):
        before = text[: found.start()]
        if all(before.count(a) <= before.count(b) for a, b in ("()", "[]", "{}")):
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def _says(text: str, latex: bool, context: Context) -> Says:
    sides = [side.strip() for side in (_LATEX_RELATION if latex else _CODE_RELATION).split(text)]
    head, others = sides[0], [side for side in sides[1:] if side]
    is_name = re.fullmatch(_LATEX_NAME if latex else _CODE_NAME, head) is not None
    if not others or not head:
        alone = head or (others[0] if others else "")
        if is_number(alone):
            return Says.NUMBER
        if re.fullmatch(r"\(.*,.*\)", alone):  # a shape
            return Says.OTHER
        return Says.NAME if is_name and not others else Says.CLAIM
    if not is_name:
        return Says.CLAIM
    name = re.sub(rf"{_FONT}(?![A-Za-z])|[\\{{}}\s]", "", head).rsplit(".")[-1]
    last = others[-1]
    if any(_MAGNITUDE.fullmatch(side) for side in others):
        return Says.CLAIM
    if all(is_number(side) for side in others):
        small = len(re.sub(r"\D", "", re.split(r"\.(?=\d)", last)[0])) <= MOST_SIZE_DIGITS
        return Says.SIZE if small and (name in context.names or not _COUNT_NAME.search(name)) else Says.CLAIM
    if name in context.names and not any(re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", side) for side in others):
        return Says.SIZE
    return Says.NAME if name[:1].islower() and not _COUNT_NAME.search(name) and name not in ("n", "m") else Says.CLAIM


def is_number(text: str) -> bool:
    """Whether a text is a number, or arithmetic with numbers."""
    return bool(re.search(r"\d", text)) and not re.search(r"[^\W\d_]", _ARITHMETIC.sub("", text))


def _is_code(text: str) -> bool:
    """Whether code is something else than a formula: a command, a call, a file."""
    return bool(
        re.search(r"""["'@]|(?:^|\s)--?[A-Za-z]|[^\W\d]{2,} +[^\W\d]{2,}|://""", text)
        or re.fullmatch(r"[^\W\d][\w.]*\(.*\)", text, re.DOTALL)
        or re.fullmatch(r"[^\W\d]\w*-[\w.-]*\d[\w.-]*|[\w.-]+/[\w./-]+[.-][\w./-]+", text)
    )
