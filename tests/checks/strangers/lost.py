"""Formulas with one thing wrong: a weight or a group of weights left out or counted twice, or a coefficient changed."""

import random
import re
from collections.abc import Iterator
from itertools import permutations

from sympy import Add, Expr, Integer, expand, floor

from symparams import Layer
from symparams.checks import Verdict
from symparams.notation import text as plain_text
from symparams.tree import Given, Placed
from tests.checks.strangers.claims import Claim
from tests.checks.strangers.renamed import LONGEST, admissible_sizes, written

from tests.checks.strangers.subjects import Subject, draw_subject
from tests.checks.strangers.trees import Tree, arrange, sizes_in, terms_of, value_of

MOST_PERMUTED = 6


def claim(seed: int, index: int, excluded: dict[str, int] | None = None) -> Claim:
    """A false claim; `excluded` counts the changed formulas that are true under another naming, which are drawn again."""
    draw = random.Random(f"lost {seed} {index}")
    while True:
        subject = draw_subject(draw)
        kept = bool(subject.relations) and draw.random() < 0.5
        family, change, difference, marks = draw.choice(list(_changes(subject, kept, draw)))
        formula = expand((subject.unrelated if kept else subject.expr) + difference)
        if formula == 0 or not formula.free_symbols or any(coefficient < 0 for coefficient, _ in terms_of(formula)[:1]):
            continue
        tree = arrange(terms_of(formula), draw)
        if reason := true_in_another_reading(tree, formula, subject, draw):
            if excluded is not None:
                excluded[reason] = excluded.get(reason, 0) + 1
            continue
        text, names = written(tree, subject, draw)
        if len(text) <= LONGEST:
            return Claim(
                text, subject.model, subject.written, False, family, len(names), change=change, changed=difference, marks=marks
            )


def _changes(subject: Subject, kept: bool, draw: random.Random) -> Iterator[tuple[str, str, Expr, tuple[str, ...]]]:
    """One change of each family: its name, what it does in words, claim − model, and names that tell it."""
    terms = expand(subject.unrelated if kept else subject.expr).as_ordered_terms()
    coefficient, rest = draw.choice(terms).as_coeff_Mul()
    steps = [step for step in (1, -1, 2, -coefficient, coefficient) if coefficient + step != 0 or len(terms) > 1]
    step = draw.choice(steps)
    yield "coefficient", f"{plain_text(coefficient * rest)} became {plain_text((coefficient + step) * rest)}", step * rest, ()
    if not isinstance(subject.model, Layer):
        lost = draw.choice(terms)
        yield "term", f"left out {plain_text(lost)}", -lost, ()
        return
    model = subject.model.layer if kept and isinstance(subject.model, Given) else subject.model
    weights = [placed for placed in model.weights() if placed.counted]
    groups = {placed.name: [placed] for placed in weights}
    single = draw.choice(sorted(groups))
    yield _left_out("weight", single, groups[single])
    yield _doubled("doubled weight", single, groups[single])
    several = {name: members for name, members in _groups(weights).items() if 1 < len(members) < len(weights)}
    if several:
        name = draw.choice(sorted(several))
        yield _left_out("group", name, several[name])
        yield _doubled("doubled group", name, several[name])


def _groups(weights: list[Placed]) -> dict[str, list[Placed]]:
    """Weights by their role (all biases) and by the part that they stand in (attention)."""
    groups: dict[str, list[Placed]] = {}
    for placed in weights:
        groups.setdefault({"bias": "biases", "norm": "norms"}.get(placed.weight.role, f"{placed.weight.role}s"), []).append(placed)
        for depth in range(1, len(placed.path)):
            groups.setdefault(".".join(placed.path[:depth]), []).append(placed)
    return groups


def _left_out(family: str, name: str, members: list[Placed]) -> tuple[str, str, Expr, tuple[str, ...]]:
    return family, f"left out {name}", -Add(*(placed.count for placed in members)), _marks(name)


def _doubled(family: str, name: str, members: list[Placed]) -> tuple[str, str, Expr, tuple[str, ...]]:
    return family, f"counted {name} twice", Add(*(placed.count for placed in members)), _marks(name)


def _marks(name: str) -> tuple[str, ...]:
    return (name, name.rsplit(".", 1)[-1].replace("_", " ")) if "." in name else (name,)


def true_in_another_reading(tree: Tree, formula: Expr, subject: Subject, draw: random.Random) -> str:
    """Why the changed formula is true after all, if it is: under the same naming or under another one of at most six names."""
    sizes = sorted(sizes_in(tree))
    models = sorted({each.name for each in subject.expr.free_symbols} | {each.name for each in subject.relations})
    plain = not subject.relations and not subject.expr.atoms(floor)
    if plain and Add(*_at_ones(formula)) != Add(*_at_ones(subject.expr)):
        return ""  # no exchange of names moves the sum of all coefficients
    points = [admissible_sizes(subject, formula, draw) for _ in range(2)]
    reals = [int(subject.expr.xreplace({each: Integer(point[each.name]) for each in subject.expr.free_symbols})) for point in points]
    if len(models) > MOST_PERMUTED + len(subject.relations):
        seatings: Iterator[tuple[str, ...]] = iter([tuple(sizes)])
    else:
        seatings = permutations(models, len(sizes))
    for seating in seatings:
        if all(
            value_of(tree, {size: point[seat] for size, seat in zip(sizes, seating, strict=True)}) == real
            for point, real in zip(points, reals, strict=True)
        ):
            return "true under another naming" if seating != tuple(sizes) else "true under a relation"
    return ""


def _at_ones(formula: Expr) -> Iterator[Expr]:
    return (term.as_coeff_Mul()[0] for term in Add.make_args(expand(formula)))


def explained(claim: Claim, verdict: Verdict) -> bool:
    """Whether the verdict's reason holds the change that was made, or says that several fit or that nothing it searched does.

    The reason without the sentences that any wrong claim gets: the bare difference, the right formula, the naming.
    """
    sentences = [each for each in verdict.reason.split("; ") if not each.startswith(("claim − model", "right is", "read as"))]
    reason = _close("; ".join(sentences))
    if re.search(r"oraswell|asfewchanges|severalfit|[0-9]+more\b|anyof", reason):
        return True
    differences = {expand(verdict.difference), claim.changed}
    if verdict.conventions and expand(verdict.difference - claim.changed) == 0:
        return True
    changes = {change for difference in differences if difference is not None for change in (difference, -difference)}
    if any(_close(form) in reason for change in changes for form in _forms(change)):
        return True
    if any(_close(mark) in reason for mark in claim.marks):
        return True
    return claim.family in ("coefficient", "term") and "nocombination" in reason


def _forms(change: Expr) -> tuple[str, ...]:
    forms = [f"({plain_text(form)})" for form in (change, expand(change), change.factor())]
    return (*forms, *(form[1:-1] for form in forms if not change.is_number))


def _close(text: str) -> str:
    return text.replace("−", "-").replace(" ", "").replace("_", "").lower()


