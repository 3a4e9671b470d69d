"""Which tests concern which part of the package, quick ones first: the first that fails ends a mutant's run."""

from __future__ import annotations

__all__ = ["ROOMS", "TIMED", "concerning"]

JUDGING = (
    "symparams/checks",
    "tests/checks/test_mutants.py",
    "tests/checks/test_judging.py",
    "tests/checks/test_laws.py",
    "tests/checks/test_verdicts.py",
    "tests/checks/test_trust.py",
    "tests/checks/test_catalogue.py",
    "tests/checks/strangers",
)
FORMULAS = ("tests/formulas/test_reading.py", "tests/formulas/test_readings.py", "tests/formulas/test_roundtrip.py")
TIMED = (  # tests of speed alone: on a busy machine they fail, fault or no fault
    "tests/checks/test_catalogue.py::test_the_whole_catalogue_is_judged_cold_in_the_time_of_a_dozen_imports_of_sympy",
    "tests/formulas/test_readings.py::test_a_reading_takes_a_few_milliseconds",
    "tests/checks/documents/test_linting.py::test_a_file_of_50_megabytes",
    "tests/checks/documents/test_linting.py::test_lines_that_nearly_match_cost_little",
)
ROOMS: dict[str, tuple[str, ...]] = {
    "symparams/layers": (
        "symparams/layers",
        "tests/test_tree.py",
        "tests/test_derivations.py",
        "tests/test_counting.py",
        "tests/test_conventions.py",
        "tests/frameworks/test_mirror.py",
        "tests/frameworks/test_torch.py",
        "tests/frameworks/test_keras.py",
    ),
    "symparams/tree": (
        "symparams/tree",
        "tests/test_tree.py",
        "tests/test_conditions.py",
        "tests/test_outlines.py",
        "tests/test_derivations.py",
        "tests/test_counting.py",
        "tests/checks/test_judging.py",
    ),
    "symparams/counting": (
        "symparams/counting",
        "tests/test_quantities.py",
        "tests/test_results.py",
        "tests/test_outlines.py",
        "tests/test_counting.py",
    ),
    "symparams/asymptotics": (
        "symparams/asymptotics",
        "tests/test_asymptotics.py",
        "tests/test_budgets.py",
        "tests/test_results.py",
        "tests/checks/test_judging.py",
    ),
    "symparams/derivations": ("symparams/derivations", "tests/test_derivations.py", "tests/test_results.py"),
    "symparams/checks": JUDGING,
    "symparams/checks/documents": ("symparams/checks/documents", "tests/checks/documents", "tests/cli/test_lint.py"),
    "symparams/formulas": ("symparams/formulas", *FORMULAS, "tests/checks/test_judging.py", "tests/checks/test_catalogue.py"),
    "symparams/notation": (
        "symparams/notation",
        "tests/notation",
        "tests/test_tree.py",
        "tests/test_results.py",
        *JUDGING[1:4],
        *FORMULAS,
    ),
}


def concerning(file: str) -> tuple[str, ...]:
    """The tests of the innermost room that a file is in."""
    return ROOMS[max((room for room in ROOMS if file.startswith(f"{room}/")), key=len)]
