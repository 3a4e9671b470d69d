"""True formulas, their sizes renamed, their terms shuffled and factored, written in any syntax."""

import random
from collections.abc import Mapping
from fractions import Fraction

from sympy import Expr, Integer, Mul, Symbol, expand, floor

from tests.checks.strangers.claims import Claim
from tests.checks.strangers.names import draw_names, identity
from tests.checks.strangers.spelling import LABELS, draw_style, spelled
from tests.checks.strangers.subjects import Subject, draw_subject
from tests.checks.strangers.trees import Tree, arrange, renamed, sizes_in, terms_of, value_of

LONGEST = 3500


def claim(seed: int, index: int, declared: bool = False) -> Claim:
    """A true claim; where `declared`, it comes with what its names are in the model."""
    draw = random.Random(f"renamed {seed} {index}")
    while True:
        subject = draw_subject(draw)
        formula, family = draw_formula(subject, draw)
        tree = arrange(terms_of(formula), draw)
        verify(tree, formula, subject, draw)
        text, names = written(tree, subject, draw)
        if len(text) <= LONGEST:
            where = {name: size for size, name in names.items()} if declared else {}
            return Claim(text, subject.model, subject.written, True, family, len(names), where=where)


def declared(seed: int, index: int) -> Claim:
    """The same claim with nothing to guess: a fault here is one of reading or of comparing, not of naming."""
    return claim(seed, index, declared=True)


def draw_formula(subject: Subject, draw: random.Random) -> tuple[Expr, str]:
    """The model's formula, at times with the sizes of its relations kept in some terms, or without floors that divide evenly."""
    source = "recovered" if subject.recovered else "layer"
    if subject.relations and draw.random() < 0.5:
        terms = expand(subject.unrelated).as_ordered_terms()
        kept = [draw.random() < 0.7 for _ in terms]
        rule = subject.relations
        formula = expand(sum(term if keep else term.xreplace(rule) for term, keep in zip(terms, kept, strict=True)))
        return formula, f"{source}, relation"
    floors = subject.expr.atoms(floor)
    if floors and draw.random() < 0.6 and _may_all_divide(floors):
        return expand(subject.expr.xreplace({each: each.args[0] for each in floors})), f"{source}, divisible"
    return subject.expr, f"{source}, floors" if floors else source


def _may_all_divide(floors: set[Expr]) -> bool:
    """Whether each floor is of one quotient over which stands a size that divides nothing itself."""
    dividing = {each for floored in floors for each in _denominators(floored.args[0])}
    return all(isinstance(each.args[0], Mul) and each.args[0].as_numer_denom()[0].free_symbols - dividing for each in floors)


def written(tree: Tree, subject: Subject, draw: random.Random, label: bool = True) -> tuple[str, Mapping[str, str]]:
    """The text of the tree under names drawn anew, and these names by the model's own."""
    sizes = {size: subject.roles[size] for size in sizes_in(tree)}
    names = draw_names(sizes, draw, fields=subject.recovered, collide=subject.roles)
    tree = renamed(tree, names)
    style = draw_style(tree, draw)
    text = spelled(tree, style)
    if label and draw.random() < 0.5:
        used = {identity(name) for name in names.values()}
        free = [each for each in LABELS[style.syntax] if identity(each) not in used]
        text = f"{draw.choice(free)} = {text}"
    if style.syntax == "latex" and draw.random() < 0.3:
        opening, closing = draw.choice([("$", "$"), (r"\[", r"\]"), ("$$", "$$")])
        text = f"{opening}{text}{closing}"
    return text, names


def admissible_sizes(subject: Subject, formula: Expr, draw: random.Random) -> dict[str, int]:
    """Random sizes at which the model's relations hold and at which every quotient under a floor is whole."""
    floors = subject.expr.atoms(floor)
    below = {each for floored in floors for each in _denominators(floored.args[0])}
    number = 3
    for each in below:
        number *= int(each) if each.is_Integer else 1
    dividing = {each for each in below if isinstance(each, Symbol)}
    sizes = {each: draw.choice((2, 3, 5)) for each in sorted(dividing, key=str)}
    for size in sizes.values():
        number *= size**2
    for each in sorted(formula.free_symbols | subject.unrelated.free_symbols, key=str):
        sizes.setdefault(each, number * draw.randrange(2, 100))
    for each, value in subject.relations.items():
        sizes[each] = value.xreplace({one: Integer(size) for one, size in sizes.items()})
    return {each.name: int(size) for each, size in sizes.items()}


def _denominators(expr: Expr) -> set[Expr]:
    return {factor for term in expr.as_ordered_terms() for factor in Mul.make_args(term.as_numer_denom()[1]) if factor != 1}


def real_value(subject: Subject, sizes: Mapping[str, int]) -> Fraction:
    """How many parameters the model has at these sizes."""
    number = subject.expr.xreplace({each: Integer(sizes[each.name]) for each in subject.expr.free_symbols})
    return Fraction(int(number.p), int(number.q))


def verify(tree: Tree, formula: Expr, subject: Subject, draw: random.Random) -> None:
    """Two points at which the arranged formula, worked out in fractions, must be what the model has."""
    for _ in range(2):
        sizes = admissible_sizes(subject, formula, draw)
        if value_of(tree, sizes) != real_value(subject, sizes):
            raise AssertionError(f"{subject.written}: the harness wrote a formula that is none of the model: {tree}")
