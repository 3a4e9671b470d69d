"""What `lint` finds in whole documents that people could have written."""

import pytest

from symparams.checks.documents import lint_file
from symparams.checks.documents.passages import passages
from tests.checks.documents.papers import MARKDOWN, PYTHON, TEX

DOCUMENTS = [
    pytest.param(suffix, *document, id=f"{suffix}: {name}")
    for suffix, documents in ((".tex", TEX), (".md", MARKDOWN), (".py", PYTHON))
    for name, document in documents.items()
]


@pytest.mark.parametrize(("suffix", "content", "expected"), DOCUMENTS)
def test_findings_by_line(tmp_path, suffix, content, expected):
    path = tmp_path / f"paper{suffix}"
    path.write_text(content, encoding="utf-8")
    findings = list(lint_file(path))
    assert [(finding.line, finding.status) for finding in findings] == expected, [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("suffix", "content", "named"),
    [
        (".tex", TEX["rows of an align that are different equations"][0], ["P_{\\text{attn}} &= 4d^2", "P &= 12d^2 + 13d"]),
        (".tex", TEX["two formulas behind qquad"][0], ["P_L = 4(HI", "P_G = 3(HI"]),
        (".md", MARKDOWN["a table with many numbers"][0], ["124M", "355M"]),
        (".tex", TEX["a number and a formula in one sentence"][0], ["12Nd^2", "124M parameters"]),
    ],
)
def test_a_question_names_the_candidates_and_the_next_move(tmp_path, suffix, content, named):
    path = tmp_path / f"paper{suffix}"
    path.write_text(content, encoding="utf-8")
    message = next(lint_file(path)).message
    assert "the annotation could mean" in message and "put the annotation beside the one" in message
    assert all(name in message for name in named)


@pytest.mark.parametrize(
    ("content", "claim"),
    [
        ("\\[ 12Nd^2, \\quad d = 768 \\]", "12Nd^2, \\quad d = 768"),
        ("\\begin{align} d &= 768 \\\\ P &= 12Nd^2 \\end{align}", "P &= 12Nd^2, \\quad d = 768"),
        (
            "\\begin{equation} 12Nd^2 \\qquad N = 12, \\quad d = 768. \\label{a}\\end{equation}",
            "12Nd^2, \\quad N = 12, \\quad d = 768",
        ),
    ],
)
def test_sizes_beside_a_formula_stay_with_it(content, claim):
    [passage] = passages(enumerate(["% symparams: Transformer(N, d, V)", content], 1), "tex")
    assert " ".join(passage.claim.replace("&", "").split()) == claim.replace("&", "").replace("  ", " ")


def test_a_group_behind_blanks():
    from symparams.checks.documents.rows import _group_end

    assert _group_end([" ", "{", "a", "}", "b"], 0) == 4
    assert _group_end([" ", "a"], 0) == 0
