"""Throws inputs at one part of symparams and keeps what matters: foreign exceptions, the slowest input, the growth of memory."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symparams.errors import SymparamsError

__all__ = ["SLOWEST", "Hung", "Tally", "Target", "resident", "run"]

SLOWEST = 1.0  # seconds of processor time for one input
PATIENCE = 10  # seconds of processor time, after which an input counts as hung
WARM_UP = 200  # inputs before memory is compared: what every process needs once


@dataclass(frozen=True)
class Target:
    """A part of symparams: what it is given, and what is done with it. `answer` names the kind of the answer."""

    inputs: Callable[[random.Random], Iterator[Any]]
    answer: Callable[[Any], str]


@dataclass
class Tally:
    """What came of the inputs."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Any, str]] = field(default_factory=list)
    slow: list[tuple[float, Any]] = field(default_factory=list)
    longest: float = 0.0
    hardest: Any = None
    growth: float = 0.0  # MB

    @property
    def inputs(self) -> int:
        return sum(self.kinds.values())

    def __str__(self) -> str:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in self.kinds.most_common())
        lines = [
            f"{self.inputs:,} inputs: {kinds}",
            f"{len(self.faults)} exceptions other than SymparamsError",
            *(f"  {fault}\n    {given!r}" for given, fault in self.faults[:20]),
            f"slowest {self.longest:.2f} s of processor time, {len(self.slow)} over {SLOWEST:g} s: {self.hardest!r}",
            *(f"  {took:.2f} s: {given!r}" for took, given in sorted(self.slow, key=lambda one: -one[0])[:20]),
            f"memory grew by {self.growth:.0f} MB",
        ]
        return "\n".join(lines)


class Hung(BaseException):
    """An input without an answer: no `except Exception` may swallow it."""


def _hung(*_: object) -> None:
    raise Hung


def resident() -> float:
    """The memory that the process holds, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def run(target: Target, seed: int, count: int) -> Tally:
    """`count` inputs of that seed, one after the other."""
    tally = Tally()
    handler = signal.signal(signal.SIGPROF, _hung)
    before = resident()
    for number, (given, _) in enumerate(zip(target.inputs(random.Random(seed)), range(count), strict=False)):
        if number == WARM_UP:
            before = resident()
        started = time.process_time()  # of this process alone: other people's work is not ours
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        try:
            kind = target.answer(given)
        except SymparamsError as error:
            kind = "refused" if str(error) else "refused without a word"
        except (Exception, Hung) as error:
            kind = "failed"
            tally.faults.append((given, f"{type(error).__name__}: {error}"))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - started
        tally.kinds[kind] += 1
        if took > SLOWEST:
            tally.slow.append((took, given))
        if took > tally.longest:
            tally.longest, tally.hardest = took, given
    signal.signal(signal.SIGPROF, handler)
    tally.growth = resident() - before
    return tally
