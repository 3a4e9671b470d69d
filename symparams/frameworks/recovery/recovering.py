"""`recover`: the exact closed form of a parameter count, from the code that builds the model, with its conditions and evidence.

It runs that code: constructors are executed, many times over, torch's on the meta device. Nothing is downloaded.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from symparams.counting import PARAMETERS
from symparams.errors import NotRecoveredError, RecoveryError, ValuesError, shown
from symparams.frameworks.recovery.building.alone import alone
from symparams.frameworks.recovery.building.parts import is_size
from symparams.frameworks.recovery.building.running import running
from symparams.frameworks.recovery.building.subjects import Subject
from symparams.frameworks.recovery.building.targets import subject_of
from symparams.frameworks.recovery.building.tensors import total as number_of
from symparams.frameworks.recovery.fitting.fits import NotFittedError
from symparams.frameworks.recovery.holding import to_hold
from symparams.frameworks.recovery.methods import Task, by_numbers, by_tensors
from symparams.frameworks.recovery.proving.grading import refuse_chance
from symparams.frameworks.recovery.recovered import Recovered
from symparams.frameworks.recovery.starting import fields, start

__all__ = ["recover"]

_NEXT = "vary fewer fields, or hold some with fixed={…}"
Way: TypeAlias = Callable[[Task], Recovered]

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


@alone()
@_only_new_garbage()
def recover(
    target: Any,
    over: Sequence[str] | None = None,
    *,
    of: str = "parameters",
    inputs: Callable[..., Any] | None = None,
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
    an integer; over: the fields to vary (if not given, every integer field); of: "parameters", or what a torch module does when it
    is run on the meta device: "flops", "multiply_adds", "training_flops" (products of matrices and convolutions, of a pass forward
    or of that and the pass backward), or "kv_cache" (the numbers in the cache that it hands on); inputs: a function of sizes that
    returns the data to run it on, a tensor, a tuple, or a dictionary by keyword; its parameters are fields too (if not given, for a
    class of transformers token ids (b, s), on a decoder's side (b, t), or b images); fixed: further arguments of the constructor;
    names: field → name of its symbol; method: both, or one alone; points: at how many points, at least, it is verified; seconds,
    gigabytes: the limits of each build (on the main thread of a system that has such limits).

    One recovery at a time runs in a process, since torch and Keras are patched meanwhile: other threads that recover wait for it,
    and those that build models of their own must not do so until it is done.

    >>> recover(lambda d, N: N * (12 * d * d + 13 * d)).expr
    12*N*d**2 + 13*N*d

    >>> import torch
    >>> def batch(n, in_features):
    ...     return torch.zeros(n, in_features)
    >>> recover(torch.nn.Linear, ["in_features", "out_features", "n"], of="flops", inputs=batch).expr
    2*in_features*n*out_features

    Raises `RecoveryError` for what cannot be built or varied, `NotRecoveredError` where no form can be trusted.
    """
    began = time.perf_counter()
    _check(over, fixed, names, method, points, seconds, gigabytes)
    if both := [name for name in over or () if name in (fixed or {})]:
        raise RecoveryError(f"{both[0]} in over and in fixed", "a field that is varied or has a value", "leave one out")
    subject = subject_of(target, fixed)
    if of != PARAMETERS.name:
        subject = running(subject, of, target, inputs)
    elif inputs is not None:
        raise RecoveryError("inputs without of", "a quantity that depends on data", 'write of="flops", or leave inputs out')
    subject.seconds, subject.gigabytes = seconds, gigabytes
    if fixed:
        subject.notes += (f"given: {', '.join(f'{name}={shown(value)}' for name, value in fixed.items())}",)
    taken = fields(subject, over)
    if not taken:
        built = subject.build({})
        number = f"{built:,}" if isinstance(built, int) else f"{number_of(built or ()):,} parameters"
        raise RecoveryError(f"{subject.name}: no integer field changes its {number}", "a field to vary", "name one with over")
    if unknown := [name for name in names or {} if name not in taken]:
        raise RecoveryError(f"names for {', '.join(map(str, unknown))}", f"fields among {', '.join(taken)}", "mend the names")
    symbols = {name: (names or {}).get(name, name.replace(".", "_")) for name in taken}
    if len(set(symbols.values())) < len(taken):
        raise RecoveryError(f"names={shown(dict(names or {}))}", "a symbol of its own for each field", "mend the names")
    subject.renamed = {made: name for name, made in symbols.items()}
    base = _start(subject, taken)
    refuse_chance(subject, base)
    if isinstance(subject.build(base), int):
        if method == "symbolic":
            given = f"method='symbolic' for {subject.name}, which returns an integer"
            raise RecoveryError(given, "tensors, whose shapes are traced", "leave it out, or return the module")
        ways: dict[str, Way] = {"black box": by_numbers}
    else:
        ways = {"symbolic": by_tensors, "black box": by_numbers}
        ways = {way: ways[way] for way in ways if method in ("both", way.replace(" ", ""))}
    reasons: list[str] = []
    for way, found in ways.items():
        try:
            form, held = _with_some_held(found, Task(subject, base, method == "both", points, seed, reasons), taken, over is None)
        except NotFittedError as error:
            reasons.append(f"{way}: {error}")
            continue
        except ValuesError as error:  # a root, or what else has no exact value
            reasons.append(f"{way}: {error.given} has no exact value")
            continue
        held += form.evidence.held
        evidence = replace(form.evidence, held=held, builds=subject.builds, seconds=time.perf_counter() - began)
        return replace(form, evidence=evidence, of=of)
    raise NotRecoveredError(f"{subject.name}: NOT RECOVERED; {'; '.join(reasons)}", "a form", _NEXT)


