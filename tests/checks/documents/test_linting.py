"""Annotated formulas in documents: where they are found, and what a bad file does."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symparams import SymparamsError, read_model
from symparams.checks.documents import lint, lint_file, read_annotation
from symparams.checks.documents.markups import MARKUPS
from symparams.checks.documents.passages import passages
from tests.checks.documents import papers

TEX = r"""\documentclass{article} % symparams is named here
% symparams: Transformer(N, d, V) params
\begin{equation}\label{eq:count}
  N(12d^2 + 13d) + Vd  % biases and all
\end{equation}
% symparams: LSTM(I, H) params
%   where e=I, h=H
% and a remark
The LSTM has $4(eh+h^2+2h)$ weights and $x$ more, 100\% of them.
\[ 4d^2 \] % symparams: MultiHeadAttention(d, bias=False)
% symparams: Transformer(N, d, V)
\begin{align*}
  P &= N(12d^2+13d)+Vd \\
    &\approx 12Nd^2
\end{align*}
%% symparams: GRU(I, H) / LSTM(I, H) params
Three quarters, \(75\,\%\), of it.
"""
MARKDOWN = """# Sizes
<!-- symparams: LSTM(I, H) params; where e=I, h=H --> $4(eh+h^2+h)$ and $4d$
`4(e*h + h^2)` <!-- symparams: LSTM(e, h) -->
Not one: `<!-- symparams: Bad( -->`.

<!-- symparams:
  GRU(I, H) / LSTM(I, H)
  params -->
It is
`75 %`.

```
<!-- symparams: Bad( -->
```
<!-- symparams: Transformer(N, d, V) -->
```python
12*N*d**2 + 13*N*d + V*d
```
<!-- symparams: Transformer(N, d, V) -->

$$
12Nd^2
$$
<!-- symparams: Linear(I, O) --> $IO$ <!-- symparams: Linear(I, O) --> $IO + O$
"""
PYTHON = '''"""A module.

.. symparams: LSTM(I, H) params; where e=I, h=H

