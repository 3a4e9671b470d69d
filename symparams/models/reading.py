"""Reading a model from text: "Transformer(N, d, V, positions=n_ctx)".

The text is taken apart by Python's own parser, which runs nothing, and its tree is walked over the few kinds of node that a
model needs; calls go to the layers and models of symparams and to nothing else. Every name that is not one of these is a symbol.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from math import prod
from threading import Lock
from typing import Any

from sympy import Eq, Expr, Ge, Gt, Integer, Le, Lt, Max, Min, Mod, Ne, ceiling, floor

from symparams import layers, tree
from symparams.errors import ModelTextError, SymparamsError, shown
from symparams.models import families, transformer
from symparams.models.options import in_our_words
from symparams.notation import MOST_DIGITS, bounded_memory, checked_choice, checked_height, symbol, terms_of
from symparams.tree import Layer

__all__ = ["read_call", "read_model", "vocabulary"]

LONGEST, DEEPEST, DEEPEST_TREE = 4_000, 40, 150  # characters, brackets, and nodes of the parsed text
LARGEST_EXPONENT, MOST_TERMS, MOST_ARGUMENTS = 64, 10_000, 8
_WANTED = 'a model such as "Transformer(N, d, V)" or "Sequential(Embedding(V, d), LSTM(d, 64))"'
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_RUN_ON = re.compile(r"(?<!\w)\d[\w.]*?(?:and|else|for|if|in|is|not|or)")  # 1if: a number that runs on into a word of Python
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "floor": floor,
    "ceiling": ceiling,
    "ceil": ceiling,
    "Max": Max,
    "Min": Min,
    "Mod": Mod,
    "Eq": Eq,
    "Ne": Ne,
}
_COUNTS: Mapping[str, tuple[int, int]] = {  # how many sizes a function takes, at least and at most
    **dict.fromkeys(("floor", "ceiling", "ceil"), (1, 1)),
    **dict.fromkeys(("Max", "Min"), (2, MOST_ARGUMENTS)),
    **dict.fromkeys(("Mod", "Eq", "Ne"), (2, 2)),
}
_SIGNS: Mapping[type[ast.cmpop], Callable[..., Any]] = {
    ast.Eq: Eq,
    ast.NotEq: Ne,
    ast.Lt: Lt,
    ast.LtE: Le,
    ast.Gt: Gt,
    ast.GtE: Ge,
}
_PARSER = Lock()  # threads share a counter of depth in the parser of Python 3.11 (CPython issue 106905)


@cache
def vocabulary() -> Mapping[str, Callable[..., Layer]]:
    """What may be called in a model's text: every layer and model, and the ways to compose them."""
    composed = ("ForEach", "Given", "On", "Repeat", "Sequential", "Shared", "Where")
    return {name: getattr(room, name) for room in (layers, transformer, families) for name in room.__all__} | {
        name: getattr(tree, name) for name in composed
    }


def read_model(text: str) -> Layer:
    """The layer that a text describes; nothing in the text is run.

    >>> read_model("LSTM(I, 2*H, biases=2)")
    Recurrent(I, 2*H, 4, 2)
    >>> read_model("__import__('os').system('ls')")
    Traceback (most recent call last):
    symparams.errors.ModelTextError: __import__('os').system('ls')
    ^ column 1: a call of '__import__('os').system'
      wanted: a call of a layer or model of symparams
      next:   write a model such as "Transformer(N, d, V)" or "Sequential(Embedding(V, d), LSTM(d, 64))"

    Raises `ModelTextError` with the column where the text cannot be read, and the layer's own error where it cannot be built.
    """
    value = read_call(text, vocabulary(), "a layer or model of symparams", _WANTED)
    if not isinstance(value, Layer):
        raise _cannot(text, 0, f"a text that means {shown(value)}", _WANTED, "name a layer or a model")
    for placed in value.weights():
        counts = [scope.count for scope in placed.scopes if isinstance(scope, tree.Copies)]
        if prod(map(terms_of, (*placed.shape, *counts))) > MOST_TERMS:
            raise _cannot(
                text, 0, f"{placed.name} of more than {MOST_TERMS:,} terms", f"at most {MOST_TERMS:,}", "simplify its sizes"
            )
    return value


