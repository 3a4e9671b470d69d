"""What people count as operations beside the products: each claim in other letters than the catalogue's."""

import pytest

from symparams import caches, check, operations, read_model, symbols
from symparams.checks import Kind
from symparams.errors import MatchError, SymparamsError

B, T = symbols("B T")
PLAIN = "Transformer(K, w, U, bias=False, norm=LayerNorm(w, bias=False), final_norm=True)"
GATED = "LLaMA(K, w, U, m)"
GPT = "GPT2(K, w, U, T_max)"


def judged(claim: str, model: str, **options: object):
    where = options.pop("where", {})
    return check(claim, read_model(model), where, of=operations(**options))  # type: ignore[arg-type]


def test_all_parameters_for_those_that_are_in_products():
    sizes = {"P": "K*(12*w**2 + 2*w) + w + U*w"}
    found = judged("6*P + 12*K*w*T", PLAIN, where=sizes, seq=T, training=True, per_token=True)
    assert found.kind is Kind.EXACT_UNDER and found.annotation == "table={'bias': 6, 'norm': 3}"
    assert judged("2*P + 4*K*w*T", PLAIN, where=sizes, seq=T, per_token=True).annotation == "table={'bias': 2, 'norm': 2}"
    assert judged("6*P + 10*K*w*T", PLAIN, where=sizes, seq=T, training=True, per_token=True).kind is Kind.DIFFERENT
    # a term that no parameter makes is none of the kind
    assert judged("6*P + 12*K*w*T + w", PLAIN, where=sizes, seq=T, training=True, per_token=True).kind is Kind.DIFFERENT


def test_the_annotation_is_the_count():
    model, sizes = read_model("Sequential(Linear(a, c), Linear(c, e))"), {"P": "a*c + c + c*e + e"}
    found = check("6*P", model, sizes, of=operations(training=True, learned=True))
    assert found.kind is Kind.EXACT_UNDER and found.annotation == "table={'bias': 6, 'norm': 3}"
    assert check("6*P", model, sizes, of=operations(training=True, learned=True, table={"bias": 6})).kind is Kind.EXACT


@pytest.mark.parametrize("claim", ["C ≈ 6*P*D", "C \\approx 6PD"])
def test_six_operations_for_each_parameter_and_token(claim: str):
    sizes = {"P": "K*(12*w**2 + 13*w) + 2*w + U*w", "D": "B*T"}
    found = judged(claim, GPT, where=sizes, batch=B, seq=T, training=True)
    assert found.kind is Kind.LEADING_ORDER and found.right
    untied = {"P": "K*(4*w**2 + 3*w*m + 2*w) + 2*U*w + w", "D": "B*T"}
    assert judged(claim, GATED, where=untied, batch=B, seq=T, training=True).right
    assert not judged(claim.replace("6", "8"), GATED, where=untied, batch=B, seq=T, training=True).right


def test_a_look_up_in_training_is_three_products_as_every_weight():
    claim = "6*(K*(4*w^2 + 3*w*m) + 2*U*w)*T + 12*T^2*w*K"
    found = judged(claim, GATED, seq=T, training=True)
    assert found.kind is Kind.EXACT_UNDER and found.annotation == "table={'look-up': 3}"
    assert found.rivals == ()


def test_how_often_a_part_is_run_is_said_of_the_part():
    layers = "96*K*T*w^2 + 16*K*T^2*w"
    whole = judged(f"{layers} + 8*U*w*T", "Transformer(K, w, U)", seq=T, training=True, recompute=True)
    assert whole.remark == "counts the head 4 times instead of 3 times"
    scores = judged("96*K*T*w^2 + 20*K*T^2*w + 6*U*w*T", "Transformer(K, w, U)", seq=T, training=True, recompute=True)
    assert scores.remark == "counts the scores 5 times instead of 4 times"


def test_two_conventions_are_one_set_in_either_order():
    sizes = {"P": "K*(4*w**2 + 3*w*m + 2*w) + 2*U*w + w"}
    found = judged("6*P + 12*K*w*T", GATED, where=sizes, seq=T, training=True, per_token=True)
    assert found.kind is Kind.EXACT_UNDER and len(found.conventions) == 2 and found.rivals == ()


def test_a_rounded_number_is_not_fitted_by_the_gains_of_its_norms():
    model = "ResNet((3, 4, 6, 3), (256, 512, 1024, 2048))"
    assert judged("4.13G", model, extent=(224, 224)).kind is Kind.DIFFERENT
    assert judged("4.09G", model, extent=(224, 224)).annotation == "multiply_adds=True"


def test_a_cache_is_judged_in_bits():
    of = caches(seq=symbols("C"), bytes=symbols("q"))
    assert check("C*2*K*w*Q/8", read_model("Transformer(K, w, U)"), {"Q": "8*q"}, of=of).kind is Kind.EXACT


@pytest.mark.parametrize(
    ("claim", "adds", "kind"),
    [
        ("8.18 GFLOPs", False, Kind.EXACT),
        ("8.18GFLOPS", False, Kind.EXACT),
        ("4.09 GFLOPs", False, Kind.EXACT_UNDER),
        ("4.09 GMACs", True, Kind.EXACT),
        ("4.1 billion mult-adds", True, Kind.EXACT),
        ("4089 MMAdds", True, Kind.EXACT),
        ("4.2 GMACs", True, Kind.DIFFERENT),
    ],
)
def test_a_number_of_operations_is_read_with_its_unit(claim: str, adds: bool, kind: Kind):
    model = "ResNet((3, 4, 6, 3), (256, 512, 1024, 2048))"
    assert judged(claim, model, extent=(224, 224), multiply_adds=adds).kind is kind


