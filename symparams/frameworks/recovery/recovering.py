"""`recover`: the exact closed form of a parameter count, from the code that builds the model, with its conditions and evidence.

It runs that code: constructors are executed, many times over, torch's on the meta device. Nothing is downloaded.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sympy import Eq
from sympy.logic.boolalg import Boolean

from symparams.errors import NotRecoveredError, RecoveryError, shown
from symparams.frameworks.recovery.agreement import Agreement, agreed
from symparams.frameworks.recovery.assembling import Counted, assembled, total
from symparams.frameworks.recovery.atoms import SMALL
from symparams.frameworks.recovery.conditions import needed, of_steps, simplified, tidied
from symparams.frameworks.recovery.evidence import Evidence, Point
from symparams.frameworks.recovery.fitting import FULL, LADDER, QUICK, Fit, NotFittedError, fitted
from symparams.frameworks.recovery.holding import to_hold
from symparams.frameworks.recovery.points import true_at
from symparams.frameworks.recovery.recovered import Recovered
from symparams.frameworks.recovery.solving import value_at, value_if_any
from symparams.frameworks.recovery.starting import fields, start
from symparams.frameworks.recovery.subjects import Subject
from symparams.frameworks.recovery.symbolic import Found, NotTracedError, Tracer, traced_form
from symparams.frameworks.recovery.targets import subject_of
from symparams.frameworks.recovery.tensors import total as number_of
from symparams.frameworks.recovery.verifying import Verified, verified
from symparams.notation import symbol

__all__ = ["recover"]

Method = Literal["both", "symbolic", "blackbox"]


@contextmanager
def _only_new_garbage() -> Iterator[None]:
    """Python's garbage collector leaves alone what was there before: a million objects of torch's and transformers' modules.

    Large models make so many objects that it would walk over those again and again, for up to a quarter of the time.
    """
    if gc.get_freeze_count():  # somebody else decides that here
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@_only_new_garbage()
def recover(
    target: Any,
    over: Sequence[str] | None = None,
    *,
    fixed: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    method: Method = "both",
    points: int = 12,
    seed: int = 0,
    seconds: float = 30.0,
    gigabytes: float = 4.0,
) -> Recovered:
    """The exact closed form of what `target` counts over the fields `over`, read off its code. It executes that code.

    where: target: a transformers model class, a torch module class, or any function that returns a torch module, a Keras model or
    an integer; over: the fields to vary (if not given, every integer field); fixed: further arguments of the constructor; names:
    field → name of its symbol; method: both, or one alone; points: at how many points, at least, it is verified; seconds,
    gigabytes: the limits of each build (on the main thread of a system that has such limits).

    >>> recover(lambda d, N: N * (12 * d * d + 13 * d)).expr
    12*N*d**2 + 13*N*d

    Raises `RecoveryError` for what cannot be built or varied, `NotRecoveredError` where no form can be trusted.
    """
    began = time.perf_counter()
    subject = subject_of(target, fixed)
    if method not in ("both", "symbolic", "blackbox"):
        raise RecoveryError(f"method={shown(method)}", "both, symbolic or blackbox", "choose one")
    if points < 12:
        raise RecoveryError(f"points={points}", "at least 12", "fewer are no evidence")
    if not (seconds > 0 and gigabytes > 0):
        raise RecoveryError(f"seconds={seconds}, gigabytes={gigabytes}", "limits above 0", "leave them out for 30 s and 4 GB")
    subject.seconds, subject.gigabytes = seconds, gigabytes
    taken = fields(subject, over)
    symbols = {name: (names or {}).get(name, name.replace(".", "_")) for name in taken}
    if len(set(symbols.values())) < len(taken):
        raise RecoveryError(f"names={shown(dict(names or {}))}", "a symbol of its own for each field", "mend the names")
    subject.renamed = {made: name for name, made in symbols.items()}
    base = _start(subject, taken)
    if isinstance(subject.build(base), int):
        ways: dict[str, Way] = {"black box": _from_numbers}
    else:
        ways = {"symbolic": _from_tensors, "black box": _from_numbers}
        ways = {way: ways[way] for way in ways if method in ("both", way.replace(" ", ""))}
    reasons: dict[str, str] = {}
    for way, found in ways.items():
        held: tuple[str, ...] = ()
        while True:
            try:
                form = found(_Task(subject, base, method == "both", points, seed, "; ".join(reasons.values())))
            except NotFittedError as error:
                reasons.setdefault(way, f"{way}: {error}")
                along = [subject.renamed.get(name, name) for name in error.along]
                more = to_hold(taken, held, along) if over is None else ()
                if not more:
                    break
                held += more
                base = _start(subject, [name for name in taken if name not in held])
                continue
            evidence = replace(
                form.evidence, held=(*held, *form.evidence.held), builds=subject.builds, seconds=time.perf_counter() - began
            )
            return replace(form, evidence=evidence)
        base = _start(subject, taken)
    raise NotRecoveredError(f"{subject.name}: NOT RECOVERED; {'; '.join(reasons.values())}", "a form", _NEXT)


BUDGET = 250  # builds for the black box where the symbolic method has found a form; six times as many where it has not
_NEXT = "vary fewer fields, or hold some with fixed={…}"


@dataclass(frozen=True)
class _Task:
    """What both methods are given: both: whether they check each other; before: what the methods tried before came to."""

    subject: Subject
    base: Mapping[str, int]
    both: bool
    points: int
    seed: int
    before: str


Way: TypeAlias = Callable[[_Task], Recovered]


def _start(subject: Subject, names: Sequence[str]) -> dict[str, int]:
    """Where to start, by the names of the symbols."""
    symbols = {name: made for made, name in subject.renamed.items()}
    return {symbols[name]: value for name, value in start(subject, names).items()}


def _traced(task: _Task) -> tuple[Found, Verified]:
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


def _black_box(task: _Task, found: Found, checked: Verified) -> tuple[Fit | None, str]:
    """The black box beside a symbolic form: from numbers alone, the verification's among them.

    It goes through all of those that it is about, and through more than it has unknowns; what it does not go through refutes it.
    """
    subject, base = task.subject, task.base
    number, why = _numbers(subject, needed(found.conditions, checked.points), BUDGET), ""
    known = [dict(point.values) for point in checked.points]
    for ladder in (QUICK, LADDER, FULL):
        try:
            fit = fitted(number, base, list(base), task.seed, ladder, BUDGET // 4, known)
        except NotFittedError as error:
            why = str(error)
            continue
        wrong = next((point for point in checked.points if _misses(fit, base, point)), None)
        if wrong is None:
            return fit, ""
        why = f"its form is refuted at {wrong}"
    return None, why


def _misses(fit: Fit, base: Mapping[str, int], point: Point) -> bool:
    """Whether a fit is wrong at a point that it is about: held fields as at the start, steps kept."""
    values = dict(point.values)
    about = all(values[name] == base[name] for name in fit.held)
    about = about and all((values[name] - base[name]) % step == 0 for name, step in fit.steps.items())
    return about and value_if_any(fit.expr, values) != point.number


def _from_tensors(task: _Task) -> Recovered:
    """The symbolic method, with the black box beside it: the tree of all tensors."""
    subject, base = task.subject, task.base
    found, checked = _traced(task)
    fit, why_not = _black_box(task, found, checked) if task.both else (None, "not asked for")
    conditions = tidied(needed(found.conditions, checked.points))
    kinds = [
        Counted(item.key, tuple(simplified(size, conditions) for size in item.shape), item.copies)
        for item in found.counted
        if item.count != 0 and (item.key.kind != "buffer" or item.key not in checked.wrong_buffers)
    ]
    layer = assembled(kinds, subject.name.rpartition(":")[2].rpartition(".")[2] or "Module")
    expr = total(kinds)
    for point in checked.points:
        if value_at(expr, dict(point.values)) != point.number or value_at(layer.params, dict(point.values)) != point.number:
            raise NotRecoveredError(
                f"{subject.name}: the tree disagrees with its own kinds at {point}", "one number", "report this"
            )
    compare = (
        agreed(expr, fit, base, conditions, found.structural, task.seed) if fit is not None else Agreement(f"black box: {why_not}")
    )
    if compare.counterexample is not None:
        raise NotFittedError(f"the methods disagree: {compare.counterexample}")
    held = tuple(name for name in base if len({dict(point.values)[name] for point in checked.points}) < 2)
    conditions += tuple(as_held for name in held if (as_held := Eq(symbol(name), base[name])) not in conditions)
    buffers = tuple(f"buffer {key.name} left out: its sizes do not follow" for key in checked.wrong_buffers)
    notes = (*subject.notes, *found.notes, *buffers, *checked.notes)
    methods = (found.method, "black box") if compare.agree else (found.method,)
    return Recovered(subject.name, expr, layer, conditions, Evidence(checked.points, methods, compare.words, held, notes), subject)


def _from_numbers(task: _Task) -> Recovered:
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
            agreement = f"the only method{f' ({task.before})' if task.before else ''}"
            evidence = Evidence(checked.points, ("black box",), agreement, fit.held, (*subject.notes, *checked.notes))
            return Recovered(subject.name, fit.expr, None, conditions, evidence, subject)
        few = f"only {len(checked.points)} of {task.points} points could be built"
        last = NotFittedError(str(checked.counterexample or few), varied)
    raise last
