"""How many keys a query sees: of a sequence, a cache, a memory, a window; all of them, or those that a causal mask leaves."""

from __future__ import annotations

from sympy import Expr, Min

from symparams.tree import Data

__all__ = ["cached_length", "pairs_seen"]


def pairs_seen(data: Data, window: Expr | None = None, further: int = 0) -> Expr:
    """Pairs of a query and a key in one sample:  s(p + s); causal  sp + s(s + 1)/2; in a memory  sm.

    where: data: s positions after p in the cache; window (w): how many keys a query sees, its own included; further: keys that are
    learned. Causal in a window, from an empty cache: r(r + 1)/2 + (s - r)w with r = min(w, s).

    >>> from sympy import Integer
    >>> from symparams import symbols
    >>> b, s, p, w = symbols("b s p w")
    >>> pairs_seen(Data(b, (s,), causal=True)), pairs_seen(Data(b, (Integer(1),), past=p))
    (s*(s + 1)/2, p + 1)
    >>> pairs_seen(Data(b, (Integer(10),), causal=True), Integer(4))
    34
    """
    queries, past = data.length, data.past
    if data.crossing:
        return queries * (data.recalled.length + further)
    if not data.causal:
        return queries * ((past + queries if window is None else Min(window - 1, past) + queries) + further)
    if window is None:
        return queries * (past + further) + queries * (queries + 1) / 2
    if past == 0:
        ramp = Min(window, queries)
        return ramp * (ramp + 1) / 2 + (queries - ramp) * window + queries * further
    # query i of 1 … s sees min(w, p + i) keys: those below the window grow by one each
    ramp = Min(queries, window - Min(window, past))
    return ramp * past + ramp * (ramp + 1) / 2 + (queries - ramp) * window + queries * further


def cached_length(data: Data, window: Expr | None = None) -> Expr:
    """How many positions of a sample are kept for the next step: all, or one less than a window holds, or those of the memory."""
    if data.crossing:
        return data.recalled.length
    length = data.past + data.length
    return length if window is None else Min(length, window - 1)
