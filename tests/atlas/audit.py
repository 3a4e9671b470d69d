"""The atlas beside the real classes: `python -m tests.atlas.audit [model …] [--defaults] [--changed 200]`.

It uses nothing of symparams: it reads the JSON files, evaluates their formulas by a walk of its own, builds each class on the meta
device, and compares every name, shape and tie; with --defaults those of each class as its own configuration has them. With
--changed, options and sizes are changed at random: each answer that symparams gives is compared with a build, and what it refuses
is counted.
"""

import argparse
import ast
import json
import math
import random
import re
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

ATLAS = Path(__file__).parents[2] / "symparams" / "atlas"
MODELS = json.loads((ATLAS / "models.json").read_text(encoding="utf-8"))
CLASSES = json.loads((ATLAS / "classes.json").read_text(encoding="utf-8"))
CALLS = {
    "floor": lambda one: Fraction(math.floor(one)),
    "ceiling": lambda one: Fraction(math.ceil(one)),
    "Min": min,
    "Max": max,
    "Mod": lambda one, other: one % other,
    "Abs": abs,
}


def number(text: str, sizes: dict[str, int]) -> Fraction:
    def walk(node: ast.AST) -> Fraction:
        if isinstance(node, ast.Constant):
            return Fraction(node.value)
        if isinstance(node, ast.Name):
            return Fraction(sizes[node.id])
        if isinstance(node, ast.UnaryOp):
            return -walk(node.operand)
        if isinstance(node, ast.Call):
            return CALLS[node.func.id](*map(walk, node.args))
        left, right = walk(node.left), walk(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
        assert isinstance(node.op, ast.Pow)
        return left ** int(right)

    return walk(ast.parse(text, mode="eval").body)


def built(cls: str, config: dict) -> tuple[int, Counter, set[str]]:
    """The real class: its number of parameters, how often each name (numbers left open) and shape occurs, and the tied names."""
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    kind = getattr(transformers, cls)
    with torch.device("meta"):
        model = kind(kind.config_class(**json.loads(json.dumps(config))))
        model.tie_weights()
    first: dict[int, str] = {}
    shapes: Counter = Counter()
    tied, total = set(), 0
    for name, tensor in model.named_parameters(remove_duplicate=False):
        plain = re.sub(r"(?<![^.])\d+(?![^.])", "*", name)
        if first.setdefault(id(tensor), name) == name:
            shapes[plain, tuple(tensor.shape)] += tensor.numel() > 0  # a table without rows holds nothing
            total += tensor.numel()
        else:
            tied.add(plain)
    return total, shapes, tied


def said(name: str, sizes: dict[str, int], variant: dict) -> tuple[int, Counter, set[str]]:
    shapes: Counter = Counter()
    tied, total = set(), Fraction(0)
    for tensor, shape, copies, _, _, other in variant["tensors"]:
        number_of = math.prod((number(text, sizes) for text in copies), start=Fraction(1))
        plain = re.sub(r"(?<![^.])\d+(?![^.])", "*", tensor.replace("{}", "0"))
        if not number_of:
            continue
        if other:
            tied.add(plain)
            continue
        dims = tuple(int(number(text, sizes)) for text in shape)
        shapes[plain, dims] += int(number_of) if math.prod(dims) else 0
        total += number_of * math.prod(dims)
    assert total == number(variant["form"], sizes), f"{name}: the form is not the sum of its tensors"
    return int(total), shapes, tied


def differences(names: list[str]) -> list[str]:
    """What differs, model by model, or class by class at its own defaults: which variant and sizes are meant is asked of symparams,
    the rest is counted here.
    """
    from symparams.atlas import architecture

    found = []
    for name in names:
        row = MODELS.get(name) or {"class": name, "config": {}, "count": None}
        try:
            model = architecture(name) if name in MODELS else architecture({"architectures": [name]})
            entry = json.loads((ATLAS / "entries" / f"{CLASSES[row['class']]}.json").read_text(encoding="utf-8"))
            variant = next(one for one in entry["classes"][row["class"]]["variants"] if one["form"] == model.form)
            ours, real = said(name, dict(model.sizes), variant), built(row["class"], row["config"])
        except Exception as error:
            found.append(f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:200]}")
            continue
        if not ours[0] == real[0] == (row["count"] or real[0]):
            found.append(f"{name}: {ours[0]:,} here, {row['count'] or real[0]:,} in its row, {real[0]:,} built")
        elif +ours[1] != +real[1]:
            found.append(f"{name}: {list((ours[1] - real[1]) | (real[1] - ours[1]))[:3]}")
        elif ours[2] != real[2]:
            found.append(f"{name}: tied {sorted(ours[2] ^ real[2])[:3]}")
    return found


