"""The catalogue: every record is whole, and every verdict is the expected one."""

from collections import Counter

import pytest

from symparams.checks import Kind
from symparams.checks.catalogue import judge_record
from symparams.errors import RecordError
from symparams.formulas.records import Record, read_records, records

JUDGED = [record for record in records() if record.judged]

SOURCE = """
[sources.blog]
title = "A blog"
author = "somebody"
url = "https://example.org"
status = "read in the source"
"""
RECORD = """
[[record]]
id = "a"
source = "blog"
statement = "4(IH + H² + H)"
quantity = "parameters"
architecture = "LSTM"
model = "LSTM(I, H)"
expected = "EXACT"
"""


@pytest.mark.parametrize("record", JUDGED, ids=lambda record: record.id)
def test_the_verdict_is_the_expected_one(record: Record):
    judged = judge_record(record)
    assert [judged.kind.value, *(verdict.kind.value for verdict in judged.worked)] == [
        record.expected,
        *(number.expected for number in record.worked),
    ], judged.verdict
    assert judged.agrees
    assert judged.verdict.reason


def test_a_record_is_whole():
    for record in records():
        assert record.statement.strip() and record.quantity and record.architecture, record.id
        assert record.source.title and record.source.author and record.source.status, record.id
        assert bool(record.model) == record.judged != bool(record.unjudged), record.id
        assert not record.judged or record.why, record.id


def test_the_five_articles_are_complete():
    claims = {record.id.rstrip("abcdefgh") for record in records() if record.group == "articles"}
    last = (14, 8, 2, 7, 6)
    assert claims == {f"{article}.{claim}" for article, claims in enumerate(last) for claim in range(article > 0, claims + 1)} - {
        "0.0"
    }


def reason(name: str) -> str:
    return judge_record(next(record for record in records() if record.id == name)).verdict.reason


def test_the_faults_of_the_articles_come_out_by_themselves():
    for name in ("0.6", "0.8", "0.9"):
        assert "counts the feed-forward weights twice" in reason(name), name
    assert "counts the feed-forward weights twice (+2*d*d_ff), leaves out the attention biases (−4*d)" in reason("0.8")
    for name in ("0.3", "0.4", "3.6a"):
        assert "no combination of this model's weights gives it" in reason(name), name
    assert "embedding and head 2*V*d, norms 2*N*d + d, layers.feed_forward 3*N*d*d_ff - 8*N*d**2" in reason("3.6a")
    assert "the formula gives 2,099,200, the number printed is 2,100,352" in reason("0.11")


def test_expected_verdicts_are_kinds():
    kinds = {kind.value for kind in Kind} - {"UNKNOWN"}
    expected = Counter(record.expected for record in JUDGED)
    assert set(expected) <= kinds
    assert {number.expected for record in JUDGED for number in record.worked} <= kinds
    print(f"\n{len(JUDGED)} judged: {dict(expected)}; {len(records()) - len(JUDGED)} not judged yet")


def test_a_whole_record_is_read():
    (record,) = read_records({"blogs": SOURCE + RECORD})
    assert (record.formula, record.group, record.survey) == ("4(IH + H² + H)", "blogs", "a")
    assert judge_record(record).kind is Kind.EXACT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RECORD + RECORD, "a second record a, after one in blogs"),
        ("[[record]\n", "a text of TOML"),
        (RECORD.replace('"blog"', '"blgo"'), "source 'blgo'"),
        (RECORD.replace("expected", "expectd"), "expectd"),
        (RECORD.replace('expected = "EXACT"', ""), "judged without a model, an expected verdict"),
        (RECORD.replace('model = "LSTM(I, H)"', ""), "judged without a model"),
        (RECORD.replace('quantity = "parameters"', ""), "no quantity"),
        (RECORD.replace("4(IH + H² + H)", " "), "an empty statement"),
        (RECORD + "worked = [{at = {H = 2}, expected = 'EXACT'}]", "no printed"),
    ],
)
def test_a_broken_record_is_refused(text: str, message: str):
    with pytest.raises(RecordError, match=message):
        read_records({"blogs": SOURCE + text})


def test_a_second_record_of_one_id_is_refused_in_another_file_too():
    with pytest.raises(RecordError, match="papers: a second record a, after one in blogs"):
        read_records({"blogs": SOURCE + RECORD, "papers": SOURCE + RECORD})
