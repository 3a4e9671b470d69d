"""What `lint` finds in whole documents that people could have written."""

import pytest

from symparams.checks.documents import lint_file
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
