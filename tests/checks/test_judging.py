import time
from dataclasses import dataclass

import pytest
from sympy import Integer, expand

import symparams as sp
from symparams import Kind, SymparamsError, Verdict, check, read_model
from symparams.checks import conventions_of
from symparams.errors import FormulaTextError, MatchError
from symparams.notation import at_values, same
from symparams.tree import Weight
from tests.checks.claims import CLAIMS, GPT2, SHARE, H, I, N, V, d, f

POSITIONS = [Integer(2**power) for power in range(8, 16)]


def judged(claim, model, where) -> Verdict:
    return check(claim, model, where or None)


@pytest.mark.parametrize(("claim", "model", "where", "kind", "right", "difference", "words"), CLAIMS, ids=[c[0] for c in CLAIMS])
def test_claims(claim, model, where, kind, right, difference, words):
    verdict = judged(claim, model, where)
    assert (verdict.kind.value, verdict.right) == (kind, right), verdict.reason
    assert str(expand(verdict.difference)) == str(expand(sp.read(difference, names="N d V I H O d_ff k n_ctx C_in C_out T").lhs))
    assert words in verdict.reason


@dataclass(frozen=True)
class Bare(sp.Layer):
    """Tensors and nothing else, as recovered code has them: no field says what a size is."""

    tensors: tuple[Weight, ...]

    def own(self):
        return self.tensors


def bare(layer):
    placed = enumerate(layer.weights())
    return Bare(tuple(Weight(f"tensor_{number}", one.shape, one.weight.role) for number, one in placed))


@pytest.mark.parametrize(
    "claim",
    ["N(12d^2 + 13d) + Vd", "n_layer (12 d^2 + 13 d) + V d", "≈ 12Nd^2", "12Nd^2", "O(Nd^2)", "≈ 11Nd^2", "N(12d^2 + 11d) + 7Vd"],
)
def test_the_sizes_of_a_model_may_stand_in_shapes_only(claim):
    named = sp.Transformer(N, d, V)
    angles = Bare((Weight("angles", (d,), "embedding", "buffer"),))
    model = sp.Sequential(
        embedding=bare(sp.Embedding(V, d)), angles=angles, layers=sp.Repeat(bare(sp.TransformerEncoderLayer(d)), N)
    )
    found, wanted = check(claim, model), check(claim, named)
    assert (found.kind, found.right, expand(found.difference)) == (wanted.kind, wanted.right, expand(wanted.difference))
    assert (found.leading and found.leading.regime) == (wanted.leading and wanted.leading.regime)


def test_every_kind_is_among_the_claims():
    assert len(CLAIMS) >= 60
    assert {claim[3] for claim in CLAIMS} == {kind.value for kind in Kind}


@pytest.mark.parametrize("claim", CLAIMS, ids=[c[0] for c in CLAIMS])
def test_every_verdict_explains_itself(claim):
    verdict = judged(*claim[:3])
    for link in (verdict, *verdict.links):
        assert link.reason.strip() and link.report.startswith(("right", "wrong", "undecided"))
        assert all(point.label and any(point.sentence) for point in link.points)
        assert repr(link).startswith(link.kind.value)


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c[3] == "DIFFERENT"], ids=[c[0] for c in CLAIMS if c[3] == "DIFFERENT"])
def test_a_counterexample_is_one(claim):
    verdict = judged(*claim[:3])
    example = verdict.counterexample
    assert example.claimed != example.real
    sizes = {symbol: Integer(size) for symbol, size in example.sizes}
    relations = dict(verdict.model.relations) if isinstance(verdict.model, sp.Given) else {}
    if not relations:  # else d_ff may be free in it
        real = verdict.model.params if isinstance(verdict.model, sp.Layer) else verdict.model
        assert at_values(real, sizes) == example.real
    assert at_values(verdict.difference, sizes) == example.claimed - example.real


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c[3] == "EXACT_UNDER"], ids=[c[0] for c in CLAIMS if c[3] == "EXACT_UNDER"])
def test_the_annotation_makes_it_exact(claim):
    text, model, where = claim[:3]
    verdict = judged(text, model, where)
    other = read_model(verdict.annotation)
    assert type(other) is type(model)
    assert judged(text, other, where).kind is Kind.EXACT


@pytest.mark.parametrize(
    ("wanted", "options"),
    [
        (150, []),
        (165, [["with two bias vectors a gate (PyTorch, cuDNN)"]]),
        (135, [["without biases"]]),
    ],
)
def test_which_options_of_a_gru_give_a_number(wanted: int, options: list[list[str]]):
    found = [[change.words for change in taken] for taken, _ in conventions_of(sp.GRU(4, 5), Integer(wanted))]
    assert found == options
    assert (check(str(wanted), sp.GRU(4, 5)).kind is Kind.EXACT) == (not options)


@pytest.mark.parametrize(
    ("wanted", "model"),
    [
        (124_439_808, "Transformer(12, 768, 50257, positions=1024, final_norm=True)"),
        (124_337_664, "Transformer(12, 768, 50257, positions=1024, final_norm=True, bias=False, norm=LayerNorm(768, bias=False))"),
        (163_037_184, "Transformer(12, 768, 50257, positions=1024, final_norm=True, head='untied')"),
    ],
)
def test_which_gpt2_has_a_number(wanted: int, model: str):
    taken, found = next(conventions_of(GPT2, Integer(wanted), spare=POSITIONS))
    assert found == read_model(model)
    assert found.params == wanted
    assert len(taken) <= 3


def test_which_gpt2_is_124_million():
    found = [model for _, model in conventions_of(GPT2, Integer(124_000_000), spare=POSITIONS, unit=Integer(10**6))]
    counts = {model.params for model in found}
    assert {124_439_808, 124_337_664} <= counts
    assert 163_037_184 not in counts
    assert all(abs(count - 124_000_000) * 2 <= 10**6 for count in counts)


