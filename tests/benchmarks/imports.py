"""`python -m tests.benchmarks.imports`: the time of `import symparams` over that of `import sympy`, as a ratio of medians.

Whole processes, interleaved, so that a machine whose speed drifts slows both.
"""

import subprocess
import sys
import time
from statistics import median


def seconds(module: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - started


def ratio(rounds: int = 20) -> float:
    """The ratio of the medians of `rounds` interleaved runs each."""
    seconds("symparams")  # once to write the byte code
    runs = [(seconds("sympy"), seconds("symparams")) for _ in range(rounds)]
    return median(run[1] for run in runs) / median(run[0] for run in runs)


if __name__ == "__main__":
    print(f"import symparams / import sympy = {ratio():.3f}")
