"""`recover`: the exact closed form of a parameter count, from the code that builds the model, with its conditions and evidence.

It runs that code: constructors are executed, many times over, torch's on the meta device. Nothing is downloaded.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from sympy.logic.boolalg import Boolean

from symparams.errors import NotRecoveredError, RecoveryError, shown
from symparams.frameworks.recovery.agreement import Agreement, agreed
from symparams.frameworks.recovery.assembling import Counted, assembled, total
from symparams.frameworks.recovery.atoms import SMALL
from symparams.frameworks.recovery.conditions import needed, of_steps, simplified
from symparams.frameworks.recovery.evidence import Evidence, Point
from symparams.frameworks.recovery.fitting import FULL, LADDER, QUICK, Fit, NotFittedError, fitted
from symparams.frameworks.recovery.points import true_at
from symparams.frameworks.recovery.recovered import Recovered
from symparams.frameworks.recovery.solving import value_at
from symparams.frameworks.recovery.starting import fields, start
from symparams.frameworks.recovery.subjects import Subject, subject_of
from symparams.frameworks.recovery.symbolic import Found, NotTracedError, traced_form
from symparams.frameworks.recovery.tensors import total as number_of
from symparams.frameworks.recovery.verifying import Verified, verified

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
) -> Recovered:
    """The exact closed form of what `target` counts over the fields `over`, read off its code. It executes that code.

    where: target: a transformers model class, a torch module class, or any function that returns a torch module, a Keras model or
    an integer; over: the fields to vary (if not given, every integer field); fixed: further arguments of the constructor; names:
    field → name of its symbol; method: both, or one alone; points: at how many points, at least, it is verified.

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
    given = names or {}
    taken = fields(subject, over)
    subject.renamed = {given.get(name, name.replace(".", "_")): name for name in taken}
    if len(subject.renamed) < len(taken):
        raise RecoveryError(f"names={shown(dict(given))}", "a symbol of its own for each field", "mend the names")
    by_field = start(subject, taken)
    base = {name: by_field[field] for name, field in subject.renamed.items()}
    is_number = isinstance(subject.build(base), int)
    found, checked, why = (None, None, "an integer function has no tensors to trace") if is_number else (None, None, "")
    if not is_number and method != "blackbox":
        found, checked, why = _symbolic(subject, base, points, seed)
    if found is not None and checked is not None:
        fit, why_not = _black_box(subject, base, found, checked, seed) if method == "both" else (None, "not asked for")
        return _from_tensors(subject, base, found, checked, fit, why_not, began, seed)
    if method == "symbolic":
        raise NotRecoveredError(f"{subject.name}: NOT RECOVERED; symbolic: {why}", "a form", _NEXT)
    return _from_numbers(subject, base, why or "not asked for", points, began, seed)


BUDGET = 250  # builds for the black box where the symbolic method has found a form; six times as many where it has not
_NEXT = "vary fewer fields, or hold some with fixed={…}"


def _symbolic(subject: Subject, base: Mapping[str, int], points: int, seed: int) -> tuple[Found | None, Verified | None, str]:
    """The symbolic form and its verification; with few numbers of layers first, with many where that is refuted."""
    why = ""
    for ladder in (QUICK, LADDER, FULL):
        try:
            found = traced_form(subject, base, ladder)
        except NotTracedError as error:
            why = str(error)
            continue
        checked = verified(subject, base, found, points, seed)
        if checked.counterexample is None and len(checked.points) >= points:
            return found, checked, ""
        few = f"only {len(checked.points)} of {points} points could be built ({subject.last_error})"
        why = str(checked.counterexample) if checked.counterexample else few
    return None, None, why


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


def _black_box(subject: Subject, base: Mapping[str, int], found: Found, checked: Verified, seed: int) -> tuple[Fit | None, str]:
    """The black box beside a symbolic form: from numbers alone, the verification's among them.

    It goes through all of those that it is about, and through more than it has unknowns; what it does not go through refutes it.
    """
    number, why = _numbers(subject, needed(found.conditions, checked.points), BUDGET), ""
    known = [dict(point.values) for point in checked.points]
    for ladder in (QUICK, LADDER):
        try:
            fit = fitted(number, base, list(base), seed, ladder, BUDGET // 4, known)
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
    return about and value_at(fit.expr, values) != point.number


def _from_tensors(
    subject: Subject,
    base: Mapping[str, int],
    found: Found,
    checked: Verified,
    fit: Fit | None,
    why_not: str,
    began: float,
    seed: int,
) -> Recovered:
    conditions = needed(found.conditions, checked.points)
    kinds = [
        Counted(item.key, tuple(simplified(size, conditions) for size in item.shape), item.copies)
        for item in found.counted
        if item.key.kind != "buffer" or item.key not in checked.wrong_buffers
    ]
    layer = assembled(kinds, subject.name.rpartition(":")[2].rpartition(".")[2] or "Module")
    expr = total(kinds)
    for point in checked.points:
        if value_at(expr, dict(point.values)) != point.number or value_at(layer.params, dict(point.values)) != point.number:
            raise NotRecoveredError(
                f"{subject.name}: the tree disagrees with its own kinds at {point}", "one number", "report this"
            )
    compare = agreed(expr, fit, base, conditions, found.structural, seed) if fit is not None else Agreement(f"black box: {why_not}")
    if compare.counterexample is not None:
        raise NotRecoveredError(f"{subject.name}: NOT RECOVERED, the methods disagree: {compare.counterexample}", "one form", _NEXT)
    held = tuple(name for name in base if len({dict(point.values)[name] for point in checked.points}) < 2)
    buffers = tuple(f"buffer {key.name} left out: its sizes do not follow" for key in checked.wrong_buffers)
    notes = (*found.notes, *buffers, *checked.notes)
    methods = (found.method, "black box") if compare.agree else (found.method,)
    seconds = time.perf_counter() - began
    evidence = Evidence(checked.points, methods, compare.words, held, notes, subject.builds, seconds)
    return Recovered(subject.name, expr, layer, conditions, evidence, subject)


def _from_numbers(subject: Subject, base: Mapping[str, int], why: str, points: int, began: float, seed: int) -> Recovered:
    """The black box alone: from several starts, since a part may be missing at one of them; each form verified at new points."""
    small = [name for name in base if base[name] <= SMALL]
    deeper = {**base, **{name: 9 + place for place, name in enumerate(small)}}
    said = ""
    for start_at, ladder in ((base, QUICK), (base, LADDER), (deeper, FULL)):
        if subject.build(start_at) is None:
            continue
        try:
            fit = fitted(_numbers(subject, (), 6 * BUDGET), start_at, list(base), seed, ladder)
        except NotFittedError as error:
            said = str(error)
            continue
        conditions = of_steps(fit, start_at)
        varied = tuple(name for name in fit.varied if name in small)
        checked = verified(subject, start_at, None, points, seed, (fit, conditions, varied))
        if checked.counterexample is not None or len(checked.points) < points:
            said = str(checked.counterexample or f"only {len(checked.points)} of {points} points could be built")
            continue
        seconds = time.perf_counter() - began
        agreement = f"the only method ({why})"
        evidence = Evidence(checked.points, ("black box",), agreement, fit.held, checked.notes, subject.builds, seconds)
        return Recovered(subject.name, fit.expr, None, conditions, evidence, subject)
    raise NotRecoveredError(f"{subject.name}: NOT RECOVERED; symbolic: {why}; black box: {said}", "a form", _NEXT)
