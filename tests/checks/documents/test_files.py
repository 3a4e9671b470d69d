"""Which files are read, and macros through the cells of a notebook."""

import io
import json
import sys

import pytest
from click.testing import CliRunner

from symparams.checks.documents import files, lint, lint_file, linting, read_annotation
from symparams.cli import main
from symparams.errors import AnnotationError

RIGHT = "<!-- symparams: LSTM(I, H) params --> $4(IH + H^2 + H)$\n"


def test_directories_and_patterns(tmp_path):
    kept = ["README.md", "docs/a.md", "docs/deep/b.tex", "src/m.py"]
    others = [".hidden/a.md", "docs/.a.md", "env/lib/a.md", "node_modules/x/a.md", "docs/a.txt", "src/__pycache__/a.py"]
    for name in [*kept, *others]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RIGHT)
    (tmp_path / "docs/plain.md").write_text("nothing here")
    (tmp_path / "docs/binary.md").write_bytes(b"\0\xff")
    (tmp_path / "env/pyvenv.cfg").write_text("home = x")
    (tmp_path / "docs/round").symlink_to(tmp_path)
    found = [path.removeprefix(f"{tmp_path}/") for path in files([tmp_path])]
    assert sorted(found) == sorted(kept)
    assert [path.removeprefix(f"{tmp_path}/") for path in files([tmp_path / "**" / "*.tex"])] == ["docs/deep/b.tex"]
    assert [finding.status for finding in lint([tmp_path / "docs" / "a*.md"])] == ["right"]
    assert "a pattern that matches nothing" in next(lint([str(tmp_path / "no*.md")])).message


def test_standard_input(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"% symparams: LSTM(I, H)\n$4(IH + H^2 + H)$")))
    [finding] = lint(["-"], stdin_name="paper.tex")
    assert (finding.place, finding.status) == ("paper.tex:2", "right")
    run = CliRunner().invoke
    result = run(main, ["lint", "-", "--stdin-name", "a.md"], input=RIGHT)
    assert result.exit_code == 0 and result.output.startswith("a.md:1: right")
    for name, message in (("", "without a name"), ("a.docx", "'.docx'")):
        result = run(main, ["lint", "-", "--stdin-name", name], input=RIGHT)
        assert result.exit_code == 2 and message in result.output


def test_the_command_takes_a_directory(tmp_path):
    (tmp_path / "a.md").write_text(RIGHT)
    (tmp_path / "b.py").write_text("n = 4 * (I*H + H**2)  # symparams: LSTM(I, H)\n")
    result = CliRunner().invoke(main, ["lint", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "1 right, 1 wrong in 2 files"


def notebook(*cells):
    made = [{"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)} for kind, source in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_macros_of_earlier_cells(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(
        notebook(
            ("markdown", "$$\\newcommand{\\dm}{d_{\\text{model}}}$$\n# Attention"),
            ("markdown", "<!-- symparams: MultiHeadAttention(d_model) -->\n$$4\\dm^2 + 4\\dm$$"),
            ("code", "%%latex\n% symparams: MultiHeadAttention(d_model)\n\\[ 4\\dm^2 + 3\\dm \\]"),
            ("code", "print('no annotation')"),
            ("markdown", "<!-- symparams: LSTM(128, 256) -->\nThe cell above prints **394,240** parameters."),
        )
    )
    findings = list(lint_file(path))
    assert [(finding.cell, finding.status) for finding in findings] == [(2, "right"), (3, "wrong"), (5, "right")]
    assert findings[0].formula == r"4\dm^2 + 4\dm"


@pytest.mark.parametrize(
    ("written", "quantity"),
    [
        ("", "parameters"),
        ("params", "parameters"),
        ("parameters", "parameters"),
        ("trainable", "trainable"),
        ("trainable params", "trainable"),
        ("Trainable parameters", "trainable"),
        ("frozen", "frozen"),
        ("non-embedding parameters", "non_embedding"),
        ("non_embedding", "non_embedding"),
        ("non-embedding params; where e=I", "non_embedding"),
    ],
)
def test_quantities(written, quantity):
    annotation = read_annotation(f"LSTM(I, H) {written}")
    assert annotation.of == quantity
    assert annotation.where == ({"e": "I"} if "where" in written else {})


@pytest.mark.parametrize("written", ["flopz", "trainable flops", "params with love", "busy params"])
def test_an_unknown_quantity_lists_the_known(written):
    with pytest.raises(AnnotationError, match="params, trainable, frozen, active, non_embedding"):
        read_annotation(f"LSTM(I, H) {written}")


def test_what_is_counted_is_passed_on(tmp_path, monkeypatch):
    passed = []

    def check(claim, model, where, syntax, **quantity):
        passed.append(quantity)
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(linting, "check", check)
    path = tmp_path / "a.md"
    path.write_text("<!-- symparams: LSTM(I, H) trainable params --> $4H$\n<!-- symparams: LSTM(I, H) --> $4H$\n")
    findings = list(lint_file(path))
    assert passed == [{"of": "trainable"}, {}]
    assert all("ZeroDivisionError" in finding.message and finding.status == "unreadable" for finding in findings)
