"""Units: what a text says that its number counts, in which multiples, and whether that is what is asked about."""

from __future__ import annotations

import re

from symparams.counting import Caches, Operations, Quantity
from symparams.errors import MatchError, shown

__all__ = ["refuse_other_units", "unscaled", "with_binary_unit", "without_unit"]

_MULTIPLES = {  # the letter before a unit: in words that the reader of numbers knows, by thousands and by 1024s
    "K": ("thousand", "kibi"),
    "M": ("million", "mebi"),
    "B": ("billion", ""),
    "G": ("billion", "gibi"),
    "T": ("trillion", "tebi"),
    "P": ("quadrillion", ""),
    "E": ("quintillion", ""),
    "Z": ("sextillion", ""),
}
_SINGLE = r"(?:FLOPs?|FLOs|operations|ops)"
_DOUBLE = r"(?:MACs?|M-?Adds?|mult(?:iply)?[-‐-–\s]?(?:adds?|accumulates?))"
_EACH = r"(?:(?:per|a|each)\s+|/\s*)(?:token|position)s?"
_WHOLE = r"(?:(?:per|a|each)\s+|/\s*)(?:image|sample|example|sequence|inference|forward(?:\s+pass)?)"


def _standing(unit: str) -> re.Pattern[str]:
    """A unit as a word of its own, with any letter of a multiple before it."""
    return re.compile(rf"(?<![A-Za-z])(?:{unit})(?![A-Za-z])", re.IGNORECASE)


_OF_BYTES = _standing("[KMGT]i?B|bytes?")
_OF_OPERATIONS = _standing(rf"[KMBGTPEZ]?(?:{_SINGLE}|{_DOUBLE})")
_OF_SINGLE = _standing(rf"[KMBGTPEZ]?{_SINGLE}")
_OF_DOUBLE = _standing(rf"[KMBGT]?{_DOUBLE}")
_OF_EACH = re.compile(rf"(?<![A-Za-z]){_EACH}(?![A-Za-z])", re.IGNORECASE)
_SCALED = re.compile(  # a number in thousands or millions: 4.09 GFLOPs, 569 million mult-adds, 2.15 GB, 1 GiB
    r"(?P<number>\d(?:\s*~?\s*(?:thousand|million|billion|trillion|[KMGTB](?=[\s~])))?)[\s~]*"
    r"(?P<multiple>kilo|mega|giga|tera|peta|exa|[KMBGTPEZ])?[\s-]*?(?P<binary>i?)"
    rf"(?:{_SINGLE}|{_DOUBLE}|(?-i:(?<=[KMGTkmgti])B|(?<=[kmgti])b)|bytes?)(?:\s*(?:{_EACH}|{_WHOLE}))?[\s.]*$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:\\(?:text|mathrm)\{\s*|(?<=[\s$]))(?:(?:parameters|params|weights|flops?|operations|macs|multiply-adds|bytes)"
    r"(?:\s*(?:per|a|/)\s*(?:token|position))?|(?:per|a)\s+(?:token|position))\s*\}?[\s.]*$",
    re.IGNORECASE,
)
_OPERAND = re.compile(r"[\w)\]}$!²³⁰-⁹]\s*$")  # what a unit may follow: no sign that waits for a factor
_KIND = re.compile(r"[\w)\]}]\s+[A-Za-z]{4,}\s*$")  # nor a word of its own: 128 trainable parameters


def without_unit(claim: str) -> str:
    r"""The claim without the words for what it counts: 1.75 × 10¹¹ parameters, 24Nd² FLOPs per token.

    >>> print(without_unit(r"1.75 \times 10^{11} \text{ parameters}"), without_unit("4 * parameters"), sep="; ")
    1.75 \times 10^{11} ; 4 * parameters
    >>> print(without_unit("24*N*d^2 FLOPs per token"), without_unit("2·L·b·s·h·2 bytes"), sep="; ")
    24*N*d^2 ; 2·L·b·s·h·2
    """
    unit = _UNIT.search(claim)
    before = claim[: unit.start()] if unit else ""
    return before if _OPERAND.search(before) and not _KIND.search(before) else claim


def unscaled(claim: str) -> str:
    """A number of operations or bytes as a number alone; a GB is 10⁹ bytes, a GiB 2³⁰.

    >>> print(unscaled("4.09 GFLOPs"), unscaled("569 million mult-adds"), unscaled("2*N FLOPs"), sep="; ")
    4.09 billion; 569 million; 2*N FLOPs
    >>> print(unscaled("2.15 GB"), unscaled("1 GiB"), sep="; ")
    2.15 billion; 1 gibi
    """
    found = _SCALED.search(claim)
    if found is None:
        return claim
    words = _MULTIPLES.get((found["multiple"] or "")[:1].upper(), ("", ""))[bool(found["binary"])]
    return f"{claim[: found.start()]}{found['number']} {words}".rstrip()


def with_binary_unit(claim: str) -> str:
    """A claim in GB as one in GiB; "" where it has no such unit.

    >>> with_binary_unit("1.00 GB"), with_binary_unit("4.09 GFLOPs")
    ('1.00 GiB', '')
    """
    found = _SCALED.search(claim)
    if found is None or len(found["multiple"] or "") != 1 or found["binary"] or claim[found.end("binary")] not in "Bb":
        return ""
    return f"{claim[: found.end('multiple')]}i{claim[found.end('binary') :]}"


def refuse_other_units(claim: object, of: Quantity) -> None:
    """Refuse a claim that states another unit than the quantity has."""
    if not isinstance(claim, str):
        return
    rule, move = of.rule, "pass of=operations(…) for FLOPs, of=caches(…, bytes=2) for bytes"
    others: dict[re.Pattern[str], str] = {}
    if isinstance(rule, Operations):
        others = {_OF_BYTES: move}
        single = {_OF_SINGLE: "pass of=operations(…), two for each multiply-add, or leave the unit out"}
        others |= single if rule.multiply_adds else {_OF_DOUBLE: "pass of=operations(…, multiply_adds=True)"}
        others |= {} if rule.per_token else {_OF_EACH: "pass of=operations(…, per_token=True)"}
    elif isinstance(rule, Caches):
        others = {_OF_OPERATIONS: move}
        others |= {} if rule.data.positions == 1 else {_OF_EACH: "pass of=caches(…) without seq: of one position"}
    for unit, move in others.items():
        if found := unit.search(claim):
            given = f"{shown(claim)}, which speaks of {found[0].strip()}, against {of.words}"
            raise MatchError(given, f"a claim about {of.words}", move)
