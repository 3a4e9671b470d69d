from dataclasses import dataclass, field
from itertools import combinations, pairwise
from sympy import Expr, floor, ceiling, Eq, Mod, Integer
from symparams.notation import same, at_values
from symparams.formulas import read
from symparams.notation.dialects import DIALECTS

def readings(text, names=(), syntax=None, functions=()):
    try:
        f = read(text, names, syntax)
        return (f,)
    except Exception as e:
        first = e
    more = dict.fromkeys([*names, *(n for ns in DIALECTS.values() for n in ns if n != "O")])
    return (read(text, tuple(more), syntax),)

@dataclass(frozen=True)
class Comparison:
    equal: bool
    used: tuple = ()
    reason: str = ""

def compare(left, right, conditions=()):
    if same(left, right):
        return Comparison(True)
    un = lambda e: e.replace(floor, lambda s: s).replace(ceiling, lambda s: s)
    if conditions and same(un(left), un(right)):
        return Comparison(True, tuple(conditions))
    return Comparison(False)

def floor_conditions(expr):
    out = []
    for f in expr.atoms(floor):
        n, dd = f.args[0].as_numer_denom()
        out.append(Eq(Mod(n, dd), 0))
    return tuple(out)

def smallest_points(symbols, conditions=(), relations=None):
    relations = relations or {}
    free = [s for s in symbols if s not in relations]
    for p in _points(len(free)):
        pt = {s: Integer(v) for s, v in zip(free, p)}
        for k, v in relations.items():
            if k in symbols:
                pt[k] = v.xreplace(pt)
        if all(c.xreplace(pt) == True for c in conditions):
            yield pt

def _points(dimensions):
    if dimensions == 0:
        yield ()
        return
    total = dimensions
    while True:
        for bars in combinations(range(1, total), dimensions - 1):
            cuts = (0, *bars, total)
            yield tuple(high - low for low, high in pairwise(cuts))
        total += 1

@dataclass(frozen=True)
class Quantity:
    name: str

    def of(self, model):
        return [p for p in model.weights() if p.counted]

    def note(self, model):
        return ""

PARAMETERS = Quantity("parameters")

def condition_words(c):
    return str(c)

def quantity(of):
    return of if isinstance(of, Quantity) else Quantity(of)
