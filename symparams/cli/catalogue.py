"""`symparams catalogue`: the published formulas that symparams knows, judged."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from symparams.cli.group import json_option, plain_command, refuse_ignored
from symparams.cli.printing import print_json, print_text, write


@plain_command("catalogue", "", "--latex")
@click.option("--latex", "as_latex", is_flag=True, help="Print booktabs tables for a paper.")
@json_option
def command(as_latex: bool, as_json: bool) -> None:
    """Judge the catalogue of published formulas.

    The exit status is 1 where a verdict is not the expected one, and 2 where it is undecided against expectation.
    """
    from symparams.checks import Kind
    from symparams.checks.catalogue import judge_catalogue
    from symparams.formulas.records import records
    from symparams.typeset.catalogue import catalogue_latex, catalogue_summary, catalogue_table

    if as_json:
        refuse_ignored(["as_latex"], "with --json")
    judged = judge_catalogue()
    if as_json:
        found = {judgement.record.id: judgement for judgement in judged}
        print_json([_entry(record, found.get(record.id)) for record in records()])
    elif as_latex:
        write(catalogue_latex(judged))
    else:
        print_text(catalogue_table(judged), catalogue_summary(judged, records()))
    changed = [judgement.kind for judgement in judged if not judgement.agrees]
    raise click.exceptions.Exit(0 if not changed else 2 if set(changed) == {Kind.UNKNOWN} else 1)


def _entry(record: Any, judgement: Any) -> dict[str, Any]:
    """A record with what came of it, for JSON."""
    entry = asdict(record)
    if judgement is None:
        return entry
    worked = [verdict.kind.value for verdict in judgement.worked]
    found = {"verdict": judgement.kind.value, "reason": judgement.verdict.reason, "worked_verdicts": worked}
    return entry | found | {"agrees": judgement.agrees}
