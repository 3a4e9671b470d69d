"""The command that shows what newer versions change: silent where nothing does, and not where something does."""

import tomllib
from dataclasses import replace

import pytest

from symparams.frameworks.recovery.sweeping import read_table
from tests.newer import GOLDEN, TABLE, anew, changes, pins, written_otherwise

pytestmark = pytest.mark.filterwarnings("ignore")
GPT2 = ("causal", "gpt2")


def test_what_is_compared_to_the_letter_is_pinned():
    assert pins().keys() == {"keras", "sympy", "torch", "transformers"}
    assert TABLE.stem == f"transformers-{pins()['transformers'].rpartition('.')[0]}"


def test_a_form_that_is_written_otherwise_is_a_line():
    forms = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["form"][:40]
    assert list(written_otherwise(forms)) == []
    assert list(written_otherwise([{**forms[1], "tex": "VII"}])) == ["written: 7 as tex: VII → 7"]


@pytest.mark.live
def test_a_row_computed_anew_is_a_line_where_it_differs():
    table = read_table(TABLE)
    row = table[GPT2]
    now = anew([(*GPT2, row.cls)])
    assert list(changes(table, now)) == []
    older = replace(row, formula="12*n_embd**2", held="n_head")
    assert list(changes({GPT2: older}, now)) == [
        "causal gpt2: held: n_head → none",
        f"causal gpt2: formula: 12*n_embd**2 → {row.formula}",
    ]
    assert list(changes({}, now)) == [f"causal gpt2: new: {row.formula}"]
