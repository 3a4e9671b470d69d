"""`python -m symparams.frameworks.harvesting`: makes the atlas, or goes on with it where it was stopped."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click

from symparams.atlas.entries import FOLDER
from symparams.atlas.models import names, row_of
from symparams.frameworks.harvesting.jobs import Job, jobs_of_library, jobs_of_rows
from symparams.frameworks.harvesting.running import harvest, write_index


@click.command()
@click.argument("classes", nargs=-1)
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--models", is_flag=True, help="Only what the published models need.")
@click.option("--anew", is_flag=True, help="Forget the entries of these classes first.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, help="The folder of the entries.")
def main(classes: tuple[str, ...], workers: int, models: bool, anew: bool, into: Path) -> None:
    """Recover CLASSES, or every class of transformers and every published model, and write their entries.

    What is there already is not made again. In a program, `harvest` takes any standard executor, such as a Dask client's.
    """
    rows = [(row.cls, row.config) for row in map(row_of, names())]
    jobs = [*jobs_of_rows(rows), *([] if models else jobs_of_library())]
    if classes:
        jobs = [job for job in jobs if job.cls in classes] or [Job(name) for name in classes]
    into.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()

    def report(job: Job, answer: Mapping[str, Any]) -> None:
        outcome = "recovered" if "variant" in answer else f"{answer['outcome']}: {answer['reason']}"
        click.echo(f"{time.perf_counter() - began:6.0f} s  {job.cls} {job.key}  {outcome}")

    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=25) as executor:
        harvest(jobs, into, executor, report, forget=classes if anew else ())
    click.echo(f"{write_index(into):,} classes")


if __name__ == "__main__":
    main()
