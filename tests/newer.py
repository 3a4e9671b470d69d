"""What the installed frameworks and sympy change: `python -m tests.newer`, in an environment where they are newer than the pins.

The tests compare some results to the letter, for the versions that the test extra pins. Here the same results are computed anew
and each difference is a line: the harvested names, the formulas of new model types and of a sample of the known ones (all with
--all, which takes hours), and how sympy's expressions are written. The exit status is 1 where there is a difference.
"""

import argparse
import random
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from symparams.frameworks.names.harvest import differences, harvested, read
from symparams.frameworks.recovery.sweeping import TABLES, Job, Outcome, pairs, read_table, sweep
from symparams.notation import tex, text
from tests.reading_back import read as expression

ROOT = Path(__file__).parents[1]
TABLE = TABLES / "transformers-5.23.csv"
GOLDEN = ROOT / "tests" / "notation" / "golden.toml"
COMPARED = ("cls", "outcome", "over", "held", "formula", "conditions")


def pins() -> dict[str, str]:
    """The versions that the test extra pins."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    return dict(requirement.split("==") for requirement in extras["test"] if "==" in requirement)


def written_otherwise(forms: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The forms of the golden table that are written in another way now."""
    for form in forms:
        expr = expression(form["given"])
        for kind, now in (("text", text(expr)), ("tex", tex(expr))):
            if now != form[kind]:
                yield f"written: {form['given']} as {kind}: {form[kind]} → {now}"


def changes(before: Mapping[tuple[str, str], Outcome], after: Mapping[tuple[str, str], Outcome]) -> Iterator[str]:
    """What came of the rows that were computed anew, where it differs from the table; a row that the table lacks is new."""
    for key, row in sorted(after.items()):
        if key not in before:
            yield f"{' '.join(key)}: new: {row.formula or f'{row.outcome}: {row.reason}'}"
            continue
        for field in COMPARED:
            was, now = getattr(before[key], field), getattr(row, field)
            if was != now:
                yield f"{' '.join(key)}: {field}: {was or 'none'} → {now or 'none'}"


def anew(jobs: list[Job]) -> dict[tuple[str, str], Outcome]:
    """These rows of the table, recovered under the installed version."""
    with tempfile.TemporaryDirectory() as folder:
        return sweep(jobs, Path(folder) / "table.csv")


def rows_changed(table: Mapping[tuple[str, str], Outcome], sample: int | None, seed: int) -> Iterator[str]:
    """The model types that went, and what changes in those that came and in a sample of the known ones, or in all."""
    jobs = pairs("transformers", sorted({row.task for row in table.values()}))
    present = {job[:2] for job in jobs}
    yield from (f"{' '.join(key)}: gone" for key in sorted(table.keys() - present))
    known = [job for job in jobs if job[:2] in table]
    drawn = known if sample is None else random.Random(seed).sample(known, min(sample, len(known)))
    yield from changes(table, anew([*(job for job in jobs if job[:2] not in table), *drawn]))


def main(arguments: list[str] | None = None) -> int:
    """Prints the versions and every difference."""
    parser = argparse.ArgumentParser(prog="python -m tests.newer", description=__doc__)
    parser.add_argument("--rows", type=int, default=20, help="how many known model types to recover anew")
    parser.add_argument("--all", action="store_true", help="recover all model types anew")
    parser.add_argument("--seed", type=int, default=1, help="which model types are drawn")
    options = parser.parse_args(arguments)
    for name, pinned in pins().items():
        print(f"{name} {pinned} → {version(name)}")
    found = 0
    for line in chain(
        written_otherwise(tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["form"]),
        (f"names: {line}" for line in differences(read(), harvested())),
        rows_changed(read_table(TABLE), None if options.all else options.rows, options.seed),
    ):
        print(line, flush=True)
        found += 1
    print(f"{found} differences")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
