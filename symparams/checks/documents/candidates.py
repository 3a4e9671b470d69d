r"""What a formula or a number in a sentence says: a claim about a model's size, or only a size, a name or something else.

    GPT-2 has 124M parameters, $d=768$ and 12 layers, and was trained on 10B tokens.
              ^^^^ a claim     ^^^^^^^ a size                            ^^^ something else

Signs decide, not meanings: a name set equal to a number below a million is a size, so is one of the model's own names set equal to
anything; a name alone is a claim only where "parameters" stands behind it. A number in prose is one where parameters are spoken of, or
where it is large and no other unit follows. When in doubt a text is a claim: a further candidate leads to a question, not to a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from symparams.checks.documents.annotation import Annotation
from symparams.tree import Layer

__all__ = ["Candidate", "Context", "Says", "bold_formulas", "classify", "in_context", "numbers_in"]

MOST_SIZE_DIGITS, AROUND = 6, 60  # digits of a size, signs of prose that are looked at before a number
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_FONT = r"\\(?:text\w*|math\w+|operatorname|mbox|bm|boldsymbol|hat|bar|tilde)"
_LATEX_NAME = rf"(?:{_FONT}\s*{_GROUP}|\\[A-Za-z]+|[A-Za-z])'*(?:\s*_\s*(?:{_GROUP}|\\[A-Za-z]+|[A-Za-z0-9]))?"
_CODE_NAME = r"[^\W\d][\w.]*(?:[-/][A-Za-z][\w.]*)*"
_LAYOUT = re.compile(
    r"\\(?:left|right|displaystyle|textstyle|quad|qquad|nonumber|notag|[bB]igg?[lr]?)(?![A-Za-z])|\\[,;:! ]|~|&|\\(?:label|tag)\{[^}]*\}"
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
_COUNT_NAME = re.compile(r"param|total|weight|count|^#|^(?:p|n_p|theta|size|w)$", re.IGNORECASE)
_SUFFIX = r"(?:[KMBT]|[kmb]|mn|bn|[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion)"
_MAGNITUDE = re.compile(rf"[\d.,{{}}\s]+(?:\\(?:text|mathrm|textrm)\{{\s*{_SUFFIX}\s*\}}|{_SUFFIX})\s*")
_MAGNITUDE_BEHIND = re.compile(rf"(?:[ ~]|\\,|\\ )?(?P<suffix>{_SUFFIX})(?![A-Za-z0-9])")
_LETTERS = {"t": "T", "m": "M", "b": "B", "k": "K", "mn": "M", "bn": "B", "th": "K", "mi": "M", "bi": "B", "tr": "T"}
_PARAMETERS = re.compile(
    r"[\s~*_`-]*(?:(?:trainable|learnable|learned|model|total|free|frozen|non-?embedding|tunable|network|distinct)\s+){0,2}"
    r"(?:parameters?|params?|weights)\b",
    re.IGNORECASE,
)
_PARAMETERS_BEFORE = re.compile(
    r"(?:\bparam(?:eter)?s|\bweights|参数量?)(?:\s+(?:count|in total|is|are))?\s*(?:\([^()]{1,30}\))?[\s:*_|=&~≈：-]{1,12}$",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(
    r"[\s~-]*(?:[a-z-]+\s+){0,2}(?:tokens?|images?|examples?|samples?|words?|pages?|documents?|sentences?|pairs?|GPUs?|hours?|days?|years?"
    r"|steps?|iterations?|updates?|[GTPM]?FLOPs?|flops?|operations?|bytes?|bits?|[KMGT]i?B\b|users?|downloads?|dollars?|layers?|heads?|dimension\w*"
    r"|dim\b|epochs?|classes|labels?|characters?|videos?|rows?|columns?|matri\w+|kernels?|patch\w*|channels?|neurons?|units?|blocks?)\b"
)
_SIGN_BEFORE = (
    (re.compile(r"(?:\b(?:about|around|roughly|approximately|approx\.?|some|circa|ca\.|nearly|almost|c\.)|[~≈∼]|\\approx|\\sim|\\textasciitilde(?:\{\})?)\s*[*_]*$", re.I), "≈ "),
    (re.compile(r"(?:\b(?:over|more than|above|exceeding)|>)\s*[*_]*$", re.I), "> "),
    (re.compile(r"(?:\b(?:under|less than|fewer than|below)|<)\s*[*_]*$", re.I), "< "),
    (re.compile(r"\b(?:at least|no fewer than)\s*[*_]*$", re.I), "≥ "),
    (re.compile(r"\b(?:at most|up to|no more than)\s*[*_]*$", re.I), "≤ "),
)  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.,$\\/#^_'-])(?P<number>\d{1,3}(?:(?:,|\{,\}|\\,|'|\u00a0|\u202f|\u2009)\d{3})+|\d{1,3}(?: \d{3}){2,}|\d+(?:\.\d+)?)"
    rf"(?:(?:[ ~\u00a0]|\\,|\\ |&nbsp;)?\n?(?P<suffix>{_SUFFIX})(?![A-Za-z0-9]))?(?P<percent>\s*\\?%)?(?![\w^(]|\.\d|,\d|\s*(?:[×·+/=^]|\*(?!\*)))"
)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<text>[^\n*]{1,200}?)(?<=\S)\1")
_FORMULA_SIGN = re.compile(r"[+*×·^²³=≈/(]")


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
        if _is_number(alone):
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
    if all(_is_number(side) for side in others):
        small = len(re.sub(r"\D", "", re.split(r"\.(?=\d)", last)[0])) <= MOST_SIZE_DIGITS
        return Says.SIZE if small and (name in context.names or not _COUNT_NAME.search(name)) else Says.CLAIM
    if name in context.names and not any(re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", side) for side in others):
        return Says.SIZE
    return Says.NAME if name[:1].islower() and not _COUNT_NAME.search(name) and name not in ("n", "m") else Says.CLAIM


def _is_number(text: str) -> bool:
    return bool(re.search(r"\d", text)) and not re.search(r"[^\W\d_]", re.sub(r"\\[A-Za-z]+", "", text)) and "\\theta" not in text


def _is_code(text: str) -> bool:
    """Whether code is something else than a formula: a command, a call, a file."""
    return bool(
        re.search(r"""["'@]|(?:^|\s)--?[A-Za-z]|[^\W\d]{2,} +[^\W\d]{2,}|://""", text)
        or re.fullmatch(r"[^\W\d][\w.]*\(.*\)", text, re.DOTALL)
        or re.fullmatch(r"[^\W\d]\w*-[\w.-]*\d[\w.-]*|[\w.-]+/[\w./-]+[.-][\w./-]+", text)
    )