def read_call(text: str, known: Mapping[str, Callable[..., Any]], what: str, wanted: str) -> Any:
    """What a text means in which nothing may be called but what is known, and functions of sizes.

    where: known: what may be called, by name; what: what these are, wanted: what a text should be, both in words.

    >>> read_call("Linear(I, 4*H)", {"Linear": lambda I, H: (I, H)}, "a layer", 'a layer such as "Linear(I, H)"')
    (I, 4*H)

    Raises `ModelTextError` with the column where the text cannot be read, and the error of what is called, at its column.
    """
    if not isinstance(text, str):
        raise ModelTextError(shown(text), "a text", f"write {wanted}")
    bounded_memory()
    _bounded(text)
    try:
        with _PARSER:
            parsed = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise _cannot(text, (error.offset or 1) - 1, error.msg, wanted, "mend the text there") from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise _cannot(text, 0, str(error), wanted, "shorten it") from None
    level: list[ast.AST] = [parsed]
    for _ in range(DEEPEST_TREE):
        level = [below for node in level for below in ast.iter_child_nodes(node)]
    if level:
        raise _cannot(text, 0, f"sums or calls nested more than {DEEPEST_TREE} deep", "a shorter formula", "build it in Python")
    return _Reader(text.strip(), known, what, wanted).value(parsed)


def _bounded(text: str) -> None:
    """Refuses what would cost too much before it is taken apart."""
    if len(text) > LONGEST:
        raise ModelTextError(f"a text of {len(text):,} characters", f"at most {LONGEST:,}", "build large models in Python")
    depth = 0
    for column, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth > DEEPEST:
            raise _cannot(text, column, f"brackets {depth} deep", f"at most {DEEPEST}", "take brackets away")
    _without_oddities(text)
    if number := re.search(rf"\d{{{MOST_DIGITS + 1},}}", text.replace("_", "")):
        raise _cannot(text, 0, f"a number of {len(number[0])} digits", f"at most {MOST_DIGITS} digits", "no network is that large")


def _without_oddities(text: str) -> None:
    """Refuses what Python's parser would warn of: to hold warnings back would change the filters of the whole process."""
    if (column := text.find("\\")) >= 0:
        raise _cannot(text, column, "a backslash", "a text without one", "take it away")
    outside = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    if number := _RUN_ON.search(outside):
        raise _cannot(text, number.start(), f"the number {shown(number[0])}", "whole numbers", "put a sign between number and word")


def _cannot(text: str, column: int, what: str, wanted: str, move: str) -> ModelTextError:
    """The error that shows the text around a column, and points at it."""
    start = max(0, column - 40)
    return ModelTextError(f"{text[start : start + 80]}\n{' ' * (column - start)}^ column {column + 1}: {what}", wanted, move)


