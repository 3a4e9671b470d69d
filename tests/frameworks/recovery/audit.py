"""Audits a table of recovered forms: `python -m tests.frameworks.recovery.audit TABLE --points 12`.

Nothing of the recovery is used: the formula and its conditions are read back from the table, the models are built as anybody would
build them, and their parameters are counted by torch. Points are drawn anew: sizes that are no multiples
of each other, structural sizes up to 30, two sizes equal on purpose, and every field at its default.
"""

import argparse
import ast
import csv
import json
import math
import random
import sys
import warnings
from collections import Counter
from collections.abc import Collection
from fractions import Fraction
from itertools import islice
from operator import add, eq, ge, gt, le, lt, mod, mul, ne, sub, truediv
from pathlib import Path

import torch
import transformers

from symparams.frameworks.recovery.building.limits import OutOfTimeError, time_limit

RELATIONS = {" ≠ ": ne, " ≤ ": le, " ≥ ": ge, " < ": lt, " > ": gt, " = ": eq}
SIGNS = {ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Div: truediv, ast.Pow: pow}
CALLS = {"floor": math.floor, "ceiling": math.ceil, "Max": max, "Min": min, "Mod": mod, "Abs": abs}


def count(name: str, given: dict, sizes: dict[str, int]) -> int:
    """The number of parameters of a transformers model with these fields."""
    cls = getattr(transformers, name)
    config = cls.config_class(**given)
    top: dict = {}
    for path, size in sizes.items():
        head, dot, rest = path.partition(".")
        if not dot:
            top[head] = size
        elif rest.isdigit():
            top.setdefault(head, list(vars(config)[head]))[int(rest)] = size
        else:
            top.setdefault(head, {})[rest] = size
    for head, value in top.items():
        if isinstance(value, dict):
            part = getattr(config, head)
            inner = {**part.to_diff_dict(), **{k: v for k, v in value.items() if "." not in k}}
            for key, size in value.items():
                if "." in key:
                    entries = inner.setdefault(key.partition(".")[0], list(vars(part)[key.partition(".")[0]]))
                    entries[int(key.partition(".")[2])] = size
            inner.pop("model_type", None)
            top[head] = type(part)(**inner)
    with torch.device("meta"):
        model = cls(cls.config_class(**{**given, **top}))
    model.tie_weights()
    return sum(weight.numel() for weight in model.parameters())


def holds(condition: str, values: dict[str, int]) -> bool:
    """Whether a condition as the table writes it holds at these values."""
    sign = next(sign for sign in RELATIONS if sign in condition)
    left, right = condition.split(sign)
    over, remainder, modulus = left.partition(" mod ")
    there = number(over, values) % number(modulus, values) if remainder else number(left, values)
    return RELATIONS[sign](there, number(right, values))


def number(text: str, values: dict[str, int]) -> Fraction:
    """The exact value of a formula as the table writes it; its tree is walked, nothing is executed."""

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(int(literal)):
                return Fraction(literal)
            case ast.Name(name):
                return Fraction(values[name])
            case ast.UnaryOp(ast.USub(), inner):
                return -value(inner)
            case ast.BinOp(left, sign, right):
                return SIGNS[type(sign)](value(left), value(right))
            case ast.Call(ast.Name(name), arguments):
                return Fraction(CALLS[name](*map(value, arguments)))
        raise ValueError(ast.dump(node))

    return value(ast.parse(text, mode="eval").body)


def moved(sizes: dict[str, int], conditions: list[str], kept: Collection[str]) -> dict[str, int]:
    """The sizes with one moved for each equation and each remainder that does not hold."""
    values = {path.replace(".", "_"): size for path, size in sizes.items()}
    paths = {path.replace(".", "_"): path for path in sizes}
    for condition in conditions:
        if " = " not in condition or holds(condition, values):
            continue
        left, right = condition.split(" = ")
        over, remainder, modulus = left.partition(" mod ")
        for name in (node.id for node in ast.walk(ast.parse(over)) if isinstance(node, ast.Name) and node.id in values):
            if paths[name] in kept:
                continue
            if remainder:
                size = values[name] + int(-number(over, values) % number(modulus, values))
            else:
                size = values[name] * number(right, values) / number(left, values)
            if size.denominator == 1 and size > 0 and holds(condition, {**values, name: int(size)}):
                values[name] = int(size)
                break
    return {path: values[name] for name, path in paths.items()}


def points(defaults: dict[str, int], draw: random.Random):
    """Endlessly many points over the fields of a row."""
    yield defaults
    small = [name for name, value in defaults.items() if value <= 40]
    while True:
        sizes = dict(defaults)
        for name, value in defaults.items():
            if draw.random() < 0.25:
                continue
            sizes[name] = (
                draw.randint(1, 12)
                if name in small
                else draw.choice([draw.randint(value // 4, 2 * value), 64 * draw.randint(1, 40), 2 * value])
            )
        if small:
            sizes[draw.choice(small)] = draw.randint(1, 30)
        if draw.random() < 0.3:
            one, other = draw.choices(list(sizes), k=2)
            sizes[one] = sizes[other]
        yield sizes


def audited(row: dict, wanted: int, seed: int) -> tuple[int, list[str]]:
    """At how many points a row's formula was right, and where it was wrong."""
    given = json.loads(row.get("given") or "{}")
    cls = getattr(transformers, row["cls"])
    config = cls.config_class(**given)
    fields = row["over"].split()
    defaults = {}
    for path in fields:
        value = config
        for part in path.split("."):
            value = value[int(part)] if part.isdigit() else vars(value).get(part) or getattr(value, part)
        defaults[path] = value if value else 64
    conditions = [condition for condition in row["conditions"].split("; ") if condition]
    stays = [condition.split(" = ") for condition in conditions if " = " in condition and " mod " not in condition]
    kept = {path: int(size) for path in row["held"].split() for name, size in stays if name == path.replace(".", "_")}
    draw, right, wrong = random.Random(seed), 0, []
    for varied in islice(points(defaults, draw), 12 * wanted):
        sizes = moved({**varied, **kept}, conditions, kept)
        values = {path.replace(".", "_"): size for path, size in sizes.items()}
        try:
            if not all(holds(condition, values) for condition in conditions):
                continue
        except (KeyError, ZeroDivisionError):
            continue
        try:
            with time_limit(20):
                built = count(row["cls"], given, sizes)
        except (Exception, OutOfTimeError):
            continue
        said = number(row["formula"], values)
        if said == built:
            right += 1
        else:
            wrong.append(f"{values}: the formula gives {said}, the code {built}")
        if right >= wanted or len(wrong) > 2:
            break
    return right, wrong


def main() -> int:
    """Audits each recovered row and prints what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--points", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    with given.table.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["outcome"] == "recovered"]
    tally: Counter[str] = Counter()
    for row in rows:
        if given.only and row["type"] not in given.only.split(","):
            continue
        right, wrong = audited(row, given.points, given.seed)
        outcome = "wrong" if wrong else "right" if right >= given.points else "few points"
        tally[outcome] += 1
        if outcome != "right":
            print(f"{row['task']} {row['type']}: {outcome}, right at {right} points", *wrong, sep="\n  ", flush=True)
    print(dict(tally))
    return 1 if tally["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