def in_context(candidate: Candidate, text: str, context: Context) -> Candidate:
    """A formula with what the prose around it makes of it: "$124$M parameters", "$d$ weights", "$8$ heads"."""
    says, written, claim, end = candidate.says, candidate.written, candidate.claim, candidate.end
    number = says is Says.NUMBER or (says in (Says.SIZE, Says.CLAIM) and _is_number(re.split(r"[=≈]|\\approx|\\sim", claim)[-1]))
    if number and (suffix := _MAGNITUDE_BEHIND.match(text, end)):
        end = suffix.end()
        written, claim = written + text[candidate.end : end], claim.rstrip() + _letter(suffix["suffix"])
        says = Says.NUMBER if says is Says.NUMBER else Says.CLAIM
        if _OTHER_UNIT.match(text, end) and not _PARAMETERS.match(text, end):
            says = Says.OTHER
        elif says is Says.NUMBER:
            says = Says.CLAIM
    elif says in (Says.NUMBER, Says.NAME):
        if _PARAMETERS.match(text, end) or (
            says is Says.NUMBER and _PARAMETERS_BEFORE.search(text[max(0, candidate.start - AROUND) : candidate.start])
        ):
            says = Says.CLAIM
        elif _OTHER_UNIT.match(text, end):
            says = Says.OTHER
        elif says is Says.NUMBER:
            large = len(re.sub(r"\D", "", claim)) > MOST_SIZE_DIGITS and "^" not in claim
            says = Says.CLAIM if large or context.ratio else Says.OTHER
    return Candidate(written, claim, candidate.syntax, says, candidate.start, end)


def numbers_in(text: str, context: Context, start: int = 0, stop: int | None = None) -> list[Candidate]:
    """The numbers of a prose text that claim something: "124M parameters", "**535,818**", "Parameters: 1.5 billion".

    >>> [found.claim for found in numbers_in("about 124 million parameters, 12 layers, 10B tokens", Context())]
    ['≈ 124M']
    """
    stop = len(text) if stop is None else stop
    bold = [found.span("text") for found in _BOLD.finditer(text, start, stop)]
    out = []
    for found in _NUMBER.finditer(text, start, stop):
        end, before = found.end(), text[max(start, found.start() - AROUND) : found.start()]
        digits = re.sub(r"[^\d.]", "", found["number"])
        emphasised = (found.start(), end) in bold and (len(digits) > 3 or found["suffix"])
        unit = _PARAMETERS.match(text, end)
        if unit or emphasised or _PARAMETERS_BEFORE.search(before):
            counted = not found["percent"]
        elif _OTHER_UNIT.match(text, end):
            counted = False
        else:
            counted = found["suffix"] is not None and _letter(found["suffix"]) != "K"
            counted = counted or (len(digits) > MOST_SIZE_DIGITS and "." not in digits)
        percent = context.ratio and found["percent"] is not None
        if counted or percent:
            sign = next((sign for pattern, sign in _SIGN_BEFORE if pattern.search(before)), "")
            claim = f"{sign}{digits} %" if percent else f"{sign}{digits}{_letter(found['suffix'])}"
            written = text[found.start() : unit.end() if unit and not percent else end]
            out.append(Candidate(written, claim, None, Says.CLAIM, found.start(), unit.end() if unit and not percent else end))
    return out


def bold_formulas(text: str, context: Context, start: int = 0, stop: int | None = None) -> list[Candidate]:
    """The formulas that Markdown sets in bold without any other sign: "**4 × (I × H + H² + H)**"."""
    out = []
    for found in _BOLD.finditer(text, start, len(text) if stop is None else stop):
        inside = found["text"].strip(" .:")
        if _FORMULA_SIGN.search(inside) and re.search(r"[^\W\d]", inside) and not re.search(r"[^\W\d]{2,},? +[^\W\d]{2,}", inside):
            says = classify(inside, None, context)
            if says is Says.CLAIM and not _NUMBER.search(inside):
                out.append(Candidate(inside, inside, None, says, found.start(), found.end()))
    return out


def _letter(suffix: str | None) -> str:
    if not suffix:
        return ""
    return suffix if suffix in "KMBT" else _LETTERS[suffix.lower() if len(suffix) <= 2 else suffix.lower()[:2]]
