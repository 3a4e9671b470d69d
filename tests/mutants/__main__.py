"""The command: `python -m tests.mutants --sample 500 --seed 1 [--jobs N] [--only symparams/checks]`.

It puts one small fault at a time into a copy of the package and runs the tests that concern the file. What no test notices is
printed; the exit status is 1 where fewer than 97 % are noticed, 2 where the tests fail without a fault.

Why no tool from the index, as of November 2026: mutmut 3.8 (October 2026, BSD) leaves out every function with a decorator but
staticmethod and classmethod, hence our properties, and has no sample by seed; cosmic-ray 8.7 (August 2026, MIT) has one test
command for all files and no filter that samples; mutatest 3.1 (2022, MIT) wants coverage below 6.
"""

import argparse
import random
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from tests.mutants.equivalents import EQUIVALENTS
from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.rooms import ROOMS, concerning
from tests.mutants.running import Workshop, workshop

PROJECT = Path(__file__).parents[2]
WANTED = 97  # per cent
SLACK, FACTOR = 30, 3  # a mutant may take so many seconds more than so many times the tests without a fault


class FaultlessFailure(Exception):  # noqa: N818  # it is no error of the command
    """A test fails without a fault, so that it can tell nothing of one."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--sample", type=int, help="how many, chosen by the seed; all of them where left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time, each in a copy of its own")
    parser.add_argument("--only", default="symparams", help="a folder or file of the package")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the copies are removed
    files = sorted({str(path.relative_to(PROJECT)) for room in ROOMS for path in (PROJECT / room).rglob("*.py")})
    inside = [file for file in files if f"{file}/".startswith(f"{options.only.rstrip('/')}/")]
    mutants = [mutant for file in inside for mutant in mutants_of(PROJECT, file)]
    if not mutants:
        parser.error(f"no mutants in {options.only}; give a folder or file in one of {', '.join(ROOMS)}")
    chosen = random.Random(options.seed).sample(mutants, min(options.sample or len(mutants), len(mutants)))
    print(f"{len(chosen):,} of {len(mutants):,} mutants", flush=True)
    start = time.perf_counter()
    with ExitStack() as stack:
        free: SimpleQueue[Workshop] = SimpleQueue()
        for _ in range(options.jobs):
            free.put(stack.enter_context(workshop(PROJECT)))
        limits: dict[str, float] = {}
        one_at_a_time = Lock()

        def limit(shop: Workshop, test: str) -> float:
            """How long a mutant may take for a test file, by what it takes without a fault, tried once."""
            with one_at_a_time:
                if test not in limits:
                    status, took, printed = shop.run([test])
                    if status != 0:
                        raise FaultlessFailure(f"{test} fails already without a fault:\n{printed}")
                    limits[test] = SLACK + FACTOR * took
                return limits[test]

        def outcome(mutant: Mutant) -> tuple[str, str]:
            before, after, text = mutant.applied(PROJECT)
            shown = f"{mutant.file}:{mutant.line}: {before}  →  {after}"
            if reason := EQUIVALENTS.get((mutant.file, before, after)):
                return "equivalent", f"{shown} ({reason})"
            shop = free.get()
            try:
                for test in concerning(mutant.file):
                    kind = shop.outcome(mutant.file, text, [test], limit(shop, test))
                    if kind != "survived":
                        return kind, shown
                return "survived", shown
            finally:
                free.put(shop)

        tally: Counter[str] = Counter()
        survivors: list[str] = []
        with ThreadPoolExecutor(options.jobs) as threads:
            for kind, shown in threads.map(outcome, chosen):
                tally[kind] += 1
                survivors += [shown] if kind == "survived" else []
                print(f"{kind}: {shown}", flush=True)
    counted = tally["killed"] + tally["timeout"] + tally["survived"]
    share = 100 * (counted - tally["survived"]) / counted if counted else 100.0
    print("\nno test noticed:", *survivors or ["none"], sep="\n  ")
    print(", ".join(f"{tally[kind]:,} {kind}" for kind in ("killed", "timeout", "survived", "equivalent")))
    print(f"{share:.1f} % noticed (a timeout counts as noticed); {WANTED} % wanted; {time.perf_counter() - start:,.0f} s")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FaultlessFailure as failure:
        print(failure)
        sys.exit(2)
