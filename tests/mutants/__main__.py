"""The command: `python -m tests.mutants --sample 500 --seed 1 [--jobs N] [--only symparams/checks]`.

It puts one small fault at a time into a module of the package and runs the tests that reach the faulty line, the quickest first,
each mutant in a process of its own. What no test notices is printed; the exit status is 1 where fewer than 97 % are noticed. Which
tests reach which line is measured once (some minutes) and kept in build/reach.json; `--measure` measures it again. Before, the same
is done with texts that have no fault: where a test fails then, nothing is measured.

Why no tool from the index, as of November 2026: mutmut 3.8 (October 2026, BSD) leaves out every function with a decorator but
staticmethod and classmethod, hence our properties, and has no sample by seed; cosmic-ray 8.7 (August 2026, MIT) has one test
command for all files and no filter that samples; mutatest 3.1 (2022, MIT) wants coverage below 6.
"""

import argparse
import multiprocessing
import random
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

from tests.mutants.equivalents import EQUIVALENTS
from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.reach import Reach
from tests.mutants.rooms import ROOMS
from tests.mutants.running import outcome, warmed

PROJECT = Path(__file__).parents[2]
WANTED = 97  # per cent
CONTROLS = 6  # modules that are tried without a fault before


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--sample", type=int, help="how many, chosen by the seed; all of them where left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("--only", default="symparams", help="a folder or file of the package")
    parser.add_argument("--reach", type=Path, default=PROJECT / "build" / "reach.json", help="where the map of tests and lines is")
    parser.add_argument("--measure", action="store_true", help="measure it again")
    options = parser.parse_args()
    files = sorted(str(path.relative_to(PROJECT)) for room in ROOMS for path in (PROJECT / "symparams" / room).rglob("*.py"))
    inside = [file for file in files if f"{file}/".startswith(f"{options.only.rstrip('/')}/")]
    mutants = [mutant for file in inside for mutant in mutants_of(PROJECT, file)]
    if not mutants:
        parser.error(f"no mutants in {options.only}; give a folder or file in one of {', '.join(ROOMS)}")
    if options.measure or not options.reach.exists():
        subprocess.run([sys.executable, "-m", "tests.mutants.reach", str(options.reach)], cwd=PROJECT, check=True)
    reach = Reach.read(options.reach, PROJECT)
    chosen = random.Random(options.seed).sample(mutants, min(options.sample or len(mutants), len(mutants)))
    print(f"{len(chosen):,} of {len(mutants):,} mutants", flush=True)
    start = time.perf_counter()
    warmed()
    tally: Counter[str] = Counter()
    missed: list[str] = []
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        controls = zip(chosen, pool.imap(partial(sound, reach), chosen[:CONTROLS]), strict=False)
        if failed := [mutant.file for mutant, found in controls if found != "survived"]:
            parser.exit(2, f"tests fail without a fault in {', '.join(failed)}: mend them, or measure again (--measure)\n")
        for kind, shown in pool.imap(partial(tried, reach), chosen):
            tally[kind] += 1
            missed += [f"{shown}   [{kind}]"] if kind in ("survived", "unreached") else []
            print(f"{kind}: {shown}", flush=True)
    counted = sum(tally.values()) - tally["equivalent"]
    share = 100 * (counted - len(missed)) / counted if counted else 100.0
    print("\nno test noticed:", *missed or ["none"], sep="\n  ")
    print(", ".join(f"{tally[kind]:,} {kind}" for kind in ("killed", "timeout", "survived", "unreached", "equivalent")))
    print(f"{share:.1f} % noticed (a timeout counts as noticed); {WANTED} % wanted; {time.perf_counter() - start:,.0f} s")
    return 0 if share >= WANTED else 1


def sound(reach: Reach, mutant: Mutant) -> str:
    """What the tests that reach a mutant's place say of the text without the fault; `survived` where none does."""
    found = outcome(reach, mutant.file, mutant.lines, (PROJECT / mutant.file).read_text(encoding="utf-8"))
    return "survived" if found == "unreached" else found


def tried(reach: Reach, mutant: Mutant) -> tuple[str, str]:
    """What the tests say of a mutant, and the fault in words."""
    before, after, text = mutant.applied(PROJECT)
    shown = f"{mutant.file}:{mutant.line}: {before}  →  {after}"
    if reason := EQUIVALENTS.get((mutant.file, before, after)):
        return "equivalent", f"{shown} ({reason})"
    return outcome(reach, mutant.file, mutant.lines, text), shown


if __name__ == "__main__":
    sys.exit(main())