class _Reader:
    """Walks the parsed text; every method answers with what a node means."""

    def __init__(self, text: str, known: Mapping[str, Callable[..., Any]], what: str, wanted: str) -> None:
        self.text, self.known, self.what, self.wanted = text, known, what, wanted

    def cannot(self, node: ast.AST, what: str, wanted: str, move: str = "") -> ModelTextError:
        return _cannot(self.text, getattr(node, "col_offset", 0), what, wanted, move or f"write {self.wanted}")

    def value(self, node: ast.AST) -> Any:
        match node:
            case ast.Call():
                return self.call(node)
            case ast.Name(id=name):
                if name in self.known or name in _FUNCTIONS:
                    raise self.cannot(node, f"{name} by itself", "a call", f"give its sizes: {name}(…)")
                return symbol(name)
            case ast.Constant(value=bool() | None | str() as plain):
                return plain
            case ast.Constant(value=int() as number):
                return Integer(number)
            case ast.Constant(value=other):
                raise self.cannot(node, f"{shown(other)}, a {type(other).__name__}", "whole numbers", "write fractions as 8*d/3")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.size(operand)
            case ast.BinOp():
                return self.operation(node)
            case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _SIGNS:
                return _SIGNS[type(sign)](self.signed(left, self.size(left)), self.signed(right, self.size(right)))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return tuple(self.value(item) for item in items)
            case ast.Dict(keys=keys, values=values) if all(keys):
                return {self.value(key): self.value(value) for key, value in zip(keys, values, strict=True) if key}
        raise self.cannot(
            node, f"{type(node).__name__} {ast.unparse(node)[:40]!r}", "names, numbers, + - * / // % ** and calls of layers"
        )

    def size(self, node: ast.AST) -> Expr:
        value = self.value(node)
        if not isinstance(value, Expr):
            raise self.cannot(
                node, f"{shown(value)} in a sum or product", "sizes", "put layers together with Sequential and Repeat"
            )
        return value

    def signed(self, node: ast.AST, size: Expr) -> Expr:
        """A size whose sign sympy will ask for: to round it, to compare it, to take a root of it."""
        self.bounded(node, checked_height, size)
        return size

    def bounded(self, node: ast.AST, check: Callable[[Any], None], sizes: Any) -> None:
        try:
            check(sizes)
        except SymparamsError as error:
            raise self.cannot(node, error.given, error.wanted, error.move) from None

    def operation(self, node: ast.BinOp) -> Expr:
        left, right = self.size(node.left), self.size(node.right)
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div() | ast.FloorDiv() | ast.Mod() if right == 0:
                raise self.cannot(node, "a division by zero", "another divisor", "mend it")
            case ast.Div():
                return left / right
            case ast.FloorDiv():
                return floor(self.signed(node, left / right))
            case ast.Mod():
                return Mod(self.signed(node, left), self.signed(node, right))
            case ast.Pow():
                large = any(abs(number) > LARGEST_EXPONENT for number in right.atoms(Integer))
                if large or (left.is_number and left > LARGEST_EXPONENT):
                    raise self.cannot(
                        node, f"the power {shown(left)}**{shown(right)}", f"numbers of at most {LARGEST_EXPONENT} in a power"
                    )
                if left == 0 and not right.is_positive:
                    raise self.cannot(node, f"the power {shown(left)}**{shown(right)}", "a base that is not zero")
                return left**right if right.is_Integer else self.signed(node, left) ** self.signed(node, right)
        raise self.cannot(node, f"the operator {type(node.op).__name__}", "+ - * / // % **")

    def call(self, node: ast.Call) -> Any:
        if not isinstance(node.func, ast.Name):
            what = f"a call of {ast.unparse(node.func)[:40]!r}"
            raise self.cannot(node, what.replace('"', "'"), f"a call of {self.what}")
        name = node.func.id
        if name in _FUNCTIONS:
            least, most = _COUNTS[name]
            if node.keywords or not least <= len(node.args) <= most:
                number = f"{least} of them" if least == most else f"{least} to {most} of them"
                raise self.cannot(node, f"{name} of {len(node.args)} sizes", f"{number}, without names")
            sizes = [self.size(argument) for argument in node.args]
            if name == "Mod" and sizes[1] == 0:
                raise self.cannot(node, "a remainder of a division by zero", "another divisor", "mend it")
            if name in ("Max", "Min"):
                self.bounded(node, checked_choice, sizes)
                return _FUNCTIONS[name](*sizes)
            return _FUNCTIONS[name](*map(self.signed, node.args, sizes))
        if name not in self.known:
            near = difflib.get_close_matches(name, self.known, 1, 0.5)
            move = f"did you mean {near[0]}?" if near else f"choose among {', '.join(sorted(self.known))}"
            raise self.cannot(node, f"an unknown name, {shown(name)}", self.what, move)
        make = self.known[name]
        signature = inspect.signature(make)
        try:
            if any(keyword.arg is None for keyword in node.keywords):
                raise TypeError("** is not read")
            signature.bind(*node.args, **{keyword.arg: keyword.value for keyword in node.keywords if keyword.arg})
        except TypeError as error:
            known = signature.parameters
            unknown = next((keyword.arg for keyword in node.keywords if keyword.arg and keyword.arg not in known), "")
            near = difflib.get_close_matches(unknown, known, 1, 0.5)
            likely = in_our_words(node, known) if unknown else None
            move = f"write {likely}" if likely else f"did you mean {near[0]}?" if near else "give these"
            raise self.cannot(node, f"{name}: {error}", f"{name}({', '.join(known)})", move) from None
        given = [self.value(argument) for argument in node.args]
        options = {keyword.arg: self.value(keyword.value) for keyword in node.keywords if keyword.arg}
        try:
            return make(*given, **options)
        except ModelTextError:
            raise
        except SymparamsError as error:
            raise self.cannot(node, error.given, error.wanted, error.move) from None
