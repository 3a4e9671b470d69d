"""The command: `python -m tests.fuzz {reader|models|lint|check|costs} --inputs 10000 --seed 1`."""

import argparse
import sys
import time

from tests.fuzz.claims import CLAIMS
from tests.fuzz.costs import COSTS
from tests.fuzz.documents import DOCUMENTS
from tests.fuzz.models import MODELS
from tests.fuzz.reader import READER
from tests.fuzz.running import run

TARGETS = {"reader": READER, "models": MODELS, "lint": DOCUMENTS, "check": CLAIMS, "costs": COSTS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start = time.perf_counter()
    tally = run(TARGETS[options.target], options.seed, options.inputs)
    print(tally)
    print(f"{time.perf_counter() - start:.0f} s")
    return 1 if tally.faults or tally.slow else 0


if __name__ == "__main__":
    sys.exit(main())
