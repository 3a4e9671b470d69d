"""Two hundred claims of each kind; the command of this package runs as many as wanted."""

from functools import cache

import pytest

from tests.checks.strangers.tally import FEW_NAMES, KINDS, Row, rows

SEED = 1
CLAIMS = {"renamed": 200, "declared": 100, "lost": 200, "chains": 200, "relations": 200}
TRUE = ["renamed", "declared", "chains", "relations"]


@cache
def outcomes(kind: str) -> tuple[Row, ...]:
    return tuple(rows(kind, SEED, CLAIMS[kind]))


def listed(some: list[Row]) -> str:
    lines = [f"{row.line}\n    {row.change}: {' '.join(row.detail.split())[:200]}" for row in some[:5]]
    return "\n".join([f"{len(some)} claims:", *lines])


@pytest.mark.parametrize("kind", KINDS)
def test_every_check_ends_with_a_verdict_or_a_question(kind: str) -> None:
    broken = [row for row in outcomes(kind) if row.word in ("crash", "slow")]
    assert not broken, listed(broken)


@pytest.mark.parametrize("kind", TRUE)
def test_no_true_claim_is_called_wrong(kind: str) -> None:
    wrong = [row for row in outcomes(kind) if row.true and row.word in ("wrong", "undecided")]
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("kind", TRUE)
def test_true_claims_of_few_names_are_called_right(kind: str) -> None:
    few = [row for row in outcomes(kind) if row.true and row.names <= FEW_NAMES]
    refused = [row for row in few if row.word != "right"]
    assert few and 20 * len(refused) <= len(few), listed(refused)


@pytest.mark.parametrize("kind", ["lost", "chains", "relations"])
def test_no_false_claim_is_called_right(kind: str) -> None:
    right = [row for row in outcomes(kind) if not row.true and row.word == "right"]
    assert not right, listed(right)


def test_what_was_lost_is_explained() -> None:
    unexplained = [row for row in outcomes("lost") if row.explained is False and row.word == "wrong"]
    assert not unexplained, listed(unexplained)


def test_the_place_of_an_error_in_a_chain_is_named() -> None:
    misplaced = [row for row in outcomes("chains") if row.placed is False]
    assert not misplaced, listed(misplaced)
