"""Snippets that somebody has looked at are as they were, and each is set on a page of its class."""

import pytest

from tests.typeset.compiling import compiled, overfull
from tests.typeset.pages import FOLDER, PAGES, document, snippet

ENVIRONMENTS = {"inline", "equation", "align", "align*", "aligned", "multline", "table", "longtable"}


def test_they_are_of_every_environment():
    assert {options["env"] for _, _, options in PAGES.values()} == ENVIRONMENTS
    assert sorted(path.stem for path in FOLDER.glob("*.tex")) == sorted(PAGES), "python -m tests.golden writes them anew"


@pytest.mark.parametrize("name", PAGES)
def test_it_is_as_it_was(name):
    kept = (FOLDER / f"{name}.tex").read_text(encoding="utf-8")
    assert snippet(name) == kept, "python -m tests.golden writes it anew; python -m tests.typeset FOLDER draws it: look at it"


@pytest.mark.parametrize("name", ["breakdown", "comparison", "verdict", "derivation"])
def test_it_is_set_within_its_column(tmp_path, name):
    path = tmp_path / "page.tex"
    path.write_text(document(name), encoding="utf-8")
    assert [points for points in overfull(compiled(path)) if points > 1] == []
