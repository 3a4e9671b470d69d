"""The sets: for each its inputs, the same every time, and the answer to one as text."""

from __future__ import annotations

import hashlib
import inspect
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sympy
from sympy import Eq, Expr, Integer, Max, Min, Mod, Ne, Rational, Sum, ceiling, floor

import symparams as sp
from symparams import layers
from symparams.asymptotics import order
from symparams.checks.documents.linting import lint_file
from symparams.errors import SymparamsError
from symparams.formulas import readings
from symparams.models.reading import read_model
from symparams.notation import compare, condition_words, floor_conditions, smallest_points, symbols, tex, text
from tests.checks.claims import CLAIMS
from tests.formulas.fuzz import DECLARED, SEEDS, texts
from tests.fuzz.claims import CLAIMS as CLAIM_FUZZ
from tests.fuzz.documents import DOCUMENTS
from tests.fuzz.models import model_text

__all__ = ["CHUNK", "FOLDER", "SETS", "Golden", "kept", "line_of"]

FOLDER = Path(__file__).parent
CHUNK = 25  # inputs of one test
SHOWN = 90  # characters of an answer that a line shows


@dataclass(frozen=True)
class Golden:
    """Inputs, and what is answered to each; an error of ours is an answer."""

    inputs: Callable[[], Iterator[Any]]
    answer: Callable[[Any], str]

    def lines(self) -> Iterator[str]:
        """A line for each input."""
        return (line_of(given, self.answered(given)) for given in self.inputs())

    def answered(self, given: Any) -> str:
        """The whole answer."""
        try:
            return self.answer(given)
        except SymparamsError as error:
            return f"{type(error).__name__}: {error}"


