r"""Sums over an index: \sum_{l=1}^{L}, Sum(body, (l, 1, L)), and sizes that change with the index, n_l n_{l-1}.

A sum whose sizes do not change with the index stays a sum. Where they do, it is written out, which needs numbers as bounds:
\sum_{l=1}^{2} n_{l-1} n_l is n_0 n_1 + n_1 n_2.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace

from sympy import Expr, Integer, Symbol

from symparams.formulas.building import Piece
from symparams.formulas.calls import CallReader
from symparams.formulas.cursor import CLOSERS
from symparams.formulas.naming import Spelling
from symparams.formulas.tokens import Numeral, Token
from symparams.notation import symbol

__all__ = ["SumReader"]

_MOST_BODIES = 64  # of all sums of a formula that are written out


class SumReader(CallReader):
    """What stands behind a Σ."""

    @abstractmethod
    def term(self) -> Piece: ...

    @abstractmethod
    def terms(self, last: int | None = None) -> Piece: ...

    @abstractmethod
    def argument(self) -> Piece: ...

    def sum_call(self, token: Token) -> Piece:
        """Sum(body, (l, 1, L)), as sympy and symparams print it. The index stands behind the body that uses it."""
        self.take()
        body, depth = self.place, 0
        while not (self.at(",") and depth == 0):
            kind = self.take().kind
            depth += (kind in CLOSERS) - (kind in CLOSERS.values())
            if kind == "end" or depth < 0:
                self.fail(token, "a sum without its bounds", "Sum(body, (l, 1, L))", "write the bounds")
        self.take()
        self.expect("(", "(l, 1, L)")
        index = self.index()
        self.expect(",", "the first value of the index")
        start = self.sum()
        self.expect(",", "the last value of the index")
        stop = self.sum()
        self.expect(")", ")")
        self.expect(")", ")")
        behind, self.place = self.place, body
        piece = self.over_index(token, index, start, stop, self.sum)
        self.expect(",", "the end of the body")
        self.place = behind
        return piece

    def sigma(self) -> Piece:
        r"""\sum_{l=1}^{L} and the term behind it."""
        sign = self.take()
        index, start, stop = None, None, None
        while self.at("_", "^"):
            below = self.take().kind == "_"
            if below:
                opening = self.expect("{", "the index and its first value, {l=1}")
                index = self.index()
                if self.expect("relation", "= and the index's first value").text != "=":
                    self.fail(opening, "a sum without a first value", "{l=1}", "write the first value")
                start = self.sum()
                self.expect("}", "}")
            else:
                stop = self.nested(self.argument)
        if index is None or start is None or stop is None:
            self.fail(sign, "a sum without its bounds", r"\sum_{l=1}^{L}", "write both bounds")
        body = self.place
        piece = self.over_index(sign, index, start, stop, self.term)
        if (last := self.last_term(index)) is not None:  # \sum_{l=1}^{3} n_l n_{l-1} + n_l
            self.count_body(sign)
            self.place = body
            return self.over_index(sign, index, start, stop, lambda: self.terms(last))
        if self.at("+", "-") and not self.bracketed(body) and not self.met(index, body):
            given = f"a sum over {index} before several terms without {index}: of the first of them or of all"
            self.fail(sign, given, "brackets that tell which", r"write \sum_{l=1}^{L} (a) + b, or \sum_{l=1}^{L} (a + b)")
        return piece

    def last_term(self, index: str) -> int | None:
        """Where the last term behind this place begins that has the index, in the bracket or the side that the sum stands in."""
        depth, begin, last = 0, None, None
        for token in self.tokens[self.place :]:
            depth += (token.kind in CLOSERS) - (token.kind in CLOSERS.values())
            if depth < 0 or token.kind in ("relation", "end", "sum") or (token.kind == "," and depth == 0):
                return last
            if token.kind in ("+", "-") and depth == 0:
                begin = token.start
            if token.spelling and _names(token.spelling, index):
                last = begin
        return last

    def bracketed(self, start: int) -> bool:
        """Whether what was read from `start` on is one bracket."""
        depth = 0
        for place in range(start, self.place):
            kind = self.tokens[place].kind
            depth += (kind in CLOSERS) - (kind in CLOSERS.values())
            if depth == 0:
                return place == self.place - 1 and kind in CLOSERS.values()
        return False

    def met(self, index: str, start: int) -> bool:
        """Whether the index occurs in what was read from `start` on, by itself or at a size."""
        return any(token.spelling and _names(token.spelling, index) for token in self.tokens[start : self.place])

    def index(self) -> str:
        token = self.expect("name", "the index of the sum")
        assert token.spelling is not None
        if len(token.spelling.letters) > 1 and not token.spelling.whole:
            self.fail(token, f"the index {token.text}", "one letter", "rename the index")
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", token.spelling.word):
            self.fail(token, f"the index {token.text}", "a short name of ASCII letters", "rename the index")
        return token.spelling.word

    def over_index(self, sign: Token, index: str, start: Piece, stop: Piece, rule: Callable[[], Piece]) -> Piece:
        outer, first, place = self.names, self.build(sign, start.tame).expr, self.place
        # max(i, 1) is i only in a sum that begins at 1 or later
        bound = symbol(index) if first.is_positive else Symbol(index, integer=True, nonnegative=first.is_nonnegative or None)
        used, shadowed = dict(self.used), (index in self.indices, self.indices.get(index))
        self.names = outer.with_index(bound)
        self.indices[index] = None
        self.indexed.discard(index)
        body = self.nested(rule)
        if index in self.indexed:
            self.used = used
            piece = self.written_out(sign, index, start.expr, stop.expr, place, rule)
        else:
            piece = self.build(sign, Piece.over_index, body, bound, start, stop)
            if index not in used:
                self.used.pop(index, None)
        self.names = outer
        del self.indices[index]
        if shadowed[0]:
            self.indices[index] = shadowed[1]
        return piece

    def written_out(self, sign: Token, index: str, start: Expr, stop: Expr, place: int, rule: Callable[[], Piece]) -> Piece:
        """The bodies for each value of the index, one after the other."""
        first, last = (self.sizes.get(end.name, end) if isinstance(end, Symbol) else end for end in (start, stop))
        if not isinstance(first, Integer) or not isinstance(last, Integer):
            given = f"a sum from {first} to {last} of sizes that change with {index}"
            name = next((str(end) for end in (first, last) if isinstance(end, Symbol)), "L")
            self.fail(sign, given, "numbers as bounds", f"say how many there are, behind the formula: …, {name} = 3")
        if last < first:
            self.fail(sign, "a sum over nothing", "a last value that is not below the first", "check the bounds")
        bodies = []
        for value in range(int(first), int(last) + 1):
            self.count_body(sign)
            self.place, self.indices[index] = place, value
            bodies.append(self.nested(rule))
        return self.build(sign, Piece.total, bodies)

    def count_body(self, sign: Token) -> None:
        self.bodies += 1
        if self.bodies > _MOST_BODIES:
            self.fail(sign, "a sum too long to write out", f"at most {_MOST_BODIES} terms", "write a shorter one")

    def at_index(self, token: Token, spelling: Spelling) -> Spelling | Piece:
        """A size at the value of the index that its label names: n_{l-1} is n_0 where l is 1; the index itself is its value."""
        value = self.indices.get(spelling.word) if not spelling.path else None
        if value is not None:
            return Piece.number(Numeral(Integer(value)))
        for index, value in self.indices.items():
            if found := _labelled(spelling.label, index):
                self.indexed.add(index)
                if value is None:  # met for the first time: the sum will come back with values
                    return Piece.symbol(symbol("index"))
                place = value + int(found[1] or 0)
                if place < 0:
                    self.fail(token, f"{token.text} at {index} = {value}", "indices from 0", "check the bounds")
                label = f"{spelling.label[: found.start()]}_{place}{spelling.label[found.end() :]}"
                return self.at_index(token, replace(spelling, label=label))
        if shifted := re.search(r"[A-Za-z][+-][0-9]+", spelling.label):
            given = f"the subscript {shifted[0]!r}, which no sum binds"
            self.fail(token, given, "an index of a sum, or a label", "write the sizes out: n_0 n_1 + n_1 n_2")
        return spelling


def _names(spelling: Spelling, index: str) -> bool:
    return index in (*spelling.letters, spelling.word) or _labelled(spelling.label, index) is not None


def _labelled(label: str, index: str) -> re.Match[str] | None:
    """Where a label names an index: _l, _l-1."""
    return re.search(rf"_{re.escape(index)}([+-][0-9]+)?(?=_|$)", label)