def test_the_article_0_8_is_told_from_leaving_out_the_norms():
    verdict = check("4e^2 + (4ef + f + e) + 4e", sp.TransformerEncoderLayer(d, f))
    assert verdict.attribution.words.endswith("leaves out the attention biases (−4*d)")
    assert any("all norms (−4*d)" in "".join(map(str, other)) for other in verdict.attribution.rivals)


def test_the_gap_of_article_3_6_adds_up():
    verdict = next(judged(*c[:3]) for c in CLAIMS if c[0] == "12Nd^2" and c[3] == "DIFFERENT")
    parts = dict(verdict.by_part)
    assert same(sum(parts.values()), -verdict.difference)
    at_7b = {N: Integer(32), d: Integer(4096), f: Integer(11008), V: Integer(32000)}
    assert {name: at_values(gap, at_7b) for name, gap in parts.items()} == {
        "embedding and head": 262_144_000,
        "norms": 266_240,
        "layers.feed_forward": 33_554_432,
    }


@pytest.mark.parametrize(
    ("claim", "model", "where", "error", "message"),
    [
        ("a*b", sp.Linear(I, H, bias=False), {"b": "q"}, MatchError, "'q' is not declared"),
        ("x^2 y + z", sp.Sequential(sp.Linear(I, H), sp.Linear(H, V)), dict.fromkeys("xyz", 3), MatchError, "where"),
        ("4 times", sp.Linear(I, H), {}, MatchError, "a quotient as the model"),
        (12, sp.Linear(I, H), {}, MatchError, "a text or a Formula"),
        ("d^2", "Linear(d, d)", {}, MatchError, "a layer, a closed form or an expression"),
        ("the number of weights", sp.Linear(I, H), {}, FormulaTextError, "reads like a word"),
        ("", sp.Linear(I, H), {}, FormulaTextError, "no formula"),
        ("12 d^2 / 0", sp.Linear(d, d), {}, FormulaTextError, "division by zero"),
        ("d", sp.Linear(d, d), {"d": 0}, SymparamsError, "positive integer"),
        ("d", sp.Linear(d, d), {"d e": 3}, SymparamsError, "an identifier"),
        ("d", sp.Linear(d, d), {"e": "__import__('os')"}, SymparamsError, "column"),
    ],
)
def test_what_cannot_be_judged(claim, model, where, error, message):
    with pytest.raises(error) as caught:
        check(claim, model, where)
    assert message in str(caught.value)


def test_names_that_could_be_either_are_an_error_that_lists_the_choices():
    model = sp.Linear(sp.symbols("p"), sp.symbols("q"), bias=False)
    with pytest.raises(MatchError) as caught:
        check("u w^2", model, {"u": 2, "w": 3})
    assert "u is p, w is q" in str(caught.value) and "u is q, w is p" in str(caught.value)
    assert check("u w", model, {"u": "p", "w": "q"}).kind is Kind.EXACT


def test_a_closed_form_or_an_expression_is_a_model_too():
    assert check("12d^2 + 13d", sp.closed_form(sp.TransformerEncoderLayer(d))).kind is Kind.EXACT
    assert check("12d^2", (12 * d**2 + 13 * d)).kind is Kind.LEADING_ORDER
    assert check("3/4", SHARE).kind is Kind.EXACT


def test_links_of_a_chain():
    verdict = check(
        "P = N(12d^2 + 13d) + Vd ≈ 12Nd^2 = 173,946,175,488", sp.Transformer(N, d, V), {"N": 96, "d": 12288, "V": 50257}
    )
    assert [link.kind.value for link in verdict.links] == ["EXACT", "LEADING_ORDER", "LEADING_ORDER"]
    assert verdict.right


def test_speed_of_one_check():
    claim = "4e^2 + (4ef + f + e) + 4e"
    model = sp.TransformerEncoderLayer(d, f)
    check(claim, model)
    fastest = min(_timed(lambda: check(claim, model)) for _ in range(5))
    assert fastest < 0.1


def _timed(run) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


@pytest.mark.parametrize(
    "claim", ["2^N", "Vd^N", "2^2^2^N", "64^64^(64N)", "N(12d^2+13d)+Vd + 3^(2^d)", "12^N / d^V", "O(2^N)", "≈ d^d"]
)
def test_exponentials_are_judged_without_being_worked_out(claim: str):
    start = time.process_time()
    verdict = check(claim, sp.Transformer(N, d, V))
    assert not verdict.right and verdict.report and verdict.latex()
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("claim", "where", "message"),
    [
        ("(N + d + V + 1)^40", {}, "at most 2,000 terms"),
        ("(N d + 1)^64 (V + 2)^64", {}, "at most 2,000 terms"),
        ("4^N + d + V = 17", {"N": 10**90, "d": 1, "V": 1}, "at most some thousand digits"),
    ],
)
def test_what_would_cost_too_much_is_refused(claim: str, where: dict[str, int], message: str):
    with pytest.raises(SymparamsError, match=message):
        check(claim, sp.Transformer(N, d, V), where)


def test_a_ratio_below_one_may_be_declared():
    from fractions import Fraction

    from sympy import Rational

    from symparams.checks.vocabulary import declared

    assert declared("r", Fraction(1, 2), ()) == Rational(1, 2)


def test_a_condition_that_is_decided_already():
    from sympy import false, true

    from symparams.checks.judging.ground import _refuted

    assert _refuted(false, {}) is True
    assert _refuted(true, {}) is False


def test_the_difference_of_an_order_that_does_not_hold_is_left_minus_right():
    verdict = check("12 > 20", read_model("Linear(3, 3)"))
    assert not verdict.right and verdict.difference == -8
