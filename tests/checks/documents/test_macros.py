"""Macros: what is defined, what is written out, and what is refused."""

import re
import shutil
import subprocess
import time

import pytest

from symparams import SymparamsError
from symparams.checks.documents import lint_file
from symparams.checks.documents.macros import Macros

DOUBLING = "".join(rf"\newcommand{{\{x}}}{{\{y}\{y}}}" for x, y in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True))
RIGHT, WRONG, ASKED = "right", "wrong", "unreadable"


@pytest.mark.parametrize(
    ("definitions", "formula", "expanded"),
    [
        (r"\newcommand{\dm}{d_m}", r"12\dm^2 \dm V", r"12d_m^2 d_m V"),
        (r"\newcommand*\dm{d_m}", r"\dm\dm", r"d_md_m"),
        (r"\newcommand{\sq}[1]{{#1}^2}", r"\sq{a+b}\sq d", r"{a+b}^2{d}^2"),
        (r"\newcommand{\po}[2][2]{#2^{#1}}", r"\po{d}\po[3]{d}", r"d^{2}d^{3}"),
        (r"\def\two#1#2{#2#1}", r"\two{a}{b}", "ba"),
        (r"\DeclareMathOperator*{\Pa}{Params}", r"\Pa(d)", r"\operatorname{Params}(d)"),
        (r"\DeclarePairedDelimiter\ceil{\lceil}{\rceil}", r"\ceil*{d/2}", r"\lceil d/2\rceil"),
        (r"\let\x\times \newcommand{\xx}{\x}", r"2\xx d", r"2\times d"),
        (r"\newcommand{\a}{\b}\newcommand{\b}{c}", r"\a", "c"),
        (r"\newcommand{\a}{1}\renewcommand{\a}{2}\providecommand{\a}{3}", r"\a", "2"),
        (r"\newcommand{\dm}{\ensuremath{d_m}\xspace}", r"12\dm", "12d_m"),
        (r"\newcommand{\font}[1]{\mathrm#1}", r"\font{d}", r"\mathrm d"),
        (r"\newcommand{\broken", r"\broken", r"\broken"),
        (r"\newcommand{\a}[x]{1}", r"\a", r"\a"),
        (r"\newcommand{\a}{#1}", r"\a", r"\a"),
        (r"\NewDocumentCommand{\w}{m m}{#1_{#2}}", r"\w{d}{ff}", "d_{ff}"),
    ],
)
def test_expansion(definitions, formula, expanded):
    macros = Macros()
    macros.collect(definitions)
    assert macros.expand(formula).replace(" ", "") == expanded.replace(" ", "")


def test_definitions_within_a_formula_are_no_part_of_it():
    assert Macros().expand(r"\newcommand{\dm}{d_m} \def\nl{N} 12\nl\dm^2").split() == ["12Nd_m^2"]


@pytest.mark.parametrize(
    ("definitions", "formula", "message"),
    [
        (r"\newcommand{\a}{\a}", r"\a", "expands to itself"),
        (r"\newcommand{\a}{\b x}\newcommand{\b}{\a}", r"\a", "expands to itself"),
        (r"\newcommand{\a}[1]{\a{#1#1}}", r"\a{x}", "expands to"),
        (
            "".join(rf"\newcommand{{\{x}}}{{\{y}\{y}}}" for x, y in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)),
            r"\a",
            "more than",
        ),
        (r"\newcommand{\a}[2]{#1#2}", r"\a{x}", "without its arguments"),
        (r"\newcommand{\a}[1]{#1}", r"\a{x", "without its arguments"),
        (r"\def\a(#1){#1}", r"\a(x)", "signs of their own"),
    ],
)
def test_what_cannot_be_written_out_is_a_message(definitions, formula, message):
    macros = Macros()
    macros.collect(definitions)
    start = time.perf_counter()
    with pytest.raises(SymparamsError, match=message):
        macros.expand(formula)
    assert time.perf_counter() - start < 2


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex")
def test_tex_expands_likewise(tmp_path):
    definitions = r"\newcommand{\dm}{d_m}\def\two#1#2{#2#1}\newcommand{\sq}[1]{{#1}^2}"
    formulas = [r"\two{a}\dm", r"\sq{\sq{x}}", r"\two\dm{\sq\dm}", r"\sq12"]
    shown = "".join(rf"\edef\x{{{formula}}}\typeout{{=\meaning\x=}}" for formula in formulas)
    document = rf"\documentclass{{article}}{definitions}{shown}\begin{{document}}x\end{{document}}"
    (tmp_path / "a.tex").write_text(document)
    output = subprocess.run(["pdflatex", "-interaction=batchmode", "a.tex"], cwd=tmp_path, capture_output=True, check=False)
    assert output.returncode == 0
    log = re.findall(r"=macro:->(.*)=", (tmp_path / "a.log").read_text(errors="replace"))
    macros = Macros()
    macros.collect(definitions)
    assert [macros.expand(formula) for formula in formulas] == log


