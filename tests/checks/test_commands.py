"""`symparams check` and `symparams lint`: what they print and their exit status."""

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
    ("arguments", "status", "shown"),
    [
        (["12Nd^2 + 13Nd + Vd", "--model", "Transformer(N, d, V)"], 0, "right (exact)"),
        (["12Nd^2", "--model", "Transformer(N, d, V)"], 1, "write ≈"),
        (["12 q^2", "--model", "Transformer(N, d, V)"], 2, "'q' is not declared"),
        (["12Nd^2", "--model", "Transformr(N, d, V)"], 2, "did you mean Transformer"),
        (["4(xy+y^2+y)", "--model", "LSTM(I, H)", "--where", "x=I,y=H"], 0, "read as: x is I, y is H"),
        (["4(xy+y^2+y)", "--model", "LSTM(I, H) params; where x=I, y=H"], 0, "read as"),
        (["4(eh+h^2+h) = 2,100,352", "--model", "LSTM(I, H)", "--where", "e=512,h=512"], 1, "wrong (arithmetic)"),
        (["$4eH$", "--model", "LSTM(I, H)", "--where", "e"], 2, "each name once"),
        (["75 %", "--model", "GRU(I, H) / LSTM(I, H)"], 0, "3/4"),
        (["124M", "--model", "Transformer(N, d, V)"], 1, "undecided"),
        (["4d_{model}^2", "--model", "MultiHeadAttention(d, bias=False)", "--syntax", "latex"], 0, "right"),
        (["4d^2", "--model", "MultiHeadAttention(d)", "--latex"], 1, r"\textbf{wrong} (exact under other conventions): $4 d^{2}$"),
        (["x", "--model", "Linear(d, d)", "--syntax", "klingon"], 2, "klingon"),
        (["12Nd^2"], 2, "--model"),
    ],
)
def test_check(arguments, status, shown):
    result = run("check", *arguments)
    assert result.exit_code == status
    assert shown in (result.output if status < 2 else result.stderr)
    assert "Traceback" not in result.output + result.stderr


def test_check_as_json():
    keys = json.loads(run("check", "4(eh+h^2)", "--model", "LSTM(I, H)", "--json").output)
    assert (keys["kind"], keys["right"], keys["annotation"]) == ("EXACT_UNDER", False, "LSTM(I, H, biases=0)")
    assert keys["difference"] == "-4*H"


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


def test_lint_of_missing_files():
    result = run("lint", "missing.md", "missing.tex")
    assert result.exit_code == 2
    assert result.output.count("No such file") == 2
    assert run("lint").exit_code == 2


def test_a_terminal_is_left_alone(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<!-- symparams: LSTM(\x1b[31mI, H) --> $4\x1b[2J$\n<!-- symparams: LSTM(I, H) --> `4\x07`\n")
    result = run("lint", str(path))
    assert result.exit_code == 2
    assert "\x1b" not in result.output and "\x07" not in result.output
