"""What `latex` breaks for a column fits it: every object in every environment, set by pdflatex in the classes that papers use."""

import random
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from contextlib import suppress

import pytest
from click.testing import CliRunner

from symparams import (
    SymparamsError,
    breakdown,
    caches,
    check,
    closed_form,
    derive,
    latex,
    legend,
    operations,
    read,
    summary,
    symbols,
)
from symparams.cli import main
from symparams.errors import LayoutError
from symparams.models import families, transformer
from symparams.notation import same, tex_words
from symparams.typeset.boxes import boxes, width_of
from symparams.typeset.columns import COLUMNS
from tests.typeset.compiling import CLASSES, OPENING, compiled
from tests.typeset.emitted import MODELS, approximations, layer

ENVIRONMENTS = ("inline", "equation", "align", "align*", "aligned", "multline", "table")
FAMILIES = [text for text in MODELS if text.partition("(")[0] in (*families.__all__, *transformer.__all__)]
FORTY = [*FAMILIES, *[text for text in MODELS if text not in FAMILIES][::2]][:40]
MOST = 1.0  # points that a box may stick out
REFUSED = 100  # of so many snippets at most one may be refused, since a name is too long for the column
B, S = symbols("b s")


def objects(text):
    """Every kind of object that the package returns for a model, for its parameters and for its costs."""
    model = layer(text)
    yield from (closed_form(model), breakdown(model), derive(model), summary(model), legend(model))
    free = sorted(model.params.free_symbols, key=str)
    if free:
        yield check_of(model)
    yield from approximations(model)[:1]
    for cost in (operations(B, S), operations(B, S, training=True, per_token=True), caches(B, S)):
        with suppress(SymparamsError):  # no layer for sequences, or one without a cache
            closed = closed_form(model, cost)
            if closed.expr != 0:
                yield from (closed, breakdown(model, of=cost), derive(model, of=cost), legend(closed))


def check_of(model):
    """A verdict that says much."""
    try:
        return check("12Nd^2 + 13Nd", model)
    except SymparamsError:
        return check("12", model)


def snippets(name, texts):
    """Each object in each environment, with the environment; KaTeX's `aligned` in its dollars. What is refused is a message."""
    several = (*ENVIRONMENTS, "longtable") if name == "one-column" else ENVIRONMENTS
    for text in texts:
        for thing in objects(text):
            for env in several:
                try:
                    written = latex(thing, env, width=name, caption="C" if env in ("table", "longtable") else None)
                except LayoutError as error:
                    yield env, error
                else:
                    yield env, f"$${written.partition(chr(10))[2]}$$" if env == "aligned" else written


@pytest.mark.parametrize("name", CLASSES)
def test_no_line_sticks_out_and_none_is_lost(tmp_path, name):
    """Three models for each class; `pytest tests/typeset/test_columns.py -m long` sets all forty."""
    proved(tmp_path, name, random.Random(name).sample(FORTY, 3))


@pytest.mark.long
@pytest.mark.parametrize("name", CLASSES)
def test_no_line_of_forty_models_sticks_out_and_none_is_lost(tmp_path, name):
    proved(tmp_path, name, FORTY)


def proved(folder, name, texts):
    """Sets every snippet in a class; no box sticks out, the page holds every letter, and a refusal says how wide is enough."""
    lines = [CLASSES[name], "\\allowdisplaybreaks\\pagestyle{empty}\\hfuzz=0.01pt\\begin{document}", OPENING.get(name, "")]
    found = list(snippets(name, texts))
    refused = [str(error) for _, error in found if isinstance(error, LayoutError)]
    assert all(re.search(r"wanted: a width of [\d.]+ em or more", message) for message in refused)
    assert len(refused) * REFUSED <= len(found), refused
    marked = {place: one for place, one in enumerate(found) if isinstance(one[1], str)}
    for place, (env, snippet) in marked.items():
        lines.append(f"\n\\typeout{{snippet {place}}}\nQ{place}Q\n\n\\noindent\\sloppy{{}}{snippet}\n\nZ{place}Z\n")
        lines += ["\\clearpage"] * (env == "table")
    document = folder / f"{name}.tex"
    document.write_text("\n".join([*lines, "\\end{document}"]), encoding="utf-8")
    log = compiled(document)
    assert len(marked) >= len(texts) * 5 * len(ENVIRONMENTS)
    here, wide = None, []
    for line in log.splitlines():
        if line.startswith("snippet "):
            here = marked[int(line.split()[1])]
        elif (over := re.match(r"Overfull \\hbox \(([\d.]+)pt too wide\)", line)) and float(over[1]) > MOST:
            wide.append((over[1], here))
    assert wide == []
    if shutil.which("pdftotext"):
        run = subprocess.run(["pdftotext", "-raw", document.with_suffix(".pdf"), "-"], capture_output=True, text=True, check=True)
        shown = unicodedata.normalize("NFKC", run.stdout.replace("\n", ""))
        for place, (env, snippet) in marked.items():
            if env in ("inline", "equation", "align*", "multline"):
                inside = re.search(f"Q{place}Q(.*?)Z{place}Z", shown, re.DOTALL)
                assert inside is not None, snippet
                assert letters(visible(snippet)) <= letters(inside[1]), snippet


