"""A claim with what is known about it, and what `check` made of it."""

import signal
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr

from symparams import Layer, check
from symparams.checks import Kind, Verdict
from symparams.errors import FormulaTextError, MatchError, SymparamsError

MOST_SECONDS = 20


@dataclass(frozen=True)
class Claim:
    """A text about a model, whether it is true, and what was changed where it is not."""

    text: str
    model: Layer | Expr
    written: str  # the model in Python
    true: bool
    family: str  # the sort of claim within its kind
    names: int
    where: Mapping[str, int | str] = field(default_factory=dict)
    change: str = ""  # what was done to the formula
    changed: Expr | None = None  # claim − model
    marks: tuple[str, ...] = ()  # any of these names what was changed
    members: tuple[Expr, ...] = ()  # how many each weight holds that the change is about
    place: int | None = None  # which side holds the error

    def replay(self) -> str:
        """The claim as a line of Python, behind `from tests.checks.strangers.replaying import *`."""
        where = f", where={dict(self.where)!r}" if self.where else ""
        return f"check({self.text!r}, {self.written}{where})"


@dataclass(frozen=True)
class Outcome:
    """What `check` said: right, wrong, undecided, question (MatchError), unread (FormulaTextError), refused, crash or slow."""

    word: str
    detail: str
    seconds: float
    explained: bool | None = None
    placed: bool | None = None


class TooSlowError(Exception):
    """A check that took longer than anybody waits."""


def judged(claim: Claim) -> tuple[Outcome, Verdict | None]:
    """The outcome of the claim and the time that it took."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)  # processor time: a busy machine makes no check slow
    start = time.process_time()
    verdict = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            verdict = check(claim.text, claim.model, where=dict(claim.where) or None)
            word = "right" if verdict.right else "undecided" if verdict.kind is Kind.UNKNOWN else "wrong"
            detail = f"{verdict.kind.value}: {verdict.reason}"
    except FormulaTextError as error:
        word, detail = "unread", str(error)
    except MatchError as error:
        word, detail = "question", str(error)
    except SymparamsError as error:
        word, detail = "refused", f"{type(error).__name__}: {error}"
    except TooSlowError:
        word, detail = "slow", f"over {MOST_SECONDS} s"
    except Exception as error:  # a crash is a finding, whatever it is
        word, detail = "crash", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return Outcome(word, detail, time.process_time() - start), verdict