def changed(config: dict, cls: str, chance: random.Random) -> dict:
    """A configuration with one to three fields of its class set otherwise."""
    import transformers

    kind = getattr(transformers, cls).config_class
    new = json.loads(json.dumps(config))
    fields = {}
    for name, value in vars(kind(**json.loads(json.dumps(config)))).items():
        if hasattr(value, "to_dict") and hasattr(value, "model_type"):
            fields |= {(name, inner): one for inner, one in vars(value).items() if not inner.startswith("_")}
        elif not name.startswith("_"):
            fields[name,] = value
    for path in chance.sample(sorted(fields), min(len(fields), chance.randint(1, 3))):
        value, (*part, name) = fields[path], path
        into = new.setdefault(part[0], {}) if part else new
        if isinstance(value, bool):
            into[name] = not value
        elif isinstance(value, int) and value > 0:
            into[name] = chance.choice([value + 1, 2 * value, max(value // 2, 1), value + 8, 3])
        elif isinstance(value, str):
            into[name] = chance.choice(["relu", "gelu", value])
        elif value is None:
            into[name] = chance.choice([True, 8, 64])
        elif isinstance(value, float):
            into[name] = value / 2
        elif isinstance(value, list) and value and all(type(one) is int for one in value):
            into[name] = [one + chance.choice([0, 1]) for one in value]
        elif isinstance(value, list) and value:
            into[name] = list(reversed(value))
    return new


def tried(number_of: int, seed: int, names: list[str]) -> tuple[Counter, list[str]]:
    """How changed configurations come out, and the answers that are wrong."""
    from symparams.atlas import architecture
    from symparams.errors import SymparamsError

    chance, outcomes, wrong = random.Random(seed), Counter(), []
    small = [name for name in names if MODELS[name]["count"] < 40_000_000_000]
    for _ in range(number_of):
        name = chance.choice(small)
        row = MODELS[name]
        try:
            config = changed(row["config"], row["class"], chance)
        except Exception:
            continue
        try:
            ours = architecture({**config, "architectures": [row["class"]]}).count()
        except SymparamsError:
            ours = None
        try:
            real = built(row["class"], config)[0]
        except Exception:
            real = None
        what = "refused" if ours is None else "no such build" if real is None else "right" if ours == real else "WRONG"
        outcomes[what if ours is not None or real is not None else "refused by both"] += 1
        if what == "WRONG":
            wrong.append(
                f"{name} {row['class']} { ({k: v for k, v in config.items() if row['config'].get(k) != v}) }: {ours} for {real}"
            )
    return outcomes, wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--defaults", action="store_true")
    parser.add_argument("--changed", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    every = (
        options.names or [*CLASSES]
        if options.defaults
        else options.names or [name for name, row in MODELS.items() if "." not in row["class"]]
    )
    if options.changed:
        outcomes, lines = tried(options.changed, options.seed, every)
        print(dict(outcomes))
    else:
        lines = differences(every)
        print(f"{len(every) - len(lines):,} of {len(every):,} equal by every name, shape and tie")
    print("\n".join(lines))
    sys.exit(bool(lines))
