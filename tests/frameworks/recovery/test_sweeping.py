import os
import time

import pytest

from symparams.errors import RecoveryError
from symparams.frameworks.recovery.sweeping import Outcome, pairs, read_table, recovered_pair, sweep, write_table


def misbehave(job):
    """What one process does with one pair: crashes, sleeps, or answers."""
    if job[1] == "crashes":
        os._exit(7)
    if job[1] == "sleeps":
        time.sleep(60)
    return {"outcome": "recovered", "formula": "d**2"}


def test_one_crash_does_not_end_a_run_and_a_run_goes_on_where_it_stood(tmp_path):
    table = tmp_path / "table.csv"
    jobs = [("causal", kind, "Class") for kind in ("first", "crashes", "sleeps", "last")]
    told: list[Outcome] = []
    sweep(jobs[:3], table, workers=1, seconds=0.5, told=told.append, work=misbehave)
    rows = sweep(jobs, table, workers=1, seconds=20, told=told.append, work=misbehave)
    assert {kind: row.outcome for (_, kind), row in rows.items()} == {
        "first": "recovered",
        "crashes": "crashed",
        "sleeps": "time limit",
        "last": "recovered",
    }
    assert [row.type for row in told] == ["first", "crashes", "sleeps", "last"]
    assert read_table(table) == rows


def test_a_table_is_read_as_it_was_written(tmp_path):
    rows = {("causal", "x"): Outcome("causal", "x", "X", "not recovered", reason='a "reason", with commas')}
    write_table(tmp_path / "t.csv", rows)
    assert read_table(tmp_path / "t.csv") == rows


def test_the_pairs_are_the_librarys():
    found = pairs("transformers")
    assert ("causal", "gpt2", "GPT2LMHeadModel") in found and ("seq2seq", "t5", "T5ForConditionalGeneration") in found
    assert len(found) > 250
    with pytest.raises(RecoveryError, match="--all 'keras'"):
        pairs("keras")


@pytest.mark.filterwarnings("ignore")
def test_a_pair_is_recovered_over_every_field_that_matters():
    row = recovered_pair(("causal", "gpt2", "GPT2LMHeadModel"))
    assert row["outcome"] == "recovered"
    assert set(row["over"].split()) == {"vocab_size", "n_positions", "n_embd", "n_layer"}
    assert row["formula"].startswith("n_layer*(12*n_embd**2 + 13*n_embd)")
