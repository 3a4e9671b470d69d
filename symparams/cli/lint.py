"""`symparams lint`: are the annotated formulas of documents right."""

from __future__ import annotations

import click

from symparams.cli.group import json_option, plain_command, refuse_ignored
from symparams.cli.printing import print_json, print_text, write


@plain_command("lint", "README.md", "README.md --github")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option(
    "--stdin-name", metavar="paper.tex", default="", help="The name of what comes from standard input, read for the path -."
)
@json_option
@click.option("--github", "as_github", is_flag=True, help="Print what is wrong as annotations of GitHub's CI.")
def command(paths: tuple[str, ...], stdin_name: str, as_json: bool, as_github: bool) -> None:
    """Judge the annotated formulas of documents.

    It reads .tex, .md, .ipynb and .py files, and directories that have such files. An annotation is a comment above a formula: "%
    symparams: Transformer(N, d, V) params" in TeX, "# symparams: ..." in Python, "<!-- symparams: LSTM(I, H) params; where e=I,
    h=H -->" in Markdown. The exit status is 1 where a formula is wrong, else 2 where a file, an annotation or a formula cannot
    be read, or a formula cannot be decided, else 0.
    """
    from symparams.checks import Kind, documents

    if as_json:
        refuse_ignored(["as_github"], "with --json")
    if "-" not in paths:
        refuse_ignored(["stdin_name"], "without the path -")
    files = list(documents.files(paths))
    counts = dict.fromkeys(("right", "wrong", "undecided", "unreadable"), 0)
    listed = []
    for finding in documents.lint(files, stdin_name):
        undecided = finding.verdict is not None and finding.verdict.kind is Kind.UNKNOWN
        counts["undecided" if undecided else finding.status] += 1
        if as_json:
            listed.append(finding.as_json())
        elif not as_github:
            print_text(f"{finding.place}: {finding.message}")
        elif not finding.right:
            write(finding.github)
    if as_json:
        print_json({**counts, "findings": listed})
    else:
        total = ", ".join(f"{number} {status}" for status, number in counts.items() if number) or "no annotated formulas"
        print_text(f"{total} in {len(files)} {'file' if len(files) == 1 else 'files'}")
    raise click.exceptions.Exit(1 if counts["wrong"] else 2 if counts["undecided"] or counts["unreadable"] else 0)
