"""Which rooms are mutated, and which tests may notice."""

from __future__ import annotations

__all__ = ["DEFINITIONS", "LEFT_OUT", "ROOMS", "TESTS", "TIMED"]

ROOMS = ("asymptotics", "checks", "counting", "derivations", "formulas", "layers", "notation", "tree")
TESTS = ("symparams", "tests")  # all but notebooks and README, and but these:
LEFT_OUT = ("tests/benchmarks", "tests/fuzz", "tests/mutants", "tests/frameworks/recovery", "tests/cli/test_startup.py")
DEFINITIONS = "tests/test_values.py"  # looks at what modules define, and executes none of their lines
TIMED = (  # tests of speed alone: on a busy machine they fail, fault or no fault
    "tests/checks/test_catalogue.py::test_the_whole_catalogue_is_judged_cold_in_a_multiple_of_importing_sympy",
    "tests/formulas/test_readings.py::test_a_reading_takes_a_few_milliseconds",
    "tests/checks/documents/test_linting.py::test_a_file_of_50_megabytes",
    "tests/checks/documents/test_linting.py::test_lines_that_nearly_match_cost_little",
)
