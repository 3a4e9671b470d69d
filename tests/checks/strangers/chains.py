"""Chains, formula = numbers put in = result: true ones, and ones with an error in one place."""

import random
from collections.abc import Callable, Mapping

from sympy import Expr, Integer

from symparams import symbols
from symparams.checks import Kind, Verdict
from tests.checks.strangers.claims import Claim
from tests.checks.strangers.lost import true_in_another_reading
from tests.checks.strangers.names import draw_names
from tests.checks.strangers.numbers import in_full, one_digit_wrong, rounded
from tests.checks.strangers.spelling import LABELS, draw_style, numeric, spelled
from tests.checks.strangers.subjects import TEMPLATES, draw_layer, sizes_for
from tests.checks.strangers.trees import (
    Floor,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Tree,
    arrange,
    renamed,
    terms_of,
    value_of,
    with_sizes,
)

_PLAIN = [template for template in TEMPLATES if "//" not in template and "{{" not in template]
_EQUAL = {"latex": (" = ", r" \approx "), "unicode": (" = ", " ≈ "), "text": (" = ", " ≈ ")}


def claim(seed: int, index: int) -> Claim:
    draw = random.Random(f"chains {seed} {index}")
    while True:
        drawn = _drawn(draw)
        if drawn is not None:
            return drawn


def _drawn(draw: random.Random) -> Claim | None:
    subject = draw_layer(draw, _PLAIN, numbers=0)
    if subject.relations or len(subject.roles) > 5 or set(subject.roles) != {each.name for each in subject.expr.free_symbols}:
        return None
    sizes = {size: draw.choice(sizes_for(role)) for size, role in sorted(subject.roles.items())}
    value = subject.expr.xreplace({each: Integer(sizes[each.name]) for each in subject.expr.free_symbols})
    if len(set(sizes.values())) < len(sizes) or not value.is_Integer or value < 100:
        return None
    tree = arrange(terms_of(subject.expr), draw)
    names = draw_names(subject.roles, draw, collide=subject.roles)
    style = draw_style(renamed(tree, names), draw, draw.choice(("latex", "unicode", "text")))
    short = rounded(int(value), style.syntax, draw, words=False) if draw.random() < 0.4 else None
    shape = draw.choice(("all", "all", "all", "formula", "numbers"))
    declared = shape != "all" or draw.random() < 0.6
    sides = {"formula": spelled(renamed(tree, names), style), "numbers": spelled(with_sizes(tree, sizes), numeric(style, draw))}
    sides["result"] = short or in_full(int(value), style.syntax, draw)
    present = [side for side in ("formula", "numbers", "result") if shape in ("all", side) or side == "result"]
    wrong = draw.choice([None, None, *present])
    change = ""
    if wrong == "formula":
        mutant, change = _mistyped(tree, draw)
        if value_of(mutant, sizes) == value or true_in_another_reading(mutant, _formula(mutant), subject, draw):
            return None
        sides["formula"] = spelled(renamed(mutant, names), style)
    elif wrong == "numbers":
        put_in = _one_number_wrong(tree, sizes, draw, everywhere=declared)
        if put_in is None or value_of(put_in[0], {}) == value:
            return None
        sides["numbers"], change = spelled(put_in[0], numeric(style, draw)), put_in[1]
    elif wrong == "result":
        off = None
        if short:
            off = rounded(int(value), style.syntax, draw, wrong=draw.choice((-3, 2, 3, 5)), words=False)
            if off is None:
                return None
        sides["result"] = off or in_full(one_digit_wrong(int(value), draw), style.syntax, draw)
        change = f"{value} became {sides['result']}"
    equal, about = _EQUAL[style.syntax]
    text = equal.join(sides[side] for side in present[:-1]) + (about if short else equal) + sides["result"]
    labelled = draw.random() < 0.4
    if labelled:
        free = [each for each in LABELS[style.syntax] if each not in names.values()]
        text = f"{draw.choice(free)} = {text}"
    where = {names[size]: number for size, number in sizes.items()} if declared and "formula" in present else {}
    if declared and "formula" not in present:
        where = dict(sizes)
    family = f"{shape}{', sizes declared' if declared else ''}: {wrong or 'true'}"
    place = present.index(wrong) if wrong else None
    marks = (str(len(present)), sides[wrong] if wrong else "")
    return Claim(
        text,
        subject.model,
        subject.written,
        wrong is None,
        family,
        len(names),
        where=where,
        change=change,
        marks=marks,
        place=place,
    )