4(e h + h^2 + h)
"""
def f(cfg):
    """Count.

    <!-- symparams: LSTM(I, H) -->
    has $4(IH+H^2+H)$ weights
    .. symparams: LSTM(I, H)
    .. math:: 4(IH+H^2)
    .. symparams: MultiHeadAttention(d)
    It is :math:`4d^2 + 4d`.
    """
    # symparams: Transformer(N, d, V)
    n: int = (12 * cfg.n_layer * cfg.n_embd ** 2 +  # blocks
        cfg.vocab_size * cfg.n_embd)
    m = 4 * cfg.d_model ** 2  # symparams: MultiHeadAttention(d)
    # symparams: LSTM(I, H)
    # where e=I
    # 4(eH + H² + H)
    s = "# symparams: Bad("
    # symparams: MultiHeadAttention(d, bias=False)
    return 4 * d**2
'''


def found(path: Path) -> list[tuple[int, str]]:
    return [(finding.line, "?" if finding.verdict is None else finding.verdict.kind.value) for finding in lint_file(path)]


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.tex", TEX, [(3, "EXACT"), (9, "EXACT_UNDER"), (10, "EXACT"), (12, "LEADING_ORDER"), (17, "EXACT")]),
        (
            "a.md",
            MARKDOWN,
            [
                (2, "EXACT"),
                (3, "EXACT_UNDER"),
                (10, "EXACT"),
                (16, "EXACT"),
                (21, "LEADING_ORDER"),
                (24, "EXACT_UNDER"),
                (24, "EXACT"),
            ],
        ),
        (
            "a.py",
            PYTHON,
            [
                (5, "EXACT"),
                (11, "EXACT"),
                (13, "EXACT_UNDER"),
                (15, "EXACT"),
                (18, "LEADING_ORDER"),
                (20, "EXACT_UNDER"),
                (23, "EXACT"),
                (26, "EXACT"),
            ],
        ),
    ],
)
def test_where_formulas_are_found(tmp_path, name, content, expected):
    for text in (content, "\ufeff" + content, content.replace("\n", "\r\n")):
        assert found(written(tmp_path, name, text)) == expected


def notebook(*cells: tuple[str, str]) -> str:
    made = [{"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)} for kind, source in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_notebooks(tmp_path):
    text = notebook(
        ("markdown", "# Title\n<!-- symparams: LSTM(I, H) -->\n$$4(IH + H^2 + H)$$"),
        ("code", "%time 1\n# symparams: GRU(I, H)\nn = 3 * (I*H + H**2)\n!ls"),
        ("raw", "<!-- symparams: LSTM(I, H) --> $4$"),
        ("code", "# symparams: GRU(I, H)\nn = ("),
        ("markdown", "größer\n\n`75 %` <!-- symparams: GRU(I, H) / LSTM(I, H) -->"),
    )
    findings = list(lint_file(written(tmp_path, "a.ipynb", text)))
    assert [(finding.cell, finding.status) for finding in findings] == [(1, "right"), (2, "wrong"), (4, "unreadable"), (5, "right")]
    lines = text.splitlines()
    assert "4(IH + H^2 + H)" in lines[findings[0].line - 1]
    assert "3 * (I*H" in lines[findings[1].line - 1]
    assert "75 %" in lines[findings[3].line - 1]
    assert "(cell 2)" in findings[1].place


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ipynb", "{", "no notebook"),
        ("a.ipynb", "[]", "without a list of cells"),
        ("a.ipynb", '{"cells": [3]}', "cell 1 has no text"),
        ("a.ipynb", '{"cells": [{"cell_type": "code", "source": [1]}]}', "cell 1 has no text"),
        ("a.ipynb", '{"a":' * 100_000, "no notebook"),
        ("a.ipynb", "1" * 10_000, "no notebook"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0\0", "a binary file"),
        ("a.md", b"caf\xe9 symparams:", "no text in UTF-8: byte 0xe9"),
        ("a.py", b"\xff\xfe#\0", "a binary file"),
        ("a.py", "# symparams: LSTM(I, H)\nx = (", "no Python"),
        ("a.py", "# symparams: LSTM(I, H)\n  x = '", "unreadable"),
        ("a.docx", "x", "a file of the kind '.docx'"),
        ("Makefile", "x", "a file of the kind 'Makefile'"),
        ("a.tex", "% symparams: LSTM(I, H)\n\nwords\n\n$4d$", "an annotation without a formula"),
        ("a.tex", "% symparams: LSTM(I, H)", "an annotation without a formula"),
        ("a.tex", "% symparams: LSTM(I, H)\n% symparams: LSTM(I, H)\n$4(IH + H^2 + H)$", "an annotation without a formula"),
        ("a.tex", "% symparams: LSTM(I, H)\n$4d\n" * 2000, "never ends"),
        ("a.tex", "% symparams: LSTM(I, H)\n\\begin{align}" + "x\n" * 9000, "never ends"),
        ("a.md", "<!-- symparams: LSTM(I, H)\n$4d$", "never closed by -->"),
        ("a.md", "<!-- symparams: LSTM(I, H) -->" + " " * 30_000 + "$4d$", "a line of 30,034 characters"),
        ("a.tex", "% symparams: LSTM(I, H) speed\n$4d$", "the quantity 'speed'"),
        ("a.tex", "% symparams: LSTM(I, H) params where\n$4d$", "behind where"),
        ("a.tex", "% symparams: LSTM(I, H) where e\n$4d$", "each name once"),
        ("a.tex", "% symparams: LSTM(I, H) where e=I, e=H\n$4d$", "each name once"),
        ("a.tex", "% symparams: LSTM(I, H) params with love\n$4d$", "behind the model"),
        ("a.tex", "% symparams: LSTM\n$4d$", "a model with its sizes in brackets"),
        ("a.tex", "% symparams:\n$4d$", "an empty annotation"),
        ("a.tex", "% symparams: LSTN(I, H)\n$4d$", "did you mean LSTM"),
        ("a.tex", "% symparams: __import__('os').system('ls')\n$4d$", "an unknown name"),
        ("a.tex", "% symparams: LSTM(I, H)\n$4 hidden szie$", "reads like words"),
        ("a.tex", "% symparams: LSTM(I, H) where e=q\n$4eH$", "'q' is not declared"),
        ("a.tex", "% symparams: LSTM(" + "(" * 500 + "\n$4d$", "a model with its sizes in brackets"),
        ("a.tex", "% symparams: LSTM(I, H) / GRU\n$4d$", "a model with its sizes in brackets"),
    ],
)
def test_bad_files_and_annotations_are_a_message(tmp_path, name, content, message):
    findings = list(lint_file(written(tmp_path, name, content)))
    assert findings
    assert message in findings[0].message
    assert findings[0].status == "unreadable"
    assert findings[0].github.startswith("::error file=")
    assert "\n" not in findings[0].github


def test_no_file_stops_the_others(tmp_path):
    good = written(tmp_path, "good.md", "<!-- symparams: LSTM(I, H) --> $4(IH + H^2 + H)$")
    bad = [tmp_path / "missing.tex", written(tmp_path, "b.ipynb", "{"), written(tmp_path, "b.tex", b"\0")]
    findings = list(lint([*bad, good]))
    assert [finding.status for finding in findings] == ["unreadable"] * 3 + ["right"]
    assert "No such file" in findings[0].message


def test_a_file_of_50_megabytes(tmp_path):
    large, below = tmp_path / "large.tex", tmp_path / "below.tex"
    line = "A long document of which no line is a formula, $x$ and more.\n"
    with large.open("w") as file:
        file.writelines([line] * (50_000_000 // len(line)))
    with below.open("w") as file:
        file.writelines([line] * (30_000_000 // len(line)))
        file.write("% symparams: LSTM(I, H)\n$4(IH+H^2)$\n")
    script = (
        "import re, sys; from pathlib import Path; from symparams.checks.documents import lint\n"
        "for finding in lint(sys.argv[1:]): print(finding.place, finding.message.splitlines()[0])\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"  # kB; ru_maxrss counts the parent's too
    )
    start = time.perf_counter()
    command = [sys.executable, "-c", script, str(large), str(below)]
    first, second, memory = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert time.perf_counter() - start < 20
    assert "a file of 50 MB" in first
    assert "wrong" in second and f"below.tex:{30_000_000 // len(line) + 2}" in second
    assert int(memory) < 200_000


@pytest.mark.parametrize("kind", sorted(MARKUPS))
def test_lines_that_nearly_match_cost_little(kind):
    signs = ["$", "`", "\\[", "\\begin{align}", "<!-- symparams: ", "% symparams: L(", ".. symparams: ", "-->", "(", "%", " ", "x"]
    chance = random.Random(kind)
    start = time.process_time()
    for _ in range(60):
        lines = ["".join(chance.choices(signs, k=chance.choice([3, 30, 2000]))) for _ in range(12)]
        for passage in passages(enumerate(lines, 1), kind):
            assert 1 <= passage.line <= 12
    for sign in signs:
        list(passages(enumerate([f"% symparams: <!-- symparams: {sign * 9000}"[:19_000]] * 20, 1), kind))
    assert time.process_time() - start < 10


def test_random_files_never_raise(tmp_path):
    chance = random.Random(7)
    pieces = [
        *(
            line
            for documents in (papers.TEX, papers.MARKDOWN, papers.PYTHON)
            for text, _ in documents.values()
            for line in text.splitlines(True)
        ),
        *TEX.splitlines(True),
        *MARKDOWN.splitlines(True),
        *PYTHON.splitlines(True),
        "\0",
        "\x1b[31m",
        "é",
        '"""',
        "$",
        "{",
        "\\",
    ]
    for number in range(120):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 25)))
        path = written(tmp_path, f"f{number}{chance.choice(['.tex', '.md', '.py', '.ipynb'])}", text)
        for finding in lint_file(path):
            assert finding.message.replace("\n", "").isprintable()
            assert "a fault of symparams" not in finding.message
            json.dumps(finding.as_json())


