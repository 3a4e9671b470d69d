"""The committed table: complete, mostly recovered, and right where a sample of it is made and counted anew."""

import warnings

import pytest
import transformers

from symparams.frameworks.recovery.sweeping import TABLES, TEXT, pairs, read_table, recovered_pair
from tests.frameworks.recovery.audit import audited

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore")]

VERSION = "5.23"
TABLE = read_table(TABLES / f"transformers-{VERSION}.csv")
ANEW = ["llama", "bert", "t5", "mixtral", "olmo2", "opt"]
COUNTED = ["gpt2", "gemma2", "bart", "deepseek_v3", "mamba2", "electra", "deit", "got_ocr2", "jamba", "wav2vec2"]


def rows(kinds):
    return [pytest.param(row, id=f"{row.task}-{row.type}") for row in TABLE.values() if row.type in kinds]


def test_the_installed_library_is_the_tables():
    assert transformers.__version__.startswith(f"{VERSION}."), "install the test extra; python -m tests.newer shows what is new"


def test_every_model_type_is_there():
    assert {job[:2] for job in pairs("transformers", TEXT)} <= TABLE.keys()


def test_nearly_all_that_can_be_built_are_recovered():
    text = [row for row in TABLE.values() if row.task in TEXT and row.outcome != "cannot be built"]
    recovered = [row for row in text if row.outcome == "recovered"]
    assert len(text) >= 269
    assert len(recovered) >= 0.95 * len(text)


def test_a_row_says_what_came_of_it():
    for row in TABLE.values():
        assert (row.outcome == "recovered") == bool(row.formula)
        assert row.reason or row.outcome == "recovered"
        assert row.outcome != "recovered" or (int(row.points) >= 12 and row.over and row.methods)


@pytest.mark.parametrize("row", rows(ANEW))
def test_a_row_comes_out_again(row):
    again = recovered_pair((row.task, row.type, row.cls))
    assert (again["formula"], again["conditions"], again["held"]) == (row.formula, row.conditions, row.held)


@pytest.mark.parametrize("row", rows(COUNTED))
def test_a_row_is_right_where_the_model_is_built_and_counted(row):
    transformers.logging.set_verbosity_error()
    with warnings.catch_warnings(action="ignore"):
        right, wrong = audited(vars(row), 6, seed=7)
    assert not wrong
    assert right >= 3


def test_a_wrong_row_is_seen():
    row = TABLE["causal", "gpt2"]
    right, wrong = audited({**vars(row), "formula": row.formula.replace("13*n_embd", "12*n_embd")}, 6, seed=7)
    assert not right
    assert "the formula gives" in wrong[0]
