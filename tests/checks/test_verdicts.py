"""How verdicts show themselves: as text, as TeX, in a notebook, and as an AssertionError."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import symparams as sp
from symparams import Kind, Verdict, assert_formula, check
from tests.checks.claims import CLAIMS, GPT2, H, I, N, V, d, f

HOSTILE = ["12 d^2 + \\text{`}", "4d^2\n\n+ 4d", "$12d^2$", "`4d^2`"]


def verdicts() -> list[Verdict]:
    return [check(claim, model, where or None) for claim, model, where, *_ in CLAIMS]


def test_report_of_a_wrong_formula():
    assert check("4e² + (4ef + f + e) + 4e", sp.TransformerEncoderLayer(d, f)).report.splitlines() == [
        "wrong (different): 4e² + (4ef + f + e) + 4e",
        "  difference     claim − model = 2*d*d_ff - 4*d",
        "  weights        possibly: counts the feed-forward weights twice (+2*d*d_ff), leaves out the attention biases (−4*d)",
        "  for instance   at d=1, d_ff=1: the claim gives 14, the model has 16",
        "  or as well     as few changes: counts the feed-forward weights twice (+2*d*d_ff), leaves out all norms (−4*d)",
        "  write instead  right is 4*d**2 + 2*d*d_ff + 9*d + d_ff",
        "  names          read as: e is d, f is d_ff",
    ]


def test_report_of_a_wrong_number():
    assert check("163,037,184", GPT2).report.splitlines() == [
        "wrong (exact under other conventions): 163,037,184",
        "  why            possibly equal with 1,024 learned positions, with the head untied, with a final norm, all at once",
        "  difference     for the model that was named it is off by 39,385,344",
        "  annotation     the annotation that makes it right: "
        "Transformer(12, 768, 50257, positions=1024, final_norm=True, head='untied')",
    ]


def test_markdown_of_a_notebook():
    shown = check("12Nd^2", sp.Transformer(N, d, V))._repr_markdown_()
    assert shown.splitlines()[0] == "**✗ wrong: leading order** — `12Nd^2`"
    assert "- drops $13 N d + V d$" in shown
    assert check("12Nd^2+13Nd+Vd", sp.Transformer(N, d, V))._repr_markdown_().startswith("**✓ right: exact** —")
    named = check("3*x", sp.LayerNorm(sp.symbols("x_1")), {"x": "x_1"})
    assert "- read as: x is x\\_1" in named._repr_markdown_()
    fenced = check("`4d^2 + 4d`", sp.MultiHeadAttention(d))._repr_markdown_()
    assert "`` `4d^2 + 4d` ``" in fenced


def test_latex_is_words_and_formulas():
    shown = check("≈ 12Nd^2", sp.Transformer(N, d, V)).latex()
    assert shown == (
        r"\textbf{right} (leading order): $\approx 12 N d^{2}$: the leading order as $d$ $\to$ $\infty$; drops $13 N d + V d$; "
        r"relative error $-\frac{13 N + V}{12 N d + 13 N + V}$."
    )
    for verdict in verdicts():
        words = re.sub(r"(?<!\\)\$[^$]*(?<!\\)\$", "", verdict.latex())
        assert words.isascii()
        assert not re.search(r"(?<!\\)[_%&#$]|(?<!\\)\^", words), words


def test_pdflatex_takes_every_verdict(tmp_path: Path):
    assert shutil.which("pdflatex"), "apt-get install texlive-latex-base texlive-latex-recommended"
    body = "\n\n".join(verdict.latex() for verdict in verdicts())
    page = f"\\documentclass{{article}}\\usepackage{{amsmath}}\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (tmp_path / "verdicts.tex").write_text(page, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "verdicts.tex"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:].decode("latin-1")


def test_json_holds_plain_types():
    for verdict in verdicts():
        keys = json.loads(json.dumps(verdict.as_json()))
        assert keys["kind"] in Kind.__members__ and keys["right"] is verdict.right and keys["reason"]
    example = check("4e^2", sp.TransformerEncoderLayer(d, f)).as_json()["counterexample"]
    assert example == {"sizes": {"d": 1, "d_ff": 1}, "claimed": 4, "model": 16}


def test_assert_formula():
    assert_formula("4h(i + h + 1)", sp.LSTM(I, H))
    assert_formula("4(xy + y^2 + y)", sp.LSTM(I, H), where={"x": "I", "y": "H"})
    assert_formula(r"4h(i + h + 1)", sp.LSTM(I, H), syntax="latex")
    with pytest.raises(AssertionError) as caught:
        assert_formula("4h(i + h + 2)", sp.LSTM(I, H))
    assert str(caught.value).startswith("wrong (exact under other conventions): 4h(i + h + 2)\n")
    assert "LSTM(I, H, biases=2)" in str(caught.value)
    with pytest.raises(sp.SymparamsError):
        assert_formula("4q + r + s", sp.LSTM(I, H))


def test_hostile_claims_cannot_leave_their_place():
    for claim in HOSTILE:
        try:
            verdict = check(claim, sp.MultiHeadAttention(d))
        except sp.SymparamsError:
            continue
        assert "\n" not in verdict.report.splitlines()[0]
        assert "\n" not in verdict._repr_markdown_().splitlines()[0]


@pytest.mark.parametrize(
    ("claim", "right"), [("12Nd^2 + 13Nd + Vd", True), ("12Nd^2", False), ("13Nd^2", False), ("124439808", False)]
)
def test_a_verdict_is_true_where_the_claim_is_right(claim, right):
    verdict = check(claim, sp.Transformer(N, d, V))
    assert bool(verdict) is verdict.right is right