def _check(over: Any, fixed: Any, names: Any, method: Any, points: Any, seconds: Any, gigabytes: Any) -> None:
    """Raises `RecoveryError` for an argument of another kind than `recover` takes."""
    if over is not None and (isinstance(over, str) or not isinstance(over, Sequence) or not over):
        raise RecoveryError(f"over={shown(over)}", "a list of field names", 'write over=["hidden_size", "num_hidden_layers"]')
    for what, given in (("fixed", fixed), ("names", names)):
        if given is not None and not isinstance(given, Mapping):
            raise RecoveryError(f"{what}={shown(given)}", "a dictionary by names of fields", f"write {what}={{…: …}}")
    if method not in ("both", "symbolic", "blackbox"):
        raise RecoveryError(f"method={shown(method)}", "both, symbolic or blackbox", "choose one")
    if not is_size(points) or points < 12:
        raise RecoveryError(f"points={shown(points)}", "an integer from 12 on", "fewer are no evidence")
    for what, limit, usual in (("seconds", seconds, "30 s"), ("gigabytes", gigabytes, "4 GB")):
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 < limit < 10**6:
            raise RecoveryError(f"{what}={shown(limit)}", "a limit above 0", f"leave it out for {usual}")


def _with_some_held(found: Way, task: Task, taken: Sequence[str], may_hold: bool) -> tuple[Recovered, tuple[str, ...]]:
    """The form over the fields taken, or, if that may be, over as many of them as one is found for; and those that were held."""
    free = [name for name in taken if name not in task.subject.required]  # the others have no value to be held at
    held: tuple[str, ...] = ()
    first: NotFittedError | None = None
    while True:
        try:
            return found(task), held
        except NotFittedError as error:
            first = first or error
            along = [task.subject.renamed.get(name, name) for name in error.along]
        more = to_hold(free, held, along) if may_hold else ()
        if not more:
            raise first
        held += more
        task = replace(task, base=_start(task.subject, [name for name in taken if name not in held]))


def _start(subject: Subject, names: Sequence[str]) -> dict[str, int]:
    """Where to start, by the names of the symbols."""
    symbols = {name: made for made, name in subject.renamed.items()}
    return {symbols[name]: value for name, value in start(subject, names).items()}