def line_of(given: Any, answer: str) -> str:
    """The input, the beginning of the answer, and a digest of all of it."""
    digest = hashlib.sha256(answer.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return f"{json.dumps(given)}  ⇒  {json.dumps(answer[:SHOWN])}  {digest}"


def kept(name: str) -> list[str]:
    """The lines of a set as its file has them."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n")[:-1]


# the reader


def _formulas() -> Iterator[tuple[str, str | None]]:
    for seed in SEEDS:
        yield seed, None
        yield seed, "text"
    chance = random.Random(41)
    for given in islice(texts(chance), 1500):
        yield given, chance.choice((None, None, "latex", "text", "python"))


def _read(given: tuple[str, str | None]) -> str:
    found = readings(given[0], DECLARED, given[1])
    return "\n".join(f"{one!r} {one.forms} {one.remainders} {one.precision}" for one in found)


# models


def _models() -> Iterator[str]:
    written = (FOLDER.parent / "typeset" / "models.txt").read_text(encoding="utf-8").splitlines()
    yield from (line for line in written if line and not line.startswith("#"))
    chance = random.Random(42)
    yield from islice(_constructed(chance), 350)
    yield from (model_text(chance) for _ in range(250))


def _constructed(chance: random.Random) -> Iterator[str]:
    """Layers of every class with options of every kind."""
    classes = [one for name in layers.__all__ if inspect.isclass(one := getattr(layers, name))]
    while True:
        kind = chance.choice([*classes, sp.Transformer, sp.EncoderDecoderTransformer])
        arguments = []
        for name, field in inspect.signature(kind).parameters.items():
            needed = field.default is field.empty
            if needed or chance.random() < 0.3:
                arguments.append(f"{name}={_argument(chance, field)}")
        text = f"{kind.__name__}({', '.join(arguments)})"
        match chance.randint(0, 7):
            case 0:
                text = f"Repeat({text}, {chance.choice(('N', '3', 'L'))})"
            case 1:
                text = f"Sequential(a={text}, b=Linear(d, V), c={text})"
            case 2:
                text = f"Repeat({text}, N, shared=True)"
        yield text


def _argument(chance: random.Random, field: inspect.Parameter) -> str:
    words = re.findall(r"\"(\w+)\"|'(\w+)'", str(field.annotation))
    choices = [repr(word or other) for word, other in words]
    if "bool" in str(field.annotation):
        choices += ["True", "False"]
    if "Layer" in str(field.annotation):
        choices += ["LSTM(d, h)", "RMSNorm(d)", "Linear(d, h, bias=False)"]
    if "Size" in str(field.annotation) or not choices:
        choices += ["d", "h", "V", "64", "2*d"]
    if "tuple" in str(field.annotation):
        choices += ["(h, 3)", "(d,)"]
    return chance.choice(choices)


def _about(given: str) -> str:
    model = read_model(given)
    free = sorted(model.params.free_symbols, key=str)
    primes = {size: Integer(6 + 5 * number) for number, size in enumerate(free)}
    questions: list[Callable[[], Any]] = [
        lambda: repr(model),
        lambda: sp.outline(model),
        lambda: sp.closed_form(model),
        lambda: sp.latex(sp.closed_form(model)),
        lambda: sp.closed_form(model).at(primes),
        lambda: sp.breakdown(model, by=("part", "role")),
        lambda: sp.latex(sp.breakdown(model)),
        lambda: sp.breakdown(model, by="kind").at(primes),
        lambda: sp.derive(model),
        lambda: sp.latex(sp.derive(model)),
        lambda: sp.derive(model).check(),
        lambda: sp.legend(model),
        lambda: sp.summary(model),
        lambda: model.conditions,
        *(lambda of=of: sp.closed_form(model, of=of) for of in ("trainable", "frozen", "non_embedding")),
        *(lambda one=one: _led(model.params, one) for one in free[:2]),
        lambda: _led(model.params, dict.fromkeys(free, 1)),
        lambda: sp.solve(model, 10**9, free[0]) if free else "",
        lambda: sp.solve(model, 10**7, free[-1], dict.fromkeys(free[:-1], 64), multiple=64) if free else "",
    ]
    return "\n".join(map(_one, questions))


def _led(count: Expr, grows: Any) -> str:
    found = sp.leading_order(count, grows)
    return f"{found} {found!r} {found.relative_error} {sp.latex(found)} {order(count, grows) if isinstance(grows, dict) else ''}"


def _one(question: Callable[[], Any]) -> str:
    try:
        return str(question())
    except SymparamsError as error:
        return f"{type(error).__name__}: {error}"
    except TypeError as error:  # a question that this kind of model does not take
        return f"{error}"


# claims


def _claims() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for claim, model, where, *_ in CLAIMS:
        if isinstance(model, sp.Layer):
            yield claim, repr(model), {str(name): str(size) for name, size in where.items()}
    yield from islice(CLAIM_FUZZ.inputs(random.Random(43)), 700)


def _judged(given: tuple[str, str, dict[str, Any]]) -> str:
    claim, model, where = given
    sizes = {name: int(size) if str(size).isdigit() else size for name, size in where.items()}
    verdict = sp.check(claim, read_model(model), sizes)
    return f"{verdict.report}\n{verdict}\n{json.dumps(verdict.as_json())}\n{sp.latex(verdict)}"


# documents


def _documents() -> Iterator[tuple[str, str]]:
    return islice(DOCUMENTS.inputs(random.Random(44)), 400)


def _linted(given: tuple[str, str]) -> str:
    kind, written = given
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"paper{kind}")
        path.write_text(written, encoding="utf-8", errors="replace", newline="")
        found = [f"{one.message}\n{one.github}\n{json.dumps(one.as_json())}" for one in lint_file(path)]
        return "\n".join(found).replace(folder, "")


# expressions


def _expressions() -> Iterator[tuple[int, str]]:
    return ((seed, str(_expression(random.Random(seed), 4))) for seed in range(600))


def _expression(chance: random.Random, depth: int) -> Expr:
    d, h, V, N, l = symbols("d h V N l")
    if depth == 0 or chance.random() < 0.2:
        return chance.choice([d, h, V, N, d, h, Integer(chance.choice((1, 2, 3, 12, -4, 1024))), Rational(chance.randint(1, 9), 4)])

    def part() -> Expr:
        return _expression(chance, depth - 1)

    match chance.randint(0, 13):
        case 0 | 1 | 2:
            return part() + part()
        case 3 | 4 | 5:
            return part() * part()
        case 6:
            return part() / chance.choice([d, h, d + h, Integer(3), 2 * d])
        case 7:
            return chance.choice([d, h + 1, d * h, Integer(2)]) ** chance.choice([2, 3, Rational(1, 2), -1, h, d - 1])
        case 8:
            return floor(part() / chance.choice([h, Integer(8), d]))
        case 9:
            return ceiling(part() / chance.choice([h, Integer(8), V]))
        case 10:
            return Max(part(), chance.choice([d, h, Integer(64)]))
        case 11:
            return Min(part(), chance.choice([d, h, Integer(64)]))
        case 12:
            return Sum(part() * l ** chance.randint(0, 2) + l, (l, 1, chance.choice([N, d, Integer(12)])))
        case _:
            return Mod(part(), chance.choice([h, Integer(8), V]))


def _written(given: tuple[int, str]) -> str:
    expr = _expression(random.Random(given[0]), 4)
    d, h, V = symbols("d h V")
    conditions = [Eq(Mod(d, h), 0), Ne(d, 1), expr > 0 if not expr.is_number else Eq(d, h)]
    questions: list[Callable[[], Any]] = [
        lambda: text(expr),
        lambda: tex(expr),
        lambda: floor_conditions(expr),
        lambda: [condition_words(one) for one in conditions],
        lambda: sp.latex(expr),
        lambda: compare(expr, sympy.expand(expr)),
        lambda: compare(expr, expr.xreplace({floor(d / h): d / h}), conditions[:1]),
        lambda: compare(expr, expr.xreplace({h: V})),
        lambda: list(islice(smallest_points(sorted(expr.free_symbols, key=str), [expr < 500] if expr.free_symbols else []), 5)),
        lambda: _led(expr, d),
        lambda: _led(expr, {d: 1, h: 1}),
        lambda: sp.solve(expr, 10**6, d),
    ]
    return "\n".join(map(_one, questions))


SETS = {
    "formulas": Golden(_formulas, _read),
    "models": Golden(_models, _about),
    "claims": Golden(_claims, _judged),
    "documents": Golden(_documents, _linted),
    "expressions": Golden(_expressions, _written),
}