def _formula(tree: Tree) -> Expr:
    """The tree as a sympy expression, for the sum of its coefficients."""
    match tree:
        case Number(value):
            return Integer(value)
        case Name(size):
            return symbols(size)
        case Power(base, exponent):
            return _formula(base) ** exponent
        case Product(factors):
            result = Integer(1)
            for factor in factors:
                result *= _formula(factor)
            return result
        case Sum(terms):
            return sum((sign * _formula(term) for sign, term in terms), Integer(0))
        case Quotient(over, under):
            return _formula(over) / _formula(under)
    raise TypeError(tree)


def _mistyped(tree: Tree, draw: random.Random) -> tuple[Tree, str]:
    """The tree with one of its numbers changed, or with a 2 where there is none."""
    numbers = _count(tree, Number)
    if not numbers:
        if isinstance(tree, Sum):
            place = draw.randrange(len(tree.terms))
            terms = tuple(
                (sign, Product((Number(2), term)) if here == place else term) for here, (sign, term) in enumerate(tree.terms)
            )
            return Sum(terms), "a term was doubled"
        return Product((Number(2), tree)), "the formula was doubled"
    place, step = draw.randrange(numbers), draw.choice((1, 2, -1))
    changes: list[str] = []

    def other(number: Tree) -> Tree:
        assert isinstance(number, Number)
        new = number.value + (step if number.value + step > 0 else 1)
        changes.append(f"{number.value} became {new}")
        return Number(new)

    return _replaced(tree, Number, place, other), changes[0]


def _one_number_wrong(tree: Tree, sizes: Mapping[str, int], draw: random.Random, everywhere: bool) -> tuple[Tree, str] | None:
    """The tree with numbers put in, one of them mistyped; of sizes that nobody declared only those that occur again."""
    seen = [name for name in _names(tree) if everywhere or _names(tree).count(name) > 1]
    if not seen:
        return None
    size = draw.choice(seen)
    occurrence = draw.choice([place for place, name in enumerate(_names(tree)) if name == size])
    number = one_digit_wrong(sizes[size], draw)
    if number in sizes.values() or number == 0:
        return None
    wrong = _replaced(tree, Name, occurrence, lambda _: Number(number))
    return with_sizes(wrong, sizes), f"{sizes[size]} put in as {number}"


def _names(tree: Tree) -> list[str]:
    names: list[str] = []
    _replaced(tree, Name, -1, lambda name: name, names)
    return names


def _count(tree: Tree, kind: type) -> int:
    found: list[str] = []
    _replaced(tree, kind, -1, lambda same: same, found)
    return len(found)


def _replaced(tree: Tree, kind: type, place: int, change: Callable[[Tree], Tree], found: list[str] | None = None) -> Tree:
    """The tree with the leaf of a kind at a place changed; leaves are counted from the left."""
    found = [] if found is None else found

    def walk(node: Tree) -> Tree:
        if isinstance(node, kind):
            found.append(str(getattr(node, "size", "")))
            return change(node) if len(found) - 1 == place else node
        match node:
            case Power(base, exponent):
                return Power(walk(base), exponent)
            case Product(factors):
                return Product(tuple(map(walk, factors)))
            case Sum(terms):
                return Sum(tuple((sign, walk(term)) for sign, term in terms))
            case Quotient(over, under):
                return Quotient(walk(over), walk(under))
            case Floor(inner):
                return Floor(walk(inner))
        return node

    return walk(tree)


def placed(claim: Claim, verdict: Verdict) -> bool:
    """Whether the verdict names the side that holds the error: by its first wrong link, or in words."""
    sides = int(claim.marks[0])
    wrong = [place for place, link in enumerate(verdict.links) if not link.right]
    if len(verdict.links) == sides and wrong:
        return wrong[0] == claim.place
    if len(verdict.links) == sides - 1 and wrong:
        return claim.place in (wrong[0], wrong[0] + 1)
    if sides == 2 and not verdict.links:
        return (verdict.kind is Kind.ARITHMETIC) == (claim.place == 1)
    return False
