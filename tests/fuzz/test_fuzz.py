"""A few thousand inputs of each kind; `python -m tests.fuzz` throws as many as are wanted."""

import subprocess
import sys

import pytest

from tests.fuzz.__main__ import TARGETS
from tests.fuzz.running import run

COUNTS = {
    "reader": (2_000, "read"),
    "models": (200, "answered"),
    "lint": (150, "unreadable"),
    "check": (60, "DIFFERENT"),
    "costs": (150, "DIFFERENT"),
}
_READ = """
from tests.fuzz.reader import READER
from tests.fuzz.running import run
print(run(READER, 11, 20_000).growth)
"""


@pytest.mark.parametrize("target", TARGETS)
def test_only_our_errors_and_each_within_a_second(target):
    count, kind = COUNTS[target]
    tally = run(TARGETS[target], 0, count)
    assert tally.inputs == count
    assert tally.kinds[kind] >= count / 50  # the others test nothing but refusals
    assert not tally.faults and tally.longest < 2, tally  # a document holds several formulas


@pytest.mark.long
def test_memory_is_bounded():
    """Twenty thousand different texts in a process of their own."""
    grown = subprocess.run([sys.executable, "-c", _READ], capture_output=True, text=True, check=True).stdout
    assert float(grown) < 60
