"""`symparams lint`: what it prints and its exit status."""

import json
import re

import pytest
from click.testing import CliRunner

from symparams.cli import main

RIGHT = "<!-- symparams: LSTM(I, H) params --> $4(IH + H^2 + H)$\n"
WRONG = "<!-- symparams: LSTM(I, H) params --> $4(IH + H^2)$\n"
UNREADABLE = "<!-- symparams: LSTM(I, H) params --> $4(IH + \n\n"


def run(*arguments: str):
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    ("contents", "status", "summary"),
    [
        ([RIGHT], 0, "1 right in 1 file"),
        (["no formula\n"], 0, "no annotated formulas in 1 file"),
        ([RIGHT, WRONG], 1, "1 right, 1 wrong in 2 files"),
        ([UNREADABLE], 2, "1 unreadable in 1 file"),
        ([UNREADABLE, RIGHT], 2, "1 right, 1 unreadable in 2 files"),
        ([UNREADABLE, WRONG, RIGHT], 1, "1 right, 1 wrong, 1 unreadable in 3 files"),
    ],
)
def test_lint(tmp_path, contents, status, summary):
    files = []
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.md").write_text(content)
        files.append(str(tmp_path / f"{number}.md"))
    result = run("lint", *files)
    assert (result.exit_code, result.output.splitlines()[-1]) == (status, summary)
    assert run("lint", "--github", *files).exit_code == status
    listed = json.loads(run("lint", "--json", *files).output)
    assert sum(listed[key] for key in ("right", "wrong", "unreadable")) == len(listed["findings"])
    assert all({"file", "line", "formula", "kind", "reason", "right"} <= finding.keys() for finding in listed["findings"])


def test_lint_as_annotations_of_a_ci(tmp_path):
    path = tmp_path / "100%,a:b.md"
    path.write_text("\n" + WRONG + RIGHT)
    first, last = run("lint", "--github", str(path)).output.splitlines()
    assert re.fullmatch(r"::error file=.*100%25%2Ca%3Ab\.md,line=2,title=symparams::wrong \(exact under.*%0A  why .*", first)
    assert last == "1 right, 1 wrong in 1 file"


def test_the_next_move_is_in_the_words_of_an_annotation(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<!-- symparams: Transformer(N, d, V) --> $124M$\n<!-- symparams: LSTM(I, H) --> $4 q r s^2 H$\n")
    shown = run("lint", str(path)).output
    assert "give N, V, d in the annotation, where N=…, V=…, d=…\n" in shown
    assert "say it in the annotation, where q=…\n" in shown
    assert "{" not in shown
    assert "say it in the annotation" in json.loads(run("lint", "--json", str(path)).output)["findings"][1]["reason"]


def test_lint_of_missing_files():
    result = run("lint", "missing.md", "missing.tex")
    assert result.exit_code == 2
    assert result.output.count("No such file") == 2
    assert run("lint").exit_code == 2
    nothing = run("lint", "missing/*.foo", "*.missing")
    assert (nothing.exit_code, nothing.output.count("a pattern that matches nothing")) == (2, 2)


def test_a_file_that_is_named_twice_is_judged_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(RIGHT)
    (tmp_path / "b.md").symlink_to("a.md")
    for paths in (["a.md", "a.md"], ["a.md", "."], ["*.md", "./a.md"], ["b.md", "a.md"]):
        assert run("lint", *paths).output.splitlines()[-1] == "1 right in 1 file"


def test_a_terminal_is_left_alone(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<!-- symparams: LSTM(\x1b[31mI, H) --> $4\x1b[2J$\n<!-- symparams: LSTM(I, H) --> `4\x07`\n")
    result = run("lint", str(path))
    assert result.exit_code == 2
    assert "\x1b" not in result.output and "\x07" not in result.output
