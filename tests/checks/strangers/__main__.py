"""The command: `python -m tests.checks.strangers renamed --claims 10000 --seed 1 --jobs 2`."""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.checks.strangers.tally import KINDS, failures, rows, summary


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.checks.strangers", description=__doc__)
    parser.add_argument("kind", choices=[*KINDS])
    parser.add_argument("--claims", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--failures", type=Path, help="write every failure here, one JSON object a line")
    parser.add_argument("--show", type=int, default=20, help="how many failures to print")
    given = parser.parse_args()
    start = time.perf_counter()
    found = list(rows(given.kind, given.seed, given.claims, given.jobs))
    failed = failures(found)
    print(f"{given.kind}: {given.claims:,} claims of seed {given.seed} in {time.perf_counter() - start:.0f} s")
    print(summary(found))
    if given.failures:
        given.failures.write_text(
            "".join(json.dumps(each.as_dict(), ensure_ascii=False) + "\n" for each in failed), encoding="utf-8"
        )
    elif failed:
        print("\nfrom tests.checks.strangers.replaying import *")
    for each in [] if given.failures else failed[: given.show]:
        change = f"; {each.change}" if each.change else ""
        print(f"\n# {each.fault[2:]}: claim {each.index}, {each.family}, {each.names} names{change}")
        print(f"# {' '.join(each.detail.split())[:300]}")
        print(each.line)
    return 1 if any(each.fault < "5" for each in failed) else 0


if __name__ == "__main__":
    sys.exit(main())
