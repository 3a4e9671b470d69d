"""Random comparisons of our mirrors with the live modules: python -m tests.frameworks.compare --comparisons 100000 --seed 1.

Each draws a class, its options and its sizes. Half of them are compared over numbers and over symbols; of the other half one size
is replaced, and the mirror must refuse what the framework refuses. The exit status is 1 where anything did not match.
"""

import argparse
import os
import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

os.environ["KERAS_BACKEND"] = "torch"  # before anything imports keras

from tests.frameworks.cases import drawn, drawn_options
from tests.frameworks.keras_cases import KERAS
from tests.frameworks.spoiling import outcome, spoiled
from tests.frameworks.torch_cases import TORCH

FRAMEWORKS = {"torch": TORCH, "keras": KERAS}
QUIET = settings(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
AT_ONCE = 500  # hypothesis keeps what it has drawn


def compared(data: st.DataObject) -> tuple[str, str]:
    """One random comparison: what was compared, and how it came out."""
    name = data.draw(st.sampled_from(list(FRAMEWORKS)))
    framework = FRAMEWORKS[name]
    case = data.draw(st.sampled_from(framework.cases))
    sizes, others = drawn(data, case, drawn_options(data, case))
    described = f"{name} {case.name} {sizes} {others}"
    try:
        if data.draw(st.booleans()):
            framework.compare(case, sizes, others)
            return described, "equal"
        arguments = data.draw(spoiled(sizes))
        described = f"{name} {case.name} {arguments.sizes} {others}"
        return described, outcome(framework, case, arguments, others)
    except Exception as error:  # counted, so that one mismatch does not hide the others
        return f"{described}\n    {type(error).__name__}: {error}", "mismatch"


def main(words: list[str] | None = None) -> int:
    """Compare, print the counts and the first mismatches."""
    parser = argparse.ArgumentParser(prog="python -m tests.frameworks.compare", description=__doc__)
    parser.add_argument("--comparisons", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed, the same comparisons (0)")
    arguments = parser.parse_args(words)
    outcomes: Counter[str] = Counter()
    mismatches: list[str] = []
    for start in range(0, arguments.comparisons, AT_ONCE):
        count = min(AT_ONCE, arguments.comparisons - start)

        @seed(f"{arguments.seed} {start}")
        @settings(
            max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @given(data=st.data())
        def run(data: st.DataObject) -> None:
            described, result = compared(data)
            outcomes[result] += 1
            if result == "mismatch":
                mismatches.append(described)

        run()
    print(f"{sum(outcomes.values()):,} comparisons")
    for result in ("equal", "refused", "stricter", "mismatch"):
        print(f"  {result:<10} {outcomes[result]:,}")
    for mismatch in mismatches[:20]:
        print(mismatch)
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
