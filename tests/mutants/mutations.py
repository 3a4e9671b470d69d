"""The small faults: which places of a module can be mutated, and to what.

Left out because no test can tell them from the original: `return None` for `return False`, the condition of TYPE_CHECKING, and the
`strict` of `zip`, an assertion about what the code before it made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Mutant", "mutants_of"]

OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Break: ast.Continue,
    ast.Continue: ast.Break,
}
CONSTANTS: dict[tuple[type, Any], tuple[Any, ...]] = {
    (int, 0): (1,),
    (int, 1): (0, 2),
    (bool, True): (False,),
    (bool, False): (True,),
}
NOT_RUN = ("annotation", "returns")  # fields of nodes that hold types


@dataclass(frozen=True)
class Mutant:
    """One fault: the file, the line, and which of the file's faults it is."""

    file: str
    lines: tuple[int, ...]
    number: int

    @property
    def line(self) -> int:
        """Where the fault is."""
        return self.lines[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} #{self.number}"

    def applied(self, root: Path) -> tuple[str, str, str]:
        """The line before, the line after, and the text of the module with the fault."""
        tree = ast.parse((root / self.file).read_text(encoding="utf-8"))
        for number, (statement, holder, key, value) in enumerate(_faults(tree)):
            if number == self.number:
                before = ast.unparse(statement).splitlines()
                _put(holder, key, value)
                after = ast.unparse(statement).splitlines()
                old, new = next(pair for pair in zip(before, after, strict=False) if pair[0] != pair[1])
                return old.strip(), new.strip(), ast.unparse(tree)
        raise LookupError(self)


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """Every mutant of a file, in the order of its text."""
    tree = ast.parse((root / file).read_text(encoding="utf-8"))
    return [Mutant(file, _lines(statement, holder), number) for number, (statement, holder, _, _) in enumerate(_faults(tree))]


def _lines(statement: Any, holder: Any) -> tuple[int, ...]:
    """The lines that are executed where the fault is: those of the expression, or of what a statement begins with."""
    place = holder if isinstance(holder, ast.expr) else statement
    last = place.body[0].lineno - 1 if isinstance(getattr(place, "body", None), list) else place.end_lineno
    lines = tuple(range(place.lineno, max(last, place.lineno) + 1))
    return lines if place is statement else tuple(dict.fromkeys((*lines, statement.lineno)))


def _put(holder: Any, key: Any, value: Any) -> None:
    if isinstance(holder, list):
        holder[key] = value
    else:
        setattr(holder, key, value)


def _faults(node: ast.AST, statement: Any = None) -> Iterator[tuple[Any, Any, Any, Any]]:
    """The statement a fault is in, what holds its place there, the field or index, and what to put in it."""
    if isinstance(node, ast.stmt):
        statement = node
    for name, value in ast.iter_fields(node):
        if name in NOT_RUN or (isinstance(node, ast.keyword) and node.arg == "strict"):
            continue
        for fault in _of_field(node, name, value):
            yield statement, node, name, fault
        children = enumerate(value) if isinstance(value, list) else [(name, value)]
        for key, child in children:
            holder = value if isinstance(value, list) else node
            if isinstance(child, ast.AST):
                inside = child if isinstance(child, ast.stmt) else statement
                for fault in _of_node(child, ifs=name == "ifs"):
                    yield inside if not isinstance(child, ast.Break | ast.Continue) else node, holder, key, fault
                yield from _faults(child, statement)


def _of_field(node: ast.AST, name: str, value: Any) -> Iterator[Any]:
    """What else a field of a node may hold."""
    if name == "test":
        if not (isinstance(value, ast.Name) and value.id == "TYPE_CHECKING"):
            yield _negated(value)
    elif isinstance(node, ast.Constant) and name == "value":
        yield from CONSTANTS.get((type(value), value), ()) if type(value) in (int, bool) else ()
    elif isinstance(node, ast.Return) and name == "value" and value is not None:
        if not (isinstance(value, ast.Constant) and value.value in (None, False)):
            yield ast.Constant(None)
    elif isinstance(node, ast.Slice) and name in ("lower", "upper") and value is not None:
        yield None


def _of_node(node: ast.AST, ifs: bool) -> Iterator[ast.AST]:
    """What else may stand in place of a node."""
    if other := OPERATORS.get(type(node)):
        yield other()
    elif ifs:
        yield _negated(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


def _negated(test: Any) -> ast.AST:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)