def test_annotations():
    assert read_annotation("  LSTM(I,\n H)  params ;where e = I , h=512 ").where == {"e": "I", "h": "512"}
    assert read_annotation("Transformer(N, d, V, head='untied'); where f=Max(d, 3)").where == {"f": "Max(d, 3)"}
    assert read_annotation("LSTM(I, H) parameters").model == read_model("LSTM(I, H)")
    with pytest.raises(SymparamsError, match="characters"):
        read_annotation("LSTM(I, H) where a=" + "b" * 5000)


def test_the_repository_is_right():
    root = Path(__file__).parents[3]
    findings = list(lint([root / "README.md"]))
    assert findings and all(finding.right for finding in findings)


def test_the_hook_that_others_may_use():
    from symparams.cli import main

    text = (Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    keys = dict(line.removeprefix("- ").strip().split(": ", 1) for line in text.splitlines() if line.strip())
    assert keys["id"] == "symparams-lint" and keys["language"] == "python"
    program, command = keys["entry"].split()
    assert program == "symparams" and command in main.commands
    assert keys["types_or"] == "[tex, markdown, jupyter, python]"


def test_the_readme_keeps_its_own_formulas_right():
    findings = list(lint([Path(__file__).parents[3] / "README.md"]))
    assert len(findings) == 2
    assert [finding.status for finding in findings] == ["right", "right"]


def test_costs_in_documents(tmp_path):
    text = """The operations of a step
<!-- symparams: Transformer(L, h, V) flops(B, s, training=True) --> are $72BLsh^2(1 + s/(6h) + V/(12hL))$, a cache
<!-- symparams: Transformer(L, h, V) kv_cache(b, s, bytes=2); where n=L --> $4nbhs$, the ratio
<!-- symparams: GRU(I, H) / LSTM(I, H) flops(b, s) --> $3/4$, and
<!-- symparams: Transformer(L, h, V) flops --> $12Lbsh^2$ is wrong.
"""
    found = list(lint_file(written(tmp_path, "a.md", text)))
    assert [finding.status for finding in found] == ["right", "right", "right", "wrong"], [finding.message for finding in found]
    assert "multiply-adds, called operations" in found[-1].message


def test_each_meaning_behind_where_is_cut_out_alone():
    from symparams.checks.documents.annotation import read_meanings

    assert read_meanings("e=d, f=2*d, g=Max(d, 64), h=512") == {"e": "d", "f": "2*d", "g": "Max(d, 64)", "h": "512"}
