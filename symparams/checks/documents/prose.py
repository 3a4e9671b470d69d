r"""What the words around a formula or a number make of it.

    GPT-2 has 124M parameters, $d$ weights in each norm, $8$ heads, and saw 10B tokens.
              ^^^^              ^

A number is a claim where parameters are spoken of, behind it or before it, or where it is large and no other unit follows; a name
only where "parameters" stands behind it. Of a ratio every number is one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symparams.checks.documents.candidates import MOST_SIZE_DIGITS, SUFFIX, Candidate, Context, Says, classify, is_number

__all__ = ["bold_formulas", "in_context", "numbers_in"]

AROUND = 60  # signs of prose that are looked at before a number
_MAGNITUDE_BEHIND = re.compile(rf"(?:[ ~]|\\,|\\ )?(?P<suffix>{SUFFIX})(?![A-Za-z0-9])")
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
_OTHERS = (
    "tokens? images? examples? samples? words? pages? documents? sentences? pairs? videos? characters? rows? columns? users? "
    "downloads? dollars? GPUs? hours? days? years? steps? iterations? updates? epochs? [GTPM]?FLOPs? flops? operations? bytes? "
    "bits? [KMGT]i?B layers? heads? dimension\\w* dim classes labels? matri\\w+ kernels? patch\\w* channels? neurons? units? "
    "blocks?"
)
_OTHER_UNIT = re.compile(rf"[\s~-]*(?:[a-z-]+\s+){{0,2}}(?:{_OTHERS.replace(' ', '|')})\b")
_ABOUT = r"\b(?:about|around|roughly|approximately|approx\.?|some|circa|ca\.|nearly|almost)"
_SIGN_BEFORE = (
    (re.compile(rf"(?:{_ABOUT}|[~≈∼]|\\approx|\\sim|\\textasciitilde(?:\{{\}})?)\s*[*_]*$", re.I), "≈ "),
    (re.compile(r"(?:\b(?:over|more than|above|exceeding)|>)\s*[*_]*$", re.I), "> "),
    (re.compile(r"(?:\b(?:under|less than|fewer than|below)|<)\s*[*_]*$", re.I), "< "),
    (re.compile(r"\b(?:at least|no fewer than)\s*[*_]*$", re.I), "≥ "),
    (re.compile(r"\b(?:at most|up to|no more than)\s*[*_]*$", re.I), "≤ "),
)
_NUMBER = re.compile(
    r"(?<![\w.,$\\/#^_'-])(?P<number>\d{1,3}(?:(?:,|\{,\}|\\,|'|\u00a0|\u202f|\u2009)\d{3})+|\d{1,3}(?: \d{3}){2,}|\d+(?:\.\d+)?)"
    rf"(?:(?:[ ~\u00a0]|\\,|\\ |&nbsp;)?\n?(?P<suffix>{SUFFIX})(?![A-Za-z0-9]))?(?P<percent>\s*\\?%)?"
    r"(?![\w^(]|\.\d|,\d|\s*(?:[×·+/=^]|\*(?!\*)))"  # a number within a formula is none of its own
)
_LARGE_POWER = re.compile(r"10\s*\^\s*\{?\s*(?:[6-9]|1\d)|10(?:[⁶-⁹]|¹[⁰-⁹])|\d[eE]\+?(?:[6-9]|1\d)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<text>[^\n*]{1,200}?)(?<=\S)\1")
_FORMULA_SIGN = re.compile(r"[+*×·^²³=≈/(]")


def in_context(candidate: Candidate, text: str, context: Context) -> Candidate:
    """A formula with what the prose around it makes of it: "$124$M parameters", "$d$ weights", "$8$ heads"."""
    says, written, claim, end = candidate.says, candidate.written, candidate.claim, candidate.end
    number = says is Says.NUMBER or (says in (Says.SIZE, Says.CLAIM) and is_number(re.split(r"[=≈]|\\approx|\\sim", claim)[-1]))
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
            large = _LARGE_POWER.search(claim) or (len(re.sub(r"\D", "", claim)) > MOST_SIZE_DIGITS and "^" not in claim)
            says = Says.CLAIM if large or context.ratio else Says.OTHER
    return replace(candidate, written=written, claim=claim, says=says, end=end)


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
