"""What a form is recovered from: something that can be built at sizes. Building executes that code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from symparams.errors import RecoveryError
from symparams.frameworks.recovery.building.aside import keras_aside, keras_modules, quiet
from symparams.frameworks.recovery.building.limits import OutOfTimeError, memory_limit, time_limit
from symparams.frameworks.recovery.building.offline import OfflineError, offline
from symparams.frameworks.recovery.building.tensors import Tensor, tensors_of
from symparams.frameworks.recovery.exact.traced import Trace

__all__ = ["Built", "Subject", "defining_modules"]

Built = tuple[Tensor, ...] | int


@dataclass
class Subject:
    """A constructor with the integer fields that may be varied.

    where: make: sizes → what is built; defaults: the fields and the values that they have if nobody says otherwise, None where they
    have none; modules: those whose int() is to keep sizes traced; torch: whether it is built on torch's meta device; others: fields
    that are no integers; required: fields without a default, whose sizes
    are guessed; aliases: second names of fields; renamed: symbol → field, where they differ; notes: what a reader has to know;
    seconds, gigabytes: the limits of each build.
    """

    name: str
    make: Callable[[Mapping[str, int], Trace | None], Any]
    defaults: dict[str, Any]
    modules: tuple[str, ...] = ()
    torch: bool = True
    others: dict[str, Any] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 30.0
    gigabytes: float = 4.0
    builds: int = 0
    last_error: str = ""
    _done: int = 0
    _late: int = 0
    _known: dict[tuple[tuple[str, int], ...], Built | None] = field(default_factory=dict)

    def build(self, values: Mapping[str, int]) -> Built | None:
        """What is built at these sizes, None where the constructor refuses; the same sizes are built once."""
        key = tuple(sorted(values.items()))
        if key not in self._known:
            self._known[key] = self._attempted(lambda: self._built(values))
        return self._known[key]

    def again(self, values: Mapping[str, int]) -> Built | None:
        """What is built at these sizes when they are built once more."""
        return self._attempted(lambda: self._built(values))  # type: ignore[no-any-return]

    def _attempted(self, build: Callable[[], Any]) -> Any:
        """What a build comes to within the limits, None where it raises.

        Raises `RecoveryError` where it takes too long before anything was built.
        """
        try:
            with time_limit(self.seconds), memory_limit(self.gigabytes):
                built = build()
        except OutOfTimeError as error:
            if error.of != "clock":  # not the limit of this build
                raise
            self.last_error = str(error)
            self._late += 1
            if not self._done or self._late > 3:
                move = "raise the limit with seconds= (--seconds), or give smaller sizes with fixed={…} (--with name=value)"
                raise RecoveryError(f"{self.name}: a build took {error}", "a constructor that ends", move) from None
        except MemoryError:
            self.last_error = f"more than {self.gigabytes:g} GB"
        except (Exception, SystemExit) as error:
            told = next((cause for cause in _causes(error) if isinstance(cause, OfflineError)), error)
            self.last_error = f"{type(told).__name__}: {' '.join(str(told).split())[:200]}"
        else:
            self._done += 1
            return built
        return None

    def traced(self, values: Mapping[str, Any], trace: Trace) -> Built | None:
        """What is built at traced sizes, None where the constructor refuses."""
        return self._attempted(lambda: self._built(values, trace))  # type: ignore[no-any-return]

    def _built(self, values: Mapping[str, Any], trace: Trace | None = None) -> Built:
        self.builds += 1
        with offline(), quiet(), keras_aside(), self._intercepted(trace):
            made = self.make(self._fields(values), trace)
        return tensors_of(made)  # outside, where torch's functions are not watched

    def _fields(self, values: Mapping[str, int]) -> dict[str, int]:
        return {self.renamed.get(name, name): value for name, value in values.items()}

    def _intercepted(self, trace: Trace | None) -> AbstractContextManager[None]:
        """Torch on the meta device, with its sizes traced if asked for."""
        if not self.torch:
            return nullcontext()
        from symparams.frameworks.recovery.building.intercepting import on_meta, watched

        return on_meta() if trace is None else watched(trace, (*self.modules, *keras_modules()))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those that it was raised from or within."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def defining_modules(*classes: type) -> tuple[str, ...]:
    """The modules that define these classes and those they descend from, without torch's own and Python's."""
    names = {base.__module__ for cls in classes for base in cls.__mro__}
    return tuple(sorted(name for name in names if name.partition(".")[0] not in ("builtins", "torch", "abc", "typing")))
