"""The two methods, each by itself and beside the other: from a task to a recovered form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sympy import Eq, Expr, ceiling, floor
from sympy.logic.boolalg import Boolean

from symparams.errors import NotRecoveredError
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.tensors import total as number_of
from symparams.frameworks.recovery.exact.solving import value_at, value_if_any
from symparams.frameworks.recovery.fitting.atoms import SMALL
from symparams.frameworks.recovery.fitting.fits import FULL, LADDER, QUICK, Fit, NotFittedError, fitted
from symparams.frameworks.recovery.proving.agreement import Agreement, agreed
from symparams.frameworks.recovery.proving.evidence import Evidence
from symparams.frameworks.recovery.proving.grading import Grade, escapes, range_of
from symparams.frameworks.recovery.proving.verifying import Verified, verified
from symparams.frameworks.recovery.recovered import Recovered
from symparams.frameworks.recovery.sizes.conditions import of_steps, simplified, tidied
from symparams.frameworks.recovery.sizes.points import Point, true_at
from symparams.frameworks.recovery.tracing.assembling import Counted, total
from symparams.frameworks.recovery.tracing.symbolic import Found, NotTracedError, Tracer, traced_form
from symparams.notation import symbol
from symparams.tree import Where
from symparams.tree.modules import Tensors, assembled

__all__ = ["Task", "by_numbers", "by_tensors"]

BUDGET = 250  # builds for the black box where the symbolic method has found a form; six times as many where it has not


@dataclass(frozen=True)
class Task:
    """What both methods are given: both: whether they check each other; before: what the methods tried before came to."""

    subject: Subject
    base: Mapping[str, int]
    both: bool
    points: int
    seed: int
    before: Sequence[str]


def _traced(task: Task) -> tuple[Found, Verified]:
    """The symbolic form and its verification; with few numbers of layers first, with many where that is refuted."""
    last = NotFittedError("no form")
    tracer = Tracer(task.subject)
    for ladder in (QUICK, LADDER, FULL):
        try:
            found = traced_form(tracer, task.base, ladder)
        except NotTracedError as error:
            last = error
            continue
        checked = verified(task.subject, task.base, found, task.points, task.seed)
        if checked.counterexample is None and len(checked.points) >= task.points:
            return found, checked
        few = f"only {len(checked.points)} of {task.points} points could be built ({task.subject.last_error})"
        last = NotFittedError(str(checked.counterexample) if checked.counterexample else few, found.structural)
    raise last


def _numbers(subject: Subject, conditions: Sequence[Boolean], budget: int) -> Callable[[Mapping[str, int]], int | None]:
    """The subject as a function of its sizes, defined where the conditions hold, for so many builds."""
    most = subject.builds + budget

    def number(values: Mapping[str, int]) -> int | None:
        if subject.builds > most:
            raise NotFittedError(f"stopped after {budget} builds")
        if not all(true_at(condition, values) for condition in conditions):
            return None
        built = subject.build(values)
        return built if built is None or isinstance(built, int) else number_of(built)

    return number


def _compared(task: Task, found: Found, checked: Verified, expr: Expr, conditions: Sequence[Boolean]) -> Agreement:
    """The black box beside a symbolic form: from numbers alone, the verification's among them.

    It goes through all of those that it is about, and through more than it has unknowns. A form of it that the code refutes is
    followed by one from more numbers of layers.
    """
    subject, base = task.subject, task.base
    number, why = _numbers(subject, checked.conditions, BUDGET), ""
    joint = (dict(point.values) for point in checked.points)  # along one size it takes points of its own
    known = [values for values in joint if sum(values[name] != base[name] for name in values) > 1]
    for ladder in (QUICK, LADDER, FULL):
        try:
            fit = fitted(number, base, list(base), task.seed, ladder, BUDGET // 4, known)
            wrong = next((point for point in checked.points if _misses(fit, base, point)), None)
            if wrong is not None:
                why = f"its form is refuted at {wrong}"
                continue
            compare = agreed(expr, fit, base, conditions, found.structural, task.seed, number)
        except NotFittedError as error:
            why = str(error)
            continue
        if compare.refuted != "black box":
            return compare
        why = f"its form is refuted: {compare.words}"
    return Agreement(f"black box: {why}")


def _misses(fit: Fit, base: Mapping[str, int], point: Point) -> bool:
    """Whether a fit is wrong at a point that it is about: held fields as at the start, steps kept."""
    values = dict(point.values)
    about = all(values[name] == base[name] for name in fit.held)
    about = about and all((values[name] - base[name]) % step == 0 for name, step in fit.steps.items())
    return about and value_if_any(fit.expr, values) != point.number


def by_tensors(task: Task) -> Recovered:
    """The symbolic method, with the black box beside it: the tree of all tensors."""
    subject, base = task.subject, task.base
    found, checked = _traced(task)
    conditions = tidied(checked.conditions)
    kinds = [
        Counted(item.key, tuple(simplified(size, conditions) for size in item.shape), item.copies)
        for item in found.counted
        if item.count != 0 and (item.key.kind != "buffer" or item.key not in checked.wrong_buffers)
    ]
    tensors = tuple(item.tensors for item in kinds)
    layer = assembled(tensors, subject.name.rpartition(":")[2].rpartition(".")[2] or "Module")
    expr = total(kinds)
    for point in checked.points:
        if value_at(expr, dict(point.values)) != point.number or value_at(layer.params, dict(point.values)) != point.number:
            raise NotRecoveredError(
                f"{subject.name}: the tree disagrees with its own kinds at {point}", "one number", "report this"
            )
    compare = _compared(task, found, checked, expr, conditions) if task.both else Agreement("black box: not asked for")
    if compare.refuted is not None:
        said = f"{subject.name}: NOT RECOVERED, the methods disagree: {compare.words}"
        raise NotRecoveredError(said, "one form", "vary fewer fields, or hold some with fixed={…}")
    held = tuple(name for name in base if len({dict(point.values)[name] for point in checked.points}) < 2)
    fixed = {symbol(name): base[name] for name in held}
    conditions = tuple(said for said in conditions if not (said.free_symbols <= fixed.keys() and said.subs(fixed) == True))  # noqa: E712
    conditions += tuple(as_held for name in held if (as_held := Eq(symbol(name), base[name])) not in conditions)
    buffers = tuple(f"buffer {key.name} left out: its sizes do not follow" for key in checked.wrong_buffers)
    notes = (*subject.notes, *found.notes, *buffers, *checked.notes)
    methods = (found.method, "black box") if compare.agree else (found.method,)
    lost = {name: f"{name} became a plain number" for name in sorted(found.fitted & base.keys())}
    conditions, grade, places = _graded(task, expr, conditions, tensors, lost)
    tree = Where(layer, *conditions) if conditions else layer
    evidence = Evidence(checked.points, methods, compare.words, held, (*notes, *places), grade=grade)
    return Recovered(subject.name, expr, tree, conditions, evidence, subject, tensors)


def _graded(
    task: Task, expr: Expr, conditions: tuple[Boolean, ...], tensors: Sequence[Tensors], lost: Mapping[str, str]
) -> tuple[tuple[Boolean, ...], Grade, tuple[str, ...]]:
    """The conditions with the range that what left the trace was tried in, the grade, and where it left."""
    seen = escapes(task.subject, task.base)
    rounded = {one.name for part in expr.atoms(floor, ceiling) for one in part.free_symbols}
    lost = {name: f"{place}, rounded" if name in rounded else place for name, place in lost.items()}
    gone = {**lost, **seen}
    bounds = range_of(task.subject, task.base, expr, conditions, tensors, gone)
    return (*conditions, *bounds), "FITTED" if gone or bounds else "PROVEN", tuple(seen.values())


def by_numbers(task: Task) -> Recovered:
    """The black box alone: from several starts, since a part may be missing at one of them; each form verified at new points."""
    subject, base = task.subject, task.base
    small = [name for name in base if base[name] <= SMALL]
    deeper = {**base, **{name: 9 + place for place, name in enumerate(small)}}
    last = NotFittedError("the starting point cannot be built")
    for start_at, ladder in ((base, QUICK), (base, LADDER), (deeper, FULL)):
        if subject.build(start_at) is None:
            continue
        try:
            fit = fitted(_numbers(subject, (), 6 * BUDGET), start_at, list(base), task.seed, ladder)
        except NotFittedError as error:
            last = error
            continue
        conditions = of_steps(fit, start_at)
        varied = tuple(name for name in fit.varied if name in small)
        checked = verified(subject, start_at, None, task.points, task.seed, (fit, conditions, varied))
        if checked.counterexample is None and len(checked.points) >= task.points:
            why = f" ({'; '.join(task.before)})" if task.before else ""
            agreement = f"the only method{why}"
            known = tidied(checked.conditions)
            lost = {name: "" for name in base if symbol(name) in fit.expr.free_symbols}
            known, grade, places = _graded(task, fit.expr, known, (), lost)
            evidence = Evidence(
                checked.points, ("black box",), agreement, fit.held, (*subject.notes, *checked.notes, *places), grade=grade
            )
            return Recovered(subject.name, fit.expr, None, known, evidence, subject)
        few = f"only {len(checked.points)} of {task.points} points could be built"
        last = NotFittedError(str(checked.counterexample or few), varied)
    raise last
