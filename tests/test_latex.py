"""The paper: what it inputs is what the program writes today, it states nothing itself, and it compiles."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.typeset.compiling import compiled, overfull

LATEX = Path(__file__).parent.parent / "latex"
GENERATED = sorted(path.name for path in (LATEX / "generated").iterdir())
PAPER = (LATEX / "paper.tex").read_text(encoding="utf-8")
BODY = PAPER.partition("\\begin{document}")[2].partition("\\begin{thebibliography}")[0]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder that the one command writes."""
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run([sys.executable, LATEX / "generate.py", folder], check=True, timeout=120)
    return folder


def test_the_program_writes_the_committed_files(written):
    assert sorted(path.name for path in written.iterdir()) == GENERATED


@pytest.mark.parametrize("name", GENERATED)
def test_no_file_has_drifted(written, name):
    committed = (LATEX / "generated" / name).read_bytes()
    assert committed == (written / name).read_bytes(), "write it anew: python latex/generate.py"


def test_the_paper_inputs_each_file_once():
    inputs = re.findall(r"\\(?:derivation|generatedtable(?:\[[^]]*\])?)\{(\w+)\}|\\input\{generated/(\w+)\}", PAPER)
    figures = re.findall(r"\\generatedfigure\{(\w+)\}", PAPER)
    assert sorted([*(f"{one or other}.tex" for one, other in inputs), *(f"{one}.pdf" for one in figures)]) == GENERATED


def test_the_paper_uses_each_command():
    commands = re.findall(r"\\newcommand\{\\(\w+)\}", (LATEX / "generated" / "macros.tex").read_text(encoding="utf-8"))
    assert len(set(commands)) == len(commands) > 40
    assert [name for name in commands if not re.search(rf"\\{name}(?![A-Za-z])", BODY)] == []


def test_the_paper_states_no_number_and_no_formula():
    labels = r"\\(?:ref|cite|generatedtable(?:\[[^]]*\])?|generatedfigure|derivation)\{[^}]*\}|[Aa]rticle~\d|GPT-\d|\b4\.[46]\b"
    assert re.findall(r".{20}\d.{20}", re.sub(labels, "", BODY)) == []
    for formula in re.findall(r"\$([^$]*)\$|\\\[(.*?)\\\]", re.sub(r"\\text\{[^}]*\}", "", BODY), re.DOTALL):
        assert not re.search(r"(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])", "".join(formula)), formula


def test_the_paper_compiles(tmp_path):
    document = Path(shutil.copytree(LATEX, tmp_path / "latex", ignore=shutil.ignore_patterns("build", "__pycache__"))) / "paper.tex"
    log = compiled(document)
    assert "undefined" not in log and "multiply defined" not in log
    assert [points for points in overfull(log) if points > 2] == []
    pages = int(re.search(r"Output written on paper\.pdf \((\d+) pages", log.replace("\n", ""))[1])
    assert 4 <= pages <= 8
