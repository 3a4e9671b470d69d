"""Formulas with one thing wrong: a weight or a group of weights left out or counted twice, or a coefficient changed."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from sympy import Add, Expr, expand

from symparams import Layer
from symparams.checks import Verdict
from symparams.notation import text as plain_text
from symparams.tree import Given, Placed
from tests.checks.strangers.claims import Claim
from tests.checks.strangers.renamed import LONGEST, admissible_sizes, real_value, written
from tests.checks.strangers.subjects import Subject, draw_subject
from tests.checks.strangers.trees import Tree, arrange, sizes_in, terms_of, value_of

MOST_PERMUTED = 6
_OF_ANY_CLAIM = ("claim − model", "model − claim", "right is", "read as", "relative error", "at ")


def claim(seed: int, index: int, excluded: dict[str, int] | None = None) -> Claim:
    """A false claim; `excluded` counts the changed formulas that are true under another naming, which are drawn again."""
    draw = random.Random(f"lost {seed} {index}")
    while True:
        subject = draw_subject(draw)
        kept = bool(subject.relations) and draw.random() < 0.5
        change = _change(subject, kept, draw)
        formula = expand((subject.unrelated if kept else subject.expr) + change.difference)
        if not formula.free_symbols:
            continue
        tree = arrange(terms_of(formula), draw)
        if reason := true_in_another_reading(tree, formula, subject, draw):
            if excluded is not None:
                excluded[reason] = excluded.get(reason, 0) + 1
            continue
        text, names = written(tree, subject, draw)
        if len(text) <= LONGEST:
            return Claim(
                text,
                subject.model,
                subject.written,
                False,
                change.family,
                len(names),
                change=change.words,
                changed=change.difference,
                marks=change.marks,
                members=change.members,
            )


@dataclass(frozen=True)
class Change:
    """What was done to a formula, claim − model, and the weights that it was done to: their names, and how many each holds."""

    family: str
    words: str
    difference: Expr
    marks: tuple[str, ...] = ()
    members: tuple[Expr, ...] = ()


def _change(subject: Subject, kept: bool, draw: random.Random) -> Change:
    """One thing done to the formula: to a term of its own, to a weight, or to a group of weights."""
    families = ["weight", "doubled weight", "group", "doubled group"] if isinstance(subject.model, Layer) else ["term"]
    family = draw.choice(["coefficient", *families])
    if family in ("coefficient", "term"):
        terms = Add.make_args(expand(subject.unrelated if kept else subject.expr))
        term = draw.choice(sorted(terms, key=str))
        if family == "term":
            return Change(family, f"left out {plain_text(term)}", -term)
        coefficient, rest = term.as_coeff_Mul()
        step = draw.choice([step for step in (1, -1, 2, coefficient) if coefficient + step != 0])
        return Change(family, f"{plain_text(term)} became {plain_text((coefficient + step) * rest)}", step * rest)
    model = subject.model.layer if kept and isinstance(subject.model, Given) else subject.model
    weights = [placed for placed in model.weights() if placed.counted]
    groups = {placed.name: [placed] for placed in weights}
    if "group" in family:
        groups = {name: members for name, members in _groups(weights).items() if 1 < len(members) < len(weights)} or groups
    name = draw.choice(sorted(groups))
    members = tuple(placed.count for placed in groups[name])
    last = name.rsplit(".", 1)[-1]
    marks = (name,) if last in ("weight", "bias") else (name, last)
    if "doubled" in family:
        return Change(family, f"counted {name} twice", Add(*members), marks, members)
    return Change(family, f"left out {name}", -Add(*members), marks, members)


def _groups(weights: list[Placed]) -> dict[str, list[Placed]]:
    """Weights by their role (all biases) and by the part that they stand in (attention)."""
    groups: dict[str, list[Placed]] = {}
    for placed in weights:
        groups.setdefault({"bias": "biases", "norm": "norms"}.get(placed.weight.role, f"{placed.weight.role}s"), []).append(placed)
        for depth in range(1, len(placed.path)):
            groups.setdefault(".".join(placed.path[:depth]), []).append(placed)
    return groups


def true_in_another_reading(tree: Tree, formula: Expr, subject: Subject, draw: random.Random) -> str:
    """Why the changed formula is true after all, if it is: under the same naming or under another one of at most six names."""
    sizes = sorted(sizes_in(tree))
    models = sorted({each.name for each in subject.expr.free_symbols} | {each.name for each in subject.relations})
    plain = not subject.relations and not subject.has_floors
    if plain and Add(*_at_ones(formula)) != Add(*_at_ones(subject.expr)):
        return ""  # no exchange of names moves the sum of all coefficients
    points = [admissible_sizes(subject, formula, draw) for _ in range(2)]
    reals = [real_value(subject, point) for point in points]
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
    sentences = [each for each in verdict.reason.split("; ") if not each.startswith(_OF_ANY_CLAIM)]
    reason = _close("; ".join(sentences))
    if re.search(r"or as well|as few changes|several fit|\b[0-9]+ more\b|any of", reason):
        return True
    same = expand(verdict.difference - claim.changed) == 0
    summed = verdict.attribution is not None and "no combination" not in reason
    if same and (verdict.conventions or (summed and len(claim.members) > 1)):  # a group told part by part
        return True
    if _amounts_to(reason, claim.changed) or _amounts_to(reason, verdict.difference):
        return True
    if any(_close(mark) in reason for mark in claim.marks if len(mark) > 3):
        return True
    if claim.family in ("coefficient", "term"):  # no weight of the model need be this large: what adds up to it explains it
        return verdict.attribution is not None
    return _added_up(reason, claim)


def _added_up(reason: str, claim: Claim) -> bool:
    """Whether every weight of the group is named by its own amount: a group told weight by weight."""
    return bool(claim.members) and all(_amounts_to(reason, member) for member in claim.members)


def _amounts_to(reason: str, change: Expr | None) -> bool:
    """Whether an amount in the reason, "+2*d" or "(−d)", is this change, whatever its sign."""
    if change is None:
        return False
    forms = {_close(plain_text(form)) for each in (change, -change) for form in (each, expand(each), each.factor())}
    return any(re.search(rf"(?<![\w*])[-+]?\(?{re.escape(form)}(?![\w*/])", reason) for form in forms)


def _close(text: str) -> str:
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", text.replace("−", "-"))
    return re.sub(r"\s*([-+*/])\s*", r"\1", text).lower()