def test_bytes_are_read_in_thousands_of_millions_and_parameters_are_no_bytes():
    of = caches(seq=4096, bytes=2)
    model = read_model("Transformer(32, 4096, 32000)")
    assert check("2.15 GB", model, of=of).kind is Kind.EXACT
    assert check("1.07 GB", model, of=of).annotation == "bytes=None"
    assert check("1.5 GB", model, of=of).kind is Kind.DIFFERENT
    with pytest.raises(SymparamsError):
        check("2.15 GB", model)


def test_operations_are_not_judged_as_multiply_adds():
    with pytest.raises(MatchError, match="two for each multiply-add"):
        judged("4.09 GFLOPs", "ResNet((3, 4, 6, 3), (256, 512, 1024, 2048))", extent=(224, 224), multiply_adds=True)


def test_a_convention_that_the_model_cannot_tell_is_left_out():
    experts = "Repeat(Mixture(w, FeedForward(w, m, True, False), E, k), K)"
    assert judged("3*K*w*m*k", experts, per_token=True, multiply_adds=True).kind is Kind.LEADING_ORDER
    assert judged("3*K*w*m*k + K*w*E", experts, per_token=True, multiply_adds=True).kind is Kind.EXACT
    assert judged("3*K*w*m", experts, per_token=True, multiply_adds=True).kind is Kind.DIFFERENT


def test_one_count_has_one_explanation_where_a_model_has_no_norms():
    found = judged("(i*o + o)*n", "Linear(i, o)", seq=symbols("n"), multiply_adds=True)
    assert found.annotation == "table={'bias': 1}" and found.rivals == ()


@pytest.mark.parametrize(
    ("claim", "training", "words"),
    [
        ("C ≈ 2*P*D", True, "it is the leading order of the forward pass alone"),
        ("C ≈ 3*P*D", True, "it is the leading order with multiply-adds, called operations"),
        ("C ≈ P*D", False, "it is the leading order with multiply-adds, called operations"),
        ("C ≈ 6*P*D", False, "it is the leading order with the backward pass"),
        ("C ≈ 8*P*D", True, ""),
    ],
)
def test_the_leading_order_of_another_count_is_not_right(claim: str, training: bool, words: str):
    sizes = {"P": "12*K*w**2 + U*w", "D": "B*T"}
    found = judged(claim, "Transformer(K, w, U, bias=False, norms='none')", where=sizes, batch=B, seq=T, training=training)
    assert found.kind is Kind.DIFFERENT and not found.right and words in str(found.remark)


@pytest.mark.parametrize(
    ("claim", "kind", "annotation"),
    [
        ("1.07 GB", Kind.EXACT, ""),
        ("1 GiB", Kind.EXACT, ""),
        ("1.00GiB", Kind.EXACT, ""),
        ("1024 MiB", Kind.EXACT, ""),
        ("1.07 gigabytes", Kind.EXACT, ""),
        ("1.07 gb", Kind.EXACT, ""),
        ("1.00 GB", Kind.EXACT_UNDER, "1.00 GiB"),
        ("1024MB", Kind.EXACT_UNDER, "1024MiB"),
        ("1.01 GB", Kind.DIFFERENT, ""),
        ("1.07 GiB", Kind.DIFFERENT, ""),
    ],
)
def test_bytes_in_thousands_and_in_1024s(claim: str, kind: Kind, annotation: str):
    found = check(claim, read_model("LLaMA(32, 4096, 32000, 11008)"), of=caches(seq=2048, bytes=2))
    assert (found.kind, found.annotation, found.claim) == (kind, annotation, claim)


@pytest.mark.parametrize(
    ("claim", "adds"),
    [
        ("8.18 BFLOPs", False),
        ("8.18 GOPs", False),
        ("0.00818 TFLOPs", False),
        ("0.0000082 PFLOPs", False),
        ("8.18 billion operations", False),
        ("8.18 GFLOPs per image", False),
        ("4.09 giga multiply–adds", True),
        ("4089 M multiply-accumulates", True),
        ("4.09 GMAdds/image", True),
    ],
)
def test_units_of_operations_as_they_are_written(claim: str, adds: bool):
    model = "ResNet((3, 4, 6, 3), (256, 512, 1024, 2048))"
    assert judged(claim, model, extent=(224, 224), multiply_adds=adds).kind is Kind.EXACT


def test_a_unit_of_something_else_is_asked_about():
    resnet = "ResNet((3, 4, 6, 3), (256, 512, 1024, 2048))"
    with pytest.raises(MatchError, match="GMACs"):
        judged("4.09 GMACs", resnet, extent=(224, 224))
    with pytest.raises(MatchError, match="without seq"):
        check("0.5 MB per token", read_model("LLaMA(32, 4096, 32000, 11008)"), of=caches(seq=2048, bytes=2))
    assert check("0.52 MB per token", read_model("LLaMA(32, 4096, 32000, 11008)"), of=caches(bytes=2)).right


def test_bits_are_no_bytes():
    with pytest.raises(SymparamsError):
        check("8.59 Gb", read_model("LLaMA(32, 4096, 32000, 11008)"), of=caches(seq=2048, bytes=2))