def files(folder, **contents):
    for name, content in contents.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def statuses(path):
    return [(finding.line, finding.status) for finding in lint_file(path)]


def test_macros_of_inputs_and_packages(tmp_path):
    files(
        tmp_path,
        main_dot_tex=r"""\documentclass{article}
\usepackage{amsmath,sizes}
\input{macros/letters}
% \input{old}
\begin{document}
\include{body}
% symparams: Transformer(N, d_model, V)
\[ \layers(12\dmodel^2 + 13\dmodel) + \vocab\dmodel \]
\end{document}
""",
        sizes_dot_sty="\\RequirePackage{xspace}\n\\newcommand{\\dmodel}{d_{\\text{model}}}\n",
        macros__letters_dot_tex="\\input{more}\n\\newcommand{\\layers}{N}\n\\input{../main}\n",
        macros__more_dot_tex="\\newcommand{\\vocab}{V}\\input{letters}",
        body_dot_tex="% !TEX root = main.tex\n% symparams: MultiHeadAttention(d_model)\n$4\\dmodel^2 + 4\\dmodel$ parameters\n",
    )
    assert statuses(tmp_path / "main.tex") == [(8, RIGHT)]
    assert statuses(tmp_path / "body.tex") == [(3, RIGHT)]


def test_a_missing_input_is_named_where_a_formula_needs_it(tmp_path):
    files(
        tmp_path,
        a_dot_tex="\\input{letters}\\input{/dev/zero}\\input{a_dir}\n"
        "% symparams: MultiHeadAttention(d)\n$4d^2 + 4d$\n\n% symparams: MultiHeadAttention(d)\n$4\\dm^2$",
    )
    findings = list(lint_file(tmp_path / "a.tex"))
    assert [finding.status for finding in findings] == [RIGHT, ASKED]
    assert "letters.tex (not found)" in findings[1].message
    assert findings[1].formula == r"4\dm^2"


def test_only_ordinary_tex_files_are_opened(tmp_path):
    (tmp_path / "secret.txt").write_text(r"\newcommand{\dm}{d}")
    (tmp_path / "link.tex").symlink_to(tmp_path / "secret.txt")
    files(tmp_path, a_dot_tex="\\input{secret.txt}\\input{link}\n% symparams: MultiHeadAttention(d)\n$4\\dm^2 + 4\\dm$")
    assert statuses(tmp_path / "a.tex") == [(3, ASKED)]


def test_many_inputs_are_bounded(tmp_path):
    for number in range(300):
        (tmp_path / f"f{number}.tex").write_text(f"\\input{{f{number + 1}}}")
    files(tmp_path, a_dot_tex="\\input{f0}\n% symparams: MultiHeadAttention(d)\n$4d^2 + 4d$")
    start = time.perf_counter()
    assert statuses(tmp_path / "a.tex") == [(3, RIGHT)]
    assert time.perf_counter() - start < 5
