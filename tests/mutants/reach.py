"""Which tests reach which line: the suite is run once under coverage, each test a context of its own, and timed.

`python -m tests.mutants.reach FILE` writes the map, `python -m tests.mutants.reach FILE tests/checks` measures some tests again.
`Reach.read` reads it: lines that have moved since are found by their text; a line that is new is reached by the tests around it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutants.rooms import DEFINITIONS, LEFT_OUT, ROOMS, TESTS, TIMED

__all__ = ["PYTEST", "Reach", "is_timed"]

PROJECT = Path(__file__).parents[2]
PYTEST = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:nbval",
    "-p",
    "no:xdist",
    "-p",
    "no:benchmark",
    "--hypothesis-seed=0",
    "--no-header",
)
PYTEST += ("--assert=plain",)  # pytest reads a file that it was given anew from the disk to rewrite its asserts: without the fault
PYTEST += ("-o", "addopts=--doctest-modules --strict-markers", "-W", "ignore::pytest.PytestAssertRewriteWarning")
OWN = 30  # cases of a function in a round, in the tests of the room


def is_timed(test: str) -> bool:
    """Whether a test is one of speed alone."""
    return test.split("[")[0] in TIMED


@dataclass(frozen=True)
class Reach:
    """For each file of the package the tests that reach its lines, "" the imports; for each test the seconds it takes."""

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def tests(self, file: str, lines: Sequence[int]) -> list[str]:
        """The tests that execute one of these lines, the quickest of each function first.

        If only imports do, all of the file, and those that look at what modules define.
        """
        by_line = self.lines.get(file, {})
        found = {test for line in lines for test in by_line.get(line, ())}
        if found == {""}:
            found = {test for tests in by_line.values() for test in tests}
            found |= {test for test in self.seconds if test.startswith(DEFINITIONS)}
        return self._in_rounds(found - {""}, file)

    def _in_rounds(self, tests: Iterable[str], file: str) -> list[str]:
        """Tests in rounds, each with one of every function, and more where the tests are the room's own.

        Many cases of one function notice much the same, unless what they are cases of is the room.
        """
        room = Path(file).parts[1:2]
        own = (file, *(start for name in room for start in (f"tests/{name}/", f"tests/test_{name}")))
        cases: Counter[str] = Counter()
        ranked = []
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            function = test.split("[")[0]
            ranked.append((cases[function] // (OWN if test.startswith(own) else 1), self.seconds[test], test))
            cases[function] += 1
        return [test for _, _, test in sorted(ranked)]

    @classmethod
    def read(cls, path: Path, root: Path) -> Reach:
        """The map that `write` wrote, for the texts that are below `root` now."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        names, found = raw["tests"], dict[str, dict[int, list[str]]]()
        for file, lines in raw["lines"].items():
            if (root / file).exists():
                reached = {int(line): [names[number] for number in numbers] for line, numbers in lines.items()}
                found[file] = _moved(reached, raw["texts"][file], (root / file).read_text(encoding="utf-8").splitlines())
        return cls(found, raw["seconds"])


def _moved(reached: dict[int, list[str]], before: Sequence[str], now: Sequence[str]) -> dict[int, list[str]]:
    """The tests by the lines of a text, from those by the lines that it had before."""
    found: dict[int, list[str]] = {}
    for kind, start, end, first, last in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind == "equal":
            found |= {first + at - start + 1: reached[at + 1] for at in range(start, end) if at + 1 in reached}
        elif kind != "delete":
            around = dict.fromkeys(test for at in range(start, end + 2) for test in reached.get(at, ()))
            found |= {at + 1: [*around] for at in range(first, last) if now[at].strip()}
    return found


class _Contexts:
    """Switches the context of coverage at each test, and keeps its time."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured, self.seconds, self.failed = measured, dict[str, float](), list[str]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.measured.switch_context(item.nodeid)
        started = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = round(time.perf_counter() - started, 4)
            self.measured.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not is_timed(item.nodeid)]


def write(path: Path, tests: Sequence[str] = ()) -> int:
    """Runs the tests, all or these, and writes the map; pytest's exit status."""
    texts = {  # before the tests, which take long enough for somebody to write
        str(file.relative_to(PROJECT)): file.read_text(encoding="utf-8").splitlines()
        for room in ROOMS
        for file in sorted((PROJECT / "symparams" / room).rglob("*.py"))
    }
    measured = coverage.Coverage(data_file=None, config_file=False, include=[f"{PROJECT}/symparams/{room}/*" for room in ROOMS])
    contexts = _Contexts(measured)
    measured.start()
    for file in texts:  # what an import executes is no test's, whichever of them needs it first
        import_module(".".join(Path(file).with_suffix("").parts).removesuffix(".__init__"))
    status = pytest.main([*PYTEST, *(f"--ignore={one}" for one in LEFT_OUT), *(tests or TESTS)], plugins=[contexts])
    measured.stop()
    data = measured.get_data()
    for test in contexts.failed:  # without a fault: it would notice any
        contexts.seconds.pop(test, None)
    kept = Reach.read(path, PROJECT) if tests and path.exists() else Reach({}, {})
    seconds = {test: took for test, took in kept.seconds.items() if not test.startswith(tuple(tests))} | contexts.seconds
    lines = {
        file: {line: {test for test in names if test in seconds or not test} for line, names in reached.items()}
        for file, reached in kept.lines.items()
    }
    for file in data.measured_files():
        reached = lines.setdefault(str(Path(file).relative_to(PROJECT)), {})
        for line, names in data.contexts_by_lineno(file).items():
            reached.setdefault(line, set()).update(name for name in names if name in seconds or not name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_written(texts, lines, seconds)), encoding="utf-8")
    print(f"{len(contexts.failed)} failed without a fault: {contexts.failed[:5]}")
    return int(status)


def _written(
    texts: Mapping[str, list[str]], lines: Mapping[str, Mapping[int, Iterable[str]]], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """What the file holds: tests by number, and the texts that the lines are those of."""
    names = sorted({*seconds, ""})
    number = {name: index for index, name in enumerate(names)}
    return {
        "tests": names,
        "texts": {file: texts[file] for file in sorted(lines)},
        "lines": {
            file: {str(line): sorted(number[test] for test in reached) for line, reached in sorted(lines[file].items())}
            for file in sorted(lines)
        },
        "seconds": seconds,
    }


if __name__ == "__main__":
    sys.exit(write(Path(sys.argv[1]), sys.argv[2:]))
