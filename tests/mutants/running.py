"""A mutant against its tests, in a copy of the project that nothing else reads."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import cache_from_source
from pathlib import Path

from tests.mutants.rooms import TIMED

__all__ = ["Workshop", "workshop"]

NOT_COPIED = (".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "build", "dist")
PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", "--no-header")
MEMORY = 8 * 2**30  # bytes of address space for one run: a mutant may build a list without end


class Workshop:
    """A copy of the project in which one file at a time is mutated."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def outcome(self, file: str, text: str, tests: Sequence[str], limit: float) -> str:
        """`killed`, `survived` or `timeout`: what the tests say of the file with that text."""
        original = (self.root / file).read_text(encoding="utf-8")
        try:
            self._write(file, text)
            status, _, _ = self.run(tests, limit)
        finally:
            self._write(file, original)
        return "timeout" if status is None else "killed" if status else "survived"

    def run(self, tests: Sequence[str], limit: float | None = None) -> tuple[int | None, float, str]:
        """Pytest's exit status, None where it took longer than the limit; the seconds; what it printed."""
        shutil.rmtree(self.root / ".hypothesis", ignore_errors=True)  # examples that another mutant failed on
        start = time.perf_counter()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
            run = subprocess.Popen(
                [sys.executable, *PYTEST, *(f"--deselect={test}" for test in TIMED), *tests],
                cwd=self.root,
                env=os.environ | {"PYTHONPATH": str(self.root)},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that what the tests start ends with them
            )
            _bounded(run.pid)
            try:
                status: int | None = run.wait(limit)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _end(run)
            printed.seek(0)
            return status, time.perf_counter() - start, printed.read()

    def _write(self, file: str, text: str) -> None:
        path = self.root / file
        path.write_text(text, encoding="utf-8")
        Path(cache_from_source(str(path))).unlink(missing_ok=True)  # two mutants may share size and second


def _bounded(process: int) -> None:
    if sys.platform == "linux":
        import resource

        resource.prlimit(process, resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end(run: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()


@contextmanager
def workshop(project: Path) -> Iterator[Workshop]:
    """A workshop with a copy of the project, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder, "project")
        shutil.copytree(project, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        yield Workshop(root)
