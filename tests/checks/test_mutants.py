"""What small faults in the judging of claims would change: tests that `python -m tests.mutants` found to be missing."""

import pytest
from sympy import Rational, expand, floor

import symparams as sp
from symparams import Kind, check, leading_order
from symparams.checks.explaining.conventions import changed, changes
from symparams.checks.explaining.differences import by_part
from symparams.errors import RegimeError, SizeError
from tests.checks.claims import V, d, f

WIDENING = sp.Sequential(one=sp.Linear(d, 2 * d), two=sp.Linear(2 * d, 4 * d))  # 2d·d + 2d and 4d·2d + 4d


def test_a_bare_exact_number_is_attributed_to_a_weight():
    verdict = check("5,249,536", sp.TransformerEncoderLayer(512, 2048))  # 3,152,384 + 2·512·2048
    assert verdict.kind is Kind.DIFFERENT
    assert "counts the feed-forward weights twice" in verdict.reason


@pytest.mark.parametrize(
    ("claim", "model", "words"),
    [
        ("10d^2 + 2d", WIDENING, "without the dense layer's bias (in layers.1.1)"),
        ("10d^2 + 4d", WIDENING, "without the dense layer's bias (in layers.0.1)"),
        ("10d^2", WIDENING, "without the dense layer's bias"),
        ("168", sp.Sequential(one=sp.Linear(4, 8), two=sp.Linear(8, 16)), "without the dense layer's bias (in layers.1.1)"),
    ],
)
def test_a_convention_may_differ_in_one_of_two_layers(claim, model, words):
    verdict = check(claim, model)
    assert (verdict.kind, verdict.right) == (Kind.EXACT_UNDER, False)
    assert verdict.reason.startswith(f"equal {words};")


def test_a_convention_of_one_layer_is_one_change():
    assert [(change.addresses, change.everywhere) for change in changes(sp.Linear(d, f))] == [(((),), True)]


def test_a_final_norm_is_one_change_of_a_model_with_several_norms():
    model = sp.EncoderDecoderTransformer(2, d, V, norm=sp.RMSNorm(d))
    (change,) = [change for change in changes(model) if change.field == "final_norm" and change.everywhere]
    assert expand(changed(model, [change]).params - model.params) == 2 * d  # a gain of the width d for each of two stacks


def test_what_a_claim_holds_exactly_is_no_difference_of_a_part():
    model = sp.Sequential(words=sp.Embedding(V, d), wide=sp.Linear(d, f, bias=False))
    free = frozenset((V, d, f))
    assert by_part(model, V * d, free) == (("wide", d * f),)
    assert by_part(model, d * f, free) == (("embedding and head", V * d),)
    assert by_part(model, V * d + d * f + 7, free) == (("what no part has", -7),)


def test_leading_terms_that_cancel_have_no_leading_order():
    with pytest.raises(RegimeError):
        leading_order(floor(d / 2) - d / 2 + 1, d)
    assert leading_order(1 + 1 / d, d).expr == 1
    assert leading_order(floor(d / 2) + 1, d).expr == Rational(1, 2) * d


@pytest.mark.parametrize("heads", [(2, 4), [2], ("x", 2)])
def test_a_size_is_not_a_tuple(heads):
    with pytest.raises(SizeError) as caught:
        sp.MultiHeadAttention(d, n_head=heads)
    assert "n_head=" in str(caught.value) and "n_head[" not in str(caught.value)


def test_two_weights_with_half_a_count_are_left_out_together():
    model = sp.Sequential(one=sp.Linear(d, d / 2, False), two=sp.Linear(d / 2, d, False), three=sp.Linear(d, f, False))
    verdict = check("d d_ff", model)
    assert "leaves out one (−d**2/2), leaves out two (−d**2/2)" in verdict.reason


def test_two_rivals_are_listed_and_the_others_counted():
    same_layers = sp.Sequential(**{name: sp.Linear(d, d) for name in ("one", "two", "three", "four")})
    verdict = check("4d^2 + 3d", same_layers)  # one of the four biases is missing, whichever
    assert len(verdict.rivals) == 3
    (line,) = [line for line in verdict.report.splitlines() if "or as well" in line]
    assert line.count("without the dense layer's bias") == 2 and line.endswith(", or 1 more")