HIDDEN = re.compile(
    r"^%.*\n"
    r"|\\begin\{tabular\}(\[t\])?\{(?:[^{}]|\{\})*\}|\\(?:begin|end)\{\w+\*?\}"
    r"|\\multicolumn\{\d\}\{(?:[^{}]|\{\})*\}|\\parbox\{\d+em\}|\\[A-Za-z]+"
)


def visible(snippet):
    """What a snippet shows: no comment, no command, no letters of columns."""
    return HIDDEN.sub(" ", snippet)


def letters(text):
    """How often each letter and digit occurs, as a multiset that can be compared."""
    return Counter(sign for sign in text if sign.isascii() and sign.isalnum())


@pytest.mark.parametrize(("name", "class_"), [("one-column", "one-column"), ("IEEEtran", "IEEEtran"), ("acmart", "acmart")])
def test_widths_are_those_of_tex(tmp_path, name, class_):
    forms = [latex(row.form) for text in FORTY for row in breakdown(layer(text)).rows]
    forms += [tex_words(line.right) for text in FORTY[::4] for line in derive(layer(text)).block().lines]
    forms = list(dict.fromkeys(forms))
    lines = [CLASSES[class_], "\\begin{document}\\newlength{\\w}", OPENING.get(class_, "")]
    lines += [f"\\settowidth{{\\w}}{{$\\displaystyle {form}$}}\\typeout{{W{place} \\the\\w}}" for place, form in enumerate(forms)]
    document = tmp_path / "widths.tex"
    document.write_text("\n".join([*lines, "x\\end{document}"]), encoding="utf-8")
    measured = dict(re.findall(r"W(\d+) ([\d.]+)pt", compiled(document)))
    assert len(measured) == len(forms) > 100
    column = COLUMNS[name]
    for place, form in enumerate(forms):
        points = width_of(boxes(form)) * column.size * column.stretch / 1_000_000
        assert float(measured[str(place)]) <= points + 2.5 + points / 50, form


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"env": "eqnarray"}, "env='eqnarray'"),
        ({"width": "three-column"}, "one-column, two-column, IEEEtran"),
        ({"width": 1}, "width=1"),
        ({"width": True}, "width=True"),
        ({"env": "inline", "number": True}, "has no number"),
        ({"env": "equation*", "label": "eq:a"}, "without a number"),
        ({"env": "equation", "label": "a b"}, "label='a b'"),
        ({"env": "equation", "caption": "C"}, "caption='C' in equation"),
        ({"numbers": "roman"}, "numbers='roman'"),
        ({"numbers": ("short", 0)}, "numbers=('short', 0)"),
        ({"notation": {"d": "d_{"}}, "'d_{' for d"),
        ({"notation": {"d": "x", "N": "x"}}, "x for d and for N"),
        ({"detail": "parts"}, "a derivation"),
        ({"env": "align", "width": 3}, "cannot be broken"),
    ],
)
def test_options_that_are_none_or_do_not_fit(options, words):
    with pytest.raises(LayoutError) as error:
        latex(closed_form(layer("Transformer(N, d, V, d_intermediate_size)")), **options)
    assert words in str(error.value) and error.value.move


def test_a_notation_and_numerals():
    model = layer("Transformer(12, d_model, 50257)")
    assert "\\dmodel^{2}" in latex(closed_form(model), notation={"d_model": "\\dmodel"})
    count = closed_form(layer("Transformer(12, 768, 50257)"))
    assert latex(count, "inline", numbers=("short", 4)).endswith("123.7\\,\\text{M}$")
    assert latex(count, numbers="siunitx").startswith("% needs amsmath, siunitx\n")


def test_the_detail_of_a_derivation():
    derivation = derive(layer("Transformer(N, d, V)"))
    whole, parts, some = (latex(derivation, "align*", detail=detail) for detail in ("weights", "parts", "substitutions"))
    assert len(whole) > len(some) > len(parts)
    assert "put in" in some and "put in" not in parts and "product of its shape" not in some


@pytest.mark.parametrize("env", ["equation", "align*", "multline"])
def test_what_is_broken_reads_back(env):
    read_back = 0
    for text in MODELS:
        closed = closed_form(layer(text))
        names = [one.name for one in closed.free_symbols]
        for width in (12, 17, 23):
            try:
                written = latex(closed, env, width=width)
            except LayoutError as error:
                assert "cannot be broken" in str(error)
                continue
            assert same(read(written.partition("\n")[2], names).rhs, closed.expr), written
            read_back += "{} +" in written
    assert read_back > 20


def test_numbers_are_put_in_and_worked_out():
    count = closed_form(layer("LSTM(I, H)"))
    worked = count.worked(I=128, H=512)
    assert worked.text() == "4*(H*I + H**2 + H) = 4*(512*128 + 512**2 + 512) = 1,312,768"
    assert "= 1{,}312{,}768" in latex(worked, "align", width="one-column")
    assert "\\approx 1.31\\,\\text{M}" in latex(worked, "equation", numbers=("short", 3))
    with pytest.raises(SymparamsError, match="without I"):
        count.worked(H=512)


def test_the_command():
    options = ["--env", "equation", "--width", "two-column", "--label", "eq:lstm", "--at", "I=128,H=512"]
    shown = CliRunner().invoke(main, ["latex", "LSTM(I, H)", *options], catch_exceptions=False).output
    assert shown.startswith("% needs amsmath\n\\begin{equation}\\label{eq:lstm}") and "1{,}312{,}768" in shown
