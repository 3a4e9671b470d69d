"""The rows of published models: complete, named once, explained where the headline is another number, equal to builds."""

import random
from pathlib import Path

import pytest

from symparams.atlas import names, row_of
from tests.atlas.audit import ATLAS, MODELS
from tests.atlas.rows import differing, interval

FIELDS = ["class", "config", "source", "count", "headline", "note"]
SMALL = [name for name, row in MODELS.items() if row["count"] < 400_000_000 and "." not in row["class"]]


def test_a_row_is_a_line_with_its_fields_in_order():
    lines = Path(ATLAS / "models.json").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "{" and lines[-1] == "}"
    assert len(lines) == len(MODELS) + 2
    for name, row in MODELS.items():
        assert [field for field in row if field != "aliases"] == FIELDS, name
        assert all(row[field] for field in ("class", "source", "headline")), name
        assert type(row["count"]) is int and row["count"] > 0, name


def test_names_are_sorted_and_stand_once():
    assert list(MODELS) == sorted(MODELS) == list(names())
    every = [one for name, row in MODELS.items() for one in (name, *row.get("aliases", ()))]
    assert len(set(every)) == len(every)
    for one in every:
        assert one == one.lower().replace("_", "-").strip() and "/" not in one


def test_each_name_finds_its_row():
    for name, row in MODELS.items():
        for one in (name, *row.get("aliases", ()), f"some-organisation/{name.upper()}"):
            assert row_of(one).name == name


def test_a_headline_that_is_another_number_is_explained():
    for name, row in MODELS.items():
        low, high = interval(row["headline"])
        assert low <= row["count"] <= high or row["note"], f"{name}: {row['count']:,} is called {row['headline']}"


@pytest.mark.parametrize(("headline", "low", "high"), [("6.7B", 6_650_000_000, 6_750_000_000), ("125M", 124_500_000, 125_500_000)])
def test_what_a_headline_rounds(headline: str, low: int, high: int):
    assert interval(headline) == (low, high)


def test_a_number_in_a_note_is_that_of_its_row():
    """A note that says what a model has says it of this row's count."""
    said = 0
    for name, row in MODELS.items():
        number = row["note"].partition("it has ")[2].split(" ")[0].rstrip(".,:;")
        if number and number[-1] in "MBT" and number[:-1].replace(".", "").isdigit():
            low, high = interval(number)
            assert low <= row["count"] <= high, f"{name}: {row['note']}"
            said += 1
    assert said > 50


@pytest.mark.live
def test_a_sample_has_the_count_of_its_class():
    assert differing(random.Random(5).sample(SMALL, 12)) == []


@pytest.mark.live
def test_a_sample_has_the_count_of_its_model_in_keras():
    assert differing(["keras-mobilenet", "keras-vgg16"]) == []


@pytest.mark.live
def test_a_row_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch):
    row = {**MODELS["bert-tiny"], "count": MODELS["bert-tiny"]["count"] + 1}
    monkeypatch.setitem(MODELS, "bert-tiny", row)
    monkeypatch.setitem(MODELS, "none", {**row, "class": "NoSuchModel"})
    assert differing(["bert-tiny", "none"]) == [
        "bert-tiny: 4,385,921 in its row, 4,385,920 built",
        "none: AttributeError: module transformers has no attribute NoSuchModel",
    ]
