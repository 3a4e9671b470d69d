"""A mutant against the tests that reach it, in a process forked from one that has loaded everything but symparams."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.mutants.reach import PYTEST, Reach

__all__ = ["asked", "outcome", "warmed"]

FEW, MOST = 40, 1500  # tests that are asked first, the quickest; and in all
BUDGET = 60.0  # seconds, without a fault, of the tests that a mutant is asked
SLACK, FACTOR = 20.0, 4.0  # a mutant may take so many seconds more than so many times the tests without a fault
MEMORY = 6 * 2**30  # bytes of data for one mutant, which may build a list without end


class _Mutated(importlib.abc.MetaPathFinder):
    """Finds one module with another text than its file has."""

    def __init__(self, file: Path, text: str) -> None:
        parts = file.with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.file, self.text = file.resolve(), text

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.file, loader=_Loader(name, str(self.file), self.text))


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self.text = text

    def get_code(self, fullname: str) -> Any:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _Chosen:
    """Only these tests, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self.order), key=lambda item: self.order[item.nodeid])


def warmed() -> None:
    """Loads what every mutant's process needs and no mutant changes."""
    os.environ["KERAS_BACKEND"] = "torch"
    for name in ("sympy", "hypothesis", "click", "rich.console", "rich.table", "numpy", "torch", "keras", "transformers"):
        with suppress(ImportError):
            importlib.import_module(name)


def asked(reach: Reach, file: str, lines: Sequence[int]) -> list[list[str]]:
    """The tests for a fault on these lines, in one or two groups: a few quick ones, then more within the budget."""
    tests, spent, chosen = reach.tests(file, lines), 0.0, []
    for test in tests[:MOST]:
        spent += reach.seconds[test]
        if spent > BUDGET and chosen:
            break
        chosen.append(test)
    return [group for group in (chosen[:FEW], chosen[FEW:]) if group]


def outcome(reach: Reach, file: str, lines: Sequence[int], text: str) -> str:
    """`unreached`, `killed`, `survived` or `timeout`: what the tests say of the file with that text."""
    groups = asked(reach, file, lines)
    if not groups:
        return "unreached"
    for group in groups:
        limit = SLACK + FACTOR * sum(reach.seconds[test] for test in group)
        if (found := _forked(Path(file), text, group, limit)) != "survived":
            return found
    return "survived"


def _forked(file: Path, text: str, tests: Sequence[str], limit: float) -> str:
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            _run(file, text, tests)
        finally:
            os._exit(70)  # what is neither a pass nor a failure of pytest counts as a failure
    ends = time.monotonic() + limit
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # what the tests started
            return "survived" if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else "killed"
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def _run(file: Path, text: str, tests: Sequence[str]) -> None:
    """In the forked process: the tests, with the file's text replaced; ends the process with pytest's exit status."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    sys.meta_path.insert(0, _Mutated(file, text))
    with tempfile.TemporaryDirectory(prefix="mutant-") as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch  # no examples that another mutant failed on
        files = dict.fromkeys(test.split("::")[0] for test in tests)
        status = pytest.main([*PYTEST, "-x", f"--basetemp={scratch}/pytest", *files], plugins=[_Chosen(tests)])
    os._exit(int(status))
