"""Ratios as people state them: 27.2×, 3–4 times, 2.5x, 3-4倍."""

from __future__ import annotations

import re

from sympy import Integer, Rational

from symparams.formulas import Formula, Precision

__all__ = ["read_ratio"]

_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{1,20})?"
_RATIO = re.compile(
    rf"\s*(?P<about>[≈~∼]|\\approx|\\sim|about|roughly)?\s*\$?(?P<low>{_NUMBER})\s*(?:(?:[-–—~～]|--|to)\s*(?P<high>{_NUMBER})\s*)?"
    r"(?:[×xX]|\\times|times|fold|倍)\$?\s*[.。]?\s*"
)


def read_ratio(text: str) -> Formula | None:
    """The claim that a quotient is so many times, or lies between two numbers; None where the text states no ratio.

    >>> read_ratio("27.2×").precision
    (Precision(value=136/5, unit=1/10),)
    >>> read_ratio("3–4 times").precision  # all from 3 to 4
    (Precision(value=7/2, unit=1),)
    """
    match = _RATIO.fullmatch(text)
    if not match:
        return None
    low, high = Rational(match["low"]), Rational(match["high"] or match["low"])
    digits = len(match["low"].partition(".")[2])
    value, unit = (low + high) / 2, high - low if match["high"] else Integer(10) ** -digits
    return Formula(
        source=text,
        syntax="text",
        sides=(value,),
        relations=("≈",) if match["about"] else (),
        label=None,
        names=(),
        forms=(value,),
        remainders=(None,),
        precision=(Precision(value, unit),),
    )
