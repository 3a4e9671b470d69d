"""Processor time of each check of the catalogue: `python -m tests.benchmarks.catalogue`."""

import time

from symparams.checks.catalogue import judge_record
from symparams.formulas.records import records


def main() -> None:
    judged = [record for record in records() if record.judged]
    judge_record(judged[0])  # what is loaded once
    times = []
    for record in judged:
        start = time.process_time()
        checks = judge_record(record)
        times.append((time.process_time() - start) / max(1, len(checks.worked) + (checks.formula is not None)))
    times.sort()
    share = {name: times[min(len(times) - 1, int(len(times) * part))] for name, part in (("median", 0.5), ("95th percentile", 0.95))}
    print(f"{len(times)} records, processor time a check: ", ", ".join(f"{name} {value * 1000:.0f} ms" for name, value in share.items()))
    print(f"slowest {times[-1] * 1000:.0f} ms, all together {sum(times):.1f} s")


if __name__ == "__main__":
    main()
